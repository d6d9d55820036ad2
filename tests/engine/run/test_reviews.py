"""Reviews of an older result while a newer one is made."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from support.layer_records import make_boxes, make_provenance

from engine.layers import open_writer
from engine.run.reviews import Reviews

CRS = "EPSG:32633"


def write(path: Path, boxes: list[Any]) -> None:
    with open_writer(path, CRS, "gpkg", make_provenance()) as writer:
        writer.write_boxes(boxes)
        writer.commit()


def say(path: Path, number: int, verdict: str) -> None:
    """As QGIS saves a verdict."""
    with sqlite3.connect(path) as db:
        names = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:  # they need functions that only GDAL has
            db.execute(f'DROP TRIGGER "{name}"')
        db.execute("UPDATE boxes SET review = ? WHERE fid = ?", (verdict, number))
    db.close()


@pytest.mark.parametrize("first", [None, "confirmed"])
def test_what_is_said_during_a_run_is_not_lost(tmp_path: Path, first: str | None) -> None:
    path = tmp_path / "changes.gpkg"
    write(path, make_boxes(6))
    if first:
        say(path, 2, first)
    warnings: list[str] = []
    with open_writer(path, CRS, "gpkg", make_provenance()) as writer:
        reviews = Reviews(path, CRS, writer.write_boxes)
        reviews.write(make_boxes(6))
        say(path, 2, "rejected")
        say(path, 3, "unsure")
        reviews.finish(warnings.append)
        writer.commit()
    reviews.keep_lost()
    kept = gpd.read_file(path, layer="boxes").set_index("box_id")["review"].dropna().to_dict()
    wanted = {"road-u33dc000001": "rejected", "other-u33dc000002": "unsure"}
    if first:  # others were there before: boxes were held, and matched at the end
        assert kept == wanted and not warnings
        return
    assert not kept and "2 reviews found no object" in warnings[0]
    with open_writer(path, CRS, "gpkg", make_provenance()) as writer:
        reviews = Reviews(path, CRS, writer.write_boxes)
        reviews.write(make_boxes(6))
        reviews.finish(warnings.append)
        writer.commit()
    reviews.keep_lost()
    kept = gpd.read_file(path, layer="boxes").set_index("box_id")["review"].dropna().to_dict()
    assert kept == wanted and reviews.carried == 2
    assert [file.name for file in tmp_path.iterdir()] == ["changes.gpkg"]
