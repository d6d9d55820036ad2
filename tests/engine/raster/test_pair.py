import json

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from rasterio.windows import Window
from support.limits import Limits
from support.rasters import RGB, north_up, planted_pair, write_raster

from engine.errors import EmptyPairError, RasterOpenError, ReadError
from engine.raster import RasterPair

MODEL = Limits()


def opened(pair, **kwargs):
    kwargs.setdefault("warn", lambda _: None)
    return RasterPair.open(pair.before, pair.after, model=MODEL, **kwargs)


@pytest.fixture
def plain(tmp_path):
    return planted_pair(tmp_path, width=300, height=200, n=6)


def test_same_grid_pixels_are_the_files(plain):
    with opened(plain) as pair, rasterio.open(plain.before) as a, rasterio.open(plain.after) as b:
        window = Window(30, 40, 100, 90)
        pixels = pair.read(window)
        assert (pixels.before == a.read(window=window)).all()
        assert (pixels.after == b.read(window=window)).all()
        assert pixels.valid.all() and pair.valid(window).all()
        assert pixels.before.dtype == np.uint8 and pixels.valid.dtype == bool


def test_windows_beyond_the_grid_are_padded_and_not_valid(plain):
    with opened(plain) as pair:
        pixels = pair.read(Window(-20, 150, 256, 256))
        assert pixels.before.shape == (3, 256, 256)
        assert pixels.valid[:50, 20:].all() and pixels.valid.sum() == 50 * 236
        assert (pixels.valid == pair.valid(Window(-20, 150, 256, 256))).all()
        assert (pixels.before[:, 0, :20] == pixels.before[:, 0, 40:20:-1]).all()


def test_blocks_that_fit_the_cache_only_one_at_a_time_are_refused(plain, tmp_path):
    """Each window would unpack both again: minutes of work for a few hundred bytes."""
    names = []
    for name, side in (("before", 8192), ("after", 8192), ("small", 1024)):
        with rasterio.open(
            tmp_path / f"{name}.tif", "w", driver="GTiff", SPARSE_OK=True, tiled=True,
            width=8192, height=8192, count=3, dtype="uint8", crs="EPSG:32633",
            transform=Affine(0.5, 0, 500000, 0, -0.5, 5400000), compress="deflate",
            interleave="pixel", blockxsize=side, blockysize=side,
        ):  # fmt: skip
            names.append(tmp_path / f"{name}.tif")
    before, after, small = names
    with pytest.raises(RasterOpenError, match=r"192 MiB.*unpacked whole"):
        RasterPair.open(before, after, model=MODEL, warn=lambda _: None)
    with pytest.raises(EmptyPairError):  # read, and found to be of one value
        RasterPair.open(before, small, model=MODEL, warn=lambda _: None)


def test_clone_reads_alike_and_lives_on_its_own(plain):
    with opened(plain) as pair:
        window = Window(0, 0, 64, 64)
        twin, first = pair.clone(), pair.read(window)
    with twin:
        assert (twin.read(window).after == first.after).all()
        assert twin.shift == pair.shift and twin.maps == pair.maps


def test_description_is_json(tmp_path):
    pair = planted_pair(
        tmp_path, dtype="float32", nodata=float("nan"), after_crs="EPSG:4326",
        names=("alt 2019-04-01.tif", "neu 2023-05-06 ü.tif"),
    )  # fmt: skip
    with opened(pair) as found:
        facts = json.loads(json.dumps(found.describe(), allow_nan=False))
    assert facts["fits"] and facts["after"]["nodata"] == ["nan"] * 3
    assert facts["before"]["date"] == "2019-04-01" and facts["after"]["date"] == "2023-05-06"
    assert "after resampled" in facts["alignment"]


def test_no_data_of_one_date_shows_the_other(tmp_path):
    pair = planted_pair(tmp_path, nodata=0, dtype="uint16", collar=20)
    with opened(pair) as found:
        pixels = found.read(Window(0, 0, 60, 60))
        assert not pixels.valid[:20].any() and pixels.valid[20:, 20:].all()
        assert (pixels.before[:, :20] == pixels.after[:, :20]).all()
        assert pixels.after[:, :20].max() > 0
        raw = found.read(Window(0, 0, 60, 60), fill=False)
        assert raw.after[:, :20].max() == 0


def test_area_of_interest_limits_what_is_valid(plain):
    with rasterio.open(plain.before) as ds:
        west, north = ds.transform.c, ds.transform.f
        step = ds.transform.a
    area = shapely.box(west + 20 * step, north - 60 * step, west + 100 * step, north - 10 * step)
    with opened(plain, aoi=area.wkt) as pair:
        valid = pair.read(Window(0, 0, 300, 200)).valid
        assert valid.sum() == 80 * 50 and valid[10:60, 20:100].all()
        assert pair.valid(Window(30, 20, 20, 20)).all()
        assert not pair.valid(Window(150, 100, 50, 50)).any()
        assert pair.describe()["aoi"].startswith("POLYGON")


