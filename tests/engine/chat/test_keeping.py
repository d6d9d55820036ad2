"""What is kept: every turn, whatever kills the program, for its owner only."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from engine.chat import Ask, SessionStore, markdown
from engine.chat.errors import HistoryError, NoSuchSessionError
from engine.chat.files import BLOCK_BYTES, append_line, lines_backwards


def test_a_question_is_kept_before_its_answer(talker: Any) -> None:
    talker.ask("What changed?")
    # The program is killed here: the answer is never fetched.
    talker.chats.begin(Ask(message="How many new roads?"), talker.session)
    store = SessionStore(talker.chats.store.folder)
    turns = store.turns(talker.session)
    assert [turn.question for turn in turns] == ["What changed?", "How many new roads?"]
    assert [turn.interrupted for turn in turns] == [False, True]
    assert store.get(talker.session).turns == 2
    # While it is at work it is not shown as interrupted.
    assert len(talker.chats.turns(talker.session)) == 1


def test_half_a_line_costs_nothing_else(make_talker: Callable[..., Any]) -> None:
    one = make_talker()
    one.ask("What changed?")
    file = one.chats.store.folder / one.session / "turns.jsonl"
    with file.open("ab") as stream:
        stream.write(b'{"turn":{"id":"x","question":"cut o')
    again = make_talker(session=one.session)
    again.ask("How many new roads?")
    questions = [turn.question for turn in again.chats.turns(one.session)]
    assert questions == ["What changed?", "How many new roads?"]
    assert again.chats.store.get(one.session).turns == 2


def test_only_the_owner_reads(talker: Any) -> None:
    talker.ask("What changed?")
    folder = talker.chats.store.folder
    for path in [folder, *folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_stopping_keeps_what_was_said(talker: Any) -> None:
    turn = talker.chats.begin(Ask(message="What changed?", layers=talker.layers))
    stop, names = threading.Event(), []
    for name, _ in turn.events(stop):
        names.append(name)
        if names.count("sentence") == 2:
            stop.set()
    assert names[-1] == "stopped" and names.count("sentence") == 2
    (kept,) = talker.chats.turns(turn.session.id)
    assert kept.stopped and len(kept.sentences) == 2
    # Who goes away stops it, too.
    turn = talker.chats.begin(Ask(message="What changed?"), turn.session.id)
    events = turn.events(threading.Event())
    next(events)
    events.close()
    assert talker.chats.turns(turn.session.id)[1].stopped


def test_list_and_delete(make_talker: Callable[..., Any]) -> None:
    first, second = make_talker(), make_talker()
    first.ask("What changed?\nHere")
    second.ask("How many new roads?")
    first.ask("And houses?")
    store = first.chats.store
    listed = [record.public() for record in store.newest_first()]
    assert [one["session"] for one in listed] == [first.session, second.session]
    assert listed[0]["title"] == "What changed? Here" and listed[0]["turns"] == 2
    turn = first.chats.begin(Ask(message="How many?"), first.session)
    store.delete(first.session)
    # An answer under way does not bring it back.
    assert list(turn.events(threading.Event()))[-1][1]["type"] == "NoSuchSessionError"
    assert [record.id for record in store.newest_first()] == [second.session]
    for session in (first.session, "none", "../x"):
        with pytest.raises(NoSuchSessionError):
            store.delete(session)


def test_the_transcript_is_text(make_talker: Callable[..., Any], tmp_path: Path) -> None:
    from support.chat_runs import many, write_run

    evil = "](javascript:x) <script>alert(1)</script> `x` ![i](http://e)"
    one = make_talker(write_run(tmp_path / "evil.gpkg", many(2, caption=evil)))
    one.ask("# Heading\n- What changed?")
    one.ask("What changed?")
    text = markdown(one.chats.store.get(one.session), one.chats.turns(one.session))
    assert "<script" not in text and "![" not in text and "\n# Heading" not in text
    assert text.count("\n## ") == 2 and "2 objects: " in text


def test_a_full_disk_is_said(talker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    turn = talker.chats.begin(Ask(message="What changed?", layers=talker.layers))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engine.chat.store.append_line", full)
    name, content = list(turn.events(threading.Event()))[-1]
    assert name == "error" and content["type"] == HistoryError.__name__


def test_many_at_once_do_not_mix(make_talker: Callable[..., Any]) -> None:
    one = make_talker()
    questions = ["How many new roads?", "How many new buildings?", "What changed?"]
    truth = {question: one.ask(question).text for question in questions}

    def talk(number: int) -> None:
        person = type(one)(one.chats, one.layers)
        for turn in range(3):
            question = questions[(number + turn) % 3]
            assert person.ask(question).text == truth[question]
        asked = [turn.question for turn in one.chats.turns(person.session)]
        assert asked == [questions[(number + turn) % 3] for turn in range(3)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(talk, range(24)))
    assert len(one.chats.store.newest_first()) == 25


@pytest.mark.parametrize("size", [1, 7, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1])
def test_lines_backwards(tmp_path: Path, size: int) -> None:
    lines = [bytes([97 + number]) * size for number in range(4)]
    for line in lines:
        append_line(tmp_path / "x", line)
    assert list(lines_backwards(tmp_path / "x")) == lines[::-1]
