"""What can be wrong with a language model's answer, and an answer with its verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Fault(StrEnum):
    """Why an answer is not used."""

    EMPTY = "no words in it"
    TOO_LONG = "far longer than was asked for"
    MARKUP = "markup or special tokens in it"
    REPEATED = "the same words over and over"
    UNFINISHED = "broken off"
    LANGUAGE = "not in the language that was asked for"
    ECHO = "a copy of the prompt or of the guide's card"
    STOCK = "stock words only, though objects are there"
    DISAGREES = "not what is on the map"
    LESS_LIKED = "liked less than the guide's sentence"
    AMBIGUOUS = "more than one answer in it"
    OTHER_CLASS = "about another class than was asked for"
    UNREADABLE = "not an answer of the kind that was asked for"


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A typed answer; the model's own text is always kept.

    Attributes
    ----------
    raw : str
        As the model gave it.
    value : T or None
        None exactly where there is a fault.
    fault : Fault or None
        Why it cannot be used.
    """

    raw: str
    value: T | None = None
    fault: Fault | None = None

    def __post_init__(self) -> None:
        if (self.value is None) != (self.fault is not None):
            raise ValueError("an answer has a value or a fault, one of them")

    @property
    def ok(self) -> bool:
        """Whether there is a value."""
        return self.fault is None
