"""Counterfactuals: one object more or less must be one claim more or less, and nothing else."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np

from training.evaluate.claims import Claims
from training.evaluate.measure import Sums
from training.evaluate.models import BATCH, Outputs, Subject
from training.evaluate.objects import match, overlaps
from training.evaluate.on_roads import ROAD, held_singles
from training.evaluate.section import NOT_OFFERED, Section
from training.evaluate.window import Array
from training.guide.tiles import Pair

SEED = 35
LEAST_IOU = 0.5
FIELDS = ("exact", "own", "clean", "all")


class Counterfactual(Protocol):
    """What ``training.scenes.edits`` gives: a real pair, and the same with one object edited."""

    before: Array
    after: Array
    edited_before: Array
    edited_after: Array
    mask: Array
    action: str
    class_name: str
    gsd: float
    place: str


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What an edit did to the claims.

    Attributes
    ----------
    exact : bool
        The object's claim came (or went), and nothing else did.
    own : bool
        The object's claim came (or went).
    others : int
        Claims that came or went besides.
    """

    exact: bool
    own: bool
    others: int


def matching(one: Claims, two: Claims) -> tuple[set[int], set[int]]:
    """Numbers of the objects of either reading that the other has not, 1-based."""
    pairs = match(*overlaps(one.labels, one.count, two.labels, two.count), LEAST_IOU)
    held = {i for i, j in pairs if one.actions[i - 1] == two.actions[j - 1]}
    kept = {j for i, j in pairs if i in held}
    return set(range(1, one.count + 1)) - held, set(range(1, two.count + 1)) - kept


def judge(
    plain: dict[str, Claims], edited: dict[str, Claims], mask: Array, action: str, class_name: str
) -> Verdict:
    """Compare the claims before and after an edit.

    Parameters
    ----------
    plain, edited : dict
        Claims by class.
    mask : ndarray
        bool (H, W), the edited object.
    action : {"added", "removed"}
    class_name : str
        The object's class.
    """
    own, others = False, 0
    for name, claims in plain.items():
        gone, come = matching(claims, edited[name])
        wanted, other = (come, gone) if action == "added" else (gone, come)
        holder = edited[name] if action == "added" else claims
        hits = {n for n in wanted if name == class_name and _iou(holder.labels == n, mask) >= 0.5}
        own = own or len(hits) == 1
        others += len(wanted) - min(len(hits), 1) + len(other)
    return Verdict(own and others == 0, own, others)


def _iou(one: Array, two: Array) -> float:
    either = np.count_nonzero(one | two)
    return np.count_nonzero(one & two) / either if either else 0.0


def outputs_of(
    subject: Subject, edits: Iterable[Counterfactual]
) -> Iterator[tuple[Counterfactual, Outputs, Outputs]]:
    """Each edit with the model's outputs on the plain and on the edited pair."""
    stream = iter(edits)
    while batch := list(islice(stream, BATCH)):
        outputs = subject.outputs(
            pair
            for edit in batch
            for pair in ((edit.before, edit.after), (edit.edited_before, edit.edited_after))
        )
        for edit in batch:
            yield edit, next(outputs), next(outputs)


def read_all(
    subject: Subject, edits: Iterable[Counterfactual]
) -> Iterator[tuple[Counterfactual, dict[str, Claims], dict[str, Claims]]]:
    """Each edit with the claims on the plain and on the edited pair."""
    for edit, plain, edited in outputs_of(subject, edits):
        yield edit, subject.crop_claims(plain, edit.gsd), subject.crop_claims(edited, edit.gsd)


def measure_edits(subject: Subject, root: Path, pairs: list[Pair], count: int) -> Section:
    """Share of real-texture edits that change exactly their own claim; roads counted apart.

    Parameters
    ----------
    root : Path
        Data folder, for the road images.
    pairs : list of Pair
        The real places that are edited.
    count : int
        Edits of buildings; a quarter as many of roads, where the model offers them.
    """
    section = Section()
    try:
        from training.scenes.edits import counterfactuals
    except ModuleNotFoundError as error:
        section.missing["edits"] = f"{error.name} is missing"
        return section
    section.update(verdicts(subject, counterfactuals(pairs, count, SEED), "edits"))
    if ROAD in subject.classes:
        singles = [single for items in held_singles(root).values() for single in items]
        edits = counterfactuals(pairs, max(1, count // 4), SEED, singles, 1.0)
        section.update(verdicts(subject, edits, "edits_roads"))
    else:
        section.missing["edits_roads"] = NOT_OFFERED
    return section


def verdicts(subject: Subject, edits: Iterable[Counterfactual], prefix: str) -> Section:
    """Measures of some edits: exact, own claim, and nothing else.

    A bootstrap draws the places that were edited: the edits of one are not independent.
    """
    sums, kinds, others = Sums(*FIELDS), dict[str, Sums](), 0
    for edit, plain, edited in read_all(subject, edits):
        if edit.class_name not in subject.classes:
            continue
        verdict = judge(plain, edited, edit.mask, edit.action, edit.class_name)
        others += verdict.others
        clean = not verdict.others
        values = {"exact": verdict.exact, "own": verdict.own, "clean": clean, "all": 1}
        sums.add(edit.place, **values)
        kind = f"{edit.class_name} {edit.action}"
        kinds.setdefault(kind, Sums(*FIELDS)).add("all", **values)
    section = Section({f"{prefix}.{name}": sums.ratio(name, "all") for name in FIELDS[:3]})
    section.facts[prefix] = {
        "count": int(sums.total("all")),
        "claims changed besides": others,
        "by kind": {
            kind: {name: total.ratio(name, "all").value for name in FIELDS[:3]}
            | {"count": int(total.total("all"))}
            for kind, total in sorted(kinds.items())
        },
    }
    return section
