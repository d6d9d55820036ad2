"""The three layers as data: names, order, types, aliases, units and meaning of every field.

This is the one place that knows them. Writers, styles, metadata, report and ``engine schema`` read
it; whoever renames a field here changes :data:`SCHEMA_VERSION` too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

SCHEMA_VERSION = 2
"""Grows when a field comes, goes, or changes its name, type or meaning."""

Kind = Literal["text", "integer", "real", "boolean", "date", "datetime"]

STATUSES = {"ok": "Read and searched", "nodata": "No data", "failed": "Failed"}
SOURCES = {"language": "Language model", "guide": "Guide"}
ANSWER_SOURCES = {"model": "Language model", "map": "Measured on the map"}
CLASSES = {"building": "Building", "road": "Road", "other": "Other"}
ACTIONS = {"appeared": "Appeared", "disappeared": "Disappeared", "changed": "Changed"}
REVIEWS = {"confirmed": "Confirmed", "rejected": "Rejected", "unsure": "Unsure"}


@dataclass(frozen=True)
class Field:
    """One column: ``values`` lists the closed set of a text field with its words for people."""

    name: str
    kind: Kind
    alias: str
    comment: str
    unit: str | None = None
    decimals: int | None = None
    values: dict[str, str] | None = None
    editable: bool = False

    @property
    def title(self) -> str:
        """Alias with its unit: ``Area (m²)``."""
        return f"{self.alias} ({self.unit})" if self.unit else self.alias


@dataclass(frozen=True)
class Layer:
    """One layer: geometry type, the fields after the geometry and what a feature is."""

    name: str
    title: str
    geometry: Literal["Polygon", "MultiPolygon"]
    description: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        """Return the field called `name`."""
        return next(f for f in self.fields if f.name == name)


_NO_SUM = "per tile, do not sum"
_SCORE = "Confidence of the guide, 0 to 1; not calibrated"
_ANSWER = "Answer to the question: "

_TILE_ID = Field("tile_id", "text", "Tile", "Row and column in the tile grid")
_BOX_ID = Field("box_id", "text", "Object", "From place and class; the same on every rerun")
_CLASS = Field("class", "text", "Class", "What kind of object changed", values=CLASSES)
_ACTION = Field("action", "text", "Change", "What happened to the object", values=ACTIONS)
_OBJECT_SCORE = Field("score", "real", "Score", _SCORE, decimals=3)
_AREA = Field("area_m2", "real", "Area", "Geodesic area of the outline", unit="m²", decimals=1)
_CAPTION_RAW = "The model's own sentence, whether it agrees with the map or not"
_TEXT_OK = (
    "False where the model's own text is not shown: garbage, at odds with the map, or liked less"
)
_RANGE = "How unlike the training imagery the tile looks; above 1 is out of range"

TILES = Layer(
    "tiles",
    "Tiles",
    "Polygon",
    "One square per tile that was read: whether it changed, its caption and its counts. Counts are "
    "per tile; totals come from the boxes, where each object counts once.",
    (
        _TILE_ID,
        Field("row", "integer", "Row", "Row of the tile, from the top, first is 0"),
        Field("col", "integer", "Column", "Column of the tile, from the left, first is 0"),
        Field("status", "text", "Status", "How the tile ended", values=STATUSES),
        Field("changed", "boolean", "Changed", "At least 6 pixels of an object lie in the tile"),
        Field("change_score", "real", "Change score", _SCORE, decimals=3),
        Field("caption", "text", "Caption", "What changed here, in words"),
        Field("caption_source", "text", "Caption by", "Who wrote the caption", values=SOURCES),
        Field("n_building", "integer", "Buildings, " + _NO_SUM, "Changed buildings in the tile"),
        Field("n_road", "integer", "Roads, " + _NO_SUM, "Changed roads in the tile"),
        Field("building_cells", "text", "Places of buildings", "Cells of a 3×3 grid of the tile"),
        Field("road_cells", "text", "Places of roads", "Cells of a 3×3 grid of the tile"),
        Field(
            "changed_area_m2", "real", "Changed area, " + _NO_SUM, "Geodesic", unit="m²", decimals=1
        ),
        Field("nodata_pct", "real", "No data", "Share without data", unit="%", decimals=1),
        Field("caption_raw", "text", "Model's text", _CAPTION_RAW),
        Field("text_ok", "boolean", "Text usable", _TEXT_OK),
        Field("stated_building", "integer", "Buildings stated", "Number in the model's own words"),
        Field("stated_road", "integer", "Roads stated", "Number in the model's own words"),
        Field("agree", "boolean", "Words and map agree", "Stated and measured numbers are equal"),
        Field("range_score", "real", "Unlike training (limit 1)", _RANGE, decimals=3),
    ),
)

BOXES = Layer(
    "boxes",
    "Changed objects",
    "Polygon",
    "One rectangle per changed object, in the grid of the raster. Every object counts once.",
    (
        _BOX_ID,
        _CLASS,
        _ACTION,
        _OBJECT_SCORE,
        _AREA,
        Field("width_m", "real", "Width", "Ground width of the box", unit="m", decimals=1),
        Field("height_m", "real", "Height", "Ground height of the box", unit="m", decimals=1),
        Field("cell", "text", "Place", "Cell of a 3×3 grid of the area of interest"),
        Field("nodata_pct", "real", "No data", "Share of the box not seen", unit="%", decimals=1),
        Field("tile_ids", "text", "Tiles", "Tiles the object lies in"),
        Field("caption", "text", "Caption", "One sentence from the object's own measures"),
        Field("date_before", "date", "Before", "Date of the earlier raster"),
        Field("date_after", "date", "After", "Date of the later raster"),
        Field(
            "review",
            "text",
            "Review",
            "A person's verdict; carried over on a rerun",
            values=REVIEWS,
            editable=True,
        ),
        Field("reviewer", "text", "Reviewer", "Who reviewed", editable=True),
        Field("reviewed_at", "datetime", "Reviewed at", "When it was reviewed", editable=True),
        Field("note", "text", "Note", "Free text of the reviewer", editable=True),
    ),
)

OUTLINES = Layer(
    "outlines",
    "Outlines",
    "MultiPolygon",
    "The footprint of each changed object; box_id names its box.",
    (_BOX_ID, _CLASS, _ACTION, _OBJECT_SCORE, _AREA),
)

LAYERS: tuple[Layer, ...] = (TILES, BOXES, OUTLINES)
"""In the order they are written."""


def with_questions(layer: Layer, questions: Sequence[str]) -> Layer:
    """Return `layer` with one answer field per question (and its source, on tiles)."""
    if not questions or layer.name == OUTLINES.name:
        return layer
    answers = tuple(
        Field(f"answer_{i}", "text", f"Answer {i}", _ANSWER + question)
        for i, question in enumerate(questions, 1)
    )
    sources: tuple[Field, ...] = ()
    if layer.name == TILES.name:
        sources = tuple(
            Field(
                f"answer_{i}_source",
                "text",
                f"Answer {i} by",
                "Whether the model said it or the map was measured",
                values=ANSWER_SOURCES,
            )
            for i in range(1, len(questions) + 1)
        )
    return replace(layer, fields=layer.fields + answers + sources)


def layers(questions: Sequence[str] = ()) -> tuple[Layer, ...]:
    """Return the three layers of a run that asked `questions`."""
    return tuple(with_questions(layer, questions) for layer in LAYERS)


def as_dict(questions: Sequence[str] = ()) -> dict[str, Any]:
    """Return the schema as a JSON-able dict (what ``engine schema`` prints)."""
    return {
        "schema": SCHEMA_VERSION,
        "layers": {
            layer.name: {
                "title": layer.title,
                "geometry": layer.geometry,
                "description": layer.description,
                "fields": [
                    {k: v for k, v in asdict(field).items() if v is not None}
                    for field in layer.fields
                ],
            }
            for layer in layers(questions)
        },
    }
