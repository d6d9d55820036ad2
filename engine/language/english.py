"""Which words are English, and which an answer to a closed question may be made of."""

from __future__ import annotations

import re

from engine.guide.claims import class_of
from engine.guide.words import AMOUNTS, JOINTS, NUMBERS, OLD, PLACING, STARTS, VERBS, word_set

FUNCTION = word_set(
    "a about after again all almost also although an and another any are area areas around as at "
    "away be because been before behind being below between both but by can cannot change changed "
    "changes could did difference different do does down each east every few first for from had "
    "has have here how i if image images in into is it its just large left less like located "
    "little long main many more most much near new next no north not nothing now of off old on "
    "once one only or original other others out over part parts place rest right same scene "
    "second seem seems seen shape several side sides small so some south still such than that the "
    "their them then there these they this those through to together too top two under until up "
    "very was were west what when where which while who whole will with within without yes you "
    "bottom center central centre corner lower middle upper"
)
"""Words of any English sentence about a pair of images."""
FILLERS = word_set(
    "a all also an and answer appear are area areas at be been both by cells center central centre "
    "first second change changes changed count did do does edge image images has have i in is it "
    "located middle new number of on only part parts place places region "
    "regions scene section see side sides some the there they tile total visible was were where "
    "which within yes"
)
"""Words that take nothing from a number or a place and add nothing."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_KNOWN = FUNCTION | AMOUNTS | JOINTS | OLD | PLACING | STARTS | set(NUMBERS) | set(VERBS)


def words_of(text: str) -> list[str]:
    """Lower-case words, without numbers and signs."""
    return [word.lower() for word in _WORD.findall(text)]


def is_known(word: str) -> bool:
    """Whether a word is one of a change sentence or of any English sentence."""
    return word in _KNOWN or class_of(word) is not None


def is_filler(word: str) -> bool:
    """Whether a word may stand around a number or a place without changing it."""
    return word in FILLERS or word in PLACING or word in VERBS or class_of(word) is not None
