"""adaptmodel: what it starts, what it hands over, and how it ends; the process is a fake one."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

import pytest
from plugin import processing_support as support
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingException, QgsVectorLayer

pytest_plugins = ["plugin.processing_support"]
ID = "changevg:adaptmodel"
SIDES = {"recall": 1.0, "precision": 0.8, "f1": 0.89, "false_objects_per_km2": 6.5}
REPORT = {
    "event": "done", "kept": True, "id": "here", "parent": "changevg-nano",
    "reviews": {"confirmed": 40, "rejected": 10, "blocks": 8},
    "held_back": {"before": SIDES, "after": SIDES | {"false_objects_per_km2": 3.25, "f1": 0.93}},
    "values": {"building": {"before": {"change": 0.4}, "after": {"change": 0.45}}},
}  # fmt: skip
FAKE = """#!{python}
import json, sys, time
with open({seen!r}, "w") as file:
    json.dump(sys.argv[1:], file)
{body}
"""
TELL = """
for stage, done in (("guide", 1), ("tune", 1), ("tune", 2)):
    event = {{"event": "progress", "stage": stage, "done": done, "total": 2}}
    print(json.dumps(event), file=sys.stderr)
print({report!r})
"""


@pytest.fixture
def fake(provider, tmp_path, monkeypatch):
    """An engine's environment whose Python keeps its arguments and does what it is told."""
    if os.name == "nt":
        pytest.skip("the fake is a script with a first line")
    folder = tmp_path / "environment" / "bin"
    folder.mkdir(parents=True)
    engine = folder / "engine"
    engine.write_text("")

    def make(body):
        python = folder / "python"
        seen = str(tmp_path / "seen.json")
        python.write_text(FAKE.format(python=sys.executable, seen=seen, body=body))
        python.chmod(0o755)
        return lambda: json.loads(Path(seen).read_text())

    process = support.module("processing.adapt_process")
    monkeypatch.setattr(process, "engine_program", lambda settings: engine)
    return make


@pytest.fixture
def inputs(tmp_path):
    result = support.write_result(tmp_path / "changes.gpkg", "before.tif", "after.tif")
    return {"INPUT": f"{result}|layername=boxes", "MODEL_NAME": "here", "MINUTES": 2}


def tell(report):
    return TELL.format(report=json.dumps(report))


def test_a_better_model_is_told_in_numbers_and_on_a_page(run, fake, inputs, tmp_path):
    seen = fake(tell(REPORT))
    feedback, page = support.Feedback(), str(tmp_path / "report.html")
    results = run(ID, inputs | {"OUTPUT": page}, feedback)
    arguments = seen()
    assert arguments[:4] == ["-P", "-m", "training", "adapt"]
    given = dict(zip(arguments[4::2], arguments[5::2], strict=False))
    assert given["--layers"] == str(tmp_path / "changes.gpkg")
    assert given["--model"] == "changevg-nano" and given["--minutes"] == "2"
    assert given["--name"] == "here" and "--add" in arguments
    assert results["KEPT"] is True and results["MODEL_ID"] == "here"
    assert (results["FALSE_PER_KM2_BEFORE"], results["FALSE_PER_KM2_AFTER"]) == (6.5, 3.25)
    assert (results["F1_BEFORE"], results["F1_AFTER"]) == (0.89, 0.93)
    assert (results["CONFIRMED"], results["REJECTED"]) == (40, 10)
    assert [step for step in feedback.steps if step] == [15.0, 62.5, 95.0]
    assert any("6.50 → 3.25" in text for text in feedback.infos)
    assert " -m training adapt --layers " in feedback.commands[-1]
    text = Path(page).read_text(encoding="utf-8")
    assert "<td>6.5</td><td>3.25</td>" in text and "building: change" in text


def test_where_the_network_cannot_be_tuned_it_says_why(run, fake, inputs):
    fake(tell({**REPORT, "tuned": "values", "why_values": "weights are tuned with torch: install"}))
    feedback = support.Feedback()
    run(ID, inputs, feedback)
    assert "Only values were tuned: weights are tuned with torch: install" in feedback.infos


