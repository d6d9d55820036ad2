"""Whether a sentence says that a road was built; merely naming a road is no evidence.

Three quarters of LEVIR-CC's changed pairs name a road, most of them to say where the houses are:
"built along the road". A road counts as built where it is what appears ("roads and houses are
built"), comes with what appears ("with a road"), takes something's place ("replaced by a road") or
is called new ("beside the newly built road"); not where a preposition makes it a place, and not
where it goes ("a road disappears"). The rule looks at the words around each road and at no grammar.
"""

from __future__ import annotations

import re

LEAST = 2
"""So many of a crop's five sentences have to agree."""
_ROAD = re.compile(
    r"(?:cross-?)?roads?|roadways?|streets?|paths?|lanes?|avenues?|highways?|alleys?|roundabouts?"
    r"|lanes?|crosswalks?|intersections?|junctions?|overpass(?:es)?|bridges?"
)
_NEW = re.compile(r"newly[- ](?:built|constructed|paved|completed|added|developed|emerged)|newly")
_BREAKS = re.compile(r"while|but|then|which|where|when|that|whereas|;|\.")
_JOINS = re.compile(r"and|or|,|&")
_PLACES = re.compile(
    r"along|alongside|beside|besides|near|nearby|next|around|round|between|at|in|on|from|across"
    r"|through|over|under|behind|opposite|towards?|off|within|beyond|among|above|below|to|for|onto"
    r"|against|after|before|outside|inside|adjacent|parallel|perpendicular|by|of|into|with|as|via"
    r"|than|up|except|like|about|aside|down|close|middle"
)
_JOINED = re.compile(
    r"surround(?:s|ing)?|fac(?:e|es|ing)|lin(?:e|es|ing)|join(?:s|ing)?|meet(?:s|ing)?"
    r"|reach(?:es|ing)?|connect(?:s|ing)?|neighbou?ring|adjoining|follow(?:s|ing)?|border(?:s|ing)?"
    r"|link(?:s|ing)?|adding|enclos(?:e|es|ing)|flank(?:s|ing)?|approach(?:es|ing)?|facing"
)
_AMOUNTS = re.compile(
    r"lots?|plenty|networks?|pairs?|numbers?|branch(?:es)?|sections?|parts?|pieces?|series|groups?"
    r"|rows?|lines?|kinds?|many|some|most|all|couple|variety|extensions?"
)
_OLD = re.compile(r"old|original|existing|former|previous|current|nearby|unchanged|neighbou?ring")
_THE = re.compile(r"the|this|that|its|their|both|either|each|same")
_BUILT = re.compile(
    r"(?:re)?(?:built|build(?:s|ing)?)|(?:re)?construct(?:s|ed|ing)?|appear(?:s|ed|ing)?"
    r"|show(?:s|ed|n|ing)?|emerg(?:e|es|ed|ing)|erect(?:s|ed)?|add(?:s|ed)?|complet(?:e|es|ed)"
    r"|establish(?:es|ed)?|form(?:s|ed)?|laid|pav(?:e|es|ed)|extend(?:s|ed|ing)?|develop(?:s|ed)?"
    r"|stretch(?:es|ed)?|created?|opened|finished|set|made|realized|exist(?:s|ed)?|arise[sn]?"
)
_GONE = re.compile(
    r"disappear(?:s|ed|ing)?|vanish(?:es|ed)?|remov(?:e|es|ed)|demolish(?:es|ed)?|destroyed|gone"
    r"|cover(?:s|ed)|occup(?:y|ies|ied)|abandoned|blocked|torn|pulled|cleared|widen(?:s|ed)?"
    r"|broaden(?:s|ed)?|repaired|renovated|cleaned|lost|shorten(?:s|ed)?|razed"
)
_OTHER_VERBS = re.compile(
    r"replac(?:e|es|ed|ing)|is|are|was|were|has|have|had|been|being|becomes?|became|turn(?:s|ed)?"
    r"|chang(?:e|es|ed)|lead(?:s|ing)?|run(?:s|ning)?|pass(?:es|ing)?|goes|locat(?:e|es|ed)"
    r"|situated|arranged|connected|separat(?:e|es|ed|ing)|divid(?:e|es|ed|ing)|surrounded|scattered"
    r"|grow(?:s|n)?|planted|decreas(?:e|es|ed)|increas(?:e|es|ed)|take(?:s|n)?|rais(?:e|es|ed)"
    r"|withered|fill(?:s|ed)?|leav(?:e|es)|there|ha[sd]|joined|intersect(?:s|ed)?|rise[sn]?"
)
_BE = re.compile(r"is|are|was|were|been|being|be|get|gets")
_TAKEN = re.compile(
    r"replaced|substituted|occupied|covered|taken|place|removed|over|superseded|displaced|followed"
)
_SPLIT = re.compile(r"separated|divided|split|accompanied|crossed|companied")
_TURNED = re.compile(
    r"turn(?:s|ed)?|develop(?:s|ed)?|chang(?:e|es|ed)|transform(?:s|ed)?|convert(?:s|ed)?|rebuilt"
    r"|made|built|reconstructed|transferred|renovated|upgraded|expanded|extended"
)


