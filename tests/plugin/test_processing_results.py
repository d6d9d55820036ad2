"""comparelayer, summarize, checkpair and enginestatus."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from osgeo import gdal
from plugin import processing_support as support
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsGeometry,
    QgsProcessingException,
    QgsProject,
    QgsVectorLayer,
)

pytest_plugins = ["plugin.processing_support"]
UTM = QgsCoordinateReferenceSystem.fromEpsgId(32614)
# What a metre of the grid is on the ground there: scale of UTM zone 14 north at that place.
SCALE = 0.99978


@pytest.fixture
def package(tmp_path):
    return support.write_result(tmp_path / "changes.gpkg")


def rows(result, key):
    layer = result if isinstance(result, QgsVectorLayer) else QgsVectorLayer(result, "r", "ogr")
    return {
        one[key]: dict(zip(one.fields().names(), one.attributes(), strict=True))
        for one in layer.getFeatures()
    }


def to_crs(shapes, epsg):
    change = QgsCoordinateTransform(
        UTM, QgsCoordinateReferenceSystem.fromEpsgId(epsg), QgsProject.instance()
    )
    moved = [QgsGeometry(shape) for shape in shapes]
    for shape in moved:
        shape.transform(change)
    return moved


DISTRICTS = [support.square(0, 0, 13), support.square(13, 0, 20), support.square(100, 100, 5)]


@pytest.mark.parametrize("epsg", [32614, 4326, 3857, 2277])
def test_summary_counts_once_and_divides_areas_in_any_crs(run, package, tmp_path, epsg):
    """B8, B9: layers in several CRSs; areas are geodesic."""
    areas = support.write_layer(
        tmp_path / "a.gpkg", to_crs(DISTRICTS, epsg), epsg, ["west", "east", "far"]
    )
    given = {"INPUT": areas, "CHANGES": f"{package}|layername=outlines", "OUTPUT": "memory:"}
    results = run("changevg:summarize", given)
    table = rows(results["OUTPUT"], "name")
    # b3 lies from 14 m to 20 m south: the western district ends at 13 m.
    assert table["west"]["n_changes"] == 1 and table["east"]["n_changes"] == 3
    assert table["east"]["n_building"] == 1 and table["east"]["n_road"] == 1
    assert table["east"]["n_other"] == 1 and table["east"]["n_changed"] == 1
    # b1 reaches from 2 m to 12 m: all of its 100 m² are in the west.
    assert table["west"]["changed_area_m2"] == pytest.approx(100 / SCALE**2, rel=2e-3)
    assert table["east"]["changed_area_m2"] == pytest.approx((100 + 48 + 16) / SCALE**2, rel=6e-2)
    assert table["west"]["change_text"] == "1 building appeared (100 m²)."
    assert table["far"]["n_changes"] == 0 and table["far"]["change_text"] == "No change found."
    assert table["far"]["changed_area_m2"] == 0
    assert (results["OBJECTS"], results["OUTSIDE"], results["POLYGONS"]) == (4, 1, 3)


def test_invalid_polygons_are_repaired_and_said(run, package, tmp_path):
    """An intersection with one is empty: its numbers would be 0."""
    west, north = support.ORIGIN
    bow = QgsGeometry.fromWkt(
        f"POLYGON(({west} {north}, {west + 40} {north - 40}, {west + 40} {north}, "
        f"{west} {north - 40}, {west} {north}))"
    )
    assert not bow.isGeosValid()
    areas = support.write_layer(tmp_path / "a.gpkg", [bow], names=["bow"])
    given = {"INPUT": areas, "CHANGES": f"{package}|layername=outlines", "OUTPUT": "memory:"}
    feedback = support.Feedback()
    results = run("changevg:summarize", given, feedback)
    table = rows(results["OUTPUT"], "name")
    assert results["OBJECTS"] == table["bow"]["n_changes"] > 0
    assert 0 < table["bow"]["changed_pct"] < 50
    assert any("repaired" in text for text in feedback.warnings)


def test_an_object_on_a_border_counts_where_most_of_it_lies(run, package, tmp_path):
    """B13, the plugin's share: what a border cuts is one object all the same."""
    halves = [support.square(-6, 0, 10), support.square(4, 0, 10)]
    areas = support.write_layer(tmp_path / "a.gpkg", halves, names=["less", "more"])
    given = {"INPUT": areas, "CHANGES": f"{package}|layername=outlines", "OUTPUT": "memory:"}
    table = rows(run("changevg:summarize", given)["OUTPUT"], "name")
    assert (table["less"]["n_changes"], table["more"]["n_changes"]) == (0, 1)
    assert "next door" in table["less"]["change_text"]
    assert table["less"]["changed_area_m2"] == pytest.approx(2 * 8, rel=1e-2)
    table = rows(run("changevg:summarize", given | {"COUNTING": 1})["OUTPUT"], "name")
    assert (table["less"]["n_changes"], table["more"]["n_changes"]) == (1, 1)


