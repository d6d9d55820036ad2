"""The chat and the map: the place asked about, evidence, actions, a rectangle."""

from __future__ import annotations

import json

import pytest
from plugin.dock_chat_support import (  # noqa: F401
    add_layers,
    chat,
    drop_deleted,
    module,
    package,
    turn_loop,
)
from plugin.processing_support import ORIGIN, write_result
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsProject,
    QgsRectangle,
    QgsReferencedRectangle,
)
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton

UTM, MERCATOR = (QgsCoordinateReferenceSystem(f"EPSG:{code}") for code in (32614, 3857))


def in_map(rectangle):
    """A rectangle of the result in the map's CRS."""
    change = QgsCoordinateTransform(UTM, MERCATOR, QgsProject.instance())
    return change.transformBoundingBox(rectangle)


def told(chat, words):  # noqa: F811
    return turn_loop(lambda: words in chat.dock.notice.text.text(), 5)


def moved(chat):  # noqa: F811
    """Wait until the map shows another place."""
    before = QgsRectangle(chat.canvas.extent())
    assert turn_loop(lambda: chat.canvas.extent() != before, 5)


def asked(chat):  # noqa: F811
    return chat.requests()["requests"][-1]


def test_the_map_extent_goes_along_in_the_maps_crs(chat):  # noqa: F811
    shown = in_map(QgsRectangle(ORIGIN[0], ORIGIN[1] - 30, ORIGIN[0] + 40, ORIGIN[1]))
    chat.canvas.setExtent(shown)
    chat.dock.place.entries["extent"].trigger()
    assert chat.dock.place.button.text() == "Map extent"
    chat.ask("count")
    context = asked(chat)["context"]
    assert context["crs"] == "EPSG:3857"
    sides = QgsRectangle(*context["bbox"])
    assert sides.contains(shown)
    assert chat.dock.view.views[0].place.toPlainText() == "Map extent"
    chat.dock.place.reset.click()
    chat.ask("count")
    assert "context" not in asked(chat)


def test_the_selection_goes_along_and_an_empty_one_is_not_asked(chat):  # noqa: F811
    chat.dock.place.entries["selection"].trigger()
    chat.type("count")
    assert chat.desk.conversation.turns == []
    assert chat.dock.question.toPlainText() == "count"
    assert "Select objects" in chat.dock.notice.text.text()
    chat.layer().selectByExpression("\"class\" = 'building'")
    turn_loop(seconds=0.05)
    chat.desk.places.refresh()
    assert chat.dock.place.button.text() == "3 objects"
    chat.ask("count")
    assert asked(chat)["context"] == {"selection": ["b1", "b2", "b3"]}


def test_a_rectangle_is_drawn_shown_and_goes_along(chat):  # noqa: F811
    canvas = chat.canvas
    pan = canvas.mapTool()
    canvas.setExtent(in_map(QgsRectangle(ORIGIN[0], ORIGIN[1] - 30, ORIGIN[0] + 40, ORIGIN[1])))
    chat.plugin.added["changevgChatRectangle"].trigger()
    tool = chat.desk.places.tool
    assert canvas.mapTool() is tool
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.mapTool() is not tool
    chat.dock.place.entries["rectangle"].trigger()
    port = canvas.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    QTest.mouseMove(port, QPoint(200, 160))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=QPoint(200, 160))
    assert canvas.mapTool() is pan
    assert tool.band.size() > 0
    assert chat.dock.place.button.text() == "Rectangle"
    chat.ask("count")
    expected = QgsRectangle(
        canvas.getCoordinateTransform().toMapCoordinates(60, 160),
        canvas.getCoordinateTransform().toMapCoordinates(200, 60),
    )
    assert asked(chat)["context"]["bbox"] == pytest.approx(
        [expected.xMinimum(), expected.yMinimum(), expected.xMaximum(), expected.yMaximum()]
    )
    chat.dock.place.reset.click()
    assert tool.band.size() == 0


