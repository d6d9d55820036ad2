"""Before and after compared on the map: the dragged line, and flicker; complaint B24."""

from __future__ import annotations

import pytest
from plugin.desktop import Desktop
from plugin.results_support import lag, wait, write_result
from qgis.core import QgsApplication, QgsProject, QgsRectangle
from qgis.gui import QgsLayerTreeMapCanvasBridge, QgsMapToolPan
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QPoint, QSize, Qt
from qgis.PyQt.QtGui import QColor, QImage, QPainter
from qgis.PyQt.QtTest import QTest

BEFORE, AFTER = 61, 191  # red of the two rasters


@pytest.fixture
def part(qgis_app, changevg, fresh_settings, tmp_path):
    desktop = Desktop()
    desktop.window.resize(900, 600)
    desktop.window.show()
    plugin = changevg.classFactory(desktop)
    plugin.initGui()
    part = plugin.parts["results"]
    part.desktop = desktop
    project = QgsProject.instance()
    bridge = QgsLayerTreeMapCanvasBridge(project.layerTreeRoot(), desktop.canvas)
    part.open_result(str(write_result(tmp_path)))
    canvas = desktop.canvas
    canvas.setDestinationCrs(part.dock.layer.crs())
    part.dock.toolbar.following.setChecked(False)
    wait(lambda: part.dock.details.fid is not None)
    middle = QgsRectangle(620900, 3366000, 620980, 3366080)  # rasters only, no change
    canvas.setExtent(middle)
    wait(lambda: len(canvas.layers()) == 3)
    yield part
    plugin.unload()
    bridge.deleteLater()
    project.clear()


def begin(part):
    assert part.swipe.switch(True)
    wait(lambda: len(part.swipe.pictures.images) == 2)


