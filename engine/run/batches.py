"""Chunks of tiles in, readings out: the guide, and what else is said of a tile while it is at hand.

What is measured here is a part of the tile's record in the ledger, so a resumed run has it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.errors import OutOfMemoryError, ReadError
from engine.guide import GuideOutputs, GuideSession
from engine.objects.components import MIN_PIXELS
from engine.raster import PairPixels, Tile
from engine.run.ledger import TileState
from engine.run.plan import TilePlan
from engine.run.spans import Spans

BLOCK = 8
"""Side, pixels, of the blocks over which a tile's change score averages."""
JUDGED_NODATA = 50.0
"""Tiles with a larger share without data, percent, are not compared with the training imagery."""
NO_NUMBERS = "The guide gave no numbers (NaN or infinite) for some of its pixels."
HINT = 0.5
"""A tile may have changed where so large a share of a class's threshold is reached: neighbours that
overlap it have a say in the stitched map."""


@dataclass(frozen=True)
class Reading:
    """What was read of one tile; a tile without data or a failed one has no arrays.

    Attributes
    ----------
    arrays : (change, appeared, valid) or None
        float32 (K, h, w), float32 (1, h, w), bool (h, w).
    """

    tile: Tile
    state: TileState
    arrays: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]] | None = None


@dataclass
class Chunk:
    """Neighbouring tiles and their pixels, or why they have none."""

    tiles: list[Tile]
    pixels: list[PairPixels | ReadError] = field(default_factory=list)


class BatchReader:
    """Runs the guide over chunks of tiles.

    Parameters
    ----------
    thresholds : sequence of float
        Least probability of a changed pixel, one for each class.
    batch_size : int
        Tiles with data per inference.
    spans : Spans, optional
        Takes the seconds of ``inference``.
    """

    def __init__(
        self, plan: TilePlan, guide: GuideSession, thresholds: Sequence[float], batch_size: int,
        spans: Spans | None = None,
    ) -> None:  # fmt: skip
        self._spans = spans or Spans()
        self._plan, self._guide = plan, guide
        self._batch_size = batch_size
        self._levels = np.asarray(thresholds, np.float32)[:, None, None]

    def read(self, chunk: Chunk) -> Iterator[list[Reading]]:
        """The chunk's tiles in order, in batches of those that have data.

        Raises
        ------
        EngineError
            Of the guide.
        """
        batch: list[tuple[Tile, PairPixels | ReadError]] = []
        full = 0
        for tile, pixels in zip(chunk.tiles, chunk.pixels, strict=True):
            batch.append((tile, pixels))
            full += isinstance(pixels, PairPixels) and bool(pixels.valid.any())
            if full == self._batch_size:
                yield self._read_batch(batch)
                batch, full = [], 0
        if batch:
            yield self._read_batch(batch)

    def _read_batch(self, batch: list[tuple[Tile, PairPixels | ReadError]]) -> list[Reading]:
        seen = [(t, p) for t, p in batch if isinstance(p, PairPixels) and p.valid.any()]
        known = iter(self._read_seen(seen) if seen else [])
        readings = []
        for tile, pixels in batch:
            if isinstance(pixels, ReadError):
                state = TileState(tile.id, tile.col, "failed", None, reason=pixels.message)
                readings.append(Reading(tile, state))
            elif not pixels.valid.any():
                readings.append(Reading(tile, TileState(tile.id, tile.col, "nodata", 100.0)))
            else:
                readings.append(next(known))
        return readings

    def _read_seen(self, batch: list[tuple[Tile, PairPixels]]) -> list[Reading]:
        """Readings of tiles with data."""
        with self._spans.span("inference", tiles=len(batch)):
            outputs = _run_halving(
                self._guide,
                np.stack([pixels.before for _, pixels in batch]),
                np.stack([pixels.after for _, pixels in batch]),
            )
        readings = []
        for index, (tile, pixels) in enumerate(batch):
            arrays = outputs.change[index], outputs.appeared[index], pixels.valid
            if not _are_numbers(*arrays):
                # Blended, they would wipe out what the neighbours saw.
                state = TileState(tile.id, tile.col, "failed", None, reason=NO_NUMBERS)
                readings.append(Reading(tile, state))
                continue
            readings.append(Reading(tile, self._state(tile, pixels, outputs, index), arrays))
        return readings

    def _state(
        self, tile: Tile, pixels: PairPixels, outputs: GuideOutputs, index: int
    ) -> TileState:
        c0, r0, c1, r1 = self._plan.inside(tile)
        seen, inside = np.count_nonzero(pixels.valid), (c1 - c0) * (r1 - r0)
        wanted = inside if pixels.area is None else np.count_nonzero(pixels.area)
        unseen = 100.0 * (1.0 - seen / inside)
        if outputs.flag is not None and unseen <= 0 and np.isfinite(outputs.flag[index, 0]):
            # The flag speaks of the whole tile, also of what lies outside the area of interest.
            score = float(outputs.flag[index, 0])
        else:
            score = _block_score(outputs.change[index], pixels.valid)
        check, unlike = self._guide.range_check, None
        if check is not None and outputs.features is not None and unseen <= JUDGED_NODATA:
            unlike = round(float(check.scores(outputs.features[index][None])[0]), 3)
        memory = None
        if outputs.memory is not None and self._may_have_changed(
            outputs.change[index], pixels.valid
        ):
            memory = outputs.memory[index].astype(np.float16)
        return TileState(
            tile.id, tile.col, "ok", round(100.0 * (1.0 - seen / wanted), 2),
            score=round(score, 4), range_score=unlike, memory=memory,
        )  # fmt: skip

    def _may_have_changed(self, change: NDArray[np.float32], valid: NDArray[np.bool_]) -> bool:
        reached = (change >= HINT * self._levels).any(axis=0) & valid
        return int(np.count_nonzero(reached)) >= MIN_PIXELS


