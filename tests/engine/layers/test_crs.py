"""Shapes in another CRS stay whole, also across the antimeridian."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Transformer
from support.layer_records import make_boxes, make_provenance, make_tiles

from engine.errors import OutputError
from engine.layers import open_writer
from engine.layers.crs import as_crs, reprojector

PACIFIC = "EPSG:3832"
"""A Mercator whose middle is 150° east."""


def moved(shapes, source, target):
    return reprojector(as_crs(source), as_crs(target))(np.array(shapes, object))


def write(path, crs, dst_crs, shape, fmt="gpkg"):
    (record,), (tile, *_) = make_boxes(1), make_tiles(1, 1)
    record.box = record.outline = tile.geometry = shape
    with open_writer(path, crs, fmt, make_provenance(), dst_crs=dst_crs) as writer:
        writer.write_tiles([tile])
        writer.write_boxes([record])
        writer.commit()
    return path


def across(side=30.0):
    """A square in PACIFIC whose middle is the antimeridian."""
    x, y = Transformer.from_crs(4326, PACIFIC, always_xy=True).transform(180, -17)
    return shapely.box(x - side / 2, y - side / 2, x + side / 2, y + side / 2)


@pytest.mark.parametrize("layer", ["tiles", "boxes", "outlines"])
def test_degrees_go_on_beyond_the_antimeridian(tmp_path, layer):
    out = write(tmp_path / "o.gpkg", PACIFIC, "EPSG:4326", across())
    west, _, east, _ = gpd.read_file(out, layer=layer).total_bounds
    assert 179.999 < west < 180 < east < 180.001


def test_a_crs_that_ends_there_is_refused(tmp_path):
    with pytest.raises(OutputError, match="EPSG:3857") as refused:
        write(tmp_path / "o.gpkg", PACIFIC, "EPSG:3857", across())
    assert "--dst-crs" in refused.value.hint
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("side", [30, 3_000_000])
def test_only_what_crosses_is_touched(side):
    square = across(side)
    shapes = [shapely.affinity.translate(square, 2 * side * n) for n in (-2, -1, 0, 1)]
    hole = shapely.difference(square, square.centroid.buffer(side / 4))
    found = moved([*shapes, hole], PACIFIC, "EPSG:4326")
    plain = Transformer.from_crs(PACIFIC, 4326, always_xy=True).transform
    for at in (0, 1, 3):
        assert found[at].equals(shapely.transform(shapes[at], plain, interleaved=False))
    assert found[4].is_valid and found[4].bounds == found[2].bounds
    assert shapely.area(found[2]) == pytest.approx(shapely.area(found[1]), rel=1e-6)


@pytest.mark.parametrize(("west", "east"), [(-170, 170), (-179, 20), (0.1, 179.9)])
def test_what_is_wide_but_does_not_cross_stays(west, east):
    there = Transformer.from_crs(4326, 3857, always_xy=True).transform
    shape = shapely.transform(shapely.box(west, -20, east, 20), there, interleaved=False)
    back = moved([shape], "EPSG:3857", "EPSG:4326")[0]
    assert back.bounds == pytest.approx((west, -20, east, 20), abs=1e-6)


def test_angles_need_not_be_degrees_from_greenwich():
    """EPSG:4807 has grads from Paris, half a turn from which is 177.66° west."""
    shape = shapely.box(182.33, 50, 182.34, 50.01)
    west, _, east, _ = moved([shape], "EPSG:4326", "EPSG:4807")[0].bounds
    assert 199 < west < 200 < east and east - west == pytest.approx(0.01 / 0.9, abs=1e-6)


def test_degrees_beyond_180_in_the_grid():
    shape = shapely.box(179.9999, 50, 180.0001, 50.0001)
    west, _, east, _ = moved([shape], "EPSG:4326", "EPSG:4258")[0].bounds
    assert east - west == pytest.approx(0.0002)
    with pytest.raises(OutputError):
        moved([shape], "EPSG:4326", "EPSG:3857")
    assert moved([shape], "EPSG:4326", PACIFIC)[0].area < 1000


def test_large_scale_is_no_tear():
    """Of Mercator near the pole a metre is many."""
    shape = shapely.box(500_000, 9_500_000, 500_100, 9_500_100)
    found = moved([shape], "EPSG:32633", "EPSG:3857")[0]
    assert found.area > 40 * shape.area
