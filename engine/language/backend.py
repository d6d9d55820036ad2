"""What every language model offers, whether it runs here or on a server."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import Cancelled, EngineError
from engine.language.messages import Date, Message
from engine.language.tasks import Task


@dataclass(frozen=True)
class Turn:
    """One thing to answer.

    Attributes
    ----------
    asked : Task or str
        A task, or a user's free question.
    messages : tuple of Message
        The conversation up to and with the request (:mod:`engine.language.prompts`).
    """

    asked: Task | str
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Inquiry:
    """All that is asked about one pair: a backend encodes its images once.

    Attributes
    ----------
    images : mapping
        ``before`` and ``after``, uint8 (h, w, 3) RGB as the guide saw them.
    turns : tuple of Turn
        Each answered by itself.
    """

    images: Mapping[Date, NDArray[np.uint8]]
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Reply:
    """What came back for one turn.

    Attributes
    ----------
    text : str
        The model's own, as it came, in the words of a typed answer where it was asked for one.
    finished : bool
        Whether the model ended by itself, not at its limit of tokens.
    error : EngineError or None
        Why there is no text; the run goes on without it.
    others : tuple of str
        Further wordings of a description, drawn by lot, as often as each was said; all are whole.
    """

    text: str = ""
    finished: bool = True
    error: EngineError | None = None
    others: tuple[str, ...] = ()


def never() -> None:
    """The check of who is not to be stopped."""


def stop(check: Callable[[], None]) -> Cancelled | None:
    """What a check says, as the error of what is not answered any more."""
    try:
        check()
    except Cancelled as error:
        return error
    return None


class Backend(Protocol):
    """A language model that can be asked about pairs."""

    @property
    def name(self) -> str:
        """Model and place, for the layers' history."""

    def answer(
        self, inquiries: Sequence[Inquiry], check: Callable[[], None] = never
    ) -> list[tuple[Reply, ...]]:
        """A reply to every turn of every inquiry, in their order.

        Parameters
        ----------
        inquiries : sequence of Inquiry
        check : callable
            Called now and then. Where it raises :class:`Cancelled`, that is the error of all
            replies which are not there yet.

        Returns
        -------
        list of tuple of Reply
            One tuple an inquiry, one reply a turn. What fails for one turn is its reply's
            ``error``.
        """

    def close(self) -> None:
        """Give back memory and connections."""
