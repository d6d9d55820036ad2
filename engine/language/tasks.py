"""What a language model can be asked about a pair: four tasks, and the dialogue made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["caption", "binary", "count", "localise"]
ASKED = ("road", "building")
"""Classes that can be counted and located, in the order of a dialogue."""


@dataclass(frozen=True)
class Task:
    """One task.

    Attributes
    ----------
    kind : {"caption", "binary", "count", "localise"}
    class_name : {"building", "road"} or None
        What is counted or located; None for the other two kinds.

    Raises
    ------
    ValueError
        A class where none belongs, or none where one does.
    """

    kind: Kind
    class_name: str | None = None

    def __post_init__(self) -> None:
        of_class = self.kind in ("count", "localise")
        if (self.class_name in ASKED) != of_class or (not of_class and self.class_name):
            raise ValueError(f"{self.kind} of {self.class_name}")

    @property
    def id(self) -> str:
        """Name in files and fields, as in ``count_road``."""
        return self.kind if self.class_name is None else f"{self.kind}_{self.class_name}"


CAPTION, BINARY = Task("caption"), Task("binary")
TASKS: tuple[Task, ...] = (
    CAPTION,
    BINARY,
    *(Task("count", name) for name in ASKED),
    *(Task("localise", name) for name in ASKED),
)
"""All six files of single questions in ChangeIMTI (science.md 1.2)."""


def dialogue(road: Literal["count", "localise"], building: Literal["count", "localise"]) -> tuple[
    Task, ...
]:  # fmt: skip
    """The four turns of ChangeIMTI's dialogue: changed? roads, buildings, describe.

    Parameters
    ----------
    road, building : {"count", "localise"}
        What is asked of each class. The building turn always asks about buildings, whatever the
        answer is (the published builder slips there).
    """
    return BINARY, Task(road, "road"), Task(building, "building"), CAPTION
