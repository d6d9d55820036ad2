"""What was said: turns of a conversation, built from the engine's events, kept as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

IDS_MOST = 1000
# Control characters, and signs that make text read in another order than it is written.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(value: Any) -> str:
    """A text of the engine without characters that do more than be read."""
    return _UNSAFE.sub("", value) if isinstance(value, str) else ""


@dataclass
class Sentence:
    """One sentence of an answer and the features it rests on.

    Attributes
    ----------
    source : {"map", "model", "unfinished"}
        Measured on the map, a model's opinion, or words that were broken off.
    features : list of [layer, fid]
        Features of other layers.
    bbox : list of float
        xmin, ymin, xmax, ymax in the result's CRS; empty where there is no place.
    """

    text: str
    source: str = "map"
    box_ids: list[str] = field(default_factory=list)
    n_features: int = 0
    features: list[list[Any]] = field(default_factory=list)
    bbox: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Sentence:
        """From an event or a stored conversation."""
        ids = _ids(given.get("box_ids"))
        bbox = given.get("bbox")
        count, source = given.get("n_features"), given.get("source")
        return cls(
            plain(given.get("text")),
            str(source) if source in ("model", "unfinished") else "map",
            ids,
            _count(count, len(ids)),
            _features(given.get("features")),
            _box(bbox),
        )

    @property
    def evidence(self) -> int:
        """Number of features it rests on; 0 without a place on the map."""
        return max(self.n_features, len(self.box_ids) + len(self.features))


@dataclass
class Step:
    """One tool call."""

    n: int
    tool: str
    text: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    seconds: float | None = None
    value: float | None = None
    unit: str = ""
    n_features: int | None = None
    box_ids: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Step:
        """From an event or a stored conversation."""
        arguments = given.get("arguments")
        step = cls(
            n=given["n"] if _whole(given.get("n")) else 0,
            tool=plain(given.get("tool")),
            text=plain(given.get("text")),
            arguments=dict(arguments) if isinstance(arguments, Mapping) else {},
        )
        step.take(given)
        return step

    def take(self, result: Mapping[str, Any]) -> None:
        """Keep what the call gave."""
        self.seconds = _number(result.get("seconds"))
        self.value = _number(result.get("value"))
        self.unit = plain(result.get("unit"))
        count = result.get("n_features")
        self.n_features = _count(count, 0) if _whole(count) else None
        self.box_ids = _ids(result.get("box_ids"))


@dataclass
class Turn:
    """A question and what was answered.

    Attributes
    ----------
    state : {"waiting", "answering", "done", "stopped", "failed"}
    pending : str
        Words of the sentence that is not complete yet.
    place : str
        The part of the map asked about, in words; empty for all of it.
    context : dict
        The same as the engine gets it.
    kind : str
        ``answer``, ``ask`` or ``beyond`` once it is done.
    host : str
        Where the question was sent to, when it left the machine.
    may_go_to : str
        Where the engine may send it; empty for nowhere.
    """

    question: str
    place: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    asked_at: str = ""
    state: str = "waiting"
    sentences: list[Sentence] = field(default_factory=list)
    pending: str = ""
    steps: list[Step] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    kind: str = ""
    model: str = ""
    device: str = ""
    crs: str = ""
    host: str = ""
    may_go_to: str = ""
    seconds: float | None = None
    error: str = ""
    hint: str = ""

    @property
    def running(self) -> bool:
        """Whether more may come."""
        return self.state in ("waiting", "answering")

    @property
    def text(self) -> str:
        """The answer as far as it is known."""
        words = [one.text for one in self.sentences] + ([self.pending] if self.pending else [])
        return " ".join(words)

    def as_dict(self) -> dict[str, Any]:
        """The turn as JSON, without what only the moment needs."""
        kept = asdict(self)
        kept["state"] = "stopped" if self.running else self.state
        return {name: value for name, value in kept.items() if value not in ("", [], {}, None)}

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Turn:
        """From a stored conversation, the engine's or the project's."""
        turn = cls(plain(given.get("question")))
        for one in fields(cls):
            value = given.get(one.name)
            if isinstance(value, str) and isinstance(getattr(turn, one.name), str):
                setattr(turn, one.name, plain(value))
        turn.seconds = _number(given.get("seconds"))
        turn.sentences = [Sentence.of(one) for one in objects(given.get("sentences"))]
        turn.steps = [Step.of(one) for one in objects(given.get("steps"))]
        turn.actions = objects(given.get("actions"))
        turn.suggestions = texts(given.get("suggestions"))
        context = given.get("context")
        turn.context = dict(context) if isinstance(context, Mapping) else {}
        if turn.state not in ("stopped", "failed"):
            turn.state = "stopped" if turn.kind == "stopped" else "done"
        return turn


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list that came from outside."""
    return [dict(one) for one in value if isinstance(one, Mapping)] if _listed(value) else []


def texts(value: Any) -> list[str]:
    """The texts of a list that came from outside."""
    texts = [plain(one) for one in value] if _listed(value) else []
    return [one for one in texts if one]


def _ids(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)][:IDS_MOST] if _listed(value) else []


def _features(value: Any) -> list[list[Any]]:
    """Layer and feature id, from the engine's objects or from stored pairs."""
    found: list[list[Any]] = []
    for one in value if _listed(value) else []:
        pair = [one.get("layer"), one.get("fid")] if isinstance(one, Mapping) else one
        if _listed(pair) and len(pair) == 2 and isinstance(pair[0], str) and _whole(pair[1]):
            found.append(list(pair))
    return found[:IDS_MOST]


def _listed(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> float | None:
    return float(value) if _whole(value) or isinstance(value, float) else None


def _count(value: Any, otherwise: int) -> int:
    return int(value) if _whole(value) else otherwise


def _box(value: Any) -> list[float]:
    sides = [_number(one) for one in value] if _listed(value) else []
    known = [one for one in sides if one is not None]
    return known if len(known) == len(sides) == 4 else []
