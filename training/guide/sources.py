"""The kinds of pairs a run draws from, each with what it knows about change."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from training.guide import augment
from training.guide.config import FitConfig
from training.guide.singles import Single, road_singles
from training.guide.tiles import (
    ANY,
    BACKGROUND,
    OTHER,
    ROAD,
    SAID,
    Pair,
    levir_pairs,
    refuse_report,
)

Crop = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
Draw = Callable[[np.random.Generator, int], Crop]

CLCD_GSD_M = 0.7
"""Nominal: the set's images lie between 0.5 and 2 m."""
SAID_STEP = 7
"""Every so many rows and columns of a crop that people say changed count as changed places."""
MARGIN = 1.5
"""Windows for composition are so much larger than a crop, for its turn and scale."""


def clcd_pairs(root: Path, part: str = "train") -> list[Pair]:
    """A part of CLCD: cropland that changed became something; elsewhere no cropland did."""
    folder = Path(root) / "clcd" / part
    pairs = []
    for file in sorted((folder / "label").iterdir()):
        mask = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
        dates = [cv2.imread(str(folder / date / f"{file.stem}.webp")) for date in "AB"]
        if mask is None or any(date is None for date in dates):
            raise FileNotFoundError(f"no readable pair and mask for {file.stem} in {folder}")
        before, after = (cv2.cvtColor(np.asarray(date), cv2.COLOR_BGR2RGB) for date in dates)
        allowed = np.where(mask > 0, ANY - BACKGROUND, ANY - OTHER).astype(np.uint8)
        name = f"clcd_{file.stem}"
        pairs.append(Pair(name, before, after, allowed, np.zeros_like(allowed), CLCD_GSD_M))
    return pairs


def scene_pairs(config: FitConfig) -> list[Pair]:
    """``config.scene_count`` generated scenes of ``config.scene_size`` pixels, in memory."""
    from training.scenes.pair import generate_pair

    rng = np.random.default_rng([config.seed, 1])
    pairs = []
    for index in range(config.scene_count):
        scene = generate_pair(
            int(rng.integers(1, 2**30)),
            config.scene_size,
            config.scene_size,
            float(rng.uniform(0.45, 0.6)),
            change=float(rng.uniform(0.0, 0.5)),
        )
        before, after = (
            np.ascontiguousarray(date.transpose(1, 2, 0)) for date in (scene.before, scene.after)
        )
        pairs.append(
            Pair(f"scene_{index}", before, after, scene.allowed, scene.direction, scene.gsd)
        )
    return pairs


def _plain(pair: Pair) -> Pair:
    """With classes only: what people said of a crop does not hold once it is composed anew."""
    return dataclasses.replace(pair, allowed=pair.allowed & ANY)


