"""Corners of the pixel outlines of labelled components.

A corner is a pixel vertex where an outline turns. Whether a vertex is one depends on the four
pixels around it only, so corners are found strip by strip and simply add up: the outline of an
object is exact whatever strips it was cut into.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

UPPER_LEFT, UPPER_RIGHT, LOWER_LEFT, LOWER_RIGHT = 1, 2, 4, 8
"""Bits of a corner's code: which of the four pixels around it belong to the component."""


class Corners(NamedTuple):
    """Corners of several components, in no order.

    Attributes
    ----------
    owner : array of int64, shape (n,)
        Component.
    x, y : array of int64, shape (n,)
        Vertex: column and row of the pixel to its lower right.
    code : array of uint8, shape (n,)
        Sum of the four pixels' bits. 6 and 9 are saddles, where two pixels touch diagonally.
    """

    owner: NDArray[np.int64]
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    code: NDArray[np.uint8]

    def take(self, where: NDArray[np.bool_] | NDArray[np.int64]) -> Corners:
        """Some of the corners."""
        return Corners(self.owner[where], self.x[where], self.y[where], self.code[where])


def find_corners(
    classes: NDArray[np.uint8], labels: NDArray[np.integer], codes: list[int]
) -> Corners:
    """Corners at the inner vertices of an image.

    Parameters
    ----------
    classes : array of uint8, shape (h, w)
        Class codes; 0 is outside. Surround the image with zeros to get the vertices of its edge.
    labels : array of int, shape (h, w)
        Component of every pixel. Neighbouring pixels of one class have one label.
    codes : list of int
        The class codes that occur.

    Returns
    -------
    Corners
        Vertex (x, y) lies between the pixels (x, y) and (x + 1, y + 1) of the image.
    """
    found = [_of_class(classes, labels, code) for code in codes]
    return join(found)


def join(parts: list[Corners]) -> Corners:
    """All corners of several sets."""
    if len(parts) == 1:
        return parts[0]
    return Corners(
        np.concatenate([part.owner for part in parts] or [np.empty(0, np.int64)]),
        np.concatenate([part.x for part in parts] or [np.empty(0, np.int64)]),
        np.concatenate([part.y for part in parts] or [np.empty(0, np.int64)]),
        np.concatenate([part.code for part in parts] or [np.empty(0, np.uint8)]),
    )


def _of_class(classes: NDArray[np.uint8], labels: NDArray[np.integer], code: int) -> Corners:
    inside = (classes == code).view(np.uint8)
    a, b = inside[:-1, :-1], inside[:-1, 1:]
    c, d = inside[1:, :-1], inside[1:, 1:]
    above, below = a ^ b, c ^ d
    # One or three of four pixels, or two that touch diagonally.
    turns = (above ^ below) | (above & below & (a ^ c))
    y, x = np.divmod(np.flatnonzero(turns.view(np.bool_)), turns.shape[1])
    bits = np.zeros(x.size, np.uint8)
    owner = np.zeros(x.size, np.int64)
    for bit, (row, col) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
        here = inside[y + row, x + col]
        bits |= here << np.uint8(bit)
        # All pixels of the class around a vertex are one component: any of their labels will do.
        np.copyto(owner, labels[y + row, x + col], where=here.view(np.bool_))
    return Corners(owner, x.astype(np.int64), y.astype(np.int64), bits)
