"""Several questions about one pair and one area: read once, answered from the same layers."""

from __future__ import annotations

import dataclasses
import json
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.errors import DiskFullError, UsageError
from engine.language.quoting import checked_question
from engine.language.routing import MapQuestion, follow_up_question, is_description, map_question
from engine.run.ask import AskedAnswer, ask, from_map
from engine.run.events import Events
from engine.run.pipeline import run
from engine.run.settings import RunSettings

LAYERS, HISTORY = "conversation.gpkg", "conversation.json"
TOLD_AGAIN = 4
"""Earlier questions that a language model is told, with its answers."""


@dataclass(frozen=True)
class Exchange:
    """One question and its answer.

    Attributes
    ----------
    asked_at : str
        UTC, ISO 8601.
    meant : MapQuestion or None
        What was asked of the map, with what an earlier question left open filled in.
    """

    question: str
    answer: AskedAnswer
    asked_at: str
    meant: MapQuestion | None = None


class Conversation:
    """Questions about one pair; what is asked of the map is answered without another run.

    Parameters
    ----------
    settings : RunSettings
        The pair, its area and the model. ``output`` and ``questions`` are not used.
    folder : Path
        Where layers and history are kept; a folder with a history goes on with it.

    Raises
    ------
    UsageError
        The folder holds a conversation about another pair, area or model, or a damaged history.
    """

    def __init__(self, settings: RunSettings, folder: Path) -> None:
        self.settings = dataclasses.replace(settings, output=Path(), questions=())
        self.folder = folder
        self.history: list[Exchange] = []
        if (folder / HISTORY).exists():
            self._load()

    @property
    def layers(self) -> Path:
        """The GeoPackage that answers rest on; there after the first question."""
        return self.folder / LAYERS

    def ask(
        self,
        question: str,
        events: Events | None = None,
        cancelled: threading.Event | None = None,
    ) -> AskedAnswer:
        """Answer, and keep question and answer.

        A question that leaves something open ("And roads?", "Where are they?") means what the last
        question of the map left it at. What the map does not know is put to the language model,
        with the last exchanges.

        Raises
        ------
        EngineError
            As a run does; the history stays as it was.
        """
        asked = checked_question(question)
        meant = map_question(asked)
        topic = self._topic()
        if meant is None and topic is not None and not is_description(asked):
            meant = follow_up_question(asked, topic)
        if meant is not None or is_description(asked):
            if not self.layers.exists():
                self.folder.mkdir(parents=True, exist_ok=True)
                silent = dataclasses.replace(
                    self.settings, output=self.layers, language="none", overwrite=True
                )
                run(silent, events, cancelled)
            answer = from_map(meant, self.layers)
        else:
            free = dataclasses.replace(self.settings, earlier=self._told())
            answer = ask(free, asked, events, cancelled)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.history.append(Exchange(asked, answer, now, meant))
        self._keep()
        return answer

    def _topic(self) -> MapQuestion | None:
        """The last question of the map, if nothing else was asked since."""
        return self.history[-1].meant if self.history else None

    def _told(self) -> tuple[tuple[str, str], ...]:
        return tuple((one.question, one.answer.text) for one in self.history[-TOLD_AGAIN:])

    def _about(self) -> dict[str, Any]:
        """What makes two conversations the same one."""
        known = self.settings.parameters()
        return {name: known[name] for name in ("before", "after", "pair", "model")}

    def _keep(self) -> None:
        content = {
            "about": self._about(),
            "history": [dataclasses.asdict(one) for one in self.history],
        }
        path, part = self.folder / HISTORY, self.folder / f"{HISTORY}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
            os.replace(part, path)
        except OSError as error:
            raise DiskFullError(
                f"The conversation cannot be kept in {self.folder}: {error.strerror}.",
                hint="Make room, or choose another folder.",
            ) from error

    def _load(self) -> None:
        path = self.folder / HISTORY
        try:
            content = json.loads(path.read_text("utf-8"))
            about = content["about"]
            self.history = [_exchange(record) for record in content["history"]]
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"{path} is no conversation of this program.",
                hint="Choose another folder, or remove the file.",
            ) from error
        if about != json.loads(json.dumps(self._about())):
            raise UsageError(
                f"{self.folder} holds a conversation about another pair, area or model.",
                hint="Choose another folder.",
            )


def _exchange(record: dict[str, Any]) -> Exchange:
    told = dict(record["answer"])
    for name in ("features", "tiles", "warnings"):
        told[name] = tuple(tuple(x) if isinstance(x, list) else x for x in told[name])
    meant = MapQuestion(**record["meant"]) if record["meant"] else None
    return Exchange(record["question"], AskedAnswer(**told), record["asked_at"], meant)
