"""English words that say which tool is meant."""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

from engine.agent.planner.english_patterns import AREA_UNIT as AU
from engine.agent.planner.english_patterns import (
    INVENTORY,
    LAYER,
    POLYGONS,
    TARGET,
    rule,
)
from engine.agent.planner.english_patterns import LENGTH_UNIT as LU
from engine.agent.planner.english_patterns import NUMBER as N

_COMPARE = "compare_with_layer"
_GROUPS = "group_by_polygons"
_FIELD = "group_by_field"
MOST = r"(?:most|highest|largest|biggest|greatest)"
FEWEST = r"(?:fewest|least|lowest|smallest)"
_WHICH = r"(?:in |inside |on |at )?(?:which|what)(?: (?:one |1 )?of)?(?: the| our)?(?: 9| nine)?"
_EACH = (
    r"(?:(?:split|group(?:ed)?|break|broken down|distributed|spread|distribution) )?"
    r"(?:per|by|for each|for every|in each|in every|of each|does each|each|every|over|across|among)(?: of)?"
)
KINDS = {
    "action": r"(?:(?:types?|kinds?|sorts?) of actions?|actions?|kinds? of change|types? of change|sorts? of change|change types?|what happened(?: to (?:it|them))?)",
    "class": r"(?:(?:what )?(?:kinds?|types?|sorts?|class(?:es)?) of (?:objects?|things?|features?)(?: (?:it|they) (?:is|are))?|class(?:es)?|types?|categor(?:y|ies))",
    "review": r"(?:reviews?(?: status)?|verdicts?)",
    "place": r"(?:3 ?[x×] ?3 )?(?:grid(?:[ -](?:cells?|squares?))?|sides?|parts?|cells?|places?|corners?|sectors?)"
    r"(?: of the (?:area|map|image|region|scene))?",
}
_NOWN = r"(?:the )?(?:total |overall |combined |summed |whole )*"

