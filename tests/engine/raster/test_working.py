import numpy as np
import pytest
from affine import Affine
from support.rasters import north_up, write_raster

from engine.errors import GsdError, NoOverlapError, UsageError
from engine.raster.overlap import find_overlap, whole_pixel_offset
from engine.raster.source import open_source
from engine.raster.working import decide_grid

RANGE = (0.3, 1.0)


def source(tmp_path, name="a.tif", crs="EPSG:32614", gsd=0.5, size=(80, 60), at=(0, 0), **kwargs):
    """A raster whose corner lies ``at`` pixels right and down of the place all share."""
    transform = kwargs.pop("transform", None) or north_up(crs, gsd, kwargs.pop("lonlat", None))
    moved = Affine(
        transform.a, 0, transform.c + at[0] * transform.a,
        0, transform.e, transform.f + at[1] * transform.e,
    )  # fmt: skip
    pixels = np.ones((3, size[1], size[0]), np.uint8)
    return open_source(write_raster(tmp_path / name, pixels, crs=crs, transform=moved))


def test_same_grid_is_kept_and_cropped_to_the_overlap(tmp_path):
    before, after = source(tmp_path), source(tmp_path, "b.tif", at=(10, -5))
    grid = decide_grid(before, after, RANGE)
    assert (grid.width, grid.height, grid.resampled) == (70, 55, False)
    assert whole_pixel_offset(grid.crs, grid.transform, 70, 55, before) == (10, 0)
    assert whole_pixel_offset(grid.crs, grid.transform, 70, 55, after) == (0, 5)


@pytest.mark.parametrize(("part", "same"), [(0.005, True), (0.02, False), (0.5, False)])
def test_grids_coincide_within_a_hundredth_of_a_pixel(tmp_path, part, same):
    before, after = source(tmp_path), source(tmp_path, "b.tif", at=(3 + part, 0))
    grid = decide_grid(before, after, RANGE)
    offset = whole_pixel_offset(grid.crs, grid.transform, grid.width, grid.height, after)
    assert (offset is not None) == same


def test_slowly_drifting_grids_do_not_coincide(tmp_path):
    before = source(tmp_path)
    after = source(tmp_path, "b.tif", gsd=0.5 * 1.0005)
    grid = decide_grid(before, after, RANGE)
    assert whole_pixel_offset(grid.crs, grid.transform, grid.width, grid.height, after) is None


def test_finer_pixels_are_averaged_down_to_the_finest_the_model_knows(tmp_path):
    before = source(tmp_path, gsd=0.1)
    grid = decide_grid(before, source(tmp_path, "b.tif", gsd=0.1), RANGE)
    assert grid.resampled and grid.gsd_m == pytest.approx((0.3, 0.3), rel=1e-2)
    assert abs(grid.transform.a) == 0.3 and (grid.width, grid.height) == (27, 20)


def test_coarser_pixels_are_refined_up_to_twice_and_then_refused(tmp_path):
    before = source(tmp_path, gsd=1.8)
    grid = decide_grid(before, source(tmp_path, "b.tif", gsd=1.8), RANGE)
    assert grid.resampled and grid.gsd_m == pytest.approx((1, 1), rel=1e-2)
    sentinel = source(tmp_path, "s2.tif", gsd=10)
    with pytest.raises(GsdError, match=r"s2\.tif has pixels of 10 m"):
        decide_grid(before, sentinel, RANGE)
    with pytest.raises(GsdError):
        decide_grid(sentinel, before, RANGE)
    forced = decide_grid(sentinel, source(tmp_path, "t2.tif", gsd=10), RANGE, force=True)
    assert not forced.resampled and forced.width == 80


def test_only_strong_anisotropy_is_squared(tmp_path):
    step = 5.4e-6
    texas = Affine(step, 0, -98.2, 0, -step, 29.6)
    mild = source(tmp_path, crs="EPSG:4326", transform=texas)
    assert not decide_grid(mild, mild, RANGE).resampled
    finland = Affine(step, 0, 25, 0, -step, 60)
    strong = source(tmp_path, "b.tif", crs="EPSG:4326", transform=finland)
    grid = decide_grid(strong, strong, RANGE)
    assert grid.resampled and grid.gsd_m[0] == pytest.approx(grid.gsd_m[1], rel=1e-3)
    assert grid.width < 80 < grid.height * 2


