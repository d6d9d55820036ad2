"""The plugin as QGIS sees it: what it adds when it is loaded, and takes away when it is not."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from qgis.core import Qgis, QgsApplication
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QDialog, QToolBar

from . import translation
from .engine_link import engine_link
from .engine_link.locate import has_engine
from .messages import show
from .parts import Part, make_parts
from .processing.provider import ChangeVGProvider
from .resources import plugin_icon
from .settings import Settings
from .translation import tr

DESCRIBE = "changevg:describechanges"
MENU = "&ChangeVG"


class ChangeVGPlugin:
    """Adds the Processing provider, and, in the desktop, a menu, a toolbar and an options page.

    Parameters
    ----------
    iface : QgisInterface or None
        None in ``qgis_process`` and scripts; then only :meth:`initProcessing` is called.
    """

    def __init__(self, iface: Any) -> None:
        self.iface = iface
        self.link = engine_link()
        self.provider: ChangeVGProvider | None = None
        self.actions: list[QAction] = []
        self.toolbar: QToolBar | None = None
        self.factory: Any = None
        self.parts: dict[str, Part] = {}
        self._windows: list[Any] = []
        self._translator = translation.install()

    def initProcessing(self) -> None:  # noqa: N802
        """Add the algorithms; QGIS calls this in the desktop and in ``qgis_process``."""
        if self.provider is None:
            provider = ChangeVGProvider()
            # QGIS deletes a provider whose id is taken, as by a second copy of the plugin.
            if QgsApplication.processingRegistry().addProvider(provider):
                self.provider = provider

    def initGui(self) -> None:  # noqa: N802
        """Add the algorithms and everything that needs a window."""
        # Qt's widgets for the options are not needed in qgis_process.
        from .gui.options_page import OptionsFactory

        self.initProcessing()
        self.toolbar = self.iface.addToolBar("ChangeVG")
        self.toolbar.setObjectName("ChangeVGToolBar")
        self.add_action(
            tr("Describe changes…"), "changevgDescribeChanges", self.describe, plugin_icon()
        )
        for name, part in make_parts():
            self.parts[name] = part
            part.load(self)
        self.add_action(
            tr("ChangeVG options…"),
            "changevgOptions",
            self.options,
            QgsApplication.getThemeIcon("mActionOptions.svg"),
        )
        self.factory = OptionsFactory(self.link)
        self.iface.registerOptionsWidgetFactory(self.factory)
        if not has_engine(Settings.load()):
            show(
                self.iface,
                tr("The engine that finds the changes is not installed yet."),
                Qgis.MessageLevel.Info,
                tr("Install…"),
                self.install_engine,
            )

    def unload(self) -> None:
        """Take everything away again and end the engine."""
        if self.iface is not None:
            from .gui.tasks import forget_all

            forget_all()
        for name in reversed(list(self.parts)):
            self.parts.pop(name).unload()
        for window in self._windows:
            with contextlib.suppress(RuntimeError):  # closed, and gone with it
                window.close()
        self._windows.clear()
        if self.factory is not None:
            # Opened from the options, which are gone.
            for window in self.iface.mainWindow().findChildren(QDialog, "changevgInstallDialog"):
                window.close()
            self.iface.unregisterOptionsWidgetFactory(self.factory)
            self.factory = None
        for action in self.actions:
            self.iface.removePluginMenu(MENU, action)
            self.iface.unregisterMainWindowAction(action)
            action.deleteLater()
        self.actions.clear()
        if self.toolbar is not None:
            self.iface.mainWindow().removeToolBar(self.toolbar)
            self.toolbar.deleteLater()
            self.toolbar = None
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        self.link.stop()
        translation.remove(self._translator)
        self._translator = None

    def describe(self) -> None:
        """Open the algorithm that describes a pair; without an engine, offer to install it."""
        if not has_engine(Settings.load()):
            self.install_engine()
            return
        from qgis import processing

        dialog = processing.createAlgorithmDialog(DESCRIBE, {})
        if dialog is None:
            show(
                self.iface,
                tr("The algorithm is not there: is the Processing plugin switched on?"),
                Qgis.MessageLevel.Warning,
            )
            return
        self._keep(dialog)
        dialog.show()

    def options(self) -> None:
        """Open QGIS's options at the plugin's page."""
        from .gui.options_page import KEY

        self.iface.showOptionsDialog(self.iface.mainWindow(), KEY)

    def install_engine(self) -> None:
        """Open the dialog that installs the engine."""
        from .gui.install_dialog import open_install_dialog

        self._keep(open_install_dialog(self.link, self.iface.mainWindow()))

    def _keep(self, window: QObject) -> None:
        """Keep a window that does not block; drop those that were closed."""
        self._windows.append(window)
        window.destroyed.connect(lambda: self._drop(window))

    def _drop(self, window: Any) -> None:
        if window in self._windows:
            self._windows.remove(window)

    def add_action(
        self,
        text: str,
        name: str,
        run: Callable[[], Any] | None,
        icon: QIcon,
        key: str = "",
        *,
        toolbar: bool = True,
    ) -> QAction:
        """Add an action to the menu and the toolbar; it goes when the plugin is unloaded.

        Parameters
        ----------
        name : str
            Its object name, by which QGIS remembers the user's own key for it.
        run : callable, optional
            Called without arguments when it is triggered.
        key : str
            Default key; the user may choose another in Settings ▸ Keyboard Shortcuts.
        """
        action = QAction(icon, text, self.iface.mainWindow())
        action.setObjectName(name)
        if run is not None:
            action.triggered.connect(lambda checked=False: run())
        self.iface.addPluginToMenu(MENU, action)
        self.iface.registerMainWindowAction(action, key)
        if toolbar and self.toolbar is not None:
            self.toolbar.addAction(action)
        self.actions.append(action)
        return action
