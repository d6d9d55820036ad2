"""Measuring a language model and writing the page with its numbers."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from engine.guide.card_fields import PRESETS
from engine.language.backend import Backend
from training.evaluate.crops import CropScores, FlagScores
from training.evaluate.everything import against, spread
from training.evaluate.language import ablations
from training.evaluate.language.agreement import on_map, there
from training.evaluate.language.asking import Said, ask
from training.evaluate.language.cases import report_cases
from training.evaluate.language.conditions import NO_IMAGES, Condition, condition
from training.evaluate.language.generated import measure_generated
from training.evaluate.language.models import open_language
from training.evaluate.language.own import SAID, measure_own, measure_texts
from training.evaluate.language.page import page
from training.evaluate.language.retrieval import GROUPS
from training.evaluate.language.sentences import gains
from training.evaluate.language.systems import BASELINES, GREEDY, LANGUAGE, PRODUCT, SHOWN, others
from training.evaluate.language.targets import lines
from training.evaluate.language.tasks import MASKED, measure_final
from training.evaluate.models import open_subject
from training.evaluate.on_tiles import any_object
from training.evaluate.places import Places
from training.evaluate.section import Section
from training.files import write_text
from training.guide.config import data_root

SYSTEMS = (*SAID, SHOWN, PRODUCT)


@dataclasses.dataclass(frozen=True)
class LanguagePlan:
    """What is measured, and how.

    Attributes
    ----------
    model : Path
        Model folder of the guide; its language model is measured unless others are named.
    languages : tuple of Path
        Language models; more than one are seeds of one training, of which the first is told in
        full.
    rivals : tuple of (str, Path)
        Models trained in another way, each a row among the conditions.
    conditions : tuple of str
        Beside the main one.
    limit : int, optional
        So many tiles at most, for a quick look; no result.
    generated : int
        Generated tiles for the share of degenerate text.
    url, server_name : str, optional
        A server instead of the folder's language model.
    """

    root: Path
    model: Path
    languages: tuple[Path, ...] = ()
    rivals: tuple[tuple[str, Path], ...] = ()
    card: str = "full"
    images: bool = True
    conditions: tuple[str, ...] = ()
    group: str = "report"
    limit: int | None = None
    generated: int = 0
    device: str = "cpu"
    threads: int | None = None
    url: str | None = None
    server_name: str | None = None

    def asked(self) -> Condition:
        """The main condition."""
        return condition(self.card, images=self.images)

    def others(self) -> list[Condition]:
        """The other conditions, in their order."""
        base = PRESETS.get(self.card)
        wanted = dict.fromkeys(self.conditions)
        main = NO_IMAGES if self.card in PRESETS and not self.images else self.card
        return [condition(name, base) for name in wanted if name != main]

    def open(self, path: Path) -> Backend:
        """One of its models."""
        return open_language(path, self.device, self.threads, self.url, self.server_name)


def language_results(plan: LanguagePlan, out: Path | None = None) -> dict[str, Any]:
    """Measure and, where ``out`` is given, write the page, its numbers as JSON, and all texts.

    Returns
    -------
    dict
        All numbers, or, with ``out``, only the lines of the targets.

    Raises
    ------
    ValueError, FileNotFoundError
        A condition that there is not; a model that is not there or cannot be used.
    """
    asked, more = plan.asked(), plan.others()
    with ExitStack() as stack:
        seeds = [plan.open(path) for path in plan.languages or (plan.model,)]
        rivals = {name: plan.open(path) for name, path in plan.rivals}
        for backend in (*seeds, *rivals.values()):
            stack.callback(backend.close)
        report = _measured(plan, asked, more, seeds, rivals)
    if out is None:
        return report
    write_text(out, page(report, _command(plan, out)))
    # People's sentences are not published, so they get a file of their own.
    texts = report.pop("texts")
    for suffix, content in ((".texts.json", texts), (".json", report)):
        text = json.dumps(content, indent=1, ensure_ascii=False)
        write_text(out.with_suffix(suffix), text + "\n")
    return {"page": str(out), "targets": report["targets"]}


def _measured(
    plan: LanguagePlan,
    asked: Condition,
    more: Sequence[Condition],
    seeds: Sequence[Backend],
    rivals: dict[str, Backend],
) -> dict[str, Any]:
    clock = _Clock()
    subject = open_subject(plan.model)
    places = Places(plan.root, subject, (plan.group,), plan.limit)
    known = Places(plan.root, subject, GROUPS, plan.limit)
    cases = report_cases(places)
    if not cases:
        raise ValueError("no captioned crops there")
    clock.done(f"{len(cases)} crops read")
    section = measure_final(cases)
    section.update(measure_texts(others(cases, places, known, section), cases))
    clock.done("sentences without a language model")
    told = [ask(backend, cases, asked, seed=seed) for seed, backend in enumerate(seeds)]
    clock.done(f"{asked.name}: asked {len(seeds)} model(s)")
    own = [measure_own(one, SYSTEMS if i == 0 else SAID) for i, one in enumerate(told)]
    section.update(own[0])
    clock.done("answers measured")
    found = [ablations.Trial(_title(asked), tuple(own))]
    found += ablations.trials(cases, more, seeds)
    for name, backend in rivals.items():
        found.append(ablations.Trial(name, (measure_own(ask(backend, cases, asked)),)))
    clock.done("conditions")
    if plan.generated:
        section.update(measure_generated(subject, seeds[0], asked, plan.generated))
        clock.done(f"{plan.generated} generated tiles")
    else:
        section.missing["generated"] = "not asked for (`--generated 10000`)"
    won, kept = gains(section, LANGUAGE, BASELINES), against(section, _guide_alone(places))
    return {
        "model": str(plan.model),
        "language": [backend.name for backend in seeds],
        "wordings": _lot(seeds[0]),
        "condition": {"card": plan.card, "images": plan.images, "name": _title(asked)},
        "date": dt.date.today().isoformat(),
        "remark": _remark(plan),
        "crops": len(cases),
        "changed": sum(case.changed for case in cases),
        "targets": [line.report() for line in lines(section, won, kept)],
        **section.report(),
        "gains": won,
        "gains_greedy": gains(section, GREEDY, (*BASELINES, LANGUAGE)),
        "seeds": spread(own),
        "conditions": ablations.report(own[0], found),
        "texts": [_text(one) for one in told[0]],
    }


def _guide_alone(places: Places) -> Section:
    """The layers without a language model, by the measures of the guide's own page."""
    flags, crops = FlagScores(), CropScores()
    for reading in places.readings:
        for crop in reading.crops:
            flags.add(reading.tile.name, any_object(reading, crop), crop.changed)
            if MASKED in reading.claims:
                mask = reading.claims[MASKED].mask[crop.where]
                crops.add(reading.tile.name, mask, reading.truth[crop.where])
    measures = flags.measures("final.flag")
    if crops.counts.rows:
        measures |= crops.measures(f"final.{MASKED}")
    return Section(measures)


