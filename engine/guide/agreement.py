"""Whether a sentence and the map tell one story (design 5.9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.guide.claims import Claim, claims
from engine.guide.reading import Finding

OPPOSITE = {"appeared": "disappeared", "disappeared": "appeared"}
NAMED = ("building", "road")
"""Classes that a sentence may not pass over when the map has them."""


def agrees(sentence: str, findings: Iterable[Finding]) -> bool:
    """Compare what a sentence claims with what was measured on the map.

    Every claim must be on the map: its class, with its action (an object whose direction is not
    known may have done either), and, for buildings, its number where the sentence gives one. What
    had to give way needs no outline of its own: trees that are removed agree with a building that
    appeared. And no measured building or road may go without mention.

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
        return said.unchanged and not found
    if not all(_on_map(claim, found) for claim in said.things):
        return False
    return all(
        any(claim.class_name == name for claim in said.things)
        for name in {finding.class_name for finding in found} & set(NAMED)
    )


def best_wording(wordings: Sequence[str], findings: Sequence[Finding]) -> str | None:
    """The first wording that agrees with the map, else the first; None without any."""
    agreeing = (wording for wording in wordings if agrees(wording, findings))
    return next(agreeing, wordings[0] if wordings else None)


def _on_map(claim: Claim, found: list[Finding]) -> bool:
    same = [finding for finding in found if finding.class_name == claim.class_name]
    fitting = [f for f in same if claim.action in (None, "changed", f.action)]
    fitting += [f for f in same if f.action == "changed" and f not in fitting]
    if claim.class_name == "other":
        return bool(fitting) or _gave_way(claim, found)
    if claim.class_name == "building" and claim.number is not None:
        return sum(finding.count for finding in fitting) == claim.number
    return bool(fitting)


def _gave_way(claim: Claim, found: list[Finding]) -> bool:
    """Ground that went where something named came, or came where it went."""
    turned = OPPOSITE.get(claim.action or "")
    return any(f.class_name in NAMED and f.action in (turned, "changed") for f in found)
