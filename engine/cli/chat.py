"""``engine chat``: the conversation of the map's chat window, in a terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.cli import options as o
from engine.errors import UsageError


def chat(
    layers: Annotated[
        Path | None, typer.Argument(help="Result of engine tile-infer (with --session: optional).")
    ] = None,
    more: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[BEFORE AFTER] [QUESTION]",
            help="The pair, if its files were moved; and one question, which is answered at once.",
        ),
    ] = None,
    vector: Annotated[
        list[str] | None,
        typer.Option(
            "--vector",
            help="NAME=FILE: a vector layer that questions may be about; repeatable. "
            "FILE|layername=LAYER names a layer in it.",
        ),
    ] = None,
    session: Annotated[
        str | None, typer.Option("--session", help="Go on with this conversation.")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", help="Model id or model folder.")] = None,
    device: o.Device = "auto",
    language_url: o.LanguageUrl = None,
    language_model: o.LanguageModel = None,
    card: o.Card = "full",
    state_dir: Annotated[
        Path | None, typer.Option("--state-dir", help="Where conversations are kept.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the events, one JSON object a line.")
    ] = False,
) -> None:
    """Ask about a finished result, in sentences; follow-ups rest on what was asked before.

    Numbers come from tools that measure the layers; a language model is asked only what no tool
    knows, and its words are marked. Ctrl-C stops an answer, Ctrl-D ends. Without a terminal every
    line of standard input is a question.

    $ engine chat changes.gpkg
    $ engine chat changes.gpkg "How many houses were built?" --vector districts=districts.gpkg
    """
    from engine.chat import Ask, ChatOptions, Chats, SessionStore
    from engine.cli.chat_terminal import Terminal
    from engine.guide.card_fields import preset
    from engine.language.server import checked_url
    from engine.service.store import default_state_dir

    preset(card)
    if language_url is not None:
        checked_url(language_url)
    pair, question = _pair_and_question(more or [])
    if layers is None and session is None:
        raise UsageError("Nothing to talk about.", hint="Name the layers, or a --session.")
    options = ChatOptions(
        model=model, device=device, language_url=language_url, language_model=language_model,
        card=card,
    )  # fmt: skip
    first = Ask(
        message="",
        layers=None if layers is None else layers.resolve(),
        before=pair[0],
        after=pair[1],
        vectors=_vectors(vector) if vector else None,
        options=options if session is None or options != ChatOptions() else None,
    )
    store = SessionStore((state_dir or default_state_dir()) / "chats")
    terminal = Terminal(Chats(store, lambda name: name or None), first, session, as_json)
    if question is not None:
        raise typer.Exit(terminal.ask(question))
    if sys.stdin.isatty():
        raise typer.Exit(terminal.talk())
    codes = [terminal.ask(line) for line in map(str.strip, sys.stdin) if line]
    raise typer.Exit(next((code for code in codes if code), 0))


def _pair_and_question(
    more: list[str],
) -> tuple[tuple[str, str] | tuple[None, None], str | None]:
    if len(more) > 3:
        raise UsageError(
            "Too many arguments.", hint="Put the question into quotes: it is one argument."
        )
    question = more[-1] if len(more) in (1, 3) else None
    if len(more) < 2:
        return (None, None), question
    for name in more[:2]:
        if not Path(name).is_file():
            raise UsageError(
                f"There is no raster {name!r}.",
                hint="Behind the layers stand BEFORE and AFTER, or one question in quotes.",
            )
    return (str(Path(more[0]).resolve()), str(Path(more[1]).resolve())), question


def _vectors(given: list[str]) -> dict[str, str]:
    found = {}
    for text in given:
        name, sign, path = text.partition("=")
        if not (name.strip() and sign and path):
            raise UsageError(
                f"--vector {text!r} names no file.", hint="As in --vector districts=districts.gpkg."
            )
        file, bar, layer = path.partition("|")
        found[name.strip()] = f"{Path(file).resolve()}{bar}{layer}"
    return found
