"""Asking a language model about crops as the engine asks about tiles, and what it said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.guide.tile_reading import TileReading
from engine.language.answers import parse
from engine.language.attributes import CaptionAttributes, agreeing_caption, caption_attributes
from engine.language.backend import Backend, Inquiry, Reply, Turn
from engine.language.candidates import wordings
from engine.language.captions import parse_caption
from engine.language.fault import Answer
from engine.language.messages import Date
from engine.language.prompts import opening, request
from engine.language.tasks import CAPTION, TASKS, Task
from engine.run.speak import GROUP
from training.evaluate.language.cases import Case
from training.evaluate.language.conditions import Condition, cards
from training.evaluate.window import Array

GREY = 127
"""Of images that say nothing."""


@dataclass(frozen=True)
class Said:
    """What a model said of one crop.

    Attributes
    ----------
    case : Case
    card : TileReading or None
        The reading that stood on the card, which may not be the case's own.
    replies : mapping of str to Reply
        By task id; one that failed has an empty text.
    liked : str, optional
        The sentence on the card, which votes among wordings.
    """

    case: Case
    card: TileReading | None
    replies: Mapping[str, Reply]
    liked: str | None = None

    def answer(self, task: Task) -> Answer[bool] | Answer[int] | Answer[tuple[str, ...]]:
        """A typed answer to one of the tasks but the caption.

        Raises
        ------
        KeyError
            It was not asked.
        ValueError
            The task is the caption.
        """
        if task.kind == "caption":
            raise ValueError("a caption is read with the map")
        reply = self.replies[task.id]
        typed: Answer[bool] | Answer[int] | Answer[tuple[str, ...]]
        typed = parse(task, reply.text, finished=reply.finished)  # type: ignore[assignment]
        return typed

    @property
    def text(self) -> str:
        """The best liked of the caption's wordings, readable or not.

        The sentence on the card votes; the map does not yet.
        """
        return self._read(wordings(self.replies[CAPTION.id], self.liked)[0])

    @property
    def greedy(self) -> str:
        """The caption's likeliest words, readable or not: nobody votes."""
        return self._read(self.replies[CAPTION.id].text)

    @property
    def attributes(self) -> CaptionAttributes:
        """What the layers show for it."""
        reading = self.case.reading
        measured = {one.class_name: one.count for one in reading.classes}
        answer = agreeing_caption(self.replies[CAPTION.id], reading.findings, self.liked)
        return caption_attributes(answer, self.case.without, reading.findings, measured)

    def _read(self, text: str) -> str:
        """As the engine reads it; as it came where that fails."""
        findings, finished = self.case.reading.findings, self.replies[CAPTION.id].finished
        said = parse_caption(text, findings, prompt=request(CAPTION), finished=finished)
        return said.value or " ".join(said.raw.split())


def ask(
    backend: Backend,
    cases: Sequence[Case],
    asked: Condition,
    tasks: Sequence[Task] = TASKS,
    seed: int = 0,
) -> list[Said]:
    """Every task about every case.

    Parameters
    ----------
    seed : int
        Of shuffled cards.

    Raises
    ------
    ValueError
        Not one question was answered.
    """
    dealt = cards(cases, asked, seed)
    told: list[Said] = []
    error: Exception | None = None
    for first in range(0, len(cases), GROUP):
        part = range(first, min(first + GROUP, len(cases)))
        inquiries = [
            Inquiry(
                _images(cases[i], asked.images),
                tuple(Turn(task, opening(task, dealt[i], asked.fields)) for task in tasks),
            )
            for i in part
        ]
        for i, replies in zip(part, backend.answer(inquiries), strict=True):
            error = next((reply.error for reply in replies if reply.error), error)
            kept = {task.id: reply for task, reply in zip(tasks, replies, strict=True)}
            card = dealt[i]
            liked = card.caption if card is not None and asked.fields.caption else None
            told.append(Said(cases[i], card, kept, liked))
    if error is not None and all(r.error for one in told for r in one.replies.values()):
        raise ValueError(f"{backend.name} answered nothing: {error}")
    return told


def failures(told: Sequence[Said]) -> int:
    """Questions without an answer."""
    return sum(reply.error is not None for one in told for reply in one.replies.values())


def _images(case: Case, seen: bool) -> Mapping[Date, Array]:
    if seen:
        return case.images
    return {date: np.full_like(image, GREY) for date, image in case.images.items()}
