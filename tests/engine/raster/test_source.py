import shutil

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.rpc import RPC
from support.rasters import RGB, north_up, write_raster

from engine.errors import (
    BandError,
    DataTypeError,
    GcpOnlyError,
    NoCrsError,
    PairError,
    RasterOpenError,
    RotatedError,
)
from engine.raster.source import open_source

PIXELS = np.arange(3 * 20 * 30, dtype=np.uint8).reshape(3, 20, 30)


def north():
    return north_up("EPSG:32614", 0.5)


def test_facts_of_a_plain_raster(tmp_path):
    path = write_raster(
        tmp_path / "Luftbild ä 2023-05-01.tif", PIXELS, transform=north(), colorinterp=RGB, nodata=7
    )
    source = open_source(path)
    assert (source.width, source.height, source.dtype, source.bidx) == (30, 20, "uint8", (1, 2, 3))
    assert source.nodata == (7, 7, 7)
    assert source.gsd_m == pytest.approx((0.5, 0.5), rel=1e-3)
    assert str(source.date) == "2023-05-01"
    assert source.describe()["crs"] == "EPSG:32614"


def test_degrees_are_measured_on_the_ground(tmp_path):
    step = 1e-5
    path = write_raster(
        tmp_path / "a.tif", PIXELS, crs="EPSG:4326", transform=Affine(step, 0, 25, 0, -step, 60)
    )
    assert open_source(path).gsd_m == pytest.approx((0.558, 1.114), rel=1e-2)


def test_system_without_a_code_works(tmp_path):
    crs = "+proj=lcc +lat_1=30 +lat_2=32 +lat_0=29 +lon_0=-98 +datum=NAD83 +units=us-ft"
    path = write_raster(tmp_path / "a.tif", PIXELS, crs=crs, transform=Affine(2, 0, 0, 0, -2, 0))
    assert open_source(path).gsd_m == pytest.approx((0.6096, 0.6096), rel=1e-2)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda p: None, RasterOpenError, "does not exist"),
        (lambda p: p.mkdir(), RasterOpenError, "is a directory"),
        (lambda p: p.write_text("no raster"), RasterOpenError, "cannot be read as a raster"),
        (lambda p: p.write_bytes(b""), RasterOpenError, "cannot be read as a raster"),
        (lambda p: write_raster(p, PIXELS, crs=None, transform=north()), NoCrsError, "no coord"),
        (lambda p: write_raster(p, PIXELS), NoCrsError, "no geotransform"),
        (
            lambda p: write_raster(p, PIXELS, crs='LOCAL_CS["site"]', transform=north()),
            NoCrsError,
            "local",
        ),
        (
            lambda p: write_raster(p, PIXELS, transform=Affine(0.49, 0.09, 6e5, 0.09, -0.49, 3e6)),
            RotatedError,
            "rotated",
        ),
        (
            lambda p: write_raster(p, PIXELS, transform=Affine(0.5, 0, 6e5, 0, 0.5, 3e6)),
            RotatedError,
            "flipped",
        ),
        (
            lambda p: write_raster(p, PIXELS.astype(np.complex64), transform=north()),
            DataTypeError,
            "complex",
        ),
        (lambda p: write_raster(p, PIXELS[:1], transform=north()), BandError, "one band"),
    ],
)
def test_bad_rasters_are_refused_by_name(tmp_path, make, error, message):
    path = tmp_path / "bad.tif"
    make(path)
    with pytest.raises(error) as caught:
        open_source(path)
    assert message in caught.value.message and "bad.tif" in caught.value.message
    assert caught.value.hint and caught.value.exit_code == 3


def test_control_points_alone_are_refused(tmp_path):
    points = [
        GroundControlPoint(row, col, -98 + col * 1e-5, 29 - row * 1e-5)
        for row, col in ((0, 0), (0, 30), (20, 0), (20, 30))
    ]
    path = write_raster(tmp_path / "bad.tif", PIXELS, crs="EPSG:4326", gcps=points)
    with pytest.raises(GcpOnlyError, match="control points"):
        open_source(path)


def test_rpcs_alone_are_refused(tmp_path):
    rpcs = RPC(
        height_off=0, height_scale=1, lat_off=29, lat_scale=1, line_off=0, line_scale=1,
        long_off=-98, long_scale=1, samp_off=0, samp_scale=1, line_num_coeff=[0.0] * 20,
        line_den_coeff=[1.0] * 20, samp_num_coeff=[0.0] * 20, samp_den_coeff=[1.0] * 20,
    )  # fmt: skip
    path = write_raster(tmp_path / "bad.tif", PIXELS, crs=None, rpcs=rpcs)
    with pytest.raises(GcpOnlyError, match="RPCs"):
        open_source(path)


