"""English for the planner: its patterns, in the order in which they use words up."""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

import re

from engine.agent.planner import english_words as words
from engine.agent.planner.english_discourse import (
    ACTIVITY,
    ASIDE,
    ASKS,
    CONTINUES,
    CORRECTION,
    EACH,
    GLOSS,
    HEADING,
    IDLE,
    NAMING,
    OPEN_END,
    PAIRS,
    PARTITIONS,
    PLACE,
    TOPIC,
)
from engine.agent.planner.english_filler import MORE_FILLER
from engine.agent.planner.english_follow import FOLLOW_UPS
from engine.agent.planner.english_keywords import KEYWORDS
from engine.agent.planner.english_layers import BARE_DISTANCES, COMPARISONS, DISTANCES, GROUPS
from engine.agent.planner.english_leads import (
    COMPLETED,
    COMPLETING,
    LABEL,
    LEADING,
    NEVER_SKIPPED,
    OPENING,
    TRAILING,
)
from engine.agent.planner.english_lookalikes import LOOKALIKES
from engine.agent.planner.english_patterns import AREA_UNIT as AU
from engine.agent.planner.english_patterns import LENGTH_UNIT as LU
from engine.agent.planner.english_patterns import (
    LESS,
    MORE,
    SCORE,
    TARGET,
    alternatives,
    rule,
)
from engine.agent.planner.english_patterns import NUMBER as N
from engine.agent.planner.english_patterns import NUMBER_2 as N2
from engine.agent.planner.english_patterns import PER_CENT as PC
from engine.agent.planner.english_places import PLACES
from engine.agent.planner.english_ranks import BEFORE, RANKS
from engine.agent.planner.english_relations import COMPARED, LYING
from engine.agent.planner.english_rewrites import (
    DOTTED,
    NARROWS,
    PRONOUN,
    REMARK,
    REWRITES,
    SERIES,
    SHORT,
    STATEMENT,
)
from engine.agent.planner.english_sql import SQL
from engine.agent.planner.english_synonyms import PHRASES
from engine.agent.planner.english_tools import FALLBACKS, TOOLS_BY_LAYER, TOOLS_BY_WORDS
from engine.agent.planner.english_turns import AMOUNTS, SAVING, SCORES, TURNS
from engine.agent.planner.lexicon import Lexicon

_AWAY = r"(?:(?:away |off |clear |distant |apart )?(?:of|from|to|around)|off)"
_BEYOND = r"(?:more than|over|at least|farther than|further than|beyond|farther away than)"
_NEAR = r"(?:within|inside|less than|under|at most|no more than|not more than|up to|closer than|no farther than)"
_OR_MORE = r",? ?(?:upwards?|and up|plus|(?:or|and) (?:more|larger|bigger|better|above|over|higher|up|upwards?|longer))"
_OR_LESS = r"(?:or|and) (?:less|smaller|below|under|lower|shorter)"
_AREA_OF = r"(?:(?:with|having|whose) )?(?:an? |the )?(?:area|size|footprint)(?: of| is| are)? "

_BUILDINGS = r"(?:buildings?|houses?|homes?)"
_ROADS = r"(?:roads?|streets?)"

_LENGTH_OF = r"(?:(?:with|having|whose|where) )?(?:an? |the )?lengths?(?: of| is| are)? "

_NAMES = (
    rule("back", r"^(?:(?:and|but|also) )*(?:and|what about|how about|only|just)"),
    rule("ask", r"\S*[/\\]\S*|\w+\.(?:gpkg|geojson|shp|csv|fgb|json|parquet)", "path"),
    rule("ask", r"\d{1,3}\.\d{3}(?= ?(?:m|m²|m2|ha|km|sq|square)(?!\w))", "numbers"),
    rule(
        "ask",
        r"(?:how many|how much|in)(?: square| sq)? (?:acres?|miles?|feet|ft|yards?|yds?|sqft|football (?:pitches|fields))",
        "unit",
    ),
    rule("ids", r"§i\d+(?:(?: and|,)* §i\d+)*"),
    rule(
        "skip",
        r"(?:in|of|on|across|over) (?:the|this|my|our) (?:whole |entire )?(?:area|map|scene|region|site|"
        r"aoi|images?|pictures?)(?: of interest)?(?! (?:of|that))|(?:are|is) left|of them all|"
        r"(?:since|in|from|to) the (?:first|second|later|earlier) (?:image|picture|date|raster)|around here|"
        r"by reviewers?|(?:did )?(?:the|a) reviewers?(?: mark(?:ed)?)?(?: as)?|"
        r"the selection(?: of)?",
    ),
    rule(
        "intent",
        r"(?:in|into|to|as) (?:a|one) (?:new |separate |single )?(?:file|layer|dataset)",
        "export_selection",
    ),
)

