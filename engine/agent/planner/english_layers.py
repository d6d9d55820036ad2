"""More English wordings about the caller's layers: distances, comparison, districts, circles."""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

from engine.agent.planner.english_patterns import LENGTH_UNIT as LU
from engine.agent.planner.english_patterns import NUMBER as N
from engine.agent.planner.english_patterns import NUMBER_2 as N2
from engine.agent.planner.english_patterns import POLYGONS, TARGET, rule

_GROUPS = "group_by_polygons"
_COMPARE = "compare_with_layer"
_AWAY = r"(?:(?:away |off |clear |distant |apart |out |or so )?(?:of|from|to|around)|off)"
_M = r"(?:m|km|met(?:er|re)s?|kilomet(?:er|re)s?|feet|foot|ft|yards?|miles?)"
_POINT = r"(?:the point |point )?"
_HIT = r"(?:hit|affected|impacted|touched|changed|developed|transformed|damaged|disturbed)"
_NO_MORE = (
    r"(?:no more(?! than)|no longer(?: \w+)?|not (?:\w+ )?any ?more|(?:now |since |already |been )*(?:gone|disappeared|vanished|demolished|"
    r"removed|torn down|lost|pulled down|knocked down)(?: now| since| already)*)"
)
_NOT_IN = (
    r"(?:(?:is|are|was|were|do|does) )?(?:not|n't|never)(?: yet| already| so far)? (?:(?:be |been )?(?:mapped|recorded|registered|contained|listed|"
    r"included|drawn|shown|present|part|appear|captured|digiti[sz]ed|known|exist|found|have|entered|there)(?: yet| already)? ?)?"
)

DISTANCES = (
    rule(
        "ring",
        rf"(?:between |from )?{N}(?: ?{_M})? (?:and|to|-|–) {N2} ?{LU} (?:away )?(?:of|from) {_POINT}{TARGET}",
    ),
    rule(
        "distance",
        rf"(?:intersect(?:s|ing)?|touch(?:es|ing)?|overlap(?:s|ping)?|in|inside|within|falling in(?:to|side)?)?(?: (?:a|the))? ?{N} ?{LU} "
        rf"(?:wide )?(?:(?:buffer|corridor|strip|zone|belt)(?: zone)? of|(?:buffer|corridor|strip|zone|belt|radius|distance|range|circle)(?: zone)? (?:from|around|along|to|about)) {_POINT}{TARGET}",
        "within",
    ),
    rule(
        "distance",
        rf"(?:in|inside|within|at) (?:a |the )?{N} ?{LU} (?:radius|circle|range|distance) of {_POINT}{TARGET}",
        "within",
    ),
    rule(
        "distance",
        rf"(?:within |in |inside )?(?:a |the )?(?:buffer|radius|corridor|circle|distance)(?: zone)? of {N} ?{LU} (?:of|from|around|along|to) {_POINT}{TARGET}",
        "within",
    ),
    rule(
        "distance",
        rf"(?<!no )(?<!not )(?:more than|over|at least|farther than|further than|beyond|greater than|longer than|outside|farther away than|not within|not closer than|no closer than|"
        rf"no nearer than|upwards of)(?: of)? (?:a distance of )?(?:{N}|a|an|1) ?{LU}(?: (?:or more|distance|apart|buffer))? (?:away |off |clear |distant |apart )?(?:of|from|to|around|off) {_POINT}{TARGET}",
        "beyond",
    ),
    rule(
        "distance",
        rf"(?:{N}|a|an|1) ?{LU} (?:or|and) (?:more|further|farther|over) (?:away )?(?:from|of|to) {_POINT}{TARGET}",
        "beyond",
    ),
    rule(
        "distance",
        rf"{N} ?{LU} (?:or|and) (?:less|nearer|closer|fewer|under|below) (?:away )?(?:from|of|to) {_POINT}{TARGET}",
        "within",
    ),
    rule(
        "distance",
        rf"(?:distance|dist) (?:is |of )?(?:more than|at least|over|above|greater than|beyond) {N} ?{LU} (?:to|from) {_POINT}{TARGET}",
        "beyond",
    ),
    rule(
        "distance",
        rf"(?:distance|dist) (?:is |of )?(?:less than|at most|under|below|within|up to|smaller than) {N} ?{LU} (?:to|from) {_POINT}{TARGET}",
        "within",
    ),
    rule("ask", r"(?:in |too |so )?far (?:away )?(?:of|from) .*", "distance"),
    rule(
        "ask",
        r"(?:on |to )?(?:the )?(?:left|right)(?: side)? (?:of|from) (?=(?:the |a |our )?§).*",
        "target",
    ),
    rule(
        "distance",
        rf"(?:distance|dist) (?:to|from) {_POINT}{TARGET} (?:is |of )?(?:more than|at least|over|above|greater than|beyond) {N} ?{LU}",
        "beyond",
    ),
    rule(
        "distance",
        rf"(?:distance|dist) (?:to|from) {_POINT}{TARGET} (?:is |of )?(?:less than|at most|under|below|within|up to|smaller than) {N} ?{LU}",
        "within",
    ),
    rule(
        "distance",
        rf"(?:closer|nearer) to {_POINT}{TARGET} than {N} ?{LU}",
        "within",
    ),
    rule(
        "distance",
        rf"(?:closer|nearer) than {N} ?{LU} (?:to|from) {_POINT}{TARGET}",
        "within",
    ),
    rule(
        "distance",
        rf"(?:farther|further)(?: away)? from {_POINT}{TARGET} than {N} ?{LU}",
        "beyond",
    ),
    rule(
        "relation",
        rf"on the (?P<kind>north|south|east|west)(?:ern)? (?:side|bank|shore)s? of {_POINT}{TARGET}",
    ),
    rule("ask", r"(?:on )?(?:either|both|the other|this|that) sides? of .*", "target"),
    rule("open", r"(?:and |but |or )*outside(?: of)? (?:it|them|those|these|that)$", "outside"),
    rule("open", r"(?:and |but |or )*inside(?: of)? (?:it|them|those|these|that)$", "inside"),
    rule("open", r"(?:further|farther)(?: away| off| out)?(?: than (?:that|this|it))?$", "beyond"),
    rule("open", r"(?:closer|nearer)(?: in| by)?(?: than (?:that|this|it))?$", "within"),
)

