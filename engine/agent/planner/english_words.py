"""English words of the planner: what they name, what they say, and which say nothing."""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

from engine.agent.planner.english_rare import RARE_ACTIONS, RARE_NOUNS
from engine.guide.words import NOUNS as GUIDE_NOUNS
from engine.guide.words import SINGULAR, word_set
from engine.guide.words import VERBS as GUIDE_VERBS

ANY_NOUNS = word_set(
    "change changes object objects thing things detection detections anything something everything "
    "feature features box boxes item items finding findings differences modification "
    "modifications alteration alterations"
)
"""Nouns that mean any changed object."""
_NOT_NOUNS = word_set(
    "school village architecture construction complex tank square land field water"
)
_PLURALS = dict(SINGULAR)


def _nouns() -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for one, name in GUIDE_NOUNS.items():
        # The map does not tell trees from ponds: only what it knows may be counted.
        if name != "other" and one not in _NOT_NOUNS:
            many = f"{one}es" if one.endswith(("s", "sh", "ch", "x")) else f"{one}s"
            found |= {one: name, many: name}
    found |= {many: found[one] for many, one in _PLURALS.items() if one in found}
    more = dict.fromkeys(
        word_set("constructions residences flats properties property housing"), "building"
    )
    more |= dict.fromkeys(
        word_set("motorways roadway roadways footpath footpaths cycleway"), "road"
    )
    return found | more | RARE_NOUNS | dict.fromkeys(ANY_NOUNS, None)


NOUNS = _nouns()
"""Class by noun."""

_NOT_ACTIONS = word_set(
    "change changes changed located situated bigger larger greener denser wider thicker sparser "
    "lusher lost rise form cut increase increases increased decrease decreases decreased"
)
ACTIONS: dict[str, str | None] = {
    **{word: name for word, name in GUIDE_VERBS.items() if word not in _NOT_ACTIONS},
    **dict.fromkeys(
        word_set(
            "new newly additional gained gain gains arose sprung raised started fresh brand-new "
            "adding erecting constructing additions newbuild newbuilds new-build new-builds arrived originated materialised materialized sprouted"
        ),
        "appeared",
    ),
    **dict.fromkeys(
        word_set(
            "disappear vanish removal demolition lost loses losing lose missing teardown cleared "
            "flattened eliminated eradicated scrapped "
            "removing demolishing bulldozed demolitions removals teardowns knocked-down losses loss erased"
        ),
        "disappeared",
    ),
    **dict.fromkeys(
        word_set("altered modified rebuilt renovated remodelled converted altering"), "changed"
    ),
    **dict.fromkeys(
        word_set(
            "change changed different changing happen happened happening touched affected hit impacted affecting disturbed"
        ),
        None,
    ),
    **RARE_ACTIONS,
}
"""Action by word; None where any change is meant."""

FILLER = word_set(
    "a an the all any some each of in on at to for from by with and or but also too so then now "
    "there here is are was were be been being has have had having do does did will would can could "
    "should may might please kindly tell me us i we you your my our like want need know see give "
    "get got let just only exactly altogether overall total totally sum since between both two "
    "first later second image images picture pictures date dates map area region scene site tile "
    "aoi that which who's what what's whats where it's its it this how many much number count "
    "hello hi hey thanks question quick ok okay well hmm if whether actually maybe really "
    "found find detected detect recorded recognised spotted seen visible see located situated lie "
    "lies lying standing stand stands run runs sit sits place places size sized order ordered "
    "class type kind show list ground up down into out as than more most least yet still already "
    "even whole entire every per layer layers polygon polygons data dataset run result "
    "results part parts row rows them those these they their theirs ones one other's left go goes "
    "went come came made make put set up taken take takes took ever i'd i'm there's we've i've "
    "roughly approximately approx around about i'm wondering wonder curious interested would mind "
    "counting you'd could you'll fully completely entirely wholly partly measuring measured together "
    "using activity look looking at's say state says give gives check short brief concise "
    "checking quickly shortly detail full complete simple simply plain "
    "altogether common frequent often numerous prevalent according estimate estimated calculated computed "
    "happens actual real presently currently nowadays spots spot "
    "anywhere somewhere everywhere dear assistant help helping provide present presented "
    "return returned hold holds held include includes included including among amongst "
    "combined cumulative grand try trying love wish anyone someone somebody "
    "locations location position positions identified identify recognise recognized "
    "apparently seem seems seemed appearing single individual various separate "
    "put use ask asking answer answers "
    "exist exists exact exactly occur occurred occurs take place main us out altogether contain "
    "contains contained s case cases total overall combined sorry again currently far so "
    "built-up constructed's while meanwhile same about table point"
)
EVENTS = word_set(
    "losses demolitions removals additions appearances disappearances teardowns destructions "
    "clearances arrivals newcomers newbuilds"
)
"""Nouns of an action: objects of any class."""
INVENTORIES = word_set(
    "gebaeude gebäude haeuser häuser strassen straßen batiments bâtiments batiment edificios edifici "
    "rakennukset bygninger byggnader gebouwen panden budynki alkis cadastre cadaster kataster "
    "register registry inventory"
)
"""Words in the name of a layer that holds objects which are compared."""
BACK = word_set("them those these they their theirs ones it its that this same")

