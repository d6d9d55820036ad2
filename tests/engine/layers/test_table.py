"""Values that are written are the values that are read."""

import datetime as dt

import pyarrow as pa
import shapely
from hypothesis import given
from hypothesis import strategies as st
from support.layer_records import make_boxes

from engine.layers.schema import LAYERS
from engine.layers.table import arrow_schema, to_batch

BOXES = next(layer for layer in LAYERS if layer.name == "boxes")
NUMBERS = st.none() | st.floats(0, 1)
TEXT = st.none() | st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)
DAYS = st.none() | st.dates()
# Whole milliseconds; zones of whole minutes.
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda m: dt.timezone(dt.timedelta(minutes=m)))
MOMENTS = st.none() | st.datetimes(
    dt.datetime(1900, 1, 2), dt.datetime(2200, 1, 1), timezones=ZONES
).map(lambda m: m.replace(microsecond=m.microsecond // 1000 * 1000))


@given(st.lists(st.tuples(NUMBERS, TEXT, DAYS, MOMENTS), min_size=1, max_size=12))
def test_values_come_back(rows):
    records = make_boxes(len(rows))
    for record, (score, note, day, moment) in zip(records, rows, strict=True):
        record.score, record.note, record.date_before, record.reviewed_at = (
            score if score is not None else 0.5, note, day, moment
        )  # fmt: skip
    batch = to_batch(BOXES, records)
    batch.validate(full=True)
    assert batch.schema.equals(arrow_schema(BOXES))
    read = batch.to_pydict()
    assert read["score"] == [round(record.score, 3) for record in records]
    assert read["note"] == [note for _, note, _, _ in rows]
    assert read["date_before"] == [day for _, _, day, _ in rows]
    assert read["reviewed_at"] == [moment for *_, moment in rows]
    assert [shapely.from_wkb(one) for one in read["geom"]] == [record.box for record in records]


def test_columns_are_those_that_pyarrow_makes():
    batch = to_batch(BOXES, make_boxes(9))
    for name in batch.schema.names:
        column = batch.column(name)
        assert column.equals(pa.array(column.to_pylist(), type=column.type)), name
