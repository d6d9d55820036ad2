"""Numbers of changes as one sentence."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.PyQt.QtCore import QLocale

from ..translation import tr

Group = tuple[str, str, int, float]
"""Class, action, number of objects and their area in m²."""


def sentence(groups: Iterable[Group]) -> str:
    """``9 buildings appeared (1,311 m²), 3 roads appeared (5,699 m²).``, largest area first."""
    known = [group for group in groups if group[2]]
    if not known:
        return tr("No change found.")
    known.sort(key=lambda group: -group[3])
    parts = [
        tr("{} {} {} ({})").format(number, noun(name, number), verb(action), area_words(area))
        for name, action, number, area in known
    ]
    return ", ".join(parts) + "."


def noun(name: str, number: int) -> str:
    """A class in words, singular or plural; a model's own class as it is."""
    words = {
        "building": (tr("building"), tr("buildings")),
        "road": (tr("road"), tr("roads")),
        "other": (tr("other thing"), tr("other things")),
    }
    one, many = words.get(name, (name, name))
    return one if number == 1 else many


def verb(action: str) -> str:
    """An action in words."""
    words = {
        "appeared": tr("appeared"),
        "disappeared": tr("disappeared"),
        "changed": tr("changed"),
    }
    return words.get(action, action)


def area_words(area: float) -> str:
    """``1,311 m²`` or ``2.4 ha``, in the user's number format."""
    locale = QLocale()
    if area >= 10_000:
        return f"{locale.toString(area / 10_000, 'f', 1)} ha"
    return f"{locale.toString(area, 'f', 0)} m²"