BARE_DISTANCES = (
    rule(
        "distance",
        rf"(?:walk |go |drive |reach |range |up to |max(?:imum)? |buffer |buffer of |distance |at )*(?:a )?{N} ?{LU} {_AWAY} {_POINT}{TARGET}",
        "within",
    ),
    rule(
        "ask",
        r"(?:a |within |in )*(?:stone's throw|walking distance|easy reach|earshot|sight|short walk|spitting distance|view|the vicinity|"
        r"the neighbou?rhood|the surroundings|the proximity|close proximity|the shadow|the reach)(?: .*)?|not (?:too |very )?far from .*|"
        r"bordering .*|adjoining .*|abutting .*|opposite .*|facing .*|"
        r"far (?:away )?from .*|off the .*|at the foot of .*",
        "distance",
    ),
)

COMPARISONS = (
    rule("ask", r"how many (?:of )?(?:our |the |my )?§l\d+", "subject"),
    rule(
        "intent",
        r"(?:compar(?:e|ed|ing)|diff|versus|vs\.?|cross-?reference|crosscheck|reconcile|juxtapose|comparison)(?=.*§)|"
        r"(?<!\w)against(?= (?:the |our |my )?§)",
        _COMPARE,
    ),
    rule(
        "hint",
        rf"(?:(?:that |which |are |is |have |has |do |does |exist |there )*{_NO_MORE})(?=.* (?:in|from|of|on|to|against|with) (?:the |our |my )?§b)",
        (_COMPARE, {"find": "gone"}),
        (_COMPARE,),
    ),
    rule(
        "hint",
        rf"(?<=§b\d )(?:.* )?(?:(?:that|which|are|is|have|has|do|does|exist|but|still has|still shows|still lists) )*{_NO_MORE}|"
        rf"(?:exist |are |is )*(?:no more(?! than)|no longer(?! than)(?: exist| there| stand(?:ing)?)?)(?= .*§b)",
        (_COMPARE, {"find": "gone"}),
    ),
    rule(
        "hint",
        rf"{_NOT_IN}(?=(?:in|on|by|to|of) (?:the |our |my )?§b)|(?:un-?mapped|un-?registered|unrecorded|missing|absent|new)(?= (?:· )?(?:in|from|on|to|by|compared to) (?:the |our |my )?§b)|"
        r"lack(?:s|ing)?(?= .*§b)|without (?:a |an |any )?(?=§b\d+ (?:match|counterpart|equivalent|entry))|without (?:a |an |any )?(?:match|counterpart|equivalent|entry|record|footprint)s?(?= .*§b)|(?<=§b\d )(?:does not|doesn't|do not|don't|has not|hasn't) (?:yet )?"
        r"(?:have|know|contain|show|include|list|map|got)(?: about)?(?: yet)?",
        (_COMPARE, {"find": "new"}),
    ),
    rule("hint", rf"{_NOT_IN}(?:in|on|of|by) (?:it|there|them)(?: yet| already)?", (_COMPARE, {"find": "new"})),
    rule(
        "hint",
        rf"{_NOT_IN}there(?: yet| already)?|not yet(?: there)?",
        (_COMPARE, {"find": "new"}),
        (_COMPARE,),
    ),
    rule(
        "hint",
        r"(?:is |are |was |were )?not (?:yet |already |been )*mapped(?: yet| already| so far)?|un-?mapped",
        (_COMPARE, {"find": "new"}),
    ),
    rule(
        "hint",
        r"already(?: mapped| there| in (?:it|there)| on (?:it|there)| contained| known| recorded)?|in both|matching|matched",
        (_COMPARE, {"find": "mapped"}),
        (_COMPARE,),
    ),
    rule("metres", rf"(?:allow(?:ing)?|give or take|plus or minus|±|up to|within|at|using|with) {N} ?{LU}(?: (?:slack|offset|difference|deviation|shift|off|either way|leeway))?$", "tolerance_m", (_COMPARE,)),
    rule("metres", rf"(?:with |and |using |at )?(?:a |the )?(?:tolerance|tol|threshold)(?: of| is|:)? {N} ?{LU}", "tolerance_m"),
)  # fmt: skip

