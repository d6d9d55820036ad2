"""The items of one pair: which tasks, how many of each, in which order."""

from __future__ import annotations

from collections.abc import Sequence

from training.change_imti import wordings
from training.change_imti.asker import Asker
from training.change_imti.best_reference import best_reference
from training.change_imti.item import Item, Turn
from training.change_imti.labels import Labels
from training.change_imti.pair import CLASSES, Flavour, LabelledPair, plain
from training.change_imti.reading import Reading


class ItemMaker:
    """Makes the items of one pair.

    Parameters
    ----------
    flavour : {"paper", "clean"}
    seed : int
        Decides every choice: of wordings, of count or place in a dialogue, of its order.
    pair : LabelledPair
    labels : Labels
        Of the same flavour.
    reading : Reading, optional
        Of a guide that never saw the place.
    """

    def __init__(
        self,
        flavour: Flavour,
        seed: int,
        pair: LabelledPair,
        labels: Labels,
        reading: Reading | None = None,
    ) -> None:
        self._flavour: Flavour = flavour
        self._seed = seed
        self._pair = pair
        self._labels = labels
        self._reading = reading

    def items(self) -> list[Item]:
        """All items of the pair, those without a label included.

        For training and validation a pair has a caption item and a dialogue for each of its
        captions (five human ones of a changed pair, one of an unchanged one) and one item for
        every other task: 11 on average over LEVIR-CC's 8,148 pairs, 89,628 together (science.md
        1.2). In a test split every task has one item, with all sentences as references. In
        ``paper`` a guide's caption leaves one caption to learn, the most alike.
        """
        captions = self._captions()
        out = []
        for number, caption in enumerate(captions):
            asker = self._asker("caption", number)
            out.append(self._item("caption", asker, [self._caption(asker, caption)], number))
        asker = self._asker("binary")
        out.append(self._item("binary", asker, [self._binary(asker)]))
        for asks in ("count", "localise"):
            for name in CLASSES:
                task = f"{asks}_{name}"
                asker = self._asker(task)
                out.append(self._item(task, asker, [self._measured(asker, asks, name)]))
        for number, caption in enumerate(captions):
            asker = self._asker("dialogue", number)
            out.append(self._item("dialogue", asker, self._dialogue(asker, caption), number))
        return out

    def _captions(self) -> Sequence[str | None]:
        captions = self._labels.captions
        if not captions:
            return (None,)
        if self._flavour == "paper" and self._reading and self._reading.caption:
            captions = (best_reference(self._reading.caption, captions),)
        return captions[:1] if self._pair.split == "test" else captions

    def _asker(self, task: str, number: int = 0) -> Asker:
        return Asker(self._flavour, self._seed, self._pair.image_id, task, number)

    def _item(self, task: str, asker: Asker, turns: Sequence[Turn], number: int = 0) -> Item:
        told: tuple[str, ...] = ()
        if turns[-1].asks == "caption":
            told = tuple(plain(sentence) for sentence in self._pair.sentences)
        return Item(self._pair, task, number, asker.lead(), tuple(turns), told, self._reading)

    def _dialogue(self, asker: Asker, caption: str | None) -> list[Turn]:
        """Changed? Roads? Buildings? Describe. In ``clean`` the classes come in any order."""
        orders = (CLASSES,) if self._flavour == "paper" else (CLASSES, CLASSES[::-1])
        turns = [self._binary(asker)]
        for name in asker.choose(orders, "order"):
            asks = asker.choose(("count", "localise"), f"which {name}")
            turns.append(self._measured(asker, asks, name, follow=True))
        return [*turns, self._caption(asker, caption, follow=True)]

    def _caption(self, asker: Asker, caption: str | None, follow: bool = False) -> Turn:
        hint = ""
        if self._reading is not None and self._reading.caption:
            hint = wordings.GUIDE.replace("{caption}", plain(self._reading.caption))
        by = "" if caption is None else self._pair.sentences_by
        return Turn("caption", "", asker.question("caption", follow=follow), caption, by, hint)

    def _binary(self, asker: Asker) -> Turn:
        labels = self._labels
        return Turn("binary", "", asker.question("binary"), labels.binary, labels.changed_by)

    def _measured(self, asker: Asker, asks: str, name: str, follow: bool = False) -> Turn:
        answer = self._labels.count(name) if asks == "count" else self._labels.cells(name)
        by = "mask" if answer is not None else ""
        return Turn(asks, name, asker.question(asks, name, follow=follow), answer, by)