def test_a_model_that_is_no_better_is_not_kept(run, fake, inputs):
    fake(tell({**REPORT, "kept": False}))
    feedback = support.Feedback()
    results = run(ID, inputs, feedback)
    assert results["KEPT"] is False and results["MODEL_ID"] == "changevg-nano"
    assert any(text.startswith("Not kept") for text in feedback.infos)


def test_revert_takes_the_model_away(run, fake):
    seen = fake(tell({"event": "done", "reverted": "here", "parent": "changevg-nano"}))
    results = run(ID, {"MODEL_NAME": "here", "REVERT": True})
    assert seen()[4:6] == ["--revert", "here"]
    assert results["MODEL_ID"] == "changevg-nano" and results["KEPT"] is False


@pytest.mark.parametrize(("said", "told"), [
    ("error: 3 confirmed and 0 rejected boxes are too few", "3 confirmed and 0 rejected"),
    ("/x/python: No module named training", "update the engine"),
    ("unknown part 'adapt': choose from guide", "update the engine"),
])  # fmt: skip
def test_a_failure_says_what_to_do(run, fake, inputs, said, told):
    fake(f"print({said!r}, file=sys.stderr); sys.exit(2)")
    with pytest.raises(QgsProcessingException, match=told):
        run(ID, inputs)


def test_cancel_ends_the_process_soon(run, fake, inputs):
    fake("time.sleep(60)")
    feedback = support.Feedback()
    threading.Timer(0.5, feedback.cancel).start()
    start = time.monotonic()
    algorithm = QgsApplication.processingRegistry().algorithmById(ID).create()
    context = QgsProcessingContext()
    results, good = algorithm.run(inputs, context, feedback)
    assert good and results["KEPT"] is False and time.monotonic() - start < 10
    assert "Stopped" in feedback.warnings[-1]


def test_what_cannot_work_is_said_before_it_starts(fake, inputs, tmp_path):
    algorithm = QgsApplication.processingRegistry().algorithmById(ID).create()
    stranger = support.write_layer(tmp_path / "areas.gpkg", [support.square(0, 0)])
    for change, why in (
        ({"MODEL_NAME": "../evil"}, "no name of a model"),
        ({"MODEL_NAME": "changevg-nano"}, "a name of its own"),
        ({"INPUT": stranger}, "boxes of a result"),
        ({"INPUT": None}, "boxes of a result"),
    ):
        good, said = algorithm.checkParameterValues(inputs | change, QgsProcessingContext())
        assert not good and why in said


def test_edits_are_saved_first(fake, inputs):
    algorithm = QgsApplication.processingRegistry().algorithmById(ID).create()
    layer = QgsVectorLayer(inputs["INPUT"], "boxes", "ogr")
    layer.startEditing()
    good, said = algorithm.checkParameterValues(inputs | {"INPUT": layer}, QgsProcessingContext())
    layer.rollBack()
    assert not good and "being edited" in said


def test_without_a_python_beside_the_engine_it_says_so(fake):
    algorithm = QgsApplication.processingRegistry().algorithmById(ID).create()
    good, said = algorithm.canExecute()
    assert not good and "no Python beside" in said
    fake("")
    assert algorithm.canExecute()[0]


def test_the_real_process_says_in_its_own_words_why_not(
    run, inputs, tmp_path, provider, monkeypatch
):
    engine = Path(os.environ.get("CHANGEVG_TEST_ENGINE") or "none")
    if not engine.is_file():
        pytest.skip("CHANGEVG_TEST_ENGINE names no engine")
    process = support.module("processing.adapt_process")
    monkeypatch.setattr(process, "engine_program", lambda settings: engine)
    for name, value in (("before", 90), ("after", 140)):
        support.write_raster(tmp_path / f"{name}.tif", value=value)
    with pytest.raises(QgsProcessingException, match="one constant value"):
        run(ID, inputs)
