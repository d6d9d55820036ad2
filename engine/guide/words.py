"""The words of change sentences: what people who described LEVIR-CC pairs write, and what it means.

Nouns stand under the class of the change map they name; ``other`` is what is neither a building nor
a road.
"""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """The words of a list that is separated by blanks."""
    return frozenset(words.split())


NOUNS: dict[str, str] = {
    word: name
    for name, words in {
        "building": "building house villa home bungalow cottage mansion residence residential "
        "apartment warehouse factory mall shed hut garage tower village construction structure "
        "roof storehouse castle architecture complex cabin cabinet school dwelling skyscraper "
        "townhouse hangar greenhouse",
        "road": "road crossroad street path lane track trail highway freeway driveway roundabout "
        "intersection junction bypass viaduct overpass avenue alley motorway sidewalk",
        "other": "tree forest wood woodland plant vegetation bush brushwood shrub grass grassland "
        "meadow desert bareland wasteland moorland land lawn field farmland cropland jungle lake "
        "pond river reservoir water pool playground court car vehicle truck container tank square "
        "parking-lot greenery crop stadium solar-panel",
    }.items()
    for word in words.split()
}
"""Class by singular noun."""

SINGULAR = {"facilities": "facility", "factories": "factory", "alleys": "alley"}
"""Plurals that do not lose an ``s`` or ``es``."""

VERBS: dict[str, str] = {
    word: name
    for name, words in {
        "appeared": "appear appears appeared appearing build builds built construct constructs "
        "constructed erected emerge emerges emerged add adds added completed finished developed "
        "rise rises risen arise arises arisen form formed established created laid paved planted "
        "grow grows grown located situated installed completed",
        "disappeared": "disappear disappears disappeared disappearing remove removes removed "
        "demolish demolished vanish vanishes vanished clear cleared destroyed dismantled torn "
        "pulled gone fade fades faded leveled levelled razed cut lost felled",
        "changed": "change changes changed rebuilt renovated reconstructed remodeled extend "
        "extends extended widen widens widened expand expands expanded broadened enlarged reshaped "
        "restored improved shrink shrinks shrunk reduced decrease decreases decreased increase "
        "increases increased lusher thicker sparser denser wider bigger larger greener withered "
        "transformed",
    }.items()
    for word in words.split()
}
"""Action by verb form (or by the adjective that says as much)."""

NEUTRAL = frozenset({"change", "changes", "changed", "transformed"})
"""Forms of "changed" that leave open what happened."""

_LESS = word_set(
    "decrease decreases decreased decreasing reduce reduces reduced reducing shrink shrinks shrank "
    "shrunk decline declines declined diminish diminishes diminished dwindle dwindles dwindled "
    "sparser withered fewer"
)
NEVER: dict[str, str] = {
    word: "disappeared" for word, name in VERBS.items() if name == "changed" and word not in NEUTRAL
} | dict.fromkeys(_LESS, "appeared")
"""What any other form of "changed" cannot mean: what decreased did not appear, nor did a wider road
go."""

NEGATIONS = word_set(
    "no zero 0 without not never neither nor none hardly barely scarcely rarely seldom cannot "
    "nothing nobody"
)
"""They deny the nouns behind them, up to a verb, or the verb behind them."""

NAMELESS = frozenset({"nothing", "nobody"})
"""Those that name all there is."""

OF_NOUNS = word_set("no zero 0 without fewer less")
"""Those that never deny a verb."""

FEWER = frozenset({"fewer", "less"})
"""Negations right before a noun only: trees may become fewer."""

LINKS = frozenset({"and", "or", "nor", ","})
"""Words that a negation reaches over…"""

TURNS = word_set("but while whereas except however although though ; .")
"""… and those that it does not…"""

SOME = word_set("a an one another two three four five six seven eight nine ten some several many")
"""… nor the thing that begins so behind a link."""

ANY = frozenset({"any", "a", "an", "many"})
"""Behind "not": it denies the noun that follows."""

MORE = word_set("other others further additional else more")
"""Behind a negation: there is nothing besides."""

MASS = frozenset({"residential", "village", "complex", "construction", "school"})
"""Nouns that hold any number of objects in the singular."""

PLACING = word_set(
    "on in at of along beside besides near next around across between among through from alongside "
    "surround surrounds surrounding surrounded above below behind under to against outside inside "
    "toward towards opposite intersecting crossing connecting joining leading"
)
"""What follows these is where something happened, not what."""

