"""Words that mean the same in captions, under one name."""

from __future__ import annotations

from engine.guide.claims import class_of
from engine.guide.words import AMOUNTS, NOUNS, PLACING, SINGULAR, VERBS, word_set
from engine.language.english import FUNCTION, words_of

_GROUPS = (
    "tree forest wood woodland jungle grove",
    "plant vegetation bush brushwood shrub greenery",
    "grass grassland lawn meadow",
    "bareland wasteland desert moorland soil",
    "farmland cropland field crop",
    "lake pond river reservoir water",
    "car vehicle truck",
    "court playground stadium pitch",
    "parking parking-lot",
)
_NAME = {word: group.split()[0] for group in _GROUPS for word in group.split()}
_NEW = {"new": "appeared", "newly": "appeared"}
_ASKING = word_set("find show list search me please larger smaller than least most m ha km")
_EMPTY = FUNCTION | AMOUNTS | PLACING | _ASKING


def meaning(word: str) -> str | None:
    """The name a word stands under; None for words that say nothing.

    >>> [meaning(word) for word in ("villas", "street", "woods", "constructed", "the", "pools")]
    ['building', 'road', 'tree', 'appeared', None, 'pool']
    """
    if word in _NEW:
        return _NEW[word]
    if word in VERBS and VERBS[word] != "changed":
        return VERBS[word]
    if word in _EMPTY:
        return None
    name = class_of(word)
    if name in ("building", "road"):
        return name
    one = _singular(word)
    return _NAME.get(one, one)


def meanings(text: str) -> list[str]:
    """Names of the words of a text, in its order."""
    return [name for word in words_of(text) if (name := meaning(word)) is not None]


def content(text: str) -> list[str]:
    """Lower-case words of a text that say something, as they are written."""
    return [word for word in words_of(text) if word not in _EMPTY]


def _singular(word: str) -> str:
    one = SINGULAR.get(word, word)
    forms = (one, one.removesuffix("s"), one.removesuffix("es"))
    return next((form for form in forms if form in _NAME or form in NOUNS), word)
