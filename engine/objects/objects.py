"""A changed object, measured in pixels of the working grid."""

from __future__ import annotations

from dataclasses import dataclass

from shapely.geometry import MultiPolygon, Polygon

APPEARED_FROM = 0.65
"""Least mean probability of "in the after date" of an object that has appeared."""
DISAPPEARED_TO = 0.35
"""Highest mean probability of "in the after date" of an object that has disappeared."""


def action_of(appeared: float, class_name: str | None = None) -> str:
    """What happened, from the mean probability that the object is in the after date.

    Ground that is neither building nor road (``other``) is there on both dates: it ``changed``.
    """
    if class_name == "other":
        return "changed"
    if appeared >= APPEARED_FROM:
        return "appeared"
    return "disappeared" if appeared <= DISAPPEARED_TO else "changed"


@dataclass(slots=True, eq=False)
class ChangeObject:
    """One object after merging: an 8-connected component of one class.

    Pixel coordinates count from the upper left corner of the working grid, x to the right and y
    down; pixel (0, 0) covers 0…1, so the grid's transform takes them to the map as they are.

    Attributes
    ----------
    number : int
        1, 2, … in the order objects were completed; :meth:`ObjectMerger.object_of` has it per
        pixel. It belongs to one run and depends on how the run was cut into strips.
    class_name : str
    action : {"appeared", "disappeared", "changed"}
    score : float
        Mean change probability over its pixels, 0…1.
    appeared : float
        Mean probability, weighted by the change probability, that it is in the after date, 0…1.
    pixels : int
        Number of pixels.
    bbox_px : tuple of int
        Left, top, right, bottom; half open.
    centroid_px : tuple of float
        Mean of its pixels' centres (x, y).
    outline : Polygon or MultiPolygon
        Pixel edges, with holes; parts that touch only diagonally are polygons of their own.
    nodata_fraction : float
        Share of the box's pixels that were not seen, 0…1.
    """

    number: int
    class_name: str
    action: str
    score: float
    appeared: float
    pixels: int
    bbox_px: tuple[int, int, int, int]
    centroid_px: tuple[float, float]
    outline: Polygon | MultiPolygon
    nodata_fraction: float
