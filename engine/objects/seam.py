"""Where a strip meets the row above it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.objects.corners import Corners, find_corners
from engine.objects.labels import StripLabels


@dataclass(slots=True)
class EdgeRow:
    """One whole row of the grid.

    Attributes
    ----------
    classes : array of uint8, shape (width,)
    owner : array of int64, shape (width,)
        Component of every pixel; any number where the class is 0.
    """

    classes: NDArray[np.uint8]
    owner: NDArray[np.int64]

    @classmethod
    def empty(cls, width: int) -> EdgeRow:
        """A row without change."""
        return cls(np.zeros(width, np.uint8), np.zeros(width, np.int64))

    @classmethod
    def of_strip(cls, found: StripLabels, row: int, width: int, offset: int) -> EdgeRow:
        """A strip's row, its owners being ``offset`` + label."""
        edge = cls.empty(width)
        inner = row - found.top
        if 0 <= inner < found.labels.shape[0]:
            here = np.flatnonzero(found.labels[inner])
            edge.classes[found.columns[here]] = found.classes[inner, here]
            edge.owner[found.columns[here]] = found.labels[inner, here] + np.int64(offset)
        return edge


def touching(above: EdgeRow, below: EdgeRow) -> list[tuple[int, int]]:
    """Pairs of components of one class that touch over a seam, also diagonally; each pair once."""
    pairs = []
    for up, down in (
        (slice(None), slice(None)),
        (slice(None, -1), slice(1, None)),
        (slice(1, None), slice(None, -1)),
    ):
        same = (above.classes[up] == below.classes[down]) & (above.classes[up] > 0)
        pairs.append(np.stack((above.owner[up][same], below.owner[down][same])))
    found = np.concatenate(pairs, axis=1)
    if not found.size:
        return []
    return [(int(one), int(two)) for one, two in np.unique(found, axis=1).T]


def seam_corners(above: EdgeRow, below: EdgeRow, row: int) -> Corners:
    """Corners at the vertices between two rows; ``row`` is that of the lower one."""
    classes = np.pad(np.stack((above.classes, below.classes)), ((0, 0), (1, 1)))
    owners = np.pad(np.stack((above.owner, below.owner)), ((0, 0), (1, 1)))
    codes = np.flatnonzero(np.bincount(classes[classes > 0], minlength=1))
    corners = find_corners(classes, owners, codes.tolist())
    return corners._replace(y=corners.y + row)


def inner_corners(found: StripLabels, row0: int, height: int, offset: int) -> Corners:
    """Corners at all vertices of a strip but those on its seams; owners are offset + label."""
    bottom = found.top + found.labels.shape[0]
    pad = (int(found.top > 0), int(bottom < height))
    corners = find_corners(
        np.pad(found.classes, (pad, (0, 0))), np.pad(found.labels, (pad, (0, 0))), found.codes
    )
    return corners._replace(
        owner=corners.owner + offset,
        x=found.columns[corners.x + 1],
        y=corners.y + (1 - pad[0] + found.top + row0),
    )
