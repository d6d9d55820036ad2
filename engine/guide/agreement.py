"""Whether a sentence and the map tell one story (design 5.9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.guide.claims import Claim, claims
from engine.guide.reading import Finding, tile_caption

OPPOSITE = {"appeared": "disappeared", "disappeared": "appeared"}
NAMED = ("building", "road")
"""Classes that a sentence may not pass over when the map has them."""


def agrees(sentence: str, findings: Iterable[Finding]) -> bool:
    """Whether a sentence says what is on the map, and passes over no building or road there."""
    return left_out(sentence, findings) == ()


def left_out(sentence: str, findings: Iterable[Finding]) -> tuple[Finding, ...] | None:
    """What of the map a sentence passes over; None where it says what is not on the map.

    Every claim must be on the map: its class, with its action (an object whose direction is not
    known may have done either), and, for buildings, its number where the sentence gives one; what
    it denies must not be there. What had to give way needs no outline of its own: trees that are
    removed agree with a building that appeared. Passed over are measured buildings or roads that go
    without mention; a sentence that says there is nothing else may pass over none.

    Parameters
    ----------
    sentence : str
        In the words of change captions.
    findings : iterable of Finding
        What was measured in the tile.
    """
    found = [finding for finding in findings if finding.count]
    said = claims(sentence)
    if not said.things:
        return () if said.unchanged and not found else None
    if not all(_on_map(claim, found) for claim in said.things):
        return None
    if any(_fitting(claim, found) for claim in said.denied):
        return None
    unnamed = set(NAMED) - {claim.class_name for claim in said.things}
    missing = tuple(finding for finding in found if finding.class_name in unnamed)
    return None if missing and said.nothing_else else missing


def completed(sentence: str, findings: Sequence[Finding]) -> str | None:
    """The sentence with what it passes over, in the words of measures; None as :func:`left_out`.

    >>> road = Finding("road", "appeared", 1, ["top"])
    >>> completed("some houses are built", [Finding("building", "appeared", 3, ["left"]), road])
    'some houses are built and a road appears at the top'
    """
    missing = left_out(sentence, findings)
    if not missing:
        return None if missing is None else sentence
    whole = f"{sentence} and {tile_caption(missing)}"
    # Read as a whole, the map's words must not change what the sentence says.
    return whole if agrees(whole, findings) else None


def best_wording(wordings: Sequence[str], findings: Sequence[Finding]) -> str | None:
    """The first that agrees with the map, else the first that can be completed, else the first."""
    second = None
    for wording in wordings:
        if agrees(wording, findings):
            return wording
        if second is None and completed(wording, findings) is not None:
            second = wording
    return second if second is not None else next(iter(wordings), None)


def _on_map(claim: Claim, found: list[Finding]) -> bool:
    fitting = _fitting(claim, found)
    if claim.class_name == "other":
        return bool(fitting) or _gave_way(claim, found)
    if claim.class_name == "building" and claim.number is not None:
        return sum(finding.count for finding in fitting) == claim.number
    return bool(fitting)


def _fitting(claim: Claim, found: list[Finding]) -> list[Finding]:
    """What of the map a claim may mean."""
    same = [finding for finding in found if finding.class_name == claim.class_name]
    if claim.action is None:
        return same
    if claim.action == "changed":
        return [finding for finding in same if finding.action != claim.never]
    return [finding for finding in same if finding.action in (claim.action, "changed")]


def _gave_way(claim: Claim, found: list[Finding]) -> bool:
    """Ground that went where something named came, or came where it went."""
    turned = OPPOSITE.get(claim.action or "")
    return any(f.class_name in NAMED and f.action in (turned, "changed") for f in found)
