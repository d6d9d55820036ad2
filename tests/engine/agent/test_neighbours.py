from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.agent.neighbours import nearest
from engine.agent.objects import along
from engine.agent.plane import Plane


@given(
    st.integers(1, 600), st.integers(1, 80), st.sampled_from([None, 15.0, 60.0, 400.0]),
    st.integers(0, 2**31), st.booleans(),
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_the_nearest_is_that_of_looking_at_all(
    count: int, targets: int, most: float | None, seed: int, among: bool
) -> None:
    random = np.random.default_rng(seed)
    corner = random.uniform(-2000, 2000, (count + targets, 2))
    # Some stand in one crowd, so that densities differ.
    corner[::3] /= 20
    sizes = random.uniform(2, 40, corner.shape)
    shapes = shapely.box(*corner.T, *(corner + sizes).T)
    plane = Plane(13.0, 48.0)
    of = shapes if among else shapes[count:]
    found = nearest(shapes[:count], of, plane, most)
    apart = np.array([shapely.distance(one, of) for one in shapes[:count]])
    if among:
        apart[np.arange(count), np.arange(count)] = np.inf
    best = apart.min(axis=1)
    near = best <= (np.inf if most is None else most * 0.999)
    assert np.isfinite(best).sum() == 0 or (found.target[near & np.isfinite(best)] >= 0).all()
    hit = found.target >= 0
    assert found.metres[hit] == pytest.approx(best[hit], rel=1e-3, abs=1e-6)
    if most is not None:
        assert (found.metres[hit] <= most).all() and not hit[best > most * 1.001].any()


@given(st.floats(1, 50), st.floats(1, 2000))
def test_length_along_a_rectangle_is_its_longer_side(width: float, length: float) -> None:
    told = along(np.array([width * length]), np.array([2 * (width + length)]))
    assert told[0] == pytest.approx(max(width, length), rel=1e-6)


def test_a_bent_road_is_measured_along_its_bends() -> None:
    line = shapely.LineString([(0, 0), (500, 0), (500, 500)])
    road = line.buffer(4, cap_style="flat", join_style="mitre")
    told = along(np.array([road.area]), np.array([road.length]))
    assert told[0] == pytest.approx(1000, rel=0.01)


def test_perimeters_are_geodesic_far_from_the_centre() -> None:
    from pyproj import Geod

    plane = Plane(10.0, 50.0)
    ring = np.array([(13.0, 51.0), (13.01, 51.0), (13.01, 51.01), (13.0, 51.01)])
    (shape,) = plane.shapes(np.array([shapely.Polygon(ring)], object), "EPSG:4326")
    expected = abs(Geod(ellps="WGS84").polygon_area_perimeter(*ring.T)[1])
    assert plane.perimeters(np.array([shape], object))[0] == pytest.approx(expected, rel=1e-5)
