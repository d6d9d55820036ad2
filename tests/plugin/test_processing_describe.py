"""describechanges: what it asks of the engine, what it hands over, and how it ends."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from plugin import processing_support as support
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingOutputVectorLayer,
    QgsProcessingUtils,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDate

pytest_plugins = ["plugin.processing_support"]
ID = "changevg:describechanges"


@pytest.fixture
def pair(tmp_path):
    return (
        support.write_raster(tmp_path / "before.tif"),
        support.write_raster(tmp_path / "after.tif", value=140),
    )


@pytest.fixture
def inputs(pair, tmp_path):
    return {"BEFORE": pair[0], "AFTER": pair[1], "OUTPUT": str(tmp_path / "changes.gpkg")}


def test_a_run_hands_over_three_layers_and_numbers(run, engine, inputs):
    feedback = support.Feedback()
    results = run(ID, inputs, feedback)
    for name, count in (("TILES", 2), ("BOXES", 5), ("OUTLINES", 5)):
        layer = QgsVectorLayer(results[name], name, "ogr")
        assert layer.isValid() and layer.featureCount() == count
    assert results["OUTPUT"] == inputs["OUTPUT"]
    assert (results["OBJECTS"], results["APPEARED"], results["DISAPPEARED"]) == (3, 2, 1)
    assert results["STATUS"] == "done" and results["TILES_READ"] == 2
    assert results["SUMMARY"] == "2 buildings appeared (200 m²), 1 building disappeared (36 m²)."
    assert feedback.warnings[-1] == "The dates seem shifted."
    # The bar goes forward only, and the guide's second half is beyond its first.
    assert feedback.steps == sorted(feedback.steps) and 41.0 in feedback.steps


def test_every_parameter_reaches_the_engine(run, engine, inputs, tmp_path):
    aoi = support.write_layer(tmp_path / "area.gpkg", [support.square(0, 0, 20)])
    feedback = support.Feedback()
    report, mask = str(tmp_path / "r.html"), str(tmp_path / "mask.tif")
    given = {
        "EXTENT": "620824,620840,3366140,3366156 [EPSG:32614]", "AOI": aoi,
        "BEFORE_BANDS": [3, 2, 1], "AFTER_BANDS": [2], "BEFORE_DATE": QDate(2012, 3, 18),
        "AFTER_DATE": "2018-10-05", "QUESTIONS": "How many new houses?\n\n Was a pool built? ",
        "MODEL": "changevg-7b", "LANGUAGE": 1, "MIN_AREA": 12.5, "MIN_SCORE": 0,
        "TILE_SIZE": 512, "OVERLAP": 128, "COREGISTER": True, "REPORT": report, "MASK": mask,
    }  # fmt: skip
    results = run(ID, inputs | given, feedback)
    before, after, output, options = engine.started[0]
    assert (before, after, output) == tuple(inputs.values())
    crs, shapes = engine.area
    assert crs == "EPSG:32614" and [shape.area() for shape in shapes] == [400]
    assert not Path(options.pop("aoi")).exists()
    assert options == {
        "bidx": [3, 2, 1], "after_bidx": [2, 2, 2], "before_date": "2012-03-18",
        "after_date": "2018-10-05", "bbox": [620824.0, 3366140.0, 620840.0, 3366156.0],
        "question": ["How many new houses?", "Was a pool built?"], "model": "changevg-7b",
        "language": "all", "min_area": 12.5, "min_score": 0.0, "tile_size": 512, "overlap": 128,
        "coregister": True, "allow_partial": True, "overwrite": True, "mask_out": mask,
        "report": report,
    }  # fmt: skip
    assert results["REPORT"] == report and results["MASK"] == mask
    line = feedback.commands[-1]
    assert line.startswith(f"engine tile-infer {before} {after} {output} ")
    assert "--question 'How many new houses?' --question 'Was a pool built?'" in line
    assert "--bbox=620824,3366140,620840,3366156" in line and "--coregister" in line


def test_only_what_was_chosen_is_sent(run, engine, inputs):
    run(ID, inputs)
    assert engine.started[0][3] == {
        "model": "changevg-nano", "language": "changed", "allow_partial": True, "overwrite": True,
    }  # fmt: skip


def test_extent_in_another_crs_is_brought_to_the_before_raster(run, engine, inputs):
    """B8: the place is the same in the raster's CRS."""
    extent = QgsReferencedRectangle(
        QgsRectangle(-97.7461, 30.4198, -97.7459, 30.4199),
        QgsProject.instance().crs().fromEpsgId(4326),
    )
    run(ID, inputs | {"EXTENT": extent})
    west, south, east, north = engine.started[0][3]["bbox"]
    assert 15 < east - west < 25 and 8 < north - south < 15


