"""English follow-ups: what of the question before no longer holds, and what takes its place."""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

from engine.agent.planner.english_patterns import AREA_UNIT, NUMBER, PER_CENT, rule

_AND = (
    r"(?:(?:and|now|ok|so|then|but|also|what about|how about|what of|same|the same|same again|same question|same thing|repeat|repeat that|"
    r"repeat this|do|do that|do this|again|likewise|try|use|with|for|from|to|of|near|by|around|it|that|this|instead of that|change (?:it|that) to|"
    r"replace (?:it|that) (?:with|by)|switch to|take) )"
)
_SAME = (
    r"(?:,? ?(?:(?:with|at|for|using|within|in|by|and) )*(?:the |that |this )?same (?:distance|radius|buffer|limit|range|thing|question|way)|"
    r",? ?instead|,? ?then|,? ?too|,? ?as well|,? ?now|,? ?please|,? ?likewise|,? ?though)"
)
_LAYER = r"(?:(?:the|our|my|any|all|a|an) )?(?P<tl>§[lbp]\d+)"
_AREA = r"(?:area|map|image|region|scene|site|place|aoi|study area|extent|picture|territory|municipality|town|city)"
_ALL = r"(?:whole|entire|full|complete)"

FOLLOW_UPS = (
    rule("other_target", rf"^{_AND}++{_LAYER}{_SAME}*+$"),
    rule("other_target", rf"^{_AND}*+{_LAYER}{_SAME}++$"),
    rule(
        "widen",
        rf"^{_AND}*+(?:(?:over|in|for|on|across|throughout|of|within) )?(?:the |this |our |my )?(?:{_ALL} {_AREA}|whole|lot){_SAME}*+$|"
        rf"^{_AND}*+(?:everywhere|anywhere|overall|in total|across the board|no matter where|regardless of (?:place|location|where)|wherever(?: they are)?|all over(?: the place)?){_SAME}*+$",
        ("place", "relations"),
    ),
    rule(
        "widen",
        rf"^{_AND}*+(?:(?:all|every|any|of all|of any|of every|regardless of|no matter (?:the|what|which)|whatever the|ignoring the) (?:class(?:es)?|kinds?|types?)(?: of (?:objects?|changes?|things?))?){_SAME}*+$",
        ("class_name", "not_class"),
    ),
    rule(
        "widen",
        rf"^{_AND}*+(?:regardless of|no matter|whatever|ignoring) (?:the |what |which )?(?:review(?: status)?|verdict)s?{_SAME}*+$",
        ("review", "not_review"),
    ),
    rule(
        "score",
        rf"^{_AND}*+(?:(?:lower|raise|drop|set|move|change|put|reduce|increase|bring|make|turn|push|adjust|relax|tighten|bump) )?(?:it |that )?(?:(?:the |a |my |our )?(?:bar|threshold|limit|cut-?off|minimum|maximum|score|confidence|certainty|cutoff value)(?: score| value| confidence)? )?(?:up |down )?(?:(?:to|at|of|is|with|by) )?{NUMBER}{PER_CENT}{_SAME}*+$",
    ),
    rule(
        "size",
        rf"^{_AND}*+(?:(?:lower|raise|drop|set|move|change|put|reduce|increase|bring|make|turn|push|adjust) )?(?:it |that )?(?:(?:the |a |my |our )?(?:bar|threshold|limit|cut-?off|minimum|maximum|size|area)(?: size| value| area)? )?(?:up |down )?(?:(?:to|at|of|is|with|by) )?{NUMBER} ?{AREA_UNIT}{_SAME}*+$",
    ),
    rule(
        "reverse",
        rf"^{_AND}*+(?:(?:now |please )*(?:in |the |with |it |that |this |a )*(?:reverse|reversed|reversing|flip|flipped|invert|inverted|opposite|turn round|turn around|turn it round|turn it around|other way (?:round|around)|upside down|backwards?)(?: (?:the|it|that|this|them|order|sorting|list|ranking|way|direction|sort|round|around))*){_SAME}*+$",
    ),
)
"""They count only where they are the whole sentence."""
