"""Metres on the ground, wherever the grid is."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine

from engine.errors import NoCrsError
from engine.objects.ground import Ground

SQUARE = shapely.box(0, 0, 100, 100)
BOUNDS = [[0, 0, 100, 100]]


def ground(crs: object, left: float, top: float, pixel: float = 0.5) -> Ground:
    return Ground(crs, Affine(pixel, 0, left, 0, -pixel, top))


# Scale factors k are the projections' own (pyproj.Proj.get_factors): area = 50² / k².
@pytest.mark.parametrize(
    ("name", "crs", "left", "top", "pixel", "area", "width", "height"),
    [
        ("UTM, central meridian", "EPSG:32633", 499975, 5e6, 0.5, 2500 / 0.9996**2, 50.02, 50.02),
        ("UTM zone 60 past 180°", "EPSG:32660", 833000, 25, 0.5, 2495.14, 49.951, 49.951),
        ("UTM zone 1 before 180°", "EPSG:32601", 166978, 25, 0.5, 2495.14, 49.951, 49.951),
        ("Web Mercator at 60°", "EPSG:3857", 1e6, 8399737, 0.5, 627.1, 25.063, 25.021),
        ("Pacific Mercator", "EPSG:3832", 3339584, 25, 0.5, 2500.0, 50.0, 50.0),
        ("US feet", "EPSG:2263", 980000, 200000, 1.0, 929.04, 30.480, 30.480),
        ("Arctic, over the pole", "EPSG:3413", -25, 25, 0.5, 2657.75, 51.554, 51.554),
        ("Antarctic, over the pole", "EPSG:3031", -25, 25, 0.5, 2641.88, 51.400, 51.400),
        ("Swiss, from rasterio", rasterio.crs.CRS.from_epsg(2056), 2.6e6, 1.2e6, 0.5, 2500, 50, 50),
        ("Paris meridian, grads", "EPSG:27572", 6e5, 2.4e6, 0.5, 2498.13, 49.981, 49.981),
        ("with heights", "EPSG:32633+5773", 499975, 5e6, 0.5, 2500 / 0.9996**2, 50.02, 50.02),
    ],
)
def test_known_numbers(
    name: str, crs: object, left: float, top: float, pixel: float, area: float, width: float,
    height: float,
) -> None:  # fmt: skip
    here = ground(crs, left, top, pixel)
    assert here.areas([SQUARE])[0] == pytest.approx(area, rel=1e-4), name
    (w,), (h,) = here.sides(BOUNDS)
    assert (w, h) == pytest.approx((width, height), rel=1e-4), name


def test_degrees_on_the_equator() -> None:
    # One arc second: 30.922 m along the equator, 30.715 m along the meridian (WGS 84).
    here = ground("EPSG:4326", 10, 0, 1 / 3600)
    (w,), (h,) = here.sides([[0, 0, 1, 1]])
    assert (w, h) == pytest.approx((30.922, 30.715), abs=1e-3)
    assert here.areas([shapely.box(0, 0, 1, 1)])[0] == pytest.approx(30.922 * 30.715, rel=1e-4)


@pytest.mark.parametrize("left", [179.9995, -180.0005, 539.9995])
def test_across_the_antimeridian(left: float) -> None:
    there, plain = ground("EPSG:4326", left, 60, 1e-5), ground("EPSG:4326", 20.0, 60, 1e-5)
    assert there.areas([SQUARE]) == pytest.approx(plain.areas([SQUARE]), rel=1e-6)
    assert there.sides(BOUNDS)[0] == pytest.approx(plain.sides(BOUNDS)[0], rel=1e-6)
    lon, lat = there.lonlat([[75, 50]])[0]
    assert (lon, lat) == pytest.approx((-179.99975, 59.9995))


def test_holes_and_parts() -> None:
    here = ground("EPSG:32633", 499975, 5e6)
    ring = SQUARE.difference(shapely.box(20, 20, 40, 40))
    parts = shapely.MultiPolygon([ring, shapely.box(25, 25, 30, 30)])
    areas = here.areas([ring, parts, SQUARE.reverse()])
    assert areas * 0.9996**2 == pytest.approx([2400, 2406.25, 2500], rel=1e-5)
    assert here.areas([]).size == 0


def test_a_ring_around_the_pole_has_its_hole_taken_off() -> None:
    here = ground("EPSG:3413", -25, 25)
    ring = SQUARE.difference(shapely.box(40, 40, 60, 60))
    for one in (ring, ring.reverse()):
        assert here.areas([one])[0] == pytest.approx(2657.75 * 0.96, rel=1e-4)


def test_shapes_on_the_map() -> None:
    here = ground("EPSG:32633", 500000, 5e6)
    assert here.to_map(shapely.box(2, 4, 6, 8)).bounds == (500001, 4999996, 500003, 4999998)
    many = here.to_map(np.array([SQUARE, SQUARE], object))
    assert many.shape == (2,) and many[1].bounds == (500000, 4999950, 500050, 5000000)


@pytest.mark.parametrize(
    "crs", ['LOCAL_CS["site",UNIT["metre",1]]', "no such thing", rasterio.crs.CRS()]
)
def test_no_place_on_earth(crs: object) -> None:
    with pytest.raises(NoCrsError):
        ground(crs, 0, 0)