def test_evidence_zooms_to_the_features_in_the_maps_crs(chat):  # noqa: F811
    chat.ask("count")
    answer = chat.dock.view.views[0].answer
    chat.canvas.setExtent(QgsRectangle(0, 0, 1, 1))
    answer.evidence_asked.emit(0)
    moved(chat)
    whole = QgsRectangle()
    for feature in chat.layer().getFeatures():
        whole.combineExtentWith(feature.geometry().boundingBox())
    extent = QgsRectangle(chat.canvas.extent())
    assert extent.contains(in_map(whole))
    assert extent.width() < 5 * in_map(whole).width()
    answer.evidence_asked.emit(1)
    moved(chat)
    first = in_map(next(chat.layer().getFeatures()).geometry().boundingBox())
    assert chat.canvas.extent().contains(first)
    assert chat.canvas.extent().width() < extent.width()


def test_evidence_without_the_layer_or_the_feature(chat):  # noqa: F811
    chat.ask("count")
    QgsProject.instance().removeAllMapLayers()
    # The project has no layer of it any more; the file is still there.
    chat.canvas.setExtent(QgsRectangle(0, 0, 1, 1))
    chat.desk.hands.show(chat.package, chat.last.sentences[1])
    moved(chat)
    assert chat.dock.notice.isHidden()
    Sentence = module("dock.chat_record").Sentence
    chat.desk.hands.show(chat.package, Sentence("Gone.", box_ids=["b99"]))
    assert told(chat, "not on the map any more")


def test_answers_select_and_filter_by_ids_only(chat):  # noqa: F811
    chat.ask("act select")
    assert turn_loop(lambda: chat.layer().selectedFeatureCount() == 3, 5)
    chat.layer().setSubsetString('"score" > 0.65')
    chat.ask("act filter")
    assert turn_loop(lambda: "box_id" in chat.layer("outlines").subsetString(), 5)
    expected = "\"box_id\" IN ('b1', 'b2', 'b3')"
    assert chat.layer().subsetString() == chat.layer("outlines").subsetString() == expected
    assert chat.dock.notice.isVisible()
    chat.dock.notice.findChild(QPushButton, "changevgChatUnfilter").click()
    assert chat.layer().subsetString() == '"score" > 0.65'
    assert chat.layer("outlines").subsetString() == ""


def test_an_id_cannot_become_a_filter_of_its_own(chat):  # noqa: F811
    chat.ask("act filter evil")
    assert told(chat, "not on the map any more")
    assert chat.layer().subsetString() == ""
    ids_filter = module("dock.chat_results").ids_filter
    assert ids_filter(["x') OR 1=1 --"]) == "\"box_id\" IN ('x'') OR 1=1 --')"


def test_a_part_of_the_ids_is_not_taken_for_all(chat):  # noqa: F811
    chat.ask("act filter many")
    assert told(chat, "too many objects (5000)")
    assert chat.layer().subsetString() == ""


def edit(layer):
    layer.startEditing()
    assert layer.changeAttributeValue(1, layer.fields().indexOf("review"), "unsure")


def test_a_layer_with_unsaved_edits_is_not_filtered(chat):  # noqa: F811
    edit(chat.layer())
    chat.ask("act filter")
    assert told(chat, "being edited")
    assert chat.layer().subsetString() == ""
    chat.layer().rollBack()


def test_a_layer_whose_edits_are_saved_is_filtered(chat):  # noqa: F811
    """After a saved review the layer stays open for edits, which QGIS does not filter."""
    layer = chat.layer()
    layer.startEditing()
    chat.ask("act filter")
    assert turn_loop(lambda: "box_id" in layer.subsetString(), 5)
    layer.startEditing()
    chat.dock.notice.findChild(QPushButton, "changevgChatUnfilter").click()
    assert layer.subsetString() == "" == chat.layer("outlines").subsetString()


