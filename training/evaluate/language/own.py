"""Everything that is measured of one model's answers under one condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from training.evaluate.caption_scores import why_not
from training.evaluate.language.agreement import measure_agreement
from training.evaluate.language.asking import Said, failures
from training.evaluate.language.cases import Case
from training.evaluate.language.degenerate import measure_text
from training.evaluate.language.sentences import measure_sentences
from training.evaluate.language.systems import GREEDY, LANGUAGE, Sentences, own
from training.evaluate.language.tasks import measure_stated
from training.evaluate.section import Section

SAID = (LANGUAGE, GREEDY)
"""What a model says before the layers make anything of it."""


def measure_own(told: Sequence[Said], systems: Sequence[str] = SAID) -> Section:
    """Captions, agreement, text and stated answers; ``systems`` of the model's own."""
    cases, texts = [one.case for one in told], own(told)
    section = measure_texts({name: texts[name] for name in systems}, cases)
    section.update(measure_text(told))
    section.update(measure_stated(told))
    section.facts["unanswered"] = failures(told)
    return section


def measure_texts(texts: Mapping[str, Sentences], cases: Sequence[Case]) -> Section:
    """Caption scores, where they can be had, and agreement of some systems' sentences."""
    section, reason = Section(), why_not()
    if reason is None:
        section.update(measure_sentences(texts, cases))
    else:
        section.missing["captions"] = reason
    section.measures |= measure_agreement(texts, cases)
    return section
