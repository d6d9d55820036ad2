"""What a tool answers: sentences that name the features they rest on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from engine.agent.calls import ToolCall


@dataclass(frozen=True)
class Sentence:
    """One sentence and its evidence.

    Attributes
    ----------
    box_ids : tuple of str
        Objects it rests on. A sentence that says that there is none rests on none.
    features : tuple of (str, int)
        Features of the caller's layers it rests on: name of the layer and feature id.
    """

    text: str
    box_ids: tuple[str, ...] = ()
    features: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Result:
    """The answer of a tool.

    Attributes
    ----------
    box_ids : tuple of str
        All objects it rests on, in the order of the answer.
    value : float, optional
        The one number of the answer, in ``unit``: ``count``, ``m2``, ``m``, ``score``,
        ``count/year``, ``m2/year`` or ``m/year``.
    rows : tuple of dict
        A table of the answer, where it has more than one number.
    """

    call: ToolCall
    sentences: tuple[Sentence, ...]
    box_ids: tuple[str, ...] = ()
    value: float | None = None
    unit: str | None = None
    rows: tuple[dict[str, Any], ...] = field(default=())

    @property
    def text(self) -> str:
        """All sentences."""
        return " ".join(one.text for one in self.sentences)

    def as_dict(self) -> dict[str, Any]:
        """The result as JSON."""
        return {
            **self.call.as_dict(),
            "text": self.text,
            "sentences": [
                {
                    "text": one.text,
                    "box_ids": list(one.box_ids),
                    "features": [{"layer": name, "fid": fid} for name, fid in one.features],
                }
                for one in self.sentences
            ],
            "box_ids": list(self.box_ids),
            "value": self.value,
            "unit": self.unit,
            "rows": list(self.rows),
        }


def ids(values: Iterable[Any]) -> tuple[str, ...]:
    """Ids of objects as a tuple of str."""
    return tuple(values)
