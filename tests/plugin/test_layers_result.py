"""A result in the project: its group, tips with pictures, actions; complaints B20, B23."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from osgeo import gdal
from plugin import processing_support
from plugin.desktop import Desktop
from plugin.results_support import wait, write_result
from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsProcessingContext,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.gui import QgsGui, QgsMapLayerActionContext
from qgis.PyQt.QtGui import QDesktopServices, QFont, QImage

module = processing_support.module
GROUP = "Change 2012-03-18 → 2018-10-05 · after"


@pytest.fixture
def project(qgis_app, changevg):
    yield QgsProject.instance()
    QgsProject.instance().clear()


@pytest.fixture
def package(tmp_path):
    return str(write_result(tmp_path, report=True))


@pytest.fixture
def part(project, changevg, fresh_settings):
    desktop = Desktop()
    plugin = changevg.classFactory(desktop)
    plugin.initGui()
    yield plugin.parts["results"]
    plugin.unload()


def names(group):
    return [node.name() for node in group.children()]


def test_a_saved_result_becomes_one_named_group(project, package):
    """B20: one group, named by dates and area."""
    layer = module("layers.group").load_result(package, project)
    group = project.layerTreeRoot().children()[0]
    assert group.name() == GROUP
    assert names(group) == [
        "Changed objects", "Outlines", "Tiles", "After · 2018-10-05", "Before · 2012-03-18"
    ]  # fmt: skip
    shown = [node.name() for node in group.children() if node.itemVisibilityChecked()]
    assert shown == ["Changed objects", "After · 2018-10-05", "Before · 2012-03-18"]
    assert layer.providerType() == "ogr" and layer.featureCount() == 12


def test_the_toolbox_brings_the_same_group_with_both_rasters(project, package):
    """B23: the post-processor is kept, so it is still there when it is called."""
    load = module("processing.load_results")
    context = QgsProcessingContext()
    context.setProject(project)
    load.load_on_completion(package, "district 4", context)
    group = project.layerTreeRoot().insertGroup(0, "g")
    told = []
    load.loaded.append(told.append)
    try:
        for uri, details in context.layersToLoadOnCompletion().items():
            assert details.groupName == "Change 2012-03-18 → 2018-10-05 · district 4"
            layer = QgsVectorLayer(uri, details.name, "ogr")
            project.addMapLayer(layer, False)
            group.insertLayer(0, layer)
        for uri, details in context.layersToLoadOnCompletion().items():
            found = [one for one in project.mapLayers().values() if one.source() == uri]
            details.postProcessor().postProcessLayer(found[0], context, None)
    finally:
        load.loaded.remove(told.append)
    assert names(group)[-2:] == ["After · 2018-10-05", "Before · 2012-03-18"]
    assert names(group).count("Before · 2012-03-18") == 1
    assert [layer.name() for layer in told] == ["Changed objects"]


def test_a_raster_that_is_gone_is_left_out(project, package):
    Path(package).with_name("before.tif").unlink()
    module("layers.group").load_result(package, project)
    assert names(project.layerTreeRoot().children()[0])[3:] == ["After · 2018-10-05"]


def rerun(package):
    """Another pair was compared into the same file; return its result."""
    folder = Path(package).parent
    made = module("layers.result").Result.open(package).made
    for which, value in (("before", 100), ("after", 220)):
        path = folder / f"{which}2.tif"
        processing_support.write_raster(path, width=400, height=400, value=value)
        made[which] = str(path)
    made["date_before"], made["date_after"] = "2020-01-01", "2024-01-01"
    with closing(sqlite3.connect(package)) as db, db:
        db.execute("UPDATE gpkg_metadata SET metadata = ?", (json.dumps(made),))
    return module("layers.result").Result.open(package)


def test_a_rerun_into_the_same_file_brings_its_own_rasters(project, package):
    """Nobody reviews the changes of one pair on the pictures of another."""
    layer = module("layers.group").load_result(package, project)
    group = project.layerTreeRoot().children()[0]
    group.children()[4].setItemVisibilityChecked(False)
    result = rerun(package)
    rasters = module("layers.rasters")
    found = rasters.rasters_of(result, project)
    assert found == {}
    module("layers.group").complete_group(layer, result, project)
    assert names(group)[3:] == ["After · 2024-01-01", "Before · 2020-01-01"]
    assert [one.itemVisibilityChecked() for one in group.children()[3:]] == [True, False]
    assert group.name() == "Change 2020-01-01 → 2024-01-01 · after2"
    found = rasters.rasters_of(result, project)
    assert {which: Path(one.source()).name for which, one in found.items()} == {
        "before": "before2.tif", "after": "after2.tif",
    }  # fmt: skip
    module("layers.group").complete_group(layer, result, project)
    assert len(project.mapLayers()) == 5


def test_a_rerun_keeps_the_names_that_people_gave(project, package):
    layer = module("layers.group").load_result(package, project, "district 4")
    group = project.layerTreeRoot().children()[0]
    module("layers.group").complete_group(layer, rerun(package), project)
    assert group.name() == "Change 2020-01-01 → 2024-01-01 · district 4"
    group.setName("My harbour")
    made = module("layers.result").Result.open(package)
    made.made["after"] = str(Path(package).with_name("after.tif"))
    module("layers.group").complete_group(layer, made, project)
    assert group.name() == "My harbour"
    assert "after.tif" in [Path(one.source()).name for one in project.mapLayers().values()]


def test_a_raster_that_was_moved_and_found_again_still_counts(project, package):
    module("layers.group").load_result(package, project)
    path = Path(package).with_name("before.tif")
    target = path.parent / "elsewhere" / path.name
    target.parent.mkdir()
    path.rename(target)
    (layer,) = [one for one in project.mapLayers().values() if one.name().startswith("Before")]
    layer.setDataSource(str(target), layer.name(), "gdal")
    result = module("layers.result").Result.open(package)
    assert module("layers.rasters").rasters_of(result, project)["before"] is layer


def test_small_pictures_of_a_rerun_are_drawn_from_its_rasters(project, package):
    """Also where the rasters are not in the project."""
    drawn = module("layers.thumbnails").Thumbnails()
    result = module("layers.result").Result.open(package)
    assert drawn._raster(result, "after").source().endswith("after.tif")
    assert drawn._raster(rerun(package), "after").source().endswith("after2.tif")
    drawn.stop()


def test_a_relative_raster_is_found_beside_the_result(package):
    result = module("layers.result").Result
    made = result.open(package)
    made.made["before"] = "before.tif"
    assert Path(made.raster("before")) == Path(package).with_name("before.tif")
    made.made["before"] = "elsewhere/before.tif"
    assert made.raster("before") is None


def test_16_bit_rasters_are_drawn_with_the_runs_own_stretch(package):
    """B11: one stretch for both dates."""
    for name in ("before.tif", "after.tif"):
        processing_support.write_raster(
            Path(package).with_name(name), value=3000, kind=gdal.GDT_UInt16
        )
    result = module("layers.result").Result.open(package)
    result.made["stretch"] = {
        which: {"gain": 0.051, "offset": -51.0} for which in ("before", "after")
    }
    result.made["parameters"]["pair"]["bidx"] = [3, 2, 1]
    for which in ("before", "after"):
        layer = module("layers.rasters").open_raster(result, which)  # kept: so is its renderer
        renderer = layer.renderer()
        assert (renderer.redBand(), renderer.greenBand(), renderer.blueBand()) == (3, 2, 1)
        limits = renderer.redContrastEnhancement()
        assert limits.minimumValue() == pytest.approx(1000)
        assert limits.maximumValue() == pytest.approx(6000)


@pytest.mark.parametrize("content", [None, b"no database", "other"])
def test_what_is_no_result_is_refused_with_the_reason(project, part, tmp_path, content):
    path = tmp_path / "x.gpkg"
    if content == "other":
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("CREATE TABLE boxes (fid INTEGER PRIMARY KEY)")
    elif content is not None:
        path.write_bytes(content)
    part.open_result(str(path))
    said = part.iface.messageBar().currentItem().text()
    assert ("is not there" if content is None else "no result of ChangeVG") in said
    assert project.mapLayers() == {}


def test_what_the_run_found_is_read_only_and_the_review_is_not(project, package):
    layer = module("layers.group").load_result(package, project)
    form = layer.editFormConfig()
    free = [one.name() for at, one in enumerate(layer.fields()) if not form.readOnly(at)]
    assert free == ["review", "reviewer", "reviewed_at", "note"]


def test_the_map_tip_shows_both_dates(project, part, package):
    part.open_result(package)
    layer = part.dock.layer
    feature = layer.getFeature(1)

    def tip():
        scopes = QgsExpressionContextUtils.globalProjectLayerScopes(layer)
        context = QgsExpressionContext(scopes)
        context.setFeature(feature)
        return QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)

    assert "2012-03-18" in tip() and "2018-10-05" in tip()
    wait(lambda: tip().count("<img ") == 2)
    folder = part.thumbnails._folder.path()
    greys = [
        QImage(str(path)).pixelColor(160, 160).red() for path in sorted(Path(folder).iterdir())
    ]
    assert sorted(set(greys)) == [61, 191]
    part.plugin.unload()
    assert not Path(folder).exists()
    assert "changevg_pictures" not in tip()  # without the plugin the tip is whole, less pictures


def test_a_tip_is_set_in_the_font_of_the_application(project, part, package, monkeypatch):
    """Its pictures grow with the font; nothing has a size or a font of its own."""
    tips = module("layers.map_tips")
    layer = QgsVectorLayer(f"{package}|layername=boxes", "boxes", "ogr")
    layer.setMapTipTemplate(
        '<div style="font-family: sans-serif; width: 260px;"><p>A</p>'
        '<table cellspacing="0"><tr><td>B</td></tr></table></div>'
    )
    dress = module("layers.dress").dress
    result = module("layers.result").Result.of_layer(layer)
    dress(layer, result)
    dress(layer, result)
    html = layer.mapTipTemplate()
    assert html.count("changevg_pictures") == 1 and html.count("font-size: inherit") == 1
    assert "font-family" not in html and "260px" not in html
    small = QFont(QgsApplication.font())
    sides = []
    for points in (6, 14, 40):
        font = QFont(small)
        font.setPointSizeF(points)
        monkeypatch.setattr(QgsApplication, "font", lambda font=font: font)
        sides.append(tips.picture_side())
    assert sides[0] == 128 < sides[1] < sides[2] == 240
    feature = next(layer.getFeatures())
    row = tips.pictures_html(part.thumbnails, layer, feature, result)
    assert "font-size: inherit" in row


def test_pictures_are_sharp_on_a_dense_screen(project, part, package, monkeypatch):
    drawing = module("layers.thumbnails")
    assert drawing.sharp_side() == drawing.SIZE  # the screen of the tests is plain

    class Dense:
        def devicePixelRatio(self):
            return 2.0

    monkeypatch.setattr(drawing.QGuiApplication, "screens", lambda: [Dense()])
    thumbnails = drawing.Thumbnails()
    part.open_result(package)
    layer, made = part.dock.layer, []
    thumbnails.ready.connect(made.append)
    thumbnails.picture(layer, layer.getFeature(1), part.dock.result, "after")
    wait(lambda: made)
    assert QImage(made[0]).width() == 480
    thumbnails.stop()


def test_pictures_are_drawn_when_the_mouse_rests_on_a_change(project, part, package):
    part.open_result(package)
    wait(lambda: part.dock.model.rowCount() == 12 and not part.thumbnails._running)
    canvas = part.iface.mapCanvas()
    canvas.setDestinationCrs(part.dock.layer.crs())
    before = len(part.thumbnails._there)
    far = part.dock.layer.getFeature(9)
    canvas.xyCoordinates.emit(far.geometry().centroid().asPoint())
    wait(lambda: len(part.thumbnails._there) >= before + 2)


def test_actions_are_for_results_only_and_gone_after_unloading(project, part, package):
    part.open_result(package)
    registry = QgsGui.mapLayerActionRegistry()
    offered = [one.objectName() for one in registry.mapLayerActions(part.dock.layer)]
    assert offered == [
        "changevgZoomToChange", "changevgSwipeHere", "changevgAskAboutChange", "changevgOpenReport"
    ]  # fmt: skip
    other = QgsVectorLayer("Polygon?crs=EPSG:4326", "other", "memory")
    assert registry.mapLayerActions(other) == []
    part.plugin.unload()
    assert registry.mapLayerActions(other) == []


def test_actions_do_what_they_say(project, part, package, monkeypatch):
    part.open_result(package)
    layer, canvas = part.dock.layer, part.iface.mapCanvas()
    canvas.setDestinationCrs(layer.crs())
    feature = layer.getFeature(5)
    opened, asked = [], []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    monkeypatch.setattr(
        part.plugin.parts["chat"], "ask_about",
        lambda layer, ids=None, place=None: asked.append((layer.name(), ids)),
    )  # fmt: skip
    for action in part.actions.actions:
        action.triggerForFeature(layer, feature, QgsMapLayerActionContext())
    middle = canvas.extent().center()
    assert feature.geometry().centroid().asPoint().distance(middle) < 0.5
    assert part.swipe.on
    assert asked[-1] == ("Changed objects", ["b4"])
    assert opened[-1].toLocalFile().endswith("report.html")


def test_a_layer_dragged_in_from_the_browser_explains_itself_too(project, part, package):
    layer = QgsVectorLayer(f"{package}|layername=boxes", "mine", "ogr")
    project.addMapLayer(layer)
    assert "changevg_pictures" in layer.mapTipTemplate()
    assert part.dock.chooser.count() == 1
    plain = QgsRasterLayer(str(Path(package).with_name("before.tif")), "mine too")
    project.addMapLayer(plain)
    found = module("layers.rasters").rasters_of(part.dock.result, project)
    assert found == {"before": plain}
