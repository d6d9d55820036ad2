"""English ranks of groups: which come first, and how many of them."""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

from engine.agent.planner.english_patterns import NUMBER as N
from engine.agent.planner.english_patterns import rule
from engine.agent.planner.english_tools import FEWEST, KINDS, MOST

_GROUPED = ("group_by_polygons", "group_by_field")
_LARGE = r"(?:largest|biggest|highest|greatest|most|worst|longest)"
_SMALL = r"(?:smallest|lowest|fewest|least|shortest)"
_WHICH = r"(?:in |on |at )?(?:(?:which|what|the|those|name|list|show) )*"
_JUST = r"(?:(?:the|only|just|show|give|list|take|me|and|their|its) )*"

BEFORE = tuple(
    rule("hint", rf"{_WHICH}{N} {kind}(?= .*{most}(?!\w))", ("group_by_field", {"by": name, "order": order}))
    for name, kind in KINDS.items()
    for order, most in (("most", _LARGE), ("fewest", _SMALL))
)  # fmt: skip
"""Before other rules of groups and comparisons."""

RANKS = (
    rule("args", rf"(?:in )?(?:{_SMALL}(?: ones?| §l\d+| values?| numbers?)? first|ascending(?: order)?|(?:from )?(?:the )?{_SMALL} to (?:the )?{_LARGE})(?! (?:certain|sure))", {"order": "fewest"}, _GROUPED),
    rule("args", rf"(?:in )?(?:{_LARGE}(?: ones?| §l\d+| values?| numbers?)? first|descending(?: order)?|(?:from )?(?:the )?{_LARGE} to (?:the )?{_SMALL})(?! (?:certain|sure))", {"order": "most"}, _GROUPED),
    rule("limit", rf"{_JUST}(?:bottom|last|lowest|smallest|fewest) {N}(?! ?[%.,/\d])", {"order": "fewest"}, _GROUPED),
    rule("limit", rf"{_JUST}(?:top|first|worst|highest|largest|biggest|leading|best) {N}(?! ?[%.,/\d])", None, _GROUPED),
    rule("limit", rf"{_JUST}{N}(?: of them)?(?: (?:with|having|that have|which have|that had|has|have))? (?:the )?{_SMALL}", {"order": "fewest"}, _GROUPED),
    rule("limit", rf"{_JUST}{N}(?: of them)?(?: (?:with|having|that have|which have|that had|has|have))? (?:the )?{_LARGE}", {"order": "most"}, _GROUPED),
    rule("limit", rf"{_JUST}{N} (?:of them|results?|rows?|lines?|entries|names)", None, _GROUPED),
    rule("args", rf"(?:is|are|was|were)? ?(?:the )?{_LARGE}(?= ?$| · ?$)", {"order": "most"}, _GROUPED),
    rule("args", rf"(?:is|are|was|were)? ?(?:the )?{_SMALL}(?= ?$| · ?$)", {"order": "fewest"}, _GROUPED),
    rule("skip", r"by(?: ·)? (?:number|count)(?: of)?|(?<!at )(?:the )?(?:most|worst|hardest|least|fewest|highest|lowest|biggest|largest)(?: (?:number|count|amount|share))?(?: of)?(?! (?:area|ground|land|space|length))|where|breakdown|table|totals?|ranking|rank", None, ("group_by_polygons",)),
    rule(
        "skip",
        rf"(?:break|split|group|tabulate|breakdown|distribution)(?: down)?|down|distributed|(?<!at )(?:the )?{MOST}(?: number)?|"
        rf"(?<!at )(?:the )?{FEWEST}(?: number)?",
        None,
        _GROUPED,
    ),
)  # fmt: skip
