"""Ablations differ from their base in what they say, and the committed file can be read."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from training.guide.ablations import ablations, run_ablations

FILE = Path(__file__).parents[2] / "training" / "guide" / "configs" / "ablations.toml"


def test_each_run_changes_one_thing() -> None:
    configs = ablations(FILE)
    base = configs.pop("all")
    for name, config in configs.items():
        changed = {
            field.name
            for field in dataclasses.fields(config)
            if getattr(config, field.name) != getattr(base, field.name)
        } - {"name"}
        assert len(changed) == 1, name


def test_unknown_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="dreams"):
        run_ablations(FILE, tmp_path, tmp_path, ("dreams",))
