"""False objects on real ground that did not change, as it is and under perturbations."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from training.evaluate.claims import Claims
from training.evaluate.crops import QuietScores
from training.evaluate.measure import Measure
from training.evaluate.on_tiles import MASKED
from training.evaluate.perturb import KINDS
from training.evaluate.places import PIXEL_M, Crop, Places
from training.evaluate.section import NOT_OFFERED, Section
from training.evaluate.window import Array
from training.guide.sources import clcd_pairs
from training.guide.tiles import BACKGROUND, Tile


def quiet_crops(places: Places) -> Iterator[tuple[Tile, Crop]]:
    """Crops in which neither people nor the mask saw a change."""
    for tile in places.tiles:
        for crop in places.crops.get(tile.name, []):
            if not crop.changed and not tile.truth[..., 0][crop.where].any():
                yield tile, crop


def false_objects(claims: Claims, truth: Array) -> Array:
    """Centroid (row, column) of every object that touches no true change, float (n, 2)."""
    alone = np.ones(claims.count + 1, bool)
    alone[np.unique(claims.labels[truth])] = False
    alone[0] = False
    if not alone.any():
        return np.zeros((0, 2))
    flat = claims.labels.ravel()
    sizes = np.maximum(np.bincount(flat, minlength=claims.count + 1), 1)
    rows, columns = np.indices(truth.shape)
    centre = [np.bincount(flat, axis.ravel(), claims.count + 1) / sizes for axis in (rows, columns)]
    return np.stack(centre, 1)[alone]


def measure_quiet(places: Places, clcd_limit: int | None = None) -> Section:
    """False objects a km² on LEVIR's unchanged crops, on CLCD outside its masks, perturbed."""
    if MASKED not in places.subject.classes:
        return Section(missing={"quiet": NOT_OFFERED})
    section = Section(_whole(places))
    tables = {}
    for kind in KINDS:
        scores = perturbed(places, kind)
        rate, flagged = scores.rate(), scores.flagged()
        key = kind.replace(" ", "_")
        section.measures[f"quiet.{key}.false_objects_per_km2"] = rate
        section.measures[f"quiet.{key}.flagged"] = flagged
        tables[kind] = scores.facts()
    section.facts["perturbations"] = tables
    section.update(_clcd(places, clcd_limit))
    return section


def _whole(places: Places) -> dict[str, Measure]:
    """Unchanged crops within their tiles: the tile is read, the crop only says where to count."""
    scores = {name: QuietScores() for name in places.subject.classes}
    by_name = {reading.tile.name: reading for reading in places.readings}
    for name, score in scores.items():
        centres = {
            tile: false_objects(reading.claims[name], reading.truth)
            for tile, reading in by_name.items()
        }
        for tile, crop in quiet_crops(places):
            rows, columns = crop.where
            at = centres[tile.name]
            inside = (
                (at[:, 0] >= rows.start)
                & (at[:, 0] < rows.stop)
                & (at[:, 1] >= columns.start)
                & (at[:, 1] < columns.stop)
            )
            score.add(tile.name, int(inside.sum()), (rows.stop - rows.start) ** 2, PIXEL_M)
    return {f"quiet.levir.{name}_per_km2": score.rate() for name, score in scores.items()}


def perturbed(places: Places, kind: str) -> QuietScores:
    """False building objects on unchanged crops, read alone, after one kind of perturbation."""
    items = list(quiet_crops(places))
    scores = QuietScores()

    def pairs() -> Iterator[tuple[Array, Array]]:
        for tile, crop in items:
            rng = np.random.default_rng([zlib.crc32(kind.encode()), zlib.crc32(crop.name.encode())])
            after = np.ascontiguousarray(tile.after[crop.where])
            yield tile.before[crop.where], KINDS[kind](after, rng)

    for (tile, crop), outputs in zip(items, places.subject.outputs(pairs()), strict=True):
        claims = places.subject.crop_claims(outputs, PIXEL_M)
        pixels = tile.truth[..., 0][crop.where].size
        flagged = any(found.count for found in claims.values())
        scores.add(tile.name, claims[MASKED].count, pixels, PIXEL_M, flagged)
    return scores


def _clcd(places: Places, limit: int | None) -> Section:
    """Building objects outside the cropland masks of CLCD's test pairs.

    Elsewhere only cropland is known not to have changed: a new building there counts as false.
    """
    if not (Path(places.root) / "clcd" / "test").is_dir():
        return Section(missing={"quiet.clcd": "no folder clcd/test in the data"})
    scores = QuietScores()
    for pair in clcd_pairs(places.root, "test")[:limit]:
        claims = places.subject.claims(pair.before, pair.after, pair.gsd)[MASKED]
        truth = (pair.allowed & BACKGROUND) == 0
        false = len(false_objects(claims, truth))
        scores.add(pair.name, false, int((~truth).sum()), pair.gsd)
    return Section({"quiet.clcd.building_per_km2": scores.rate()}, {"clcd": scores.facts()})
