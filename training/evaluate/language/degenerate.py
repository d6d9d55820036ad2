"""How often a model's text cannot be shown, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from engine.language.fault import Fault
from training.evaluate.caption_scores import plain
from training.evaluate.language.asking import Said
from training.evaluate.measure import Sums
from training.evaluate.section import Section


def measure_text(told: Sequence[Said], prefix: str = "text.language") -> Section:
    """Shares of captions that are no sentence, that are not shown, and that copy the card.

    ``degenerate`` is text that says nothing (:mod:`engine.language.degenerate`), ``stock`` the part
    of it that is a stock sentence where the layers have objects; ``fallback`` adds sentences that
    the map contradicts: what stands there then are the guide's words. ``copied`` are best liked
    wordings equal to the card's own sentence, of crops whose card has one, though it votes among
    them; ``copied_greedy`` are likeliest words equal to it.
    """
    sums = Sums("degenerate", "stock", "fallback", "all")
    copied = Sums("same", "greedy", "all")
    faults: Counter[str] = Counter()
    for one in told:
        shown = one.attributes
        broken = shown.fault not in (None, Fault.DISAGREES, Fault.LESS_LIKED)
        sums.add(
            one.case.unit,
            degenerate=broken,
            stock=shown.fault is Fault.STOCK,
            fallback=not shown.text_ok,
            all=1,
        )
        if shown.fault is not None:
            faults[shown.fault.value] += 1
        copied.add(one.case.unit)
        if one.card is not None and one.card.caption:
            card = plain(one.card.caption)
            same, greedy = plain(one.text) == card, plain(one.greedy) == card
            copied.add(one.case.unit, same=same, greedy=greedy, all=1)
    measures = {
        f"{prefix}.degenerate": sums.ratio("degenerate", "all"),
        f"{prefix}.stock": sums.ratio("stock", "all"),
        f"{prefix}.fallback": sums.ratio("fallback", "all"),
        f"{prefix}.copied": copied.ratio("same", "all"),
        f"{prefix}.copied_greedy": copied.ratio("greedy", "all"),
    }
    return Section(measures, {f"{prefix}.faults": dict(faults.most_common())})
