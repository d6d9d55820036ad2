"""The settings of one training run, read from a TOML file."""

from __future__ import annotations

import dataclasses
import os
import tomllib
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]


def data_root(given: str | Path | None = None) -> Path:
    """Folder of the training data: given, else ``$CHANGEVG_DATA``, else ``../shared/data``."""
    if given:
        return Path(given)
    return Path(os.environ.get("CHANGEVG_DATA") or PROJECT.parent / "shared" / "data")


@dataclasses.dataclass(frozen=True)
class FitConfig:
    """Everything that decides the weights of a run, apart from the data themselves.

    Sizes are pixels, shares are 0..1, ``phases`` are (share of the steps, crop size, batch size).
    """

    name: str = "guide"
    seed: int = 20
    steps: int = 2000
    train: tuple[str, ...] = ()
    phases: tuple[tuple[float, int, int], ...] = ((0.7, 192, 12), (0.3, 256, 8))
    learning_rate: float = 2e-3
    weight_decay: float = 0.03
    warm_up: float = 0.05
    average: float = 0.998
    dice: float = 0.7
    direction: float = 0.3
    changed_share: float = 0.65
    same_date_share: float = 0.10
    scene_share: float = 0.0
    scene_count: int = 0
    scene_size: int = 768
    start_from: str = ""
    precision: str = "no"
    threads: int = 2
    checkpoint_seconds: float = 120.0
    classes: tuple[str, ...] = ("building",)
    stem: int = 24
    widths: tuple[int, ...] = (32, 64, 128, 192)
    blocks: tuple[int, ...] = (2, 2, 2, 2)
    decoder: tuple[int, ...] = (24, 40, 64, 96, 128)

    def network(self) -> dict[str, Any]:
        """Arguments of ``Guide``."""
        names = ("classes", "stem", "widths", "blocks", "decoder")
        return {name: getattr(self, name) for name in names}

    def phase(self, step: int) -> tuple[int, int]:
        """Crop size and batch size of one step."""
        done = 0.0
        for share, size, batch in self.phases:
            done += share
            if step < round(done * self.steps):
                return int(size), int(batch)
        return int(self.phases[-1][1]), int(self.phases[-1][2])


def _frozen(value: object) -> object:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def from_dict(values: dict) -> FitConfig:
    """A config from plain values; an unknown key is an error."""
    known = {field.name for field in dataclasses.fields(FitConfig)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise ValueError(f"unknown settings: {', '.join(unknown)}")
    frozen: dict[str, Any] = {key: _frozen(value) for key, value in values.items()}
    return FitConfig(**frozen)


def load(path: str | Path) -> FitConfig:
    """Read a TOML config."""
    with open(path, "rb") as stream:
        return from_dict(tomllib.load(stream))
