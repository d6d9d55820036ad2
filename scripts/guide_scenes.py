"""The user guide's pictures, taken inside a QGIS desktop; ``guide_pictures.py`` starts it.

``GUIDE_OUT`` is the folder for the pictures, ``GUIDE_DEMO`` the one with before.tif and after.tif,
``GUIDE_ENGINE`` the engine's program. Where ``changes.gpkg`` lies beside the rasters it is shown;
else the engine makes it, as pressing Run does.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from guide_conversation import QUESTIONS
from guide_hands import action, drawn, perform, press, shown, turn, until
from qgis import processing
from qgis.core import QgsLayoutExporter, QgsProject, QgsRasterLayer, QgsRectangle, QgsSettings
from qgis.PyQt.QtCore import QPoint, QRect, QSize, Qt, QTimer
from qgis.PyQt.QtGui import QCursor
from qgis.PyQt.QtWidgets import QApplication, QDockWidget, QLineEdit, QSplitter, QToolBar, QWidget
from qgis.utils import iface, plugins

OUT, DEMO = Path(os.environ["GUIDE_OUT"]), Path(os.environ["GUIDE_DEMO"])
RESULT = DEMO / "changes.gpkg"
WINDOW = QSize(1280, 800)
KEPT_BARS = ("mMapNavToolBar", "ChangeVGToolBar")
RUN_SECONDS = 1800
CERTAIN = 0.8
MAPPED = "Which new buildings are within 30 m of a new road?"
"""The question whose answer is shown on the map."""


def picture(widget: QWidget, name: str, part: QRect | None = None) -> None:
    """Keep what a widget, or a part of it, looks like.

    Raises
    ------
    OSError
        It could not be written.
    """
    shot = widget.grab() if part is None else widget.grab(part)
    if not shot.save(str(OUT / f"{name}.png")):
        raise OSError(f"{name}.png was not written")
    print("picture", name, flush=True)


def window() -> None:
    """A small window with few toolbars, so that words stay readable on a page."""
    main = iface.mainWindow()
    for bar in main.findChildren(QToolBar):
        if isinstance(bar.parent(), type(main)):
            bar.setVisible(bar.objectName() in KEPT_BARS)
    for dock in main.findChildren(QDockWidget):
        dock.setVisible(dock.objectName() == "Layers")
    iface.messageBar().clearWidgets()
    main.showNormal()
    main.resize(WINDOW)
    turn(0.5)
    layers = main.findChild(QDockWidget, "Layers")
    main.resizeDocks([layers], [250], Qt.Orientation.Horizontal)
    turn(0.5)


def install_dialog() -> None:
    """Before there is an engine."""
    plugins["changevg"].install_engine()
    dialog = shown("changevgInstallDialog", 10)
    dialog.resize(600, 300)
    turn(0.5)
    picture(dialog, "install")
    dialog.close()


def put_engine() -> None:
    """As if it had been installed: the plugin's own place leads to the engine that is here."""
    root = Path(os.environ["HOME"]) / ".local" / "share" / "changevg" / "engine"
    program = root / "env-0.1.0" / "bin" / "engine"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{os.environ["GUIDE_ENGINE"]}" "$@"\n')
    program.chmod(0o755)
    note = {"folder": "env-0.1.0", "version": "0.1.0", "gpu": False, "source": "index"}
    (root / "current.json").write_text(json.dumps(note))


def options_page() -> None:
    """The plugin's page of QGIS's options, which block while they are open."""

    def shoot() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(300, shoot)
            return
        dialog.resize(900, 700)
        splitter = dialog.findChild(QSplitter)
        if splitter is not None:
            splitter.setSizes([210, 690])
        turn(1)
        picture(dialog, "options")
        dialog.reject()

    QTimer.singleShot(500, shoot)
    plugins["changevg"].options()


def describe_dialog() -> None:
    """Both rasters are loaded and chosen; with no result yet, Run is pressed."""
    rasters = {}
    for name in ("before", "after"):
        rasters[name] = QgsRasterLayer(str(DEMO / f"{name}.tif"), name)
        QgsProject.instance().addMapLayer(rasters[name])
    drawn()
    dialog = processing.createAlgorithmDialog(
        "changevg:describechanges",
        {"BEFORE": rasters["before"], "AFTER": rasters["after"], "OUTPUT": str(RESULT)},
    )  # fmt: skip
    dialog.resize(880, 800)
    dialog.show()
    turn(1)
    dialog.runButton().setFocus()
    for field in dialog.findChildren(QLineEdit):
        field.deselect()
    turn(0.3)
    picture(dialog, "describe")
    if not RESULT.exists():
        dialog.runButton().click()
        until(lambda: _loaded() is not None, RUN_SECONDS, "the run")
        turn(2)
        picture(dialog, "log")
    dialog.close()
    QgsProject.instance().removeMapLayers([layer.id() for layer in rasters.values()])
    if _loaded() is None:
        plugins["changevg"].parts["results"].open_result(str(RESULT))
    iface.messageBar().clearWidgets()


def result_on_the_map() -> None:
    """The group, the styles, the labels; everything else is closed."""
    dock = results().dock
    until(lambda: dock.details.fid is not None, 60, "the list")
    dock.toolbar.following.setChecked(False)
    dock.follow.clear()
    dock.hide()
    iface.setActiveLayer(_loaded())
    _zoom(_loaded().extent())
    picture(iface.mainWindow(), "result")


