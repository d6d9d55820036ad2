"""A language model's words for tiles whose objects are judged: asked in groups, kept, filled in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.errors import ReadError
from engine.guide.card_fields import CardFields
from engine.guide.tile_reading import TileReading
from engine.language.attributes import agreeing_caption, caption_attributes
from engine.language.backend import Backend, Inquiry, Turn
from engine.language.captions import parse_reply
from engine.language.messages import Message
from engine.language.prompts import follow_up, opening
from engine.language.routing import MapQuestion, map_answer, map_question
from engine.language.tasks import CAPTION
from engine.layers import TileRecord
from engine.raster import RasterPair, Tile
from engine.run.answers import AnswerBook

GROUP = 16
"""Tiles asked together: enough to sort by length; a kill loses them, a stop those under way."""
Which = Literal["changed", "all", "none"]


@dataclass(frozen=True)
class SpokenTile:
    """A tile with what was measured in it."""

    tile: Tile
    record: TileRecord
    reading: TileReading


@dataclass
class Speaker:
    """Fills answers and captions into tile records.

    Attributes
    ----------
    backend : Backend or None
        Without one only the map answers questions.
    which : {"changed", "all", "none"}
        Which tiles the model sees.
    fields : CardFields
        What of the guide's reading it is told.
    questions : tuple of str
        Each becomes a field.
    answers : AnswerBook
        Where replies are kept, so that a resumed run does not ask again.
    warn : callable
        Takes a sentence when the model begins to fail.
    check : callable
        Called before each group and while it is asked; raises where the run was stopped.
    free : bool
        Whether the model may be asked questions in free words.
    earlier : tuple of (str, str)
        Questions and answers before the free questions, in a conversation.
    asked, failed : int
        Tiles that the model was to see now, and those of them that lack words.
    """

    pair: RasterPair
    backend: Backend | None
    which: Which
    fields: CardFields
    questions: tuple[str, ...]
    answers: AnswerBook
    warn: Callable[[str], None]
    check: Callable[[], None]
    free: bool = True
    earlier: tuple[tuple[str, str], ...] = ()
    asked: int = 0
    failed: int = 0
    _routes: dict[str, MapQuestion | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        left = [question for question in self.questions if self._route(question) is None]
        if left and (self.backend is None or not self.free):
            self.warn(
                f"No language model was there to answer: {' · '.join(left)} (name a server with "
                "--language-url, or a large model with --model)."
            )

    def speak(self, tiles: Sequence[SpokenTile]) -> None:
        """Fill the records of some tiles."""
        wanted = []
        for spoken in tiles:
            if spoken.record.status != "ok":
                continue
            self._answer_from_map(spoken)
            if self._sees(spoken):
                wanted.append(spoken)
        for first in range(0, len(wanted), GROUP):
            self.check()
            self._ask(wanted[first : first + GROUP])

    def _sees(self, spoken: SpokenTile) -> bool:
        if self.backend is None or self.which == "none":
            return False
        return self.which == "all" or bool(spoken.record.changed)

    def _route(self, question: str) -> MapQuestion | None:
        if question not in self._routes:
            self._routes[question] = map_question(question)
        return self._routes[question]

    def _asks(self, question: str) -> bool:
        """Whether the model is asked it: the map does not answer it."""
        return self.free and self._route(question) is None

    def _answer_from_map(self, spoken: SpokenTile) -> None:
        answers: list[str | None] = []
        for question in self.questions:
            asked = self._route(question)
            answers.append(None if asked is None else map_answer(asked, spoken.reading))
        spoken.record.answers = answers
        spoken.record.answer_sources = [None if text is None else "map" for text in answers]

    def _ask(self, group: Sequence[SpokenTile]) -> None:
        assert self.backend is not None
        turns = [self._turns(spoken) for spoken in group]
        keys = [[_key(self.backend.name, turn) for turn in several] for several in turns]
        todo = [
            i
            for i, (spoken, several) in enumerate(zip(group, keys, strict=True))
            if any(self.answers.get(spoken.record.tile_id, key) is None for key in several)
        ]
        inquiries, asked = [], []
        for i in todo:
            self.asked += 1
            try:
                pixels = self.pair.read(group[i].tile.window)
            except ReadError as error:
                self._fail(f"Tile {group[i].record.tile_id} cannot be read again: {error.message}")
                continue
            images = {"before": pixels.before, "after": pixels.after}
            shaped = {date: image.transpose(1, 2, 0) for date, image in images.items()}
            inquiries.append(Inquiry(shaped, turns[i]))  # type: ignore[arg-type]
            asked.append(i)
        problems = []
        for i, replies in zip(asked, self.backend.answer(inquiries, self.check), strict=True):
            for key, reply in zip(keys[i], replies, strict=True):
                if reply.error is None:
                    self.answers.add(group[i].record.tile_id, key, reply)
            problems += [str(reply.error) for reply in replies if reply.error][:1]
        self.answers.flush()
        # A stop in the middle ends the run here: what had come by then is kept.
        self.check()
        for problem in problems:
            self._fail(problem)
        for spoken, several, marks in zip(group, turns, keys, strict=True):
            self._fill(spoken, several, marks)

    def _turns(self, spoken: SpokenTile) -> tuple[Turn, ...]:
        free = [question for question in self.questions if self._asks(question)]
        caption = Turn(CAPTION, opening(CAPTION, spoken.reading, self.fields))
        return (caption, *(Turn(one, self._conversation(one, spoken.reading)) for one in free))

    def _conversation(self, question: str, reading: TileReading) -> tuple[Message, ...]:
        """A free question behind the exchanges before it."""
        if not self.earlier:
            return opening(question, reading, self.fields)
        asked = [*(one for one, _ in self.earlier), question]
        messages = opening(asked[0], reading, self.fields)
        for (_, answer), following in zip(self.earlier, asked[1:], strict=True):
            messages = follow_up(messages, answer, following, reading, self.fields)
        return messages

    def _fill(self, spoken: SpokenTile, turns: Sequence[Turn], keys: Sequence[str]) -> None:
        record, reading = spoken.record, spoken.reading
        replies = [self.answers.get(record.tile_id, key) for key in keys]
        free = iter(zip(turns[1:], replies[1:], strict=True))
        for index, question in enumerate(self.questions):
            if not self._asks(question):
                continue
            turn, reply = next(free)
            if reply is None:
                continue
            prompt = turn.messages[-1].as_text("")
            answer = parse_reply(reply.text, prompt=prompt, finished=reply.finished)
            if answer.value is not None:
                record.answers = _with(record.answers, index, answer.value)
                record.answer_sources = _with(record.answer_sources, index, "model")
        caption = replies[0]
        if caption is None:
            return
        liked = reading.caption if self.fields.caption else None
        shown = caption_attributes(
            agreeing_caption(caption, reading.findings, liked),
            record.caption or "",
            reading.findings,
            {one.class_name: one.count for one in reading.classes},
        )
        record.caption, record.caption_source = shown.caption, shown.caption_source
        record.caption_raw, record.text_ok = shown.caption_raw, shown.text_ok
        record.stated_building, record.stated_road = shown.stated_building, shown.stated_road
        record.agree = shown.agree

    def _fail(self, why: str) -> None:
        self.failed += 1
        if self.failed == 1:
            self.warn(f"{why} The guide's words stand in its place.")


def _with(values: Sequence[str | None], index: int, value: str) -> list[str | None]:
    out = list(values)
    out[index] = value
    return out


def _key(model: str, turn: Turn) -> str:
    """Which question of which model an answer belongs to: the whole prompt, images apart."""
    text = "\0".join(message.role + "\0" + message.as_text() for message in turn.messages)
    return hashlib.sha256(f"{model}\0{text}".encode()).hexdigest()[:20]
