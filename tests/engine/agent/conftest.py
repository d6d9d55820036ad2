"""A finished run with objects of known size and place, written through the engine's own writer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from shapely.geometry import box
from support.layer_records import make_provenance

from engine.layers import BoxRecord, open_writer

X, Y = 500_000.0, 4_600_000.0
"""South-west corner, EPSG:32633: on the central meridian, where a metre of the map is 0.9996 m."""
SIZE = 900.0


def record(
    name: str, kind: str, action: str, at: tuple[float, float, float, float], **more: object
) -> BoxRecord:
    """An object from x, y, width, height in metres from the corner."""
    x, y, width, height = at
    shape = box(X + x, Y + y, X + x + width, Y + y + height)
    column, row = int((x + width / 2) // (SIZE / 3)), 2 - int((y + height / 2) // (SIZE / 3))
    cells = (
        ("top left corner", "top", "top right corner"),
        ("left", "center", "right"),
        ("lower left corner", "lower", "lower right corner"),
    )
    known: dict[str, object] = {
        "box_id": name,
        "class_name": kind,
        "action": action,
        "box": shape,
        "outline": shape,
        "score": 0.8,
        "area_m2": width * height,
        "width_m": width,
        "height_m": height,
        "cell": cells[row][column],
        "nodata_pct": 0.0,
        "tile_ids": ("r00000c00000",),
        "caption": f"a {kind}",
        "date_before": dt.date(2021, 1, 1),
        "date_after": dt.date(2025, 1, 1),
    }
    return BoxRecord(**(known | more))  # type: ignore[arg-type]


RECORDS = [
    # A road from south to north in the middle; houses on both sides of it.
    record("road-aaaa0001", "road", "appeared", (445, 50, 10, 800), score=0.9),
    record("building-aaaa0001", "building", "appeared", (500, 400, 20, 10), score=0.95),
    record("building-aaaa0002", "building", "appeared", (700, 420, 30, 20), score=0.7),
    record("building-aaaa0003", "building", "appeared", (100, 410, 10, 10), score=0.5),
    record("building-aaaa0004", "building", "appeared", (110, 430, 12, 10), review="confirmed"),
    record("building-aaaa0005", "building", "disappeared", (50, 800, 15, 10), review="rejected"),
    record("other-aaaa0001", "other", "changed", (800, 50, 40, 40), score=None),
]


def write(path: Path, records: list[BoxRecord], **provenance: object) -> Path:
    """Write a GeoPackage of the records."""
    with open_writer(path, "EPSG:32633", "gpkg", make_provenance(**provenance)) as writer:
        writer.write_boxes(records)
        writer.commit()
    return path


@pytest.fixture(scope="session")
def make_record() -> Callable[..., BoxRecord]:
    return record


@pytest.fixture(scope="session")
def write_run() -> Callable[..., Path]:
    """Write a GeoPackage; without records, those of the known run."""
    return lambda path, records=RECORDS, **provenance: write(path, records, **provenance)


@pytest.fixture(scope="session")
def layers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("run") / "changes.gpkg", RECORDS)


@pytest.fixture(scope="session")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    import geopandas

    folder = tmp_path_factory.mktemp("vectors")
    half = SIZE / 2
    districts = geopandas.GeoDataFrame(
        {"name": ["West", "East; DROP TABLE"]},
        geometry=[
            box(X, Y, X + half, Y + SIZE),
            box(X + half, Y, X + SIZE, Y + SIZE),
        ],
        crs="EPSG:32633",
    )
    # In another CRS than the run's, as a user's file is.
    districts.to_crs("EPSG:4326").to_file(folder / "districts.geojson")
    register = geopandas.GeoDataFrame(
        {"id": ["a", "b"]},
        # One where a new house stands, 3 m beside; one where the removed house stood.
        geometry=[
            box(X + 500, Y + 413, X + 520, Y + 420),
            box(X + 52, Y + 802, X + 60, Y + 808),
        ],
        crs="EPSG:32633",
    )
    register.to_file(folder / "register.gpkg")
    return {"districts": folder / "districts.geojson", "osm_buildings": folder / "register.gpkg"}
