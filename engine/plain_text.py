"""Text from outside made harmless: one line, nothing hidden, no tokens of a language model.

Layer names, metadata and questions are written by anybody. What reaches a prompt must not be able
to start a line of its own, to hide words from a reader's eyes, or to spell a special token
(``<|im_end|>``, ``<image>``) that a tokenizer would take for the real one.
"""

from __future__ import annotations

import unicodedata

_HIDDEN = {"Cc", "Cf", "Cs", "Co"}
"""Unicode categories that show nothing: controls, formats (tags, direction marks), surrogates,
private use."""
_BRACKETS = str.maketrans({"<": "‹", ">": "›", "＜": "‹", "＞": "›", "﹤": "‹", "﹥": "›"})
ELLIPSIS = "…"


def encodable(text: str) -> str:
    """Text that every encoder takes: halves of surrogate pairs become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def plain_line(text: str, most: int) -> str:
    r"""One visible line of at most so many characters.

    Angle brackets become ‹ ›, hidden characters go, every run of white space becomes one blank.
    What is cut off is marked by an ellipsis.

    >>> plain_line("a\n<|im_end|>\tb", 40)
    'a ‹|im_end|› b'
    """
    # Of a huge text no more is looked at than could ever be kept.
    head = text[: 4 * most]
    seen = "".join(
        " " if char.isspace() else char
        for char in head
        if char.isspace() or unicodedata.category(char) not in _HIDDEN
    )
    line = " ".join(seen.translate(_BRACKETS).split())
    if len(line) > most or len(text) > len(head):
        return line[: most - 1].rstrip() + ELLIPSIS
    return line
