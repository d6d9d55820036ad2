"""The second pass: the mask of what was kept, and what it says of each tile.

Objects are judged over the whole extent first (area, score, nodata). Only then are tiles counted,
on the mask without the dropped objects, so that tiles, boxes and the mask tell one story.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import box

from engine.guide.agreement import completed
from engine.guide.reading import tile_caption
from engine.guide.tile_reading import ClassReading, TileReading, read_tile
from engine.layers import TileRecord
from engine.objects import ObjectMerger, Strip
from engine.objects.measure import Measurer
from engine.raster import Tile
from engine.run.collect import DROPPED
from engine.run.ledger import Ledger, TileState
from engine.run.plan import TilePlan
from engine.run.speak import SpokenTile
from engine.run.telling import ReadTile, Telling

BATCH, SPOKEN_BATCH = 10_000, 512
"""Tiles written together; fewer where each waits for a language model."""
WriteRows = Callable[[NDArray[np.uint8], NDArray[np.bool_]], None]


@dataclass
class _Kept:
    """Kept classes and actions of some finished rows."""

    row0: int
    classes: NDArray[np.uint8]
    actions: NDArray[np.uint8]


def write_tiles(
    plan: TilePlan,
    ledger: Ledger,
    merger: ObjectMerger,
    fates: NDArray[np.uint8],
    classes: tuple[str, ...],
    measurer: Measurer,
    *,
    write: Callable[[list[TileRecord]], None],
    write_mask: WriteRows | None,
    progress: Callable[[int], None],
    telling: Telling,
    speak: Callable[[list[SpokenTile]], None] | None = None,
    sketched: bool = False,
) -> Counter[str]:
    """Write one record per tile and, on request, the rows of the mask.

    Parameters
    ----------
    fates : uint8 array
        By object number: index into ``ACTIONS``, or ``DROPPED`` (as number 0, no object, is).
    write_mask : callable, optional
        Takes class codes (h, width) uint8 and whether pixels were seen, from north to south.
    progress : callable
        Takes the number of tile rows done.
    telling : Telling
        The guide's own sentences; only tiles that changed get some.
    speak : callable, optional
        Fills a language model's words into records before they are written.
    sketched : bool
        Whether readings have outlines, for the guide card.

    Returns
    -------
    Counter
        Tiles by status.
    """
    statuses: Counter[str] = Counter()
    buffer: list[_Kept] = []
    states: dict[int, list[TileState]] = {}
    waiting: list[SpokenTile] = []
    batch = BATCH if speak is None else SPOKEN_BATCH

    def take(rest: bool = False) -> None:
        for read in telling.take(rest=rest):
            waiting.extend(_spoken(plan, one, measurer) for one in read)
            if len(waiting) >= batch:
                give()

    def give() -> None:
        if speak is not None:
            speak(waiting)
        write([spoken.record for spoken in waiting])
        waiting.clear()

    row, height = plan.active.start, plan.grid.height
    if write_mask is not None:
        _write_unseen(write_mask, plan.row_start(row) if plan.active else height, plan.grid.width)
    for index, strip, tiles in _strips(ledger, plan.active):
        states[index] = tiles
        kept = _keep(strip, merger, fates)
        if write_mask is not None and strip.height:
            write_mask(kept.classes, strip.seen)
        buffer.append(kept)
        while row <= index and plan.row_reach(row) <= strip.row1:
            by_col = {state.col: state for state in states.pop(row)}
            statuses.update(state.status for state in by_col.values())
            telling.put(
                [
                    _read(plan, tile, by_col[tile.col], buffer, classes, sketched)
                    for tile in plan.rows[row]
                ]
            )
            take()
            row += 1
            progress(row - plan.active.start)
            start = plan.row_start(row) if row < plan.active.stop else height
            buffer = [part for part in buffer if part.row0 + len(part.classes) > start]
    take(rest=True)
    give()
    if write_mask is not None and plan.active:
        _write_unseen(write_mask, height - plan.row_stop(row - 1), plan.grid.width)
    return statuses


def _write_unseen(write_mask: WriteRows, rows: int, width: int) -> None:
    """Rows outside the area of interest, some at a time."""
    for start in range(0, rows, 256):
        shape = min(256, rows - start), width
        write_mask(np.zeros(shape, np.uint8), np.zeros(shape, bool))


def _strips(ledger: Ledger, rows: range) -> Iterator[tuple[int, Strip, list[TileState]]]:
    for row in rows:
        strip, tiles = ledger.load_row(row)
        yield row, strip, tiles


def _keep(strip: Strip, merger: ObjectMerger, fates: NDArray[np.uint8]) -> _Kept:
    """Blank what was dropped."""
    if not strip.class_map.any():
        return _Kept(strip.row0, strip.class_map, strip.class_map)
    actions = fates[merger.object_of(strip)]
    return _Kept(strip.row0, np.where(actions == DROPPED, 0, strip.class_map), actions)


def _read(
    plan: TilePlan, tile: Tile, state: TileState, buffer: list[_Kept], classes: tuple[str, ...],
    sketched: bool,
) -> ReadTile:  # fmt: skip
    if state.status != "ok":
        return ReadTile(tile, state, TileReading())
    c0, r0, c1, r1 = plan.inside(tile)
    masks = _crop(buffer, c0, r0, c1, r1)
    if masks is None:
        nothing = tuple(ClassReading(name, 0) for name in classes)
        reading = TileReading(nothing, False, state.score, None, (c1 - c0, r1 - r0))
        return ReadTile(tile, state, reading)
    kept, actions = masks
    reading = read_tile(kept, actions, classes, change_score=state.score, sketched=sketched)
    return ReadTile(tile, state, reading, int(np.count_nonzero(kept)))


def _spoken(plan: TilePlan, one: ReadTile, measurer: Measurer) -> SpokenTile:
    """A tile's record in the guide's own words, and the reading it rests on."""
    tile, state, reading = one.tile, one.state, one.reading
    c0, r0, c1, r1 = plan.inside(tile)
    record = TileRecord(
        tile_id=tile.id,
        row=tile.row,
        col=tile.col,
        status=state.status,
        geometry=measurer.to_map(box(c0, r0, c1, r1)),
        nodata_pct=state.nodata_pct,
    )
    if state.status != "ok":
        return SpokenTile(tile, record, reading)
    record.changed = reading.changed
    record.change_score = state.score
    record.range_score = state.range_score
    record.caption = tile_caption(reading.findings)
    record.caption_source = "guide"
    if reading.changed and reading.caption is not None:
        record.caption_raw = reading.caption
        told = completed(reading.caption, reading.findings)
        record.text_ok = told is not None
        record.caption = told or record.caption
    record.changed_area_m2 = 0.0
    if one.changed_pixels:
        pixel_m2 = measurer.pixel_area_m2((c0 + c1) / 2, (r0 + r1) / 2)
        record.changed_area_m2 = round(pixel_m2 * one.changed_pixels, 1)
    if building := reading.of("building"):
        record.n_building, record.building_cells = building.count, building.cells
    if road := reading.of("road"):
        record.n_road, record.road_cells = road.count, road.cells
    return SpokenTile(tile, record, reading)


def _crop(
    buffer: list[_Kept], c0: int, r0: int, c1: int, r1: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]] | None:
    """The window of the kept rows, or None where nothing was kept."""
    parts = [
        (part.classes[lo:hi, c0:c1], part.actions[lo:hi, c0:c1])
        for part in buffer
        if (lo := max(0, r0 - part.row0)) < (hi := min(len(part.classes), r1 - part.row0))
    ]
    if not any(classes.any() for classes, _ in parts):
        return None
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