def road_sentences(sentences: list[str] | tuple[str, ...]) -> int:
    """How many of some sentences say that a road was built."""
    return sum(says_road_built(sentence) for sentence in sentences)


def road_built(sentences: list[str] | tuple[str, ...]) -> bool | None:
    """True where two or more sentences say so, False where none does, None in doubt."""
    count = road_sentences(sentences)
    return None if 0 < count < LEAST else count >= LEAST


def says_road_built(sentence: str) -> bool:
    """Whether a sentence says that a road was built.

    >>> says_road_built("many houses and a road are built in the woods")
    True
    >>> says_road_built("villas are built along the road")
    False
    """
    text = _NEW.sub("new", re.sub(r"([,;.])", r" \1 ", sentence.lower()))
    words = text.split()
    return any(_built(words, index) for index, word in enumerate(words) if _ROAD.fullmatch(word))


def _built(words: list[str], index: int) -> bool:
    """Whether the road at ``index`` is one that was built."""
    start = _phrase_start(words, index)
    phrase = words[start:index]
    if any(_OLD.fullmatch(word) for word in phrase):
        return False
    if "new" in phrase:
        return not _goes(words, index)
    definite = any(_THE.fullmatch(word) for word in phrase)
    role = _role(words, start, index)
    if role == "subject":
        if definite:
            event = _next_event(words, index)
            return event is not None and event[0] == "built"
        return not _goes(words, index)
    return role == "result" or (role == "company" and not definite)


def _phrase_start(words: list[str], index: int) -> int:
    """Where the noun phrase begins that ends at ``index``."""
    start = index
    while start and not _ends_phrase(words, start - 1):
        start -= 1
    return start


def _ends_phrase(words: list[str], at: int) -> bool:
    word = words[at]
    if word in ("crossing", "intersecting", "turning", "winding"):
        return at + 1 < len(words) and bool(_THE.fullmatch(words[at + 1]) or words[at + 1] == "a")
    patterns = (_BREAKS, _JOINS, _PLACES, _JOINED, _BUILT, _GONE, _OTHER_VERBS)
    return any(pattern.fullmatch(word) for pattern in patterns)


def _role(words: list[str], start: int, index: int) -> str:
    """What the phrase is to what happened: subject, result, company or place."""
    if not start:
        return "subject"
    at = start - 1
    word, before = words[at], words[at - 1] if at else ""
    if _BREAKS.fullmatch(word):
        return "subject"
    if _JOINS.fullmatch(word):
        return _joined_role(words, at, index)
    if word == "of":
        if _AMOUNTS.fullmatch(before):
            return _role(words, _phrase_start(words, at - 1), index)
        return "place"
    if word == "by":
        if _TAKEN.fullmatch(before):
            return "result"
        return "company" if _SPLIT.fullmatch(before) else "place"
    if word == "with":
        together = re.fullmatch(r"connected|linked|parallel|intersect\w*|joined|crossed", before)
        return "place" if together else "result" if before == "replaced" else "company"
    if word in ("into", "to", "as") and _TURNED.fullmatch(before):
        return "result"
    if word == "up" and _BUILT.fullmatch(before):
        return "company"
    if _PLACES.fullmatch(word) or _JOINED.fullmatch(word) or _GONE.fullmatch(word):
        return "place"
    if word.startswith("replac"):
        return "place"
    return "company"


def _joined_role(words: list[str], at: int, index: int) -> str:
    """The role of a phrase behind "and": its neighbour's, or the subject of a new statement."""
    left = _phrase_start(words, at)
    if left == at:
        return "subject"  # a verb stands before the "and"
    role = _role(words, left, index)
    if left and words[left - 1] == "between":
        return "place"
    event = _next_event(words, index)
    if role != "place" or event is None:
        return role
    between = words[index + 1 : event[1]]
    taken = left > 0 and words[left - 1].startswith("replac")
    own = not any(_JOINS.fullmatch(word) for word in between) if taken else len(between) < 4
    return "subject" if own else role


def _next_event(words: list[str], index: int) -> tuple[str, int] | None:
    """What the statement says next behind ``index``, ``built`` or ``gone``, and where."""
    for at in range(index + 1, len(words)):
        word = words[at]
        if _BREAKS.fullmatch(word):
            return None
        if word.startswith("replac"):
            return "gone" if _BE.fullmatch(words[at - 1]) else "built", at
        if _GONE.fullmatch(word):
            return "gone", at
        if _BUILT.fullmatch(word):
            return "built", at
    return None


def _goes(words: list[str], index: int) -> bool:
    """Whether the first thing said of the road is that it goes."""
    event = _next_event(words, index)
    return event is not None and event[0] == "gone"
