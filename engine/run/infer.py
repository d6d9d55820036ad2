"""Tile rows in, stitched strips out: reading, the guide and stitching side by side.

Three threads: one reads the next tiles, the caller's runs the guide, one stitches and keeps what
is finished. Queues between them are short, so memory does not grow with the raster.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from rasterio.windows import Window

from engine.errors import Cancelled, LedgerError, ReadError
from engine.guide import CaptionSession, GuideSession
from engine.objects import Stitcher, Strip
from engine.raster import PairPixels, RasterPair, Tile
from engine.run.batches import BatchReader, Chunk, Reading
from engine.run.ledger import Ledger, TileState
from engine.run.plan import TilePlan

CHUNK_TILES = 16
"""Neighbouring tiles that are read with one window."""
QUEUE_CHUNKS = 2


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
) -> None:
    """Read every planned tile, stitch, and hand over strips from north to south.

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
    finisher = _Finisher(plan, guide, ledger, first, thresholds, on_strip, on_tile, lost)
    pool: ThreadPoolExecutor | None = None if inline else ThreadPoolExecutor(1, "stitch")
    reader = BatchReader(plan, guide, thresholds, batch_size, captions)
    chunks = _read_ahead(pair, plan, warm, cancelled, inline)
    pending: deque[Future[None]] = deque()
    try:
        for row, chunk in chunks:
            if cancelled.is_set():
                raise Cancelled("Stopped by the user.")
            for readings in reader.read(chunk):
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
        chunks.close()
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)


class _Finisher:
    """Adds readings to the stitcher and passes on what no later tile can reach."""

    def __init__(
        self, plan: TilePlan, guide: GuideSession, ledger: Ledger, first: int,
        thresholds: Sequence[float],
        on_strip: Callable[[Strip, list[TileState]], None], on_tile: Callable[[TileState], None],
        lost: set[str],
    ) -> None:  # fmt: skip
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
        for reading in readings:
            if reading.arrays is not None:
                self._stitcher.add(reading.tile.window, *reading.arrays)
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
            strip = self._stitcher.finish_rows(self._plan.row_stop(self._next))
            states = self._states.pop(self._next, [])
            self._ledger.save_row(self._next, strip, states)
            self._on_strip(strip, states)
            self._next += 1


def _read_ahead(
    pair: RasterPair, plan: TilePlan, first: int, cancelled: threading.Event, inline: bool
) -> Generator[tuple[int, Chunk]]:
    """Chunks of tiles with their pixels, read one or two ahead of the guide."""
    work = (
        (row, Chunk(tiles))
        for row in range(first, plan.active.stop)
        for tiles in _chunks(plan.rows[row])
    )
    if inline:
        for row, chunk in work:
            _read(pair, chunk)
            yield row, chunk
        return
    ready: queue.Queue[tuple[int, Chunk] | BaseException | None] = queue.Queue(QUEUE_CHUNKS)
    stop = threading.Event()

    def put(item: tuple[int, Chunk] | BaseException | None) -> None:
        while not stop.is_set():
            try:
                ready.put(item, timeout=0.2)
                return
            except queue.Full:
                continue

    def read() -> None:
        try:
            for row, chunk in work:
                if stop.is_set() or cancelled.is_set():
                    break
                _read(pair, chunk)
                put((row, chunk))
            put(None)
        except BaseException as error:  # handed to the caller's thread, raised there
            put(error)

    thread = threading.Thread(target=read, name="read", daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
        if cancelled.is_set():
            raise Cancelled("Stopped by the user.")
    finally:
        stop.set()
        thread.join()


def _chunks(tiles: list[Tile]) -> Iterator[list[Tile]]:
    """Runs of neighbouring tiles of one row, at most ``CHUNK_TILES`` long."""
    run: list[Tile] = []
    for tile in tiles:
        if run and (tile.col != run[-1].col + 1 or len(run) == CHUNK_TILES):
            yield run
            run = []
        run.append(tile)
    if run:
        yield run


def _read(pair: RasterPair, chunk: Chunk) -> None:
    """Read a chunk with one window; tile by tile where that fails, to lose as little as can be."""
    first, last = chunk.tiles[0].window, chunk.tiles[-1].window
    width = last.col_off + last.width - first.col_off
    try:
        whole = pair.read(Window(first.col_off, first.row_off, width, first.height))
    except ReadError:
        for tile in chunk.tiles:
            try:
                chunk.pixels.append(pair.read(tile.window))
            except ReadError as error:
                chunk.pixels.append(error)
        return
    for tile in chunk.tiles:
        at = tile.window.col_off - first.col_off
        part = slice(at, at + tile.window.width)
        chunk.pixels.append(
            PairPixels(whole.before[..., part], whole.after[..., part], whole.valid[..., part])
        )


def _any_readable(pair: RasterPair, tiles: list[Tile]) -> bool:
    """Whether one of some tiles that failed can be read now."""
    for tile in tiles:
        try:
            pair.read(tile.window)
        except ReadError:
            continue
        return True
    return False
