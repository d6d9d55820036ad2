"""Records to Arrow: the one place where Python values become typed columns."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from .records import BoxRecord, TileRecord
from .schema import Field, Layer

GEOMETRY = "geom"
"""Name of the geometry column in every format."""

Transform = Callable[[np.ndarray], np.ndarray]
"""Takes an array of geometries, returns them in the CRS of the output."""

_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int32(),
    "real": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("ms", tz="UTC"),
}
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NUMBERS: dict[str, tuple[type, Callable[[Any], Any]]] = {
    "integer": (np.int32, int),
    "real": (np.float64, float),
    "boolean": (np.bool_, bool),
    "date": (np.int32, lambda day: (day - _EPOCH.date()).days),
    "datetime": (np.int64, lambda moment: (moment - _EPOCH) // dt.timedelta(milliseconds=1)),
}
"""How values are laid out in Arrow: their numpy type, and a value as a number."""


def arrow_schema(layer: Layer) -> pa.Schema:
    """Arrow schema of `layer`: its fields in order, then the geometry as WKB.

    The geometry carries the GeoArrow extension name, by which GDAL and others find it.
    """
    wkb = pa.field(GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"})
    return pa.schema([pa.field(f.name, _TYPES[f.kind]) for f in layer.fields] + [wkb])


def to_batch(
    layer: Layer,
    records: Sequence[TileRecord] | Sequence[BoxRecord],
    transform: Transform | None = None,
) -> pa.RecordBatch:
    """Turn records into one Arrow batch of `layer`."""
    schema = arrow_schema(layer)
    columns: list[pa.Array] = [_column(field, records) for field in layer.fields]
    shapes = np.array([_shape(layer, r) for r in records], dtype=object)
    if transform is not None and len(shapes):
        shapes = transform(shapes)
    if layer.geometry == "MultiPolygon":
        shapes = _multis(shapes)
    columns.append(_strings(shapely.to_wkb(shapes).tolist(), pa.binary()))
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def with_answers(
    batch: pa.RecordBatch, answers: Mapping[str, Sequence[str | None]]
) -> pa.RecordBatch:
    """Fill a batch of ``boxes``: each object has the answers of a tile it lies in.

    Parameters
    ----------
    answers : mapping
        By ``tile_id``; of several tiles the middle one that has any speaks. What an object has
        already stays.
    """
    told = []
    for ids in batch.column("tile_ids").to_pylist():
        known = [answers[one] for one in ids.split(", ") if one in answers]
        told.append(known[len(known) // 2] if known else ())
    for index in range(max(map(len, told), default=0)):
        name = f"answer_{index + 1}"
        own = batch.column(name).to_pylist()
        filled = [
            own_one or (one[index] if one else None) for own_one, one in zip(own, told, strict=True)
        ]
        place = batch.schema.get_field_index(name)
        batch = batch.set_column(place, batch.schema.field(place), _strings(filled, pa.string()))
    return batch


def multi(shape: BaseGeometry) -> MultiPolygon:
    """Return the polygonal parts of `shape` as one valid MultiPolygon."""
    if not shape.is_valid:
        shape = shapely.make_valid(shape)
    parts = [p for p in shapely.get_parts(shape) if p.geom_type in ("Polygon", "MultiPolygon")]
    return MultiPolygon([p for part in parts for p in shapely.get_parts(part)])


def _multis(shapes: NDArray[Any]) -> NDArray[Any]:
    """As :func:`multi`, many at once."""
    result = np.empty(len(shapes), object)
    plain = np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)
    plain[plain] = shapely.is_valid(shapes[plain])
    parts, owner = shapely.get_parts(shapes[plain], return_index=True)
    result[plain] = shapely.multipolygons(parts, indices=owner)
    for place in np.flatnonzero(~plain).tolist():
        result[place] = multi(shapes[place])
    return result


def _shape(layer: Layer, record: TileRecord | BoxRecord) -> BaseGeometry:
    if isinstance(record, TileRecord):
        return record.geometry
    return record.outline if layer.geometry == "MultiPolygon" else record.box


def _column(field: Field, records: Sequence[TileRecord] | Sequence[BoxRecord]) -> pa.Array:
    values = [record.value(field.name) for record in records]
    kind = _TYPES[field.kind]
    if values.count(None) == len(values):
        return pa.nulls(len(values), kind)
    clean = [None if v is None else _clean(field, v) for v in values]
    return _strings(clean, kind) if field.kind == "text" else _numbers(clean, field.kind)


# pyarrow.array would load pandas to learn that it was given a list: half of the engine's start.


def _strings(values: Sequence[str | bytes | None], kind: pa.DataType) -> pa.Array:
    builder = pa.lib.StringBuilder()
    builder.append_values(values)
    return builder.finish().view(kind)


def _numbers(values: Sequence[Any], kind: str) -> pa.Array:
    dtype, number = _NUMBERS[kind]
    known = np.array([value is not None for value in values])
    content: NDArray[Any] = np.array(
        [0 if value is None else number(value) for value in values], dtype
    )
    if dtype is np.bool_:
        content = np.packbits(content, bitorder="little")
    valid = None if known.all() else pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(_TYPES[kind], len(values), [valid, pa.py_buffer(content)])


def _clean(field: Field, value: Any) -> Any:
    """Round, join and type one value; what is not a number is unknown."""
    if field.kind == "real":
        number = float(value)
        return round(number, field.decimals or 0) if math.isfinite(number) else None
    if field.kind == "integer":
        return int(value)
    if field.kind == "boolean":
        return bool(value)
    if field.kind == "datetime":
        return value if value.tzinfo else value.replace(tzinfo=dt.UTC)
    if field.kind == "date":
        return value.date() if isinstance(value, dt.datetime) else value
    # Control characters would make XML and some readers choke; line ends and tabs may stay.
    text = value if isinstance(value, str) else ", ".join(value)
    if text.isprintable():
        return text
    return "".join(c for c in text if c >= " " or c in "\n\t")
