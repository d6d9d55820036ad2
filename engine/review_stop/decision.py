"""Whether and where review can end, and what that rests on."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.review_stop.bound import Limits, most_below, reviews_needed, share_interval, stop_rank
from engine.review_stop.calibration import fit, table
from engine.review_stop.sample import Sample, check
from engine.review_stop.tiles import RankedTiles

LEAST_REVIEWS = 200
"""A smaller sample says too little; of a shorter list all tiles."""
OUT_OF_RANGE = 0.2
"""No stop where a larger share of the judged tiles looks unlike the training imagery."""
ASSUMPTIONS = (
    "The sample is random: the draw was not chosen for what it shows, and tiles were reviewed in "
    "its order.",
    "The reviewer is right, and judged every tile as a whole, without knowing its score.",
    "The model was not tuned on these reviews, and tiles below the stop are like those of the list "
    "because they are those of the list: it holds for this list and for no other.",
    "One stop is read off the sample, or as many as --looks says. Reviewing more after 'no stop' "
    "for lack of changed tiles costs nothing.",
)


@dataclass(frozen=True)
class Decision:
    """A stop, or why there is none.

    Attributes
    ----------
    stop : int or None
        Review the tiles of rank 1 to this; None where the engine abstains.
    reason : str or None
        ``reviews``, ``changed_tiles`` or ``out_of_range`` where it abstains.
    tiles, reviewed, changed, unsure : int
        The list, the reviews that count, and what they say.
    more_reviews : int or None
        How many more are needed, about, where it abstains for lack of them.
    to_review : int or None
        Tiles down to the stop that the sample has not shown yet.
    lowest_score : float or None
        Change score of the last tile to review.
    expected_found : float or None
        Share of the changed tiles that are down to the stop or in the sample, as expected.
    changed_share : (float, float)
        Interval of the share of changed tiles in the list.
    possible_missed : int or None
        Least whole percentage for which these reviews would do.
    probabilities : float64 array (N,) or None
        Calibrated, in the order of the list.
    """

    limits: Limits
    tiles: int
    reviewed: int
    changed: int
    unsure: int
    changed_share: tuple[float, float]
    out_of_range: tuple[int, int]
    stop: int | None = None
    reason: str | None = None
    more_reviews: int | None = None
    to_review: int | None = None
    lowest_score: float | None = None
    expected_found: float | None = None
    possible_missed: int | None = None
    calibration: list[dict[str, float | int | None]] = field(default_factory=list)
    probabilities: NDArray[np.float64] | None = None
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        plain = asdict(self)
        del plain["probabilities"], plain["limits"]
        plain["missed"] = float(self.limits.missed)
        plain["confidence"] = round(1 - self.limits.risk, 6)
        plain["changed_share"] = [round(value, 4) for value in self.changed_share]
        judged = self.out_of_range[1]
        plain["out_of_range"] = {
            "tiles": self.out_of_range[0],
            "judged": judged,
            "share": round(self.out_of_range[0] / judged, 4) if judged else None,
        }
        return {"decision": "abstain" if self.stop is None else "stop", **plain}


def decide(
    tiles: RankedTiles,
    sample: Sample,
    limits: Limits,
    *,
    most_out_of_range: float = OUT_OF_RANGE,
    least_reviews: int = LEAST_REVIEWS,
) -> Decision:
    """Say where review of the list can end.

    Parameters
    ----------
    limits : Limits
        Share missed and risk; the risk is that of this one look.
    most_out_of_range : float
        Share of the tiles beyond the model's range from which the engine abstains.
    least_reviews : int
        Reviews before which it abstains; fewer in a shorter list.

    Raises
    ------
    SampleError
        The sample was not drawn from this list, or is not its draw any more.
    """
    check(sample, tiles)
    rank_of = {name: rank for rank, name in enumerate(tiles.ids, 1)}
    said = [(rank_of[row.tile_id], row.review) for row in sample.reviewed]
    yes, maybe = (sorted(r for r, word in said if word == kind) for kind in ("changed", "unsure"))
    known = sorted((rank, word == "changed") for rank, word in said if word != "unsure")
    ranks = np.array([rank for rank, _ in known], np.int64)
    changed = np.array([hit for _, hit in known], bool)
    total, reviewed = len(tiles), len(said)
    calibrated = fit(tiles.scores[ranks - 1], changed)
    probabilities = None if calibrated is None else calibrated(tiles.scores)
    rows = (
        []
        if probabilities is None
        else table(tiles.scores, probabilities, ranks, changed, limits.risk)
    )
    basis: dict[str, Any] = {
        "limits": limits,
        "tiles": total,
        "reviewed": reviewed,
        "changed": len(yes),
        "unsure": len(maybe),
        "changed_share": share_interval(len(yes), len(known), limits.risk),
        "out_of_range": tiles.out_of_range,
        "calibration": rows,
        "probabilities": probabilities,
        "notes": _notes(tiles, sample),
    }
    out, judged = tiles.out_of_range
    if judged and out / judged > most_out_of_range:
        return Decision(reason="out_of_range", **basis)
    wanted = min(least_reviews, total)
    if reviewed < wanted:
        return Decision(reason="reviews", more_reviews=wanted - reviewed, **basis)
    stop = stop_rank(total, reviewed, yes, limits, maybe)
    if stop is None:
        # Nothing changed so far: fewer than three in `reviewed` is all that is known.
        needed = reviews_needed(total, reviewed, len(yes) or 3, limits)
        possible = _possible(total, reviewed, len(yes), limits)
        return Decision(
            reason="changed_tiles",
            more_reviews=needed - reviewed,
            possible_missed=possible,
            **basis,
        )
    return Decision(
        stop=stop,
        to_review=stop - sum(rank <= stop for rank, _ in said),
        lowest_score=round(float(tiles.scores[stop - 1]), 4) if stop else None,
        expected_found=_expected(total, reviewed, yes, stop),
        **basis,
    )


def _expected(total: int, reviewed: int, changed: list[int], stop: int) -> float | None:
    """Mean of the share found, where the stop is a changed sample tile's rank."""
    if not changed:
        return None
    below = sum(rank > stop for rank in changed)
    # Order statistics of a random sample part the whole into equal shares on average.
    unseen = 1 - reviewed / total
    return round(1 - unseen * ((below + 1) / (len(changed) + 1) if stop else 0.0), 4)


def _possible(total: int, reviewed: int, changed: int, limits: Limits) -> int | None:
    """Least whole percentage missed for which as many changed tiles would do, below a half."""
    for percent in range(int(limits.missed * 100) + 1, 50):
        looser = Limits(Fraction(percent, 100), limits.risk)
        if most_below(total, reviewed, changed, looser) is not None:
            return percent
    return None


def _notes(tiles: RankedTiles, sample: Sample) -> tuple[str, ...]:
    notes = []
    if sample.waiting:
        notes.append(
            f"{sample.waiting} reviews do not count yet: tile {len(sample.reviewed) + 1} of the "
            "draw has none. Review in the order of the draw."
        )
    if sample.model != tiles.model:
        notes.append(
            f"The sample was drawn when {sample.model} had ranked the tiles, now {tiles.model} "
            "has. The stop holds only if that model was neither tuned on these reviews nor chosen "
            "by what they gave."
        )
    if tiles.left_out:
        said = ", ".join(f"{count} {name}" for name, count in sorted(tiles.left_out.items()))
        notes.append(f"Tiles in no list, of which nothing is promised: {said}.")
    if not tiles.out_of_range[1]:
        notes.append("The model does not say what is in its range: nobody checked the imagery.")
    return tuple(notes)
