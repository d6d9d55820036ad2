"""What tools take: typed, closed, validated. Nothing in here is a path or a program."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from engine.objects.cells import CELL_ORDER

ClassName = Literal["building", "road", "other"]
Action = Literal["appeared", "disappeared", "changed"]
Review = Literal["confirmed", "rejected", "unsure", "none"]
Side = Literal["north", "south", "east", "west"]
Place = Literal[
    "top left corner", "top", "top right corner", "left", "center", "right",
    "lower left corner", "lower", "lower right corner", "north", "south", "east", "west",
]  # fmt: skip
"""A cell of the layers' 3×3 grid, or the three cells of a side."""
AreaUnit = Literal["m2", "ha", "km2"]
Unit = Literal["m2", "ha", "km2", "m", "km"]
LayerName = Annotated[str, Field(min_length=1, max_length=100)]
Distance = Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Limit = Annotated[int, Field(ge=1, le=1000)]

SIDES: dict[str, tuple[str, ...]] = {
    "north": CELL_ORDER[:3],
    "south": CELL_ORDER[6:],
    "west": CELL_ORDER[::3],
    "east": CELL_ORDER[2::3],
}
"""Cells of each side."""


class Arguments(BaseModel):
    """Base of all arguments: unknown names are refused, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Target(Arguments):
    """What a place is told by: a point, a vector layer of the caller, or changed objects.

    Attributes
    ----------
    lon, lat : float, optional
        Point, degrees (WGS 84).
    layer : str, optional
        Name under which the caller gave a vector file; never a path.
    class_name, action : str, optional
        The changed objects of a class, of an action, or of both.
    """

    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    layer: LayerName | None = None
    class_name: ClassName | None = None
    action: Action | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Target:
        point = (self.lon is not None, self.lat is not None)
        objects = self.class_name is not None or self.action is not None
        if any(point) != all(point):
            raise ValueError("a point needs lon and lat")
        if sum((all(point), self.layer is not None, objects)) != 1:
            raise ValueError("give one of: a point, a layer, changed objects")
        return self


class Relation(Arguments):
    """Where an object lies from something else.

    Attributes
    ----------
    kind : str
        ``north`` … ``west``: seen from the nearest place of the target, the object's centre lies
        within 45° of that direction. ``within`` and ``beyond``: nearer, or farther, than
        ``distance_m``. ``inside`` and ``outside``: the centre lies in a polygon of the target.
    distance_m : float, optional
        Geodesic metres between the outlines; for ``within`` and ``beyond`` only.
    """

    kind: Literal["north", "south", "east", "west", "within", "beyond", "inside", "outside"]
    of: Target
    distance_m: Distance | None = None

    @model_validator(mode="after")
    def _distance(self) -> Relation:
        if (self.kind in ("within", "beyond")) != (self.distance_m is not None):
            raise ValueError("within and beyond need distance_m, the others take none")
        if self.kind in ("inside", "outside") and self.of.layer is None:
            raise ValueError("inside and outside need a layer")
        return self


class Where(Arguments):
    """Which changed objects are meant; what is not given does not narrow.

    Attributes
    ----------
    box_ids : tuple of str
        These objects only.
    not_class : str, optional
        Any class but this one.
    min_length_m, max_length_m : float, optional
        Length along the object, metres (see :func:`engine.agent.objects.along`).
    place : str, optional
        Cell of the 3×3 grid of the area of interest, or the three cells of a side.
    review : str, optional
        A person's verdict; ``none``: not reviewed.
    not_review : str, optional
        Any verdict, or none, but this one.
    relations : tuple of Relation
        All of them must hold.
    """

    box_ids: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = ()
    class_name: ClassName | None = None
    not_class: ClassName | None = None
    action: Action | None = None
    min_score: Share | None = None
    max_score: Share | None = None
    min_area_m2: Amount | None = None
    max_area_m2: Amount | None = None
    min_length_m: Amount | None = None
    max_length_m: Amount | None = None
    place: Place | None = None
    review: Review | None = None
    not_review: Review | None = None
    relations: Annotated[tuple[Relation, ...], Field(max_length=8)] = ()

    @model_validator(mode="after")
    def _not_empty(self) -> Where:
        ranges = (
            (self.min_score, self.max_score),
            (self.min_area_m2, self.max_area_m2),
            (self.min_length_m, self.max_length_m),
        )
        if any(low is not None and high is not None and low > high for low, high in ranges):
            raise ValueError("a lower limit lies above its upper limit")
        return self


class WhereArguments(Arguments):
    """Arguments of a tool that needs to know no more than which objects."""

    where: Where = Where()


class MeasureArguments(WhereArguments):
    """Area (m²), length (m) or score of objects, summed up or as one statistic.

    ``unit`` is that of the answer's words; without it, the one that reads best.
    """

    quantity: Literal["area", "length", "score"] = "area"
    statistic: Literal["sum", "mean", "median"] = "sum"
    unit: Unit | None = None

    @model_validator(mode="after")
    def _fits(self) -> MeasureArguments:
        _check_unit(self.quantity, self.unit)
        if self.quantity == "score" and self.statistic == "sum":
            raise ValueError("scores have no sum")
        return self


class ListArguments(WhereArguments):
    """Objects in order, the first of them."""

    by: Literal["area", "length", "score"] = "area"
    order: Literal["desc", "asc"] = "desc"
    limit: Limit = 10


class NearestArguments(WhereArguments):
    """The objects nearest to something."""

    to: Target
    limit: Limit = 1


class DensestArguments(WhereArguments):
    """The circle with the most objects' centres in it."""

    radius_m: Distance = 100.0


class GroupFieldArguments(WhereArguments):
    """Objects, or their area, by a field of the layer."""

    by: Literal["class", "action", "place", "review"]
    quantity: Literal["count", "area"] = "count"
    unit: AreaUnit | None = None
    order: Literal["most", "fewest"] | None = None
    limit: Limit | None = None


class GroupPolygonsArguments(WhereArguments):
    """Objects, or their area, by the polygons of a vector layer of the caller.

    An object counts where its centre lies.
    """

    layer: LayerName
    quantity: Literal["count", "area", "length"] = "count"
    unit: Unit | None = None
    order: Literal["most", "fewest"] | None = None
    limit: Limit | None = None

    @model_validator(mode="after")
    def _fits(self) -> GroupPolygonsArguments:
        _check_unit(self.quantity, self.unit)
        return self


class CompareArguments(WhereArguments):
    """Objects against the features of a vector layer of the caller.

    ``new``: objects farther than the tolerance from every feature (without those that
    disappeared). ``mapped``: objects within it. ``gone``: features within it of an object that
    disappeared.
    """

    layer: LayerName
    find: Literal["all", "new", "mapped", "gone"] = "all"
    tolerance_m: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = 5.0


class PerYearArguments(WhereArguments):
    """A rate over the time between the two dates."""

    quantity: Literal["count", "area", "length"] = "count"
    unit: Unit | None = None

    @model_validator(mode="after")
    def _fits(self) -> PerYearArguments:
        _check_unit(self.quantity, self.unit)
        return self


def _check_unit(quantity: str, unit: str | None) -> None:
    units = {"area": ("m2", "ha", "km2"), "length": ("m", "km")}.get(quantity, ())
    if unit is not None and unit not in units:
        raise ValueError(f"{unit} is no unit of {quantity}")
