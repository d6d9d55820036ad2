"""What a training run's checkpoint says of how its weights came to be."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from training.guide.checkpoint import read
from training.guide.config import FitConfig


def plain(config: FitConfig) -> dict[str, Any]:
    """The settings as a checkpoint keeps them."""
    values: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(config)))
    return values


def with_defaults(settings: dict[str, Any]) -> dict[str, Any]:
    """A checkpoint's settings; what was no setting when it was made had its default then."""
    return {**plain(FitConfig()), **settings}


def trained_on(path: str | Path) -> tuple[str, ...]:
    """Groups and tiles that a run's weights have seen: its own, and those of all it started from.

    Raises
    ------
    ValueError
        A run that it started from is not there to say.
    """
    seen: dict[str, None] = {}
    runs: list[Path] = []
    start: str | Path = path
    while start and Path(start) not in runs:
        runs.append(Path(start))
        try:
            settings = with_defaults(read(start)["config"])
        except FileNotFoundError as error:
            if len(runs) == 1:
                raise
            raise ValueError(
                f"{runs[-2]} started from {start}, which is not there to say what it was trained "
                "on: put it back, or work in the folder that it was trained in"
            ) from error
        seen |= dict.fromkeys(settings["train"])
        start = settings["start_from"]
    return tuple(seen)
