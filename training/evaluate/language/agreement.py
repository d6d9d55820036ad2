"""Whether sentences name only what is there: on the map, and by masks and people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.guide.agreement import OPPOSITE, agrees
from engine.guide.claims import Claim, claims
from engine.guide.reading import Finding
from engine.language.stated import stated_numbers
from engine.objects.components import count_cells
from training.evaluate.language.cases import Case
from training.evaluate.language.places_named import places_named
from training.evaluate.measure import Measure, Sums

Verdicts = dict[str, bool | None]
NAMED = ("building", "road")
MASKED = "building"


def on_map(sentence: str, case: Case) -> Verdicts:
    """A sentence against the layers.

    Returns
    -------
    dict
        ``whole``: all that it says is on the map and no building or road goes without mention (the
        engine's own rule); ``object``: each class it names has something that did so there;
        ``number``: so does each number; ``place``: each place it names has an object. None where it
        says no number or place.
    """
    found = [finding for finding in case.reading.findings if finding.count]
    things = [thing for thing in claims(sentence).things if thing.class_name in NAMED]
    counts = {one.class_name: one.count for one in case.reading.classes}
    cells = [set(finding.cells) for finding in found]
    return {
        "whole": agrees(sentence, found),
        "object": all(_done(thing, found) for thing in things),
        "number": _numbers(sentence, counts),
        "place": _places(sentence, cells),
    }


def there(sentence: str, case: Case) -> Verdicts:
    """A sentence against the mask (buildings) and the five human sentences (all else).

    Returns
    -------
    dict
        ``object``: each building or road it names is there: in the mask, or in what anybody says;
        ``number``: its number of buildings is the mask's, or one that somebody says; ``place``:
        each place has something in the mask, or somebody names it; only of sentences that name
        nothing but buildings, since nothing else is on the mask.
    """
    if case.truth is None:
        return {}
    count, cells = count_cells(case.truth)
    told = [claims(text).things for text in case.sentences]
    # A mask shows what came; what went is known from sentences only.
    known = [Claim(MASKED, "appeared")] * bool(count) + [thing for one in told for thing in one]
    said = claims(sentence).things
    things = [thing for thing in said if thing.class_name in NAMED]
    masked = {thing.class_name for thing in said} == {MASKED}
    numbers = [{MASKED: count}] + [stated_numbers(text) for text in case.sentences]
    verdicts = [
        _numbers(sentence, {k: n for k, n in one.items() if k == MASKED}) for one in numbers
    ]
    places = [set(cells)] + [set(cell) for text in case.sentences for cell in places_named(text)]
    return {
        "object": all(any(_same(thing, one) for one in known) for thing in things),
        "number": None if verdicts[0] is None else any(verdicts),
        "place": _places(sentence, places) if masked else None,
    }


def measure_agreement(sentences: Mapping[str, Mapping[str, str]], cases: Sequence[Case]) -> dict[
    str, Measure
]:  # fmt: skip
    """Shares of sentences that are right, ``text.SYSTEM.map.…`` and ``text.SYSTEM.there.…``.

    Of numbers and places, shares of those sentences that name any.
    """
    judges: dict[str, Callable[[str, Case], Verdicts]] = {"map": on_map, "there": there}
    measures = {}
    for system, texts in sentences.items():
        for judge, verdicts in judges.items():
            sums: dict[str, Sums] = {}
            for case in cases:
                for name, right in verdicts(texts[case.name], case).items():
                    asked = {} if right is None else {"right": float(right), "all": 1.0}
                    sums.setdefault(name, Sums("right", "all")).add(case.unit, **asked)
            for name, one in sums.items():
                measures[f"text.{system}.{judge}.{name}"] = one.ratio("right", "all")
    return measures


def _done(claim: Claim, found: Sequence[Finding]) -> bool:
    return any(_same(claim, Claim(finding.class_name, finding.action)) for finding in found)


def _same(claim: Claim, known: Claim) -> bool:
    """Whether what is known makes a claim true; a direction that is open may be either."""
    if claim.class_name != known.class_name:
        return False
    return OPPOSITE.get(claim.action or "") != known.action


def _numbers(sentence: str, counts: Mapping[str, int]) -> bool | None:
    stated = stated_numbers(sentence)
    both = [name for name in stated if name in counts]
    if any(stated.values()) and both:
        return all(stated[name] == counts[name] for name in both)
    return None


def _places(sentence: str, cells: Sequence[set[str]]) -> bool | None:
    named = places_named(sentence)
    if not named:
        return None
    return all(any(place & one for one in cells) for place in named)
