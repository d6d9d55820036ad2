"""Captions of real crops: the caption decoder's, and the template the map fills in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from engine.guide.reading import Finding, tile_caption
from engine.objects.components import count_cells
from training.evaluate.caption_scores import CaptionScores, why_not
from training.evaluate.models import Outputs, Subject
from training.evaluate.places import Crop, Places, Reading
from training.evaluate.section import NOT_OFFERED, Section

Sentences = dict[str, str]
Wordings = dict[str, tuple[str, ...]]


def decoded(places: Places) -> Wordings | None:
    """The decoder's sentences for each crop, the best liked first; None without a decoder."""
    return decoded_outputs(places.subject, places.crop_outputs)


def decoded_outputs(subject: Subject, outputs: Mapping[str, Outputs]) -> Wordings | None:
    """The decoder's sentences for each of some windows' outputs; None without a decoder."""
    parts = subject.settings.get("parts", {})
    first: Outputs = next(iter(outputs.values()), {})
    if "caption" not in parts or "memory" not in first:
        return None
    from engine.guide.caption import CaptionSession
    from engine.guide.device import choose_device
    from engine.models import CaptionRule

    folder = _folder(subject)
    rule = CaptionRule.model_validate(subject.settings.get("captions", {}))
    paths = (folder / parts["caption"], folder / parts["vocab"])
    session = CaptionSession(paths, choose_device("cpu"), rule)
    names = list(outputs)
    memories = np.stack([outputs[name]["memory"] for name in names])
    texts: list[tuple[str, ...]] = []
    for start in range(0, len(names), 16):
        texts += session.wordings(memories[start : start + 16])
    return dict(zip(names, texts, strict=True))


def _folder(subject: Subject) -> Path:
    return subject.path if subject.path.is_dir() else subject.path.parent


def filled_in(places: Places) -> Sentences:
    """The sentence that the map's objects in each crop fill in."""
    return {
        crop.name: tile_caption(_findings(reading, crop))
        for reading in places.readings
        for crop in reading.crops
    }


def _findings(reading: Reading, crop: Crop) -> list[Finding]:
    found = []
    for name, claims in reading.claims.items():
        labels = claims.labels[crop.where]
        actions = np.array(["", *claims.actions])
        for action in ("appeared", "disappeared", "changed"):
            inside = (actions == action)[labels] & (labels > 0)
            count, cells = count_cells(inside)
            found.append(Finding(name, action, count, cells))
    return found


def measure_captions(places: Places) -> Section:
    """S*m on changed crops, on all, and as if half of them were changed."""
    section = Section()
    reason = why_not()
    if reason is not None:
        section.missing["captions"] = reason
        return section
    crops = [crop for reading in places.readings for crop in reading.crops]
    wordings = decoded(places)
    if wordings is None:
        section.missing["captions"] = NOT_OFFERED
    else:
        best = {name: several[0] for name, several in wordings.items()}
        section.update(scored("captions", best, crops))
    section.update(scored("captions.template", filled_in(places), crops))
    return section


def scored(prefix: str, sentences: Sentences, crops: list[Crop]) -> Section:
    """Scores of one sentence a crop."""
    section = Section()
    for part in ("changed", "all"):
        chosen = [crop for crop in crops if crop.changed or part == "all"]
        if not chosen:
            continue
        scores = CaptionScores(
            [sentences[crop.name] for crop in chosen], [crop.sentences for crop in chosen]
        )
        units = [crop.tile for crop in chosen]
        section.measures[f"{prefix}.{part}.s_m"] = scores.measure(units)
        section.facts[f"{prefix}.{part}"] = scores.official | {"crops": len(chosen)}
        changed = np.array([crop.changed for crop in chosen])
        if part == "all" and changed.any() and not changed.all():
            section.measures[f"{prefix}.balanced.s_m"] = scores.balanced(units, changed)
            section.facts[f"{prefix}.balanced"] = {"mean": scores.resampled(changed)}
    return section
