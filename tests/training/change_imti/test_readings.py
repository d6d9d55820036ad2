"""Readings of a guide come from folds that never saw the place, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.imti_pairs import answers, items_of, squares

from training.change_imti.best_reference import best_reference
from training.change_imti.build import build
from training.change_imti.pair import LabelledPair
from training.change_imti.reading import Guide, Reading

FIVE = ("a road appears in the woods", "two houses are built", "houses appear", "a", "b")


def pair(image_id: str = "test_000225", place: str = "test_15", split: str = "train"):
    masks = {"road": squares((4, 4)), "building": squares((40, 40))}
    return LabelledPair(image_id, place, split, "", FIVE, True, masks)


def guide(trained_on: list[str], fold: str = "a") -> Guide:
    return Guide(lambda one: Reading(one.image_id, fold, "a road appears"), {"a": trained_on})


@pytest.mark.parametrize(
    "trained_on",
    [["test_15"], ["west"], ["test_16"], ["test_000225"], ["test_000241"], ["split:train"]],
)
def test_a_guide_that_saw_the_place_or_its_neighbour_is_refused(trained_on: list[str]) -> None:
    with pytest.raises(ValueError, match="never saw"):
        guide(["train", *trained_on]).of(pair())


def test_a_guide_of_other_places_is_taken() -> None:
    reading = guide(["middle", "train", "test_17", "split:val"]).of(pair())
    assert reading is not None and reading.caption == "a road appears"


def test_a_fold_that_nobody_describes_or_another_s_reading_is_refused() -> None:
    with pytest.raises(ValueError, match="fold 'b'"):
        guide(["middle"], fold="b").of(pair())
    other = Guide(lambda _: Reading("test_000226", "a"), {"a": ["middle"]})
    with pytest.raises(ValueError, match="test_000226"):
        other.of(pair())


RECORD = {
    "image_id": "test_000225",
    "fold": "a",
    "caption": "A road appears.",
    "counts": {"road": 1},
    "cells": {"road": ["top left corner"]},
    "score": 0.75,
}


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_files_of_both_forms(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"readings{suffix}"
    if suffix == ".json":
        content = {"folds": {"a": {"trained_on": ["middle"]}}, "readings": [RECORD]}
        path.write_text(json.dumps(content))
    else:
        lines = [{"fold": "a", "trained_on": ["middle"]}, RECORD]
        path.write_text("\n".join(map(json.dumps, lines)))
    loaded = Guide.load(path)
    reading = loaded.of(pair())
    assert reading is not None and reading.cells == {"road": ("top left corner",)}
    assert loaded.of(pair("test_000226")) is None


@pytest.mark.parametrize(
    "content",
    [
        "nothing",
        "[]",
        '{"readings": []}',
        json.dumps({"folds": {}, "readings": [RECORD, RECORD]}),
        json.dumps({"folds": {}, "readings": [RECORD | {"counts": {"tree": 1}}]}),
        json.dumps({"folds": {}, "readings": [{"fold": "a"}]}),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "readings.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"readings\.json"):
        Guide.load(path)
    with pytest.raises(FileNotFoundError):
        Guide.load(tmp_path / "none.json")


def test_paper_learns_the_reference_most_like_the_guide_s_caption(tmp_path: Path) -> None:
    build([pair()], tmp_path / "out", "paper", guide=guide(["middle"]))
    train = items_of(tmp_path / "out", "train")
    assert [name for name in train if "/caption/" in name] == ["test_000225/caption/0"]
    assert answers(train["test_000225/caption/0"]) == ["a road appears in the woods"]
    caption = json.loads((tmp_path / "out/train/caption.json").read_text())[0]
    assert "a road appears." in caption["conversations"][0]["value"]
    dialogue = json.loads((tmp_path / "out/train/dialogue.json").read_text())[0]["conversations"]
    assert ["Another model" in turn["value"] for turn in dialogue[::2]] == [False] * 3 + [True]
    binary = (tmp_path / "out/train/binary.json").read_text()
    assert "Another model" not in binary


def test_clean_keeps_all_captions_and_the_reading_with_every_item(tmp_path: Path) -> None:
    build([pair()], tmp_path / "out", "clean", guide=guide(["middle"]))
    train = items_of(tmp_path / "out", "train")
    assert sum("/caption/" in name for name in train) == 5
    assert {json.loads(one["guide"])["fold"] for one in train.values()} == {"a"}
    assert not any("Another model" in one["messages"][0]["content"] for one in train.values())


def test_a_reading_of_the_place_stops_the_build_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="never saw"):
        build([pair()], tmp_path / "out", "clean", guide=guide(["west"]))
    assert list(tmp_path.iterdir()) == []


def test_best_reference_weighs_all_orders() -> None:
    # Both share three words with the caption; only the second keeps their order.
    references = ("built are houses", "houses are built", "houses are built in the woods")
    assert best_reference("houses are built", references) == "houses are built"
    assert best_reference("built houses are", references) != "houses are built in the woods"
    assert best_reference("nothing alike", references) == "built are houses"
    with pytest.raises(ValueError):
        best_reference("a house", ())
