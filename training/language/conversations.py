"""Conversations about pairs, from the files that ``change-imti`` writes: ShareGPT JSON or JSONL."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.guide.card_fields import PRESETS, CardFields
from engine.guide.tile_reading import TileReading
from engine.language.chat_format import SPECIALS
from engine.language.messages import Image, Message, Role, Text, said
from engine.language.prompts import follow_up, opening
from engine.language.tasks import Task
from training.language.readings import reading_of
from training.language.tune_config import TuneConfig

MARKER = "<image>"
_ROLES: dict[str, Role] = {"human": "user", "gpt": "assistant"}


@dataclass(frozen=True)
class Conversation:
    """One item to learn.

    Attributes
    ----------
    images : (Path, Path)
        Before, after.
    messages : tuple of Message
        System, then questions and answers in turn; the answers are learned.
    """

    id: str
    images: tuple[Path, Path]
    messages: tuple[Message, ...]


def load_conversations(
    files: Sequence[Path], config: TuneConfig, images: Path | None = None
) -> list[Conversation]:
    """Read labelled conversations; items without images are left out.

    Parameters
    ----------
    files : sequence of Path
        ``SPLIT/TASK.json`` or ``SPLIT.jsonl``.
    images : Path, optional
        Folder that the data's image paths start from; else the data's own.

    Raises
    ------
    FileNotFoundError
        A file or an image is not there.
    ValueError
        A file of another form, one of a test split, or nothing to learn in them.
    """
    found = [one for file in files for one in _read(file, config, images)]
    if not found:
        raise ValueError("no conversation with images and answers in the data")
    for path in sorted({path for one in found for path in one.images}):
        if not path.is_file():
            raise FileNotFoundError(f"no image {path}; say with --images where paths start from")
    return found


def _read(file: Path, config: TuneConfig, images: Path | None) -> Iterator[Conversation]:
    lines = file.suffix == ".jsonl"
    if config.prompts == "engine" and not lines:
        raise ValueError(f"{file}: the engine's prompts need the JSONL file, not ShareGPT")
    text = file.read_text("utf-8")
    try:
        records = (
            [json.loads(line) for line in text.splitlines() if line.strip()]
            if lines
            else json.loads(text)
        )
        for record in records:
            if record.get("split", file.parent.name) == "test":
                raise ValueError("it is of a test split, which no weights may see")
            if not record["images"] or record.get("labelled") is False:
                continue
            messages = _messages(record, config)
            if not any(message.role == "assistant" for message in messages):
                continue
            before, after = (_placed(name, file, images) for name in record["images"])
            yield Conversation(str(record["id"]), (before, after), messages)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{file} cannot be learned from: {error}") from error


def _messages(record: Mapping[str, Any], config: TuneConfig) -> tuple[Message, ...]:
    if config.prompts == "engine":
        return _asked_by_engine(record, PRESETS[config.card] if config.card else CardFields())
    if "conversations" in record:
        turns = [(_ROLES[turn["from"]], turn["value"]) for turn in record["conversations"]]
    else:
        turns = [(turn["role"], turn["content"]) for turn in record["messages"]]
        if turns:
            turns[0] = (turns[0][0], 2 * MARKER + turns[0][1])
    if [role for role, _ in turns] != ["user", "assistant"] * (len(turns) // 2):
        raise ValueError(f"{record['id']}: questions and answers do not take turns")
    if [text.count(MARKER) for _, text in turns] != [2] + [0] * (len(turns) - 1):
        raise ValueError(f"{record['id']}: two images, both in the first question, are wanted")
    made = [said("system", config.system)] if config.system else []
    made += [Message(role, _parts(_harmless(text))) for role, text in turns]
    return tuple(made)


def _asked_by_engine(record: Mapping[str, Any], fields: CardFields) -> tuple[Message, ...]:
    """The same turns in the engine's words, with what the guide reads of the pair on the card."""
    reading: TileReading | None = (
        reading_of(json.loads(record["guide"])) if record["guide"] else None
    )
    asked: tuple[Message, ...] = ()
    answer = ""
    for turn in record["turns"]:
        if not turn["answer"]:
            continue
        task = Task(turn["asks"], turn["class"] or None)
        if asked:
            asked = follow_up(asked, answer, task, reading, fields)
        else:
            asked = opening(task, reading, fields)
        answer = _harmless(turn["answer"])
    return (*asked, said("assistant", answer)) if asked else ()


def _parts(text: str) -> tuple[Text | Image, ...]:
    pieces: list[Text | Image] = []
    dates = iter((Image("before"), Image("after")))
    for number, piece in enumerate(text.split(MARKER)):
        if number:
            pieces.append(next(dates))
        if piece:
            pieces.append(Text(piece))
    return tuple(pieces)


def _harmless(text: str) -> str:
    if spelled := [name for name in SPECIALS if name in text]:
        raise ValueError(f"a text spells the special token {spelled[0]}")
    return text


def _placed(name: str, file: Path, images: Path | None) -> Path:
    """Where an image lies: beside a JSONL file, or one folder up from a task's file."""
    if images is not None:
        return images / name
    near = [folder / name for folder in (file.parent, file.parent.parent)]
    return next((path for path in near if path.is_file()), Path(name))
