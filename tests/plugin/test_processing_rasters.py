"""Layers that are not plain local files: copied whole, or refused with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from osgeo import gdal
from plugin import processing_support as support
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingException,
    QgsRasterLayer,
    QgsRectangle,
)
from qgis.PyQt.QtGui import QColor, QImage

pytest_plugins = ["plugin.processing_support"]
pytestmark = pytest.mark.usefixtures("provider")
WEB = QgsCoordinateReferenceSystem.fromEpsgId(3857)


@pytest.fixture
def source():
    return support.module("processing.raster_source")


def local(source, layer, wanted=None, gsd=0.5, feedback=None):
    raster = source.examine(layer, layer.source())
    return source.local_file(raster, wanted, gsd, feedback or support.Feedback())


def test_a_plain_file_is_used_as_it_is(source, tmp_path):
    path = support.write_raster(tmp_path / "a.tif")
    assert local(source, QgsRasterLayer(path, "a")) == path


def test_a_vrt_file_is_used_as_it_is(source, tmp_path):
    tif = support.write_raster(tmp_path / "a.tif")
    gdal.BuildVRT(str(tmp_path / "a.vrt"), [tif]).FlushCache()
    path = str(tmp_path / "a.vrt")
    assert local(source, QgsRasterLayer(path, "a")) == path


@pytest.mark.parametrize("kind", ["memory", "inline vrt", "archive", "subdataset"])
def test_what_is_no_plain_file_is_copied_value_by_value(source, tmp_path, kind):
    tif = support.write_raster(tmp_path / "a.tif", kind=gdal.GDT_UInt16, value=700)
    uri = tif
    if kind == "memory":
        uri = support.write_raster("/vsimem/a.tif", kind=gdal.GDT_UInt16, value=700)
    elif kind == "inline vrt":
        gdal.BuildVRT("/vsimem/a.vrt", [tif]).FlushCache()
        file = gdal.VSIFOpenL("/vsimem/a.vrt", "rb")
        uri = gdal.VSIFReadL(1, 100000, file).decode()
        gdal.VSIFCloseL(file)
    elif kind == "archive":
        import zipfile

        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.write(tif, "a.tif")
        uri = f"/vsizip/{tmp_path}/a.zip/a.tif"
    else:
        uri = f"GPKG:{tmp_path}/a.gpkg:a"
        for name, options in (("a", []), ("b", ["APPEND_SUBDATASET=YES"])):
            gdal.Translate(
                f"{tmp_path}/a.gpkg", tif, format="GPKG", outputType=gdal.GDT_Byte,
                creationOptions=[f"RASTER_TABLE={name}", *options],
            )  # fmt: skip
    layer = QgsRasterLayer(uri, "a", "gdal")
    assert layer.isValid()
    feedback = support.Feedback()
    copy = local(source, layer, feedback=feedback)
    assert copy != uri and Path(copy).is_file()
    assert any("copied" in text for text in feedback.infos)
    old, new = gdal.Open(uri), gdal.Open(copy)
    assert (new.RasterXSize, new.RasterYSize) == (64, 48)
    assert new.GetGeoTransform() == pytest.approx(old.GetGeoTransform())
    assert new.GetRasterBand(1).ReadRaster() == old.GetRasterBand(1).ReadRaster()


def test_only_the_wanted_part_is_copied_on_whole_pixels(source, tmp_path):
    support.write_raster("/vsimem/part.tif")
    west, north = support.ORIGIN
    wanted = QgsRectangle(west + 5.2, north - 9.8, west + 10.0, north - 4.0)
    copy = gdal.Open(local(source, QgsRasterLayer("/vsimem/part.tif", "part"), wanted))
    assert (copy.RasterXSize, copy.RasterYSize) == (10, 12)
    assert copy.GetGeoTransform()[0] == pytest.approx(west + 5)
    assert copy.GetGeoTransform()[3] == pytest.approx(north - 4)


def test_nodata_survives_the_copy(source):
    """B12: what is no data stays no data."""
    support.write_raster("/vsimem/nodata.tif", nodata=91)
    copy = gdal.Open(local(source, QgsRasterLayer("/vsimem/nodata.tif", "n")))
    assert copy.GetRasterBand(1).GetNoDataValue() == 91


def test_a_raster_without_crs_is_refused(source, tmp_path):
    path = support.write_raster(tmp_path / "a.tif", epsg=0)
    layer = QgsRasterLayer(path, "no crs")
    layer.setCrs(QgsCoordinateReferenceSystem())
    with pytest.raises(QgsProcessingException, match=r"no CRS.*Set its CRS"):
        source.examine(layer, path)


def test_the_crs_set_in_qgis_goes_along(source, tmp_path):
    """B8: a CRS that only QGIS knows reaches the engine."""
    path = support.write_raster(tmp_path / "a.tif", epsg=0)
    layer = QgsRasterLayer(path, "a")
    layer.setCrs(QgsCoordinateReferenceSystem.fromEpsgId(32614))
    made = local(source, layer)
    assert made.endswith(".vrt") and QgsRasterLayer(made, "a").crs().authid() == "EPSG:32614"
    assert (
        gdal.Open(made).GetRasterBand(2).ReadRaster()
        == gdal.Open(path).GetRasterBand(2).ReadRaster()
    )


def test_a_file_that_is_gone_is_said(source, tmp_path):
    path = support.write_raster(tmp_path / "a.tif")
    layer = QgsRasterLayer(path, "a")
    Path(path).unlink()
    with pytest.raises(QgsProcessingException, match="moved, deleted or renamed"):
        source.examine(layer, path)


@pytest.fixture
def tiles(tmp_path):
    """Map tiles of zoom 17 to 19 around a point, as files: an XYZ layer without a network."""

    def make(holes=()):
        for zoom in range(12, 20):
            x, y = 200 * 2 ** (zoom - 9), 150 * 2 ** (zoom - 9)
            for column in range(x, x + 3):
                for row in range(y, y + 3):
                    if (zoom, column - x, row - y) in holes:
                        continue
                    image = QImage(256, 256, QImage.Format.Format_RGB32)
                    image.fill(QColor(20 + 10 * (column - x), 40 + 10 * (row - y), 7))
                    folder = tmp_path / "xyz" / str(zoom) / str(column)
                    folder.mkdir(parents=True, exist_ok=True)
                    image.save(str(folder / f"{row}.png"))
        address = f"file://{tmp_path}/xyz/{{z}}/{{x}}/{{y}}.png"
        layer = QgsRasterLayer(f"type=xyz&url={address}&zmin=0&zmax=19", "tiles", "wms")
        assert layer.isValid()
        return layer

    return make


def corner():
    """Upper left corner of the tiles, EPSG:3857."""
    half = 20037508.342789244
    side = 2 * half / 2**9
    return -half + 200 * side, half - 150 * side


def test_an_online_layer_is_copied_at_the_wanted_ground_size(source, tiles):
    """B7: the ground size is right where map units are no metres."""
    west, north = corner()
    wanted = QgsRectangle(west + 20, north - 120, west + 120, north - 20)
    copy = gdal.Open(local(source, tiles(), wanted, gsd=0.15))
    ground = support.module("processing.ground")
    east, _ = ground.metres_per_unit(ground.measurer(WEB), wanted.center())
    assert copy.GetGeoTransform()[1] * east == pytest.approx(0.15, rel=1e-6)
    assert copy.RasterXSize == pytest.approx(100 * east / 0.15, abs=1)
    # The first tile is 76.4 m wide: its colour on the left, its neighbour's on the right.
    row = copy.GetRasterBand(1).ReadRaster(0, 0, copy.RasterXSize, 1)
    assert row[0] == 20 and row[-1] == 30
    assert copy.GetRasterBand(3).ReadRaster(0, 0, 1, 1)[0] == 7


def test_an_online_layer_with_a_hole_is_refused(source, tiles):
    """B15: a tile that did not come is not taken for unchanged ground."""
    west, north = corner()
    wanted = QgsRectangle(west + 20, north - 120, west + 120, north - 20)
    holes = {(zoom, 1, 0) for zoom in range(12, 20)}
    with pytest.raises(QgsProcessingException, match="could not be read whole"):
        local(source, tiles(holes), wanted, gsd=0.15)


def test_too_large_a_picture_is_refused(source, tiles):
    """B14: a copy never fills memory or disk."""
    with pytest.raises(QgsProcessingException, match="smaller extent"):
        local(source, tiles(), None)


def test_online_layers_are_described_where_an_extent_says(run, engine, tiles, tmp_path):
    before = tiles()
    after = QgsRasterLayer(before.source().replace("zmax=19", "zmax=18"), "later", "wms")
    given = {"BEFORE": before, "AFTER": after, "OUTPUT": str(tmp_path / "c.gpkg")}
    with pytest.raises(QgsProcessingException, match="choose an extent"):
        run("changevg:describechanges", given)
    west, north = corner()
    extent = f"{west + 20},{west + 80},{north - 80},{north - 20} [EPSG:3857]"
    run("changevg:describechanges", given | {"EXTENT": extent})
    first, second, _, options = engine.started[0]
    for path in (first, second):
        copy = gdal.Open(path)
        assert copy.RasterCount == 3 and copy.RasterXSize == copy.RasterYSize
    assert options["bbox"] == pytest.approx([west + 20, north - 80, west + 80, north - 20])
    assert first != second