def _anywhere(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return rng.uniform(0, shape[1::-1])


class Places:
    """Crops of labelled pairs, ``changed_share`` of them around something that changed."""

    def __init__(self, pairs: list[Pair], changed_share: float) -> None:
        self.pairs, self.changed_share = pairs, changed_share
        self.points = [self._changed(pair) for pair in pairs]
        weights = np.sqrt([float(len(points)) for points in self.points])
        self.weights = weights / max(weights.sum(), 1e-9)

    @staticmethod
    def _changed(pair: Pair) -> np.ndarray:
        certain = (pair.allowed & BACKGROUND) == 0
        certain[::SAID_STEP, ::SAID_STEP] |= (pair.allowed[::SAID_STEP, ::SAID_STEP] & SAID) > 0
        rows, columns = np.nonzero(certain)
        return np.column_stack([columns, rows])[:: max(1, len(rows) // 20000)].astype(np.float32)

    def place(self, rng: np.random.Generator, size: int) -> tuple[Pair, np.ndarray]:
        """A pair and where to look in it (x, y)."""
        if rng.random() < self.changed_share and self.weights.sum() > 0.5:
            index = int(rng.choice(len(self.pairs), p=self.weights))
            points = self.points[index]
            return self.pairs[index], points[rng.integers(len(points))] + rng.uniform(
                -size * 0.4, size * 0.4, 2
            )
        pair = self.pairs[int(rng.integers(len(self.pairs)))]
        return pair, _anywhere(rng, pair.allowed.shape)

    def window(self, rng: np.random.Generator, size: int) -> Pair:
        """A copied window around a place, large enough for any view of ``size`` pixels."""
        pair, centre = self.place(rng, size)
        reach = round(size * MARGIN * augment.NATIVE_GSD_M / pair.gsd)
        high, wide = pair.allowed.shape
        row = int(np.clip(centre[1] - reach / 2, 0, max(0, high - reach)))
        column = int(np.clip(centre[0] - reach / 2, 0, max(0, wide - reach)))
        cut = np.s_[row : row + reach, column : column + reach]
        return dataclasses.replace(
            pair,
            before=pair.before[cut].copy(),
            after=pair.after[cut].copy(),
            allowed=pair.allowed[cut].copy(),
            direction=pair.direction[cut].copy(),
            sentences=[],
        )

    def __call__(self, rng: np.random.Generator, size: int) -> Crop:
        """One crop."""
        pair, centre = self.place(rng, size)
        return augment.pair(rng, pair, size, centre)


class Composed:
    """Real windows in which real buildings are set, moved between dates, or taken away."""

    def __init__(self, places: Places) -> None:
        self.places = places

    def __call__(self, rng: np.random.Generator, size: int) -> Crop:
        """One crop."""
        from training.scenes.compose import compose

        pair = compose(self.places.window(rng, size), self.places.pairs, rng)
        return augment.pair(rng, pair, size, np.array(pair.allowed.shape[::-1]) / 2)


class SameDate:
    """One image twice, as two sensors might have seen it: nothing changed."""

    def __init__(self, images: list[tuple[np.ndarray, float]]) -> None:
        self.images = images

    def __call__(self, rng: np.random.Generator, size: int) -> Crop:
        """One crop."""
        image, gsd = self.images[int(rng.integers(len(self.images)))]
        allowed = np.full(image.shape[:2], BACKGROUND, np.uint8)
        pair = Pair("same", image, image, allowed, np.zeros_like(allowed), gsd)
        return augment.pair(rng, pair, size, _anywhere(rng, allowed.shape))


class CrossedRoads:
    """Two places as two dates, the exclusive or of their roads as the change (ChangeStar)."""

    def __init__(self, singles: list[Single]) -> None:
        self.singles = singles

    def _view(self, rng: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray]:
        single = self.singles[int(rng.integers(len(self.singles)))]
        shape = single.road.shape
        matrix = augment.view(rng, shape, single.gsd, size, _anywhere(rng, shape))
        road = augment.warp(single.road.astype(np.uint8), matrix, size, cv2.INTER_NEAREST)
        return augment.radiometry(rng, augment.warp(single.image, matrix, size)), road > 0

    def __call__(self, rng: np.random.Generator, size: int) -> Crop:
        """One crop."""
        (before, gone), (after, built) = self._view(rng, size), self._view(rng, size)
        allowed = np.where(gone ^ built, ROAD, ANY - ROAD).astype(np.uint8)
        direction = np.where(built & ~gone, 1, np.where(gone & ~built, 2, 0)).astype(np.uint8)
        return before, after, allowed, direction


class PaintedRoads:
    """One image whose roads are painted over by their surroundings on one date."""

    def __init__(self, singles: list[Single], changed_share: float) -> None:
        self.singles, self.changed_share = singles, changed_share

    def __call__(self, rng: np.random.Generator, size: int) -> Crop:
        """One crop."""
        from training.scenes.roads_real import road_pair

        single = self.singles[int(rng.integers(len(self.singles)))]
        pair = road_pair(single.image, single.road, rng)
        pair.gsd = single.gsd
        return Places([pair], self.changed_share)(rng, size)


def draws(config: FitConfig, root: Path) -> dict[str, Draw]:
    """What each name in ``config.shares`` draws.

    Raises
    ------
    ValueError
        A share has a name that is no kind, or a report tile is among the training tiles.
    """
    refuse_report(config.train)
    names = {name for name, share in config.shares if share > 0}
    real = (
        levir_pairs(root, config.train, config.road_hint > 0)
        if names & {"real", "composed", "same"}
        else []
    )
    makers: dict[str, Callable[[], Draw]] = {
        "real": lambda: Places(real, config.changed_share),
        "composed": lambda: Composed(Places([_plain(pair) for pair in real], config.changed_share)),
        "scenes": lambda: Places(scene_pairs(config), config.changed_share),
        "clcd": lambda: Places(clcd_pairs(root), config.changed_share),
        "same": lambda: SameDate(
            [(image, pair.gsd) for pair in real for image in (pair.before, pair.after)]
            + [(single.image, single.gsd) for single in singles()]
        ),
        "crossed": lambda: CrossedRoads(singles()),
        "painted": lambda: PaintedRoads(
            [single for single in singles() if single.source != "dubai"], config.changed_share
        ),
    }
    loaded: list[Single] = []

    def singles() -> list[Single]:
        if not loaded:
            loaded.extend(s for name in config.roads for s in road_singles(root, name))
        return loaded

    unknown = sorted(names - set(makers))
    if unknown:
        raise ValueError(f"no such kind of pairs: {', '.join(unknown)}")
    return {name: makers[name]() for name in sorted(names)}
