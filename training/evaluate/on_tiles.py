"""Measures on real tiles: pixels, objects, counts, cells, flag, direction, calibration."""

from __future__ import annotations

import numpy as np

from training.evaluate.calibration import FIRST_UNSURE, Reliability
from training.evaluate.claims import Claims, read_claims
from training.evaluate.crops import CropScores, FlagScores
from training.evaluate.objects import match, objects, overlaps
from training.evaluate.places import PIXEL_M, Crop, Places, Reading
from training.evaluate.section import NOT_OFFERED, Section
from training.evaluate.sensor import as_other_sensor, stretched
from training.evaluate.truths import ClassScores
from training.evaluate.window import Array

MASKED = "building"
"""The one class whose change LEVIR's masks show."""


def measure_tiles(places: Places) -> Section:
    """Everything LEVIR's masks and the captions' flag can say of a model."""
    section = Section()
    subject = places.subject
    section.update(_flag(places))
    for name in ("road", "other"):
        why = "LEVIR's masks show buildings only" if name in subject.classes else NOT_OFFERED
        section.missing[f"{name} (tiles)"] = why
    if MASKED not in subject.classes:
        section.missing[MASKED] = NOT_OFFERED
        return section
    scores, crops = ClassScores(), CropScores()
    pixels, things = Reliability(), Reliability()
    for reading in places.readings:
        tile, truth, claims = reading.tile, reading.truth, reading.claims[MASKED]
        known = tile.truth[..., 2] > 0
        scores.add(tile.name, claims, truth, PIXEL_M, tile.truth[..., 1] > 0, known)
        for crop in reading.crops:
            crops.add(tile.name, claims.mask[crop.where], truth[crop.where])
        pixels.add(tile.name, reading.change[subject.classes.index(MASKED)], truth)
        things.add(tile.name, claims.score, _hits(claims, truth))
    section.measures |= scores.measures(MASKED) | crops.measures(MASKED)
    section.measures["calibration.pixels"] = pixels.error()
    section.measures["calibration.pixels_above_background"] = pixels.error(FIRST_UNSURE)
    section.measures["calibration.objects"] = things.error()
    section.facts["reliability"] = {"pixels": pixels.table(), "objects": things.table()}
    section.facts["by_tile"] = {
        reading.tile.name: _tile_f1(reading.claims[MASKED].mask, reading.truth)
        for reading in places.readings
    }
    section.facts["objects"] = {
        "truth": int(scores.objects.total("tp") + scores.objects.total("fn")),
        "predicted": int(scores.objects.total("tp") + scores.objects.total("fp")),
        "matched": int(scores.objects.total("tp")),
    }
    section.update(_swapped(places))
    section.update(_other_sensor(places))
    return section


def _hits(claims: Claims, truth: Array) -> Array:
    """Which objects are matched at IoU 0.5, bool (n,)."""
    real, n_real = objects(truth)
    right = np.zeros(claims.count, bool)
    for found, _ in match(*overlaps(claims.labels, claims.count, real, n_real)):
        right[found - 1] = True
    return right


def _tile_f1(mask: Array, truth: Array) -> float | None:
    whole = int(mask.sum() + truth.sum())
    return round(2 * int((mask & truth).sum()) / whole, 4) if whole else None


def any_object(reading: Reading, crop: Crop) -> bool:
    """Whether an object of any class lies in a crop, as it is cut out of its tile.

    This is what the layers' ``changed`` says.
    """
    return any(objects(claims.mask[crop.where])[1] for claims in reading.claims.values())


def _flag(places: Places) -> Section:
    """What the layers say of a crop, and beside it the network's own output."""
    layers, network = FlagScores(), FlagScores()
    for reading in places.readings:
        for crop in reading.crops:
            layers.add(reading.tile.name, any_object(reading, crop), crop.changed)
            outputs = places.crop_outputs[crop.name]
            if "flag" in outputs:
                told = float(np.ravel(outputs["flag"])[0]) >= 0.5
                network.add(reading.tile.name, told, crop.changed)
    measures = layers.measures()
    if network.sums.total("tp") + network.sums.total("tn"):
        measures |= network.measures("flag_by_network")
    return Section(measures)


def _other_sensor(places: Places) -> Section:
    """The same tiles with an after date of 16 bits and other pixels."""
    scores = ClassScores()
    subject = places.subject
    low, high = subject.settings.get("stretch", {}).get("to", (20.0, 200.0))
    for reading in places.readings:
        tile = reading.tile
        raw = as_other_sensor(tile.after, PIXEL_M)
        claims = subject.claims(tile.before, stretched(raw, (low, high), reading.truth.shape))
        scores.add(tile.name, claims[MASKED], reading.truth, PIXEL_M)
    measures = scores.measures("other_sensor")
    names = ("pixel_f1", "object_precision", "object_recall")
    return Section({name: measures[name] for name in (f"other_sensor.{end}" for end in names)})


def _swapped(places: Places) -> Section:
    """The same tiles with the dates swapped: what appeared must have disappeared."""
    scores = ClassScores()
    subject = places.subject
    for reading in places.readings:
        tile = reading.tile
        views = subject.read(tile.after, tile.before)
        claims = read_claims(*views, subject.limits, PIXEL_M)[MASKED]
        known = tile.truth[..., 2] > 0
        scores.add(tile.name, claims, reading.truth, PIXEL_M, tile.truth[..., 1] == 0, known)
    measures = scores.measures("swapped")
    names = ("swapped.direction", "swapped.pixel_f1", "swapped.object_recall")
    directed = int(scores.direction.total("all"))
    return Section({name: measures[name] for name in names}, {"swapped_objects": directed})
