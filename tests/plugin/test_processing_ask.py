"""askchanges: answers go into the result, feature by feature."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from plugin import processing_support as support
from qgis.core import (
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsVectorLayer,
)

pytest_plugins = ["plugin.processing_support"]
ID = "changevg:askchanges"
QUESTION = "How many new buildings?"


@pytest.fixture
def package(tmp_path):
    before = support.write_raster(tmp_path / "before.tif")
    after = support.write_raster(tmp_path / "after.tif")
    return support.write_result(tmp_path / "changes.gpkg", before, after)


@pytest.fixture
def boxes(package):
    return f"{package}|layername=boxes"


def answers(source, name="answer_1"):
    layer = QgsVectorLayer(source, "r", "ogr")
    return {one["box_id"]: (one[name], one[f"{name}_source"]) for one in layer.getFeatures()}


def test_each_feature_gets_its_answer(run, engine, boxes):
    engine.answer = lambda client: {
        "text": str(len(client.asked)), "source": "map", "warnings": ["slow"],
    }  # fmt: skip
    feedback = support.Feedback()
    results = run(ID, {"INPUT": boxes, "QUESTION": QUESTION}, feedback)
    assert results["FIELD"] == "answer_1" and results["ANSWERED"] == 5
    assert answers(boxes)["b1"] == ("1", "map") and answers(boxes)["o1"] == ("5", "map")
    first = engine.asked[0]
    west, north = support.ORIGIN
    assert first["question"] == QUESTION
    # As the run read the pair; nodata 0 is a value.
    assert first["options"] == {
        "model": "changevg-nano", "card": "full", "bidx": [3, 2, 1], "nodata": 0,
    }  # fmt: skip
    assert first["before"].endswith("before.tif") and first["after"].endswith("after.tif")
    assert first["bbox"] == pytest.approx([west + 2, north - 12, west + 12, north - 2])
    assert "slow" in feedback.warnings
    with closing(sqlite3.connect(boxes.split("|")[0])) as db:
        columns = db.execute("SELECT column_name, description FROM gpkg_data_columns").fetchall()
    assert QUESTION in dict(columns)["answer_1"]


def test_a_second_question_leaves_the_first_answer(run, engine, boxes):
    run(ID, {"INPUT": boxes, "QUESTION": QUESTION})
    engine.answer = {"text": "a pool", "source": "model"}
    assert run(ID, {"INPUT": boxes, "QUESTION": "What is it?"})["FIELD"] == "answer_2"
    assert answers(boxes)["b1"] == ("2", "map")
    assert answers(boxes, "answer_2")["b1"] == ("a pool", "model")


def test_only_selected_features_are_asked_about_and_the_project_shows_it(run, engine, boxes):
    layer = QgsVectorLayer(boxes, "boxes", "ogr")
    QgsProject.instance().addMapLayer(layer)
    layer.selectByExpression("class = 'road'")
    given = QgsProcessingFeatureSourceDefinition(layer.id(), selectedFeaturesOnly=True)
    results = run(ID, {"INPUT": given, "QUESTION": QUESTION, "MARGIN": 10})
    assert results["ANSWERED"] == 1 and results["ANSWER"] == "2"
    west, south, east, north = engine.asked[0]["bbox"]
    assert east - west == pytest.approx(28, abs=0.02) == north - south
    assert "answer_1" in layer.fields().names()
    told = {one["box_id"]: one["answer_1"] for one in layer.getFeatures()}
    assert told["r1"] == "2" and not told["b1"]


def test_an_area_is_asked_about_once(run, engine, boxes, tmp_path):
    area = support.write_layer(tmp_path / "a.gpkg", [support.square(0, 0, 13)])
    results = run(ID, {"INPUT": boxes, "QUESTION": QUESTION, "AOI": area})
    assert len(engine.asked) == 1 and engine.asked[0]["bbox"] is None
    assert QgsVectorLayer(engine.asked[0]["aoi"], "a", "ogr").featureCount() == 1
    assert results["ANSWERED"] == 1
    assert answers(boxes)["b1"] == ("2", "map") and not answers(boxes)["b2"][0]


def test_no_answer_is_kept_as_none(run, engine, boxes):
    engine.answer = {"text": "I cannot tell that.", "source": "none"}
    results = run(ID, {"INPUT": boxes, "QUESTION": "Why?"})
    assert (results["ANSWERED"], results["UNANSWERED"]) == (0, 5)
    assert answers(boxes)["b1"] == ("I cannot tell that.", "none")


def test_a_stop_keeps_the_answers_that_are_there(run, engine, boxes):
    link = support.module("engine_link")

    def answer(client):
        if len(client.asked) == 3:
            raise link.LinkCancelled("Stopped.")
        return {"text": "yes", "source": "map"}

    engine.answer = answer
    feedback = support.Feedback()
    results = run(ID, {"INPUT": boxes, "QUESTION": QUESTION}, feedback)
    assert results["ANSWERED"] == 2
    assert [bool(text) for text, _ in answers(boxes).values()].count(True) == 2
    assert any("2 of 5" in text for text in feedback.warnings)


def test_what_cannot_hold_an_answer_is_refused(run, engine, boxes, tmp_path):
    other = support.write_layer(tmp_path / "a.gpkg", [support.square(0, 0)])
    with pytest.raises(QgsProcessingException, match="not in a GeoPackage written by ChangeVG"):
        run(ID, {"INPUT": other, "QUESTION": QUESTION})
    layer = QgsVectorLayer(boxes, "boxes", "ogr")
    QgsProject.instance().addMapLayer(layer)
    layer.startEditing()
    with pytest.raises(QgsProcessingException, match="being edited"):
        run(ID, {"INPUT": layer, "QUESTION": QUESTION})
    layer.rollBack()
    with pytest.raises(QgsProcessingException, match="no question"):
        run(ID, {"INPUT": boxes, "QUESTION": "  "})
    assert not engine.asked


def test_a_raster_that_is_gone_can_be_replaced(run, engine, boxes, tmp_path):
    (tmp_path / "before.tif").rename(tmp_path / "moved.tif")
    with pytest.raises(QgsProcessingException, match=r"before\.tif.*is gone"):
        run(ID, {"INPUT": boxes, "QUESTION": QUESTION})
    run(ID, {"INPUT": boxes, "QUESTION": QUESTION, "BEFORE": str(tmp_path / "moved.tif")})
    assert engine.asked[0]["before"].endswith("moved.tif")