def seen(part):
    """What the comparison paints over the map."""
    canvas = part.desktop.canvas
    image = QImage(QSize(canvas.width(), canvas.height()), QImage.Format.Format_ARGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    part.swipe.item.paint(painter)
    painter.end()
    return image


def reds(part):
    """Red of both sides, left to right, a quarter into the map each, away from line and labels."""
    image = seen(part)
    height, width = image.height() * 3 // 4, image.width()
    return [image.pixelColor(width * share // 100, height).red() for share in (10, 25, 75, 90)]


def test_before_is_left_and_after_right_of_the_line(part):
    begin(part)
    assert reds(part) == [BEFORE, BEFORE, AFTER, AFTER]
    canvas = part.desktop.canvas
    view = canvas.viewport()
    width = canvas.width()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(width * 80 // 100, 100))
    assert reds(part) == [BEFORE, BEFORE, BEFORE, AFTER]
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(width * 80 // 100, 100))
    assert part.swipe.item.share == pytest.approx(0.8, abs=0.01)


def test_it_is_moved_by_keys_and_ended_by_escape(part):
    begin(part)
    view = part.desktop.canvas
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert part.swipe.item.share == pytest.approx(0.52, abs=0.001)
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert reds(part) == [AFTER] * 4
    QTest.keyClick(view, Qt.Key.Key_End)
    assert reds(part) == [BEFORE] * 4
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not part.swipe.on
    assert part.swipe.item is None and part.swipe.pictures is None


def test_the_key_of_the_action_begins_and_ends_it(part):
    action = next(a for a in part.plugin.actions if a.objectName() == "changevgSwipe")
    action.trigger()
    assert part.swipe.on and action.isChecked()
    action.trigger()
    assert not part.swipe.on and not action.isChecked()
    begin(part)
    assert action.isChecked()
    pan = QgsMapToolPan(part.desktop.canvas)
    part.desktop.canvas.setMapTool(pan)
    assert not part.swipe.on and not action.isChecked()
    assert part.desktop.canvas.mapTool() is pan


def test_the_map_tool_of_before_comes_back(part):
    canvas = part.desktop.canvas
    pan = QgsMapToolPan(canvas)
    canvas.setMapTool(pan)
    begin(part)
    part.swipe.end()
    assert canvas.mapTool() is pan


def test_a_rectangle_drawn_while_comparing_gives_the_first_tool_back(part):
    """The comparison's own tool is deleted by then."""
    canvas, places = part.desktop.canvas, part.plugin.parts["chat"].desk.places
    pan = QgsMapToolPan(canvas)
    canvas.setMapTool(pan)
    begin(part)
    places.draw()
    assert not part.swipe.on and canvas.mapTool() is places.tool
    QgsApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.mapTool() is pan


@pytest.mark.parametrize("end", ["swipe", "rectangle"])
def test_a_map_tool_that_was_deleted_meanwhile_is_not_asked_for(part, end):
    canvas, places = part.desktop.canvas, part.plugin.parts["chat"].desk.places
    pan = QgsMapToolPan(canvas)
    canvas.setMapTool(pan)
    if end == "swipe":
        begin(part)
    else:
        places.draw()
    sip.delete(pan)
    shown = []
    places.chip.show_place = lambda *words: shown.append(words)
    (part.swipe.end if end == "swipe" else places.leave_tool)()
    assert canvas.mapTool() is None
    assert end == "swipe" or len(shown) == 1


def test_it_fits_while_the_map_moves_and_is_drawn_anew_after(part):
    begin(part)
    canvas = part.desktop.canvas
    drawn = part.swipe.pictures.images["after"][1].visibleExtent()
    edge = QgsRectangle(620992, 3366000, 621072, 3366080)  # 30 m of it outside the rasters
    canvas.setExtent(edge)
    canvas.refresh()
    # Nothing of the new place was drawn yet: the old pictures are where they belong, outside.
    assert part.swipe.pictures.images["after"][1].visibleExtent() == drawn
    assert reds(part)[3] == 255
    wait(lambda: part.swipe.pictures.images["after"][1].visibleExtent() != drawn)
    wait(lambda: part.swipe.pictures.images["before"][1].visibleExtent() != drawn)
    assert reds(part)[:2] == [BEFORE, BEFORE]


def test_a_rotated_map_is_compared_too(part):
    part.desktop.canvas.setRotation(30)
    begin(part)
    assert reds(part) == [BEFORE, BEFORE, AFTER, AFTER]


def test_flicker_shows_one_date_then_the_other(part):
    project = QgsProject.instance()
    names = [node.name() for node in project.layerTreeRoot().findLayers()]

    def shown():
        nodes = project.layerTreeRoot().findLayers()
        return [n.name().split(" ")[0] for n in nodes if n.isVisible() and "·" in n.name()]

    assert shown() == ["After", "Before"]
    for expected in (["Before"], ["After"], ["Before"]):
        part.swipe.flicker()
        assert shown() == expected
    assert names == [node.name() for node in project.layerTreeRoot().findLayers()]


def test_a_raster_that_is_gone_is_named(part, tmp_path):
    project = QgsProject.instance()
    for layer in list(project.mapLayers().values()):
        if "Before" in layer.name():
            project.removeMapLayer(layer.id())
    (tmp_path / "before.tif").unlink()
    for act in (lambda: part.swipe.switch(True), part.swipe.flicker):
        part.desktop.bar.clearWidgets()
        act()
        assert "before.tif is not where it was" in part.desktop.bar.currentItem().text()
    assert not part.swipe.on


def test_without_a_result_it_says_what_to_do(part):
    QgsProject.instance().clear()
    assert not part.swipe.switch(True)
    assert "run “Describe changes”" in part.desktop.bar.currentItem().text()


def test_removing_a_raster_ends_it(part):
    begin(part)
    project = QgsProject.instance()
    gone = next(layer for layer in project.mapLayers().values() if "After" in layer.name())
    project.removeMapLayer(gone.id())
    assert not part.swipe.on


def test_rasters_that_are_not_in_the_project_are_compared_too(part):
    project = QgsProject.instance()
    for layer in list(project.mapLayers().values()):
        if "·" in layer.name():
            project.removeMapLayer(layer.id())
    begin(part)
    assert reds(part) == [BEFORE, BEFORE, AFTER, AFTER]


def test_the_interface_lives_on_while_it_is_drawn(part):
    """B24: the maps are drawn in threads."""
    part.swipe.switch(True)
    longest = lag(lambda: len(part.swipe.pictures.images) == 2)
    assert longest < 0.1  # 50 ms on a machine of its own


def test_unloading_ends_it_and_leaves_the_canvas_as_it_was(part):
    canvas = part.desktop.canvas
    count = len(canvas.scene().items())
    begin(part)
    assert len(canvas.scene().items()) == count + 1
    part.plugin.unload()
    assert len(canvas.scene().items()) <= count
