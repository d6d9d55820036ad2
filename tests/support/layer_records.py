"""Records of made-up objects and tiles, and a provenance, for tests of what is written."""

from __future__ import annotations

import datetime as dt

import numpy as np
from shapely.geometry import Polygon, box

from engine.layers import BoxRecord, Provenance, TileRecord

ORIGIN = (500_000.0, 4_600_000.0)
CLASSES = ("building", "road", "other")
ACTIONS = ("appeared", "disappeared", "changed")

ODD_CRS = (
    'PROJCS["Site grid",GEOGCS["NAD83",DATUM["North_American_Datum_1983",'
    'SPHEROID["GRS 1980",6378137,298.257222101]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",40.1],PARAMETER["central_meridian",-75.3],'
    'PARAMETER["scale_factor",1],PARAMETER["false_easting",10000],'
    'PARAMETER["false_northing",20000],UNIT["US survey foot",0.304800609601219]]'
)
"""A grid nobody registered, in US survey feet."""


def make_boxes(
    count: int, seed: int = 0, origin: tuple[float, float] = ORIGIN, unit: float = 1.0
) -> list[BoxRecord]:
    """Boxes of 6 to 28 units on a square of 1000, with a hole in every third outline."""
    random = np.random.default_rng(seed)
    records = []
    for index in range(count):
        x, y = (origin[i] + random.uniform(0, 970) * unit for i in range(2))
        width, height = random.uniform(6, 28, 2) * unit
        shape = box(x, y, x + width, y + height)
        outline = shape.buffer(-unit)
        if index % 3 == 0:
            outline = outline.difference(shape.buffer(-2 * unit))
        name = CLASSES[index % 3]
        records.append(
            BoxRecord(
                box_id=f"{name}-u33dc{index:06d}",
                class_name=name,
                action=ACTIONS[int(random.integers(3))],
                box=shape,
                outline=outline,
                score=float(random.uniform(0.4, 1)),
                area_m2=float(outline.area),
                width_m=float(width),
                height_m=float(height),
                cell="top left corner",
                nodata_pct=0.0,
                tile_ids=("r00000c00001", "r00000c00002"),
                caption=f"A {name} <b>& more</b>",
                date_before=dt.date(2023, 5, 1),
                date_after=dt.date(2025, 6, 12),
            )
        )
    return records


def make_tiles(rows: int = 3, cols: int = 4, size: float = 128.0) -> list[TileRecord]:
    """A grid of tiles; the first has no data, the second failed, the rest are known."""
    records = []
    for row in range(rows):
        for col in range(cols):
            x, y = ORIGIN[0] + col * 100, ORIGIN[1] + (rows - 1 - row) * 100
            shape: Polygon = box(x, y, x + size, y + size)
            name = f"r{row:05d}c{col:05d}"
            status = {(0, 0): "nodata", (0, 1): "failed"}.get((row, col), "ok")
            record = TileRecord(name, row, col, status, shape, nodata_pct=100.0)
            if status == "ok":
                record.changed = (row + col) % 2 == 0
                record.change_score, record.nodata_pct = 0.912345, 0.0
                record.caption, record.caption_source = "a road is built", "guide"
                record.n_building, record.n_road = 2, 0
                record.building_cells, record.road_cells = ["top", "center"], []
                record.changed_area_m2, record.agree = 123.456, True
                record.range_score = 0.654321
            records.append(record)
    return records


def make_provenance(**changes: object) -> Provenance:
    """A provenance with everything in it."""
    known: dict[str, object] = {
        "before": "/data/before.tif",
        "after": "/data/after.tif",
        "date_before": dt.date(2023, 5, 1),
        "date_after": dt.date(2025, 6, 12),
        "engine_version": "0.1.0",
        "model_id": "changevg-nano",
        "model_version": "1.0",
        "model_sha256": {"guide.onnx": "ab" * 32},
        "device": "cpu",
        "grid": {"crs": "EPSG:32633", "width": 2048, "height": 2048},
        "stretch": {"before": {"gain": 1.0}, "after": {"gain": 1.0}},
        "parameters": {"tile_size": 256, "overlap": 64},
        "warnings": ["The dates are shifted by 1.3 px <&>"],
        "finished": dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC),
    }
    return Provenance(**(known | changes))  # type: ignore[arg-type]
