"""Roads on real changed crops: sentences say whether one was built, the model where."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from training.evaluate.measure import Measure, Sums, balanced_accuracy, rounded
from training.evaluate.on_roads import ROAD
from training.evaluate.places import PIXEL_M, Places
from training.evaluate.road_sentences import road_built
from training.evaluate.section import NOT_OFFERED, Section
from training.evaluate.window import Array


def road_areas(places: Places) -> list[tuple[str, float, bool]]:
    """Tile, area (m²) called road change, and whether a road was built, of every decided crop.

    Only changed crops; those in which a single sentence says so are left out.
    """
    masks = [reading.claims[ROAD].mask for reading in places.readings]
    return areas_in(places, masks)


def areas_in(places: Places, masks: Iterable[Array]) -> list[tuple[str, float, bool]]:
    """As :func:`road_areas`, of other masks of road change: bool (H, W), one for each reading."""
    rows = []
    for reading, mask in zip(places.readings, masks, strict=True):
        for crop in reading.crops:
            built = road_built(crop.sentences) if crop.changed else None
            if built is not None:
                area = np.count_nonzero(mask[crop.where]) * PIXEL_M**2
                rows.append((reading.tile.name, float(area), built))
    return rows


def ranking(areas: Array, built: Array) -> float | None:
    """Share of (built, not built) pairs that the area puts in order, ties half (AUC)."""
    above = areas[built][:, None] - areas[~built][None, :]
    return rounded(float((np.sign(above) / 2 + 0.5).mean())) if above.size else None


def scored(rows: list[tuple[str, float, bool]], least_m2: float) -> Measure:
    """Balanced accuracy of "at least so much road change in the crop"."""
    sums = Sums("tp", "fp", "fn", "tn")
    for tile, area, built in rows:
        said = area >= least_m2
        sums.add(tile, **{("tp" if built else "fp") if said else ("fn" if built else "tn"): 1})
    return sums.measure(balanced_accuracy)


def measure_road_crops(places: Places) -> Section:
    """Balanced accuracy with the model's own area threshold."""
    section = Section()
    if ROAD not in places.subject.classes:
        section.missing["road_crops"] = NOT_OFFERED
        return section
    rows = road_areas(places)
    least = places.subject.road_crop_m2
    section.measures["road_crops.balanced_accuracy"] = scored(rows, least)
    areas, built = np.array([row[1] for row in rows]), np.array([row[2] for row in rows], bool)
    section.facts["road_crops"] = {
        "built": int(built.sum()),
        "none": int((~built).sum()),
        "least_m2": least,
        "auc": ranking(areas, built),
    }
    return section
