"""What the tests of the chat dock share: a window with a map, a result, an event loop that runs.

PYTEST_DONT_REWRITE (the tests import it before pytest takes its fixtures)
"""

from __future__ import annotations

import importlib
import time

import pytest
from plugin.desktop import Desktop
from plugin.processing_support import write_result
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from qgis.PyQt.QtWidgets import QAction


def module(name):
    return importlib.import_module(f"changevg.{name}")


def turn_loop(until=lambda: False, seconds=20.0):
    """Run the event loop until something is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents()
        if until():
            return True
        time.sleep(0.002)
    return False


def drop_deleted():
    """Let Qt delete what was put off."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


class Plugin:
    """As much of the plugin as a part of it asks for."""

    def __init__(self, iface):
        self.iface = iface
        self.link = module("engine_link").engine_link()
        self.added, self.opened = {}, []

    def options(self):
        self.opened.append("options")

    def add_action(self, text, name, run, icon, key="", *, toolbar=True):
        action = QAction(icon, text, self.iface.window)
        if run is not None:
            action.triggered.connect(lambda checked=False: run())
        self.added[name] = action
        return action


class Chat:
    """A loaded chat part about one result, and a person in front of it."""

    def __init__(self, part, plugin, package):
        self.part, self.plugin, self.package = part, plugin, package
        self.dock, self.desk = part.dock, part.desk

    @property
    def canvas(self):
        return self.plugin.iface.canvas

    @property
    def last(self):
        return self.desk.conversation.turns[-1]

    def layer(self, name="boxes"):
        return module("dock.chat_results").layers_of(QgsProject.instance(), self.package, name)[0]

    def type(self, question):
        self.dock.question.setPlainText(question)
        self.dock.question.send()

    def ask(self, question, seconds=20.0):
        """Type a question and wait for the end of its answer."""
        self.type(question)
        assert self.settle(seconds), self.last
        return self.last

    def settle(self, seconds=20.0):
        return turn_loop(lambda: not self.desk.conversation.running, seconds)

    def requests(self):
        """What the engine was asked."""
        return self.plugin.link.client()._json("GET", "/v1/chat/requests")


def add_layers(package, names=("tiles", "outlines", "boxes")):
    for name in names:
        layer = QgsVectorLayer(f"{package}|layername={name}", name, "ogr")
        assert layer.isValid()
        QgsProject.instance().addMapLayer(layer)


@pytest.fixture
def package(qgis_app, changevg, tmp_path):
    made = write_result(tmp_path / "changes.gpkg", "/b.tif", "/a.tif")
    add_layers(made)
    yield made
    QgsProject.instance().clear()


@pytest.fixture
def chat(package, fake_engine):
    plugin = Plugin(Desktop())
    plugin.iface.canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    part = module("dock.chat_part").ChatPart()
    part.load(plugin)
    plugin.iface.window.resize(1000, 700)
    plugin.iface.window.show()
    part.dock.show()
    turn_loop(seconds=0.05)
    yield Chat(part, plugin, package)
    part.unload()
    drop_deleted()
