"""Where there is room: a map of what is taken on either date, one metre a cell."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from training.scenes.orders import POSSIBLE
from training.scenes.plan import Plan
from training.scenes.river import world_river
from training.scenes.scene import Floats, Mask, Points

_SOFT = ("suburb", "lawn", "rough", "graded", "field")
_SHORTEST = 40.0  # metres: nobody orders a shorter road


class Room:
    """Free ground in a box.

    Parameters
    ----------
    seed : int
        Of the world: rivers are never free.
    plans : iterable of Plan
    box : (float, float, float, float)
        x0, y0, x1, y1 in metres, y to the south.
    trees : bool
        Whether trees and fences are in the way.
    """

    def __init__(
        self, seed: int, plans: Iterable[Plan], box: tuple[float, float, float, float],
        trees: bool = True,
    ) -> None:  # fmt: skip
        self.corner = np.array(box[:2])
        size = np.ceil(np.array(box[2:]) - self.corner).astype(int)
        self._taken = np.zeros((size[1], size[0]), dtype=np.uint8)
        self._road = np.zeros_like(self._taken)
        for plan in plans:
            rings = [p.polygon for p in plan.patches if p.kind not in _SOFT]
            self._fill(self._taken, [*rings, *(b.footprint for b in plan.buildings)])
            self._fill(self._road, [street.shoulder for street in plan.streets])
            for fence in plan.fences if trees else ():
                cv2.polylines(self._taken, [self._cells(fence.ring)], True, 1)
            for tree in plan.trees if trees else ():
                spot = self._cells(np.array([(tree.x, tree.y)]))[0]
                cv2.circle(self._taken, (int(spot[0]), int(spot[1])), int(tree.radius) + 1, 1, -1)
        x = self.corner[0] + np.arange(size[0]) + 0.5
        y = self.corner[1] + np.arange(size[1]) + 0.5
        self._taken[world_river(seed).distance(x[None, :], y[:, None]) < 3] = 1

    def spot(
        self, rng: np.random.Generator, radius: float, what: str, *, widest: bool = False
    ) -> tuple[float, float, float]:
        """A free place: x, y and the radius in metres that is free around it.

        Raises
        ------
        ValueError
            No place of that radius is free.
        """
        free = self._free(self._taken | self._road)
        rows, cols = np.nonzero(free >= radius)
        if not len(rows):
            raise ValueError(f"there is no room for {what} in this window; {POSSIBLE}")
        if widest:
            pick = int(free[rows, cols].argmax())
        else:
            # Beside the streets first: where people build.
            away = self._away()[rows, cols]
            near = np.flatnonzero(away <= np.quantile(away, 0.25))
            pick = int(near[rng.integers(len(near))])
        row, col = rows[pick], cols[pick]
        return (float(self.corner[0] + col + 0.5), float(self.corner[1] + row + 0.5),
                float(free[row, col]))  # fmt: skip

    def path(self, rng: np.random.Generator, half: float) -> Points | None:
        """The centre line (n, 2) of a free way that leaves a street or, without streets, the rim.

        None where no way of :data:`_SHORTEST` metres is free.
        """
        # The window's rim stops no road.
        free = self._free(self._taken, 0) >= half
        rim = cv2.morphologyEx(self._road, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
        if not rim.any():
            rim = np.pad(np.zeros_like(rim[1:-1, 1:-1]), 1, constant_values=1)
        rows, cols = np.nonzero(rim)
        best: Points = np.zeros((0, 2))
        for pick in rng.integers(len(rows), size=500):
            way = self._walk(
                free,
                (cols[pick] + 0.5, rows[pick] + 0.5),
                float(rng.uniform(0, 2 * np.pi)),
                float(rng.normal(0, 0.002)),
            )
            if len(way) > len(best):
                best = way
        return best + self.corner if len(best) > _SHORTEST / 2 else None

    def _walk(self, free: Mask, start: tuple[float, float], heading: float, bend: float) -> Points:
        """Steps of two metres until something is in the way or another street is met."""
        height, width = free.shape
        x, y = start
        points, left = [(x, y)], False
        for _ in range(200):
            heading += 2 * bend
            x, y = x + 2 * np.cos(heading), y + 2 * np.sin(heading)
            if not (0 <= x < width and 0 <= y < height):
                break
            here = int(y), int(x)
            if self._road[here]:
                if left:
                    points.append((x, y))
                    break
                if len(points) > 6:
                    return np.zeros((0, 2))  # it runs along a street
            else:
                if not left:
                    points, left = points[-1:], True  # it begins on the street it leaves
                if not free[here]:
                    return np.array(points[:-3]) if len(points) > 6 else np.zeros((0, 2))
            points.append((x, y))
        return np.array(points)

    def _cells(self, points: Points) -> np.ndarray:
        return np.floor(points - self.corner).astype(np.int32)

    def _fill(self, canvas: np.ndarray, rings: list[Points]) -> None:
        for ring in rings:
            cv2.fillPoly(canvas, [self._cells(ring)], 1)

    def _free(self, taken: np.ndarray, rim: int = 1) -> Floats:
        """Metres to what is taken, and to the window's rim unless that is free (0)."""
        padded = np.pad(taken, 1, constant_values=rim)
        away = cv2.distanceTransform(1 - padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
        return np.asarray(away - 1.0, dtype=np.float32)

    def _away(self) -> Floats:
        return np.asarray(cv2.distanceTransform(1 - self._road, cv2.DIST_L2, 3), dtype=np.float32)
