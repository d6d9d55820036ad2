"""Simplified outlines stay within a pixel."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from support.change_maps import merge, strips_of

from engine.objects.outline import AREA_CHANGE, AREA_CHANGE_PX, fill_small_holes, simplify


def outlines_of(mask: np.ndarray) -> np.ndarray:
    found, _ = merge(strips_of(mask.astype(np.uint8)))
    return np.array([one.outline for one in found], object)


def blobs(seed: int, size: int = 48) -> np.ndarray:
    rng = np.random.default_rng(seed)
    field = cv2.GaussianBlur(rng.random((size, size)), (0, 0), float(rng.uniform(0.5, 3)))
    return field > np.quantile(field, rng.uniform(0.3, 0.9))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_within_a_pixel_valid_and_the_same_area(seed: int) -> None:
    exact = outlines_of(blobs(seed))
    simple = simplify(exact)
    filled = fill_small_holes(exact)
    assert shapely.is_valid(simple).all() and not shapely.is_empty(simple).any()
    assert np.isin(shapely.get_type_id(simple), (3, 6)).all()
    for one, two, all_of_it in zip(exact, simple, filled, strict=True):
        room = max(AREA_CHANGE * all_of_it.area, AREA_CHANGE_PX)
        assert abs(two.area - all_of_it.area) <= room + 1e-9
        # As sets of points, both ways …
        assert one.buffer(1.001, quad_segs=32).covers(two)
        assert two.buffer(1.001, quad_segs=32).covers(one)
        # … and the lines.
        deviation = shapely.hausdorff_distance(two.boundary, all_of_it.boundary, densify=0.2)
        assert deviation <= 1.001


def test_neighbours_do_not_become_overlapping() -> None:
    mask = np.zeros((40, 40), bool)
    mask[5:35, 5:18] = True
    mask[5:35, 19:34] = True
    one, two = simplify(outlines_of(mask))
    assert one.intersection(two).area == 0


@pytest.mark.parametrize("angle", [0, 15, 30, 45, 60, 80])
def test_stairs_go(angle: float) -> None:
    mask = np.zeros((80, 80), np.uint8)
    corners = cv2.boxPoints(((40.0, 40.0), (44.0, 24.0), float(angle)))
    cv2.fillPoly(mask, [corners.astype(np.int32)], 1)
    (exact,) = outlines_of(mask)
    (simple,) = simplify(np.array([exact], object))
    assert len(simple.exterior.coords) <= 6
    assert simple.area == pytest.approx(exact.area, rel=AREA_CHANGE)


def test_rectangles_stay_as_they_are() -> None:
    mask = np.zeros((20, 20), bool)
    mask[2:8, 3:15] = True
    (simple,) = simplify(outlines_of(mask))
    assert simple.equals(shapely.box(3, 2, 15, 8))


def test_thin_lines_and_single_pixels_survive() -> None:
    for mask in (np.ones((1, 30), bool), np.eye(12, dtype=bool), np.ones((1, 1), bool)):
        exact = outlines_of(mask)
        simple = simplify(exact)
        assert shapely.is_valid(simple).all()
        assert shapely.area(simple) == pytest.approx(
            shapely.area(exact), rel=AREA_CHANGE, abs=AREA_CHANGE_PX
        )


@pytest.mark.parametrize(("side", "holes"), [(1, 0), (2, 0), (3, 1), (8, 1)])
def test_only_pinholes_are_filled(side: int, holes: int) -> None:
    mask = np.ones((20, 20), bool)
    mask[5 : 5 + side, 6 : 6 + side] = False
    (simple,) = simplify(outlines_of(mask))
    assert len(simple.interiors) == holes


def test_an_island_in_a_filled_hole_is_taken_up() -> None:
    mask = np.ones((9, 9), bool)
    mask[3:5, 3:5] = False
    mask[3, 3] = True  # touches the rest: one object, no island
    ring = shapely.box(0, 0, 9, 9).difference(shapely.box(3, 3, 5, 5))
    island = shapely.box(3.5, 3.5, 4.5, 4.5)
    given_ = np.array([shapely.MultiPolygon([ring, island])], object)
    (filled,) = fill_small_holes(given_)
    assert filled.equals(shapely.box(0, 0, 9, 9)) and filled.is_valid


def test_none() -> None:
    assert simplify(np.empty(0, object)).size == 0
