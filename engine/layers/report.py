"""The report: one HTML file that opens anywhere, offline, and prints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from pyproj import CRS, Transformer

from .atomic import output_errors, part_of, remove, replace_file
from .crs import as_crs, label
from .imagery import Crop, View, data_uri
from .palette import ACTION_COLOURS
from .plots import heat_map, plots
from .provenance import Provenance
from .records import BoxRecord
from .schema import ACTIONS, CLASSES
from .totals import Totals

MAX_ROWS = 200
"""Objects in the table; the layers have them all."""


def write_report(
    path: str | Path,
    totals: Totals,
    provenance: Provenance,
    crs: Any,
    *,
    overview: View | None = None,
    crops: Sequence[Crop] = (),
) -> Path:
    """Write the report.

    Parameters
    ----------
    path : path
        The HTML file; replaced in one step.
    totals : Totals
        All objects of the run.
    provenance : Provenance
        Its ``counts`` are shown as facts of the run, its ``warnings`` on top.
    crs : CRS, str
        CRS of the records and of the views.
    overview : View, optional
        The whole extent, decimated to a picture of about a thousand pixels.
    crops : sequence of Crop
        The largest objects.
    """
    target = Path(path)
    system = as_crs(crs)
    shown = totals.largest(MAX_ROWS)
    html = (
        _environment()
        .get_template("report.html")
        .render(
            provenance=provenance,
            totals=totals,
            headline=headline(totals),
            actions=ACTIONS,
            colours=ACTION_COLOURS,
            classes={name: CLASSES.get(name, name.capitalize()) for name in totals.classes()},
            plots=plots(totals),
            heat=heat_map(totals),
            crs=label(system),
            overview=_picture(overview, totals.largest()) if overview else None,
            crops=[_crop(crop) for crop in crops],
            rows=_rows(shown, system),
            facts=_facts(provenance),
        )
    )
    made = part_of(target)
    try:
        with output_errors(target):
            made.write_text(html, encoding="utf-8")
            replace_file(made, target)
    finally:
        remove(made)
    return target


def headline(totals: Totals) -> str:
    """One sentence: what there is, in numbers."""
    if not totals.objects:
        return "No changed objects were found."
    parts = []
    for name in totals.classes():
        for action in ACTIONS:
            number = totals.count[name, action]
            if number:
                noun = name if name != "other" else "other object"
                plural = "" if number == 1 else "s"
                parts.append(f"{number} {noun}{plural} {action}")
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{listed}: {area_words(totals.total_area_m2)} changed."


def area_words(area_m2: float) -> str:
    """``840 m²`` or ``1.2 ha``."""
    return f"{area_m2:,.0f} m²" if area_m2 < 10_000 else f"{area_m2 / 10_000:,.1f} ha"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("engine.layers", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["area"] = area_words
    return environment


def _picture(view: View, records: Sequence[BoxRecord]) -> dict[str, Any]:
    return {
        "before": data_uri(view.before),
        "after": data_uri(view.after),
        "width": view.width,
        "height": view.height,
        "boxes": [_drawn(view, record) for record in records],
    }


def _crop(crop: Crop) -> dict[str, Any]:
    return _picture(crop.view, [crop.record]) | {"record": crop.record}


def _drawn(view: View, record: BoxRecord) -> dict[str, Any]:
    """A box in pixels of the picture; never so small that it cannot be seen."""
    left, top, right, bottom = view.pixels(record.box)
    least = max(view.width, view.height) / 200
    width, height = max(right - left, least), max(bottom - top, least)
    x, y = (left + right - width) / 2, (top + bottom - height) / 2
    return {
        "x": round(x, 1),
        "y": round(y, 1),
        "width": round(width, 1),
        "height": round(height, 1),
        "action": record.action,
        "tip": record.caption or f"{record.class_name} {record.action}",
    }


def _rows(records: Sequence[BoxRecord], crs: CRS) -> list[dict[str, Any]]:
    to_degrees = Transformer.from_crs(crs, CRS.from_epsg(4326), always_xy=True)
    decimals = 6 if crs.is_geographic else 1
    rows = []
    for record in records:
        centre = record.outline.representative_point()
        lon, lat = to_degrees.transform(centre.x, centre.y)
        rows.append(
            {
                "record": record,
                "map": f"{centre.x:.{decimals}f}, {centre.y:.{decimals}f}",
                "lonlat": f"{lat:.6f}, {lon:.6f}",
            }
        )
    return rows


def _facts(provenance: Provenance) -> list[tuple[str, str]]:
    """Provenance as rows of words, the nested parts as JSON."""
    facts = [
        ("Before", provenance.before),
        ("After", provenance.after),
        ("Engine", f"ChangeVG {provenance.engine_version}"),
        ("Model", f"{provenance.model_id} {provenance.model_version}"),
        ("Licence of the weights", provenance.model_licence or "not stated"),
        ("Device", provenance.device or "not recorded"),
    ]
    facts += [(f"sha256 of {name}", sha) for name, sha in provenance.model_sha256.items()]
    seen = provenance.counts.get("imagery_range")
    if seen:
        words = f"{seen['tiles_out_of_range']} of {seen['tiles_judged']} judged tiles"
        facts.append(("Imagery unlike the training", f"{words} ({100 * seen['share']:.0f} %)"))
    plain = provenance.as_dict()
    for name in ("grid", "stretch", "counts", "parameters"):
        if plain[name]:
            facts.append((name.capitalize(), json.dumps(plain[name], ensure_ascii=False)))
    facts += [(f"Question {i}", text) for i, text in enumerate(provenance.questions, 1)]
    if provenance.command:
        facts.append(("Command", provenance.command))
    for name in ("started", "finished"):
        moment = getattr(provenance, name)
        if moment:
            facts.append((name.capitalize(), f"{moment:%Y-%m-%d %H:%M:%S} UTC"))
    return facts
