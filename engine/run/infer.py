"""Tile rows in, stitched strips out: reading, the guide and stitching side by side.

Three threads: one reads the next tiles, the caller's runs the guide, one stitches and keeps what
is finished. Queues between them are short, so memory does not grow with the raster.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from engine.errors import Cancelled, LedgerError, ReadError
from engine.guide import CaptionSession, GuideSession
from engine.objects import Stitcher, Strip
from engine.raster import RasterPair, Tile
from engine.run.batches import BatchReader, Reading
from engine.run.ledger import Ledger, TileState
from engine.run.plan import TilePlan
from engine.run.reading import CHUNK_TILES, QUEUE_CHUNKS, Work, chunks_of, read_ahead
from engine.run.spans import Spans

Readings = Generator[tuple[int, list[Reading]]]
Source = Callable[[Iterable[Work]], Readings]
"""Turns runs of tiles into readings, in their order, in batches of one tile row."""


def infer_rows(
    pair: RasterPair,
    plan: TilePlan,
    guide: GuideSession,
    ledger: Ledger,
    *,
    thresholds: Sequence[float],
    batch_size: int,
    on_strip: Callable[[Strip, list[TileState]], None],
    on_tile: Callable[[TileState], None],
    cancelled: threading.Event,
    inline: bool = False,
    captions: CaptionSession | None = None,
    source: Source | None = None,
    spans: Spans | None = None,
) -> None:
    """Read every planned tile, stitch, and hand over strips from north to south.

    With a ``source``, other processes read and infer; ``guide`` then only says what its model is.

    Rows that the ledger holds are taken from it; the tile rows that reach into the first missing
    strip are read again, so that it comes out as in an uninterrupted run.

    Raises
    ------
    Cancelled
        ``cancelled`` was set; what is finished is in the ledger.
    EngineError
        Whatever the guide or the ledger raise. Windows that cannot be read become failed tiles.
    """
    first, stop = plan.active.start, plan.active.stop
    lost: set[str] = set()
    while first < stop and ledger.has_row(first):
        if cancelled.is_set():
            raise Cancelled("Stopped by the user.")
        try:
            strip, states = ledger.load_row(first)
        except LedgerError:
            ledger.forget_row(first)  # cut short when the machine went down: read again
            break
        failed = {state.tile_id for state in states if state.status == "failed"}
        if _any_readable(pair, [tile for tile in plan.rows[first] if tile.id in failed]):
            # Rows below were stitched without it; stopped again, a run must not take them.
            for row in range(stop - 1, first - 1, -1):
                ledger.forget_row(row)
            break
        lost |= failed
        on_strip(strip, states)
        for state in states:
            on_tile(state)
        first += 1
    if first == stop:
        return
    warm = first
    while warm > plan.active.start and plan.row_reach(warm - 1) > plan.row_start(first):
        warm -= 1
    spans = spans or Spans()
    finisher = _Finisher(plan, guide, ledger, first, thresholds, on_strip, on_tile, lost, spans)
    work = ((row, run) for row in range(warm, stop) for run in chunks_of(plan.rows[row]))
    if source is not None:
        _stitch(source(work), finisher, stop, batch_size, cancelled, inline)
        return
    reader = BatchReader(plan, guide, thresholds, batch_size, captions, spans)
    readings = _read_here(pair, work, reader, cancelled, inline, spans)
    with spans.rest_of_cpu("inference"):
        _stitch(readings, finisher, stop, batch_size, cancelled, inline)


def _read_here(
    pair: RasterPair, work: Iterable[Work], reader: BatchReader, cancelled: threading.Event,
    inline: bool, spans: Spans,
) -> Readings:  # fmt: skip
    """Readings of this process: pixels in a thread of their own, the guide in the caller's."""
    chunks = read_ahead(pair, work, cancelled, inline, spans)
    try:
        for row, chunk in chunks:
            for readings in reader.read(chunk):
                yield row, readings
    finally:
        chunks.close()


