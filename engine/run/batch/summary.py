"""``summary.csv`` and ``summary.json``: every pair with its counts, areas, seconds and error."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.layers.atomic import output_errors, part_of

COLUMNS = (
    "pair", "status", "before", "after", "output", "tiles_ok", "tiles_nodata", "tiles_failed",
    "objects", "area_m2",
)  # fmt: skip
LAST = ("seconds", "ended", "exit_code", "error", "hint", "warnings")
_INNER = ("key", "made")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_summary(
    folder: Path, totals: dict[str, Any], records: Sequence[dict[str, Any]]
) -> dict[str, Path]:
    """Write both files, each at once, in place of older ones.

    Returns
    -------
    dict
        ``summary_csv`` and ``summary_json``.

    Raises
    ------
    OutputError
    """
    files = {"summary_csv": folder / "summary.csv", "summary_json": folder / "summary.json"}
    pairs = [{k: v for k, v in record.items() if k not in _INNER} for record in records]
    told = totals | {"files": {name: str(path) for name, path in files.items()}, "records": pairs}
    _write(files["summary_json"], json.dumps(told, indent=1, ensure_ascii=False))
    _write(files["summary_csv"], _table(records))
    return files


def _write(target: Path, text: str) -> None:
    part = part_of(target)
    try:
        with output_errors(target):
            part.write_text(text, encoding="utf-8", newline="")
            os.replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _table(records: Sequence[dict[str, Any]]) -> str:
    kinds = sorted(
        {(one["class"], one["action"]) for record in records for one in record.get("by_class", ())}
    )
    by_kind = [f"{name}_{action}_{what}" for name, action in kinds for what in ("n", "m2")]
    sink = io.StringIO()
    writer = csv.DictWriter(sink, [*COLUMNS, *by_kind, *LAST], lineterminator="\n")
    writer.writeheader()
    for record in records:
        row: dict[str, Any] = {name: record.get(name) for name in (*COLUMNS, *LAST)}
        if "tiles" in record:
            row |= {f"tiles_{k}": record["tiles"].get(k, 0) for k in ("ok", "nodata", "failed")}
        if "by_class" in record:
            row |= dict.fromkeys(by_kind, 0)
        for one in record.get("by_class", ()):
            row[f"{one['class']}_{one['action']}_n"] = one["objects"]
            row[f"{one['class']}_{one['action']}_m2"] = one["area_m2"]
        if error := record.get("error"):
            row |= {
                "exit_code": error["code"], "error": error["message"], "hint": error["hint"],
            }  # fmt: skip
        elif record["status"] in ("done", "partial"):
            row["exit_code"] = 0 if record["status"] == "done" else 6
        row["warnings"] = " | ".join(record.get("warnings", ()))
        writer.writerow({name: _plain(value) for name, value in row.items()})
    return sink.getvalue()


def _plain(value: Any) -> Any:
    """A text that spreadsheets do not take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
