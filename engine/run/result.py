"""What a run found and wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.layers.totals import Totals


@dataclass
class RunResult:
    """The ``done`` event and the command line's answer.

    Attributes
    ----------
    files : dict
        What was written: ``layers`` and, on request, ``mask``, ``report``, ``picture``, ``stac``.
    tiles : dict
        Tiles by status.
    partial : bool
        Some tiles failed and the layers were written all the same.
    imagery_range : dict, optional
        Tiles judged and tiles out of the model's range; None where the model does not say.
    device : str
        What ran the guide, and why not something better.
    timings : dict
        Wall and CPU seconds of the run and of its stages, highest resident memory (MB).
    """

    totals: Totals
    files: dict[str, Path]
    tiles: dict[str, int]
    warnings: list[str]
    seconds: float
    carried_reviews: int = 0
    partial: bool = False
    imagery_range: dict[str, Any] | None = None
    device: str = ""
    timings: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {
            **self.totals.as_dict(),
            "tiles": dict(self.tiles),
            "files": {name: str(path) for name, path in self.files.items()},
            "carried_reviews": self.carried_reviews,
            "partial": self.partial,
            "imagery_range": self.imagery_range,
            "device": self.device,
            "timings": dict(self.timings),
            "seconds": round(self.seconds, 1),
            "warnings": list(self.warnings),
        }
