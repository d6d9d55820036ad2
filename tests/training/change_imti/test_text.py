"""The published numbers come out of the published sentences, through the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.__main__ import main
from training.guide.config import data_root

TASKS = {
    "caption": 24_444,
    "binary": 8_148,
    "count_road": 8_148,
    "count_building": 8_148,
    "localise_road": 8_148,
    "localise_building": 8_148,
    "dialogue": 24_444,
}
"""Items of the training material, train and validation together (science.md 1.2)."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (data_root() / "levir_cc_text").is_dir():
        pytest.skip("needs levir_cc_text of the data folder")
    out = tmp_path_factory.mktemp("imti") / "paper"
    source = f"text:{data_root()}"
    assert main(["change-imti", "--flavour", "paper", "--from", source, "--out", str(out)]) == 0
    return out


def test_items_are_as_many_as_published(written: Path) -> None:
    found = dict.fromkeys(TASKS, 0)
    for split in ("train", "val"):
        for line in (written / f"{split}.jsonl").open(encoding="utf-8"):
            found[json.loads(line)["task"]] += 1
    assert found == TASKS
    assert sum(found.values()) == 89_628


def test_what_has_no_mask_has_no_label_and_is_not_trained_on(written: Path) -> None:
    for split, pairs in (("train", 6_815), ("val", 1_333)):
        files = {path.stem for path in (written / split).iterdir()}
        assert files == {"caption", "binary", "dialogue"}
        binary = json.loads((written / split / "binary.json").read_text("utf-8"))
        assert len(binary) == pairs
    for line in (written / "val.jsonl").open(encoding="utf-8"):
        record = json.loads(line)
        for turn in record["turns"]:
            assert bool(turn["answer"]) == (turn["asks"] in ("caption", "binary"))
        assert record["labelled"] == (record["task"] in ("caption", "binary", "dialogue"))
        assert bool(record["messages"]) == record["labelled"]


def test_conversations_alternate_and_answers_follow_the_flag(written: Path) -> None:
    items = json.loads((written / "val" / "dialogue.json").read_text("utf-8"))
    assert len(items) == 4_001
    for item in items:
        speakers = [turn["from"] for turn in item["conversations"]]
        assert speakers == ["human", "gpt"] * 2
        changed, caption = (turn["value"] for turn in item["conversations"][1::2])
        assert changed in ("Yes", "No") and not caption.endswith(".")
        assert caption == caption.lower()
        assert (changed == "No") == (caption == "the scene is the same as before")
        assert changed == "No" or caption in item["references"]
