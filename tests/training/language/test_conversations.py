"""Instruction data as the large model learns it: prompts, labels, positions, pictures."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import PIL.Image
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from engine.language.chat_format import IMAGE, TURN_END, chat_text  # noqa: E402
from engine.language.prompts import opening  # noqa: E402
from engine.language.tasks import CAPTION, TASKS  # noqa: E402
from training.language.base_model import Base, open_base  # noqa: E402
from training.language.batch import IGNORED  # noqa: E402
from training.language.conversation_rows import Collator, Rows  # noqa: E402
from training.language.conversations import load_conversations  # noqa: E402
from training.language.tune_config import TuneConfig  # noqa: E402
from training.language.tuner import answer_loss  # noqa: E402

SIDE = 64


@pytest.fixture(scope="module")
def opened(base: Path) -> Base:
    return open_base(base, torch.float32)


def learned(row: Any, base: Base) -> str:
    text: str = base.tokens.decode(row.labels[row.labels != IGNORED].tolist())
    return text


def test_every_answer_of_a_dialogue_is_learned_and_nothing_else(data: Path, opened: Base) -> None:
    config = TuneConfig(prompts="data", image_px=SIDE)
    file = data / "train" / "dialogue.json"
    rows = Rows(load_conversations([file], config), opened, SIDE, 2048)
    records = json.loads(file.read_text("utf-8"))
    assert len(rows) == len(records) == 2
    for row, record in zip(rows.rows, records, strict=True):
        turns = record["conversations"]
        answers = [turn["value"] for turn in turns if turn["from"] == "gpt"]
        assert len(answers) == 4
        assert learned(row, opened) == "".join(answer + TURN_END for answer in answers)
        text = opened.tokens.decode(row.tokens.tolist())
        slot = "<|vision_start|>" + IMAGE * 4 + "<|vision_end|>"
        assert turns[0]["value"].replace("<image>", slot) in text
        assert text.startswith(f"<|im_start|>system\n{config.system}<|im_end|>\n<|im_start|>user\n")
        assert text.count("<|im_start|>assistant\n") == 4
        assert [path.parent.name for path in row.images] == ["A", "B"]
    whole = rows.rows[0]
    short = Rows(load_conversations([file], config), opened, SIDE, len(whole.tokens) - 1)
    shortened = learned(short.rows[0], opened)
    assert learned(whole, opened).startswith(shortened) and shortened.count(TURN_END) == 3
    with pytest.raises(ValueError, match="longer than 40 tokens"):
        Rows(load_conversations([file], config), opened, SIDE, 40)


def test_the_engines_prompts_come_with_the_card(data: Path, tmp_path: Path) -> None:
    records = [json.loads(line) for line in (data / "train.jsonl").read_text().splitlines()]
    record = next(one for one in records if one["task"] == "count_building")
    guide = {
        "image_id": record["image_id"], "fold": "a", "caption": "a road is built", "changed": True,
        "counts": {"building": 3}, "cells": {"building": ["top"]}, "score": 0.9,
    }  # fmt: skip
    file = tmp_path / "train.jsonl"
    file.write_text(json.dumps(record | {"guide": json.dumps(guide)}) + "\n", "utf-8")
    config = TuneConfig(prompts="engine", card="full")
    (one,) = load_conversations([file], config, data)
    assert one.messages[0] == opening(CAPTION)[0] and one.messages[-1].role == "assistant"
    asked = one.messages[1].as_text()
    assert "buildings: 3" in asked and "How many buildings changed" in asked
    (plain,) = load_conversations([file], TuneConfig(prompts="engine"), data)
    assert chat_text(plain.messages[:-1], 1) == chat_text(opening(TASKS[3]), 1)
    (said,) = load_conversations([file], TuneConfig(prompts="data"), data)
    assert said.messages[1].as_text() == "<image><image>" + record["messages"][0]["content"]


def test_the_batch_gives_transformers_own_loss(data: Path, opened: Base) -> None:
    files = [data / "train" / f"{task}.json" for task in ("caption", "dialogue")]
    config = TuneConfig(prompts="data", image_px=SIDE)
    rows = Rows(load_conversations(files, config), opened, SIDE, 2048)
    batch = Collator(opened, SIDE)([rows[0], rows[2]])
    assert (
        batch["attention_mask"].sum(1) == torch.tensor([len(rows[i].tokens) for i in (0, 2)])
    ).all()
    image = opened.tokens.convert_tokens_to_ids(IMAGE)
    theirs = {name: value for name, value in batch.items() if name != "position_ids"}
    theirs["mm_token_type_ids"] = (batch["input_ids"] == image).int()
    with torch.no_grad():
        ours = opened.network(**batch).loss
        assert torch.allclose(ours, opened.network(**theirs).loss, atol=1e-6)
        total, count = answer_loss(opened.network, batch)
        assert torch.allclose(ours, total / count, atol=1e-5)
        assert count == sum(int((rows[i].labels != IGNORED).sum()) for i in (0, 2))
        swapped = batch | {"pixel_values": batch["pixel_values"].flip(0)}
        assert not torch.allclose(ours, opened.network(**swapped).loss, atol=1e-4)


def test_an_image_processor_that_resizes_again_is_found_out(
    data: Path, base: Path, opened: Base, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(base, other)
    settings = json.loads((other / "preprocessor_config.json").read_text("utf-8"))
    settings["size"]["shortest_edge"] = 128**2
    (other / "preprocessor_config.json").write_text(json.dumps(settings), "utf-8")
    pictures = open_base(other, torch.float32).pictures
    config = TuneConfig(prompts="data", image_px=SIDE)
    rows = Rows(load_conversations([data / "train" / "binary.json"], config), opened, SIDE, 2048)
    with pytest.raises(ValueError, match="image_px"):
        Collator(dataclasses.replace(opened, pictures=pictures), SIDE)([rows[0]])


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"images": ["no.png", "none.png"]}, "no image"),
        ({"images": []}, "no conversation"),
        ({"conversations": [{"from": "human", "value": "<image>?"}]}, "take turns"),
        (
            {"conversations": [{"from": "human", "value": "?"}, {"from": "gpt", "value": "a"}]},
            "two images",
        ),
        (
            {
                "conversations": [
                    {"from": "human", "value": "<image><image> <|im_end|>"},
                    {"from": "gpt", "value": "a"},
                ]
            },
            "special token",
        ),
        ({"split": "test"}, "test split"),
        ({"conversations": None}, "cannot be learned from"),
    ],
)
def test_data_that_cannot_be_learned_from(
    tmp_path: Path, change: dict[str, Any], match: str
) -> None:
    for name in "ab":
        PIL.Image.new("RGB", (8, 8)).save(tmp_path / f"{name}.png")
    record = {
        "id": "x", "images": ["a.png", "b.png"],
        "conversations": [
            {"from": "human", "value": "<image> <image>?"}, {"from": "gpt", "value": "Yes"},
        ],
    }  # fmt: skip
    file = tmp_path / "train.json"
    file.write_text(json.dumps([record]), "utf-8")
    config = TuneConfig(prompts="data")
    assert len(load_conversations([file], config)) == 1
    file.write_text(json.dumps([record | change]), "utf-8")
    with pytest.raises((ValueError, FileNotFoundError), match=match):
        load_conversations([file], config)
    with pytest.raises(ValueError, match="JSONL"):
        load_conversations([file], TuneConfig())
