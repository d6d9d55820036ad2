import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.crs import CRS
from rasterio.windows import Window
from support.rasters import north_up, write_raster

from engine.errors import ReadError, UsageError
from engine.raster.reader import DateReader, check_resampling
from engine.raster.source import open_source
from engine.raster.working import WorkingGrid

SIZE = 48
EDGE = 20
RNG = np.random.default_rng(0)


def grid_of(transform, size=SIZE):
    crs = CRS.from_epsg(32614)
    return WorkingGrid(crs, transform, size, size, (0.5, 0.5), False, "test")


def read(path, transform, size=SIZE, **kwargs):
    with DateReader(open_source(path, **kwargs), grid_of(transform, size)) as reader:
        return reader.warped, *reader.read(Window(0, 0, size, size))


def collared(kind, dtype):
    """Bands of value 100 whose first 20 columns are no data, and how the file says so."""
    bands = np.full((3, SIZE, SIZE), 100, dtype)
    where = np.zeros((SIZE, SIZE), bool)
    where[:, :EDGE] = True
    opaque = np.where(where, 0, np.iinfo(dtype).max if np.dtype(dtype).kind in "iu" else 255)
    if kind == "nodata":
        value = 0 if np.dtype(dtype).kind == "u" else -99
        bands[:, where] = value
        return bands, {"nodata": value}
    if kind == "nan":
        bands[:, where] = np.nan
        return bands, {}
    if kind == "inf":
        bands[1, where] = np.inf
        return bands, {}
    bands[:, where] = 3
    if kind == "alpha":
        return bands, {"alpha": opaque}
    return bands, {"mask": np.where(where, 0, 255).astype(np.uint8)}


KINDS = [
    ("nodata", "uint8"), ("nodata", "uint16"), ("nodata", "int16"), ("nodata", "int32"),
    ("nodata", "int64"), ("nodata", "uint64"), ("nodata", "float32"), ("nodata", "float64"),
    ("nan", "float32"), ("nan", "float64"), ("inf", "float32"),
    ("alpha", "uint8"), ("alpha", "uint16"), ("mask", "uint8"), ("mask", "uint16"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "dtype"), KINDS)
@pytest.mark.parametrize("moved", [0.0, 0.4])
def test_what_is_no_data_is_known_and_does_not_bleed(tmp_path, kind, dtype, moved):
    bands, says = collared(kind, dtype)
    corner = north_up("EPSG:32614", 0.5)
    transform = Affine(0.5, 0, corner.c, 0, -0.5, corner.f)
    onto = Affine(0.5, 0, corner.c + 0.5 * moved, 0, -0.5, corner.f)
    path = write_raster(tmp_path / "a.tif", bands, transform=transform, **says)
    warped, pixels, valid = read(path, onto)
    assert warped == bool(moved)
    assert valid is not None
    inner = valid[2:-2, : SIZE - 2]
    assert not inner[:, : EDGE - 1].any() and inner[:, EDGE + 1 :].all()
    if not moved:
        assert (valid[:, EDGE:]).all() and not valid[:, :EDGE].any()
    assert (pixels[:, valid] == 100).all()


def test_one_band_at_nodata_is_still_data(tmp_path):
    bands = np.full((3, SIZE, SIZE), 100, np.uint16)
    bands[0, :, :EDGE] = 0
    transform = north_up("EPSG:32614", 0.5)
    path = write_raster(tmp_path / "a.tif", bands, transform=transform, nodata=0)
    _, _, valid = read(path, transform)
    assert valid.all()


def test_nodata_option_overrides_the_file(tmp_path):
    bands = np.full((3, SIZE, SIZE), 100, np.uint8)
    bands[:, :, :EDGE] = 255
    transform = north_up("EPSG:32614", 0.5)
    path = write_raster(tmp_path / "a.tif", bands, transform=transform, nodata=0)
    _, _, valid = read(path, transform, nodata=255)
    assert valid.sum() == SIZE * (SIZE - EDGE)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("moved", [0.0, 0.25, 0.4])
@pytest.mark.parametrize("option", [True, False])
def test_nodata_is_heeded_beside_alpha_too(tmp_path, dtype, moved, option):
    bands = np.full((3, SIZE, SIZE), 100, dtype)
    bands[:, :, :EDGE] = 0
    alpha = np.full((SIZE, SIZE), 255, dtype)
    alpha[-EDGE:] = 0
    bands[:, -EDGE:, EDGE:] = 7
    transform = north_up("EPSG:32614", 0.5)
    onto = Affine(0.5, 0, transform.c + 0.5 * moved, 0, -0.5, transform.f)
    transform = Affine(0.5, 0, transform.c, 0, -0.5, transform.f)
    path = write_raster(
        tmp_path / "a b.tif", bands, transform=transform, alpha=alpha, nodata=None if option else 0
    )
    warped, pixels, valid = read(path, onto, nodata=0 if option else None)
    assert warped == bool(moved)
    inner = valid[2:-2, : SIZE - 2]
    assert not inner[:, : EDGE - 1].any() and not inner[SIZE - EDGE - 1 :].any()
    assert inner[: SIZE - EDGE - 3, EDGE + 1 :].all()
    assert (pixels[:, valid] == 100).all() and pixels.dtype == dtype