def test_decimated_read_for_pictures(tmp_path):
    pair = planted_pair(tmp_path, after_crs="EPSG:4326", nodata=0, dtype="uint16")
    with opened(pair) as found:
        picture = found.read(Window(0, 0, 400, 300), out_shape=(75, 100), fill=False)
        assert picture.before.shape == (3, 75, 100) and picture.valid.shape == (75, 100)
        whole = found.read(Window(0, 0, 400, 300), fill=False)
        for small, large in ((picture.before, whole.before), (picture.after, whole.after)):
            centres = large[:, 2::4, 2::4].astype(int)
            assert np.median(np.abs(small.astype(int) - centres)) <= 3
        assert (picture.valid == whole.valid[2::4, 2::4]).mean() > 0.97


@pytest.mark.parametrize("dates", [("2023-05-01", "2020-01-01")])
def test_dates_in_the_wrong_order_are_told(plain, dates):
    told = []
    with opened(plain, before_date=dates[0], after_date=dates[1], warn=told.append) as pair:
        assert [str(d) for d in pair.dates] == list(dates)
    assert "earlier" in told[0]


def test_four_bands_with_alpha_against_three(tmp_path, plain):
    with rasterio.open(plain.after) as ds:
        bands, transform = ds.read(), ds.transform
    alpha = np.full(bands.shape[1:], 255, np.uint8)
    alpha[:, :50] = 0
    rgba = write_raster(tmp_path / "rgba.tif", bands, transform=transform, alpha=alpha)
    with RasterPair.open(plain.before, rgba, model=MODEL) as pair:
        valid = pair.read(Window(0, 0, 300, 200)).valid
        assert not valid[:, :50].any() and valid[:, 50:].all()


def test_bgrn_against_rgb(tmp_path, plain):
    with rasterio.open(plain.after) as ds:
        bands, transform = ds.read(), ds.transform
    bgrn = write_raster(
        tmp_path / "bgrn.tif", np.concatenate([bands[::-1], bands[:1]]), transform=transform,
        colorinterp=["blue", "green", "red", "undefined"],
    )  # fmt: skip
    with RasterPair.open(plain.before, bgrn, model=MODEL) as pair:
        assert (pair.read(Window(0, 0, 99, 99)).after == bands[:, :99, :99]).all()


@pytest.mark.parametrize(
    ("value", "kwargs", "message"),
    [
        (7, {}, "one constant value (7, 7, 7)"),
        (7, {"nodata": 7}, "no place where both have data"),
    ],
)
def test_empty_dates_are_refused(tmp_path, plain, value, kwargs, message):
    with rasterio.open(plain.before) as ds:
        transform = ds.transform
    flat = write_raster(
        tmp_path / "flat.tif", np.full((3, 200, 300), value, np.uint8), transform=transform,
        colorinterp=RGB,
    )  # fmt: skip
    with pytest.raises(EmptyPairError) as error:
        RasterPair.open(plain.before, flat, model=MODEL, **kwargs)
    assert message in error.value.message and "flat.tif" in error.value.message


def test_infinite_and_missing_values_are_no_data(tmp_path):
    rng = np.random.default_rng(0)
    transform = north_up("EPSG:32614", 0.5)
    one = rng.uniform(0, 1, (3, 100, 100)).astype(np.float32)
    two = rng.uniform(0, 1, (3, 100, 100)).astype(np.float32)
    one[0, :10] = np.nan
    two[2, 50:60] = -np.inf
    before = write_raster(tmp_path / "a.tif", one, transform=transform)
    after = write_raster(tmp_path / "b.tif", two, transform=transform)
    with RasterPair.open(before, after, model=MODEL, warn=lambda _: None) as pair:
        valid = pair.read(Window(0, 0, 100, 100)).valid
        assert valid.sum() == 80 * 100
        assert all(np.isfinite([m.gain, m.offset]).all() for m in pair.maps)


def test_broken_file_is_named(tmp_path, plain):
    plain.after.write_bytes(plain.after.read_bytes()[:40_000])
    with pytest.raises(ReadError) as error:
        opened(plain)
    assert "after.tif" in error.value.message and error.value.exit_code == 1


def test_memory_file_formats_read_alike(tmp_path, plain):
    with rasterio.open(plain.after) as ds:
        bands, transform = ds.read(), ds.transform
    for driver, suffix, profile in (
        ("JP2OpenJPEG", ".jp2", {"QUALITY": 100, "REVERSIBLE": "YES"}),
        ("ENVI", ".img", {}),
        ("COG", "_cog.tif", {}),
    ):
        path = write_raster(
            tmp_path / f"a{suffix}", bands, transform=transform, driver=driver, **profile
        )
        with RasterPair.open(plain.before, path, model=MODEL, warn=lambda _: None) as pair:
            assert (pair.read(Window(0, 0, 200, 200)).after == bands[:, :200, :200]).all()


def test_grid_of_the_antimeridian_reads_both_sides(tmp_path):
    pair = planted_pair(tmp_path, crs="EPSG:4326", lonlat=(179.9995, 10))
    with rasterio.open(pair.after) as ds:
        bands, t = ds.read(), ds.transform
    for turn, part in ((-360, 0), (-360, 0.4 * t.a), (0, 0.4 * t.a)):
        moved = Affine(t.a, 0, t.c + turn + part, 0, t.e, t.f)
        path = write_raster(tmp_path / "w.tif", bands, crs="EPSG:4326", transform=moved)
        with RasterPair.open(pair.before, path, model=MODEL, warn=lambda _: None) as found:
            assert found.read(Window(0, 0, 398, 298)).valid.mean() > 0.99
