"""One question being answered: events as they come, and the record that is kept of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.agent import ToolCall
from engine.agent.errors import AgentError
from engine.agent.result import Sentence
from engine.chat import model_words
from engine.chat.actions import actions, plain_action
from engine.chat.layers import RunLayers
from engine.chat.records import ChatOptions, Kind, SessionRecord, TurnRecord
from engine.chat.restriction import Restriction
from engine.chat.routing import Route
from engine.chat.steps import IDS_MOST, outcome, step
from engine.chat.suggestions import suggestions
from engine.errors import Cancelled, EngineError
from engine.plain_text import plain_line

ChatEvent = tuple[str, dict[str, Any]]
"""Name and content of an event (docs/chat.md lists them)."""
FINAL = frozenset({"done", "error", "stopped"})
"""Events after which none comes."""
TEXT_MOST = 4000
"""Characters of a sentence."""
MODEL_TOOL = "language_model"


@dataclass(frozen=True)
class ModelQuestion:
    """What the language model is asked, where it is asked."""

    pair: model_words.Pair
    bbox: list[float] | None
    options: ChatOptions
    earlier: Sequence[TurnRecord]


@dataclass
class Turn:
    """A question that was understood, and kept; :meth:`events` answers it once.

    Attributes
    ----------
    keep : callable
        Takes the turn's record when it has ended.
    asks_model : ModelQuestion or None
        It takes seconds to minutes, where tools take milliseconds.
    """

    session: SessionRecord
    number: int
    record: TurnRecord
    layers: RunLayers
    limit: Restriction
    route: Route
    keep: Callable[[TurnRecord], None]
    asks_model: ModelQuestion | None = None
    last: ToolCall | None = None
    began: float = field(default_factory=time.monotonic)
    _sentences: list[dict[str, Any]] = field(default_factory=list)
    _steps: list[dict[str, Any]] = field(default_factory=list)
    _actions: list[dict[str, Any]] = field(default_factory=list)
    _kind: Kind = "answer"
    _kept: bool = False

    def events(self, stop: threading.Event) -> Iterator[ChatEvent]:
        """The answer, piece by piece; the last event is one of :data:`FINAL`.

        What was said is kept before the last event, and also where nobody listens to the end.

        Parameters
        ----------
        stop : threading.Event
            Ends the answer between two of its pieces.
        """
        try:
            yield "session", self._about()
            for event in self._answer(stop):
                yield event
                if stop.is_set():
                    raise Cancelled("Stopped by the user.")
            asked = suggestions(self.limit.agent, self.last)
            yield "suggestions", {"questions": asked}
            self._end(suggestions=asked)
            done = {"kind": self._kind, "seconds": self._seconds(), "text": self._text()}
            yield "done", done
        except Cancelled:
            self._end(stopped=True)
            yield "stopped", {}
        except EngineError as error:
            told = error_facts(error)
            self._kind = "error"
            self._end(error=told)
            yield "error", told
        finally:
            self._end(stopped=True)

    def _about(self) -> dict[str, Any]:
        away = self.asks_model is not None and model_words.leaves_machine(self.asks_model.options)
        return {
            "session": self.session.id, "turn": self.number, "model": self.record.model,
            "device": self.record.device, "layers": self.session.layers, "crs": self.layers.crs,
            "leaves_machine": away,
        }  # fmt: skip

    def _answer(self, stop: threading.Event) -> Iterator[ChatEvent]:
        planned, command = self.route.plan, self.route.command
        if self.asks_model is not None:
            yield from self._model(self.asks_model, stop)
        elif planned.kind != "calls":
            self._kind = planned.kind
            yield from self._say(planned.question, "map")
        elif command is not None and not command.objects:
            yield from self._say(command.text, "map")
            yield from self._act([plain_action(command, self.layers)])
        else:
            for number, call in enumerate(planned.calls, 1):
                yield from self._tool(number, call)

    def _tool(self, number: int, call: ToolCall) -> Iterator[ChatEvent]:
        begun = step(number, call)
        self._steps.append(begun)
        yield "step", begun
        began = time.monotonic()
        try:
            result = self.limit.agent.run(call)
        except AgentError as error:
            # An answer like others: the layers do not hold what was asked.
            self._kind = "beyond"
            yield from self._say(str(error), "map")
            return
        found = outcome(number, result, time.monotonic() - began)
        self._steps[-1] = begun | {key: found[key] for key in ("seconds", "value", "unit", "rows")}
        self.last = call
        yield "result", found
        for place, sentence in enumerate(result.sentences):
            words = self.limit.words if place == 0 else ""
            yield from self._say(words + sentence.text, "map", sentence)
        limited = bool(self.limit.words)
        yield from self._act(actions(self.route.command, result, self.layers, limited))

    def _model(self, asked: ModelQuestion, stop: threading.Event) -> Iterator[ChatEvent]:
        arguments = {"bbox": asked.bbox, "crs": self.layers.crs}
        begun = {
            "n": 1, "tool": MODEL_TOOL, "arguments": arguments,
            "text": "Asking the language model about the images",
        }  # fmt: skip
        self._steps.append(begun)
        yield "step", begun
        began = time.monotonic()
        answer = model_words.ask_model(
            self.record.question, asked.pair, self.layers, asked.bbox, asked.options,
            asked.earlier, stop,
        )  # fmt: skip
        seconds = round(time.monotonic() - began, 3)
        shown = [one for one in answer.features if len(self.layers.positions([one]))]
        self._steps[-1] = begun | {"seconds": seconds, "value": None, "unit": None, "rows": []}
        yield "result", {
            "n": 1, "tool": MODEL_TOOL, "seconds": seconds, "value": None, "unit": None,
            "rows": [{"tile": tile, "answer": text} for tile, text in answer.tiles],
            "n_features": len(shown), "box_ids": shown[:IDS_MOST],
            "truncated": len(shown) > IDS_MOST,
        }  # fmt: skip
        if answer.source == "none":
            self._kind = "beyond"
        for text, source in model_words.sentences(answer):
            evidence = Sentence(text, tuple(shown) if source == "model" else ())
            yield from self._say(self.limit.words + text, source, evidence)

    def _say(self, text: str, source: str, rests: Sentence | None = None) -> Iterator[ChatEvent]:
        text = plain_line(text, TEXT_MOST)
        # First of all: its evidence may be a hundred thousand objects.
        yield "token", {"text": f" {text}" if self._sentences else text}
        ids = rests.box_ids if rests is not None else ()
        features = rests.features if rests is not None else ()
        sentence = {
            "text": text, "source": source, "box_ids": list(ids[:IDS_MOST]),
            "n_features": len(ids),
            "features": [{"layer": name, "fid": fid} for name, fid in features[:IDS_MOST]],
            "bbox": self.layers.bbox(ids),
        }  # fmt: skip
        self._sentences.append(sentence)
        yield "sentence", sentence

    def _act(self, wanted: list[dict[str, Any]]) -> Iterator[ChatEvent]:
        for action in wanted:
            self._actions.append(action)
            yield "action", action

    def _text(self) -> str:
        return " ".join(str(one["text"]) for one in self._sentences)

    def _seconds(self) -> float:
        return round(time.monotonic() - self.began, 3)

    def _end(self, **more: Any) -> None:
        """Keep what came of the question; the first time counts."""
        if self._kept:
            return
        self._kept = True
        update = {
            "sentences": self._sentences, "steps": self._steps, "actions": self._actions,
            "kind": self._kind, "seconds": self._seconds(),
            "call": None if self.last is None else self.last.as_dict(),
        }  # fmt: skip
        self.keep(self.record.model_copy(update=update | more))


def error_facts(error: EngineError) -> dict[str, Any]:
    """An error as an event carries it."""
    return {"type": type(error).__name__, "message": error.message, "hint": error.hint}
