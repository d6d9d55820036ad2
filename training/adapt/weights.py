"""Tuning the guide's decoder on reviewed objects: what was rejected becomes ground, the rest stays.

Few verdicts move many weights, so everything that nobody judged is held to what the original says
there, pixel by pixel, on the same windows.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.adapt.decoder import Decoder, GuideGraph
from training.adapt.ground import Ground
from training.evaluate.window import Array, Model, batch_of, slide

WINDOW, BATCH = 256, 4
RATE = 3e-4
AS_BEFORE = 20.0
"""Weight of the pixels that nobody judged, as of one object's."""
CONFIRMED = 0.3
"""Weight of a confirmed object, as of a rejected one. With 1 more is found, true and false."""
GROWN_PX = 3
"""A rejected object's surroundings are ground with it: else its rim is left."""
SHIFT = 64
"""Pixels by which an object may lie off a window's centre."""
_UNSAID = 255


@dataclasses.dataclass(frozen=True)
class Lesson:
    """A window's place, and what is known there."""

    ground: int
    row: int
    column: int


def tune(
    graph: GuideGraph,
    grounds: Sequence[Ground],
    classes: Sequence[str],
    seed: int,
    steps: int = 100,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Decoder:
    """A decoder that has learned from the verdicts on some ground.

    Parameters
    ----------
    grounds : sequence of Ground
        With images.
    classes : sequence of str
        The guide's, in the order of its channels.
    progress : callable
        Takes steps done and in all.

    Raises
    ------
    ValueError
        Nothing was rejected there, or nothing else is there.
    """
    targets = [_target(ground, classes) for ground in grounds]
    wrong, right = _places(grounds, False), _places(grounds, True)
    if not wrong or not right:
        raise ValueError("weights are tuned on confirmed and rejected objects: one kind is missing")
    original = graph.decoder()
    learned = copy.deepcopy(original)
    rng = np.random.default_rng([seed, 9])
    optimiser = torch.optim.AdamW(learned.parameters(), lr=RATE, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for step in range(steps):
        # As many windows around rejected objects as around others, which are far more.
        sides = [(wrong, right)[i % 2] for i in range(BATCH)]
        picked = [side[int(rng.integers(len(side)))] for side in sides]
        before, after, target, weight = _batch(grounds, targets, picked, rng)
        maps = graph.maps(before, after)
        with torch.no_grad():
            told = original(maps)
        loss = _loss(learned(maps), told, target, weight)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        progress(step + 1, steps)
    return learned


def read_again(ground: Ground, run: Model, tile: int, overlap: int) -> Ground:
    """The ground as another guide reads it, with the same marks.

    Raises
    ------
    ValueError
        It has no images.
    """
    if ground.before is None or ground.after is None:
        raise ValueError(f"ground {ground.name} has no images")
    change, _ = slide(run, ground.before, ground.after, tile, overlap)
    if ground.near is not None:
        change = np.where(ground.near, change, 0)
    return dataclasses.replace(ground, change=change.astype(np.float32))


def _target(ground: Ground, classes: Sequence[str]) -> tuple[Array, Array]:
    """What a person said of each pixel (0 ground, k the class, else unsaid), and its weight."""
    target = np.full(ground.numbers.shape, _UNSAID, np.uint8)
    weight = np.zeros(ground.numbers.shape, np.float32)
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * GROWN_PX + 1,) * 2)
    for number, mark in enumerate(ground.marks, 1):
        if not mark.reviewed:
            continue
        mask = ground.numbers == number
        if not mark.right:
            # Not into neighbours: they may be right.
            grown = cv2.dilate(mask.astype(np.uint8), disk) > 0
            mask = grown & (mask | (ground.numbers == 0))
        if not mask.any():
            continue
        target[mask] = 1 + classes.index(mark.class_name) if mark.right else 0
        weight[mask] = (CONFIRMED if mark.right else 1.0) / np.count_nonzero(mask)
    return target, weight


def _places(grounds: Sequence[Ground], right: bool) -> list[Lesson]:
    """Centres of the reviewed objects of one verdict."""
    found = []
    for index, ground in enumerate(grounds):
        for number, mark in enumerate(ground.marks, 1):
            if not mark.reviewed or mark.right != right:
                continue
            rows, columns = np.nonzero(ground.numbers == number)
            if rows.size:
                found.append(Lesson(index, int(rows.mean()), int(columns.mean())))
    return found


def _batch(
    grounds: Sequence[Ground],
    targets: Sequence[tuple[Array, Array]],
    picked: Sequence[Lesson],
    rng: np.random.Generator,
) -> tuple[Array, Array, Tensor, Tensor]:
    """Windows around places, turned and mirrored by lot."""
    columns: list[list[Array]] = [[] for _ in range(4)]
    for lesson in picked:
        ground, known = grounds[lesson.ground], targets[lesson.ground]
        turns, mirrored = int(rng.integers(4)), bool(rng.integers(2))
        top, left = (
            int(np.clip(place - WINDOW // 2 + rng.integers(-SHIFT, SHIFT + 1), 0, max(0, size)))
            for place, size in zip(
                (lesson.row, lesson.column),
                (side - WINDOW for side in ground.numbers.shape),
                strict=True,
            )
        )
        where = np.s_[top : top + WINDOW, left : left + WINDOW]
        for column, array in zip(columns, (ground.before, ground.after, *known), strict=True):
            assert array is not None
            part = _padded(array[where])
            part = np.rot90(part, turns)
            column.append(np.ascontiguousarray(part[:, ::-1] if mirrored else part))
    before, after = (batch_of(part) for part in columns[:2])
    return (
        before,
        after,
        torch.from_numpy(np.stack(columns[2]).astype(np.int64)),
        torch.from_numpy(np.stack(columns[3])),
    )


def _padded(array: Array) -> Array:
    """At least a window's size, by reflection, as small rasters are read."""
    more = [(0, max(0, WINDOW - side)) for side in array.shape[:2]]
    if not any(after for _, after in more):
        return array
    return np.pad(array, more + [(0, 0)] * (array.ndim - 2), mode="symmetric")


def _loss(logits: Tensor, told: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Cross-entropy of what was said, an object's pixels together as one; the rest as before."""
    change = F.log_softmax(logits[:, :-1], 1)
    was = F.log_softmax(told[:, :-1], 1)
    said = target != _UNSAID
    picked = change.gather(1, torch.where(said, target, 0)[:, None])[:, 0]
    judged = -(picked * weight * said).sum() / BATCH
    drift = (was.exp() * (was - change)).sum(1)
    gap = F.mse_loss(logits[:, -1].sigmoid(), told[:, -1].sigmoid(), reduction="none")
    kept = ((drift + gap) * ~said).sum() / (~said).sum().clamp_min(1)
    return judged + AS_BEFORE * kept