def _text(one: Said) -> dict[str, Any]:
    """A crop in words, for those who check by hand."""
    shown, case = one.attributes, one.case
    return {
        "crop": case.name,
        "people": list(case.sentences),
        "guide": case.guide,
        "model": one.text,
        "greedy": one.greedy,
        "shown": shown.caption,
        "source": shown.caption_source,
        "why": shown.fault.value if shown.fault else None,
        "map": on_map(shown.caption, case),
        "there": there(shown.caption, case),
    }


def _lot(backend: Backend) -> dict[str, Any]:
    """How many wordings of a description a model draws beside the likeliest, and how boldly."""
    drawn, temperature = (getattr(backend, name, 0) for name in ("drawn", "temperature"))
    return {"drawn": drawn, "temperature": temperature if drawn else None}


def _title(asked: Condition) -> str:
    return asked.name if asked.images or asked.name == NO_IMAGES else f"{asked.name}, {NO_IMAGES}"


def _remark(plan: LanguagePlan) -> str:
    remarks = []
    if plan.group != "report":
        remarks.append(f"measured on the group {plan.group}, not on the report set")
    if plan.limit is not None:
        remarks.append(f"limited to {plan.limit} of the tiles: a quick look, no result")
    return "; ".join(remarks)


def _command(plan: LanguagePlan, out: Path) -> str:
    parts = ["python -m training evaluate language --model", str(plan.model)]
    parts += [] if plan.root == data_root() else ["--data", str(plan.root)]
    if plan.languages:
        parts += ["--language-model", *map(str, plan.languages)]
    parts += ["--card", plan.card] + ["--no-images"] * (not plan.images)
    if plan.url:
        parts += ["--language-url", plan.url]
        parts += ["--language-name", plan.server_name] if plan.server_name else []
    if plan.conditions:
        parts += ["--conditions", *plan.conditions]
    for name, folder in plan.rivals:
        parts += ["--rival", f"{name}={folder}"]
    if plan.generated:
        parts += ["--generated", str(plan.generated)]
    if plan.group != "report":
        parts += ["--set", plan.group]
    if plan.limit is not None:
        parts += ["--limit", str(plan.limit)]
    if plan.device != LanguagePlan.device:
        parts += ["--device", plan.device]
    if plan.threads is not None:
        parts += ["--threads", str(plan.threads)]
    return " ".join([*parts, "--out", str(out)])


class _Clock:
    """Says on stderr what took how long."""

    def __init__(self) -> None:
        self._last = time.perf_counter()

    def done(self, what: str) -> None:
        now = time.perf_counter()
        print(f"{what}: {now - self._last:.0f} s", file=sys.stderr)
        self._last = now