def test_the_way_back_from_a_filter_is_not_lost(chat):  # noqa: F811
    layer = chat.layer()
    layer.setSubsetString('"score" > 0.65')
    chat.ask("act filter")
    assert turn_loop(lambda: "box_id" in chat.layer("outlines").subsetString(), 5)
    edit(layer)

    def back():
        drop_deleted()
        chat.dock.notice.findChild(QPushButton, "changevgChatUnfilter").click()

    back()
    assert told(chat, "being edited")
    assert "box_id" in layer.subsetString()
    layer.rollBack()
    back()
    assert layer.subsetString() == '"score" > 0.65'
    assert chat.layer("outlines").subsetString() == ""
    assert chat.dock.notice.isHidden()


def test_swipe_and_report_need_somebody_who_does_them(chat):  # noqa: F811
    done = []
    chat.ask("act report")
    chat.part.add_handler("report", lambda path, arguments: done.append(("report", path)))
    chat.part.add_handler("swipe", lambda path, arguments: done.append(("swipe", path)))
    chat.ask("act swipe")
    assert done == [("swipe", chat.package)]
    chat.ask("act report")
    assert len(done) == 1  # it opens a file: only when it is pressed
    button = chat.dock.view.views[-1].findChild(QPushButton, "changevgChatAction_report")
    button.click()
    assert done[-1] == ("report", chat.package)


def test_other_parts_ask_about_objects_or_a_rectangle(chat, tmp_path):  # noqa: F811
    chat.dock.hide()
    assert chat.part.ask_about(chat.layer(), ["b2"])
    assert chat.dock.isVisible()
    assert chat.dock.place.button.text() == "1 object"
    chat.ask("count")
    assert asked(chat)["context"] == {"selection": ["b2"]}
    place = QgsRectangle(ORIGIN[0], ORIGIN[1] - 20, ORIGIN[0] + 20, ORIGIN[1])
    assert chat.part.ask_about(chat.layer(), rectangle=place, question="count here")
    assert chat.settle()
    assert asked(chat)["context"]["crs"] == "EPSG:32614"
    assert asked(chat)["context"]["bbox"][0] == ORIGIN[0]
    degrees = QgsReferencedRectangle(
        QgsRectangle(-97.8, 30.4, -97.7, 30.5), QgsCoordinateReferenceSystem("EPSG:4326")
    )
    chat.part.ask_about(None, rectangle=degrees, question="count there")
    assert chat.settle()
    assert asked(chat)["context"]["crs"] == "EPSG:4326"
    other = write_result(tmp_path / "other.gpkg", "/b.tif", "/a.tif")
    add_layers(other, ["boxes"])
    layers = module("dock.chat_results").layers_of(QgsProject.instance(), other, "boxes")
    chat.part.ask_about(layers[0], ["r1"])
    assert chat.dock.head.results.currentData() == other
    QgsProject.instance().removeMapLayer(layers[0].id())


def test_only_layers_the_user_allows_are_named_to_the_engine(chat, tmp_path):  # noqa: F811
    from plugin.processing_support import square, write_layer
    from qgis.core import QgsVectorLayer

    source = write_layer(tmp_path / "areas.gpkg", [square(0, 0, 50)])
    layer = QgsVectorLayer(source, "districts", "ogr")
    QgsProject.instance().addMapLayer(layer)
    chat.ask("count")
    assert asked(chat)["vectors"] == {}
    menu = chat.part.menus.layers
    menu.aboutToShow.emit()
    names = [action.text() for action in menu.actions()]
    assert names == ["districts"]
    menu.actions()[0].setChecked(True)
    chat.ask("count")
    assert list(asked(chat)["vectors"]) == ["districts"]
    assert json.dumps(asked(chat)["vectors"]).count("areas.gpkg") == 1
    menu.aboutToShow.emit()
    menu.actions()[0].setChecked(False)
    chat.ask("count")
    assert asked(chat)["heeded"]["vectors"] == {}
