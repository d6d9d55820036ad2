"""How much of a run's imagery looks unlike what the model was trained on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine.run.ledger import TileState


@dataclass
class ImageryRange:
    """Counts tiles beyond the model's range.

    Attributes
    ----------
    warn_share : float
        The run warns when a larger share of the judged tiles is out of range.
    judged, out : int
        Tiles with a score, and those of them above 1.
    """

    warn_share: float
    judged: int = 0
    out: int = 0

    def add(self, states: Iterable[TileState]) -> None:
        """Count tiles; those that were not judged do not count."""
        for state in states:
            if state.range_score is not None:
                self.judged += 1
                self.out += state.range_score > 1

    @property
    def share(self) -> float:
        """Share of the judged tiles that is out of range, 0…1."""
        return self.out / self.judged if self.judged else 0.0

    def warning(self) -> str | None:
        """What the user should know, or None."""
        if self.share <= self.warn_share:
            return None
        return (
            f"{100 * self.share:.0f} % of the tiles ({self.out} of {self.judged}) look unlike all "
            "imagery this model was trained on: changes may be missed or made up there. Check that "
            "bands, value range and pixel size are right (--bidx, --stretch, --res; `engine info` "
            "shows them), look at some tiles with range_score above 1 before you trust the result, "
            "or use a model trained on such imagery."
        )

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return {
            "tiles_judged": self.judged,
            "tiles_out_of_range": self.out,
            "share": round(self.share, 4),
        }