_DISTANCES = (
    rule("ask", rf"{_NEAR} \d+(?:\.\d+)? {_AWAY} .*", "unit"),
    rule(
        "distance",
        rf"{_NEAR} (?:a distance of )?(?:{N}|a|an|1) ?{LU} {_AWAY} (?:the point |point )?{TARGET}",
        "within",
    ),
    rule(
        "distance",
        rf"{_BEYOND} (?:a distance of )?(?:{N}|a|an) ?{LU} {_AWAY} (?:the point |point )?{TARGET}",
        "beyond",
    ),
    *BARE_DISTANCES,
    rule("ask", rf"(?:{_NEAR}|{_BEYOND}) (?:\d+(?:\.\d+)?|a) ?{LU} {_AWAY} .*", "target"),
    rule(
        "relation",
        r"(?:to )?(?:the )?(?P<kind>north|south|east|west)(?:ern side|wards?)? (?:of|from) "
        rf"(?:the point |point )?{TARGET}",
    ),
    rule(
        "relation",
        r"(?:to )?(?:the )?(?P<kind>north|south|east|west)(?:wards?)? of (?:it|them|that|those|these)",
    ),
    rule(
        "ask",
        r"(?:north|south|east|west)(?:wards?)? of (?!the (?:area|map|image|scene|region|picture)).*",
        "target",
    ),
)

_LIMITS = (
    rule("distance", rf"within (?:{N}|a) ?{LU}", "within"),
    rule(
        "limits",
        rf"(?:with |having |have |has |a )*(?:between |from ){N}{PC} (?:and|to) {N2}{PC.replace('pc', 'pc2')} "
        rf"{SCORE}",
        ("between", "score"),
    ),
    rule(
        "limits",
        rf"(?:with |having |whose )*(?:a |an |the )?{SCORE}(?: is| are| of)? (?:between|from) {N}{PC} (?:and|to) "
        rf"{N2}(?: ?%)?",
        ("between", "score"),
    ),
    rule(
        "limits",
        rf"(?:with |having |whose |that |a |an |the |of )*{SCORE}(?: is| are| of)? {N}{PC}{_OR_MORE}",
        ("min", "score"),
    ),
    rule(
        "limits",
        rf"(?:with |having |whose |that |a |an |the |of )*{SCORE}(?: is| are| of| value)*(?: of)? {MORE} {N}{PC}",
        ("min", "score"),
    ),
    rule(
        "limits",
        rf"(?:with |having |whose |that |a |an |the |of )*{SCORE}(?: is| are| of| value)*(?: of)? {LESS} {N}{PC}",
        ("max", "score"),
    ),
    rule("limits", rf"(?:with |having )?(?:a )?{MORE} {N}{PC} {SCORE}", ("min", "score")),
    rule("limits", rf"(?:with |having )?(?:a )?{LESS} {N}{PC} {SCORE}", ("max", "score")),
    rule(
        "limits",
        rf"(?:{_AREA_OF})?(?:take up )?(?:between|from) {N}(?: ?(?:m²|m2|sqm|ha|hectares?))? (?:and|to) {N2} {AU}",
        ("between", "area_m2"),
    ),
    rule("limits", rf"(?:{_AREA_OF}|of |with |from )*+{N} {AU}{_OR_MORE}", ("min", "area_m2")),
    rule("limits", rf"(?:{_AREA_OF}|of |with )*+{N} {AU} {_OR_LESS}", ("max", "area_m2")),
    rule(
        "limits",
        rf"(?:{_AREA_OF}|with |have |had |of |that )*+{MORE} (?:(?:{N}|a|an|1) )?{AU}(?: in (?:size|area)| large)?",
        ("min", "area_m2"),
    ),
    rule(
        "limits",
        rf"(?:{_AREA_OF}|with |have |had |of |that )*+{LESS} (?:{N}|a|an) {AU}(?: in (?:size|area))?",
        ("max", "area_m2"),
    ),
    rule(
        "limits",
        rf"(?:{_LENGTH_OF}|of )?(?:between|from) {N}(?: ?(?:m|km))? (?:and|to) {N2} {LU}(?: long| in length)?",
        ("between", "length_m"),
    ),
    rule(
        "limits", rf"(?:{_LENGTH_OF})?{N} {LU}{_OR_MORE}(?: long| in length)?", ("min", "length_m")
    ),
    rule(
        "limits",
        rf"(?:{_LENGTH_OF}|with |have |had |of |that )*+{MORE} (?:{N}|a|an) {LU}(?: long| in length)?",
        ("min", "length_m"),
    ),
    rule(
        "limits",
        rf"(?:{_LENGTH_OF}|with |have |had |of |that )*+{LESS} (?:{N}|a|an) {LU}(?: long| in length)?",
        ("max", "length_m"),
    ),
)

