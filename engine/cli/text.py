"""What the command line prints for people."""

from __future__ import annotations

import sys

from engine.errors import EngineError


def say_error(error: EngineError) -> None:
    """What, where and what to do, on stderr."""
    print(f"error: {error.message}", file=sys.stderr)
    if error.hint:
        print(error.hint, file=sys.stderr)


def area_text(square_metres: float) -> str:
    """An area with a unit people read: m² below a hectare, ha below 10 km², km² above.

    >>> area_text(184.2), area_text(21_500), area_text(12_300_000)
    ('184 m²', '2.2 ha', '12.3 km²')
    """
    if square_metres < 1e4:
        return f"{square_metres:,.0f} m²"
    if square_metres < 1e7:
        return f"{square_metres / 1e4:,.1f} ha"
    return f"{square_metres / 1e6:,.1f} km²"
