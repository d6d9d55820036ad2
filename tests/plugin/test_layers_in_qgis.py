"""The engine's GeoPackage in QGIS: style, aliases, form, map tip, metadata, drawing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import (
    NULL,
    Qgis,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QMetaType
from qgis.PyQt.QtGui import QColor, QImage

PACKAGE = os.environ.get("CHANGEVG_TEST_GPKG", "")
SCREENSHOT = Path(__file__).parents[2] / "scripts" / "screenshot_qgis.py"
COLOURS = {"appeared": "#00b39f", "disappeared": "#e8562a", "changed": "#9b5de5"}

pytestmark = [
    pytest.mark.skipif(
        not Path(PACKAGE).is_file(),
        reason="CHANGEVG_TEST_GPKG names no GeoPackage written by the engine",
    ),
    pytest.mark.usefixtures("qgis_session"),
]


@pytest.fixture
def package(tmp_path):
    """A copy: opening a GeoPackage may write to it."""
    return shutil.copy(PACKAGE, tmp_path / "changes.gpkg")


def load(package, name):
    layer = QgsVectorLayer(f"{package}|layername={name}", name, "ogr")
    assert layer.isValid()
    return layer


@pytest.fixture(params=["tiles", "boxes", "outlines"])
def layer(request, package):
    return load(package, request.param)


def test_layers_open_with_their_type_and_crs(package):
    kinds = {"tiles": "Polygon", "boxes": "Polygon", "outlines": "MultiPolygon"}
    layers = {name: load(package, name) for name in kinds}
    for name, kind in kinds.items():
        assert layers[name].wkbType() == getattr(Qgis.WkbType, kind)
        assert layers[name].crs().isValid()
        assert layers[name].crs() == layers["boxes"].crs()
        assert layers[name].featureCount() > 0
    assert layers["boxes"].featureCount() == layers["outlines"].featureCount()


def test_default_style_comes_with_the_file(layer):
    # Opening a layer already applies it; asking again must find it too.
    """B23: the style is in the file, whoever opens it."""
    assert layer.renderer().type() == "categorizedSymbol"
    _, found = layer.loadDefaultStyle()
    assert found
    assert layer.renderer().type() == "categorizedSymbol"
    assert layer.labelsEnabled() == (layer.name() == "boxes")


def test_every_feature_has_a_symbol(layer):
    renderer = layer.renderer()
    known = {category.value() for category in renderer.categories()}
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    attribute = renderer.classAttribute()
    text = attribute if " " in attribute else f'"{attribute}"'
    expression = QgsExpression(text)
    assert not expression.hasParserError(), expression.parserErrorString()
    for feature in layer.getFeatures():
        context.setFeature(feature)
        assert expression.evaluate(context) in known


def test_actions_have_their_colours(package):
    for name in ("boxes", "outlines"):
        layer = load(package, name)  # kept: its renderer dies with it
        for category in layer.renderer().categories():
            colours = {part.color().name() for part in category.symbol().symbolLayers()}
            assert COLOURS[category.value()] in colours


def test_aliases_with_units(layer):
    assert all(field.alias() for field in layer.fields() if field.name() != "fid")
    index = layer.fields().indexOf("area_m2")
    if index >= 0:
        assert layer.attributeDisplayName(index) == "Area (m²)"


@pytest.mark.skipif(
    int(gdal.VersionInfo()) < 3_070_000, reason="GDAL reads aliases of GeoPackages since 3.7"
)
def test_aliases_do_not_need_the_style(package):
    with sqlite3.connect(package) as db:
        db.execute("DELETE FROM layer_styles")
    db.close()
    layer = load(package, "boxes")
    assert layer.renderer().type() == "singleSymbol"
    assert layer.fields().field("area_m2").alias() == "Area (m²)"


def test_types_arrive_as_types(package):
    boxes, tiles = load(package, "boxes"), load(package, "tiles")
    kinds = {field.name(): field.type() for field in boxes.fields()}
    assert kinds["date_before"] == QMetaType.Type.QDate
    assert kinds["reviewed_at"] == QMetaType.Type.QDateTime
    kinds = {field.name(): field.type() for field in tiles.fields()}
    assert kinds["changed"] == kinds["text_ok"] == kinds["agree"] == QMetaType.Type.Bool
    assert kinds["n_building"] == QMetaType.Type.Int
    for tile in tiles.getFeatures():
        if tile["status"] == "ok":
            assert tile["changed"] in (True, False)
        else:
            assert tile["changed"] == NULL
            assert tile["n_building"] == NULL


def test_only_the_review_is_editable_and_has_a_list(package):
    layer = load(package, "boxes")
    form = layer.editFormConfig()
    names = [field.name() for field in layer.fields()]
    free = [name for i, name in enumerate(names) if not form.readOnly(i)]
    assert free == ["review", "reviewer", "reviewed_at", "note"]
    setup = layer.editorWidgetSetup(names.index("review"))
    assert setup.type() == "ValueMap"
    values = {value for entry in setup.config()["map"] for value in entry.values()}
    assert {"confirmed", "rejected", "unsure"} < values


def test_a_review_can_be_saved(package):
    layer = load(package, "boxes")
    feature = next(layer.getFeatures())
    index = layer.fields().indexOf("note")
    assert layer.startEditing()
    assert layer.changeAttributeValue(feature.id(), index, "seen on the ground")
    assert layer.commitChanges()
    assert next(load(package, "boxes").getFeatures())["note"] == "seen on the ground"


def test_map_tip_and_label_are_evaluated_for_every_feature(layer):
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    tip = layer.mapTipTemplate()
    assert tip
    for feature in layer.getFeatures():
        context.setFeature(feature)
        text = QgsExpression.replaceExpressionText(tip, context)
        assert "[%" not in text
        assert "NULL" not in text
        assert "coalesce" not in text
    display = QgsExpression(layer.displayExpression())
    assert not display.hasParserError()
    if layer.name() == "boxes":
        assert "m²" in text
        label = QgsExpression(layer.labeling().settings().fieldName)
        assert not label.hasParserError()
        assert str(label.evaluate(context)).split()[0] == feature["class"]


def test_metadata_tells_what_was_done(layer):
    metadata = layer.metadata()
    assert ": changes " in metadata.title()
    assert "not checked by a person" in metadata.abstract()
    assert metadata.crs() == layer.crs()
    assert "ChangeVG" in metadata.keywords()
    history = metadata.history()
    for start in ("Before: ", "After: ", "Device: ", "Model file ", "Parameters: "):
        assert any(line.startswith(start) for line in history), start


def test_screenshot_shows_the_boxes(package, tmp_path):
    boxes = load(package, "boxes")
    actions = {feature["action"] for feature in boxes.getFeatures()}
    for name, value in (("before", 90), ("after", 110)):
        _raster(tmp_path / f"{name}.tif", value, boxes)
        assert QgsRasterLayer(str(tmp_path / f"{name}.tif"), name).isValid()
    picture = tmp_path / "picture.png"
    command = [sys.executable, str(SCREENSHOT), "before.tif", "after.tif", package, str(picture)]
    done = subprocess.run(
        [*command, "--width", "400"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    image = QImage(str(picture))
    assert image.width() > 800
    found = {
        QColor(image.pixel(x, y)).name()
        for x in range(image.width())
        for y in range(image.height())
    }
    assert {COLOURS[action] for action in actions} <= found


def test_screenshot_says_what_is_missing(tmp_path):
    command = [sys.executable, str(SCREENSHOT), "no.tif", "no.tif", PACKAGE, "out.png"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "QGIS cannot open no.tif" in done.stderr


def _raster(path, value, layer):
    """A grey picture of the ground of `layer`."""
    ground = layer.extent()
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 400, 400, 3, gdal.GDT_Byte)
    step = max(ground.width(), ground.height()) / 360
    west, north = ground.xMinimum() - 20 * step, ground.yMaximum() + 20 * step
    dataset.SetGeoTransform((west, step, 0, north, 0, -step))
    dataset.SetProjection(layer.crs().toWkt())
    for band in (1, 2, 3):
        dataset.GetRasterBand(band).Fill(value)
    dataset.FlushCache()
