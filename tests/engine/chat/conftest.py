"""A conversation about a small run, kept in a folder of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from support.chat_runs import many, write_run

from engine.chat import Ask, ChatContext, ChatOptions, Chats, SessionStore
from engine.layers import BoxRecord


@dataclass
class Said:
    """The events of an answer."""

    events: list[tuple[str, dict[str, Any]]]

    def all(self, name: str) -> list[dict[str, Any]]:
        return [content for kind, content in self.events if kind == name]

    @property
    def text(self) -> str:
        return " ".join(one["text"] for one in self.all("sentence"))

    @property
    def last(self) -> str:
        return self.events[-1][0]

    @property
    def ids(self) -> list[str]:
        return [one for sentence in self.all("sentence") for one in sentence["box_ids"]]


@dataclass
class Talker:
    """Somebody who asks."""

    chats: Chats
    layers: Path
    session: str | None = None
    vectors: dict[str, str] | None = None
    options: ChatOptions | None = None
    pair: tuple[str, str] | tuple[None, None] = (None, None)
    stop: threading.Event = field(default_factory=threading.Event)

    def ask(self, message: str, context: ChatContext | None = None) -> Said:
        ask = Ask(
            message=message,
            layers=self.layers if self.session is None else None,
            before=self.pair[0],
            after=self.pair[1],
            vectors=self.vectors,
            context=context,
            options=self.options,
        )
        turn = self.chats.begin(ask, self.session)
        self.session = turn.session.id
        return Said(list(turn.events(self.stop)))


@pytest.fixture(scope="session")
def records() -> list[BoxRecord]:
    return many(60)


@pytest.fixture(scope="session")
def layers(tmp_path_factory: pytest.TempPathFactory, records: list[BoxRecord]) -> Path:
    return write_run(tmp_path_factory.mktemp("run") / "changes.gpkg", records)


@pytest.fixture
def make_talker(tmp_path: Path, layers: Path) -> Callable[..., Talker]:
    def make(about: Path = layers, **more: Any) -> Talker:
        return Talker(Chats(SessionStore(tmp_path / "chats"), lambda name: name), about, **more)

    return make


@pytest.fixture
def talker(make_talker: Callable[..., Talker]) -> Talker:
    return make_talker()
