"""``engine chat``: a conversation in a terminal, by pipe, and in one command."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.chat_runs import many, new_buildings, write_run
from support.command import PROJECT, Done, command, engine, environment

COUNT = len(new_buildings(many(60)))


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("run") / "changes.gpkg", many(60))


def piped(text: str, *arguments: object) -> Done:
    done = subprocess.run(
        command("chat", *arguments), input=text, capture_output=True, text=True, cwd=PROJECT,
        env=environment(), timeout=120, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def test_lines_of_input_are_a_conversation(layers: Path, tmp_path: Path) -> None:
    done = piped(
        "How many new buildings are there?\n\nWhich is the largest?\n", layers,
        "--state-dir", tmp_path, "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    events = [json.loads(line) for line in done.out.splitlines()]
    told = [event for event in events if event["event"] == "done"]
    assert told[0]["text"] == f"There are {COUNT} new buildings."
    assert told[1]["text"].startswith("Of all new buildings, the largest is building-")
    (session,) = {event["session"] for event in events if event["event"] == "session"}
    # Another command goes on with it.
    again = engine("chat", "--session", session, "--state-dir", tmp_path, layers, "Where are they?")
    assert again.code == 0 and f"{COUNT} new buildings" in again.out
    assert "…" in again.err and "…" not in again.out


def test_one_question(layers: Path, tmp_path: Path) -> None:
    done = engine("chat", layers, "How many new buildings are there?", "--state-dir", tmp_path)
    assert done.code == 0
    assert done.out.startswith(f"There are {COUNT} new buildings.  [building-")
    assert f" and {COUNT - 5} more]" in done.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "--session"), (("none.gpkg", "What?"), 2, "none.gpkg"),
        (("{layers}", "a", "b", "c", "d"), 2, "quotes"), (("{layers}", "How", "many"), 2, "quotes"),
        (("{layers}", "What?", "--vector", "x"), 2, "--vector"),
        (("--session", f"20260101-000000-000000-{'0' * 16}", "{layers}", "a"), 2, "conversation"),
        (("{layers}", "What?", "--language-url", "ftp://x"), 2, "--language-url"),
    ],
)  # fmt: skip
def test_what_makes_no_sense(
    layers: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    given = [layers if one == "{layers}" else one for one in arguments]
    done = engine("chat", *given, "--state-dir", tmp_path)
    assert done.code == code and words in done.err, done.err
    assert "Traceback" not in done.err


class Screen:
    """A person at a terminal."""

    def __init__(self, descriptor: int, process: subprocess.Popen[bytes]) -> None:
        self._descriptor, self.process, self.seen = descriptor, process, ""

    def type(self, text: str) -> None:
        os.write(self._descriptor, text.encode())

    def press_ctrl_c(self, until: str) -> None:
        """As a person does: again, if nothing happens.

        Python sees a signal that comes between the prompt and the wait for a key only at the next.
        """
        self.wait(until, each_s=2.0)

    def wait(self, words: str, each_s: float = 0.0) -> None:
        limit = time.monotonic() + 60
        pressed = 0.0
        while words not in self.seen:
            assert time.monotonic() < limit, self.seen
            if each_s and time.monotonic() - pressed > each_s:
                pressed = time.monotonic()
                self.process.send_signal(signal.SIGINT)
            if select.select([self._descriptor], [], [], 0.2)[0]:
                try:
                    self.seen += os.read(self._descriptor, 4096).decode("utf-8", "replace")
                except OSError:
                    assert words in self.seen, self.seen
        self.seen = self.seen[self.seen.index(words) + len(words) :]


@contextmanager
def screen(*arguments: object) -> Iterator[Screen]:
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command("chat", *arguments), stdin=theirs, stdout=theirs, stderr=theirs, cwd=PROJECT,
        env=environment(TERM="dumb"), start_new_session=True,
        # What a shell starts in the background ignores Ctrl-C, and so do its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    os.close(theirs)
    try:
        yield Screen(ours, process)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals are a Unix thing")
def test_in_a_terminal(layers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.gpkg"
    with screen(layers, "--state-dir", tmp_path / "state") as one:
        one.wait("> ")
        one.type("How many new buildings are there?\n")
        one.wait(f"There are {COUNT} new buildings.")
        one.wait("You may ask: ")
        one.wait("> ")
        one.press_ctrl_c("(Ctrl-D ends.)")  # at the prompt: nothing to stop
        one.type(f"/export {out}\n")
        one.wait(f"Saved {COUNT} new buildings")
        one.type(f"/markdown {tmp_path / 'talk.md'}\n")
        one.wait("> ")
        one.type("/help\n")
        one.wait("/markdown FILE")
        one.wait("> ")
        one.type("\x04")
        one.wait("To go on: engine chat --session ")
        assert one.process.wait(20) == 0
    assert out.exists()
    assert "## How many new buildings are there?" in (tmp_path / "talk.md").read_text()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals are a Unix thing")
def test_ctrl_c_stops_the_answer_only(tmp_path: Path) -> None:
    from support.language_server import language_server
    from support.planted_model import planted_model
    from support.rasters import planted_pair

    model = planted_model(tmp_path / "model")
    pair = planted_pair(tmp_path, width=300, height=300, n=3, seed=5)
    layers = tmp_path / "changes.gpkg"
    made = engine("tile-infer", pair.before, pair.after, layers, "--model", model)
    assert made.code == 0, made.err
    with language_server() as port:
        options = ["--language-url", f"http://127.0.0.1:{port}/v1", "--language-model", "slow"]
        state = ["--state-dir", tmp_path / "state", "--model", model]
        with screen(layers, *state, *options) as one:
            one.wait("> ")
            one.type("Did they replace a forest?\n")
            one.wait("Asking the language model")
            one.process.send_signal(signal.SIGINT)
            one.wait("(stopped)")
            one.wait("> ")
            one.type("How many new buildings are there?\n")
            one.wait("new building")
            one.wait("> ")
            one.type("\x04")
            assert one.process.wait(30) == 0
