"""How a changed object stands to the entries of a register (cadastre, permits)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qgis.core import QgsGeometry

from .local_metres import LocalMetres

STANDING = {
    "matched": "standing and registered at the same place",
    "offset": "standing, and registered close by",
    "new_unregistered": "standing, not registered",
    "gone_registered": "gone, still registered",
    "gone_unregistered": "gone, not registered",
}
"""Value of the field ``status`` and what it means."""


@dataclass(frozen=True)
class Match:
    """The verdict on one object.

    Attributes
    ----------
    status : str
        A key of :data:`STANDING`.
    entry : int or None
        Id of the register's feature it was matched with.
    overlap_pct : float or None
        Shared area over the smaller of the two, percent.
    distance_m : float or None
        Ground distance between the two; 0 where they touch.
    """

    status: str
    entry: int | None = None
    overlap_pct: float | None = None
    distance_m: float | None = None


def match(
    geometry: QgsGeometry,
    gone: bool,
    entries: Iterable[tuple[int, QgsGeometry]],
    frame: LocalMetres,
    tolerance_m: float,
    min_overlap_pct: float,
) -> Match:
    """Compare an object with the register's entries near it.

    Parameters
    ----------
    geometry : QgsGeometry
        The object, in the CRS of the frame.
    gone : bool
        It disappeared; else it stands there now.
    entries : iterable of (int, QgsGeometry)
        Candidates: any entry farther than the tolerance counts for nothing.
    frame : LocalMetres
    tolerance_m : float
        Entries up to this far away are the same object in another place.
    min_overlap_pct : float
        From this share of the smaller one on, both are the same object in the same place.
    """
    flat = frame.flat(geometry)
    best: tuple[float, float, int] | None = None
    for entry, other in entries:
        registered = frame.flat(other)
        distance = frame.distance(flat, registered)
        if distance > tolerance_m:
            continue
        smaller = min(flat.area(), registered.area())
        if registered.area() == 0:
            # A point or a line lies on the object or beside it.
            overlap = 100.0 if distance == 0 else 0.0
        else:
            overlap = 100 * flat.intersection(registered).area() / smaller if smaller else 0.0
        candidate = (overlap, -distance, entry)
        best = candidate if best is None else max(best, candidate)
    if best is None:
        return Match("gone_unregistered" if gone else "new_unregistered")
    overlap, minus_distance, entry = best
    same = "matched" if overlap >= min_overlap_pct else "offset"
    return Match(
        "gone_registered" if gone else same, entry, round(overlap, 1), round(-minus_distance, 2)
    )