UNITS: dict[str, float] = {
    **dict.fromkeys(
        ("m²", "m2", "sqm", "sq m", "sq. m", "square metre", "square metres", "square meter",
         "square meters"), 1.0,
    ),
    **dict.fromkeys(("ha", "hectare", "hectares"), 1e4),
    **dict.fromkeys(
        ("km²", "km2", "sq km", "sq. km", "square kilometre", "square kilometres",
         "square kilometer", "square kilometers"), 1e6,
    ),
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), 1.0),
    **dict.fromkeys(("km", "kilometre", "kilometres", "kilometer", "kilometers"), 1e3),
}  # fmt: skip
"""Metres or square metres: units of answers."""
AREA_LIMITS: dict[str, float] = {
    **dict.fromkeys(
        (
            "square feet",
            "square foot",
            "sq feet",
            "sq foot",
            "sq ft",
            "sq. ft",
            "sqft",
            "ft²",
            "ft2",
        ),
        0.09290304,
    ),
    **dict.fromkeys(("square yards", "square yard", "sq yards", "sq yd", "yd²"), 0.83612736),
    **dict.fromkeys(("acre", "acres"), 4046.8564224),
    **dict.fromkeys(("square mile", "square miles", "sq mi", "sq miles"), 2589988.110336),
}
LENGTH_LIMITS: dict[str, float] = {
    **dict.fromkeys(("foot", "feet", "ft"), 0.3048),
    **dict.fromkeys(("yard", "yards", "yd", "yds"), 0.9144),
    **dict.fromkeys(("mile", "miles", "mi"), 1609.344),
    **dict.fromkeys(("nautical mile", "nautical miles", "nmi", "sea miles"), 1852.0),
    **dict.fromkeys(("cm", "centimetre", "centimetres", "centimeter", "centimeters"), 0.01),
}
"""Other units, of limits only."""


def _unit_name(unit: str) -> str:
    if unit.startswith("h"):
        return "ha"
    if unit.startswith(("k", "sq km", "sq. km", "square k")):
        return "km2" if unit.endswith(("2", "²")) or unit.startswith("s") else "km"
    return "m" if unit in ("m", "metre", "metres", "meter", "meters") else "m2"


UNIT_NAMES = {unit: _unit_name(unit) for unit in UNITS}
AREA_UNITS = tuple(unit for unit, name in UNIT_NAMES.items() if name in ("m2", "ha", "km2"))
LENGTH_UNITS = tuple(unit for unit, name in UNIT_NAMES.items() if name in ("m", "km"))
ALL_UNITS = UNITS | AREA_LIMITS | LENGTH_LIMITS
KNOWN_NOUNS = tuple(noun for noun, name in NOUNS.items() if name is not None)
"""Nouns of a class."""
LAYER_NOUNS = word_set(
    "area areas zone zones land lands site sites layer data polygons points lines features region "
    "regions boundary boundaries outlines map network places buildings roads houses streets"
)
LAYER_ALIASES = {"openstreetmap": "osm", "cadaster": "cadastre", "cadastral": "cadastre"}

