"""Measures on generated scenes that no run ever draws."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from training.evaluate.claims import read_claims
from training.evaluate.models import Subject
from training.evaluate.on_roads import ROAD, RoadScores
from training.evaluate.section import NOT_OFFERED, Section
from training.evaluate.truths import ClassScores
from training.scenes import ScenePair, generate_pair
from training.scenes.scene import CLASSES

FIRST_SEED = 3_000_000_000
"""Runs draw seeds below 2^31; these scenes begin above."""
CHOICE_SEED = 2_500_000_000
"""Scenes on which thresholds may be chosen begin here: neither trained on nor reported."""
SIDE = 512


def held_scenes(
    count: int, first: int = FIRST_SEED, side: int = SIDE
) -> Iterator[tuple[str, ScenePair]]:
    """Scenes from a quiet place to one where half of the blocks change, 0.45 to 0.6 m a pixel."""
    for index in range(count):
        rng = np.random.default_rng([first, index])
        gsd, change = float(rng.uniform(0.45, 0.6)), float(rng.uniform(0.05, 0.5))
        yield f"scene_{index}", generate_pair(first + index, side, side, gsd, change=change)


def measure_scenes(subject: Subject, count: int) -> Section:
    """Every class on generated scenes, roads also relaxed."""
    section = Section(facts={"scenes": {"count": count, "side_px": SIDE}})
    scores = {name: ClassScores() for name in CLASSES if name in subject.classes}
    relaxed = RoadScores()
    for unit, scene in held_scenes(count):
        views = subject.read(image_of(scene.before), image_of(scene.after))
        claims = read_claims(*views, subject.limits, scene.gsd)
        truths = (scene.building_change, scene.road_change, scene.other_change)
        for name, truth in zip(CLASSES, truths, strict=True):
            if name in scores:
                appeared, known = scene.direction == 1, scene.direction > 0
                scores[name].add(unit, claims[name], truth, scene.gsd, appeared, known)
        if ROAD in claims:
            relaxed.add(unit, claims[ROAD].mask, scene.road_change)
    for name in CLASSES:
        if name not in scores:
            section.missing[f"scenes.{name}"] = NOT_OFFERED
            continue
        section.measures |= scores[name].measures(f"scenes.{name}")
    if ROAD in scores:
        section.measures |= relaxed.measures("scenes.road")
    return section


def image_of(bands: np.ndarray) -> np.ndarray:
    """uint8 (3, H, W) as (H, W, 3)."""
    return np.ascontiguousarray(bands.transpose(1, 2, 0))
