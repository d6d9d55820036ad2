"""Conversations in the project file, one for each result."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qgis.core import Qgis, QgsProject

from ..messages import log
from ..translation import tr
from .chat_record import Turn, objects, plain

SCOPE, KEY = "changevg", "chat"
VERSION = 1
TURNS_MOST = 100
"""Turns of one result that are kept in the project; the engine keeps all."""
IDS_MOST = 200
"""Ids of objects kept for a sentence in the project."""


class ChatStore:
    """What is saved with the project, and read from it.

    Paths are kept relative to the project, as QGIS does with layers, so that a folder with both
    can be moved.
    """

    def __init__(self, project: QgsProject) -> None:
        self.project = project

    def load(self, package: str) -> tuple[str | None, list[Turn]]:
        """Session and turns of a result; None and nothing where there are none."""
        for one in self._all():
            if self._path(one) == Path(package):
                session = plain(one.get("session")) or None
                return session, [Turn.of(turn) for turn in objects(one.get("turns"))]
        return None, []

    def save(self, package: str, session: str | None, turns: Iterable[Turn]) -> None:
        """Keep a conversation; QGIS writes it when the project is saved."""
        kept = [turn.as_dict() for turn in list(turns)[-TURNS_MOST:]]
        for turn in kept:
            for part in (*turn.get("sentences", []), *turn.get("steps", [])):
                part["box_ids"] = part["box_ids"][:IDS_MOST]
        others = [one for one in self._all() if self._path(one) != Path(package)]
        if kept:
            path = self.project.writePath(package)
            others.append({"layers": path, "session": session, "turns": kept})
        text = json.dumps({"version": VERSION, "chats": others}, ensure_ascii=False)
        if others:
            self.project.writeEntry(SCOPE, KEY, text)
        else:
            self.project.removeEntry(SCOPE, KEY)

    def _all(self) -> list[dict[str, Any]]:
        text, found = self.project.readEntry(SCOPE, KEY, "")
        if not found or not text:
            return []
        try:
            stored = json.loads(text)
        except ValueError:
            log(tr("The conversations in this project cannot be read."), Qgis.MessageLevel.Warning)
            return []
        return objects(stored.get("chats")) if isinstance(stored, dict) else []

    def _path(self, one: dict[str, Any]) -> Path:
        return Path(self.project.readPath(plain(one.get("layers"))))
