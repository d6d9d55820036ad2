"""An item of the dataset: the turns of one conversation about one pair."""

from __future__ import annotations

from dataclasses import dataclass

from training.change_imti.pair import LabelledPair
from training.change_imti.reading import Reading

TASKS = (
    "caption", "binary", "count_road", "count_building", "localise_road", "localise_building",
    "dialogue",
)  # fmt: skip
"""What an item is for; each task is a file of its own."""
SPOKEN = ("the first image", "the second image")
"""What stands for the images where no marker may."""
MARKER = ("<image>", "<image>")
"""Where an image goes in ShareGPT data."""
_SLOTS = ("{before}", "{after}")


@dataclass(frozen=True)
class Turn:
    """One question and its answer.

    Attributes
    ----------
    asks : {"caption", "binary", "count", "localise"}
    class_name : str
        Empty where the question is not about one class.
    question : str
    answer : str, optional
        None where there is no label.
    answer_by : str
        ``people``, ``program`` or ``mask``; empty without an answer.
    hint : str
        The guide's sentence, to stand before the question; empty without a guide.
    """

    asks: str
    class_name: str
    question: str
    answer: str | None
    answer_by: str
    hint: str = ""


@dataclass(frozen=True)
class Item:
    """One conversation.

    Attributes
    ----------
    number : int
        Counts the items of one task of one pair.
    lead : str
        Introduces the images, with ``{before}`` and ``{after}`` where they go.
    references : tuple of str
        The sentences a caption is scored against.
    reading : Reading, optional
        What a guide that never saw the place reads there.
    """

    pair: LabelledPair
    task: str
    number: int
    lead: str
    turns: tuple[Turn, ...]
    references: tuple[str, ...] = ()
    reading: Reading | None = None

    @property
    def id(self) -> str:
        """Name of the item, unique in a dataset."""
        return f"{self.pair.image_id}/{self.task}/{self.number}"

    @property
    def answered(self) -> tuple[Turn, ...]:
        """The turns that have an answer."""
        return tuple(turn for turn in self.turns if turn.answer is not None)

    @property
    def labelled(self) -> bool:
        """Whether there is something to learn: an answer, in a dialogue at least two."""
        return len(self.answered) >= min(2, len(self.turns))

    def exchanges(
        self, images: tuple[str, str] = SPOKEN, hints: bool = True
    ) -> list[tuple[str, str]]:
        """Questions and answers as they are learned; turns without a label are left out.

        Parameters
        ----------
        images : (str, str)
            What stands for the images, in the first question only.
        hints : bool
            Whether the guide's sentence is part of the question.
        """
        lead = self.lead
        for slot, image in zip(_SLOTS, images, strict=True):
            lead = lead.replace(slot, image)
        out = []
        for turn in self.answered:
            assert turn.answer is not None
            question = lead + (turn.hint if hints else "") + turn.question
            out.append((question[0].upper() + question[1:], turn.answer))
            lead = ""
        return out
