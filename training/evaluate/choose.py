"""Choosing a model's thresholds, filters and temperature, never on the report set."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from training.evaluate.calibration import Reliability, fit_temperature, tempered
from training.evaluate.claims import filtered
from training.evaluate.models import Subject, is_checkpoint, open_subject
from training.evaluate.on_roads import ROAD, RoadPair, crossed, painted
from training.evaluate.on_scenes import CHOICE_SEED, held_scenes, image_of
from training.evaluate.on_tiles import MASKED
from training.evaluate.places import PIXEL_M, Places
from training.evaluate.road_crops import areas_in, scored
from training.evaluate.steady import steady_edits
from training.evaluate.sweeps import (
    ROAD_AREAS_M2,
    SCORES,
    Choice,
    Seen,
    best_of,
    building_rows,
    road_key,
    sweep_buildings,
    sweep_roads,
    top_f1,
)
from training.guide.settle import Settle
from training.guide.singles import road_singles
from training.guide.tiles import GROUPS, REPORT, Pair, levir_pairs, names_of

CROP_AREAS_M2 = (5.0, 10.0, 20.0, 40.0, 60.0, 80.0, 120.0, 160.0, 240.0, 320.0, 480.0)
ROADS, SCENES = "roads", "scenes"
VALLEYS, GAPS = (0.0, 1.0, 2.0), (0.0, 0.5, 1.0)
PIXELS_FOR_TEMPERATURE = 2_000_000
NEAR_ROADS = 0.004
"""So much of the sum of IoU and relaxed F1 may be given for steadier road claims."""


def refuse_report(sets: Iterable[str]) -> None:
    """Nothing may be chosen where results are reported.

    Raises
    ------
    ValueError
        A set is, or holds, a tile of the report group; or there is no such set.
    """
    for name in sets:
        if name in (ROADS, SCENES):
            continue
        if set(names_of((name,))) & set(REPORT) or name in ("report", "demo", "mixed"):
            raise ValueError(f"nothing is chosen on {name}: it belongs to the report set")
        if name not in GROUPS and not name.startswith(("test_", "train_")):
            raise ValueError(
                f"no such set: {name}; there are {', '.join([*GROUPS, ROADS, SCENES])}"
            )


def refuse_trained(path: Path, sets: Iterable[str]) -> None:
    """Nothing is chosen on tiles that the weights have seen, where a checkpoint says so.

    Raises
    ------
    ValueError
        A run, or one that it started from, was trained on tiles of a set, or does not say on what.
    """
    if not is_checkpoint(path):
        return
    from training.guide.runs import trained_on

    seen = set(names_of(trained_on(path)))
    for name in sets:
        if seen & set(names_of((name,))):
            raise ValueError(
                f"nothing is chosen on {name}: {path}, or what it started from, was trained on it"
            )


def choose(
    path: Path, root: Path, sets: tuple[str, ...], limit: int | None = None
) -> dict[str, Any]:
    """Sweep thresholds and filters by class and fit a temperature.

    Parameters
    ----------
    path : Path
        Model folder, or a run whose weights never saw ``sets``.
    root : Path
        Data folder.
    sets : tuple of str
        LEVIR groups or tiles, ``roads`` (pairs composed from the images that runs train on, in
        compositions they never drew), and
        ``scenes`` (generated ones that are neither trained on nor reported).
    limit : int, optional
        So many tiles, road images and scenes of each at most.

    Returns
    -------
    dict
        ``graph`` and ``thresholds`` as ``model.json`` has them, and the sweeps behind them.
        ``graph`` belongs into a checkpoint's graph when it is exported; an ONNX file has its own
        inside, its temperature is only told, and its thresholds hold for it as it is.
    """
    refuse_report(sets)
    refuse_trained(path, sets)
    subject = open_subject(path)
    groups = tuple(name for name in sets if name not in (ROADS, SCENES))
    places = Places(root, subject, groups, limit) if groups else None
    report: dict[str, Any] = {"chosen_on": list(sets)}
    limits = subject.limits
    marks: dict[str, Any] = {
        name: dict(getattr(limits, name)) for name in ("change", "min_area_m2", "min_score")
    }
    seen = _tiles(places, is_checkpoint(path)) if places and MASKED in subject.classes else []
    temperature = 1.0
    if seen:
        index = subject.classes.index(MASKED)
        fitted = _temperature(seen, index)
        report["temperature"] = round(fitted, 4)
        report["calibration_error"] = _errors(seen, index, fitted)
        if is_checkpoint(path):
            temperature = fitted
        seen = _warmed(seen, temperature)
        parts = _partings(seen) if is_checkpoint(path) else [Settle()]
        best, parting, report["building"] = _buildings(seen, index, parts)
        _mark(marks, MASKED, best)
        report["graph"] = parting._replace(temperature=report["temperature"])._asdict()
    roads = _road_images(subject, root, sets, limit) if ROAD in subject.classes else []
    if roads:
        roads = _warmed(roads, temperature)
        best, report["road"] = sweep_roads(roads, subject.classes.index(ROAD))
        _mark(marks, ROAD, best)
    if places and ROAD in subject.classes:
        if roads and not is_checkpoint(path):
            pairs = levir_pairs(root, groups)
            best, report["road"]["steady"] = _steady(subject, places, pairs, marks, report["road"])
            _mark(marks, ROAD, best)
        marks["road_crop_m2"], report["road_crops"] = _road_crops(places, marks, temperature)
    return {"thresholds": marks} | report


def _partings(seen: list[Seen]) -> list[Settle]:
    """The ways of parting neighbours that are tried."""
    gaps = GAPS if all(item.gap is not None for item in seen) else (0.0,)
    return [Settle(1.0, valley, gap) for gap in gaps for valley in VALLEYS]


def _buildings(
    seen: list[Seen], index: int, partings: list[Settle]
) -> tuple[Choice, Settle, dict[str, Any]]:
    """The best threshold and filters, with the best parting; and all that was tried."""
    parted = {parting: [_parted(item, index, parting) for item in seen] for parting in partings}
    rows = {parting: building_rows(items, index) for parting, items in parted.items()}
    top = max(top_f1(table) for table in rows.values())
    found = {
        parting: sweep_buildings(items, index, rows[parting], top)
        for parting, items in parted.items()
    }
    best = min(found, key=lambda parting: found[parting][1])
    tried = {
        f"valley {parting.valley:g}, gap {parting.gap:g}": {
            "thresholds": {f"{t:.2f}, {s:g}": row for (t, s), row in rows[parting].items()},
            "filters": table,
            "cost": round(cost, 4),
        }
        for parting, (_, cost, table) in found.items()
    }
    return found[best][0], best, tried


def _parted(seen: Seen, index: int, parting: Settle) -> Seen:
    change = seen.change.copy()
    building = torch.from_numpy(change[index][None, None])
    gap = None if seen.gap is None else torch.from_numpy(seen.gap[None, None])
    change[index] = parting.part(building, gap).numpy()[0, 0]
    return dataclasses.replace(seen, change=change)


def _mark(marks: dict[str, Any], name: str, best: Choice) -> None:
    for key, value in zip(("change", "min_area_m2", "min_score"), best, strict=True):
        marks[key][name] = value


def _tiles(places: Places, gaps: bool) -> list[Seen]:
    seen = [
        Seen(r.tile.name, r.change, r.appeared, r.truth, PIXEL_M, tuple(c.where for c in r.crops))
        for r in places.readings
    ]
    if not (gaps and seen and places.subject.has("gap")):
        return seen
    read = places.subject.read
    maps = [read(tile.before, tile.after, "gap")[0][0] for tile in places.tiles]
    return [dataclasses.replace(item, gap=gap) for item, gap in zip(seen, maps, strict=True)]


def _warmed(seen: list[Seen], temperature: float) -> list[Seen]:
    if temperature == 1:
        return seen
    return [dataclasses.replace(s, change=tempered(s.change, temperature)) for s in seen]


def _temperature(seen: list[Seen], index: int) -> float:
    step = max(1, sum(item.truth.size for item in seen) // PIXELS_FOR_TEMPERATURE)
    change = np.concatenate(
        [item.change.reshape(len(item.change), -1)[:, ::step] for item in seen], 1
    )
    truth = np.concatenate([item.truth.ravel()[::step] for item in seen])
    return fit_temperature(change, index, truth)


def _errors(seen: list[Seen], index: int, temperature: float) -> dict[str, float | None]:
    errors = {}
    for name, value in (("before", 1.0), ("after", temperature)):
        bins = Reliability()
        for item in _warmed(seen, value):
            bins.add(item.name, item.change[index], item.truth)
        errors[name] = bins.error().value
    return errors


def _road_images(
    subject: Subject, root: Path, sets: tuple[str, ...], limit: int | None
) -> list[Seen]:
    pairs: list[RoadPair] = []
    if ROADS in sets:
        for source in ("epfl", "cil"):
            singles = road_singles(root, source)[:limit]
            pairs += [*crossed(singles), *painted(singles)]
    if SCENES in sets:
        for name, scene in held_scenes(limit or 16, CHOICE_SEED):
            before, after = image_of(scene.before), image_of(scene.after)
            pairs.append(RoadPair(name, before, after, scene.road_change, scene.gsd))
    return [
        Seen(pair.name, *subject.read(pair.before, pair.after), pair.change, pair.gsd_m)
        for pair in pairs
    ]


def _steady(
    subject: Subject, places: Places, pairs: list[Pair], marks: dict[str, Any], report: dict
) -> tuple[Choice, dict[str, Any]]:
    """The road filter that real edits and people's sentences bear out.

    Pixels hardly tell filters apart (:data:`NEAR_ROADS`); of those that do about equally well, the
    one with the best mean of exact edits and balanced accuracy of crops: short pieces come and go
    with whatever else is in the picture, yet some are all that is seen of a road that people name.
    """
    level = marks["change"][ROAD]
    scores = {key: sum(value.values()) for key, value in report["sweep"].items()}
    near = max(scores.values()) - NEAR_ROADS
    options = [
        (level, area, score)
        for area in ROAD_AREAS_M2
        for score in SCORES
        if scores.get(road_key(level, area, score), 0.0) >= near
    ]
    exact = steady_edits(subject, pairs, ROAD, options)
    table = {}
    for option in options:
        tried = {key: dict(marks[key]) for key in ("change", "min_area_m2", "min_score")}
        _mark(tried, ROAD, option)
        crops = max(_road_crops(places, tried, 1.0)[1].values())
        table[option] = {"edits": round(exact[option], 4), "crops": crops}
    top = max(sum(row.values()) for row in table.values())
    best = [option for option in options if sum(table[option].values()) == top][-1]  # the strictest
    return best, {road_key(*option): row for option, row in table.items()}


def _road_crops(
    places: Places, marks: dict[str, Any], temperature: float
) -> tuple[float, dict[str, float]]:
    """Area from which a road was built in a crop, and what every area reached."""
    index = places.subject.classes.index(ROAD)
    level, area, score = (marks[key][ROAD] for key in ("change", "min_area_m2", "min_score"))
    masks = [
        filtered(item.claims(index, level), area / PIXEL_M**2, score).mask
        for item in _warmed(_tiles(places, False), temperature)
    ]
    rows = areas_in(places, masks)
    return best_of(CROP_AREAS_M2, lambda t: scored(rows, t).value or 0.0)