_REVIEWS = (
    rule(
        "ask",
        r"unconfirmed|neither confirmed nor rejected|confirmed or rejected|confirmed and rejected",
        "review",
    ),
    rule(
        "where",
        r"(?:excluding|without|except(?: for)?|not|hide|ignoring|omitting|leaving out|but not|minus) "
        r"(?:the |any |been |those )?rejected(?: ones)?",
        {"not_review": "rejected"},
    ),
    rule(
        "where",
        r"(?:not|excluding|without|except) (?:the |been )?confirmed(?: ones)?",
        {"not_review": "confirmed"},
    ),
    rule(
        "where",
        r"(?:have |has |been |are |is |were )*not (?:yet )?(?:been )?reviewed(?: yet)?|unreviewed|un-reviewed|"
        r"(?:still )?(?:needs?|await(?:s|ing)?|pending|without(?: a)?|lack(?:s|ing)?) (?:a )?review|to be reviewed|not yet checked",
        {"review": "none"},
    ),
    rule("where", r"(?:been )?confirmed", {"review": "confirmed"}),
    rule("where", r"(?:been )?rejected", {"review": "rejected"}),
    rule("where", r"(?:as )?unsure", {"review": "unsure"}),
)

_CLASSES = (
    rule(
        "where",
        rf"(?:of )?(?:neither|not|non-?|no)(?: the| a| class)* ?(?:{_BUILDINGS}|{_ROADS})(?:,? (?:and|or|nor|but)?)?(?: (?:not|non-?|nor|no)(?: the| a| class)*)? ?-?(?:{_ROADS}|{_BUILDINGS})|other (?:changes?|objects?|things?|kinds?|features?)|neither (?:buildings?|houses?|roads?) nor "
        r"(?:buildings?|houses?|roads?)|(?:objects |changes )?of (?:the )?class other|class other",
        {"class_name": "other"},
    ),
    rule("where", r"of (?:the )?class building|class building", {"class_name": "building"}),
    rule("where", r"of (?:the )?class road|class road", {"class_name": "road"}),
    rule(
        "not_class",
        rf"(?:(?:that |which )?(?:are |is )?not|other than|except(?: for)?|excluding|apart from|without|but not|"
        rf"non-?|aside from|don't (?:worry|care|bother) about|never mind|ignor(?:e|ing)|skip(?:ping)?|leav(?:e|ing) out|disregard(?:ing)?|not interested in|anything but|everything but|all but|besides|minus|bar|barring|no)(?: a| the| any| all)* ?(?P<tn>{alternatives(words.KNOWN_NOUNS)})",
    ),
)

_PHRASES = (
    rule(
        "where",
        r"(?:torn|pulled|knocked|taken|tear|pull|knock|tore|brought) down|(?:got |get )?rid of|(?:are |is |have |has |were |been )*(?:now )?gone|no longer(?! than) "
        r"(?:exist|exists|there|stand|standing)|swept away|was lost|were lost|got lost|been lost|are lost|lost",
        {"action": "disappeared"},
    ),
    rule(
        "where",
        r"(?:sprang|sprung|popped|spring|springing|pop|popping|went|go|goes|gone|put|been put|set|shot) up|put up|came up|comes up|were started",
        {"action": "appeared"},
    ),
    rule("where", r"(?:extended or rebuilt|rebuilt or extended)", {"action": "changed"}),
    rule(
        "where",
        r"(?:was |were |is |are |has been |have been |get |gets |got )?built[- ]up(?= (?:each|every|per|a)\b|$)|"
        r"built[- ]up",
        {"class_name": "building", "action": "appeared"},
    ),
)

