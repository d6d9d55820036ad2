"""The caption decoder's words: a list in a JSON file, index = id."""

from __future__ import annotations

import json
import re
from pathlib import Path

from engine.errors import ModelDamagedError

SPECIALS = ("<pad>", "<start>", "<end>", "<unk>")
PAD, START, END, UNKNOWN = range(len(SPECIALS))
MOST = 100_000
_WORD = re.compile(r"[^\s\x00-\x1f<>]{1,64}")


def read_vocabulary(path: Path) -> tuple[str, ...]:
    """Words by id; the first four are :data:`SPECIALS`.

    Raises
    ------
    ModelDamagedError
        The file is no list of plain words that begins with the specials.
    """
    try:
        words = json.loads(path.read_text(encoding="utf-8"))
        good = isinstance(words, list) and len(SPECIALS) < len(words) <= MOST
        good = good and tuple(words[: len(SPECIALS)]) == SPECIALS
        good = good and all(
            isinstance(word, str) and _WORD.fullmatch(word) for word in words[len(SPECIALS) :]
        )
    except (OSError, ValueError):
        good = False
    if not good:
        raise ModelDamagedError(
            f"{path} is no vocabulary: a JSON list of words that begins with "
            f"{', '.join(SPECIALS)}.",
            hint="`engine models verify` checks the folder.",
        )
    return tuple(words)