AMOUNTS = word_set(
    "row rows line lines lot lots group groups number block blocks piece pieces couple series "
    "cluster clusters amount column columns plenty majority most all some many few several one two "
    "three four five part parts half patch patches area areas dozens ring rings tons quantities "
    "quantity circle"
)
"""A noun behind "… of" is counted, not a place."""

OLD = word_set("existing original former old previous main nearby remaining")
"""What is called so was there before: it cannot appear."""

JOINTS = frozenset({"and", ",", "while", "but", "with", ";", "."})
"""Words between two statements or two things of one."""

STARTS = word_set("some several many few more new a an the one two three four five")
"""Behind a place, these begin the next thing: "at the corner of the road many houses"."""

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "another": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip

PHRASES: tuple[tuple[str, str], ...] = (
    (r"parking (?:lot|space|area|place)s?", "parking-lot"),
    (r"(?:swimming )?pools?", "pool"),
    (r"solar panels?", "solar-panel"),
    (r"residential (?:areas?|districts?|blocks?|complexe?s?|quarters?)", "residential"),
    (r"residential (?=\w)", ""),
    (r"show(?:s|ed|n)? up|(?:come|comes|came) up|put up|set up|spr[iau]ng up", "appeared"),
    (r"(?:is|are|was|were|has been|have been|been|being) replaced (?:by|with)", "<into>"),
    (r"replaced (?:by|with)|removed (?:by|for)|taken place by", "<into>"),
    (r"in (?:replace|replacement|place) of|instead of|takes? (?:the )?place of", "<instead>"),
    (r"replac(?:e|es|ed|ing)", "<instead>"),
    (r"(?:turn(?:s|ed|ing)?|chang(?:e|es|ed|ing)|convert(?:s|ed)?|transformed|developed|made) "
     r"(?:in)?to|developed as|becom(?:e|es|ing)|became", "<into>"),
    (r"there (?:is|are|was|were|has been|have been)", "<there>"),
    (r"no longer", "gone"),
    # "Houses are built by the road", but not "trees are covered by a road".
    (r"(?<!covered )(?<!occupied )(?<!substituted )by (?=the (?:road|street|lane|path|river)\w*)",
     "beside"),
)  # fmt: skip
"""Groups of words that mean one thing, as pattern and token, tried in this order."""

DENYING = (
    r"n['’]t\b|\b(?:no|not|never|none|nothing|neither|hardly|rather|yet|same|intact|untouched|"
    r"unaffected|devoid|lack\w*|fail\w*|(?:absence|decrease|reduction|decline|drop)s?)\b"
)
"""Only where this is found, the phrases below are looked for."""

DENIALS: tuple[tuple[str, str], ...] = (
    (r"(\w+)n['’]t", r"\1 not"),
    (r"not (?:only|just|merely)|(?:no|not) (?:fewer|less|more) than", ""),
    (r"(?:nothing|none|no one) (?:but|except|other than)", "<only>"),
    (r"(?:none|neither|not (?:one|any|all|many)|hardly any) of", "no"),
    (r"(?:that|which) \w+(?: been)? (?:not|never)(?: \w+){0,2} before", ""),
    (r"not far (?:away )?from", "near"),
    (r"rather than|fail(?:s|ed)? to|yet to be", "not"),
    (r"(?:absence|lack|decrease|reduction|decline|drop)s? (?:in|of)(?: the (?:number|amount) of)?|"
     r"lack(?:s|ing)?|devoid of", "without"),
    (r"(?:is|are|was|were|remains?|stays?|looks?|seems?) (?:\w+ly )?the same|intact|untouched|"
     r"unaffected", "unchanged"),
)  # fmt: skip
"""Ways to deny, as :data:`PHRASES`; they go first."""

UNCHANGED = (
    r"\b(?:no|nothing|not)\b.*\b(?:chang\w*|differen\w*|identical|occurred)\b|"
    r"\b(?:nothing|same)\b.*\bbefore\b|\bidentical\b|\bunchanged\b|\bthe same\b"
)
"""A sentence of an unchanged pair, if it claims nothing else…"""

NOT_THE_SAME = (
    r"(?:\b(?:not|never|no longer|hardly)|n['’]t)\b(?: \w+){0,2} (?:same|identical|unchanged)\b"
)
"""… and does not say this."""
