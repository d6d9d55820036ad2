"""Default QGIS style of each layer, as QML: drawing, labels, aliases, form, map tip.

The look stands in ``styles/*.qml`` (templates); fields come from the schema and colours from the
palette, so nothing is written twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from .palette import ACTION_COLOURS, CASING, class_colour, rgb
from .schema import ACTIONS, Field, Layer


def style_xml(layer: Layer) -> str:
    """Return the QML of `layer` (with the answer fields of the run)."""
    return (
        _environment()
        .get_template(f"{layer.name}.qml")
        .render(
            layer=layer,
            actions=ACTIONS,
            colours=ACTION_COLOURS,
            casing=CASING,
            tip=_tip_fields(layer),
        )
    )


def mask_style_xml(classes: Sequence[str]) -> str:
    """Return the QML of the mask of a model with `classes`."""
    entries = [{"name": c, "colour": class_colour(c, i)} for i, c in enumerate(classes)]
    return _environment().get_template("mask.qml").render(classes=entries)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("engine.layers", "styles"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["rgba"] = _rgba
    environment.filters["widget"] = _widget
    return environment


def _rgba(colour: str, alpha: int = 255) -> str:
    """``#rrggbb`` as QML writes it."""
    return ",".join(str(n) for n in (*rgb(colour), alpha))


def _widget(field: Field) -> str:
    """Name of the form widget of `field`."""
    if field.values:
        return "ValueMap"
    return {"boolean": "CheckBox", "date": "DateTime", "datetime": "DateTime"}.get(
        field.kind, "TextEdit"
    )


def _tip_fields(layer: Layer) -> list[dict[str, Any]]:
    """Rows of the map tip: title and a QGIS expression that is never NULL."""
    rows = []
    for name in ("action", "status", "score", "change_score", "area_m2", "cell", "review"):
        for field in layer.fields:
            if field.name == name:
                rows.append({"title": field.alias, "expression": _shown(field)})
    return rows


def _shown(field: Field) -> str:
    column = f'"{field.name}"'
    if field.kind == "real":
        unit = f" || ' {field.unit}'" if field.unit else ""
        # Thousands and decimals as the user's locale has them.
        column = f"format_number({column}, {2 if field.decimals == 3 else 0}){unit}"
    elif field.values:
        pairs = ", ".join(f"'{value}', '{word}'" for value, word in field.values.items())
        column = f"map_get(map({pairs}), {column})"
    return f"coalesce({column}, '–')"
