"""Text on generated tiles: how often it degenerates, on many more places than there are photos."""

from __future__ import annotations

import itertools
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np

from engine.language.backend import Backend
from engine.language.messages import Date
from engine.language.tasks import CAPTION
from engine.run.speak import GROUP
from training.evaluate.captions import decoded_outputs
from training.evaluate.claims import class_map
from training.evaluate.language.asking import Said, ask
from training.evaluate.language.cases import Case, card_reading
from training.evaluate.language.conditions import Condition
from training.evaluate.language.degenerate import measure_text
from training.evaluate.models import Subject
from training.evaluate.places import PIXEL_M
from training.evaluate.section import Section
from training.scenes.pair import generate_pair

SIDE = 256
SEED = 77_000_000
"""First of the tiles' seeds, far from those that anything was trained on."""
AHEAD = 64
"""Scenes that are made ahead (0.4 MB each)."""


def measure_generated(subject: Subject, backend: Backend, asked: Condition, count: int) -> Section:
    """Captions of ``count`` generated tiles, half of them without a change; ``generated.text.…``.

    Raises
    ------
    ValueError
        The condition needs the truth of real crops.
    """
    told: list[Said] = []
    scenes = enumerate(_scenes(count))
    while part := list(itertools.islice(scenes, GROUP)):
        said = ask(backend, list(_cases(subject, *zip(*part, strict=True))), asked, (CAPTION,))
        told += [_light(one) for one in said]
    return measure_text(told, "generated.text")


def _scenes(count: int) -> Iterator[dict[Date, Any]]:
    """Made by other processes while those before are read, a bounded number ahead."""
    # Not forked: the networks' threads would be copied halfway.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max(1, (os.cpu_count() or 1) - 1), context) as pool:
        ahead = pool.map(_scene, range(min(AHEAD, count)))
        for start in range(AHEAD, count + AHEAD, AHEAD):
            ready, ahead = ahead, pool.map(_scene, range(start, min(start + AHEAD, count)))
            yield from ready


def _cases(
    subject: Subject, numbers: Sequence[int], scenes: Sequence[dict[Date, Any]]
) -> Iterator[Case]:
    found = list(subject.outputs((scene["before"], scene["after"]) for scene in scenes))
    by_name = {str(number): outputs for number, outputs in zip(numbers, found, strict=True)}
    wordings = decoded_outputs(subject, by_name) or {}
    whole = (slice(0, SIDE), slice(0, SIDE))
    for scene, (name, outputs) in zip(scenes, by_name.items(), strict=True):
        score = round(float(np.ravel(outputs["flag"])[0]), 4) if "flag" in outputs else None
        seen = class_map(outputs["change"], subject.limits).any()
        told = wordings.get(name, ()) if seen else ()
        claims = subject.crop_claims(outputs, PIXEL_M)
        reading = card_reading(claims, whole, subject.limits, score, told)
        yield Case(name, name, scene, reading)


def _scene(number: int) -> dict[Date, Any]:
    share = 0.0 if number % 2 else 0.1 + 0.05 * (number // 2 % 11)
    scene = generate_pair(SEED + number, SIDE, SIDE, PIXEL_M, change=share)
    return {
        "before": np.ascontiguousarray(scene.before.transpose(1, 2, 0)),
        "after": np.ascontiguousarray(scene.after.transpose(1, 2, 0)),
    }


def _light(said: Said) -> Said:
    """Without the images, which thousands of tiles have no room for."""
    case = Case(said.case.name, said.case.unit, {}, said.case.reading)
    return Said(case, said.card, said.replies, said.liked)
