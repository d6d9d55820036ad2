"""Chat and list on one side of the window: tabs where there is no room, the first time only."""

from __future__ import annotations

import pytest
from plugin.desktop import Desktop
from plugin.results_support import wait
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import Qt

LEFT = Qt.DockWidgetArea.LeftDockWidgetArea


class Screen:
    """A window of some height with both docks."""

    def __init__(self, changevg, height):
        self.desktop = Desktop()
        self.window = self.desktop.window
        self.window.resize(1366, height)
        self.plugin = changevg.classFactory(self.desktop)
        self.plugin.initGui()
        self.window.show()
        self.chat = self.plugin.parts["chat"].dock
        self.list = self.plugin.parts["results"].dock
        self.rest()

    def open(self, *docks):
        for dock in docks:
            dock.setUserVisible(True)
        self.rest()

    def tabs(self):
        return self.window.tabifiedDockWidgets(self.chat) == [self.list]

    @staticmethod
    def rest():
        for _ in range(30):
            QgsApplication.processEvents()


@pytest.fixture
def screen(qgis_app, changevg, fresh_settings):
    made = []

    def make(height):
        made.append(Screen(changevg, height))
        return made[-1]

    yield make
    for one in made:
        one.plugin.unload()
    QgsProject.instance().clear()


@pytest.mark.parametrize("first", ["chat", "list"])
def test_on_a_small_screen_they_become_tabs_and_the_window_does_not_grow(screen, first):
    small = screen(720)
    second = {"chat": small.list, "list": small.chat}[first]
    small.open(getattr(small, first))
    small.open(second)
    assert small.tabs()
    wait(lambda: second.isUserVisible())  # what was opened is in front
    assert small.window.height() == 720
    assert second.height() > 500


@pytest.mark.parametrize("first", ["chat", "list"])
def test_on_a_tall_screen_each_has_room(screen, first):
    tall = screen(1300)
    tall.open(getattr(tall, first))
    tall.open({"chat": tall.list, "list": tall.chat}[first])
    assert not tall.tabs()
    line = tall.chat.fontMetrics().lineSpacing()
    assert tall.chat.height() >= 20 * line and tall.list.height() >= 30 * line


def test_the_users_own_arrangement_is_kept(screen):
    small = screen(720)
    small.open(small.chat)
    small.open(small.list)
    for dock in (small.chat, small.list):
        small.window.removeDockWidget(dock)
    small.window.addDockWidget(LEFT, small.chat)
    small.window.splitDockWidget(small.chat, small.list, Qt.Orientation.Vertical)
    small.open(small.chat, small.list)
    small.list.setUserVisible(False)
    small.rest()
    small.open(small.list)
    assert not small.tabs()
    assert small.window.dockWidgetArea(small.list) == LEFT


def test_what_qgis_brings_back_with_its_window_is_left_alone(screen):
    small = screen(900)
    small.open(small.chat, small.list)  # at once, as restoreState() does
    small.list.setUserVisible(False)
    small.rest()
    small.open(small.list)
    assert not small.tabs()


def test_docks_on_two_sides_are_left_where_they_are(screen):
    small = screen(720)
    small.window.addDockWidget(LEFT, small.chat)
    small.open(small.chat)
    small.open(small.list)
    assert not small.tabs()
    assert small.window.dockWidgetArea(small.chat) == LEFT