def test_a_crs_without_a_number_in_feet_is_as_good_as_any(run, engine, inputs):
    """B8: a CRS that is text only, in US survey feet; the extent comes from a Web Mercator map."""
    feet = "+proj=lcc +lat_0=29.7 +lon_0=-100.3 +lat_1=30.1 +lat_2=31.9 +x_0=700000 +y_0=3000000"
    crs = QgsCoordinateReferenceSystem.fromProj(f"{feet} +ellps=GRS80 +units=us-ft +no_defs")
    assert crs.isValid() and not crs.authid()
    here = QgsPointXY(3_100_000, 10_070_000)
    for name, value in (("BEFORE", 90), ("AFTER", 140)):
        inputs[name] = support.write_raster(
            f"{inputs[name]}.ft.tif", gsd=1.6, at=here, value=value, crs=crs.toWkt()
        )
    web = QgsCoordinateReferenceSystem.fromEpsgId(3857)
    move = QgsCoordinateTransform(crs, web, QgsProject.instance())
    wanted = QgsRectangle(here.x() + 20, here.y() - 60, here.x() + 80, here.y() - 20)
    extent = QgsReferencedRectangle(move.transformBoundingBox(wanted), web)
    run(ID, inputs | {"EXTENT": extent})
    _, _, _, options = engine.started[0]
    around = QgsRectangle(*options["bbox"])
    assert around.contains(wanted)
    assert around.width() < 64 and around.height() < 44  # feet; the maps are turned a little


def test_invalid_area_is_repaired_and_said(run, engine, inputs, tmp_path):
    bow_tie = QgsVectorLayer("Polygon?crs=EPSG:32614", "bow tie", "memory")
    shape = QgsFeature()
    shape.setGeometry(
        support.QgsGeometry.fromWkt(
            "POLYGON((620824 3366140, 620840 3366156, 620840 3366140, 620824 3366156, "
            "620824 3366140))"
        )
    )
    bow_tie.dataProvider().addFeature(shape)
    feedback = support.Feedback()
    run(ID, inputs | {"AOI": bow_tie}, feedback)
    _, shapes = engine.area
    assert all(shape.isGeosValid() for shape in shapes)
    assert sum(shape.area() for shape in shapes) == pytest.approx(128)
    assert any("repaired" in text for text in feedback.warnings)


def test_cancel_ends_within_two_seconds_and_says_what_is_kept(run, engine, inputs):
    """B16: a stop is a stop, and nothing read is lost."""
    feedback = support.Feedback()

    def told():
        yield {"event": "progress", "stage": "guide", "done": 3, "total": 9}
        feedback.cancel()
        for _ in range(1000):
            yield {"event": "progress", "stage": "guide", "done": 4, "total": 9}
            time.sleep(0.05)

    engine.told = told
    started = time.monotonic()
    results = run(ID, inputs, feedback)
    assert time.monotonic() - started < 2
    assert engine.cancelled == ["run1"]
    assert results["STATUS"] == "cancelled" and results["OBJECTS"] == 0 and "BOXES" not in results
    assert any("3 of 9 tiles" in text and "go on" in text for text in feedback.warnings)


def test_an_unfinished_run_is_resumed_and_a_different_one_begun_anew(run, engine, inputs):
    Path(inputs["OUTPUT"] + ".work").mkdir()
    run(ID, inputs)
    assert engine.started[-1][3]["resume"] is True

    def told():
        if len(engine.started) == 2:
            return [{"event": "error", "type": "LedgerError", "message": "other", "hint": "x"}]
        support.write_result(inputs["OUTPUT"])
        return [support.RESULT]

    engine.told = told
    feedback = support.Feedback()
    assert run(ID, inputs, feedback)["STATUS"] == "done"
    assert "resume" not in engine.started[-1][3]
    assert any("starting anew" in text for text in feedback.warnings)


