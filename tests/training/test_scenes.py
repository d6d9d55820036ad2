"""Generated pairs: the same every time, exactly true, and different only where they should be."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import Polygon, box

from training.scenes import LAND, generate_pair
from training.scenes.draw import inside
from training.scenes.sentences import UNCHANGED


@pytest.fixture(scope="module")
def pair():
    return generate_pair(5, 400, 300)


def test_shapes_and_types(pair) -> None:
    assert pair.before.shape == pair.after.shape == (3, 300, 400)
    assert pair.before.dtype == pair.after.dtype == np.uint8
    assert pair.building_change.shape == (300, 400)
    assert (pair.width, pair.height) == (400, 300)


def test_same_seed_same_pair(pair) -> None:
    again = generate_pair(5, 400, 300)
    np.testing.assert_array_equal(pair.after, again.after)
    np.testing.assert_array_equal(pair.building_change, again.building_change)
    assert not np.array_equal(pair.before, generate_pair(6, 400, 300).before)


def test_polygon_area_equals_mask_area(pair) -> None:
    frame = box(0, 0, 400, 300)
    polygons = [Polygon(o["polygon"]) for o in pair.objects if o["class"] == "building"]
    assert len(polygons) > 5
    assert all(p.is_valid for p in polygons)
    drawn = sum(p.intersection(frame).area for p in polygons)
    assert drawn == pytest.approx(int(pair.building_change.sum()), rel=0.02)


def test_each_building_polygon_matches_its_pixels(pair) -> None:
    for item in pair.objects:
        rows, cols, mask = inside(item["polygon"], 300, 400)
        truth = pair.building_change if item["class"] == "building" else pair.road_change
        if item["class"] == "building":
            assert truth[rows, cols][mask].all()
            assert pair.appeared[rows, cols][mask].all() == (item["action"] == "appeared")
        elif item["class"] == "road":
            # Where it crosses a street of both dates, or a house, nothing changed for a road.
            assert truth[rows, cols][mask].mean() > 0.5


def test_appeared_lies_within_change() -> None:
    pairs = [generate_pair(seed, 256, 256, 1.0) for seed in (5, 8)]
    for one in pairs:
        assert not (one.appeared & ~one.building_change).any()
    actions = {o["action"] for one in pairs for o in one.objects}
    assert actions == {"appeared", "disappeared"}


def test_change_shows_in_the_pictures() -> None:
    one = generate_pair(12, 320, 320, max_shift=0)
    grey = [p.astype(np.float32).mean(axis=0) for p in (one.before, one.after)]
    flat = [(g - g.mean()) / g.std() for g in grey]
    difference = np.abs(flat[0] - flat[1])
    mask = one.building_change
    assert difference[mask].mean() > 1.5 * difference[~mask].mean()


def test_pixel_size_scales_the_buildings() -> None:
    def median_area(gsd: float) -> float:
        one = generate_pair(9, 256, 256, gsd)
        return float(np.median([Polygon(o["polygon"]).area * gsd * gsd
                                for o in one.objects if o["class"] == "building"]))  # fmt: skip

    assert median_area(0.5) == pytest.approx(median_area(1.0), rel=0.35)


@pytest.mark.parametrize(
    ("size", "options"),
    [
        ((8, 64), {}),
        ((64, 64), {"gsd": 10.0}),
        ((64, 64), {"change": 2.0}),
        ((64, 64), {"max_shift": 9.0}),
    ],
)
def test_impossible_scenes_are_refused(size: tuple[int, int], options: dict) -> None:
    with pytest.raises(ValueError, match=r"needs at least|drawn at|share|misregistered"):
        generate_pair(1, *size, **options)


def test_nothing_changes_without_change() -> None:
    one = generate_pair(4, 256, 256, change=0)
    assert not one.objects
    assert not (one.building_change | one.road_change | one.other_change).any()
    np.testing.assert_array_equal(one.land[0], one.land[1])
    assert one.sentences == list(UNCHANGED)
    # Season, sun and sensor differ all the same.
    assert np.abs(one.before.astype(int) - one.after.astype(int)).mean() > 2


def test_land_says_from_what_to_what(pair) -> None:
    before, after = pair.land
    road = LAND.index("road")
    gone = ~pair.building_change
    np.testing.assert_array_equal(pair.road_change, ((before == road) != (after == road)) & gone)
    assert (after[pair.appeared] == LAND.index("building")).all()
    np.testing.assert_array_equal(pair.other_change, (before != after) & gone & ~pair.road_change)
    labels = np.log2(pair.allowed).astype(int)
    assert set(np.unique(labels)) <= {0, 1, 2, 3}
    assert (pair.direction > 0).sum() == (pair.building_change | pair.road_change).sum()


def test_counts_are_the_engines(pair) -> None:
    count, cells = pair.counts()["building"]
    polygons = [Polygon(o["polygon"]) for o in pair.objects if o["class"] == "building"]
    whole = sum(box(0, 0, 400, 300).contains(p) for p in polygons)
    assert whole <= count <= len(polygons)
    assert 0 < len(cells) <= 9


def test_concave_polygons_by_the_centre_rule() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        ring = rng.uniform(-5, 25, (9, 2))
        rows, cols, mask = inside(ring, 20, 20)
        whole = np.zeros((20, 20), dtype=bool)
        whole[rows, cols] = mask
        expected = np.zeros_like(whole)
        for (xa, ya), (xb, yb) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            for row in range(20):
                if min(ya, yb) <= row + 0.5 < max(ya, yb):
                    at = xa + (row + 0.5 - ya) * (xb - xa) / (yb - ya)
                    expected[row] ^= np.arange(20) + 0.5 < at
        np.testing.assert_array_equal(whole, expected)


def test_centre_rule_of_the_truth() -> None:
    square = np.array([(1.0, 1.0), (4.0, 1.0), (4.0, 3.0), (1.0, 3.0)])
    rows, cols, mask = inside(square, 10, 10)
    assert mask.sum() == 6
    assert (rows.start, cols.start) == (1, 1)
    outside = inside(square + 100, 10, 10)[2]
    assert outside.size == 0
