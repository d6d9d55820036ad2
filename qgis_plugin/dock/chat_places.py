"""Keeps which part of the map the next question is about: chip, map tool and choice together."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProject, QgsReferencedRectangle
from qgis.gui import QgsMapCanvas
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, pyqtSignal

from .chat_context import OBJECTS, RECTANGLE, Choice, Place
from .chat_evidence import Evidence
from .chat_place import PlaceChip
from .chat_rectangle import RectangleTool


class Places(QObject):
    """Signals ``drawn`` when the user has drawn a rectangle."""

    drawn = pyqtSignal()

    def __init__(
        self, chip: PlaceChip, canvas: QgsMapCanvas, project: QgsProject, evidence: Evidence
    ) -> None:
        super().__init__(chip)
        self.chip, self.canvas, self.project, self.evidence = chip, canvas, project, evidence
        self.choice = Choice()
        self.package = ""
        self.tool = RectangleTool(canvas)
        self.tool.drawn.connect(self._drawn)
        self.tool.left.connect(self.leave_tool)
        self._before: Any = None
        chip.chosen.connect(self.choose)
        chip.menu.aboutToShow.connect(self.refresh)

    def now(self) -> Place:
        """The chosen part as it is now."""
        return self.choice.place(self.project, self.canvas, self.package)

    def refresh(self, *changed: Any) -> None:
        """Show the chosen part as it is now."""
        self.chip.show_place(self.choice.kind, self.now())

    def choose(self, kind: str) -> None:
        """Ask about another part from now on; a rectangle has to be drawn first."""
        if kind == RECTANGLE:
            self.draw()
        else:
            self.set(Choice(kind))

    def draw(self) -> None:
        """Let the user draw a rectangle."""
        if self.canvas.mapTool() is not self.tool:
            before = self.canvas.mapTool()
            # A comparison ends, and deletes its tool, when another is chosen: look behind it.
            before = getattr(before, "tool_before", before)
            if before is not self.tool:
                self._before = before
            self.canvas.setMapTool(self.tool)
        self.refresh()

    def set(self, choice: Choice) -> None:
        """Ask about this from now on."""
        self.choice = choice
        self.leave_tool()
        if choice.kind == RECTANGLE and choice.rectangle is not None:
            self.tool.show_rectangle(self.evidence.outline(choice.rectangle))
        else:
            self.tool.clear()

    def talk_about(self, package: str) -> None:
        """Another result: named objects belong to the last one."""
        if package != self.package and self.choice.kind == OBJECTS:
            self.choice = Choice()
        self.package = package
        self.refresh()

    def leave_tool(self) -> None:
        """Give the map the tool back that it had."""
        before, self._before = self._before, None
        try:
            if self.canvas.mapTool() is self.tool:
                self.canvas.unsetMapTool(self.tool)
                if before is not None and not sip.isdeleted(before):
                    self.canvas.setMapTool(before)
        finally:
            self.refresh()

    def remove(self) -> None:
        """Take everything off the map."""
        self.leave_tool()
        self.tool.remove()

    def _drawn(self, rectangle: QgsReferencedRectangle) -> None:
        self.set(Choice(RECTANGLE, rectangle))
        self.drawn.emit()