@pytest.mark.parametrize("layer", ["boxes", "outlines"])
def test_rejected_objects_are_left_out(run, tmp_path, layer):
    package = support.write_result(tmp_path / "c.gpkg", rejected={"b1"})
    areas = support.write_layer(tmp_path / "a.gpkg", [support.square(0, 0, 40)])
    given = {"INPUT": areas, "CHANGES": f"{package}|layername={layer}", "OUTPUT": "memory:"}
    assert run("changevg:summarize", given)["OBJECTS"] == 4
    assert run("changevg:summarize", given | {"CONFIRMED": False})["OBJECTS"] == 5


def test_a_layer_that_is_no_result_is_refused(run, tmp_path):
    areas = support.write_layer(tmp_path / "a.gpkg", [support.square(0, 0, 40)])
    with pytest.raises(QgsProcessingException, match="no field class, action"):
        run("changevg:summarize", {"INPUT": areas, "CHANGES": areas, "OUTPUT": "memory:"})


def test_polygons_without_crs_are_refused(run, package):
    nowhere = QgsVectorLayer("Polygon", "nowhere", "memory")
    nowhere.setCrs(QgsCoordinateReferenceSystem())
    given = {"INPUT": nowhere, "CHANGES": f"{package}|layername=outlines", "OUTPUT": "memory:"}
    with pytest.raises(QgsProcessingException, match=r"nowhere.*no CRS"):
        run("changevg:summarize", given)


REGISTER = {
    "house": support.square(2, 2),  # exactly b1
    "beside": support.square(31, 2),  # 3 m east of b2
    "old": support.square(2, 14, 6),  # exactly b3, which disappeared
}


@pytest.mark.parametrize("epsg", [32614, 4326, 3857])
def test_register_is_compared_in_any_crs(run, package, tmp_path, epsg):
    register = support.write_layer(
        tmp_path / "r.gpkg", to_crs(REGISTER.values(), epsg), epsg, list(REGISTER)
    )
    given = {
        "INPUT": f"{package}|layername=outlines", "REGISTER": register, "REGISTER_ID": "name",
        "OUTPUT": "memory:", "TOLERANCE": 5,
    }  # fmt: skip
    results = run("changevg:comparelayer", given)
    table = rows(results["OUTPUT"], "box_id")
    assert {key: row["status"] for key, row in table.items()} == {
        "b1": "matched", "b2": "offset", "b3": "gone_registered",
    }  # fmt: skip
    assert table["b1"]["register_id"] == "house" and table["b1"]["overlap_pct"] > 99
    assert table["b2"]["register_id"] == "beside"
    assert table["b2"]["distance_m"] == pytest.approx(3 / SCALE, abs=0.02)
    assert (results["MATCHED"], results["OFFSET"], results["GONE_REGISTERED"]) == (1, 1, 1)
    table = rows(run("changevg:comparelayer", given | {"TOLERANCE": 2.9})["OUTPUT"], "box_id")
    assert table["b2"]["status"] == "new_unregistered" and not table["b2"]["register_id"]


def test_tolerance_is_metres_far_north_in_degrees(run, tmp_path):
    """B7: at 70° N a degree of longitude is a third of one of latitude."""
    here = 1 / 111_320
    east = here / math.cos(math.radians(70))

    def box(x, y, side=10):
        ring = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
        text = ", ".join(f"{20 + a * east} {70 + b * here}" for a, b in ring)
        return QgsGeometry.fromWkt(f"POLYGON(({text}))")

    package = support.write_result(
        tmp_path / "n.gpkg", objects=[("n", "building", "appeared", 0.9, box(0, 0))], epsg=4326
    )
    for place, status in (((14, 0), "offset"), ((0, 14), "offset"), ((16, 0), "new_unregistered"),
                          ((0, 16), "new_unregistered")):  # fmt: skip
        register = support.write_layer(tmp_path / f"{place}.gpkg", [box(*place)], 4326)
        given = {"INPUT": f"{package}|layername=outlines", "REGISTER": register,
                 "TOLERANCE": 5, "OUTPUT": "memory:"}  # fmt: skip
        table = rows(run("changevg:comparelayer", given)["OUTPUT"], "box_id")
        assert table["n"]["status"] == status, place


def test_other_classes_take_part_when_wanted(run, package, tmp_path):
    register = support.write_layer(tmp_path / "r.gpkg", [support.square(14, 14, 8)])
    given = {"INPUT": f"{package}|layername=boxes", "REGISTER": register, "CLASSES": [1, 2],
             "OUTPUT": "memory:"}  # fmt: skip
    table = rows(run("changevg:comparelayer", given)["OUTPUT"], "box_id")
    assert set(table) == {"r1", "o1"} and table["r1"]["status"] == "matched"


@pytest.fixture
def pair(tmp_path):
    return (
        support.write_raster(tmp_path / "before.tif"),
        support.write_raster(tmp_path / "after.tif"),
    )


