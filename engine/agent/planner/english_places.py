"""English words of places in the 3×3 grid, and of polygons."""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

from engine.agent.planner.english_patterns import IN, POLYGONS, rule

_OF = r"(?: of (?:the |this |our |my )?(?:map|area|image|picture|scene|region|site|aoi|grid|frame|town|city|village|municipality|study area|project area|3 ?x ?3 grid))?"
_PART = (
    r"(?: (?:part|half|third|side|area|edge|end|section|portion|corner|cell|row|column|quarter)s?)?"
)
_CORNERS = {
    "top left corner": r"(?:top|upper|up)[ -]left|north[ -]?west(?:ern)?",
    "top right corner": r"(?:top|upper|up)[ -]right|north[ -]?east(?:ern)?",
    "lower left corner": r"(?:bottom|lower|down)[ -]left|south[ -]?west(?:ern)?",
    "lower right corner": r"(?:bottom|lower|down)[ -]right|south[ -]?east(?:ern)?",
}
_SIDES = {
    "north": r"north(?:ern)?|(?:upper|top) (?:third|half|row)",
    "south": r"south(?:ern)?|(?:lower|bottom) (?:third|half|row)",
    "east": r"east(?:ern)?|right (?:third|half|column)",
    "west": r"west(?:ern)?|left (?:third|half|column)",
}
_CELLS = {
    "center": r"cent(?:re|er|ral)|middle",
    "top": r"top(?! (?:\d|·|of))|top(?= of the)|upper part",
    "lower": r"bottom|lower part|lower",
    "left": r"left(?: part| side)|left[- ]hand|(?<=the )left",
    "right": r"right(?: part| side)|right[- ]hand|(?<=the )right",
}
_ALL = _CORNERS | _SIDES | _CELLS
_NO = r"(?:but )?(?:not|except|excluding|outside)(?: those)? (?:in |at |on |of )?(?:the )?"

PLACES = (
    rule(
        "relation",
        rf"(?:excluding|except(?: for)?|without|not counting|but not|other than|leaving out|apart from|ignoring) (?:the |any |all )?(?:ones |those |buildings |roads |houses |changes |objects )?(?:that (?:lie |are )|which (?:lie |are )|lying |located )?(?:in|inside|within|on) {POLYGONS}",
        "outside",
    ),
    rule("relation", rf"(?:not (?:in|inside|within)|outside(?: of)?|off) {POLYGONS}", "outside"),
    rule(
        "relation",
        rf"(?:that |which )?(?:lie |lies |fall |falls )?(?:inside(?: of)?|within|in|on|of) {POLYGONS}",
        "inside",
    ),
    rule(
        "relation",
        rf"(?:intersect(?:s|ing)?|overlap(?:s|ping)?(?: with)?|contained (?:in|by|within)|covered by|falling (?:in|into|inside|within)|enclosed by) {POLYGONS}",
        "inside",
    ),
    rule("relation", rf"(?<!away )(?<!far )(?<!distance )from {POLYGONS}", "inside"),
    rule("ask", _NO + "(?:" + "|".join(_ALL.values()) + ")" + _PART, "negation"),
    *(
        rule("where", f"{IN}(?:{pattern}){_PART}{_OF}", {"place": place})
        for place, pattern in _ALL.items()
    ),
)
"""Corners before sides, so that "north-west" is not "north"."""
