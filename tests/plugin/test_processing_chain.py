"""The algorithms where QGIS uses them: models, batch in the background, ``qgis_process``."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import dev_install
import pytest
from plugin import processing_support as support
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterRasterLayer,
    QgsProcessingUtils,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QIcon

pytest_plugins = ["plugin.processing_support"]
NAMES = {
    "describechanges", "checkpair", "askchanges", "comparelayer", "summarize", "adaptmodel",
    "enginestatus",
}  # fmt: skip


def algorithm(name):
    return QgsApplication.processingRegistry().createAlgorithmById(f"changevg:{name}")


def test_every_algorithm_has_what_the_toolbox_shows(provider):
    assert {one.name() for one in provider.algorithms()} >= NAMES
    for one in provider.algorithms():
        assert one.displayName() and one.group() and one.groupId() and one.tags(), one.name()
        assert one.shortHelpString() and one.shortDescription(), one.name()
        icon = one.icon()
        assert isinstance(icon, QIcon) and not icon.pixmap(24, 24).isNull(), one.name()
        assert all(parameter.description() for parameter in one.parameterDefinitions())


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_dialog_opens(engine, monkeypatch, name):
    """B19: the dialog of every algorithm, made and shown with a field for each parameter."""
    gui = importlib.import_module("processing.gui.AlgorithmDialog")
    monkeypatch.setattr(importlib.import_module("processing.gui.ParametersPanel"), "iface", None)
    made = algorithm(name)
    dialog = gui.AlgorithmDialog(made.create())
    dialog.show()
    QCoreApplication.processEvents()
    named = {one.name() for one in made.parameterDefinitions()}
    assert named == set(dialog.mainWidget().wrappers)
    dialog.close()


def test_a_model_chains_the_outlines_into_a_summary(engine, tmp_path):
    pair = [support.write_raster(tmp_path / f"{name}.tif") for name in ("before", "after")]
    areas = support.write_layer(tmp_path / "a.gpkg", [support.square(0, 0, 40)])
    model = QgsProcessingModelAlgorithm("changes per district", "tests")
    for parameter in (
        QgsProcessingParameterRasterLayer("BEFORE", "before"),
        QgsProcessingParameterRasterLayer("AFTER", "after"),
        QgsProcessingParameterFeatureSource("AREAS", "areas"),
    ):
        model.addModelParameter(parameter, QgsProcessingModelParameter(parameter.name()))
    source = QgsProcessingModelChildParameterSource
    describe = QgsProcessingModelChildAlgorithm("changevg:describechanges")
    describe.setChildId("describe")
    for name in ("BEFORE", "AFTER"):
        describe.addParameterSources(name, [source.fromModelParameter(name)])
    model.addChildAlgorithm(describe)
    summary = QgsProcessingModelChildAlgorithm("changevg:summarize")
    summary.setChildId("summary")
    summary.addParameterSources("INPUT", [source.fromModelParameter("AREAS")])
    summary.addParameterSources("CHANGES", [source.fromChildOutput("describe", "OUTLINES")])
    output = QgsProcessingModelOutput("SUMMARY", "summary")
    output.setChildId("summary")
    output.setChildOutputName("OUTPUT")
    summary.setModelOutputs({"SUMMARY": output})
    model.addChildAlgorithm(summary)
    model.updateDestinationParameters()
    context, feedback = QgsProcessingContext(), support.Feedback()
    target = str(tmp_path / "summary.gpkg")
    given = {"BEFORE": pair[0], "AFTER": pair[1], "AREAS": areas, "summary:SUMMARY": target}
    results, good = model.run(given, context, feedback)
    assert good, feedback.errors
    layer = QgsProcessingUtils.mapLayerFromString(results["summary"], context)
    (row,) = layer.getFeatures()
    assert row["n_changes"] == 5 and row["n_building"] == 3
    assert engine.started[0][2].endswith(".gpkg")


def test_a_batch_in_the_background(engine, tmp_path):
    """B24: one algorithm, many rows, off the main thread, as the batch dialog does it."""
    tasks, ended = [], {}
    contexts, feedbacks = [], []
    for row in range(3):
        pair = [support.write_raster(tmp_path / f"{row}{name}.tif") for name in ("b", "a")]
        given = {"BEFORE": pair[0], "AFTER": pair[1], "OUTPUT": str(tmp_path / f"{row}.gpkg")}
        contexts.append(QgsProcessingContext())
        feedbacks.append(support.Feedback())
        task = QgsProcessingAlgRunnerTask(
            algorithm("describechanges"), given, contexts[-1], feedbacks[-1]
        )
        task.executed.connect(lambda good, results, row=row: ended.update({row: (good, results)}))
        tasks.append(task)
        QgsApplication.taskManager().addTask(task)
        # One after the other: the stand-in engine knows one run at a time.
        until = time.monotonic() + 30
        while row not in ended and time.monotonic() < until:
            QCoreApplication.processEvents()
            time.sleep(0.01)
    assert [good for good, _ in ended.values()] == [True] * 3, [one.errors for one in feedbacks]
    outputs = {results["OUTPUT"] for _, results in ended.values()}
    assert len(outputs) == 3
    for _, results in ended.values():
        assert QgsVectorLayer(results["BOXES"], "boxes", "ogr").featureCount() == 5


@pytest.fixture
def qgis_process(tmp_path):
    """Runs ``qgis_process`` with the plugin enabled in a profile of its own."""
    program = shutil.which("qgis_process")
    if program is None:
        pytest.skip("there is no qgis_process here")
    for name in ("config", "home", "run"):
        (tmp_path / name).mkdir(mode=0o700)
    plugins = tmp_path / "config" / "profiles" / "default" / "python" / "plugins"
    plugins.mkdir(parents=True)
    dev_install.install(plugins)
    variables = os.environ | {
        "QGIS_CUSTOM_CONFIG_PATH": str(tmp_path / "config"), "HOME": str(tmp_path / "home"),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"), "QT_QPA_PLATFORM": "offscreen",
        "PYTHONNOUSERSITE": "1", "LC_ALL": "C.UTF-8", "CHANGEVG_HOME": str(tmp_path / "data"),
    }  # fmt: skip

    def call(*words, **more):
        return subprocess.run(
            [program, *words], env=variables | more, capture_output=True, text=True, timeout=120,
            stdin=subprocess.DEVNULL, check=False, cwd=tmp_path,
        )  # fmt: skip

    enabled = call("plugins", "enable", "changevg")
    assert enabled.returncode == 0, enabled.stdout + enabled.stderr
    return call


@pytest.mark.slow
def test_qgis_process_runs_what_needs_no_engine(qgis_process, tmp_path):
    listed = qgis_process("list")
    for name in NAMES:
        assert f"changevg:{name}" in listed.stdout
    pair = [support.write_raster(tmp_path / f"{name}.tif") for name in ("before", "after")]
    page = tmp_path / "pair.html"
    done = qgis_process(
        "--json", "run", "changevg:checkpair", "--", f"BEFORE={pair[0]}", f"AFTER={pair[1]}",
        f"OUTPUT={page}",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["results"]["FITS"] is True and page.is_file()
    package = support.write_result(tmp_path / "changes.gpkg")
    areas = support.write_layer(tmp_path / "a.gpkg", [support.square(0, 0, 40)])
    done = qgis_process(
        "--json", "run", "changevg:summarize", "--", f"INPUT={areas}",
        f"CHANGES={package}|layername=outlines", f"OUTPUT={tmp_path}/summary.gpkg",
    )  # fmt: skip
    assert json.loads(done.stdout)["results"]["OBJECTS"] == 5, done.stderr
    done = qgis_process(
        "run", "changevg:describechanges", "--", f"BEFORE={pair[0]}", f"AFTER={pair[1]}",
        f"OUTPUT={tmp_path}/none.gpkg", CHANGEVG_ENGINE="",
    )  # fmt: skip
    assert done.returncode == 1 and "not installed" in done.stdout + done.stderr


@pytest.mark.slow
def test_qgis_process_describes_a_pair_with_the_real_engine(qgis_process, real_pair, tmp_path):
    """B21: a whole run without a display."""
    output = tmp_path / "changes.gpkg"
    # Relative to the folder it is called in: the engine works in another one.
    done = qgis_process(
        "--json", "run", "changevg:describechanges", "--", "BEFORE=pair/before.tif",
        "AFTER=pair/after.tif", "OUTPUT=changes.gpkg", "REPORT=report.html",
        CHANGEVG_ENGINE=os.environ["CHANGEVG_TEST_ENGINE"],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)["results"]
    assert results["STATUS"] == "done" and results["OBJECTS"] > 0
    boxes = QgsVectorLayer(results["BOXES"], "boxes", "ogr")
    assert boxes.featureCount() == results["OBJECTS"]
    assert Path(results["REPORT"]).is_file() and not Path(f"{output}.work").exists()