def test_a_stopped_run_goes_on_with_the_very_same_area_file(run, engine, inputs, tmp_path):
    """The engine takes a stopped run up only if the area file is the same, by name and time."""
    aoi = support.write_layer(tmp_path / "area.gpkg", [support.square(0, 0, 20)])
    engine.told = [{"event": "cancelled"}]
    assert run(ID, inputs | {"AOI": aoi})["STATUS"] == "cancelled"
    kept = Path(engine.started[-1][3]["aoi"])
    times = []
    begun = engine.start_run

    def watched(*given):
        times.append(kept.stat().st_mtime_ns)
        return begun(*given)

    engine.start_run = watched
    written = kept.stat().st_mtime_ns
    Path(inputs["OUTPUT"] + ".work").mkdir()
    engine.told = None
    assert run(ID, inputs | {"AOI": aoi})["STATUS"] == "done"
    assert engine.started[-1][3]["aoi"] == str(kept) and engine.started[-1][3]["resume"]
    assert times == [written] and not kept.exists()
    engine.start_run = begun
    other = support.write_layer(tmp_path / "b.gpkg", [support.square(0, 0, 21)])
    run(ID, inputs | {"AOI": other})
    assert engine.started[-1][3]["aoi"] != str(kept)


def test_partial_result_is_flagged(run, engine, inputs):
    """B16: a part is never taken for the whole."""
    support.write_result(inputs["OUTPUT"])
    engine.told = [
        {"event": "tile", "tile_id": "0_1", "status": "failed", "reason": "cut off"},
        support.RESULT | {"partial": True, "tiles": {"ok": 1, "failed": 1}},
    ]
    feedback = support.Feedback()
    results = run(ID, inputs, feedback)
    assert results["STATUS"] == "partial" and results["TILES_FAILED"] == 1
    assert any("0_1" in text and "cut off" in text for text in feedback.warnings)
    assert any("Partial result" in text for text in feedback.errors)


def test_the_engines_error_reaches_the_user_with_its_hint(run, engine, inputs):
    engine.told = [
        {"event": "error", "type": "NoOverlapError", "message": "No ground.", "hint": "Look."}
    ]
    with pytest.raises(QgsProcessingException, match=r"(?s)No ground\..*Look\."):
        run(ID, inputs)


def test_both_dates_in_one_file(run, engine, inputs):
    both = {"AFTER": inputs["BEFORE"], "BEFORE_BANDS": [1], "AFTER_BANDS": [3]}
    run(ID, inputs | both)
    assert engine.started[0][3]["bidx"] == [1, 1, 1]
    assert engine.started[0][3]["after_bidx"] == [3, 3, 3]


def test_a_connection_that_breaks_says_how_to_go_on(run, engine, inputs):
    link = support.module("engine_link")

    def told():
        yield {"event": "progress", "stage": "guide", "done": 1, "total": 9}
        raise link.EngineLinkError("The engine does not answer.", "Start it again.")

    engine.told = told
    with pytest.raises(QgsProcessingException, match=r"(?s)not answer.*Start it.*kept.*go on"):
        run(ID, inputs)


def test_an_engine_that_dies_is_said_and_nothing_lost(run, engine, inputs):
    engine.told = [{"event": "progress", "stage": "guide", "done": 1, "total": 9}]
    with pytest.raises(QgsProcessingException, match=r"(?s)stopped in the middle.*kept"):
        run(ID, inputs)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"BEFORE": "/nowhere/before.tif"}, "before.tif.*moved, deleted or renamed"),
        ({"BEFORE_BANDS": [1, 2]}, "three"),
        ({"AFTER": "BEFORE"}, "the same raster"),
        ({"OUTPUT": "/tmp/changes.shp"}, r"ends in \.gpkg"),
    ],
)
def test_what_cannot_work_is_refused_before_the_run(run, engine, inputs, change, reason):
    if change.get("AFTER") == "BEFORE":
        change = {"AFTER": inputs["BEFORE"]}
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(ID)
    fits, _ = algorithm.checkParameterValues(inputs | change, QgsProcessingContext())
    assert not fits
    with pytest.raises(QgsProcessingException, match=reason):
        run(ID, inputs | change)
    assert not engine.started


