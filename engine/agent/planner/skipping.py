"""Whether a word that nobody knows may be skipped, by where it stands."""

from __future__ import annotations

import re

from engine.agent.planner.lexicon import Lexicon
from engine.agent.planner.reading import Reading

_TOKEN = re.compile(r"§?[^\W_][\w'-]*|[^\W_]|·")
_TAKEN = "·"


def skippable(reading: Reading, text: str, lexicon: Lexicon) -> bool:
    """Whether the words left over can neither narrow nor turn round what was understood.

    Adverbs cannot, nor words that the sentence itself explains ("the priciest-looking, i.e. the
    largest"). One more word may be left over: it may not be a number, a name or a negation, begin
    or end the clause, stand before what is sought ("mauve houses"), behind a word that another one
    completes ("in Vienna", "are inhabited", "which hospital", "new horses"), or before "of" or
    "for" ("share of").

    Parameters
    ----------
    reading : Reading
        Of a clause; used up words are ``·`` in its text.
    text : str
        The clause as it was, with its signs.
    lexicon : Lexicon
    """
    explained = _explained(text, lexicon)
    unknown = [
        word
        for word in reading.unknown
        if word not in explained and not (lexicon.idle and lexicon.idle.fullmatch(word))
    ]
    if not unknown:
        return True
    if len(unknown) != 1 or not reading.subject:
        return False
    word = unknown[0]
    tokens = _TOKEN.findall(reading.text)
    if not word.isalpha() or word in lexicon.never_skipped or tokens.count(word) != 1:
        return False
    place = tokens.index(word)
    before, behind = tokens[:place], tokens[place + 1 :]
    if not behind or before in ([], [_TAKEN]) or _completed(before[-1], lexicon):
        return False
    if behind[0] in lexicon.completing or behind[0] in lexicon.nouns:
        return False
    return not (behind[0] in lexicon.actions and len(behind) > 1 and behind[1] in lexicon.nouns)


def _completed(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.completed or word in lexicon.actions


def _explained(text: str, lexicon: Lexicon) -> set[str]:
    """Words of a clause that it says again in others."""
    found: set[str] = set()
    for match in lexicon.gloss.finditer(text) if lexicon.gloss else ():
        before = re.split(r"[,:;(]\s*", text[: match.start()].rstrip(" ,:;("))[-1]
        words = _TOKEN.findall(before)
        for place, word in enumerate(words):
            near = place >= len(words) - 3 or not match.groupdict().get("weak")
            names = place and words[place - 1] in lexicon.naming
            if near and not names and not word.startswith("§"):
                found.add(word)
    return found
