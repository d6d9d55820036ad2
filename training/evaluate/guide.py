"""Measure a guide on tiles: pixels, objects, false objects, direction."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from training.evaluate.claims import limits_of
from training.evaluate.models import classes_of, folder_settings, open_model
from training.evaluate.objects import convincing
from training.evaluate.on_scenes import scene_tiles
from training.evaluate.scores import Counts, ratio, score
from training.evaluate.window import Array, Model, slide
from training.guide.tiles import Tile, load_tiles

SETS = {
    "report": ("report",),
    "demo": ("test_46", "test_47"),
    "mixed": ("test_37", "test_39"),
    "fold": ("west", "seventeen"),
    "middle": ("middle",),
    "train": ("train",),
}
SCENES = 8
PIXEL_M = 0.5
TO_SENSOR = (8, 40)


def as_other_sensor(image: Array, gsd_m: float = 0.6) -> Array:
    """A tile as a 16-bit raster of another ground size, before any stretch: uint16 (h, w, 3)."""
    size = round(image.shape[0] * PIXEL_M / gsd_m)
    small = cv2.resize(image, (size, size), interpolation=cv2.INTER_LINEAR)
    return small.astype(np.uint16) * TO_SENSOR[0] + TO_SENSOR[1]


def stretched(image: Array, to: tuple[float, float], size: int) -> Array:
    """Put the 2nd and 98th percentiles on ``to`` and go back to a grid of ``size`` pixels."""
    low, high = np.percentile(image, (2, 98))
    values = (image - low) / max(high - low, 1e-6) * (to[1] - to[0]) + to[0]
    values = np.clip(np.round(values), 0, 255).astype(np.uint8)
    return cv2.resize(values, (size, size), interpolation=cv2.INTER_LINEAR)


def predict(
    model: Model, tile: Tile, settings: dict[str, Any], other_sensor: bool = False
) -> tuple[Array, Array]:
    """Building change and appeared (H, W) of a tile; optionally after a change of sensor."""
    after = tile.after
    if other_sensor:
        to = tuple(settings.get("stretch", {}).get("to", (20.0, 200.0)))
        after = stretched(as_other_sensor(after), to, after.shape[0])
    size, overlap = settings.get("tile_size", 256), settings.get("overlap", 64)
    change, appeared = slide(model, tile.before, after, size, overlap)
    # Where another class is more probable the map shows that one.
    return np.where(change.argmax(axis=0) == 0, change[0], 0), appeared


def measure(
    predictions: Iterable[tuple[Tile, Array, Array]],
    threshold: float,
    min_area_m2: float = 0.0,
    min_score: float = 0.0,
) -> tuple[Counts, dict[str, Counts]]:
    """Counts of all tiles together and of each, after the filters that objects pass through."""
    each = {}
    smallest = round(min_area_m2 / PIXEL_M**2)
    for tile, change, appeared in predictions:
        truth, direction, known = (tile.truth[..., channel] > 0 for channel in range(3))
        mask = change >= threshold
        if smallest or min_score:
            mask = convincing(mask, change, smallest, min_score)
        each[tile.name] = score(mask, truth, PIXEL_M, appeared, direction, known)
    return sum(each.values(), Counts()), each


def sweep(
    predictions: list[tuple[Tile, Array, Array]], thresholds: Iterable[float]
) -> dict[str, dict[str, float | int | None]]:
    """Summary by threshold; only for tiles that are neither trained on nor reported."""
    return {f"{t:.2f}": measure(predictions, t)[0].summary() for t in thresholds}


def bootstrap_f1(each: dict[str, Counts], draws: int = 1000, seed: int = 0) -> list[float]:
    """95 % interval of the pixel F1 over tiles drawn with replacement."""
    rng = np.random.default_rng(seed)
    pixels = np.array([(c.true_px, c.false_px, c.missed_px) for c in each.values()])
    sums = pixels[rng.integers(len(pixels), size=(draws, len(pixels)))].sum(axis=1)
    f1 = 2 * sums[:, 0] / np.maximum(2 * sums[:, 0] + sums[:, 1] + sums[:, 2], 1)
    return [round(float(value), 4) for value in np.percentile(f1, (2.5, 97.5))]


def building_limits(path: Path) -> dict[str, float]:
    """The model's own threshold and filters for buildings."""
    limits = dataclasses.asdict(limits_of(folder_settings(path), classes_of(path)))
    return {name: float(values["building"]) for name, values in limits.items()}


def evaluate(
    path: Path,
    root: Path,
    which: str,
    threshold: float | None = None,
    other_sensor: bool = False,
    swept: bool = False,
) -> dict[str, Any]:
    """The report of one model on one set of tiles, ready for JSON.

    Parameters
    ----------
    path : Path
        Model folder, ONNX file, or checkpoint.
    root : Path
        Data folder.
    which : str
        A name of ``SETS``, or ``scenes``: generated places that no run draws.
    threshold : float, optional
        Instead of the model's own, and without its object filters.
    other_sensor : bool
        Pass the after date through 16 bits and 0.6 m first.
    swept : bool
        Add a threshold sweep; refused on the report set, where nothing may be chosen.
    """
    if swept and which not in ("fold", "middle"):
        raise ValueError("thresholds are chosen on the fold, never on the report set")
    model, settings = open_model(path), folder_settings(path)
    own = building_limits(path) if threshold is None else {"change": threshold}
    tiles = scene_tiles(SCENES) if which == "scenes" else load_tiles(root, SETS[which])
    predictions = [(tile, *predict(model, tile, settings, other_sensor)) for tile in tiles]
    total, each = measure(
        predictions, own["change"], own.get("min_area_m2", 0.0), own.get("min_score", 0.0)
    )
    report: dict[str, Any] = {"set": which, "tiles": len(tiles), "thresholds": own}
    report |= {"other_sensor": other_sensor, "model_version": settings.get("version")}
    report |= total.summary() | {"f1_95": bootstrap_f1(each)}
    report["changed_share"] = ratio(total.true_px + total.missed_px, total.pixels)
    report["by_tile"] = {name: counts.summary()["f1"] for name, counts in each.items()}
    if swept:
        report["sweep"] = sweep(predictions, np.arange(0.2, 0.81, 0.05))
    return report