def map_tip() -> None:
    """The mouse rests on a building that appeared."""
    action("mActionMapTips").setChecked(True)
    feature = _middle("building", "appeared")
    around = feature.geometry().boundingBox()
    around.scale(7)
    _zoom(around)
    canvas = iface.mapCanvas()
    centre = canvas.getCoordinateTransform().transform(feature.geometry().centroid().asPoint())
    place = canvas.viewport().mapToGlobal(QPoint(round(centre.x()), round(centre.y())))
    QCursor.setPos(place + QPoint(40, 40))
    turn(1)
    QCursor.setPos(place)
    turn(6)
    QCursor.setPos(place + QPoint(1, 1))
    turn(6)
    at = canvas.mapFromGlobal(place)
    part = QRect(0, 0, 620, 460)
    part.moveTopLeft(at - QPoint(190, 110))
    picture(canvas, "tip", part.intersected(canvas.rect()))
    action("mActionMapTips").setChecked(False)
    QCursor.setPos(iface.mainWindow().mapToGlobal(QPoint(5, 5)))
    turn(1)


def review() -> None:
    """Three verdicts by keys, one with a note."""
    dock = results().dock
    _show_list()
    dock.toolbar.following.setChecked(True)
    dock.go_to(_middle("building", "disappeared").id())
    dock.table.setFocus()
    press(dock.table, "C C R")
    dock.details.note.setText("shed, not a house")
    press(dock.table, "U")
    turn(3)
    drawn()
    iface.messageBar().clearWidgets()
    picture(iface.mainWindow(), "review")


def swipe() -> None:
    """The line stands in the middle of a place where much changed."""
    layers = iface.mainWindow().findChild(QDockWidget, "Layers")
    layers.hide()
    _show_list()
    iface.setActiveLayer(_loaded())
    extent = _loaded().extent()
    extent.scale(0.6, extent.center())
    _zoom(extent)
    action("changevgSwipe").trigger()
    until(lambda: len(results().swipe.pictures.images) == 2, 60, "both dates")
    drawn()
    # The names of the dates stand in the upper corners, the grip in the middle.
    canvas = iface.mapCanvas()
    picture(canvas, "swipe", QRect(0, 0, canvas.width(), min(490, canvas.height())))
    action("changevgSwipe").trigger()
    results().dock.hide()
    layers.show()
    turn(1)


def chat() -> None:
    """A real conversation with the engine."""
    part = plugins["changevg"].parts["chat"]
    _zoom(_loaded().extent())
    part.dock.setUserVisible(True)
    iface.mainWindow().resizeDocks([part.dock], [430], Qt.Orientation.Horizontal)
    turn(1)
    for question in QUESTIONS:
        _ask(part, question)
        if question == MAPPED:
            part.dock.view.views[-1].answer.evidence_asked.emit(0)
            turn(3)
            drawn()
            picture(iface.mainWindow(), "chat")
            _loaded().removeSelection()
    picture(part.dock.view.page, "conversation")
    # "Show only" has filtered the layers.
    _ask(part, "Show everything")
    part.dock.hide()
    count = _loaded().featureCount()
    until(lambda: results().dock.model.rowCount() == count, 60, "the list")


def _ask(part: Any, question: str) -> None:
    part.dock.question.setPlainText(question)
    press(part.dock.question, "Return")
    until(lambda: not part.desk.conversation.running, 180, question)
    said = part.desk.conversation.turns[-1]
    print("chat", said.state, said.text, flush=True)
    turn(0.5)


def atlas() -> None:
    """The page of a change that was reviewed."""
    results().dock.toolbar.exports.atlas()
    turn(2)
    layout = QgsProject.instance().layoutManager().layouts()[0]
    pages = layout.atlas()
    pages.beginRender()
    pages.seekTo(_middle("building", "disappeared"))
    image = QgsLayoutExporter(layout).renderPageToImage(0, QSize(880, 622))
    pages.endRender()
    image.save(str(OUT / "atlas.png"))
    for open_window in QApplication.topLevelWidgets():
        if open_window is not iface.mainWindow() and "Layout" in type(open_window).__name__:
            open_window.close()


def results() -> Any:
    """The plugin's part for results."""
    return plugins["changevg"].parts["results"]


def _loaded() -> Any:
    """The layer of changed objects, once it is in the project."""
    return results().dock.layer


def _show_list() -> None:
    dock = results().dock
    dock.setUserVisible(True)
    iface.mainWindow().resizeDocks([dock], [470], Qt.Orientation.Horizontal)
    turn(1)


def _middle(class_: str, action_: str) -> Any:
    """Of the certain objects of a kind that no other box hides, the one nearest to the middle."""
    middle = _loaded().extent().center()
    boxes = [(one, one.geometry().boundingBox()) for one in _loaded().getFeatures()]
    wanted = []
    for one, box in boxes:
        if (one["class"], one["action"]) != (class_, action_) or one["score"] < CERTAIN:
            continue
        here = [(other, around) for other, around in boxes if around.contains(box.center())]
        # A map tip tells of the first; a wide box is only a frame.
        if here[0][0].id() == one.id() and all(wide.width() > 60 for _, wide in here[1:]):
            wanted.append((box.center().sqrDist(middle), one))
    return min(wanted, key=lambda pair: pair[0])[1]


def _zoom(extent: QgsRectangle) -> None:
    extent.scale(1.04)
    iface.mapCanvas().setExtent(extent)
    iface.mapCanvas().refresh()
    drawn()


def story() -> None:
    """All pictures, in the order of the guide."""
    QgsSettings().setValue("changevg/reviewer", "Ada")
    window()
    install_dialog()
    put_engine()
    options_page()
    describe_dialog()
    for scene in (result_on_the_map, map_tip, swipe, chat, review, atlas):
        scene()


perform(story)
