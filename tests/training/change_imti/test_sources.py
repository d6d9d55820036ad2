"""Real tiles and generated scenes: labels, splits and the report set."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from support.imti_pairs import answers, items_of, squares

from engine.objects.components import count_cells
from training.change_imti.build import build
from training.change_imti.command import main
from training.change_imti.consistency import contradictions
from training.change_imti.labels import read_labels
from training.change_imti.pair import LabelledPair
from training.change_imti.sources.generated import generated
from training.change_imti.sources.real_tiles import real_tiles
from training.guide.config import data_root
from training.guide.tiles import REPORT
from training.scenes import generate_pair


@pytest.fixture(scope="module")
def tiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (data_root() / "levir" / "label").is_dir():
        pytest.skip("needs levir of the data folder")
    out = tmp_path_factory.mktemp("imti") / "tiles"
    source = ["--from", f"tiles:{data_root()}", "--val", "west"]
    assert main(["--flavour", "clean", *source, "--out", str(out)]) == 0
    return out


def test_report_tiles_are_evaluated_on_and_nothing_else_is(tiles: Path) -> None:
    places = {
        split: {record["place"] for record in items_of(tiles, split).values()}
        for split in ("train", "val", "test")
    }
    assert places["test"] == set(REPORT)
    assert places["val"] == {"test_15", "test_16", "test_18"}
    assert not places["train"] & (places["test"] | places["val"])


def test_buildings_are_counted_by_the_one_counter_and_roads_are_unknown(tiles: Path) -> None:
    records = items_of(tiles, "test")
    mask = cv2.imread(str(data_root() / "levir/label/test_35.png"), cv2.IMREAD_GRAYSCALE) > 0
    ids = {name.split("/")[0] for name in records if records[name]["place"] == "test_35"}
    assert ids
    for image_id in ids:
        row, column = divmod((int(image_id[5:]) - 1) % 16, 4)
        crop = mask[row * 256 : row * 256 + 256, column * 256 : column * 256 + 256]
        count, cells = count_cells(crop)
        assert answers(records[f"{image_id}/count_building/0"]) == [str(count)]
        assert answers(records[f"{image_id}/localise_building/0"]) == [
            ", ".join(cells) or "No change"
        ]
        assert answers(records[f"{image_id}/count_road/0"]) == [""]
        picture = records[f"{image_id}/caption/0"]["images"][1]
        written = cv2.imread(str(tiles / picture))
        whole = cv2.imread(str(data_root() / "levir/B/test_35.jpg"))
        np.testing.assert_array_equal(
            written, whole[row * 256 : row * 256 + 256, column * 256 : column * 256 + 256]
        )


def test_contradictions_of_the_real_crops_are_those_that_the_docs_name(tiles: Path) -> None:
    manifest = json.loads((tiles / "manifest.json").read_text("utf-8"))
    found = [(one["kind"], one["count"]) for one in manifest["contradictions"]]
    assert found == [("unchanged_but_masked", 1)] * 10
    assert sum(manifest["pairs"].values()) == 544 - sum(
        manifest["contradictory_pairs_dropped"].values()
    )


def test_validation_cannot_be_the_report_set_nor_unheard_of() -> None:
    if not (data_root() / "levir" / "captions.json").is_file():
        pytest.skip("needs levir of the data folder")
    for name in ("report", "test_40", "nowhere"):
        with pytest.raises(ValueError):
            next(real_tiles(data_root(), (name,)))


@pytest.mark.parametrize(
    ("image_id", "place"), [("test_000545", "x"), ("x", "test_47"), ("test_000752", "test_000752")]
)
def test_no_source_trains_on_a_report_tile(tmp_path: Path, image_id: str, place: str) -> None:
    for split in ("train", "val"):
        with pytest.raises(ValueError, match="report set"):
            build([LabelledPair(image_id, place, split, "")], tmp_path / "out", "paper")
    pairs = [LabelledPair(image_id, place, "test", "", masks={"road": squares((4, 4))})]
    assert build(pairs, tmp_path / "out", "paper")["pairs"] == {"test": 1}


def test_scenes_have_every_label_and_do_not_contradict_themselves() -> None:
    shares = {1: 0.15, 2: 0.0, 3: 0.3}
    for pair in generated(3):
        labels = read_labels(pair, "clean")
        number = int(pair.image_id[-6:])
        truth = generate_pair(number, 256, 256, change=shares[number]).counts()
        for name in ("road", "building"):
            assert (labels.found[name].count, list(labels.found[name].cells)) == truth[name]
        assert labels.binary == ("Yes" if truth["road"][0] + truth["building"][0] else "No")
        assert contradictions(pair, labels) == []
        assert pair.sentences_by == "program"


def test_a_pair_given_twice_is_taken_once(tmp_path: Path) -> None:
    pair = LabelledPair("one", "x", "train", "", ("a house appears",), True)
    manifest = build([pair, pair], tmp_path / "out", "paper")
    assert manifest["duplicate_pairs_skipped"] == 1 and manifest["items_total"] == 7


def test_what_is_no_source_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for source in ("somewhere", "zip:file", "scenes:many", "scenes:0", f"text:{tmp_path}"):
        with pytest.raises(SystemExit) as ended:
            main(["--flavour", "paper", "--from", source, "--out", str(tmp_path / "out")])
        assert ended.value.code == 2 and capsys.readouterr().err
        assert not (tmp_path / "out").exists()
