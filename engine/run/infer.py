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
from engine.guide import GuideSession
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
    source: Source | None = None,
    spans: Spans | None = None,
) -> None:
    """Read every planned tile, stitch, and hand over strips from north to south.

    With a ``source``, other processes read and infer; ``guide`` then only says what its model is.

    Rows that the ledger holds are taken from it. Of those it lacks, the tile rows that reach into
    the first missing strip are read again, so that it comes out as in an uninterrupted run.

    Raises
    ------
    Cancelled
        ``cancelled`` was set; what is finished is in the ledger.
    EngineError
        Whatever the guide or the ledger raise. Windows that cannot be read become failed tiles.
    """
    spans = spans or Spans()
    lost: set[str] = set()
    row, stop = plan.active.start, plan.active.stop
    while row < stop:
        if cancelled.is_set():
            raise Cancelled("Stopped by the user.")
        kept = _kept_row(pair, plan, ledger, row)
        if kept is not None:
            strip, states = kept
            lost |= {state.tile_id for state in states if state.status == "failed"}
            on_strip(strip, states)
            for state in states:
                on_tile(state)
            row += 1
            continue
        after = row + 1
        while after < stop and _kept_row(pair, plan, ledger, after) is None:
            after += 1
        finisher = _Finisher(
            plan, guide, ledger, range(row, after), thresholds, on_strip, on_tile, lost, spans
        )
        work = (
            (index, run)
            for index in range(_warm_from(plan, row), after)
            for run in chunks_of(plan.rows[index])
        )
        if source is not None:
            _stitch(source(work), finisher, batch_size, cancelled, inline)
        else:
            reader = BatchReader(plan, guide, thresholds, batch_size, spans)
            readings = _read_here(pair, work, reader, cancelled, inline, spans)
            with spans.rest_of_cpu("inference"):
                _stitch(readings, finisher, batch_size, cancelled, inline)
        row = after


def _kept_row(
    pair: RasterPair, plan: TilePlan, ledger: Ledger, row: int
) -> tuple[Strip, list[TileState]] | None:
    """A row as the ledger holds it; None where it must be computed (again)."""
    if not ledger.has_row(row):
        return None
    try:
        strip, states = ledger.load_row(row)
    except LedgerError:
        ledger.forget_row(row)  # cut short when the machine went down
        return None
    failed = {state.tile_id for state in states if state.status == "failed"}
    if not _any_readable(pair, [tile for tile in plan.rows[row] if tile.id in failed]):
        return strip, states
    # The rows it reaches into were stitched without it. The row itself goes last: stopped in
    # between, the next run finds its failed tiles again.
    reach = plan.row_reach(row)
    reached = [r for r in range(row, plan.active.stop) if plan.row_start(r) < reach or r == row]
    for index in reversed(reached):
        ledger.forget_row(index)
    return None


def _warm_from(plan: TilePlan, row: int) -> int:
    """The first tile row that reaches into a row's strip."""
    first = row
    while first > plan.active.start and plan.row_reach(first - 1) > plan.row_start(row):
        first -= 1
    return first


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
    source: Readings, finisher: _Finisher, batch_size: int, cancelled: threading.Event,
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
        finisher.finish()
    finally:
        source.close()
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)


class _Finisher:
    """Adds readings to the stitcher and passes on what no later tile can reach.

    Only rows in ``rows`` are kept and passed on; those before it are read for their overlap.
    """

    def __init__(
        self, plan: TilePlan, guide: GuideSession, ledger: Ledger, rows: range,
        thresholds: Sequence[float],
        on_strip: Callable[[Strip, list[TileState]], None], on_tile: Callable[[TileState], None],
        lost: set[str], spans: Spans,
    ) -> None:  # fmt: skip
        self._spans = spans
        self._plan, self._ledger, self._rows, self._lost = plan, ledger, rows, lost
        self._on_strip, self._on_tile = on_strip, on_tile
        self._stitcher = Stitcher(
            plan.grid.width,
            plan.grid.height,
            tile_size=plan.grid.tile_size,
            overlap=plan.grid.overlap,
            n_classes=len(guide.model.classes),
            threshold=thresholds,
            first_row=plan.row_start(rows.start),
        )
        self._next = rows.start
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
        self._finish_above(row)
        with self._spans.span("stitching", tiles=len(readings)):
            if row in self._rows:  # tiles of a row come from left to right
                left = readings[0].tile.window.col_off
                self._stitcher.settle(left, self._plan.row_stop(row))
            for reading in readings:
                if reading.arrays is not None:
                    self._stitcher.add(reading.tile.window, *reading.arrays)
        for reading in readings:
            state = reading.state
            again = row < self._rows.start
            if again and state.status == "failed" and state.tile_id not in self._lost:
                # Its row is kept as whole, so nobody would learn that the next one is not.
                raise ReadError(
                    f"Tile {state.tile_id} could not be read again: {state.reason}",
                    hint="Try once more with --resume.",
                )
            self._states.setdefault(row, []).append(state)
            if row in self._rows:
                self._on_tile(state)

    def finish(self) -> None:
        """Hand over what is left: no more tiles come."""
        self._finish_above(self._rows.stop, last=True)

    def _finish_above(self, row: int, last: bool = False) -> None:
        """Hand over every strip that tile rows from ``row`` on cannot change."""
        while self._next < row and (
            last or self._plan.row_stop(self._next) <= self._plan.row_start(row)
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
