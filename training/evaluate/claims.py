"""What a reading claims: its objects by class, by the rules the engine's layers follow."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from engine.models.thresholds import Thresholds, for_classes
from engine.objects.components import MIN_PIXELS, label
from engine.objects.objects import action_of
from training.evaluate.window import Array


@dataclasses.dataclass(frozen=True)
class Limits:
    """What pixels and objects of each class must reach.

    Attributes
    ----------
    change, min_area_m2, min_score : dict
        By class, in the order of the model's channels.
    """

    change: dict[str, float]
    min_area_m2: dict[str, float]
    min_score: dict[str, float]

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names in the order of the channels."""
        return tuple(self.change)


def limits_of(settings: dict[str, Any], classes: tuple[str, ...]) -> Limits:
    """The limits that ``model.json`` names; plain 0.5 and no filters where it names none."""
    chosen = Thresholds.model_validate(settings.get("thresholds", {}))
    return Limits(
        *(
            for_classes(value, classes)
            for value in (chosen.change, chosen.min_area_m2, chosen.min_score)
        )
    )


@dataclasses.dataclass(frozen=True)
class Claims:
    """The objects of one class in one image.

    Attributes
    ----------
    labels : ndarray
        int32 (H, W): 1..n inside the objects, else 0.
    score, appeared : ndarray
        float64 (n,): mean probability, and mean probability of being there in the after date,
        weighted by the former.
    pixels : ndarray
        int64 (n,).
    """

    labels: Array
    score: Array
    appeared: Array
    pixels: Array

    @property
    def count(self) -> int:
        """Number of objects."""
        return len(self.score)

    @property
    def mask(self) -> Array:
        """bool (H, W)."""
        return self.labels > 0

    @property
    def actions(self) -> list[str]:
        """What happened to each object, as the layers say it."""
        return [action_of(float(value)) for value in self.appeared]


def class_map(change: Array, limits: Limits) -> Array:
    """The most probable class where it reaches its threshold: uint8 (H, W), 0 for none, k + 1."""
    chosen = change.argmax(axis=0)
    level = change.max(axis=0)
    # A blend of equal probabilities must reach the threshold that each of them reaches.
    edges = np.array([limits.change[name] for name in limits.classes], np.float32) - 1e-6
    return np.where(level >= edges[chosen], chosen + 1, 0).astype(np.uint8)


def objects_of(mask: Array, probability: Array, appeared: Array) -> Claims:
    """All 8-connected components of a mask with at least 6 pixels, unfiltered."""
    labels, count = label(mask)
    flat = labels.ravel()
    pixels = np.bincount(flat, minlength=count + 1)
    weight = np.bincount(flat, probability.ravel(), count + 1)
    lean = np.bincount(flat, (probability * appeared).ravel(), count + 1)
    whole = Claims(labels, weight / np.maximum(pixels, 1), lean / np.maximum(weight, 1e-9), pixels)
    return _kept(whole, pixels >= MIN_PIXELS)


def _kept(whole: Claims, keep: Array) -> Claims:
    keep = keep.copy()
    keep[0] = False
    number = np.zeros(len(keep), np.int32)
    number[keep] = np.arange(1, keep.sum() + 1)
    return Claims(number[whole.labels], whole.score[keep], whole.appeared[keep], whole.pixels[keep])


def filtered(claims: Claims, least_pixels: float, least_score: float) -> Claims:
    """Without objects that are too small or too unsure."""
    keep = (claims.pixels >= least_pixels - 1e-6) & (np.round(claims.score, 3) >= least_score)
    if keep.all():
        return claims
    first = np.array([False])
    with_rest = Claims(
        claims.labels,
        *(np.concatenate([[0], part]) for part in (claims.score, claims.appeared, claims.pixels)),
    )
    return _kept(with_rest, np.concatenate([first, keep]))


def read_claims(
    change: Array, appeared: Array, limits: Limits, gsd_m: float = 0.5
) -> dict[str, Claims]:
    """Objects by class of one image, after thresholds and filters.

    Parameters
    ----------
    change : ndarray
        float32 (K, H, W), probability of each class.
    appeared : ndarray
        float32 (H, W), probability of being there in the after date.
    limits : Limits
    gsd_m : float
        Ground size of a pixel in metres.
    """
    chosen = class_map(change, limits)
    found = {}
    for index, name in enumerate(limits.classes):
        claims = objects_of(chosen == index + 1, change[index], appeared)
        least = limits.min_area_m2[name] / gsd_m**2
        found[name] = filtered(claims, least, limits.min_score[name])
    return found
