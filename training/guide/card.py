"""What a model folder says of itself: ``model.json``, and the card people read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from engine.models.folder import sha256_of
from training.evaluate.models import folder_settings
from training.evaluate.targets import ROWS
from training.files import write_text

MEASURED = ("guide", "caption", "vocab")
"""Parts whose files ``evaluate all`` measures; the language part has a card of its own."""


def write_description(folder: Path, settings: dict[str, Any]) -> None:
    """Write ``model.json`` and, where there is enough to tell, the card ``README.md``."""
    if {"title", "metrics", "limits", "thresholds"} <= set(settings):
        write_text(folder / "README.md", model_card(settings))
    write_text(folder / "model.json", json.dumps(settings, indent=1, ensure_ascii=False) + "\n")


def measured(path: Path) -> dict[str, Any]:
    """What a model's numbers rest on, for the results: ``thresholds``, and SHA-256 by ``parts``.

    Parameters
    ----------
    path : Path
        Model folder, run folder, or ONNX file; of what is no model folder, what there is.
    """
    settings = folder_settings(path)
    folder = path if path.is_dir() else path.parent
    files = {
        part: folder / name for part, name in settings.get("parts", {}).items() if part in MEASURED
    }
    digests = {part: sha256_of(file) for part, file in files.items() if file.is_file()}
    return {"thresholds": settings.get("thresholds", {}), "parts": digests}


def tell_results(folder: Path, results: Path) -> list[dict[str, Any]]:
    """Put what ``evaluate all --out`` measured into a model folder's description.

    Parameters
    ----------
    folder : Path
        Model folder.
    results : Path
        The JSON beside the page.

    Returns
    -------
    list of dict
        The metrics that the folder names now.

    Raises
    ------
    ValueError
        The results are those of other weights, thresholds or parts, of other places, or of a part
        of the measures.
    """
    settings = json.loads((folder / "model.json").read_text("utf-8"))
    report = json.loads(results.read_text("utf-8"))
    if report["sha256"] != sha256_of(folder / settings["parts"]["guide"]):
        raise ValueError(f"{results} was measured with other weights than those in {folder}")
    if "thresholds" not in report:
        print(
            f"warning: {results} is from before results told thresholds and parts: measured with "
            f"those in {folder} or not, nobody knows",
            file=sys.stderr,
        )
    elif others := _others(report, measured(folder)):
        raise ValueError(
            f"{results} was measured with other {' and '.join(others)} than those in {folder}: "
            "measure again"
        )
    if report["remark"]:
        raise ValueError(f"{results}: {report['remark']}")
    told = {target.measure: (row, target) for row in ROWS for target in row.targets}
    settings["metrics"] = []
    name = folder.name if folder.is_absolute() else folder.as_posix()
    for item in report["targets"]:
        row, target = told[item["measure"]]
        if item["value"] is not None:
            metric = {"name": f"{row.name}: {target.label}", "value": round(item["value"], 4)}
            metric |= {"interval": item["interval"], "target": target.text, "data": row.data}
            command = f"python -m training evaluate all --model {name} --only {row.part}"
            settings["metrics"].append(metric | {"command": command, "date": report["date"]})
    write_description(folder, settings)
    return list(settings["metrics"])


def _others(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What of :func:`measured` is not the same."""
    one, two = ({"thresholds": told["thresholds"]} | told["parts"] for told in (then, now))
    return [name for name in two | one if one.get(name) != two.get(name)]


_LANGUAGE = "* **Language part**: `language/`, with [a card of its own](language/README.md).\n"


def _said(value: float | dict[str, float]) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {number}" for name, number in value.items())
    return str(value)


def model_card(settings: dict[str, Any]) -> str:
    """``README.md`` of the folder, from ``model.json`` alone."""
    training, marks = settings["training"], settings["thresholds"]
    rows = "\n".join(_row(metric) for metric in settings["metrics"])
    commands = sorted({m["command"] for m in settings["metrics"]})
    return f"""# {settings["title"]}

{settings["description"]}

* **In**: `before`, `after`: uint8 (N, 3, H, W), red, green, blue, 0..255; H and W multiples of
  {settings["stride_multiple"]}. Trained at {settings["gsd_m"][0]}–{settings["gsd_m"][1]} m a pixel.
* **Out**: `change`: probability per class ({", ".join(settings["classes"])}); `appeared`:
  probability that the object is in the after date; `flag`: probability that anything worth a
  sentence changed; `features`: what `range` in `model.json` judges imagery by.
* Swapping the dates leaves `change` as it is and turns `appeared` into one minus itself: the
  network is built that way.
* **Thresholds**: change {_said(marks["change"])}; smallest object, m²:
  {_said(marks["min_area_m2"])}; score {_said(marks["min_score"])}. Chosen on
  {training["thresholds_from"]}.
* **Training**: {training["data"]}; {training["steps"]} steps, {training["hours"]} hours on two
  CPU cores, seed {training["seed"]}, `{training["config"]}`.
* **Measured weights**: {settings["measured_weights"]}.
{_LANGUAGE if "language" in settings["parts"] else ""}
## Numbers

| measure | value | 95 % interval | aim | data | date |
|---|---|---|---|---|---|
{rows}

Measured with:

{chr(10).join(f"    {command}" for command in commands)}

These are no benchmark results: the tiles are a part of LEVIR-CD's official test split, cut and
grouped by this project.

## Limits

{chr(10).join(f"* {limit}" for limit in settings["limits"])}

## Licences

Weights: {settings["licence_weights"]} Training data: {settings["licence_data"]}
"""


def _row(metric: dict[str, Any]) -> str:
    low_high = metric.get("interval")
    interval = f"{low_high[0]:g}–{low_high[1]:g}" if low_high else ""
    cells = [metric["name"], metric["value"], interval, metric.get("target", ""), metric["data"]]
    return "| " + " | ".join(str(cell) for cell in (*cells, metric["date"])) + " |"
