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

    ``steps`` is the length of the schedule; a run with ``stop_at`` ends there, for another run to
    go on from with a schedule of its own. Sizes are pixels; ``phases`` are (share of the steps,
    crop size, batch size); ``shares`` say how often each kind of pair is drawn
    (``training.guide.sources``); ``encoder_rate`` times the learning rate is the encoder's;
    ``prior`` and ``edge`` are those of ``losses.partial_entropy``, ``gap`` and ``road_hint`` the
    weights of ``losses.gap_loss`` and ``losses.hinted``; each batch ends with ``twins`` twins,
    ``steady`` weighs their ``twins.steady_loss``; ``network`` holds the settings of the
    architecture, ``nano`` or ``paper``.
    """

    name: str = "guide"
    seed: int = 20
    steps: int = 2000
    stop_at: int = 0
    train: tuple[str, ...] = ()
    phases: tuple[tuple[float, int, int], ...] = ((0.7, 192, 12), (0.3, 256, 8))
    learning_rate: float = 2e-3
    weight_decay: float = 0.03
    warm_up: float = 0.05
    average: float = 0.998
    dice: float = 0.7
    direction: float = 0.3
    flag: float = 0.1
    prior: float = 0.05
    edge: float = 0.0
    gap: float = 0.0
    road_hint: float = 0.0
    twins: int = 0
    steady: float = 0.0
    encoder_rate: float = 0.3
    changed_share: float = 0.65
    shares: tuple[tuple[str, float], ...] = (("real", 1.0),)
    roads: tuple[str, ...] = ("epfl", "cil", "dubai")
    scene_count: int = 0
    scene_size: int = 640
    start_from: str = ""
    precision: str = "no"
    threads: int = 2
    checkpoint_seconds: float = 120.0
    architecture: str = "nano"
    pretrained: bool = True
    network: tuple[tuple[str, Any], ...] = ()

    @property
    def last_step(self) -> int:
        """Steps that the run really makes."""
        return min(self.steps, self.stop_at or self.steps)

    def phase(self, step: int) -> tuple[int, int]:
        """Crop size and batch size of one step."""
        done = 0.0
        for share, size, batch in self.phases:
            done += share
            if step < round(done * self.steps):
                return int(size), int(batch)
        return int(self.phases[-1][1]), int(self.phases[-1][2])


def _frozen(value: object) -> object:
    if isinstance(value, dict):
        return tuple((key, _frozen(item)) for key, item in value.items())
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value


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
