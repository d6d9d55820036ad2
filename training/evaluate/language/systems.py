"""All ways to say something about the same crops: the language model's, and what it must beat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from training.evaluate.language.asking import Said
from training.evaluate.language.cases import Case
from training.evaluate.language.retrieval import retrieved
from training.evaluate.places import Places
from training.evaluate.section import NOT_OFFERED, Section

LANGUAGE, GREEDY, SHOWN, PRODUCT = "language", "greedy", "shown", "product"
TEMPLATE, RETRIEVAL, GUIDE, WITHOUT = "template", "retrieval", "guide", "without"
BASELINES = (TEMPLATE, RETRIEVAL, GUIDE)
"""What the language model must beat."""
NAMES = {
    LANGUAGE: "language model, best liked wording",
    GREEDY: "language model, greedy",
    SHOWN: "what the layers show then, every crop asked (`--language all`)",
    PRODUCT: "what the layers show, changed crops asked (`--language changed`)",
    TEMPLATE: "template filled from the measured objects",
    RETRIEVAL: "sentence of the training crops most alike",
    GUIDE: "the guide's caption decoder",
    WITHOUT: "what the layers show without a language model",
}
Sentences = Mapping[str, str]


def own(told: Sequence[Said]) -> dict[str, Sentences]:
    """The language model's sentences (:class:`Said`), and what the layers make of them."""
    shown = {one.case.name: one.attributes.caption for one in told}
    product = {
        one.case.name: shown[one.case.name] if one.case.reading.changed else one.case.without
        for one in told
    }
    return {
        LANGUAGE: {one.case.name: one.text for one in told},
        GREEDY: {one.case.name: one.greedy for one in told},
        SHOWN: shown,
        PRODUCT: product,
    }


def others(
    cases: Sequence[Case], places: Places, known: Places, section: Section
) -> dict[str, Sentences]:
    """Sentences without a language model; what cannot be had is noted in ``section``.

    Parameters
    ----------
    known : Places
        Crops that retrieval takes sentences from.
    """
    found: dict[str, Sentences] = {
        TEMPLATE: {case.name: case.template for case in cases},
        WITHOUT: {case.name: case.without for case in cases},
    }
    guide = {case.name: case.guide for case in cases if case.guide is not None}
    near = retrieved(cases, places, known)
    for name, texts in ((GUIDE, guide), (RETRIEVAL, near)):
        if texts:
            found[name] = texts
        else:
            section.missing[f"captions.{name}"] = NOT_OFFERED
    return {name: found[name] for name in NAMES if name in found}
