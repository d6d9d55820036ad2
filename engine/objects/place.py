"""Ids of objects, from class and place: the same on every rerun."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.objects.geohash import geohash_codes, geohash_text
from engine.objects.objects import ChangeObject


class BoxIds:
    """Gives out ids and remembers, in 8 bytes per object, which places are taken."""

    def __init__(self) -> None:
        self._taken: dict[str, NDArray[np.int64]] = {}  # sorted place codes by class

    def assign(self, objects: Sequence[ChangeObject], lonlat: NDArray[np.float64]) -> list[str]:
        """Id of every object: class, a dash and the geohash (11 characters) of its centroid.

        Objects of one class whose centroids share a geohash cell (one around the other, say) are
        told apart by ``-2``, ``-3``…: those of earlier calls come first, then by box, number of
        pixels and score, whatever their order in ``objects``.

        Parameters
        ----------
        objects : sequence of ChangeObject
        lonlat : array of float64, shape (n, 2)
            Centroids in degrees (WGS 84).
        """
        codes = geohash_codes(lonlat[:, 0], lonlat[:, 1])
        ids = [
            f"{one.class_name}-{geohash_text(code)}"
            for one, code in zip(objects, codes.tolist(), strict=True)
        ]
        members: dict[str, list[int]] = {}
        for index, one in enumerate(objects):
            members.setdefault(one.class_name, []).append(index)
        for name, indices in members.items():
            self._number(name, objects, codes, np.array(indices), ids)
        return ids

    def _number(
        self,
        name: str,
        objects: Sequence[ChangeObject],
        codes: NDArray[np.int64],
        indices: NDArray[np.int64],
        ids: list[str],
    ) -> None:
        taken = self._taken.get(name, np.empty(0, np.int64))
        mine = codes[indices]
        before = np.searchsorted(taken, mine, "right") - np.searchsorted(taken, mine, "left")
        _, inverse, counts = np.unique(mine, return_inverse=True, return_counts=True)
        shared = np.flatnonzero((counts[inverse] > 1) | (before > 0))
        groups: dict[int, list[int]] = {}
        for place in shared.tolist():
            groups.setdefault(int(inverse[place]), []).append(place)
        for places in groups.values():
            places.sort(key=lambda place: _rank(objects[int(indices[place])]))
            for number, place in enumerate(places, int(before[places[0]]) + 1):
                if number > 1:
                    ids[indices[place]] += f"-{number}"
        self._taken[name] = np.sort(np.concatenate((taken, mine)))


def _rank(one: ChangeObject) -> tuple[tuple[int, int, int, int], int, float]:
    return one.bbox_px, one.pixels, one.score
