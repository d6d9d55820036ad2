"""The recipe's settings, and the readings that go into it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from training.language.command import main
from training.language.readings import load_readings
from training.language.recipe import again, load

FILE = Path(__file__).parents[3] / "training" / "language" / "configs" / "nano.toml"


def test_the_committed_recipe_can_be_read() -> None:
    recipe = load(FILE)
    assert recipe.first.steps > recipe.second.steps > 0 and recipe.rank == 16
    assert dict(recipe.second.shares)["tiles"] > 0
    assert dict(recipe.first.shares)["cards"] > 0
    assert not {"report", "seventeen", "train"} & set(recipe.tiles), "kept for choices"


def test_the_rival_is_the_same_but_for_its_task() -> None:
    all_tasks, captions = load(FILE), load(FILE.with_name("nano-captions.toml"))
    assert captions.words == all_tasks.words and captions.seed == all_tasks.seed
    for one, other in (
        (all_tasks.first, captions.first),
        (all_tasks.second, captions.second),
    ):
        assert not one.tasks and other.tasks == ("caption",)
        assert (one.steps, one.batch, one.learning_rate) == (
            other.steps, other.batch, other.learning_rate,
        )  # fmt: skip


def test_another_seed_and_number_of_threads() -> None:
    recipe = load(FILE)
    assert again(recipe, None, None) == recipe
    other = again(recipe, 51, 1)
    lessons = (other.words, other.first, other.second)
    assert other.seed == 51 and other.tiles == recipe.tiles
    assert all(one is not None and (one.seed, one.threads) == (51, 1) for one in lessons)
    assert again(recipe, 50, None) == recipe, "the file's seed is that of all its lessons"
    with pytest.raises(ValueError, match="at least 1"):
        again(recipe, None, 0)


@pytest.mark.parametrize(
    "text", ["dreams = 1", "[first]\ndreams = 1", "[adapter]\ndreams = 1", "[second]\nlr = 1"]
)
def test_unknown_settings_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "r.toml").write_text(text, "utf-8")
    with pytest.raises(ValueError, match="unknown settings"):
        load(tmp_path / "r.toml")


def test_readings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = {
        "image_id": "a", "fold": "f", "caption": "a road", "changed": True, "score": 0.9,
        "counts": {"building": 2, "road": 0}, "cells": {"building": ["top"]},
    }  # fmt: skip
    file = tmp_path / "r.json"
    file.write_text(json.dumps({"folds": {}, "readings": [record]}), "utf-8")
    reading = load_readings(file)["a"]
    building = reading.of("building")
    assert building is not None and (building.count, building.cells) == (2, ("top",))
    assert reading.of("other") is None and reading.change_score == 0.9
    file.write_text(json.dumps({"readings": [{"counts": 3}]}), "utf-8")
    with pytest.raises(ValueError, match="no file of guide readings"):
        load_readings(file)
    assert main(["train", "--config", str(tmp_path / "none.toml"), "--out", str(tmp_path)]) == 2
    assert "none.toml" in capsys.readouterr().err