def _stitch(
    source: Readings, finisher: _Finisher, stop: int, batch_size: int, cancelled: threading.Event,
    inline: bool,
) -> None:  # fmt: skip
    """Take readings as they come; stitch them in a thread of its own, not too far behind."""
    pool: ThreadPoolExecutor | None = None if inline else ThreadPoolExecutor(1, "stitch")
    pending: deque[Future[None]] = deque()
    try:
        for row, readings in source:
            if cancelled.is_set():
                raise Cancelled("Stopped by the user.")
            if pool is None:
                finisher.take(row, readings)
                continue
            pending.append(pool.submit(finisher.take, row, readings))
            if len(pending) > 2 * QUEUE_CHUNKS * CHUNK_TILES // batch_size:
                pending.popleft().result()
        for future in pending:
            future.result()
        finisher.finish(stop)
    finally:
        source.close()
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)


class _Finisher:
    """Adds readings to the stitcher and passes on what no later tile can reach."""

    def __init__(
        self, plan: TilePlan, guide: GuideSession, ledger: Ledger, first: int,
        thresholds: Sequence[float],
        on_strip: Callable[[Strip, list[TileState]], None], on_tile: Callable[[TileState], None],
        lost: set[str], spans: Spans,
    ) -> None:  # fmt: skip
        self._spans = spans
        self._plan, self._ledger, self._first, self._lost = plan, ledger, first, lost
        self._on_strip, self._on_tile = on_strip, on_tile
        self._stitcher = Stitcher(
            plan.grid.width,
            plan.grid.height,
            tile_size=plan.grid.tile_size,
            overlap=plan.grid.overlap,
            n_classes=len(guide.model.classes),
            threshold=thresholds,
            first_row=plan.row_start(first),
        )
        self._next = first
        self._states: dict[int, list[TileState]] = {}
        self._broken = False

    def take(self, row: int, readings: list[Reading]) -> None:
        """Stitch readings of a tile row; rows come in order.

        After an error nothing more is taken: what is queued behind it would be kept as the rows
        that are missing.
        """
        if self._broken:
            return
        try:
            self._take(row, readings)
        except BaseException:
            self._broken = True
            raise

    def _take(self, row: int, readings: list[Reading]) -> None:
        self.finish(row)
        with self._spans.span("stitching", tiles=len(readings)):
            if row >= self._first:  # tiles of a row come from left to right
                left = readings[0].tile.window.col_off
                self._stitcher.settle(left, self._plan.row_stop(row))
            for reading in readings:
                if reading.arrays is not None:
                    self._stitcher.add(reading.tile.window, *reading.arrays)
        for reading in readings:
            state = reading.state
            if row < self._first and state.status == "failed" and state.tile_id not in self._lost:
                # Its row is kept as whole, so nobody would learn that the next one is not.
                raise ReadError(
                    f"Tile {state.tile_id} could not be read again: {state.reason}",
                    hint="Try once more with --resume.",
                )
            self._states.setdefault(row, []).append(state)
            if row >= self._first:
                self._on_tile(state)

    def finish(self, row: int) -> None:
        """Hand over every strip that tile rows from ``row`` on cannot change."""
        while self._next < row and (
            row == self._plan.active.stop
            or self._plan.row_stop(self._next) <= self._plan.row_start(row)
        ):
            with self._spans.span("stitching"):
                strip = self._stitcher.finish_rows(self._plan.row_stop(self._next))
            states = self._states.pop(self._next, [])
            with self._spans.span("keeping", row=self._next):
                self._ledger.save_row(self._next, strip, states)
            self._on_strip(strip, states)
            self._next += 1


def _any_readable(pair: RasterPair, tiles: list[Tile]) -> bool:
    """Whether one of some tiles that failed can be read now."""
    for tile in tiles:
        try:
            pair.read(tile.window)
        except ReadError:
            continue
        return True
    return False
