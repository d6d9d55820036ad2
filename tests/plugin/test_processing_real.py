"""The algorithms with the real engine, where one is named."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from plugin import processing_support as support
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

pytest_plugins = ["plugin.processing_support"]


@pytest.fixture
def real_engine(fresh_settings, real_pair, monkeypatch, tmp_path):
    monkeypatch.setenv("CHANGEVG_ENGINE", os.environ["CHANGEVG_TEST_ENGINE"])
    monkeypatch.setenv("HOME", str(tmp_path))
    link = support.module("engine_link")
    yield link
    link.engine_link().stop()


@pytest.fixture
def inputs(real_pair, tmp_path):
    return {
        "BEFORE": f"{real_pair}/before.tif", "AFTER": f"{real_pair}/after.tif",
        "OUTPUT": str(tmp_path / "changes.gpkg"),
    }  # fmt: skip


def test_describe_ask_compare_and_sum_up(run, real_engine, inputs, tmp_path):
    """B6, B8, B9: device told; layers in the raster's CRS whatever the project's."""
    feedback = support.Feedback()
    QgsProject.instance().setCrs(QgsCoordinateReferenceSystem.fromEpsgId(3857))
    options = {
        "REPORT": str(tmp_path / "r.html"), "MASK": str(tmp_path / "mask.tif"),
        "QUESTIONS": "How many new buildings?", "MIN_AREA": 5,
    }  # fmt: skip
    results = run("changevg:describechanges", inputs | options, feedback)
    assert results["STATUS"] == "done" and results["TILES_FAILED"] == 0
    boxes = QgsVectorLayer(results["BOXES"], "boxes", "ogr")
    assert boxes.featureCount() == results["OBJECTS"] > 0
    before = QgsRasterLayer(inputs["BEFORE"], "before")
    assert boxes.crs() == before.crs() and before.extent().contains(boxes.extent())
    assert any("guide on CPU" in text or "guide on CUDA" in text for text in feedback.texts)
    assert "answer_1" in QgsVectorLayer(results["TILES"], "tiles", "ogr").fields().names()
    assert Path(results["REPORT"]).is_file() and Path(results["MASK"]).is_file()
    assert feedback.steps == sorted(feedback.steps) and feedback.steps[-1] >= 99
    assert run("changevg:describechanges", inputs | options)["OBJECTS"] == results["OBJECTS"]

    first = next(boxes.getFeatures("class = 'building' and action = 'appeared'"))
    chosen = QgsProcessingFeatureSourceDefinition(
        results["BOXES"], filterExpression=f"box_id = '{first['box_id']}'"
    )
    asked = run("changevg:askchanges", {"INPUT": chosen, "QUESTION": "How many new buildings?"})
    assert asked["ANSWERED"] == 1 and int(asked["ANSWER"]) >= 1
    with closing(sqlite3.connect(inputs["OUTPUT"])) as db:
        rows = "SELECT column_name, title, description FROM gpkg_data_columns"
        columns = {name: (title, text) for name, title, text in db.execute(rows)}
    title, text = columns[asked["FIELD"]]
    assert title.startswith("Answer") and "How many new buildings?" in text

    whole = {"INPUT": results["TILES"], "CHANGES": results["OUTLINES"], "OUTPUT": "memory:"}
    assert run("changevg:summarize", whole)["OBJECTS"] == results["OBJECTS"]
    register = {"INPUT": results["OUTLINES"], "REGISTER": results["BOXES"], "OUTPUT": "memory:"}
    compared = run("changevg:comparelayer", register)
    assert compared["NEW_UNREGISTERED"] == 0 and compared["MATCHED"] > 0


def test_a_cancelled_run_ends_in_time_and_goes_on_later(run, real_engine, inputs, tmp_path):
    """B16: within two seconds, and with all that was read."""
    real_engine.running_engine()
    feedback, moments = support.Feedback(), []

    def cancel():
        moments.append(time.monotonic())
        feedback.cancel()

    def on_progress(percent):
        if percent > 5 and not moments:
            threading.Timer(0, cancel).start()

    feedback.progressChanged.connect(on_progress)
    corner = support.square(0, 0, 320)
    inputs["AOI"] = support.write_layer(tmp_path / "area.gpkg", [corner])
    results = run("changevg:describechanges", inputs, feedback)
    if results["STATUS"] == "done":
        pytest.skip("the run ended before it could be stopped")
    assert time.monotonic() - moments[0] < 2
    assert results["STATUS"] == "cancelled" and not Path(inputs["OUTPUT"]).exists()
    feedback = support.Feedback()
    assert run("changevg:describechanges", inputs, feedback)["STATUS"] == "done"
    assert not any("anew" in text for text in feedback.warnings)
    left = [path.name for path in tmp_path.iterdir() if path.name.startswith("changes.gpkg")]
    assert left == ["changes.gpkg"]


def test_two_places_are_refused_with_the_engines_reason(run, real_engine, inputs, tmp_path):
    after = support.write_raster(tmp_path / "far.tif", width=400, height=400, at=(100000, 3000000))
    with pytest.raises(QgsProcessingException, match=r"(?i)share no|overlap|no ground"):
        run("changevg:describechanges", inputs | {"AFTER": after})


def test_status_names_the_bundled_model(run, real_engine):
    results = run("changevg:enginestatus", {})
    assert results["READY"] is True and "changevg-nano" in results["MODELS"]