def _are_numbers(
    change: NDArray[np.float32], appeared: NDArray[np.float32], valid: NDArray[np.bool_]
) -> bool:
    """Whether all that is said of pixels with data is finite."""
    if np.isfinite(change.sum()) and np.isfinite(appeared.sum()):
        return True
    return bool(np.isfinite(change[:, valid]).all() and np.isfinite(appeared[:, valid]).all())


def _run_halving(
    guide: GuideSession, before: NDArray[np.uint8], after: NDArray[np.uint8]
) -> GuideOutputs:
    """Run a batch; when memory runs out, its halves."""
    try:
        return guide.read(before, after)
    except OutOfMemoryError:
        if len(before) == 1:
            raise
        half = len(before) // 2
        first = _run_halving(guide, before[:half], after[:half])
        second = _run_halving(guide, before[half:], after[half:])
        return GuideOutputs(
            np.concatenate([first.change, second.change]),
            np.concatenate([first.appeared, second.appeared]),
            _joined(first.flag, second.flag),
            _joined(first.features, second.features),
            _joined(first.memory, second.memory),
        )


def _joined(
    first: NDArray[np.float32] | None, second: NDArray[np.float32] | None
) -> NDArray[np.float32] | None:
    return None if first is None or second is None else np.concatenate([first, second])


def _block_score(change: NDArray[np.float32], valid: NDArray[np.bool_]) -> float:
    """Highest mean probability of any class over any 8×8 block, data-less pixels as zero."""
    if not valid.all():
        change = np.where(valid, change, np.float32(0))
    h, w = (side - side % BLOCK for side in valid.shape)
    sums = np.add.reduceat(change[:, :h, :w], np.arange(0, w, BLOCK), axis=2)
    sums = np.add.reduceat(sums, np.arange(0, h, BLOCK), axis=1)
    return float(sums.max()) / BLOCK**2 if sums.size else 0.0
