"""What people said about an object survives a rerun, or is kept aside: never lost."""

import datetime as dt
import sqlite3

import geopandas as gpd
import pytest
from shapely.affinity import translate
from support.layer_records import make_boxes, make_provenance

from engine.errors import OutputError
from engine.layers import open_writer
from engine.layers.reviews import carry_over, describe_lost, keep_lost, lost_reviews_path

CRS = "EPSG:32633"
FORMATS = ("gpkg", "fgb", "parquet", "geojson")
WHEN = dt.datetime(2026, 3, 1, 12, 30, tzinfo=dt.UTC)


def write(path, boxes, fmt="gpkg", dst_crs=None):
    with open_writer(path, CRS, fmt, make_provenance(), dst_crs=dst_crs) as writer:
        writer.write_boxes(boxes)
        writer.commit()
    return path


def spread(count=6):
    """Boxes that do not touch each other, all buildings."""
    boxes = make_boxes(count)
    for index, record in enumerate(boxes):
        west, south = record.box.bounds[:2]
        record.class_name = "building"
        record.box = translate(record.box, 500_000 - west + 60 * index, 4_600_000 - south)
        record.outline = record.box
    return boxes


def reviewed(count=6):
    boxes = spread(count)
    boxes[1].review, boxes[1].reviewer = "confirmed", "Ada"
    boxes[1].reviewed_at, boxes[1].note = WHEN, "sure"
    boxes[4].review = "rejected"
    return boxes


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("dst_crs", [None, "EPSG:3857"])
def test_reviews_move_to_the_same_places(tmp_path, fmt, dst_crs):
    output = write(tmp_path / f"out.{fmt}", reviewed(), fmt, dst_crs)
    new = list(reversed(spread()))
    found = carry_over(output, new, CRS)
    assert found.carried == 2
    assert found.lost.empty
    by_place = new[::-1]
    assert [record.review for record in by_place] == [
        None,
        "confirmed",
        None,
        None,
        "rejected",
        None,
    ]
    one = by_place[1]
    assert (one.reviewer, one.reviewed_at, one.note) == ("Ada", WHEN, "sure")
    assert by_place[4].reviewer is None
    assert keep_lost(output, found) is None


def test_a_moved_box_is_the_same_until_half_the_overlap(tmp_path):
    output = write(tmp_path / "a.gpkg", reviewed())
    new = spread()
    width = new[1].box.bounds[2] - new[1].box.bounds[0]
    new[1].box = translate(new[1].box, 0.3 * width, 0)  # IoU 0.54
    width = new[4].box.bounds[2] - new[4].box.bounds[0]
    new[4].box = translate(new[4].box, 0.4 * width, 0)  # IoU 0.43
    found = carry_over(output, new, CRS)
    assert found.carried == 1
    assert new[1].review == "confirmed"
    assert new[4].review is None
    assert describe_lost(found).startswith("1 reviews found no object")


def test_another_class_is_another_object(tmp_path):
    output = write(tmp_path / "a.gpkg", reviewed())
    new = spread()
    new[1].class_name = "road"
    assert carry_over(output, new, CRS).carried == 1


def test_partners_are_one_to_one_and_the_best_pair_wins(tmp_path):
    output = write(tmp_path / "a.gpkg", reviewed())
    close, exact = spread()[1], spread()[1]
    close.box = translate(close.box, 1, 0)
    assert carry_over(output, [close, exact], CRS).carried == 1
    assert (close.review, exact.review) == (None, "confirmed")


def test_a_review_without_an_object_is_kept_aside_and_returns(tmp_path):
    output = write(tmp_path / "a.gpkg", reviewed())
    few = spread()[:3]
    found = carry_over(output, few, CRS)
    kept = keep_lost(output, found)
    assert kept == lost_reviews_path(output) == tmp_path / "a.gpkg.lost-reviews.geojson"
    frame = gpd.read_file(kept)
    assert frame["review"].tolist() == ["rejected"]
    assert frame["box_id"].tolist() == [reviewed()[4].box_id]
    assert reviewed()[4].box_id in describe_lost(found)
    write(output, few)
    # The object is found again in the next rerun.
    again = spread()
    found = carry_over(output, again, CRS)
    assert found.carried == 2
    assert again[4].review == "rejected"
    assert keep_lost(output, found) is None
    assert not kept.exists()


def test_lost_reviews_add_up(tmp_path):
    output = write(tmp_path / "a.gpkg", reviewed())
    keep_lost(output, carry_over(output, spread()[:3], CRS))
    write(output, reviewed()[:3])
    kept = keep_lost(output, carry_over(output, spread()[:1], CRS))
    assert sorted(gpd.read_file(kept)["review"]) == ["confirmed", "rejected"]


def test_a_failed_run_does_not_double_lost_reviews(tmp_path):
    output = write(tmp_path / "a.gpkg", reviewed())
    for _ in range(2):
        # The layers were never committed: the old output still has the review.
        kept = keep_lost(output, carry_over(output, [], CRS))
    assert len(gpd.read_file(kept)) == 2


def test_reviews_made_in_a_database_still_open_are_seen(tmp_path):
    output = write(tmp_path / "a.gpkg", spread())
    db = sqlite3.connect(output)
    db.execute("PRAGMA journal_mode = WAL")
    # OGR's triggers call functions that plain sqlite does not have.
    db.create_function("ST_IsEmpty", 1, lambda _: 0)
    for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
        db.create_function(name, 1, lambda _: 0.0)
    db.execute("UPDATE boxes SET note = 'look again' WHERE fid = 1")
    db.commit()
    new = spread()
    assert carry_over(output, new, CRS).carried == 1
    assert new[0].note == "look again"
    db.close()


def test_nothing_to_carry(tmp_path):
    assert carry_over(tmp_path / "missing.gpkg", spread(), CRS).carried == 0
    output = write(tmp_path / "a.gpkg", spread())
    assert carry_over(output, spread(), CRS).carried == 0
    assert carry_over(output, [], CRS).lost.empty
    gpd.GeoDataFrame(geometry=[spread()[0].box], crs=CRS).to_file(tmp_path / "x.gpkg", layer="x")
    assert carry_over(tmp_path / "x.gpkg", spread(), CRS).carried == 0


def test_an_unreadable_old_output_is_not_passed_over_in_silence(tmp_path):
    (tmp_path / "a.gpkg").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises(OutputError, match="cannot be read"):
        carry_over(tmp_path / "a.gpkg", spread(), CRS)
