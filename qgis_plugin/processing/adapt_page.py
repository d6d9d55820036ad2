"""What adapting a model was worth: numbers, one sentence, an HTML page."""

from __future__ import annotations

from html import escape
from typing import Any

from ..translation import tr

STYLE = (
    "body{font-family:sans-serif;max-width:46em;margin:2em auto}"
    "table{border-collapse:collapse}th,td{border:1px solid #999;padding:.3em .7em;text-align:left}"
)
_KEYS = {"RECALL": "recall", "F1": "f1", "FALSE_PER_KM2": "false_objects_per_km2"}


def labels() -> dict[str, str]:
    """Titles of the numbers in the user's language."""
    return {
        "CONFIRMED": tr("Confirmed boxes"),
        "REJECTED": tr("Rejected boxes"),
        "RECALL": tr("Confirmed objects still found (recall)"),
        "F1": tr("F1"),
        "FALSE_PER_KM2": tr("False objects per km²"),
    }


def outputs() -> dict[str, str]:
    """Names and titles of the algorithm's numbers."""
    titles = labels()
    found = {name: titles[name] for name in ("CONFIRMED", "REJECTED")}
    for name in _KEYS:
        found[f"{name}_BEFORE"] = tr("{}: before").format(titles[name])
        found[f"{name}_AFTER"] = tr("{}: after").format(titles[name])
    return found


def numbers(report: dict[str, Any]) -> dict[str, Any]:
    """The report as outputs of the algorithm; held-back places only."""
    found: dict[str, Any] = {
        "CONFIRMED": report["reviews"]["confirmed"],
        "REJECTED": report["reviews"]["rejected"],
    }
    for name, key in _KEYS.items():
        for side in ("before", "after"):
            found[f"{name}_{side.upper()}"] = report["held_back"][side][key]
    return found


def verdict(report: dict[str, Any]) -> str:
    """One sentence for the log and the page's title."""
    found = numbers(report)
    change = tr("False objects per km² {:.2f} → {:.2f}, recall {:.2f} → {:.2f}.").format(
        found["FALSE_PER_KM2_BEFORE"],
        found["FALSE_PER_KM2_AFTER"],
        found["RECALL_BEFORE"],
        found["RECALL_AFTER"],
    )
    if report["kept"]:
        return tr("Kept as {}: better on places held back.").format(report["id"]) + " " + change
    return tr("Not kept: no better on places held back; the original stays.") + " " + change


def page(report: dict[str, Any]) -> str:
    """The numbers as one HTML page without scripts or links."""
    found, titles = numbers(report), labels()
    rows = "".join(
        f"<tr><th>{escape(titles[name])}</th><td>{found[f'{name}_BEFORE']}</td>"
        f"<td>{found[f'{name}_AFTER']}</td></tr>"
        for name in _KEYS
    )
    values = "".join(
        f"<tr><th>{escape(name)}: {escape(key)}</th><td>{one['before'][key]}</td>"
        f"<td>{one['after'][key]}</td></tr>"
        for name, one in report["values"].items()
        for key in one["before"]
    )
    title = escape(verdict(report))
    counts = ", ".join(f"{escape(titles[name])}: {found[name]}" for name in list(titles)[:2])
    head = f"<tr><th></th><th>{escape(tr('Before'))}</th><th>{escape(tr('After'))}</th></tr>"
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>"
        f"<style>{STYLE}</style></head><body><h1>{title}</h1><p>{counts}</p>"
        f"<table>{head}{rows}{values}</table></body></html>\n"
    )
