"""The guide's own sentences for tiles that changed, a tile row at a time."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.guide.agreement import best_wording
from engine.guide.tile_reading import TileReading
from engine.raster import Tile
from engine.run.ledger import TileState

AHEAD = 4
"""Rows that may wait for their sentences."""
Wordings = Callable[[NDArray[np.float32]], list[tuple[str, ...]]]
"""What the caption decoder reads of tiles, float32 (n, T, M), to sentences of each, best first."""


@dataclass
class ReadTile:
    """A tile, what became of it, and what the kept objects are in it."""

    tile: Tile
    state: TileState
    reading: TileReading
    changed_pixels: int = 0


class Telling:
    """Rows on their way through the caption decoder; they come out in their order.

    Which tiles are decoded together depends on their row alone, so what is said of them does not
    depend on how the run went. Use as a context manager.

    Parameters
    ----------
    captions : callable, optional
        Without it rows pass as they are.
    threads : int
        Rows that are told side by side; with 0 each is told when it comes.
    """

    def __init__(self, captions: Wordings | None, threads: int) -> None:
        self._captions = captions
        self._pool = ThreadPoolExecutor(threads, "captions") if captions and threads else None
        self._rows: deque[tuple[list[ReadTile], Future[None] | None]] = deque()

    def put(self, row: list[ReadTile]) -> None:
        """Add a tile row."""
        told = {
            index: tile.state.memory
            for index, tile in enumerate(row)
            if tile.reading.changed and tile.state.memory is not None
        }
        under_way = None
        if self._captions is not None and told:
            if self._pool is not None:
                under_way = self._pool.submit(_tell, row, told, self._captions)
            else:
                _tell(row, told, self._captions)
        self._rows.append((row, under_way))

    def take(self, *, rest: bool = False) -> Iterator[list[ReadTile]]:
        """Rows that are told; with ``rest`` all, else those that are not waited for any longer.

        Raises
        ------
        EngineError
            Of the caption decoder.
        """
        while self._rows:
            row, under_way = self._rows[0]
            if under_way is not None:
                if not (rest or under_way.done() or len(self._rows) > AHEAD):
                    return
                under_way.result()
            self._rows.popleft()
            yield row

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


def _tell(row: list[ReadTile], told: dict[int, NDArray[np.float16]], captions: Wordings) -> None:
    memory = np.stack(list(told.values())).astype(np.float32)
    for index, wordings in zip(told, captions(memory), strict=True):
        reading = row[index].reading
        sentence = best_wording(wordings, reading.findings)
        row[index].reading = dataclasses.replace(reading, caption=sentence)