BEYOND = (
    r"^(?:please )?(?:delete|rename|set|run|ignore|translate|drop|insert|update|overwrite|edit|move|"
    r"change the|mark (?:all )?(?:[\w§]+ )*as|confirm|reject|approve|erase)\b|"
    r"\b(?:why|who|cost|costs|price|prices|value|values|worth|expensive|legal|illegal|permit|permits|"
    r"allowed|people|refugees?|casualt(?:y|ies)|victims?|injured|killed|tenants?|citizens?|workers?|livestock|cattle|animals?|inhabitants|population|residents|owner|owners|owns?|company|companies|"
    r"trees?|forest|woods?|cars?|vehicles?|traffic|park|pools?|solar|panels?|lakes?|fields?|farmland|"
    r"flood(?! (?:zone|plain|area))|flooded|vegetation|crops?|grass|water|"
    r"colou?rs?|red|green|blue|roofs?|tall|taller|heights?|storeys?|stories|floors|deep|depth|"
    r"weather|climate|carbon|emissions?|emit|air|noise|environment|safe|safety|dangerous|"
    r"looks? like|looked|(?:how|what) .*(?:like|looks?)(?= ?$)|"
    r"how long (?:did|has|have|will|ago|until|since)|address|(?:how many|number of) .* per (?:hectare|ha|km²|km2|square \\w+|person|head|capita|household)|name of|phone|material|made of|used for|use of|empty|occupied by|inhabited|old|age|"
    r"future|will|predict|forecast|tomorrow|joke|meaning|opinion|you think|who are you|algorithm|neural|model|resolution|pixels?|ndvi|accuracy|accurate|sensor|satellite|licen[cs]e|your name|"
    r"(?:is|are|was|were) (?:the |this |that |these |those )?(?:\w+ )?(?:roads?|streets?|tracks?) (?:paved|asphalted|tarred|sealed)(?= with| ?$)|unchanged|before|previously|when|pretty|beautiful|ugly|quality)\b|^(?:thanks|thank you|bye)(?: \w+){0,4}$"
)
CLAUSE = (
    r"(?<=\bcount)(?:,| and|/| \+) ?(?=(?:the |their |total )*(?:area|length|size)\b)|(?<=\bnumber)(?:,| and|/) ?(?=(?:the |their |total )*(?:area|length|size)\b)|"
    r" and (?=(?:the )?sum of )| and (?:also )?(?=(?:the |their )?(?:total|combined|overall|average|mean|median) (?:area|length|size|footprint)\b)|"
    r",? and (?:also |then )?(?=(?:the |that |those )?(?:mean|average|median|total|number|count|sum|same)(?: area| length| size)? (?:of|for) (?:the |those |all )?(?:\w+ )?(?:ones|buildings|houses|roads|homes|structures)\b)|"
    r"(?: ?, ?and(?: then)? | ?, ?then | ?; ?(?:and )?| and (?:then )?| ?, ?)"
    r"(?=(?:how |which |what |what's |where |count |list |export |show |tell me |describe |select |"
    r"measure |save )\w)"
)
CAN_ASK = (
    "You can ask how many, how large, how long, where, which is the largest, the nearest or the least "
    "certain, how many per polygon of a layer or per year, and what a layer already has."
)
CANNOT = "I can't tell that from these layers."
QUESTIONS = {
    "unit": "Which unit do you mean? I know m, km, m², ha and km².",
    "path": "I take no file names from a question. Shall I prepare the selection, so that you can "
    "choose a file?",
    "target": "From what, exactly? Name a layer, a point (16.37 E, 48.21 N), or changed objects.",
    "layer": "Which layer has them?",
    "distance": "How near, in metres? For example: within 100 m.",
    "size": "From what size on? For example: larger than 200 m², or longer than 500 m.",
    "vague": "What shall decide? For example: a score above 0.8, or confirmed in review.",
    "undone": "I know only what changed. Shall I take what appeared, disappeared or was altered?",
    "rank": "I can list them in order. How many of them?",
    "review": "Which verdict: confirmed, rejected, unsure, or not reviewed?",
    "negation": "Which part do you mean instead? I can count by part of the area.",
    "one": "One at a time, please: which kind of object, and which change?",
    "subject": "Of what: new or removed buildings, roads, or all changes?",
    "intent": "What shall I do with them: count, measure, list or show them?",
    "back": "What do you refer to?",
    "numbers": "I did not understand a limit. Could you say it another way?",
}
