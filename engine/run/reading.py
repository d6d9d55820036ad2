"""Tiles in runs of neighbours, and their pixels read ahead of the guide."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable, Iterator

from rasterio.windows import Window

from engine.errors import Cancelled, ReadError
from engine.raster import PairPixels, RasterPair, Tile
from engine.run.batches import Chunk
from engine.run.spans import Spans

CHUNK_TILES = 16
"""Neighbouring tiles that are read with one window."""
QUEUE_CHUNKS = 2
Work = tuple[int, list[Tile]]
"""A tile row's number and a run of its tiles."""


def read_ahead(
    pair: RasterPair, work: Iterable[Work], cancelled: threading.Event, inline: bool, spans: Spans
) -> Generator[tuple[int, Chunk]]:
    """Chunks of tiles with their pixels, read one or two ahead of the guide.

    Raises
    ------
    Cancelled
        ``cancelled`` was set.
    """
    if inline:
        for row, tiles in work:
            yield row, read_chunk(pair, tiles, spans)
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
            for row, tiles in work:
                if stop.is_set() or cancelled.is_set():
                    break
                put((row, read_chunk(pair, tiles, spans)))
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


def chunks_of(tiles: list[Tile]) -> Iterator[list[Tile]]:
    """Runs of neighbouring tiles of one row, at most ``CHUNK_TILES`` long."""
    run: list[Tile] = []
    for tile in tiles:
        if run and (tile.col != run[-1].col + 1 or len(run) == CHUNK_TILES):
            yield run
            run = []
        run.append(tile)
    if run:
        yield run


def read_chunk(pair: RasterPair, tiles: list[Tile], spans: Spans) -> Chunk:
    """Read neighbours with one window; tile by tile where that fails, to lose as few as can be."""
    chunk = Chunk(tiles)
    with spans.span("reading", tiles=len(tiles)):
        _read(pair, chunk)
    return chunk


def _read(pair: RasterPair, chunk: Chunk) -> None:
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
        area = None if whole.area is None else whole.area[..., part]
        chunk.pixels.append(
            PairPixels(
                whole.before[..., part], whole.after[..., part], whole.valid[..., part], area
            )
        )
