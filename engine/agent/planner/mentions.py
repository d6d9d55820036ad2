"""Names in a sentence: layers of the caller, points, ids of objects."""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from engine.agent.planner.lexicon import Lexicon

_ID = re.compile(
    r"\b(?:building|road|other)-(?!(?:type|kind|class|side|wise|like|related|free|size|sized|level|based|only)\b)[0-9a-z]{4,}(?:-\d+)?\b"
)
_D = r"(-?\d{1,3}(?:\.\d+)?)"
_AXES = (
    (r"lat(?:itude)?", r"lon(?:gitude|g)?", "lat"),
    (r"lon(?:gitude|g)?", r"lat(?:itude)?", "lon"),
)
_POINTS = (
    (re.compile(rf"\b{_D} ?°? ?([ew])\b ?[,/;]? ?(?:and )?{_D} ?°? ?([ns])\b"), "xy"),
    (re.compile(rf"\b{_D} ?°? ?([ns])\b ?[,/;]? ?(?:and )?{_D} ?°? ?([ew])\b"), "yx"),
    *(
        (re.compile(rf"(?<![\d.]){_D} ?[,/;] ?{_D},? ?\(? ?{one}\.? ?[,/;]? ?(?:and |then )?{other}\b\.? ?\)?"), order)
        for one, other, order in _AXES
    ),
    *(
        (re.compile(rf"\(? ?{one}\.? ?[,/;]? ?(?:and |then )?{other}\.? ?\)? ?[:=]? ?{_D} ?[,/; ] ?{_D}"), order)
        for one, other, order in _AXES
    ),
    (re.compile(rf"\bpoint ?\( ?{_D}(?: |, ?){_D} ?\)"), "lon"),
    (re.compile(rf"\blon(?:gitude)? ?[:=]? ?{_D} ?,? ?(?:and )?lat(?:itude)? ?[:=]? ?{_D}"), "lon"),
    (re.compile(rf"\blat(?:itude)? ?[:=]? ?{_D} ?,? ?(?:and )?lon(?:gitude)? ?[:=]? ?{_D}"), "lat"),
)  # fmt: skip
"""Points: degrees with directions, two numbers before or behind the names of their axes, WKT."""
_MINUS = re.compile(r"\b((?:lon|lat)\w*\.?:?) minus (?=\d)")


