"""A window that answers as QGIS's does, as far as a plugin asks it."""

from __future__ import annotations

from qgis.gui import QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtWidgets import QMainWindow


class Desktop:
    """QgisInterface, in part; what a plugin adds and takes away is kept in lists."""

    def __init__(self):
        self.window = QMainWindow()
        self.bar = QgsMessageBar(self.window)
        self.menu, self.shortcuts, self.factories, self.shown_options = [], [], [], []
        self.canvas = QgsMapCanvas(self.window)
        self.window.setCentralWidget(self.canvas)
        self.docks, self.designed = [], []

    def mainWindow(self):
        return self.window

    def messageBar(self):
        return self.bar

    def addToolBar(self, name):
        return self.window.addToolBar(name)

    def addPluginToMenu(self, menu, action):
        self.menu.append(action)

    def removePluginMenu(self, menu, action):
        self.menu.remove(action)

    def registerMainWindowAction(self, action, shortcut):
        self.shortcuts.append(action)
        return True

    def unregisterMainWindowAction(self, action):
        self.shortcuts.remove(action)
        return True

    def registerOptionsWidgetFactory(self, factory):
        self.factories.append(factory)

    def unregisterOptionsWidgetFactory(self, factory):
        self.factories.remove(factory)

    def showOptionsDialog(self, parent, page):
        self.shown_options.append(page)

    def iconSize(self, dock=False):
        return QSize(24, 24)

    def mapCanvas(self):
        return self.canvas

    def activeLayer(self):
        return self.canvas.currentLayer()

    def setActiveLayer(self, layer):
        self.canvas.setCurrentLayer(layer)
        return True

    def addDockWidget(self, area, dock):
        self.window.addDockWidget(area, dock)
        self.docks.append(dock)

    def removeDockWidget(self, dock):
        self.window.removeDockWidget(dock)
        self.docks.remove(dock)

    def openLayoutDesigner(self, layout):
        self.designed.append(layout.name())
