"""Messages of a conversation about one pair, before any model's own format.

Backends turn them into their chat template or request; images stay slots until then, so that one
encoding of the pair serves every question on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["system", "user", "assistant"]
Date = Literal["before", "after"]


@dataclass(frozen=True)
class Text:
    """A piece of text."""

    text: str


@dataclass(frozen=True)
class Image:
    """The place of one of the pair's images."""

    date: Date


@dataclass(frozen=True)
class Message:
    """One turn.

    Attributes
    ----------
    role : {"system", "user", "assistant"}
    parts : tuple of Text or Image
        In order.
    """

    role: Role
    parts: tuple[Text | Image, ...]

    def as_text(self, image: str = "<image>") -> str:
        """The turn as one text with a placeholder for each image (ShareGPT's form)."""
        return "".join(part.text if isinstance(part, Text) else image for part in self.parts)


def said(role: Role, text: str) -> Message:
    """A turn of text alone."""
    return Message(role, (Text(text),))