def test_mask_kinds_are_seen(tmp_path):
    opaque = np.full((20, 30), 255, np.uint8)
    alpha = open_source(write_raster(tmp_path / "a.tif", PIXELS, transform=north(), alpha=opaque))
    mask = open_source(write_raster(tmp_path / "m.tif", PIXELS, transform=north(), mask=opaque))
    plain = open_source(write_raster(tmp_path / "p.tif", PIXELS, transform=north(), nodata=0))
    assert (alpha.has_alpha, alpha.has_mask, alpha.bidx) == (True, False, (1, 2, 3))
    assert (mask.has_alpha, mask.has_mask) == (False, True)
    assert (plain.has_alpha, plain.has_mask) == (False, False)


@pytest.mark.parametrize(
    ("driver", "suffix"), [("JP2OpenJPEG", ".jp2"), ("ENVI", ".img"), ("COG", ".tif")]
)
def test_formats_open_alike(tmp_path, driver, suffix):
    path = write_raster(tmp_path / f"a{suffix}", PIXELS, transform=north(), driver=driver)
    assert open_source(path).driver in (driver, "GTiff")


def test_vrt_opens_and_its_missing_file_is_told(tmp_path):
    write_raster(tmp_path / "a.tif", PIXELS, transform=north())
    shutil.copy(tmp_path / "a.tif", tmp_path / "b.tif")
    vrt = tmp_path / "a.vrt"
    bands = "".join(
        f'<VRTRasterBand dataType="Byte" band="{b}"><SimpleSource><SourceFilename '
        f'relativeToVRT="1">b.tif</SourceFilename><SourceBand>{b}</SourceBand>'
        "</SimpleSource></VRTRasterBand>"
        for b in (1, 2, 3)
    )
    numbers = ",".join(str(v) for v in north().to_gdal())
    vrt.write_text(
        f'<VRTDataset rasterXSize="30" rasterYSize="20"><SRS>EPSG:32614</SRS>'
        f"<GeoTransform>{numbers}</GeoTransform>{bands}</VRTDataset>"
    )
    assert open_source(vrt).driver == "VRT"


def test_a_block_that_must_be_unpacked_whole_is_refused(tmp_path):
    """A few bytes that claim a block of gigabytes; the same size in small blocks is fine."""
    size = {"width": 20_000, "height": 20_000, "count": 3, "dtype": "uint8"}
    frame = {"crs": "EPSG:32614", "transform": north(), "driver": "GTiff", "SPARSE_OK": True}
    for name, blocks in (("huge", 20_000), ("usual", 512)):
        with rasterio.open(
            tmp_path / f"{name}.tif", "w", **size, **frame, tiled=True, compress="deflate",
            interleave="pixel", blockxsize=-(-blocks // 16) * 16, blockysize=-(-blocks // 16) * 16,
        ):  # fmt: skip
            pass
    assert open_source(tmp_path / "usual.tif").width == 20_000
    assert open_source(tmp_path / "usual.tif").block_mb == 0.75
    with pytest.raises(RasterOpenError, match="unpacked whole"):
        open_source(tmp_path / "huge.tif")


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "\ud800.tif"])
def test_names_that_no_file_can_have(name):
    with pytest.raises(RasterOpenError, match="does not exist"):
        open_source(name)


def test_a_mask_directory_that_is_cut_off_is_an_error_by_name(tmp_path):
    """GDAL looks for it when bands are asked for, long after opening."""
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        path = write_raster(tmp_path / "a.tif", PIXELS, transform=north(), colorinterp=RGB)
        with rasterio.open(path, "r+") as ds:
            ds.write_mask(np.eye(20, 30, dtype=bool))
    whole = path.read_bytes()
    for length in range(len(whole) - 1, 8, -7):
        path.write_bytes(whole[:length])
        try:
            open_source(path)
        except PairError:
            continue


def test_pixels_of_no_size_are_refused(tmp_path):
    path = write_raster(
        tmp_path / "a.tif", PIXELS, transform=Affine(1e-160, 0, 6e5, 0, -1e-160, 3e6)
    )
    with pytest.raises((NoCrsError, RotatedError)):
        open_source(path)
