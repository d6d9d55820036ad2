"""What is kept of a conversation."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["answer", "ask", "beyond", "error"]
MESSAGE_MOST = 20_000
"""Characters of a message."""
_COMMON = ConfigDict(extra="ignore", frozen=True)


class ChatContext(BaseModel):
    """What a question is limited to: objects in a map's extent, or selected ones.

    Attributes
    ----------
    bbox : (xmin, ymin, xmax, ymax), optional
        In `crs`; an object whose outline touches it counts.
    crs : str, optional
        ``EPSG:…`` or WKT; the layers' own if not said.
    selection : tuple of str
        ``box_id`` of objects.
    """

    model_config = _COMMON

    bbox: tuple[float, float, float, float] | None = None
    crs: str | None = None
    selection: tuple[str, ...] = ()

    @property
    def limits(self) -> bool:
        """Whether anything is limited."""
        return bool(self.selection) or self.bbox is not None


class ChatOptions(BaseModel):
    """Who answers what the layers do not know: the options of ``engine ask`` of the same names."""

    model_config = _COMMON

    model: str | None = None
    device: str = "auto"
    language_url: str | None = None
    language_model: str | None = None
    card: str = "full"


class SessionRecord(BaseModel):
    """One conversation, without its turns.

    Attributes
    ----------
    id : str
        Sorts by the time of creation and cannot be guessed.
    layers : str
        The result it is about.
    before, after : str, optional
        The pair, where the caller named it.
    vectors : dict
        Vector files by the names that questions call them.
    turns, size : int
        Turns, and bytes of the file that holds them, when this was written.
    """

    model_config = _COMMON

    id: str
    layers: str
    title: str
    created_at: str
    updated_at: str
    before: str | None = None
    after: str | None = None
    vectors: dict[str, str] = Field(default_factory=dict)
    options: ChatOptions = ChatOptions()
    turns: int = 0
    size: int = 0

    def public(self) -> dict[str, Any]:
        """As lists show it."""
        fields = {"layers", "title", "created_at", "updated_at", "turns"}
        return {"session": self.id, **self.model_dump(include=fields)}


class TurnRecord(BaseModel):
    """A question and what was answered.

    Attributes
    ----------
    id : str
        Pairs the question, kept when it is asked, with the answer.
    call : dict, optional
        The last tool call, which a follow-up rests on.
    stopped : bool
        The user stopped the answer; what was said is kept.
    interrupted : bool
        The program ended before the answer did.
    """

    model_config = _COMMON

    id: str
    question: str
    asked_at: str
    context: ChatContext | None = None
    sentences: list[dict[str, Any]] = Field(default_factory=list)
    steps: list[dict[str, Any]] = Field(default_factory=list)
    actions: list[dict[str, Any]] = Field(default_factory=list)
    kind: Kind = "answer"
    model: str = ""
    device: str = ""
    seconds: float = 0.0
    suggestions: list[str] = Field(default_factory=list)
    call: dict[str, Any] | None = None
    stopped: bool = False
    interrupted: bool = False
    error: dict[str, Any] | None = None

    @property
    def text(self) -> str:
        """The answer."""
        return " ".join(str(one["text"]) for one in self.sentences)

    def public(self) -> dict[str, Any]:
        """As clients see it."""
        return self.model_dump(mode="json", exclude={"id", "call"})


def new_id() -> str:
    """An id that sorts by time and cannot be guessed."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(8)}"


def now() -> str:
    """The time, ISO 8601 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
