"""What may not be written is refused before anything is opened or computed."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from engine.errors import EngineError, OutputExistsError, OutputFolderError, UsageError
from engine.run.outputs import check_outputs
from engine.run.pipeline import run
from engine.run.settings import PairOptions, RunSettings


def refuse(kind: type[EngineError], word: str, folder: Path, **options: Any) -> None:
    settings = RunSettings(
        **{
            "before": str(folder / "a.tif"), "after": str(folder / "b.tif"),
            "output": folder / "o.gpkg", **options,
        }
    )  # fmt: skip
    with pytest.raises(kind, match=word):
        run(settings)


def test_two_outputs_of_one_name(tmp_path: Path) -> None:
    refuse(UsageError, "another output", tmp_path, report=tmp_path / "o.gpkg")
    same = tmp_path / "x.tif"
    refuse(UsageError, "another output", tmp_path, mask_out=same, picture=same)


def test_the_area_of_interest_is_an_input_too(tmp_path: Path) -> None:
    aoi = tmp_path / "district.gpkg"
    aoi.write_text("mine")
    pair = PairOptions(aoi=str(aoi))
    refuse(UsageError, "an input", tmp_path, output=aoi, pair=pair, overwrite=True)


def test_an_item_that_is_there_is_not_replaced_unasked(tmp_path: Path) -> None:
    (tmp_path / "o.gpkg.stac.json").write_text("mine")
    refuse(OutputExistsError, "stac.json exists", tmp_path, stac=True)


def test_a_folder_that_is_no_result(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("mine")
    refuse(
        OutputExistsError, "not a result", tmp_path, output=mine, format="parquet", overwrite=True
    )
    refuse(OutputFolderError, "is a folder", tmp_path, output=mine)


def test_what_a_killed_run_had_written_already_is_its_own(tmp_path: Path) -> None:
    """Killed between its last renames, a run left its layers and its work directory."""
    output, work = tmp_path / "o.gpkg", tmp_path / "o.gpkg.work"
    output.write_text("layers")
    settings = RunSettings(before="a.tif", after="b.tif", output=output, resume=True)
    with pytest.raises(OutputExistsError):
        check_outputs(settings)
    work.mkdir()
    (work / "run.json").write_text("{}")
    check_outputs(settings)
    with pytest.raises(OutputExistsError):
        check_outputs(dataclasses.replace(settings, resume=False))
