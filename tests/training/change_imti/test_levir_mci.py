"""A folder in LEVIR-MCI layout becomes items with the labels that its masks and captions give."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pyarrow.json
import pytest
from support.imti_pairs import SIZE, answers, items_of, mci_entry, squares, write_mci

from training.change_imti.command import main
from training.guide.vocabulary import STOCK

FIVE = ("two houses are built at the top", "a road appears", "houses appear", "a", "b")


def label(road: np.ndarray | None = None, building: np.ndarray | None = None) -> np.ndarray:
    grey = np.zeros((SIZE, SIZE), np.uint8)
    for mask, value in ((road, 128), (building, 255)):
        if mask is not None:
            grey[mask] = value
    return grey


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    entries = [
        mci_entry("train_004001", "train", FIVE, 1),
        mci_entry("train_004002", "train", sorted(STOCK), 0),
        mci_entry("val_000001", "val", FIVE),
        mci_entry("test_000001", "test", FIVE, 1),
        mci_entry("train_004003", "train", sorted(STOCK), 0),
    ]
    labels = {
        "train_004001": label(squares((4, 4)), squares((4, 40), (80, 80))),
        "train_004002": label(),
        "test_000001": np.repeat(label(building=squares((44, 44)))[..., None], 3, axis=2),
        "train_004003": label(building=squares((44, 44))),
    }
    return write_mci(tmp_path / "mci", entries, labels)


def run(folder: Path, out: Path, flavour: str, *more: str) -> Path:
    assert main(["--flavour", flavour, "--from", f"mci:{folder}", "--out", str(out), *more]) == 0
    return out


def test_labels_are_those_of_masks_and_flag(folder: Path, tmp_path: Path) -> None:
    out = run(folder, tmp_path / "out", "paper")
    train = items_of(out, "train")
    assert len(train) == 5 + 5 + 5 + 2 * 7
    one = "train_004001"
    assert answers(train[f"{one}/binary/0"]) == ["Yes"]
    assert answers(train[f"{one}/count_road/0"]) == ["1"]
    assert answers(train[f"{one}/count_building/0"]) == ["2"]
    assert answers(train[f"{one}/localise_road/0"]) == ["top left corner"]
    place = answers(train[f"{one}/localise_building/0"])[0]
    assert set(place.split(", ")) == {"top", "lower right corner"}
    captions = [answers(train[f"{one}/caption/{number}"])[0] for number in range(5)]
    assert captions == list(FIVE)
    assert [answers(train[f"{one}/dialogue/{number}"])[-1] for number in range(5)] == list(FIVE)
    still = "train_004002"
    assert answers(train[f"{still}/caption/0"]) == ["the scene is the same as before"]
    assert answers(train[f"{still}/localise_road/0"]) == ["No change"]
    assert answers(train[f"{still}/count_building/0"]) == ["0"]


def test_a_pair_without_mask_has_neither_count_nor_place(folder: Path, tmp_path: Path) -> None:
    val = items_of(run(folder, tmp_path / "out", "paper"), "val")
    assert answers(val["val_000001/binary/0"]) == ["Yes"]  # no flag: from the sentences
    assert answers(val["val_000001/count_road/0"]) == [""]
    assert not val["val_000001/localise_building/0"]["labelled"]


def test_the_test_split_has_one_item_a_task_and_all_references(
    folder: Path, tmp_path: Path
) -> None:
    test = items_of(run(folder, tmp_path / "out", "paper"), "test")
    assert len(test) == 7
    assert test["test_000001/caption/0"]["references"] == list(FIVE)


def test_contradictions_are_listed_and_left_out_of_clean_training(
    folder: Path, tmp_path: Path
) -> None:
    for flavour, more, kept in (
        ("paper", (), True),
        ("clean", (), False),
        ("clean", ("--keep-contradictions",), True),
    ):
        out = run(folder, tmp_path / f"{flavour}{len(more)}", flavour, *more)
        found = json.loads((out / "manifest.json").read_text())["contradictions"]
        assert [(one["image_id"], one["kind"], one["class_name"]) for one in found] == [
            ("train_004003", "unchanged_but_masked", "building")
        ]
        assert any(name.startswith("train_004003") for name in items_of(out, "train")) == kept


def test_written_for_the_tools_that_read_it(folder: Path, tmp_path: Path) -> None:
    out = run(folder, tmp_path / "out", "clean")
    info = json.loads((out / "dataset_info.json").read_text())
    for entry in info.values():
        for item in json.loads((out / entry["file_name"]).read_text("utf-8")):
            assert set(item) >= {"conversations", "images"}
            assert item["conversations"][0]["value"].count("<image>") == len(item["images"]) == 2
            assert all(Path(image).is_file() for image in item["images"])
    table = pyarrow.json.read_json(out / "train.jsonl")
    assert table.num_rows == len(items_of(out, "train"))
    assert str(table.schema.field("guide").type) == "string"


@pytest.mark.parametrize("colour", [(128, 128, 0), (7, 7, 7)])
def test_labels_of_other_values_are_refused(
    folder: Path, tmp_path: Path, colour: tuple[int, int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "images" / "train" / "label" / "train_004001.png"
    cv2.imwrite(str(path), np.full((SIZE, SIZE, 3), colour, np.uint8))
    with pytest.raises(SystemExit) as ended:
        run(folder, tmp_path / "out", "paper")
    assert ended.value.code == 2
    assert "train_004001.png" in capsys.readouterr().err
    assert not (tmp_path / "out").exists() and not (tmp_path / "out.part").exists()


def test_a_missing_image_and_a_folder_in_use_are_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = run(folder, tmp_path / "out", "paper")
    before = sorted(path.name for path in out.iterdir())
    with pytest.raises(SystemExit):
        run(folder, out, "paper")
    assert "choose another folder" in capsys.readouterr().err
    assert sorted(path.name for path in out.iterdir()) == before
    (tmp_path / "killed.part").mkdir()
    with pytest.raises(SystemExit):
        run(folder, tmp_path / "killed", "paper")
    assert "killed.part" in capsys.readouterr().err and (tmp_path / "killed.part").is_dir()
    (folder / "images" / "val" / "B" / "val_000001.png").unlink()
    with pytest.raises(SystemExit):
        run(folder, tmp_path / "other", "paper")
    assert "val_000001" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["{}", "[1]", '{"images": [{"split": "train"}]}', "no json"])
def test_a_broken_captions_file_is_refused(folder: Path, tmp_path: Path, text: str) -> None:
    (folder / "LevirCCcaptions.json").write_text(text)
    with pytest.raises(SystemExit) as ended:
        run(folder, tmp_path / "out", "paper")
    assert ended.value.code == 2
