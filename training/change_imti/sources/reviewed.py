"""A user's reviewed layers: what people confirmed and rejected on the map, as labelled crops.

Confirmed objects are drawn from their outlines, rejected ones are not there. An object without a
verdict, or ``unsure``, leaves its class unlabelled in every crop it touches. Where a crop has no
box of a class, nobody looked for one: the class is unlabelled there too, unless the reviewer says
that the layer is complete.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rasterio.warp import transform_bounds
from shapely import Geometry, STRtree, box

from engine.errors import EngineError
from engine.guide.reading import UNCHANGED, Finding, tile_caption
from engine.objects.components import count_cells
from engine.raster import RasterPair, Tile, TileGrid, WorkingGrid
from engine.raster.geodesy import place
from training.change_imti.pair import CLASSES, LabelledPair, Mask
from training.change_imti.report_area import report_area
from training.change_imti.sources.review_layer import (
    ReviewedObject,
    open_rasters,
    read_objects,
)
from training.change_imti.sources.review_masks import drawn

SIZE = 256
MOST_NODATA = 0.5
"""A crop with a larger share of pixels without data is left out (design 5.2)."""
TERMS = "reviewed by the user; imagery under the user's own terms"


@dataclass(frozen=True)
class Review:
    """A reviewed output and how to read it.

    Attributes
    ----------
    layers : Path
        Output of ``engine tile-infer`` with layers ``boxes`` and ``outlines``.
    before, after : str, optional
        The rasters, where they are no longer where the layers say.
    complete : bool
        The reviewer also added what was missed: crops and classes without boxes are unchanged.
    split : str
    data : Path, optional
        Data folder; crops over its report tiles go into the test split.
    """

    layers: Path
    before: str | None = None
    after: str | None = None
    complete: bool = False
    split: str = "train"
    data: Path | None = None


def reviewed(review: Review) -> Iterator[LabelledPair]:
    """Crops of 256 px of the working grid that someone reviewed.

    The captions are sentences measured on the confirmed objects; there are none where an object
    has no verdict.

    Raises
    ------
    FileNotFoundError
        The layers or their rasters are missing.
    ValueError
        The layers lack a table or an outline, or the rasters do not fit.
    """
    objects = read_objects(review.layers)
    try:
        with open_rasters(review.layers, review.before, review.after) as pair:
            yield from _crops(review, pair, objects.on_grid(pair.grid))
    except EngineError as error:
        raise ValueError(f"the rasters of {review.layers} cannot be read: {error}") from error


def _crops(
    review: Review, pair: RasterPair, objects: list[ReviewedObject]
) -> Iterator[LabelledPair]:
    layer = _name_of(review.layers, pair.grid)
    tree = STRtree([one.outline for one in objects])
    held = report_area(review.data)
    for tile in TileGrid(*pair.size, SIZE, 0):
        area = box(*_bounds(tile, pair))
        near = [objects[i] for i in sorted(tree.query(area, predicate="intersects").tolist())]
        # What only touches the crop's edge covers no pixel of it.
        here = [(one, drawn([one.outline], tile, pair.grid)) for one in near]
        here = [(one, mask) for one, mask in here if mask.any()]
        if not here and not review.complete:
            continue
        masks = _masks(here, review.complete)
        caption = _caption(here, review.complete)
        if not masks and caption is None:
            continue
        window = pair.read(tile.window)
        if (~window.valid).mean() > MOST_NODATA:
            continue
        split = "test" if _touches(area, pair, held) else review.split
        yield LabelledPair(
            f"{layer}_{tile.id}",
            layer,
            split,
            "reviewed",
            () if caption is None else (caption,),
            _verdict(here, masks),
            masks,
            (_rows(window.before), _rows(window.after)),
            "program",
        )


def _name_of(layers: Path, grid: WorkingGrid) -> str:
    """A name for the whole layer; layers of one name elsewhere on Earth have another."""
    where = f"{grid.crs.to_wkt()} {grid.transform[:6]}".encode()
    return f"{layers.stem}_{hashlib.blake2b(where, digest_size=4).hexdigest()}"


def _masks(here: list[tuple[ReviewedObject, Mask]], complete: bool) -> dict[str, Mask]:
    """Masks of the classes on whose every object there is a verdict."""
    masks = {}
    for name in CLASSES:
        own = [(one, mask) for one, mask in here if one.class_name == name]
        if all(one.known for one, _ in own) and (own or complete):
            empty = np.zeros((SIZE, SIZE), bool)
            masks[name] = np.any([empty, *(mask for one, mask in own if one.confirmed)], axis=0)
    return masks


def _verdict(here: list[tuple[ReviewedObject, Mask]], masks: dict[str, Mask]) -> bool | None:
    """Whether anything changed, by the reviewer."""
    if any(one.confirmed and count_cells(mask)[0] for one, mask in here):
        return True
    return False if len(masks) == len(CLASSES) else None


def _caption(here: list[tuple[ReviewedObject, Mask]], complete: bool) -> str | None:
    """A sentence measured on what was confirmed; None where it would guess."""
    if not all(one.known for one, _ in here):
        return None
    kinds = sorted({(one.class_name, one.action) for one, _ in here if one.confirmed})
    findings = []
    for name, action in kinds:
        masks = [
            mask
            for one, mask in here
            if one.confirmed and (one.class_name, one.action) == (name, action)
        ]
        findings.append(Finding(name, action, *count_cells(np.any(masks, axis=0))))
    if any(finding.count for finding in findings):
        return tile_caption(findings)
    return UNCHANGED if complete else None


def _bounds(tile: Tile, pair: RasterPair) -> tuple[float, float, float, float]:
    """West, south, east, north of a tile in the grid's CRS."""
    window, transform = tile.window, pair.grid.transform
    west, north = place(transform, window.col_off, window.row_off)
    east, south = place(transform, window.col_off + SIZE, window.row_off + SIZE)
    return float(west), float(south), float(east), float(north)


def _touches(area: Geometry, pair: RasterPair, held: Geometry | None) -> bool:
    if held is None:
        return False
    lonlat = transform_bounds(pair.grid.crs, "EPSG:4326", *area.bounds)
    return bool(held.intersects(box(*lonlat)))


def _rows(bands: np.ndarray) -> np.ndarray:
    """Bands first to bands last."""
    return np.ascontiguousarray(np.moveaxis(bands, 0, -1))
