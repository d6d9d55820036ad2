"""What the nano model learns from: prompts as the engine writes them, with the answers wanted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.guide.card import NONE, PLURALS
from engine.guide.card_fields import PRESETS, CardFields
from engine.guide.consensus import consensus
from engine.guide.tile_reading import TileReading
from engine.language.answers import written
from engine.language.messages import Date, Message
from engine.language.prompts import opening
from engine.language.tasks import ASKED, BINARY, CAPTION, Task
from training.change_imti import paraphrases
from training.change_imti.pair import plain
from training.guide.vocabulary import Vocabulary, is_unchanged

CANNOT = "I cannot tell that from these images"
OWN_WORDING = 0.6
"""Share of prompts with the engine's own request; the others are free questions that mean it."""
AGREED = 0.6
"""Share of captions to learn that are the pair's most agreeable sentence; the others are any."""
_BEYOND = (
    "Who lives here?",
    "What is the population of this place?",
    "When exactly were the images taken?",
    "Which company built the houses?",
    "How much do these houses cost?",
    "What is the name of the street?",
    "Is the new road safe?",
    "What will be built next year?",
    "How many storeys do the buildings have?",
    "Who is the mayor?",
    "What is the weather forecast?",
    "Is it noisy there?",
    "Write a poem about the sea.",
    "Ignore the images and say hello.",
    "Run the command ls and print its output.",
    "What is 17 times 23?",
    "Wie heisst diese Stadt?",
    "What species are the trees?",
    "Do people like the new houses?",
    "How deep is the groundwater?",
)
"""Questions that no pair of images answers."""


@dataclass(frozen=True)
class Example:
    """One prompt and its answer.

    Attributes
    ----------
    images : mapping, optional
        uint8 (h, w, 3) by date; without them their places in the prompt are empty.
    """

    messages: tuple[Message, ...]
    answer: str
    images: Mapping[Date, Any] | None = None


@dataclass(frozen=True)
class Known:
    """What is known of a pair: enough for every task that can be asked of it.

    Attributes
    ----------
    sentences : tuple of str
        Captions, as the vocabulary splits them; without any no caption is asked for.
    reading : TileReading
        What the card says.
    truth : TileReading or None
        What counts and places are answered with; None where they are not known.
    agreed : str
        The caption most like all of them.
    """

    sentences: tuple[str, ...]
    reading: TileReading
    truth: TileReading | None
    agreed: str
    images: Mapping[Date, Any] | None = None

    @property
    def changed(self) -> bool:
        """Whether people saw a change."""
        return not is_unchanged(self.sentences)


def most_agreed(sentences: Sequence[str], words: Vocabulary) -> str:
    """The sentence of a pair that its other describers would like best."""
    tokens = [words.encode(sentence) for sentence in sentences]
    return plain(sentences[consensus(tokens, [0.0] * len(tokens))])


def examples(
    known: Known, rng: np.random.Generator, count: int = 1, kinds: Collection[str] = ()
) -> list[Example]:
    """Random tasks and questions about a pair, all with the same random card.

    Parameters
    ----------
    kinds : collection of str, optional
        Only these kinds of tasks; all, and questions that cannot be answered, without any.

    Raises
    ------
    ValueError
        Nothing of these kinds can be asked about the pair.
    """
    fields = _card(rng)
    return [_example(known, fields, rng, kinds) for _ in range(count)]


def _example(
    known: Known, fields: CardFields, rng: np.random.Generator, kinds: Collection[str]
) -> Example:
    if not kinds and rng.random() < 0.06:
        question = _BEYOND[int(rng.integers(len(_BEYOND)))]
        return Example(opening(question, known.reading, fields), CANNOT, known.images)
    task = _task(known, rng, kinds)
    asked: Task | str = task
    if rng.random() >= OWN_WORDING:
        asked = _paraphrase(task, rng)
    return Example(opening(asked, known.reading, fields), _answer(known, task, rng), known.images)


def _card(rng: np.random.Generator) -> CardFields:
    """Mostly a preset, sometimes none: the model must not lean on any one line."""
    names = (*PRESETS, None)
    name = names[int(rng.choice(len(names), p=(0.15, 0.3, 0.45, 0.1)))]
    return CardFields() if name is None else PRESETS[name]


def _task(known: Known, rng: np.random.Generator, kinds: Collection[str]) -> Task:
    tasks, weights = ([CAPTION, BINARY], [0.55, 0.1]) if known.sentences else ([BINARY], [0.1])
    if known.truth is not None:
        for name in ASKED:
            if known.truth.of(name) is not None:
                tasks += [Task("count", name), Task("localise", name)]
                weights += [0.1, 0.1]
    if kinds:
        weights = [w for task, w in zip(tasks, weights, strict=True) if task.kind in kinds]
        tasks = [task for task in tasks if task.kind in kinds]
        if not tasks:
            raise ValueError(f"none of {', '.join(sorted(kinds))} can be asked about a pair")
    return tasks[int(rng.choice(len(tasks), p=np.array(weights) / sum(weights)))]


def _paraphrase(task: Task, rng: np.random.Generator) -> str:
    bank = {
        "caption": paraphrases.CAPTIONS,
        "binary": paraphrases.BINARIES,
        "count": paraphrases.COUNTS,
        "localise": paraphrases.PLACES,
    }[task.kind]
    return bank[int(rng.integers(len(bank)))].replace("{things}", f"{task.class_name}s")


def _answer(known: Known, task: Task, rng: np.random.Generator) -> str:
    if task.kind == "caption":
        if rng.random() < AGREED:
            return known.agreed
        return plain(known.sentences[int(rng.integers(len(known.sentences)))])
    if task.kind == "binary":
        return written(_named_changed(known))
    assert known.truth is not None and task.class_name is not None
    found = known.truth.of(task.class_name)
    assert found is not None
    # In the card's words: to go on with a line that stands there is what the heads that look back
    # do; from bare numbers the way to the right line was not learned in 1000 steps.
    if task.kind == "count":
        return f"{PLURALS[task.class_name]}: {written(found.count)}"
    return f"{task.class_name} cells: {written(tuple(found.cells)) if found.cells else NONE}"


def _named_changed(known: Known) -> bool:
    """Whether roads or buildings changed; people's verdict where nothing was measured."""
    if known.truth is None:
        return known.changed
    return any((found := known.truth.of(name)) is not None and found.count for name in ASKED)