TOOLS_BY_LAYER = (
    rule(
        "metres",
        rf"(?:with |and |using |at )?(?:a |the )?tolerance (?:of |is )?{N} {LU}",
        "tolerance_m",
    ),
    rule(
        "metres", rf"(?:with |and |using |at )?(?:a |an )?{N} {LU}(?: of)? tolerance", "tolerance_m"
    ),
    rule(
        "intent",
        r"compar(?:e|ed|ing)|cross-check|difference (?:between|to)(?=.*§)|"
        r"(?:match|check|contrast|verify|hold)(?=.*§[bl])",
        _COMPARE,
    ),
    rule(
        "hint",
        r"(?:which|what) (?=(?:\w+ )?(?:of|in|from) (?:the )?§b)|what(?= is gone.*§b)|"
        r"still (?:exist|there|listed|mapped|present|shown)(?= (?:in|on)\b.*§b)",
        (_COMPARE, {"find": "gone"}),
    ),
    rule(
        "hint",
        r"(?:are |is )?(?:missing|absent|unmapped|lacking|not (?:yet |already )?(?:mapped|recorded|"
        r"contained|known|there|part of)|not yet)(?= .*§b)|not(?: yet| already)?(?= in (?:the )?§b)|"
        r"(?<=§b\d )(?:lacks?|misses|miss|not (?:have|contain|know|show|include))|(?:does |do )(?=(?:the )?§b\d+ lack)",
        (_COMPARE, {"find": "new"}),
    ),
    rule(
        "hint",
        r"(?:in common|already(?: mapped| contains?| contained| known| there| recorded)?|overlap)(?=.*§b)|"
        r"(?<=§b\d )already (?:contains?|has|have|shows?|mapped)|have in common|in common",
        (_COMPARE, {"find": "mapped"}),
    ),
    rule(
        "ask",
        r"(?:are |is )?not (?:yet )?(?:in|mapped in|part of) (?:the )?(?:osm|openstreetmap|cadastre|(?:land |building )?"
        r"regist(?:er|ry)|inventory|my layer).*|already in .*(?:osm|openstreetmap|cadastre|regist).*",
        "layer",
    ),
    rule("metres", rf"within {N} {LU}(?! (?:of|from|to) )", "tolerance_m", (_COMPARE,)),
    rule("skip", r"(?<=§b\d )(?:lacks?|contains?)", None, (_COMPARE,)),
    rule(
        "layer",
        rf"(?:with|to|against|in|from|by|of|and|does|do|on|between)? ?(?:{LAYER})",
        (_COMPARE, {}),
        (_COMPARE,),
    ),
    rule("ask", r"(?:with|to|against|and) (?:the|my|our|a) .*", "layer", (_COMPARE,)),
    rule("layer", rf"in {INVENTORY}", (_COMPARE, {"find": "mapped"})),
    rule(
        "intent",
        r"(?:the )?(?:annual|yearly)(?: (?:rate|number|growth|increase|pace|amount))?(?: of)?|annually|per annum|"
        r"(?:at what (?:rate|pace) .*)?(?:the )?(?:rate of change |rate |pace )?(?:per|a|each|every|in a|by|in 1) year|"
        r"(?:the )?(?:rate|pace|speed|tempo)(?: (?:of|at which|with which))?(?: change)?|how (?:fast|quickly|rapidly) (?:do|does|did|are|is|has|have)|at what (?:rate|pace)|rate of change",
        "change_per_year",
    ),
    rule("layer", rf"{_WHICH} {N} {POLYGONS}(?=.* {MOST})", (_GROUPS, {"order": "most"})),
    rule("layer", rf"{_WHICH} {N} {POLYGONS}(?=.* {FEWEST})", (_GROUPS, {"order": "fewest"})),
    rule("layer", rf"{_WHICH} {POLYGONS}(?=.* {MOST})", (_GROUPS, {"order": "most", "limit": 1})),
    rule(
        "layer", rf"{_WHICH} {POLYGONS}(?=.* {FEWEST})", (_GROUPS, {"order": "fewest", "limit": 1})
    ),
    rule(
        "layer",
        rf"(?:the )?top {N} {POLYGONS}(?: by| for| in| with)?",
        (_GROUPS, {"order": "most"}),
    ),
    rule("layer", rf"(?:rank|order|sort) {POLYGONS}(?: by| for)?", (_GROUPS, {"order": "most"})),
    rule("layer", rf"(?:list|show|tabulate) {POLYGONS}(?: by| with)?(?= .*number)", (_GROUPS, {})),
    rule("layer", r"(?P<tl>§l\d+) by (?P=tl)", (_GROUPS, {})),
    rule("layer", rf"{_EACH} {POLYGONS}(?: have| has)?", (_GROUPS, {})),
    rule(
        "ask",
        r"(?:per|for each|for every|in each|in every|by) (?:municipality|village|town|county|ward|parish|suburb|"
        r"neighbou?rhood|region|country|state|province|city|district|block|parcel|zone|quarter)",
        "layer",
    ),
    *(
        rule(
            "hint",
            rf"{_WHICH} {kind}(?=.* {MOST})",
            (_FIELD, {"by": name, "order": "most", "limit": 1}),
        )
        for name, kind in KINDS.items()
    ),
    *(
        rule(
            "hint",
            rf"{_WHICH} {kind}(?=.* {FEWEST})",
            (_FIELD, {"by": name, "order": "fewest", "limit": 1}),
        )
        for name, kind in KINDS.items()
    ),
    *(
        rule("hint", rf"{_EACH} (?:the )?{kind}", (_FIELD, {"by": name}))
        for name, kind in KINDS.items()
    ),
    rule("metres", rf"(?:within |in |of |with )*(?:a )?(?:radius|circle) of {N} {LU}", "radius_m"),
    rule("metres", rf"(?:which |what |in which )?{N} {LU} (?:radius|circle)", "radius_m"),
    rule(
        "intent",
        r"(?:where (?:is|are|do|does) )?(?:the )?(?:highest |greatest )?(?:densest|density|hot ?spots?|concentration|"
        r"concentrated|concentrates?|clusters?|clustered|packed)(?: of| group| cluster)*|(?:close|closest) together|"
        r"circle(?= holds| has| contains)|holds the most",
        "densest",
    ),
    rule(
        "skip",
        r"(?:the )?(?:most of|most|greatest|highest|tightly|together|holds|group of|group)",
        None,
        ("densest",),
    ),
    rule("to", rf"(?:nearest|closest) (?:to )(?:the point |point )?{TARGET}"),
    rule("to", r"(?:nearest|closest) (?:the )?(?P<tl>§[blp]\d+)"),
    rule("to", rf"(?:lie|lies|is|are) (?:the )?(?:nearest|closest) {TARGET}(?! (?:·|to|from))"),
    rule("ask", r"(?:nearest|closest) to (?:the|a|an|my|our|any) .*", "target"),
    rule(
        "intent",
        r"(?:the )?(?:nearest|closest)|how far (?:away )?(?:is|are|was|were)(?= .*(?:from|to))",
        "nearest",
    ),
    rule("to", rf"(?:to|from) (?:the point |point )?{TARGET}", None, ("nearest",)),
)

_CERTAIN = r"(?:certain|confident|sure|reliable)(?: (?:about|of))?"
_SCORE = r"(?:score|scores|confidence|certainty)"
_SORT = r"(?:(?:sort|order|rank|sorted|ordered|ranked|list|arranged)(?: \w+){0,4}? )?"
_BY = {"area": r"(?:size|area|footprint)", "length": "length", "score": _SCORE}


