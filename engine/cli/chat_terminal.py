"""A conversation in a terminal: reads questions, prints answers as they come."""

from __future__ import annotations

import dataclasses
import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.agent import ToolCall
from engine.chat import Ask, ChatEvent, Chats, markdown
from engine.chat.turn import error_facts
from engine.cli.text import say_error
from engine.errors import CODES, Cancelled, EngineError, OutputError

NAMED_MOST = 5
HELP = """Ask in a sentence. Besides:
  /export FILE     write the objects that were asked about (.gpkg, .geojson, .fgb)
  /markdown FILE   write the conversation
  /help, /quit"""


class Terminal:
    """One person's conversation.

    Parameters
    ----------
    first : Ask
        What holds for every message.
    session : str, optional
        A conversation to go on with.
    as_json : bool
        Print events instead of words.
    """

    def __init__(self, chats: Chats, first: Ask, session: str | None, as_json: bool) -> None:
        self._chats, self._first, self._session, self._json = chats, first, session, as_json
        self._last: ToolCall | None = None

    def talk(self) -> int:
        """Read questions until the end of input; the exit code."""
        self._begin_lines()
        print("Ask about the changes; /help says more, Ctrl-D ends.", file=sys.stderr)
        while True:
            try:
                line = input("> ").strip()
            except KeyboardInterrupt:
                print("\n(Ctrl-D ends.)", file=sys.stderr)
                continue
            except EOFError:
                print(file=sys.stderr)
                break
            if line == "/quit":
                break
            if line.startswith("/"):
                self._command(line)
            elif line:
                self.ask(line)
        if self._session is not None:
            print(f"To go on: engine chat --session {self._session}", file=sys.stderr)
        return 0

    def ask(self, message: str) -> int:
        """Answer one question; the exit code."""
        code = 0
        try:
            with _stopped_by_ctrl_c() as stop:
                ask = dataclasses.replace(self._first, message=message)
                if self._session is not None:
                    # What was given at first is kept with the conversation.
                    ask = dataclasses.replace(ask, layers=None)
                turn = self._chats.begin(ask, self._session)
                self._session = turn.session.id
                for event in turn.events(stop):
                    self._print(event)
                    if event[0] == "stopped":
                        code = CODES[Cancelled][0]
                    if event[0] == "error":
                        code = 1
                self._last = turn.last
        except EngineError as error:
            code = error.exit_code
            if self._json:
                self._print(("error", error_facts(error)))
            else:
                say_error(error)
        return code

    def _print(self, event: ChatEvent) -> None:
        name, content = event
        if self._json:
            print(json.dumps({"event": name} | content, ensure_ascii=False), flush=True)
        elif name == "session" and content["leaves_machine"]:
            print("(Images and question are sent to the language server.)", file=sys.stderr)
        elif name == "step":
            print(f"… {content['text']}", file=sys.stderr)
        elif name == "sentence":
            mark = "(the model's opinion) " if content["source"] == "model" else ""
            print(f"{mark}{content['text']}{_evidence(content)}", flush=True)
        elif name == "suggestions" and sys.stdin.isatty() and content["questions"]:
            print(f"You may ask: {' · '.join(content['questions'])}", file=sys.stderr)
        elif name == "stopped":
            print("(stopped)", file=sys.stderr)
        elif name == "error":
            print(f"error: {content['message']}", file=sys.stderr)
            if content["hint"]:
                print(content["hint"], file=sys.stderr)

    def _command(self, line: str) -> None:
        name, _, path = line.partition(" ")
        path = path.strip()
        try:
            if name == "/export" and path:
                print(self._export(Path(path)), file=sys.stderr)
            elif name == "/markdown" and path and self._session is not None:
                record = self._chats.store.get(self._session)
                _write(Path(path), markdown(record, self._chats.turns(self._session)))
            else:
                print(HELP, file=sys.stderr)
        except EngineError as error:
            say_error(error)

    def _export(self, path: Path) -> str:
        """Write what the last answer was about; the person named the file."""
        if self._last is None or self._session is None:
            return "Ask about some objects first."
        record = self._chats.store.get(self._session)
        agent = self._chats.cache.get(Path(record.layers)).with_vectors(record.vectors)
        arguments = self._last.as_dict()["arguments"]
        where = {"where": arguments["where"]} if "where" in arguments else {}
        return agent.export(ToolCall.of("export_selection", where), path).text

    def _begin_lines(self) -> None:
        """Lines that can be edited, with the conversation's questions behind the Up key."""
        try:
            import readline
        except ImportError:
            return  # not on every system; input() reads plain lines then
        if self._session is not None:
            for turn in self._chats.turns(self._session):
                readline.add_history(turn.question)


def _evidence(sentence: dict[str, Any]) -> str:
    ids, total = sentence["box_ids"], sentence["n_features"]
    if not ids:
        return ""
    more = f" and {total - NAMED_MOST:,} more" if total > NAMED_MOST else ""
    return f"  [{', '.join(ids[:NAMED_MOST])}{more}]"


def _write(path: Path, text: str) -> None:
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.") from error


@contextmanager
def _stopped_by_ctrl_c() -> Iterator[threading.Event]:
    """The first Ctrl-C stops the answer, a second one the program."""
    stop = threading.Event()
    old = signal.getsignal(signal.SIGINT)

    def ask_to_stop(number: int, _: object) -> None:
        stop.set()
        signal.signal(number, signal.default_int_handler)

    signal.signal(signal.SIGINT, ask_to_stop)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, old)
