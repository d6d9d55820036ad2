"""A result is the same whatever format it was written in."""

from pathlib import Path

import numpy as np
import pytest
from support.layer_records import make_boxes, make_provenance, make_tiles

from engine.agent.calls import ToolCall
from engine.chat.layers import RunLayers
from engine.layers import open_writer


def opened(folder: Path, fmt: str, count: int = 7) -> RunLayers:
    path = folder / f"out.{fmt}"
    with open_writer(path, "EPSG:32633", fmt, make_provenance()) as writer:
        writer.write_boxes(make_boxes(count))
        writer.write_tiles(make_tiles())
        writer.commit()
    return RunLayers.open(path)


@pytest.mark.parametrize("fmt", ["fgb", "parquet"])
def test_every_format_opens_alike(tmp_path: Path, fmt: str) -> None:
    known, found = opened(tmp_path, "gpkg"), opened(tmp_path, fmt)
    assert (found.crs, found.n_tiles) == (known.crs, known.n_tiles) == ("EPSG:32633", 12)
    assert found.extent == pytest.approx(known.extent)
    every = known.agent.scene.objects.box_id.tolist()
    assert sorted(every) == sorted(found.agent.scene.objects.box_id)
    assert np.allclose(known.bounds[known.positions(every)], found.bounds[found.positions(every)])
    assert found.told == known.told
    saved = tmp_path / "selection.gpkg"
    call = ToolCall.of("export_selection", {"where": {"class_name": "building"}})
    told = found.agent.export(call, saved)
    assert told.value == 3 and saved.is_file()


def test_a_result_without_objects_has_no_bounds(tmp_path: Path) -> None:
    found = opened(tmp_path, "parquet", 0)
    assert found.bounds.shape == (0, 4) and found.bbox([]) is None