def _superlative(by: str, order: str, pattern: str) -> tuple[str, dict[str, str], str]:
    return by, {"by": by, "order": order}, pattern


_SUPERLATIVES = (
    _superlative(
        "area",
        "desc",
        r"(?:largest|biggest|greatest|most extensive)(?: area| footprint| size)?(?! length)|"
        r"(?:covers|cover|takes|take|takes up) the most (?:ground|land|space|area)",
    ),
    _superlative("area", "asc", r"(?:smallest|tiniest)(?: area| footprint| size)?"),
    _superlative("length", "desc", r"longest|(?:greatest|largest|biggest) length"),
    _superlative("length", "asc", r"shortest"),
    _superlative(
        "score",
        "asc",
        rf"least {_CERTAIN}|most (?:doubtful|uncertain|dubious)|lowest(?:[- ]scoring| {_SCORE})|worst(?:[- ]scoring| {_SCORE})?(?! hit)",
    ),
    _superlative(
        "score",
        "desc",
        rf"(?:the )?(?:most {_CERTAIN}|surest|highest(?:[- ]scoring| {_SCORE})|best {_SCORE})",
    ),
)

TOOLS_BY_WORDS = (
    rule(
        "ask",
        r"(?:second|third|fourth|fifth|2nd|3rd|4th|5th|next)[ -](?:largest|biggest|smallest|longest|shortest|nearest|"
        r"closest|most).*",
        "rank",
    ),
    rule("intent", r"(?:export|save|write|download|store)", "export_selection"),
    rule(
        "hint",
        r"from (?:the )?least to (?:the )?most " + _CERTAIN,
        ("list_sorted", {"by": "score", "order": "asc"}),
    ),
    rule(
        "hint",
        r"from (?:the )?most to (?:the )?least " + _CERTAIN,
        ("list_sorted", {"by": "score", "order": "desc"}),
    ),
    rule(
        "hint",
        r"(?:from )?(?:the )?smallest to (?:the )?(?:largest|biggest)|smallest first|smallest ones first",
        ("list_sorted", {"by": "area", "order": "asc"}),
    ),
    rule(
        "hint",
        r"(?:from )?(?:the )?(?:largest|biggest) to (?:the )?smallest|(?:largest|biggest) first",
        ("list_sorted", {"by": "area", "order": "desc"}),
    ),
    rule(
        "hint",
        r"shortest first|(?:from )?(?:the )?shortest to (?:the )?longest",
        ("list_sorted", {"by": "length", "order": "asc"}),
    ),
    rule(
        "hint",
        r"longest first|(?:from )?(?:the )?longest to (?:the )?shortest",
        ("list_sorted", {"by": "length", "order": "desc"}),
    ),
    rule(
        "hint",
        r"(?:lowest|least certain|worst) first|ascending(?: order)?|in ascending order",
        ("list_sorted", {"order": "asc"}),
    ),
    rule(
        "hint",
        r"(?:highest|most certain|best) first|descending(?: order)?",
        ("list_sorted", {"order": "desc"}),
    ),
    *(
        rule(
            "hint", rf"(?:by|according to)(?: ·)? (?:the |their )?{word}(?! of)", ("by", {"by": by})
        )
        for by, word in _BY.items()
    ),
    *(
        rule("hint", rf"(?:is|was|has|had) (?:the )?(?:{pattern})", ("best", {"limit": 1} | args))
        for _, args, pattern in _SUPERLATIVES
    ),
    *(
        rule(
            "hint",
            rf"(?:how (?:big|large|small|long) (?:is|are) )?(?:the |our |top )*(?:(?P<n>\d+) )?(?:{pattern})",
            ("best", args),
        )
        for _, args, pattern in _SUPERLATIVES
    ),
    rule(
        "hint",
        r"(?:sort|order|rank|sorted|ordered|ranked|enumerate|name|(?:the )?top (?P<n>\d+)|list|a list(?: of)?|a table(?: of)?)",
        ("list_sorted", {}),
    ),
    rule(
        "hint",
        r"(?:what's |what is |compute |calculate )?(?:the )?(?:average|mean) "
        + _SCORE
        + "(?: of)?",
        ("measure", {"quantity": "score", "statistic": "mean"}),
    ),
    rule("args", r"on average|(?:the )?(?:average|mean)", {"statistic": "mean"}),
    rule("args", r"(?:the )?(?:median|typical)", {"statistic": "median"}),
    rule(
        "hint",
        r"how much(?: of)?(?: the)?(?: new)? (?:area|ground|land|space|surface|room|terrain)(?: (?:do|does|did|was|were|has|have|is|are))?",
        ("measure", {"quantity": "area"}),
    ),
    rule("unit", rf"(?:how many|how much) {AU}(?: of)?", "measure"),
    rule("unit", rf"(?:how many|how much) {LU}(?: of)?", "measure"),
    rule("unit", rf"(?:in )?{AU}(?: of)?", "unit"),
    rule("unit", rf"(?:in )?{LU}(?: of)?", "unit"),
    rule(
        "hint",
        rf"{_NOWN}(?:built-up )?(?:area|surface|footprint|size|extent|floor space|ground area|land area)s?(?: of| in)?|how (?:large|big|extensive|small)(?: is| are| was| were)?",
        ("area", {"quantity": "area"}),
    ),
    rule(
        "hint",
        rf"{_NOWN}lengths?(?: of)?|how (?:long|lengthy)(?: is| are| was| were)?",
        ("area", {"quantity": "length"}),
    ),
    rule("intent", r"measure|sum up(?! what)|add up|calculate|compute", "measure"),
)

