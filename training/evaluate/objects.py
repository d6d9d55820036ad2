"""Objects of a mask and their one-to-one matching."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

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


def overlaps(first: Array, n_first: int, second: Array, n_second: int) -> tuple[Array, ...]:
    """Pairs of labels that share pixels, with their IoU: (i, j, iou), 1-based labels."""
    both = (first > 0) & (second > 0)
    codes = first[both].astype(np.int64) * (n_second + 1) + second[both]
    pairs, shared = np.unique(codes, return_counts=True)
    i, j = np.divmod(pairs, n_second + 1)
    size_first = np.bincount(first.ravel(), minlength=n_first + 1)
    size_second = np.bincount(second.ravel(), minlength=n_second + 1)
    return i, j, shared / (size_first[i] + size_second[j] - shared)


def match(i: Array, j: Array, iou: Array, least: float = 0.5) -> list[tuple[int, int]]:
    """One-to-one pairs (i, j) with IoU of at least ``least``, as many as possible.

    Raster objects at IoU above 0.5 are one-to-one anyway; vector layers may hold overlaps.
    """
    keep = iou >= least
    i, j, iou = i[keep], j[keep], iou[keep]
    if not len(i):
        return []
    rows, columns = np.unique(i, return_inverse=True), np.unique(j, return_inverse=True)
    gain = np.zeros((len(rows[0]), len(columns[0])))
    gain[rows[1], columns[1]] = 1 + iou
    chosen = linear_sum_assignment(gain, maximize=True)
    return [
        (int(rows[0][r]), int(columns[0][c]))
        for r, c in zip(*chosen, strict=True)
        if gain[r, c] > 0
    ]
