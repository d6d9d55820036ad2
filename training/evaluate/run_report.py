"""What a training run came to: its curves, what it confuses, and the crops it reads worst."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from training.evaluate.choose import refuse_report
from training.evaluate.claims import Claims
from training.evaluate.models import Subject, open_subject
from training.evaluate.on_scenes import CHOICE_SEED, held_scenes, image_of
from training.evaluate.on_tiles import MASKED
from training.evaluate.places import Places, Reading
from training.evaluate.plot import curves
from training.evaluate.window import Array
from training.scenes.scene import CLASSES

NOTHING = "nothing"
GAP_PX = 4
_MISSED, _FALSE, _TRUTH = (255, 60, 60), (60, 120, 255), (255, 230, 0)


@dataclasses.dataclass(frozen=True)
class Wrong:
    """A captioned crop with what is wrong in it."""

    reading: Reading
    index: int
    missed: int
    false: int


def report_run(
    path: Path, root: Path, sets: tuple[str, ...], out: Path, worst: int = 12, scenes: int = 8
) -> dict[str, Any]:
    """Write ``report.json``, ``curves.svg`` and ``worst.jpg`` of a run.

    Parameters
    ----------
    path : Path
        Run folder or model folder; curves are drawn where it has a ``log.jsonl``.
    root : Path
        Data folder.
    sets : tuple of str
        LEVIR groups that the run did not train on; the report set is refused, for what is seen
        here is learned from.
    out : Path
        Folder. ``worst.jpg`` shows others' imagery: it must not be published or committed.
    worst : int
        Rows of ``worst.jpg``: before, after, after with the true outlines yellow, missed pixels
        red, and false ones blue.
    scenes : int
        Generated scenes for the confusion of all classes.

    Returns
    -------
    dict
        What ``report.json`` holds: pixels by true class and by claimed class.

    Raises
    ------
    ValueError
        A set is part of the report set or there is none of the name.
    """
    refuse_report(sets)
    subject = open_subject(path)
    out.mkdir(parents=True, exist_ok=True)
    readings = Places(root, subject, sets).readings
    names = (NOTHING, *subject.classes)
    tiles = np.zeros((2, len(names)), np.int64)
    for reading in readings:
        codes = claimed(reading.claims, reading.truth.shape)
        tiles += confusion(reading.truth.astype(np.int64), codes, *tiles.shape)
    report: dict[str, Any] = {
        "model": path.name,
        "sets": list(sets),
        "tiles": {"claimed": names, "truth": _rows((NOTHING, MASKED), tiles)},
        "scenes": {
            "claimed": names,
            "truth": _rows((NOTHING, *CLASSES), on_scenes(subject, scenes)),
        },
    }
    found = worst_crops(readings, worst)
    report["worst"] = [
        {"crop": one.reading.crops[one.index].name, "missed_px": one.missed, "false_px": one.false}
        for one in found
    ]
    if found:
        sheet = np.concatenate([row(one) for one in found])
        _, data = cv2.imencode(".jpg", sheet[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])
        (out / "worst.jpg").write_bytes(data.tobytes())
    log = path / "log.jsonl"
    if log.exists():
        lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
        (out / "curves.svg").write_text(curves(lines), "utf-8")
    (out / "report.json").write_text(json.dumps(report, indent=1), "utf-8")
    return report


def claimed(claims: dict[str, Claims], shape: tuple[int, ...]) -> Array:
    """Code of the class claimed at each pixel, 0 where none is."""
    codes = np.zeros(shape, np.int64)
    for code, claim in enumerate(claims.values(), 1):
        codes[claim.mask] = code
    return codes


def confusion(truth: Array, codes: Array, rows: int, columns: int) -> Array:
    """Pixels by true code (rows) and claimed code (columns), int64 (rows, columns)."""
    table = np.bincount((truth * columns + codes).ravel(), minlength=rows * columns)
    return table.reshape(rows, columns)


def on_scenes(subject: Subject, count: int) -> Array:
    """The confusion of all classes on scenes that are neither trained on nor reported."""
    kinds = 1 + len(CLASSES)
    table = np.zeros((kinds, 1 + len(subject.classes)), np.int64)
    for _, scene in held_scenes(count, CHOICE_SEED):
        truth = np.zeros((scene.height, scene.width), np.int64)
        masks = (scene.building_change, scene.road_change, scene.other_change)
        for code, mask in enumerate(masks, 1):
            truth[mask] = code
        claims = subject.claims(image_of(scene.before), image_of(scene.after), scene.gsd)
        table += confusion(truth, claimed(claims, truth.shape), *table.shape)
    return table


def worst_crops(readings: list[Reading], count: int) -> list[Wrong]:
    """The captioned crops with the most wrong building pixels, the worst first."""
    found = []
    for reading in readings:
        mask = reading.claims[MASKED].mask
        for index, crop in enumerate(reading.crops):
            said, true = mask[crop.where], reading.truth[crop.where]
            found.append(
                Wrong(reading, index, int((true & ~said).sum()), int((said & ~true).sum()))
            )
    return sorted(found, key=lambda one: -(one.missed + one.false))[:count]


def row(one: Wrong) -> Array:
    """One row of the sheet, uint8 (256 + gap, 3 * (256 + gap), 3)."""
    where = one.reading.crops[one.index].where
    tile = one.reading.tile
    said, true = one.reading.claims[MASKED].mask[where], one.reading.truth[where]
    marked = tile.after[where].copy()
    for wrong, colour in ((true & ~said, _MISSED), (said & ~true, _FALSE)):
        marked[wrong] = marked[wrong] // 2 + np.array(colour, np.uint8) // 2
    rings, _ = cv2.findContours(true.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(marked, rings, -1, _TRUTH, 1)
    views = (tile.before[where], tile.after[where], marked)
    edge = ((0, GAP_PX), (0, GAP_PX), (0, 0))
    return np.concatenate([np.pad(view, edge) for view in views], axis=1)


def _rows(names: Sequence[str], table: Array) -> dict[str, list[int]]:
    return {name: line.tolist() for name, line in zip(names, table, strict=True)}
