"""Objects as they are written."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from affine import Affine
from support.change_maps import merge, strips_of

from engine.objects import Measurer


@pytest.fixture
def measurer() -> Measurer:
    return Measurer("EPSG:32633", Affine(0.5, 0, 499975, 0, -0.5, 5e6))


def test_one_building(measurer: Measurer) -> None:
    class_map = np.zeros((100, 100), np.uint8)
    class_map[40:60, 30:70] = 1
    (one,) = measurer.measure(merge(strips_of(class_map, [50]))[0])
    assert one.box.equals(shapely.box(499990, 4999970, 500010, 4999980))
    assert one.outline.equals(one.box)
    assert one.area_m2 == pytest.approx(200 / 0.9996**2, rel=1e-5)
    assert (one.width_m, one.height_m) == pytest.approx((20 / 0.9996, 10 / 0.9996), rel=1e-5)
    assert one.lon == pytest.approx(15.0)
    assert one.box_id.startswith("building-u")


def test_area_is_that_of_the_written_outline(measurer: Measurer) -> None:
    class_map = np.tri(60, 60, -1, dtype=np.uint8)
    (one,) = measurer.measure(merge(strips_of(class_map, [13, 20]))[0])
    assert len(one.outline.exterior.coords) < 10
    assert one.area_m2 == pytest.approx(one.outline.area / 0.9996**2, rel=1e-5)


def test_ids_differ_and_nothing_is_nothing(measurer: Measurer) -> None:
    class_map = np.zeros((50, 50), np.uint8)
    class_map[10:40, 10:40] = 1
    class_map[12:38, 12:38] = 0
    class_map[20:30, 20:30] = 1  # a court with a house in its middle: one centroid
    found = measurer.measure(merge(strips_of(class_map))[0])
    assert len({one.box_id for one in found}) == 2
    assert found[0].box_id.rstrip("-2") == found[1].box_id.rstrip("-2")
    assert measurer.measure([]) == []


def test_a_pixel(measurer: Measurer) -> None:
    assert measurer.pixel_area_m2(50, 50) == pytest.approx(0.25 / 0.9996**2, rel=1e-5)
