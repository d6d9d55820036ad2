"""Objects of a mask and their one-to-one matching."""

from __future__ import annotations

import numpy as np

from engine.objects.components import MIN_PIXELS, label
from training.evaluate.window import Array


def objects(mask: Array, min_pixels: int = MIN_PIXELS) -> tuple[Array, int]:
    """8-connected components of at least ``min_pixels``, numbered 1..n without gaps.

    Returns
    -------
    tuple
        labels int32 (H, W), 0 elsewhere, and n.
    """
    labels, count = label(mask)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    keep = sizes >= min_pixels
    keep[0] = False
    number = np.zeros(count + 1, np.int32)
    number[keep] = np.arange(1, keep.sum() + 1)
    return number[labels], int(keep.sum())


def overlaps(
    first: Array, n_first: int, second: Array, n_second: int
) -> tuple[Array, Array, Array]:
    """Pairs of labels that share pixels, with their IoU: (i, j, iou), 1-based labels."""
    both = (first > 0) & (second > 0)
    codes = first[both].astype(np.int64) * (n_second + 1) + second[both]
    pairs, shared = np.unique(codes, return_counts=True)
    i, j = np.divmod(pairs, n_second + 1)
    size_first = np.bincount(first.ravel(), minlength=n_first + 1)
    size_second = np.bincount(second.ravel(), minlength=n_second + 1)
    return i, j, shared / (size_first[i] + size_second[j] - shared)


def merged(found: Array, n_found: int, real: Array, n_real: int) -> Array:
    """True objects that share the found object that holds most of them: bool (n_real,)."""
    both = (found > 0) & (real > 0)
    codes = found[both].astype(np.int64) * (n_real + 1) + real[both]
    pairs, shared = np.unique(codes, return_counts=True)
    holder, held = np.divmod(pairs, n_real + 1)
    most = shared > np.bincount(real.ravel(), minlength=n_real + 1)[held] / 2
    crowd = np.bincount(holder[most], minlength=n_found + 1)
    result = np.zeros(n_real, bool)
    result[held[most & (crowd[holder] > 1)] - 1] = True
    return result


def match(i: Array, j: Array, iou: Array, least: float = 0.5) -> list[tuple[int, int]]:
    """One-to-one pairs (i, j) with IoU of at least ``least``, best pairs first.

    Objects that do not overlap their own kind have one partner above 0.5 at most; the order only
    matters for layers whose outlines overlap each other.
    """
    order = np.argsort(-iou, kind="stable")
    pairs: list[tuple[int, int]] = []
    used_i: set[int] = set()
    used_j: set[int] = set()
    for k in order[iou[order] >= least]:
        left, right = int(i[k]), int(j[k])
        if left not in used_i and right not in used_j:
            pairs.append((left, right))
            used_i.add(left)
            used_j.add(right)
    return pairs
