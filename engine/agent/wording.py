"""Numbers and objects in words: units that read the same in every country."""

from __future__ import annotations

from engine.agent.arguments import Relation, Target, Where

_NAMES = {"building": ("building", "buildings"), "road": ("road", "roads")}
_ACTIONS = {"appeared": "new", "disappeared": "removed", "changed": "altered"}
_AREA = {"m2": (1.0, "m²", 0), "ha": (1e4, "ha", 2), "km2": (1e6, "km²", 3)}
_LENGTH = {"m": (1.0, "m", 0), "km": (1e3, "km", 2)}
_PLACES = {"north", "south", "east", "west"}


def area(square_metres: float, unit: str | None = None) -> str:
    """An area in words; from 1 ha in hectares, from 100 ha in km², if no unit is asked for.

    >>> area(950.4), area(25_000), area(25_000, "m2")
    ('950 m²', '2.50 ha', '25,000 m²')
    """
    best = "m2" if square_metres < 1e4 else "ha" if square_metres < 1e6 else "km2"
    return _written(square_metres, *_AREA[unit or best])


def length(metres: float, unit: str | None = None) -> str:
    """A length in words; from 1 km in kilometres, if no unit is asked for."""
    return _written(metres, *_LENGTH[unit or ("m" if metres < 1e3 else "km")])


def amount(value: float, quantity: str, unit: str | None = None) -> str:
    """A value of a quantity (``area``, ``length``, ``score``, ``count``) in words."""
    if quantity == "area":
        return area(value, unit)
    if quantity == "length":
        return length(value, unit)
    return f"{value:.2f}" if quantity == "score" else f"{value:,.0f}"


def objects(where: Where, count: int) -> str:
    """How many objects a filter found, as a phrase: ``3 new buildings in the north``."""
    return f"{count:,} {noun(where, count)}"


def noun(where: Where, count: int = 2) -> str:
    """What a filter means, without a number."""
    words = [_ACTIONS[where.action]] if where.action else []
    if where.review:
        words.insert(0, "unreviewed" if where.review == "none" else where.review)
    one, many = _NAMES.get(where.class_name or "", ("object", "objects"))
    if where.class_name == "other":
        one, many = "object of class other", "objects of class other"
    elif where.class_name is None and where.action is None:
        words.append("changed")
    words.append(one if count == 1 else many)
    return " ".join([*words, *_limits(where), *(relation(one) for one in where.relations)])


def relation(meant: Relation) -> str:
    """A relation as a phrase: ``within 200 m of rivers``."""
    of = target(meant.of)
    if meant.kind in _PLACES:
        return f"{meant.kind} of {of}"
    if meant.distance_m is None:
        return f"{meant.kind} {of}"
    far = "within" if meant.kind == "within" else "farther than"
    return f"{far} {metres(meant.distance_m)} {'of' if meant.kind == 'within' else 'from'} {of}"


def target(of: Target) -> str:
    """A target as a phrase."""
    if of.layer is not None:
        return f"'{of.layer}'"
    if of.lon is not None and of.lat is not None:
        return f"the point {of.lon:.5f}, {of.lat:.5f} (longitude, latitude)"
    return "the " + noun(Where(class_name=of.class_name, action=of.action))


def metres(value: float) -> str:
    """A distance that somebody gave, exactly: ``200 m``, ``1.5 km``."""
    return f"{value / 1000:g} km" if value >= 1000 else f"{value:g} m"


def place(cell: str | None) -> str:
    """A 3×3 word as a phrase: ``in the top left corner``; empty where not known."""
    if not cell:
        return ""
    if cell.endswith("corner") or cell in _PLACES or cell == "center":
        return f"in the {cell}"
    return f"at the {cell}" if cell == "top" else f"in the {cell} part"


def _limits(where: Where) -> list[str]:
    parts = []
    if where.not_class:
        parts.append(f"that are not of class {where.not_class}")
    if where.not_review:
        other = "unreviewed" if where.not_review == "none" else where.not_review
        parts.append(f"that are not {other}")
    ranges = (
        ("of", where.min_area_m2, where.max_area_m2, " m²"),
        ("with a length of", where.min_length_m, where.max_length_m, " m"),
        ("with a score of", where.min_score, where.max_score, ""),
    )
    for words, low, high, unit in ranges:
        if low is not None:
            parts.append(f"{words} at least {low:,g}{unit}")
        if high is not None:
            parts.append(f"{words} at most {high:,g}{unit}")
    if where.place:
        parts.append(place(where.place))
    return parts


def _written(value: float, size: float, unit: str, decimals: int) -> str:
    return f"{value / size:,.{decimals}f} {unit}"