FALLBACKS = (
    rule(
        "intent",
        r"where(?: exactly)?(?: can i find| in| on| did they| have they)?|whereabouts|(?:in )?which (?:part|parts|cell|cells|corner|corners|place|places)"
        r"(?: of the (?:area|map|image|region))?",
        "locate",
    ),
    rule(
        "intent",
        r"how many|(?:the |what |what's the |what is the )*(?:number|amount|quantity|count|tally) of|number$|quantity$|count(?:ing|s)?(?: up)?|what (?:number|count) of",
        "count",
    ),
    rule(
        "intent",
        r"what (?:else )?(?:has |have |is |was )?(?:been )?(?:changed|happened|different|happening|going on)|"
        r"describe|summari[sz]e|summary(?: of)?|overview(?: of)?|tell me (?:about|what)|explain|details(?: of| about| on)?|(?:short |brief )?description(?: of)?(?: what changed)?|what is there to (?:know|say)(?: about)?|"
        r"what (?:can you tell me|do we know|do you know)(?: about)?|what you found|what(?:'s| is| are)?(?= (?:new|gone|·|the changes)(?: |$)(?!.* (?:road|building|house)))|"
        r"what (?:sort|kinds?|types?) of|sum up what|what happened|what(?:'s| is) going on|what's(?= new)|report on",
        "describe",
    ),
    rule(
        "intent",
        r"(?:only |just )?(?:plot|visuali[sz]e|render|isolate|pull up|pan to|go to|take me to|bring me to|open|call up|show|display|select|highlight|filter|zoom(?: in)?|mark|pick|find|flash|point out|hide|let me see|"
        r"want to see|see|view|draw|list|(?:have a )?look at|bring up)(?: only| just)?(?: me| us)?(?: (?:in )?(?:on|to|for))?",
        "select",
    ),
    rule(
        "hint",
        r"which (?:has|have|had|got|is|one has|1 has) the most",
        ("which", {"order": "most", "limit": 1}),
    ),
    rule(
        "hint",
        r"which (?:has|have|had|got|one has|1 has) the (?:fewest|least)",
        ("which", {"order": "fewest", "limit": 1}),
    ),
    rule("intent", r"which|what(?= (?:buildings|houses|roads|changes|objects))", "which"),
    rule(
        "intent",
        r"^(?:(?:and|please) )*(?:can you tell|do you see|can you see|was|were|is|are|has|have|did|do|does)"
        r"(?: there| been| any| anything| they| you see)*|whether|anything",
        "whether",
    ),
    rule(
        "intent",
        r"^(?:(?:·|and|please|can|could|would|you|will|i|we) )*(?:just )?(?:give|get|want|need|like|i'd like|have)(?: me| us)?(?: to (?:see|have|get|look at))?",
        "wish",
    ),
    rule(
        "hint",
        r"how much(?: of)?(?= (?:\w+ )?(?:roads?|streets?|tracks?|paths?)(?! (?:area|surface|ground|space)))",
        ("measure", {"quantity": "length"}),
    ),
    rule("intent", r"how much(?= .*(?:housing|buildings?|houses?|construction))", "measure"),
    rule(
        "skip",
        r"split(?: it| them| this| that)?(?: up)?|distribution(?: of)?|break (?:it|them|this) down",
        None,
        (_FIELD, _GROUPS),
    ),
    rule("skip", r"(?:the )?distances?(?: (?:of|between))?", None, ("nearest",)),
    rule(
        "to",
        r"(?:(?:(?:i am|i'm|we are|we're|starting|standing|seen|measured|coming|with|as) )*(?:at|from|in|by|on|near|with|to|of) )?(?:the |our |my |a |any )?(?P<tl>§[lbp]\d+)",
        None,
        ("nearest",),
    ),
    rule(
        "skip",
        r"(?:cover|covers|covered|occupy|occupies|occupied|take up|takes up|taken|sealed|use up)(?: by)?|"
        r"(?:show|put) on the map|on the map|does|did you|class|of class|houses? went",
    ),
)
