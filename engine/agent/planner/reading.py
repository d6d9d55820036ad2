"""What was understood of a clause so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Reading:
    """A clause being read: its words left over, and what the words used up have said.

    Attributes
    ----------
    text : str
        Words not used up yet; ``·`` stands where some were.
    where, args : dict
        Arguments so far.
    intents : list of str
        Tools that words have hinted at, by the order of the rules.
    asks : list of str
        Reasons to ask back.
    subject : bool
        Something was named that can be counted.
    plural : bool
        The subject was named in the plural.
    back : bool
        It points back to what was asked before.
    amount : float, optional
        Metres that nothing else said what they are for: they take the place of those of the
        question before.
    """

    text: str
    where: dict[str, Any] = field(default_factory=dict)
    relations: list[dict[str, Any]] = field(default_factory=list)
    args: dict[str, Any] = field(default_factory=dict)
    intents: list[str] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    subject: bool = False
    plural: bool = False
    back: bool = False
    unknown: tuple[str, ...] = ()
    open_relation: dict[str, Any] | None = None
    amount: float | None = None
    widens: tuple[str, ...] = ()
    other_target: dict[str, Any] | None = None
    bound: tuple[str, float] | None = None
    reverses: bool = False

    @property
    def says_where(self) -> bool:
        """Whether it names things or places of its own."""
        return bool(self.where or self.relations or self.subject)

    @property
    def says_something(self) -> bool:
        """Whether any word of it was understood."""
        return bool(
            self.where or self.relations or self.args or self.intents or self.asks
            or self.classes or self.actions or self.open_relation
            or self.changes_before
        )  # fmt: skip

    @property
    def changes_before(self) -> bool:
        """Whether it does no more than change the question before."""
        return bool(self.widens or self.other_target or self.bound or self.reverses)