def test_a_fitting_pair(run, pair, tmp_path):
    page = str(tmp_path / "pair.html")
    results = run("changevg:checkpair", {"BEFORE": pair[0], "AFTER": pair[1], "OUTPUT": page})
    assert results["FITS"] is True and results["PROBLEMS"] == 0
    assert results["OVERLAP_M2"] == pytest.approx(32 * 24 / SCALE**2, rel=1e-3)
    assert results["BEFORE_GSD"] == pytest.approx(0.5 / SCALE, rel=1e-3)
    text = Path(page).read_text(encoding="utf-8")
    assert "The pair fits." in text and "EPSG:32614" in text and "64 × 48" in text


def test_differences_are_told_and_do_not_stop_it(run, pair, tmp_path):
    """B10: other pixel size, other extent, other CRS: told, not refused."""
    after = support.write_raster(
        tmp_path / "fine.tif", gsd=0.25, bands=1, kind=gdal.GDT_UInt16, width=100
    )
    feedback = support.Feedback()
    results = run("changevg:checkpair", {"BEFORE": pair[0], "AFTER": after}, feedback)
    assert results["FITS"] is True
    said = " ".join(feedback.warnings)
    for words in ("grids differ", "factor of 2.0", "one band", "data types differ", "Only the"):
        assert words in said


@pytest.mark.parametrize("case", ["elsewhere", "rotated", "two bands"])
def test_what_does_not_fit_is_said(run, pair, tmp_path, case):
    after = str(tmp_path / "x.tif")
    if case == "elsewhere":
        support.write_raster(after, at=(100000, 3366160))
    else:
        support.write_raster(after, bands=2 if case == "two bands" else 3)
    if case == "rotated":
        file = gdal.Open(after, gdal.GA_Update)
        west, north = support.ORIGIN
        file.SetGeoTransform((west, 0.4, 0.3, north, 0.3, -0.4))
        file = None
    feedback = support.Feedback()
    page = str(tmp_path / "pair.html")
    results = run(
        "changevg:checkpair", {"BEFORE": pair[0], "AFTER": after, "OUTPUT": page}, feedback
    )
    assert results["FITS"] is False
    words = {"elsewhere": "no ground", "rotated": "rotated", "two bands": "two bands"}[case]
    assert any(words in text for text in feedback.errors)
    assert "does not fit" in Path(page).read_text(encoding="utf-8")


def test_the_engine_estimates_the_shift(run, pair, engine, tmp_path):
    """B10: a shift of the dates is told before the run."""
    page = str(tmp_path / "pair.html")
    engine.facts = engine.facts | {"warnings": ["The dates are shifted by 2.7 pixels."]}
    feedback = support.Feedback()
    asked = {"BEFORE": pair[0], "AFTER": pair[1], "OUTPUT": page}
    results = run("changevg:checkpair", asked, feedback)
    assert (results["SHIFT_EAST_PX"], results["SHIFT_SOUTH_PX"]) == (2.25, -1.5)
    assert "+2.2 px east, -1.5 px south" in Path(page).read_text(encoding="utf-8")
    assert "The dates are shifted by 2.7 pixels." in feedback.warnings
    without = run("changevg:checkpair", asked | {"SHIFT": False})
    assert "SHIFT_EAST_PX" not in without and without["FITS"] is True


@pytest.mark.parametrize("code", [3, 1])
def test_what_the_engine_refuses_is_told(run, pair, engine, code):
    kind = support.module("engine_link.errors").EngineAnswerError

    def refuse(before, after):
        # Made anew: one that is kept would keep the run's frames, and their layers, beyond QGIS.
        raise kind(
            "Pixels of 10 m are far outside the model's range.", "Use --force.", exit_code=code
        )

    engine.facts = refuse
    feedback = support.Feedback()
    results = run("changevg:checkpair", {"BEFORE": pair[0], "AFTER": pair[1]}, feedback)
    assert results["FITS"] is (code != 3)
    assert any("10 m" in text for text in feedback.errors + feedback.warnings)


def test_names_of_layers_are_escaped_in_the_page(run, pair, tmp_path):
    odd = tmp_path / "<b>&.tif"
    support.write_raster(odd)
    page = str(tmp_path / "pair.html")
    run("changevg:checkpair", {"BEFORE": str(odd), "AFTER": pair[1], "OUTPUT": page})
    assert "<b>" not in Path(page).read_text(encoding="utf-8")


def test_status_of_an_engine(run, engine):
    results = run("changevg:enginestatus", {})
    assert results["READY"] is True and results["VERSION"] == "0.1.0" and results["API"] == 1
    assert results["MODELS"] == "nano" and results["RUNNING"] == 1


def test_no_engine_is_an_answer_not_an_error(run, engine, monkeypatch):
    link = support.module("engine_link")

    def missing(feedback=None):
        raise link.EngineMissingError("No engine.", "Install it.")

    monkeypatch.setattr(link, "running_engine", missing)
    feedback = support.Feedback()
    results = run("changevg:enginestatus", {}, feedback)
    assert results["READY"] is False and "Install it." in results["MESSAGE"]