@pytest.mark.parametrize("moved", [0.0, 0.4])
@pytest.mark.parametrize(
    ("kinds", "dtype"), [("HHHB", "uint16"), ("HhHB", "int32"), ("BBBH", "uint8")]
)
@pytest.mark.parametrize("nodata", [None, 0])
def test_bands_of_several_types(tmp_path, moved, kinds, dtype, nodata):
    transform = north_up("EPSG:32614", 0.5)
    values = np.full((1, SIZE, SIZE), 100)
    values[:, :, :EDGE] = 0
    paths = [
        write_raster(tmp_path / f"{n}.tif", values.astype(kind), transform=transform)
        for n, kind in enumerate(kinds[:3])
    ]
    opaque = np.where(values > 0, 255, 0).astype(kinds[3])
    paths.append(write_raster(tmp_path / "alpha.tif", opaque, transform=transform))
    path = tmp_path / "mosaic.vrt"
    path.write_text(stacked(paths, transform))
    onto = Affine(transform.a, 0, transform.c + 0.5 * moved, 0, transform.e, transform.f)
    _, pixels, valid = read(path, onto, nodata=nodata)
    assert pixels.dtype == dtype
    assert not valid[:, : EDGE - 1].any() and valid[2:-2, EDGE + 1 : -2].all()
    assert (pixels[:, valid] == 100).all()


def stacked(paths, transform):
    """A VRT of one-band files; the fourth is alpha."""
    kinds = {"uint8": "Byte", "uint16": "UInt16", "int16": "Int16"}
    bands = ""
    for path, colour in zip(paths, ("Red", "Green", "Blue", "Alpha"), strict=True):
        with rasterio.open(path) as ds:
            kind = kinds[ds.dtypes[0]]
        bands += (
            f'<VRTRasterBand dataType="{kind}"><ColorInterp>{colour}</ColorInterp><SimpleSource>'
            f"<SourceFilename>{path}</SourceFilename><SourceBand>1</SourceBand></SimpleSource>"
            "</VRTRasterBand>"
        )
    place = ", ".join(map(str, transform.to_gdal()))
    return (
        f'<VRTDataset rasterXSize="{SIZE}" rasterYSize="{SIZE}"><SRS>EPSG:32614</SRS>'
        f"<GeoTransform>{place}</GeoTransform>{bands}</VRTDataset>"
    )


@pytest.mark.parametrize("moved", [0.0, 0.4])
def test_nodata_outside_the_type_cannot_occur(tmp_path, moved):
    bands = np.full((3, SIZE, SIZE), 100, np.uint8)
    transform = north_up("EPSG:32614", 0.5)
    path = write_raster(tmp_path / "a.tif", bands, transform=transform)
    onto = Affine(transform.a, 0, transform.c + moved, 0, transform.e, transform.f)
    _, _, valid = read(path, onto, nodata=-9999)
    assert valid is None or valid[:, : SIZE - 2].all()


def test_plain_files_are_read_as_they_are_without_any_mask(tmp_path):
    bands = RNG.integers(0, 255, (4, 60, 60)).astype(np.uint8)
    base = north_up("EPSG:32614", 0.5)
    colours = ["blue", "green", "red", "undefined"]
    path = write_raster(tmp_path / "a.tif", bands, transform=base, colorinterp=colours)
    onto = Affine(base.a, 0, base.c + 5 * base.a, 0, base.e, base.f + 7 * base.e)
    warped, pixels, valid = read(path, onto)
    assert not warped and valid is None
    assert (pixels == bands[[2, 1, 0], 7 : 7 + SIZE, 5 : 5 + SIZE]).all()


def test_decimated_read(tmp_path):
    bands, says = collared("nodata", "uint16")
    transform = north_up("EPSG:32614", 0.5)
    path = write_raster(tmp_path / "a.tif", bands, transform=transform, **says)
    with DateReader(open_source(path), grid_of(transform)) as reader:
        pixels, valid = reader.read(Window(0, 0, SIZE, SIZE), (12, 16))
    assert pixels.shape == (3, 12, 16) and valid.shape == (12, 16)
    assert 0.5 < valid.mean() < 0.7


def test_scale_and_offset_give_physical_values(tmp_path):
    bands = np.full((3, SIZE, SIZE), 3000, np.uint16)
    transform = north_up("EPSG:32614", 0.5)
    path = write_raster(
        tmp_path / "a.tif", bands, transform=transform, scales=[1e-4] * 3, offsets=[-0.1] * 3
    )
    for moved in (0.0, 0.2):
        onto = Affine(transform.a, 0, transform.c + moved, 0, transform.e, transform.f)
        _, pixels, _ = read(path, onto)
        assert pixels.dtype == np.float32 and pixels[:, 5:40, 5:40] == pytest.approx(0.2)


def test_finer_pixels_are_averaged(tmp_path):
    bands = np.zeros((3, 4 * SIZE, 4 * SIZE), np.uint8)
    bands[:, :, ::2] = 200
    base = north_up("EPSG:32614", 0.125)
    path = write_raster(tmp_path / "a.tif", bands, transform=base)
    onto = Affine(base.a * 4, 0, base.c, 0, base.e * 4, base.f)
    _, pixels, _ = read(path, onto)
    assert np.abs(pixels[:, 2:-2, 2:-2].astype(int) - 100).max() <= 1


def test_truncated_file_is_named_with_the_place(tmp_path):
    bands = RNG.integers(0, 255, (3, 512, 512)).astype(np.uint8)
    transform = north_up("EPSG:32614", 0.5)
    path = write_raster(tmp_path / "cut.tif", bands, transform=transform)
    path.write_bytes(path.read_bytes()[: 3 * 512 * 200])
    with (
        DateReader(open_source(path), grid_of(transform, 512)) as reader,
        pytest.raises(ReadError) as error,
    ):
        reader.read(Window(0, 256, 512, 256))
    assert "cut.tif" in error.value.message and "rows 256 to 512" in error.value.message


def test_unknown_resampling_is_refused():
    check_resampling("cubic")
    with pytest.raises(UsageError, match="sharp"):
        check_resampling("sharp")