GROUPS = (
    rule("layer", r"(?P<tl>§l\d+)(?: per (?P=tl)| by (?P=tl)|[- ]wise)", (_GROUPS, {})),
    rule(
        "ask",
        r"(?:per|for each|for every|in each|in every|by|each|every|which|what|in which|across|across the) (?:single )?(?:municipalit(?:y|ies)|villages?|towns?|count(?:y|ies)|wards?|"
        r"parish(?:es)?|suburbs?|neighbou?rhoods?|boroughs?|communit(?:y|ies)|cit(?:y|ies)|provinces?|states?|countries|quarters|townships?|precincts?|postcodes?|zip codes?|blocks?)(?= |$)",
        "layer",
    ),
    rule("skip", r"(?:the )?(?:rate|pace|speed)(?: of| at which)?", None, ("change_per_year",)),
    rule("relation", rf"(?:cut |driven |built |run |running |going |laid |right )*(?:through|into|onto) {POLYGONS}", "inside"),
    rule("layer", rf"(?:the )?(?:worst|hardest|most|heaviest)[- ]?{_HIT} {POLYGONS}", (_GROUPS, {"order": "most", "limit": 1})),
    rule("layer", rf"(?:the )?least[- ]?{_HIT} {POLYGONS}", (_GROUPS, {"order": "fewest", "limit": 1})),
    rule("layer", rf"(?:the |all |all the )?{POLYGONS} (?:(?:sorted|ranked|ordered)(?: by| according to)?|by (?=(?:the )?(?:number|count|area|amount)))", (_GROUPS, {"order": "most"})),
    rule("layer", rf"(?:the |which |what |show |name |list |give me )*{N} {POLYGONS}(?=.* (?:most|highest|largest|biggest|greatest|worst|hardest))", (_GROUPS, {"order": "most"})),
    rule("layer", rf"(?:the |which |what |show |name |list |give me )*{N} {POLYGONS}(?=.* (?:least|fewest|lowest|smallest))", (_GROUPS, {"order": "fewest"})),
    rule("layer", rf"(?:the |which |what |what's the |name the |find the |show me the )*{POLYGONS}(?=(?: that has| that had| which has)?(?: with| has| had| saw| got| where)?(?: been| was| were| is)?(?: {_HIT})? (?:the )?(?:most|highest|largest|biggest|greatest|worst|hardest)(?!\w| first))", (_GROUPS, {"order": "most", "limit": 1})),
    rule("layer", rf"(?:the |which |what |what's the |name the |find the |show me the )*{POLYGONS}(?=(?: that has| that had| which has)?(?: with| has| had| saw| got| where)?(?: been| was| were| is)?(?: {_HIT})? (?:the )?(?:least|fewest|lowest|smallest)(?!\w| first))", (_GROUPS, {"order": "fewest", "limit": 1})),
    rule("layer", rf"(?:broken |split |grouped |spread |distributed |spread out |divided |aggregated |summed |sliced |separated )?(?:down )?(?:per|by|for each|for every|for each of|in each|in every|in each of|each|every|across|zonal|(?:one )?(?:row|line|figure|number|value) per|over) (?:single |individual )?{POLYGONS}(?: separately| individually)?", (_GROUPS, {})),
    rule("layer", r"^(?:and |so |now |show |tell |me |us |list )*(?:which|what)(?: of)?(?: the| our)? (?P<tl>§l\d+)(?= (?:that |which )?(?:have|has|had|got|get|saw|see|lost|lose|gained|gain|contain|contained|contains|include|show|received|experienced|suffered|with|were|was|are|is)(?!\w))(?! (?:is|are|was|were) (?:the )?(?:nearest|closest|near|next))(?!.* (?:most|fewest|least|highest|largest|biggest|greatest|lowest|smallest|hardest|worst)(?!\w))", (_GROUPS, {})),
    rule("relation", rf"{POLYGONS}(?= (?:been |get |got |being |were |was |are |is )*(?:touched|affected|hit|changed|impacted|disturbed|damaged|built (?:on|over|in|into)))", "inside"),
    rule("diameter", rf"diameter {N} {LU}"),
    rule("intent", r"circle(?=.* (?:most|(?:greatest|highest|largest|maximum) number)(?!\w))", "densest"),
    rule("skip", r"(?:\w+ )?(?:in |up )?the (?:most|greatest|highest|largest|maximum)(?: (?:number|count|amount)(?: of)?)?|(?:most|maximum)", None, ("densest",)),
    rule("metres", rf"(?:within |in |of |with |using |at |search |bounding )*(?:a |the )?(?:search |bounding |bigger |smaller |larger |wider |different )*(?:radius|circle)(?: of| is)? {N} ?{LU}", "radius_m"),
    rule("metres", rf"(?:within |in |of |with |using |a |the |at )*{N} ?{LU} (?:search |bounding |wide )*(?:radius|circle)", "radius_m"),
    rule("intent", r"(?:bounding )?circle (?:with|of|that has|having|containing|around|enclosing)(?: the)?(?: most| densest| greatest| highest)(?: number of)?|(?:circle|spot|place|point|location)s?(?= .*(?:most|densest))(?=.* within)|"
         r"(?:most|highest|greatest) (?:density|concentration|concentrated|clustered|crowded)|heat ?map|hot ?spots?|cluster(?:ed|ing|s)?|tightest|bunched(?: up| together)?|crowded|packed(?: closely| densely| tightly)?(?: together)?|denser|crammed|thickest", "densest"),
    rule("intent", r"(?:most )?(?:densely|tightly)(?: packed| built| clustered)?", "densest"),
    rule("metres", rf"(?:within|in|inside) {N} ?{LU}(?: (?:of|from) (?:each other|one another))?$", "radius_m", ("densest",)),
)  # fmt: skip
