"""Objects come out the same however the map is cut into strips."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
import rasterio.features
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage
from support.change_maps import merge, strips_of

from engine.objects import ChangeObject, ObjectMerger, Strip, action_of
from engine.objects import merge as merging

CLASSES = ("building", "road", "other")
shapes = st.tuples(st.integers(1, 20), st.integers(1, 20))
maps = hnp.arrays(np.uint8, shapes, elements=st.sampled_from((0, 0, 1, 1, 2, 3)))
cuts = st.lists(st.integers(1, 19), max_size=6)


def key(one: ChangeObject) -> tuple[object, ...]:
    return one.bbox_px, one.class_name, one.centroid_px, one.pixels


@settings(max_examples=150, deadline=None)
@given(maps, cuts, st.integers(0, 5))
def test_any_division_into_strips(class_map: np.ndarray, where: list[int], seed: int) -> None:
    seen = (np.random.default_rng(seed).random(class_map.shape) < 0.6) | (class_map > 0)
    whole, _ = merge(strips_of(class_map, seen=seen, seed=seed), CLASSES)
    cut, merger = merge(strips_of(class_map, where, seen=seen, seed=seed), CLASSES)
    assert len(whole) == len(cut) == merger.count
    for one, two in zip(sorted(whole, key=key), sorted(cut, key=key), strict=True):
        assert key(one) == key(two)
        assert one.score == two.score and one.appeared == two.appeared
        assert one.action == two.action and one.nodata_fraction == two.nodata_fraction
        assert one.outline.equals(two.outline)


@settings(max_examples=100, deadline=None)
@given(maps, cuts, st.integers(1, 90))
def test_a_wide_strip_is_labelled_in_parts(
    class_map: np.ndarray, where: list[int], pixels: int
) -> None:
    strips = strips_of(class_map, where)
    whole, one = merge(strips, CLASSES)
    with mock.patch.object(merging, "PART_PIXELS", pixels):
        parts, two = merge(strips, CLASSES)
        numbered = [two.object_of(strip) for strip in strips]
    assert sorted(map(key, parts)) == sorted(map(key, whole))
    by_number = {found.number: key(found) for found in parts}
    known = {found.number: key(found) for found in whole}
    for strip, numbers in zip(strips, numbered, strict=True):
        mine, own = np.ravel(numbers).tolist(), np.ravel(one.object_of(strip)).tolist()
        assert [by_number.get(n) for n in mine] == [known.get(n) for n in own]


@settings(max_examples=150, deadline=None)
@given(maps, cuts)
def test_objects_are_the_components(class_map: np.ndarray, where: list[int]) -> None:
    strips = strips_of(class_map, where)
    prob = np.concatenate([strip.prob for strip in strips]).astype(float)
    direction = np.concatenate([strip.appeared for strip in strips]).astype(float)
    found, merger = merge(strips, CLASSES)
    numbers = np.concatenate([merger.object_of(strip) for strip in strips])
    assert np.array_equal(numbers > 0, class_map > 0)
    assert sorted(one.number for one in found) == list(range(1, len(found) + 1))
    total = 0
    for code in (1, 2, 3):
        total += ndimage.label(class_map == code, np.ones((3, 3)))[1]
    assert total == len(found)
    for one in found:
        mine = numbers == one.number
        rows, cols = np.nonzero(mine)
        assert set(class_map[mine]) == {CLASSES.index(one.class_name) + 1}
        assert ndimage.label(mine, np.ones((3, 3)))[1] == 1
        assert one.pixels == rows.size
        assert one.bbox_px == (cols.min(), rows.min(), cols.max() + 1, rows.max() + 1)
        assert one.centroid_px == pytest.approx((cols.mean() + 0.5, rows.mean() + 0.5))
        assert one.score == pytest.approx(prob[mine].mean() / 255)
        weighted = (direction[mine] * prob[mine]).sum() / prob[mine].sum() / 255
        assert one.appeared == pytest.approx(weighted)
        assert one.action == action_of(one.appeared, one.class_name)


@settings(max_examples=200, deadline=None)
@given(maps, cuts)
def test_outlines_are_the_pixels(class_map: np.ndarray, where: list[int]) -> None:
    strips = strips_of(class_map, where)
    found, merger = merge(strips, CLASSES)
    numbers = np.concatenate([merger.object_of(strip) for strip in strips])
    for one in found:
        assert one.outline.is_valid, shapely.is_valid_reason(one.outline)
        assert one.outline.geom_type in ("Polygon", "MultiPolygon")
        assert one.outline.area == one.pixels
        assert one.outline.bounds == one.bbox_px
        burned = rasterio.features.rasterize([one.outline], class_map.shape, dtype=np.uint8)
        assert np.array_equal(burned > 0, numbers == one.number)
        corners = len(shapely.get_coordinates(shapely.simplify(one.outline, 0)))
        assert len(shapely.get_coordinates(one.outline)) == corners  # corners only


@settings(max_examples=80, deadline=None)
@given(maps, cuts, st.integers(0, 9))
def test_unseen_share_of_the_box(class_map: np.ndarray, where: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    seen = (rng.random(class_map.shape) < rng.random()) | (class_map > 0)
    for one in merge(strips_of(class_map, where, seen=seen), CLASSES)[0]:
        left, top, right, bottom = one.bbox_px
        assert one.nodata_fraction == pytest.approx((~seen[top:bottom, left:right]).mean())


def test_one_object_across_four_tiles() -> None:
    class_map = np.zeros((40, 40), np.uint8)
    class_map[15:25, 15:25] = 1
    (one,) = merge(strips_of(class_map, [20]))[0]
    assert one.outline.equals(shapely.box(15, 15, 25, 25))
    assert (one.pixels, one.class_name) == (100, "building")


def test_an_object_is_returned_as_soon_as_it_is_complete() -> None:
    class_map = np.zeros((40, 12), np.uint8)
    class_map[2:5, 2:5] = 1  # inside the first strip
    class_map[8:11, 5:8] = 2  # over the first seam
    class_map[19, 1:9] = 1  # on the last row of the second strip
    class_map[36:, :] = 1  # to the end
    merger = ObjectMerger(("building", "road"), 12)
    strips = strips_of(class_map, [10, 20, 30])
    assert [len(merger.add(strip)) for strip in strips] == [1, 1, 1, 0]
    assert len(merger.close()) == 1
    assert merger.close() == []


def test_a_fork_that_joins_late_is_one() -> None:
    class_map = np.zeros((30, 9), np.uint8)
    class_map[:, 1] = class_map[:, 4] = class_map[:, 7] = 2
    class_map[29, 1:8] = 2
    found, _ = merge(strips_of(class_map, range(0, 30, 3)))
    assert [one.class_name for one in found] == ["road"]
    assert found[0].pixels == 94


def test_classes_do_not_merge() -> None:
    class_map = np.ones((10, 10), np.uint8)
    class_map[:, 5:] = 2
    assert len(merge(strips_of(class_map, [5]))[0]) == 2


def test_small_objects_are_dropped_and_blanked() -> None:
    class_map = np.zeros((20, 20), np.uint8)
    class_map[1, 1:6] = 1
    class_map[9:11, 10:13] = 1
    strips = strips_of(class_map, [10])
    found, merger = merge(strips, min_pixels=6)
    assert [one.pixels for one in found] == [6]
    numbers = np.concatenate([merger.object_of(strip) for strip in strips])
    assert numbers[1].sum() == 0 and (numbers[9:11, 10:13] == 1).all()
    kept = [merger.kept_classes(strip, np.array([True, True])) for strip in strips]
    assert np.concatenate(kept).sum() == 6
    assert not np.concatenate(
        [merger.kept_classes(strip, np.array([True, False])) for strip in strips]
    ).any()


def test_nothing_at_all() -> None:
    strips = strips_of(np.zeros((20, 5), np.uint8), [7])
    found, merger = merge(strips)
    assert found == [] and not merger.object_of(strips[1]).any()


def test_rows_without_change_hold_nothing() -> None:
    merger = ObjectMerger(("building",), 50)
    for strip in strips_of(np.zeros((400, 50), np.uint8), range(0, 400, 10)):
        merger.add(strip)
    assert not merger._numbers and not merger._unseen._strips


def test_long_objects_do_not_grow_quadratic() -> None:
    # A comb over 400 strips: pieces are put together once, at the end.
    class_map = np.zeros((1600, 64), np.uint8)
    class_map[:, ::2] = 2
    class_map[-1] = 2
    (one,) = merge(strips_of(class_map, range(0, 1600, 4)))[0]
    assert one.pixels == int((class_map > 0).sum()) == one.outline.area


def test_strips_must_follow_each_other() -> None:
    first, second = strips_of(np.ones((10, 4), np.uint8), [5])
    merger = ObjectMerger(("building",), 4)
    with pytest.raises(ValueError, match="does not continue"):
        merger.add(second)
    merger.add(first)
    with pytest.raises(ValueError, match="does not continue"):
        merger.add(Strip(5, *(np.zeros((2, 3), np.uint8) for _ in range(3)), np.ones((2, 3), bool)))
    with pytest.raises(ValueError, match="after close"):
        merger.object_of(first)
    merger.add(second)
    merger.close()
    blank = np.zeros((5, 4), np.uint8)
    with pytest.raises(ValueError, match="not the one"):
        merger.object_of(Strip(0, blank, blank, blank, np.ones((5, 4), bool)))


@pytest.mark.parametrize(
    ("appeared", "action"),
    [
        (1.0, "appeared"),
        (0.65, "appeared"),
        (0.64, "changed"),
        (0.36, "changed"),
        (0.35, "disappeared"),
        (0.0, "disappeared"),
    ],
)
def test_actions(appeared: float, action: str) -> None:
    assert action_of(appeared) == action
