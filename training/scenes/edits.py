"""Counterfactuals: real windows edited so that exactly one object's change comes or goes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from training.guide.singles import Single
from training.guide.tiles import BUILDING, Pair
from training.scenes.compose import GAP, put, room_for, sun, turn
from training.scenes.cutouts import MIN_AREA, anywhere, cropped, cut_out, pick
from training.scenes.inpaint import Mask
from training.scenes.roads_real import painted_over, stretch
from training.scenes.undo import undo

WINDOW = 256
TRIES = 400
"""Windows tried for one edit before giving up."""
PLACES = 24  # free places from which the plainest is taken: none where a building may stand


@dataclasses.dataclass
class Counterfactual:
    """A pair, and the same pair with one change more or less.

    Attributes
    ----------
    before, after, edited_before, edited_after : ndarray
        uint8 (H, W, 3), RGB.
    mask : ndarray
        bool (H, W), the object whose change was added or removed.
    action : {"added", "removed"}
        What the edit did to the change: a removed one is in ``before``/``after`` alone.
    class_name : {"building", "road"}
    gsd : float
        Metres per pixel.
    place : str
        Name of the pair or image that was edited: edits of one place are alike.
    """

    before: NDArray[np.uint8]
    after: NDArray[np.uint8]
    edited_before: NDArray[np.uint8]
    edited_after: NDArray[np.uint8]
    mask: Mask
    action: str
    class_name: str
    gsd: float
    place: str

    def swapped(self) -> Counterfactual:
        """The same with its dates exchanged."""
        return dataclasses.replace(
            self,
            before=self.after,
            after=self.before,
            edited_before=self.edited_after,
            edited_after=self.edited_before,
        )


def counterfactuals(
    pairs: Sequence[Pair],
    count: int,
    seed: int,
    roads: Sequence[Single] = (),
    road_share: float = 0.25,
) -> Iterator[Counterfactual]:
    """Edits of windows of given pairs, half of them additions, half removals, in turn.

    An object lies whole within its window, has at least ``MIN_AREA`` pixels and is ``GAP`` pixels
    or more away from every other change.

    Parameters
    ----------
    pairs : sequence of Pair
        Where windows and the buildings to add are taken from.
    roads : sequence of Single, optional
        With them, ``road_share`` of the edits are roads: a stretch that is painted over on one
        date. Other than buildings, roads go on beyond their windows.

    Raises
    ------
    ValueError
        In ``TRIES`` windows there was nothing to edit.
    """
    for index in range(count):
        rng = np.random.default_rng([seed, index])
        removal = index % 2 == 1
        kind: Callable[[], Counterfactual | None]
        if len(roads) and rng.random() < road_share:
            kind = lambda: _road(roads, removal, rng)  # noqa: B023, E731
        else:
            kind = lambda: _building(pairs, removal, rng)  # noqa: B023, E731
        yield _first(kind)


def _first(make: Callable[[], Counterfactual | None]) -> Counterfactual:
    for _ in range(TRIES):
        found = make()
        if found is not None:
            return found
    raise ValueError(f"nothing to edit in {TRIES} windows")


def _window(pairs: Sequence[Pair], rng: np.random.Generator) -> Pair:
    pair = pairs[int(rng.integers(len(pairs)))]
    return cropped(pair, anywhere(pair.allowed.shape, WINDOW, rng))


def _building(
    pairs: Sequence[Pair], removal: bool, rng: np.random.Generator
) -> Counterfactual | None:
    found = edited_window(pairs, removal, rng)
    if found is None:
        return None
    base, edited, mask = found
    action = "removed" if removal else "added"
    return Counterfactual(
        base.before, base.after, edited.before, edited.after, mask, action, "building",
        base.gsd, base.name,
    )  # fmt: skip


def edited_window(
    pairs: Sequence[Pair], removal: bool, rng: np.random.Generator
) -> tuple[Pair, Pair, Mask] | None:
    """A window, the same with one building's change more or less, and that building.

    None where the window that was drawn has nothing to edit.
    """
    return _removed(pairs, rng) if removal else _added(pairs, rng)


def _removed(pairs: Sequence[Pair], rng: np.random.Generator) -> tuple[Pair, Pair, Mask] | None:
    pair = _window(pairs, rng)
    mask = pick(pair, rng, gap=GAP)
    return None if mask is None else (pair, undo(pair, mask, False, rng), mask)


def _added(pairs: Sequence[Pair], rng: np.random.Generator) -> tuple[Pair, Pair, Mask] | None:
    pair = _window(pairs, rng)
    when = int(rng.random() < 0.75)
    cutout = cut_out(pairs[int(rng.integers(len(pairs)))], rng)
    if cutout is None:
        return None
    cutout = turn(cutout, sun(pair, when), rng)
    place = room_for(pair, cutout, rng, when, tries=PLACES)
    if place is None:
        return None
    edited = put(pair, cutout, place, when)
    mask = (edited.allowed == BUILDING) & (pair.allowed != BUILDING)
    return pair, edited, mask


def _road(
    roads: Sequence[Single], removal: bool, rng: np.random.Generator
) -> Counterfactual | None:
    single = roads[int(rng.integers(len(roads)))]
    area = anywhere(single.road.shape, WINDOW, rng)
    image, road = single.image[area].copy(), single.road[area]
    part = stretch(road, rng, whole=0)
    if np.count_nonzero(part) < MIN_AREA:
        return None
    bare, _, failed = painted_over(image, part, rng, road)
    if failed.any():
        return None
    place = f"{single.source}/{single.name}"
    if removal:
        edit = Counterfactual(
            bare, image, bare, bare, part, "removed", "road", single.gsd, place
        )  # fmt: skip
    else:
        edit = Counterfactual(
            bare, bare, bare, image, part, "added", "road", single.gsd, place
        )  # fmt: skip
    return edit if rng.random() < 0.5 else edit.swapped()
