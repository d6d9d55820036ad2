"""Components of one strip, numbered in a way that does not depend on how they were found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.objects.components import label


@dataclass(slots=True)
class StripLabels:
    """Components of a strip, without the columns and rows in which nothing changed.

    Attributes
    ----------
    top : int
        Row of the strip that is the first row of the arrays.
    columns : array of int64, shape (w,)
        Column of the grid for every column of the arrays. Between changed columns that are not
        neighbours, and at both ends, stands a column of zeros.
    classes : array of uint8, shape (h, w)
        Class codes.
    labels : array of int32, shape (h, w)
        0, or 1…count in the order of the components' first pixels, row by row.
    count : int
        Number of components; 8-connected within a class.
    codes : list of int
        The class codes that occur.
    pixels : array of int64, shape (n,)
        Changed pixels: positions in the flattened arrays, ascending.
    runs : array of int64, shape (m,)
        Where in ``pixels`` a run of neighbours of one component in one row begins.
    """

    top: int
    columns: NDArray[np.int64]
    classes: NDArray[np.uint8]
    labels: NDArray[np.int32]
    count: int
    codes: list[int]
    pixels: NDArray[np.int64]
    runs: NDArray[np.int64]


def label_strip(class_map: NDArray[np.uint8]) -> StripLabels:
    """Number the components of a strip's class map, shape (h, width)."""
    height, width = class_map.shape
    used = class_map.max(axis=0, initial=0) > 0
    if not used.any():
        empty = np.empty(0, np.int64)
        return StripLabels(
            0, empty, np.empty((0, 0), np.uint8), np.empty((0, 0), np.int32), 0, [], empty, empty
        )
    # Changed columns and the first one behind each run of them; column 0 of the arrays is empty.
    kept = np.zeros(width + 1, bool)
    kept[:width] = used
    kept[1:] |= used
    columns = np.flatnonzero(kept)
    inner = columns[columns < width]
    classes = np.zeros((height, columns.size + 1), np.uint8)
    classes[:, 1 : inner.size + 1] = class_map[:, inner]
    rows = np.flatnonzero(classes.max(axis=1) > 0)
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    classes = classes[top:bottom]
    columns = np.concatenate(([columns[0] - 1], columns)).astype(np.int64)
    pixels = np.flatnonzero(classes > 0)
    codes = [int(code) for code in np.flatnonzero(np.bincount(classes.ravel()[pixels]))]
    labels, count = _label_classes(classes, codes)
    runs = _number(labels, count, pixels)
    return StripLabels(top, columns, classes, labels, count, codes, pixels, runs)


def _label_classes(classes: NDArray[np.uint8], codes: list[int]) -> tuple[NDArray[np.int32], int]:
    if len(codes) == 1:
        return label(classes > 0)
    labels = np.zeros(classes.shape, np.int32)
    total = 0
    for code in codes:
        own, count = label(classes == code)
        np.add(labels, own + np.int32(total), out=labels, where=own > 0)
        total += count
    return labels, total


def _number(labels: NDArray[np.int32], count: int, pixels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Renumber by first pixel, in place, and find runs.

    The labelling library's own numbers may change with its version and threads.
    """
    flat = labels.reshape(-1)
    owner = flat[pixels]
    runs = np.flatnonzero((np.diff(pixels, prepend=-2) != 1) | (np.diff(owner, prepend=0) != 0))
    run_owner = owner[runs]
    first = np.empty(count + 1, np.int64)
    first[0] = -1
    first[run_owner[::-1]] = runs[::-1]  # the last write wins: the first run
    number = np.empty(count + 1, np.int32)
    number[np.argsort(first)] = np.arange(count + 1, dtype=np.int32)
    flat[pixels] = number[owner]
    return runs
