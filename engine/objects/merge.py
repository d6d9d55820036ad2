"""Merges changed pixels into objects across strip seams, while the strips stream by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.objects.build import build_objects
from engine.objects.components import MIN_PIXELS
from engine.objects.corners import Corners, join
from engine.objects.labels import StripLabels, label_strip
from engine.objects.objects import ChangeObject
from engine.objects.opened import OpenObject
from engine.objects.seam import EdgeRow, inner_corners, seam_corners, touching
from engine.objects.sets import DisjointSets
from engine.objects.strip import Strip
from engine.objects.tally import FIELDS, PIXELS, TOP, tally
from engine.objects.unseen import UnseenRuns

_NO_STRIP = np.empty(0, np.int32)
PART_PIXELS = 1 << 21
"""Strips of more pixels are labelled in parts: labels take some thirty bytes a pixel."""


class ObjectMerger:
    """Streaming union of components over seams.

    An object is complete when the strip below it has none of its pixels. What is held meanwhile:
    the last row, sums and outline corners of open objects, and runs of unseen pixels beside them;
    for a second pass over the same strips, one number per component. The objects are the same
    however the rows are cut into strips (their numbers and order are not).

    Parameters
    ----------
    classes : sequence of str
        Class names; code ``k`` of a class map is ``classes[k - 1]``.
    width : int
        Columns of the strips.
    min_pixels : int
        Smaller objects are dropped at once.
    first_row : int
        Row of the first strip.
    """

    def __init__(
        self, classes: Sequence[str], width: int, *, min_pixels: int = MIN_PIXELS,
        first_row: int = 0,
    ) -> None:  # fmt: skip
        self.classes = tuple(classes)
        self.width, self.min_pixels = width, min_pixels
        self._next_row = first_row
        self._count = 0
        self._closed = False
        self._open: list[OpenObject] = []
        self._edge = EdgeRow.empty(width)  # the last row; owners are places in the list above
        self._unseen = UnseenRuns(width)
        self._numbers: dict[int, NDArray[np.int32]] = {}  # by strip, then by label

    def add(self, strip: Strip) -> list[ChangeObject]:
        """Take the next strip and return the objects that are complete now.

        Raises
        ------
        ValueError
            The strip does not follow the last one or is not as wide as the grid.
        """
        return [done for objects in self.add_in_parts(strip) for done in objects]

    def add_in_parts(self, strip: Strip) -> Iterator[list[ChangeObject]]:
        """Take the next strip, and give the objects that are complete after each part of it.

        The strip is taken when all has been given. A wide strip's objects need not be in memory at
        once.

        Raises
        ------
        ValueError
            As :meth:`add`.
        """
        if self._closed or strip.row0 != self._next_row or strip.width != self.width:
            raise ValueError(
                f"A strip of {strip.width} columns from row {strip.row0} does not continue "
                f"{self.width} columns at row {self._next_row}."
            )
        for part in _parts(strip):
            yield self._add(part)

    def _add(self, strip: Strip) -> list[ChangeObject]:
        found = label_strip(strip.class_map)
        self._next_row = strip.row1
        if not found.count and not self._open:
            self._unseen.forget(strip.row1)
            return []
        self._unseen.add(strip.row0, strip.seen)
        self._numbers[strip.row0] = np.zeros(found.count + 1, np.int32)
        sums = tally(strip, found) if found.count else np.zeros((1, FIELDS), np.int64)
        return self._advance(strip, found, sums)

    def close(self) -> list[ChangeObject]:
        """End of the grid: return the objects that touch its last row."""
        if self._closed:
            return []
        row = self._next_row
        none = np.zeros((1, self.width), np.uint8)
        end = Strip(row, none, none, none, np.ones((1, self.width), bool))
        self._closed = True
        return self._advance(end, label_strip(none), np.zeros((1, FIELDS), np.int64))

    def object_of(self, strip: Strip) -> NDArray[np.int32]:
        """Number of the object of every pixel of a strip that was added, after :meth:`close`.

        Returns
        -------
        array of int32, shape (h, width)
            0 where nothing changed and where an object was smaller than ``min_pixels``.

        Raises
        ------
        ValueError
            Objects are still open, or the strip is another one.
        """
        if not self._closed:
            raise ValueError("Objects are known after close().")
        result = np.zeros(strip.class_map.shape, np.int32)
        for part in _parts(strip):
            first = part.row0 - strip.row0
            self._number_pixels(part, result[first : first + part.height])
        return result

    def _number_pixels(self, strip: Strip, result: NDArray[np.int32]) -> None:
        found = label_strip(strip.class_map)
        numbers = self._numbers.get(strip.row0, _NO_STRIP)
        if found.count != max(numbers.size - 1, 0):
            raise ValueError(f"The strip at row {strip.row0} is not the one that was merged.")
        if found.count:
            row, col = np.divmod(found.pixels, found.columns.size)
            own = found.labels.reshape(-1)[found.pixels]
            result[row + found.top, found.columns[col]] = numbers[own]

    def kept_classes(self, strip: Strip, kept: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """Class map of a strip without the objects that are not kept.

        Parameters
        ----------
        strip : Strip
            As in :meth:`object_of`.
        kept : array of bool, shape (number of objects + 1,)
            By object number; ``kept[0]`` is not looked at.

        Returns
        -------
        array of uint8, shape (h, width)
        """
        if not strip.class_map.any():
            return strip.class_map
        lookup = np.asarray(kept, bool).copy()
        lookup[0] = False
        classes: NDArray[np.uint8] = strip.class_map * lookup[self.object_of(strip)]
        return classes

    @property
    def count(self) -> int:
        """Number of objects so far: the highest object number."""
        return self._count

    def _advance(
        self, strip: Strip, found: StripLabels, sums: NDArray[np.int64]
    ) -> list[ChangeObject]:
        # One number space for the step: open objects are 0…opened - 1, label l is opened + l - 1.
        opened = len(self._open)
        offset = opened - 1
        top = EdgeRow.of_strip(found, 0, self.width, offset)
        bottom = EdgeRow.of_strip(found, strip.height - 1, self.width, offset)
        sets = DisjointSets()
        for one, two in touching(self._edge, top):
            sets.join(one, two)
        goes_on = np.unique(bottom.owner[bottom.classes > 0]).tolist()
        # What touches neither seam's objects is complete already and needs no bookkeeping.
        involved = np.zeros(opened + found.count, bool)
        involved[:opened] = True
        involved[sets.members + goes_on] = True
        root = np.arange(involved.size)
        for member in np.flatnonzero(involved).tolist():
            root[member] = sets.find(member)
        corners = join(
            [
                seam_corners(self._edge, top, strip.row0),
                inner_corners(found, strip.row0, strip.height, offset),
            ]
        )
        groups = self._grow(involved, root, strip.row0, sums, corners)
        still = sorted({int(root[member]) for member in goes_on})
        complete = [groups[name] for name in sorted(groups.keys() - set(still))]
        alone = np.flatnonzero(~involved)
        objects = self._finish(complete, alone, sums[alone - offset], corners, strip.row0, offset)

        self._open = [groups[name] for name in still]
        place = np.zeros(involved.size + 1, np.int64)
        place[goes_on] = np.searchsorted(still, root[goes_on])
        bottom.owner = place[bottom.owner]
        self._edge = bottom
        reach = [int(one.tally[TOP]) for one in self._open]
        self._unseen.forget(min(reach, default=strip.row1))
        return objects

    def _grow(
        self,
        involved: NDArray[np.bool_],
        root: NDArray[np.int64],
        row0: int,
        sums: NDArray[np.int64],
        corners: Corners,
    ) -> dict[int, OpenObject]:
        """Open objects after this strip, those that are complete included, by root."""
        opened = len(self._open)
        groups: dict[int, OpenObject] = {}
        for member in np.flatnonzero(involved).tolist():
            group = groups.setdefault(int(root[member]), OpenObject())
            if member < opened:
                group.absorb(self._open[member])
            else:
                group.add(sums[member - opened + 1], row0, member - opened + 1)
        mine = corners.take(involved[corners.owner])
        owner = root[mine.owner]
        order = np.argsort(owner, kind="stable")
        table = np.stack((mine.x, mine.y, mine.code.astype(np.int64)))[:, order]
        names, starts = np.unique(owner[order], return_index=True)
        for name, part in zip(names.tolist(), np.split(table, starts[1:], axis=1), strict=False):
            groups[name].corners.append(part.astype(np.int32))
        return groups

    def _finish(
        self,
        groups: list[OpenObject],
        alone: NDArray[np.int64],
        sums: NDArray[np.int64],
        corners: Corners,
        row0: int,
        offset: int,
    ) -> list[ChangeObject]:
        """Make objects of complete groups and of components that are complete by themselves."""
        large = sums[:, PIXELS] >= self.min_pixels
        alone, sums = alone[large], sums[large]
        groups = [group for group in groups if group.tally[PIXELS] >= self.min_pixels]
        index = np.full(alone.max(initial=-1) + 2, -1, np.int64)  # of the object, by member
        index[alone] = np.arange(alone.size)
        owner = index[np.minimum(corners.owner, index.size - 1)]
        mine = corners._replace(owner=owner).take(owner >= 0)
        first = self._count + 1
        if alone.size:
            self._numbers[row0][alone - offset] = first + np.arange(alone.size)
        for number, group in enumerate(groups, first + alone.size):
            for strip_row, label in group.members:
                self._numbers[strip_row][label] = number
        self._count += alone.size + len(groups)
        outlines = [group.outline(alone.size + place) for place, group in enumerate(groups)]
        return build_objects(
            np.concatenate([sums, *(group.tally[None] for group in groups)]),
            join([mine, *outlines]),
            self._unseen,
            self.classes,
            first,
        )


def _parts(strip: Strip) -> Iterator[Strip]:
    """A strip in pieces of at most :data:`PART_PIXELS` pixels, or of one row."""
    rows = max(1, PART_PIXELS // max(1, strip.width))
    for start in range(0, strip.height, rows):
        yield strip.part(start, min(start + rows, strip.height))