@dataclass
class Mentions:
    """A sentence with its names taken out, and what they stand for.

    ``§l0`` is ``layers[0]`` (``§b0`` if its name says that it holds buildings or roads), ``§p0`` is
    ``points[0]``, ``§i0`` is ``ids[0]``.
    """

    text: str
    layers: list[str] = field(default_factory=list)
    points: list[dict[str, float]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def target(self, token: str) -> dict[str, Any]:
        """The target that a token stands for."""
        number = int(token[2:])
        if token[1] in "bl":
            return {"layer": self.layers[number]}
        return dict(self.points[number])


def find_mentions(text: str, layers: tuple[str, ...], lexicon: Lexicon) -> Mentions:
    """Take names out of a plain sentence; longer names of layers first."""
    found = Mentions(_MINUS.sub(r"\1 -", text))

    def box(match: re.Match[str]) -> str:
        found.ids.append(match[0])
        return f"§i{len(found.ids) - 1}"

    found.text = _ID.sub(box, found.text)
    for pattern, order in _POINTS:
        while match := pattern.search(found.text):
            token = _point(match, order, found)
            if token is None:
                break
            found.text = f"{found.text[: match.start()]}{token}{found.text[match.end() :]}"
    tail = "|".join(lexicon.layer_words)
    forms = [(form, name) for name in layers for form in _forms(name, lexicon)]
    forms += _shorter_forms(layers, {form for form, _ in forms}, found.text, lexicon)
    for form, name in sorted(forms, key=lambda one: -len(one[0])):
        if form not in found.text:
            continue
        # A name that is also a word without meaning ("stand") counts where a noun stands.
        before = "|".join(rf"(?<=\b{word} )" for word in lexicon.determiners)
        again = "|".join(
            rf"(?={re.escape(form)} {word} {re.escape(form)}\b)|(?<=\b{word} )"
            for word in lexicon.repeating
        )
        noun = f"(?:{before}|{again})" if form in lexicon.filler and form != name else ""
        pattern = re.compile(rf"(?<![\w§]){noun}{re.escape(form)}(?: (?:{tail}))?(?!\w)")
        if not pattern.search(found.text):
            continue
        if name not in found.layers:
            found.layers.append(name)
        kind = "b" if _is_inventory(name, lexicon) else "l"
        found.text = pattern.sub(f"§{kind}{found.layers.index(name)}", found.text)
    return found


def layer_words(layers: tuple[str, ...], lexicon: Lexicon) -> frozenset[str]:
    """Words of the names of layers, in the singular and the plural."""
    words = (
        form
        for name in layers
        for word in (name.lower(), *re.findall(r"[^\W\d_]+", name.lower()))
        for form in (word, *_forms(word, lexicon))
    )
    return frozenset(word for word in words if len(word) > 2)


def _shorter_forms(
    layers: tuple[str, ...], taken: set[str], text: str, lexicon: Lexicon
) -> list[tuple[str, str]]:
    """Parts of names that tell one layer from all others: "stand" for "forest_stands"."""
    found: dict[str, set[str]] = {}
    for name in layers:
        words = re.findall(r"[^\W\d_]+", name.lower())
        if len(words) < 2:
            continue
        head, first = words[-1], " ".join(words[:-1])
        if head in lexicon.layer_nouns:
            for noun in lexicon.layer_nouns - {head}:
                found.setdefault(f"{first} {noun}", set()).add(name)
        elif head not in lexicon.nouns:
            for form in _forms(head, lexicon):
                found.setdefault(form, set()).add(name)
        for word in words[:-1]:
            if word in lexicon.layer_aliases.values():
                found.setdefault(word, set()).add(name)
        for alias, word in lexicon.layer_aliases.items():
            if word in words:
                found.setdefault(alias, set()).add(name)
                full = " ".join(alias if one == word else one for one in words)
                found.setdefault(full, set()).add(name)
    classes = _classes(text, lexicon)
    for form, names in found.items():
        # "Not in OSM": of two layers, the one of the class that the sentence names.
        fitting = {name for name in names if _classes(name, lexicon) == classes}
        found[form] = fitting if len(names) > 1 and len(classes) == 1 else names
    return [
        (form, next(iter(names)))
        for form, names in found.items()
        if len(names) == 1 and form not in taken
    ]


def _classes(text: str, lexicon: Lexicon) -> set[str]:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return {name for word in words if (name := lexicon.nouns.get(word))}


def _is_inventory(name: str, lexicon: Lexicon) -> bool:
    words = re.findall(r"[^\W\d_]+", name.lower())
    return any(lexicon.nouns.get(word) or word in lexicon.inventories for word in words)


def _point(match: re.Match[str], order: str, found: Mentions) -> str | None:
    groups = match.groups()
    if len(groups) == 4:
        first = float(groups[0]) * (-1 if groups[1] in "ws" else 1)
        second = float(groups[2]) * (-1 if groups[3] in "ws" else 1)
    else:
        first, second = float(groups[0]), float(groups[1])
    lon, lat = (first, second) if order in ("xy", "lon") else (second, first)
    if abs(lon) > 180 or abs(lat) > 90:
        return None
    found.points.append({"lon": lon, "lat": lat})
    return f"§p{len(found.points) - 1}"


def _forms(name: str, lexicon: Lexicon) -> set[str]:
    plain = name.lower()
    forms = {plain, re.sub(r"[_\W]+", " ", plain).strip(), plain.replace("_", "-")}
    if (words := plain.replace("_", " ").split()) and len(words) > 2:
        forms.add(f"{words[0]}-{' '.join(words[1:])}")
    for form in tuple(forms):
        for many, one in lexicon.plurals:
            if form.endswith(many) and len(form) > len(many) + 2:
                forms.add(form[: len(form) - len(many)] + one)
            if one and form.endswith(one):
                forms.add(form[: len(form) - len(one)] + many)
    return {form for form in forms if form}