def test_a_file_that_is_no_result_is_never_replaced(run, engine, inputs):
    support.write_layer(inputs["OUTPUT"], [support.square(0, 0)])
    with pytest.raises(QgsProcessingException, match="no result of ChangeVG"):
        run(ID, inputs)
    support.write_result(inputs["OUTPUT"])
    with pytest.raises(QgsProcessingException, match="exists"):
        run(ID, inputs | {"OVERWRITE": False})
    assert run(ID, inputs)["STATUS"] == "done"


def test_reviews_that_are_not_saved_stop_a_rerun(run, engine, inputs):
    """In the edit buffer they would go to whatever has their number in the new file."""
    package = support.write_result(inputs["OUTPUT"])
    layer = QgsVectorLayer(f"{package}|layername=boxes", "Changed objects", "ogr")
    QgsProject.instance().addMapLayer(layer)
    at = layer.fields().indexOf("review")
    assert layer.startEditing() and layer.changeAttributeValue(1, at, "confirmed")
    with pytest.raises(QgsProcessingException, match="being edited"):
        run(ID, inputs)
    assert layer.isModified() and not engine.started
    assert layer.commitChanges(stopEditing=False)
    assert run(ID, inputs)["STATUS"] == "done"
    assert not layer.isEditable()


def test_edits_begun_during_a_run_do_not_reach_other_objects(tmp_path, provider):
    package = support.write_result(tmp_path / "changes.gpkg")
    layer = QgsVectorLayer(f"{package}|layername=boxes", "Changed objects", "ogr")
    QgsProject.instance().addMapLayer(layer)
    at = layer.fields().indexOf("review")
    assert layer.startEditing() and layer.changeAttributeValue(1, at, "confirmed")
    support.write_result(tmp_path / "new.gpkg", objects=support.OBJECTS[::-1])
    (tmp_path / "new.gpkg").replace(package)
    feedback = support.Feedback()
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    support.module("processing.load_results").Dresser().postProcessLayer(layer, context, feedback)
    assert any("1 features" in text for text in feedback.warnings)
    assert not layer.isEditable()
    assert next(one["box_id"] for one in layer.getFeatures()) == "o1"
    assert all(not one["review"] for one in layer.getFeatures())


def test_the_result_is_saved_by_default_and_a_temporary_one_is_said(run, engine, inputs):
    """B20: never a silent memory layer."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(ID)
    default = Path(algorithm.parameterDefinition("OUTPUT").defaultValue())
    assert default.suffix == ".gpkg" and not str(default).startswith(
        QgsProcessingUtils.tempFolder()
    )
    feedback = support.Feedback()
    run(ID, inputs | {"OUTPUT": "TEMPORARY_OUTPUT"}, feedback)
    assert any("gone when QGIS closes" in text for text in feedback.warnings)


def test_layers_come_into_one_group_named_by_dates(engine, inputs):
    """B20: one group, named by what it shows."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(ID)
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    results, good = algorithm.run(inputs, context, support.Feedback())
    assert good
    wanted = context.layersToLoadOnCompletion()
    assert {details.name for details in wanted.values()} == {"Tiles", "Outlines", "Changed objects"}
    assert {details.groupName for details in wanted.values()} == {
        "Change 2012-03-18 → 2018-10-05 · after"
    }
    assert results["BOXES"] in wanted


def test_outputs_are_declared_for_models(engine):
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(ID)
    vectors = {
        one.name()
        for one in algorithm.outputDefinitions()
        if isinstance(one, QgsProcessingOutputVectorLayer)
    }
    assert {"TILES", "BOXES", "OUTLINES"} <= vectors


def test_no_engine_is_said_before_the_dialog(monkeypatch, provider):
    engine = support.module("processing.engine")
    monkeypatch.setattr(engine, "has_engine", lambda settings: False)
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(ID)
    good, reason = algorithm.canExecute()
    assert not good and "Install" in reason


def test_a_project_layer_can_be_the_input(run, engine, inputs, pair):
    layer = QgsRasterLayer(pair[0], "my before")
    QgsProject.instance().addMapLayer(layer)
    run(ID, inputs | {"BEFORE": layer})
    assert engine.started[0][0] == pair[0]
