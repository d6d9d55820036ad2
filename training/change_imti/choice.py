"""Choices that depend on what is chosen for, and on nothing that was chosen before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

_Item = TypeVar("_Item")


def choose(options: Sequence[_Item], *keys: str | int) -> _Item:
    """One of some options, always the same for the same keys, on every machine.

    Parameters
    ----------
    options : sequence
        At least one.
    *keys : str or int
        The seed and the name of what is chosen.
    """
    text = "\x1f".join(map(str, keys)).encode()
    number = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")
    return options[number % len(options)]