def test_asked_for_pixel_size(tmp_path):
    before, after = source(tmp_path), source(tmp_path, "b.tif")
    grid = decide_grid(before, after, RANGE, res=0.8)
    assert grid.transform.a == 0.8 and (grid.width, grid.height) == (50, 37)
    assert not decide_grid(before, after, RANGE, res=0.5).resampled
    with pytest.raises(UsageError):
        decide_grid(before, after, RANGE, res=-1)
    with pytest.raises(GsdError):
        decide_grid(before, after, RANGE, res=5)


def test_web_mercator_is_measured_on_the_ground(tmp_path):
    before = source(tmp_path, crs="EPSG:3857", lonlat=(25, 60))
    grid = decide_grid(before, before, RANGE)
    assert not grid.resampled and grid.gsd_m == pytest.approx((0.5, 0.5), rel=1e-2)
    assert before.transform.a == pytest.approx(1, rel=0.02)
    assert grid.area_m2 == pytest.approx(80 * 60 * 0.25, rel=0.02)


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ((1000, 0), "0.46 km apart"),
        ((80, 0), "only touch"),
        ((79, 0), "only 1 x 60 pixels"),
        ((79.5, 0), "only 0.5 x 60 pixels"),
        ((0, 59), "only 80 x 1 pixels"),
    ],
)
def test_too_little_overlap_is_refused_with_numbers(tmp_path, at, message):
    with pytest.raises(NoOverlapError) as error:
        find_overlap(source(tmp_path), source(tmp_path, "b.tif", at=at))
    assert message in error.value.message


def test_two_pixels_of_overlap_are_enough(tmp_path):
    overlap = find_overlap(source(tmp_path), source(tmp_path, "b.tif", at=(78, 0)))
    assert (overlap.col0, overlap.col1) == (78, 80)


@pytest.mark.parametrize(
    ("first", "second", "lonlat"),
    [
        ("EPSG:32660", "EPSG:32601", (179.9999, 10)),
        ("EPSG:4326", "EPSG:32601", (179.9999, 10)),
        ("EPSG:32660", "EPSG:4326", (179.9999, 10)),
        ("EPSG:3413", "EPSG:3575", (-45, 89.9999)),
        ("EPSG:3413", "EPSG:4326", (-45, 88)),
        ("EPSG:3031", "EPSG:32733", (15, -79)),
    ],
)
def test_antimeridian_and_poles(tmp_path, first, second, lonlat):
    before = source(tmp_path, crs=first, lonlat=lonlat)
    after = source(tmp_path, "b.tif", crs=second, lonlat=lonlat)
    overlap = find_overlap(before, after)
    assert overlap.col1 - overlap.col0 >= 20 and overlap.row1 - overlap.row0 >= 20


def test_longitudes_of_another_turn_meet(tmp_path):
    transform = north_up("EPSG:4326", 0.5, (179.9999, 10))
    before = source(tmp_path, crs="EPSG:4326", transform=transform)
    west = Affine(transform.a, 0, transform.c - 360, 0, transform.e, transform.f)
    after = source(tmp_path, "b.tif", crs="EPSG:4326", transform=west)
    grid = decide_grid(before, after, RANGE)
    assert (grid.width, grid.height) == (80, 60)
    assert whole_pixel_offset(grid.crs, grid.transform, 80, 60, after) == (0, 0)


def test_places_far_apart_do_not_meet_by_accident(tmp_path):
    before = source(tmp_path, lonlat=(-98.2, 29.6))
    for crs, lonlat in (("EPSG:3413", (-45, 89)), ("EPSG:4326", (81.8, -29.6))):
        with pytest.raises(NoOverlapError, match="km apart"):
            find_overlap(before, source(tmp_path, "b.tif", crs=crs, lonlat=lonlat))