_VAGUE = (
    rule(
        "ask",
        r"(?:near|close to|next to|along(?:side)?|around|beside|nearby|close by|adjacent to|bordering|by the) .*|"
        r"near|nearby|close by",
        "distance",
    ),
    rule(
        "ask",
        r"(?:inside|within|outside|outside of|beyond|behind|in) (?:the|this|that|a|an|any|my|our) "
        r"(?!number|number|list|same|order|table)[a-z]+(?: [a-z]+)?",
        "target",
    ),
    rule("ask", r"outside|inside|within", "target"),
    rule("ask", rf"(?:{MORE}|{LESS}) (?P<n>\d+)(?! ?[\w%²])", "unit"),
    rule(
        "ask",
        r"(?:high|low|good|bad|poor|decent|strong|weak|great|excellent|sufficient|enough|acceptable|reasonable) (?:score|confidence|certainty|probability)s?",
        "vague",
    ),
    rule(
        "ask",
        r"lately|(?:most )?(?:newest|oldest)|(?:the |all |only )?(?:certain|sure|good|reliable|best|bad|uncertain|doubtful|dubious|likely) (?:ones|changes|"
        r"buildings|houses|roads|objects|detections)|(?:most )?recent(?:ly)?|latest|important|interesting",
        "vague",
    ),
    rule(
        "ask",
        r"(?:very |quite |rather )?(?:big|large|small|tiny|huge|long|short|little|sizeable|major|minor|larger|bigger|smaller|longer|shorter|substantial|significant)",
        "size",
    ),
)

ENGLISH = Lexicon(
    name="english",
    rules=(
        *FOLLOW_UPS, *SAVING, *_NAMES, *DISTANCES, *_DISTANCES, *BEFORE, *COMPARED, *COMPARISONS, *GROUPS, *TOOLS_BY_LAYER, *RANKS, *TURNS, *_LIMITS, *SCORES, *AMOUNTS, *_REVIEWS,
        *_CLASSES, *TOOLS_BY_WORDS, *PLACES, *_PHRASES, *FALLBACKS, *_VAGUE,
        rule("limit", rf"(?:the |first |top )*{N}(?! ?[%.,/\d])", None, ("list_sorted", "best", "nearest", "group_by_polygons", "group_by_field")),
    ),
    nouns=words.NOUNS,
    actions=words.ACTIONS,
    filler=words.FILLER | MORE_FILLER,
    back=words.BACK,
    beyond=re.compile(words.BEYOND),
    clause=re.compile(words.CLAUSE),
    units=words.ALL_UNITS,
    unit_names=words.UNIT_NAMES,
    plurals=(("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("sses", "ss"), ("s", "")),
    layer_words=("layer", "polygon", "feature", "area", "areas", "zone", "zones", "site", "sites", "polygons", "points", "lines", "features", "geometries", "outlines", "boundaries", "boundary", "file", "dataset", "data"),
    questions=words.QUESTIONS,
    can_ask=words.CAN_ASK,
    cannot=words.CANNOT,
    keywords=KEYWORDS,
    lookalikes=LOOKALIKES,
    short=SHORT,
    rewrites=(*SQL, *REWRITES, *PHRASES, *LYING),
    dotted=DOTTED,
    remark=REMARK,
    statement=STATEMENT,
    opening=OPENING,
    leading=LEADING,
    label=LABEL,
    trailing=TRAILING,
    determiners=("the", "per", "each", "every", "which", "what", "a", "by", "this", "any"),
    pronoun=PRONOUN,
    series=SERIES,
    narrows=NARROWS,
    never_skipped=NEVER_SKIPPED,
    completed=COMPLETED,
    completing=COMPLETING,
    correction=CORRECTION,
    aside=ASIDE,
    asks=ASKS,
    restricts=re.compile(r"^(?:just|only|simply|merely)(?!\w)"),
    continues=CONTINUES,
    open_end=OPEN_END,
    gloss=GLOSS,
    idle=IDLE,
    heading=HEADING,
    activity=ACTIVITY,
    topic=TOPIC,
    each=EACH,
    partitions=PARTITIONS,
    pairs=PAIRS,
    naming=NAMING,
    events=words.EVENTS,
    inventories=words.INVENTORIES,
    repeating=("after", "by", "for", "upon"),
    place=PLACE,
    layer_nouns=words.LAYER_NOUNS,
    layer_aliases=words.LAYER_ALIASES,
)  # fmt: skip
"""The one language so far."""
