"""Colours, once: layers, mask, picture and report show the same thing in the same colour."""

from __future__ import annotations

ACTION_COLOURS = {"appeared": "#00b39f", "disappeared": "#e8562a", "changed": "#9b5de5"}
"""Green-blue, red-orange, purple: told apart with all common kinds of colour blindness."""

CLASS_COLOURS = {"building": "#e69f00", "road": "#0072b2", "other": "#999999"}
"""Of the mask and the plots (Okabe and Ito)."""

SPARE_COLOURS = ("#cc79a7", "#56b4e9", "#f0e442", "#009e73", "#d55e00")
"""For classes of other models."""

CASING = "#101418"
"""Dark line under every coloured one: keeps it readable on bright roofs and dark woods."""


def class_colour(name: str, index: int) -> str:
    """Colour of the class `name`, the `index`-th of its model (from 0)."""
    return CLASS_COLOURS.get(name, SPARE_COLOURS[index % len(SPARE_COLOURS)])


def rgb(colour: str) -> tuple[int, int, int]:
    """``#rrggbb`` as three numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
