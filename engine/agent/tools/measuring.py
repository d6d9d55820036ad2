"""Areas, lengths and scores, and rates per year."""

from __future__ import annotations

import numpy as np

from engine.agent.arguments import MeasureArguments, PerYearArguments
from engine.agent.calls import ToolCall
from engine.agent.errors import UnknownFactError
from engine.agent.plane import Floats
from engine.agent.result import Result, Sentence, ids
from engine.agent.selection import Indices, Scene
from engine.agent.wording import amount, objects

_UNITS = {"area": "m2", "length": "m", "score": "score", "count": "count"}
_NAMES = {"area": "area", "length": "length", "score": "score"}
_DAYS_A_YEAR = 365.2425


def values(scene: Scene, at: Indices, quantity: str) -> Floats:
    """A quantity of each object: m², m, score, or 1; NaN where not known."""
    if quantity == "area":
        return scene.objects.area_m2[at]
    if quantity == "length":
        return scene.objects.length_m[at]
    return scene.objects.score[at] if quantity == "score" else np.ones(len(at))


def measure(scene: Scene, call: ToolCall, args: MeasureArguments) -> Result:
    """Sum, mean or median over objects; objects without the value are said, not guessed."""
    at = scene.pick(args.where)
    told = values(scene, at, args.quantity)
    known = np.isfinite(told)
    found = ids(scene.objects.box_id[at[known]])
    if not found:
        words = f"There are {objects(args.where, 0)}, so there is nothing to measure."
        if len(at):
            words = f"The {_NAMES[args.quantity]} is not known of {objects(args.where, len(at))}."
        return Result(call, (Sentence(words, ids(scene.objects.box_id[at])),))
    value = _statistic(told[known], args.statistic)
    name = {"sum": "total", "mean": "mean", "median": "median"}[args.statistic]
    sentences = [
        Sentence(
            f"The {name} {_NAMES[args.quantity]} of {objects(args.where, len(found))} is "
            f"{amount(value, args.quantity, args.unit)}.",
            found,
        )
    ]
    if len(found) < len(at):
        missing = ids(scene.objects.box_id[at[~known]])
        sentences.append(Sentence(f"Of {len(missing):,} more it is not known.", missing))
    return Result(call, tuple(sentences), found, value, _UNITS[args.quantity])


def _statistic(known: Floats, name: str) -> float:
    if name == "sum":
        return float(known.sum())
    return float(known.mean() if name == "mean" else np.median(known))


def change_per_year(scene: Scene, call: ToolCall, args: PerYearArguments) -> Result:
    """Number, area or length by the years between the dates.

    Raises
    ------
    UnknownFactError
        A date is not known, or there is no time between them.
    """
    before, after = scene.objects.dates
    if before is None or after is None:
        raise UnknownFactError(
            "The dates of the two images are not known, so there is no rate.",
            hint="Give --date-before and --date-after to engine tile-infer.",
        )
    years = (after - before).days / _DAYS_A_YEAR
    if years <= 0:
        raise UnknownFactError("There is no time between the two dates, so there is no rate.")
    at = scene.pick(args.where)
    told = values(scene, at, args.quantity)
    known = np.isfinite(told)
    found = ids(scene.objects.box_id[at[known]])
    total = float(told[known].sum())
    rate = total / years
    words = f"{rate:,.1f}" if args.quantity == "count" else amount(rate, args.quantity, args.unit)
    whole = "" if args.quantity == "count" else f", {amount(total, args.quantity, args.unit)}"
    sentence = Sentence(
        f"From {before} to {after} ({years:.2f} years): {objects(args.where, len(found))}{whole}; "
        f"that is {words} per year.",
        found,
    )
    return Result(call, (sentence,), found, rate, f"{_UNITS[args.quantity]}/year")
