"""A person's verdicts, written through the layer's edit buffer so that they can be undone."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QDateTime, QObject, pyqtSignal

from ..errors import PluginError
from ..layers.style import words
from ..settings import Settings, user_name
from ..translation import tr

VERDICTS = ("confirmed", "rejected", "unsure")


class Review(QObject):
    """Writes verdicts and notes of one layer.

    Parameters
    ----------
    layer : QgsVectorLayer
        The layer ``boxes`` of a result.
    """

    changed = pyqtSignal()
    """There is something to save or to undo, or no longer."""

    def __init__(self, layer: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.layer = layer
        for signal in _signals(layer):
            signal.connect(self.changed)

    def release(self) -> None:
        """Listen to the layer no longer."""
        for signal in _signals(self.layer):
            signal.disconnect(self.changed)

    @property
    def unsaved(self) -> bool:
        """Whether the edit buffer holds something."""
        return bool(self.layer.isEditable() and self.layer.isModified())

    @property
    def undoable(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self.layer.isEditable() and self.layer.undoStack().canUndo())

    def mark(self, fid: int, verdict: str | None, note: str | None = None) -> None:
        """Give a verdict on one change, or take it away with None; one step of undo.

        Parameters
        ----------
        note : str, optional
            None leaves the note as it is, an empty text removes it.

        Raises
        ------
        PluginError
            The layer cannot be edited.
        """
        values: dict[str, Any] = {"review": verdict}
        title = words()[verdict] if verdict else tr("Not reviewed")
        if note is not None:
            values["note"] = note.strip() or None
        self._write(fid, values, title)

    def annotate(self, fid: int, note: str) -> None:
        """Write a note only; one step of undo."""
        self._write(fid, {"note": note.strip() or None}, tr("Note"))

    def undo(self) -> None:
        """Take the last step back."""
        if self.undoable:
            self.layer.undoStack().undo()

    def save(self) -> None:
        """Write the edit buffer into the file, and stay in editing.

        Raises
        ------
        PluginError
            It cannot be written; nothing is lost from the edit buffer.
        """
        if self.unsaved and not self.layer.commitChanges(stopEditing=False):
            raise PluginError(
                tr("The reviews could not be saved: {}").format(
                    " ".join(self.layer.commitErrors()).strip()
                ),
                tr("They are still in the layer: make room, or make the file writable, and save."),
            )

    def _write(self, fid: int, values: dict[str, Any], title: str) -> None:
        fields = self.layer.fields()
        known = {field.name() for field in fields}
        if not known.issuperset(values):
            raise PluginError(
                tr("This layer has no fields for reviews."),
                tr("Open the result with its own layer “boxes”."),
            )
        if not self.layer.isEditable() and not self.layer.startEditing():
            raise PluginError(
                tr("The layer cannot be edited."),
                tr("Is the file, or its folder, write-protected, or the layer read-only?"),
            )
        cleared = values.get("review", "") is None
        values = values | {
            "reviewer": None if cleared else reviewer(),
            "reviewed_at": None if cleared else QDateTime.currentDateTimeUtc(),
        }
        self.layer.beginEditCommand(title)
        good = all(
            self.layer.changeAttributeValue(fid, fields.indexOf(name), value)
            for name, value in values.items()
            if name in known
        )
        if not good:
            self.layer.destroyEditCommand()
            raise PluginError(
                tr("The review of this change could not be written."),
                tr("Was it deleted, or is a field of the layer read-only?"),
            )
        self.layer.endEditCommand()


def _signals(layer: Any) -> tuple[Any, ...]:
    """What tells that there is something to save or undo; never kept, the layer may go first."""
    stack = layer.undoStack()
    return (
        layer.layerModified, layer.editingStarted, layer.editingStopped, stack.indexChanged,
    )  # fmt: skip


def reviewer() -> str:
    """Who reviews: the name of the options, else the user's name on this computer."""
    return Settings.stored().reviewer.strip() or user_name()
