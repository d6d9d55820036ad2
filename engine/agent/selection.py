"""Which objects a filter means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from engine.agent.arguments import SIDES, Relation, Target, Where
from engine.agent.errors import UnknownFactError
from engine.agent.neighbours import nearest
from engine.agent.objects import MapObjects
from engine.agent.plane import Floats, Shapes
from engine.agent.vectors import VectorLayers

Mask = NDArray[np.bool_]
Indices = NDArray[np.intp]
_BEARING = {"north": 0.0, "east": 90.0, "south": 180.0, "west": -90.0}


@dataclass(frozen=True)
class Scene:
    """What tools look at: the run's objects and the caller's layers. Nothing can be written."""

    objects: MapObjects
    vectors: VectorLayers

    def pick(self, where: Where) -> Indices:
        """Positions of the objects that a filter means, in the order of the file.

        Raises
        ------
        UnknownFactError
            An object that is named is not there.
        VectorLayerError
        """
        mask = self._fields(where)
        for relation in where.relations:
            at = np.flatnonzero(mask)
            mask[at] = self._related(at, relation)
        return np.flatnonzero(mask)

    def targets(self, of: Target) -> Shapes:
        """Shapes that a target means, in the plane."""
        if of.layer is not None:
            return self.vectors[of.layer].shapes
        if of.lon is not None and of.lat is not None:
            return np.array([self.objects.plane.point(of.lon, of.lat)], object)
        meant = self._fields(Where(class_name=of.class_name, action=of.action))
        return np.asarray(self.objects.outlines[meant], object)

    def _fields(self, where: Where) -> Mask:
        known = self.objects
        mask = np.ones(len(known), np.bool_)
        if where.box_ids:
            missing = set(where.box_ids) - set(known.box_id)
            if missing:
                raise UnknownFactError(f"There is no object {min(missing)[:60]!r} in the layers.")
            mask &= np.isin(known.box_id, np.array(where.box_ids, object))
        if where.class_name is not None:
            mask &= known.class_name == where.class_name
        if where.not_class is not None:
            mask &= known.class_name != where.not_class
        if where.action is not None:
            mask &= known.action == where.action
        if where.place is not None:
            cells = SIDES.get(where.place, (where.place,))
            mask &= np.logical_or.reduce([known.cell == cell for cell in cells])
        if where.review is not None:
            mask &= known.review == (None if where.review == "none" else where.review)
        if where.not_review is not None:
            mask &= known.review != (None if where.not_review == "none" else where.not_review)
        mask &= _between(known.score, where.min_score, where.max_score)
        mask &= _between(known.area_m2, where.min_area_m2, where.max_area_m2)
        if where.min_length_m is not None or where.max_length_m is not None:
            mask &= _between(known.length_m, where.min_length_m, where.max_length_m)
        return mask

    def _related(self, at: Indices, relation: Relation) -> Mask:
        if relation.kind in ("inside", "outside"):
            polygons = self.vectors[relation.of.layer or ""].polygons()
            tree = shapely.STRtree(polygons)
            points = self.objects.points[at]
            inside = np.zeros(len(at), np.bool_)
            inside[tree.query(points, predicate="intersects")[0]] = True
            return inside if relation.kind == "inside" else ~inside
        shapes, targets = self.objects.outlines[at], self.targets(relation.of)
        if relation.distance_m is not None:
            found = nearest(shapes, targets, self.objects.plane, relation.distance_m)
            near = found.target >= 0
            return near if relation.kind == "within" else ~near
        centres = self.objects.points[at]
        found = nearest(centres, targets, self.objects.plane)
        known = found.target >= 0
        result = np.zeros(len(at), np.bool_)
        metres, azimuth = self.objects.plane.distances(
            found.places[known], self.objects.centres[at][known]
        )
        turn = (azimuth - _BEARING[relation.kind] + 180.0) % 360.0 - 180.0
        # On the target itself there is no direction.
        result[known] = (np.abs(turn) <= 45.0) & (metres > 0.0)
        return result


def _between(values: Floats, low: float | None, high: float | None) -> Mask:
    """Within the limits; what is not known is not, once there is a limit."""
    mask = np.ones(len(values), np.bool_)
    if low is not None:
        mask &= values >= low
    if high is not None:
        mask &= values <= high
    return mask
