"""Words the questions of one item: fixed in ``paper``, drawn from the bank in ``clean``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from training.change_imti import paraphrases, wordings
from training.change_imti.choice import choose
from training.change_imti.pair import Flavour

_FIXED = {
    "caption": wordings.CAPTION,
    "binary": wordings.BINARY,
    "count": wordings.COUNT,
    "localise": wordings.LOCALISE,
}
_BANK = {
    "caption": paraphrases.CAPTIONS,
    "binary": paraphrases.BINARIES,
    "count": paraphrases.COUNTS,
    "localise": paraphrases.PLACES,
}
_FOLLOW: dict[str, tuple[str, ...]] = {
    "caption": paraphrases.FOLLOW_CAPTIONS,
    "binary": (),
    "count": paraphrases.FOLLOW_COUNTS,
    "localise": paraphrases.FOLLOW_PLACES,
}
_Option = TypeVar("_Option")


class Asker:
    """Chooses for one item; the same item of the same seed is always asked alike.

    Parameters
    ----------
    flavour : {"paper", "clean"}
    seed : int
    image_id, task : str
    number : int
        The item's number among those of its task and pair.
    """

    def __init__(self, flavour: Flavour, seed: int, image_id: str, task: str, number: int) -> None:
        self.flavour: Flavour = flavour
        self._keys = (seed, image_id, task, number)

    def choose(self, options: Sequence[_Option], what: str) -> _Option:
        """One of some options."""
        return choose(options, *self._keys, what)

    def lead(self) -> str:
        """The words that bring the images."""
        return wordings.LEAD if self.flavour == "paper" else self.choose(paraphrases.LEADS, "lead")

    def question(self, asks: str, class_name: str = "", *, follow: bool = False) -> str:
        """A question of a kind, about a class; ``follow`` allows the short forms of later turns."""
        words = _FIXED[asks]
        if self.flavour == "clean":
            bank = _BANK[asks] + (_FOLLOW[asks] if follow else ())
            words = self.choose(bank, f"{asks} {class_name}")
        return words.replace("{things}", wordings.THINGS.get(class_name, ""))
