"""The plugin's link with the real engine, where one is named."""

from __future__ import annotations

import importlib
import os
import shutil
import threading
import time
from pathlib import Path

import pytest
from qgis.core import QgsFeedback

ENGINE = os.environ.get("CHANGEVG_TEST_ENGINE", "")
PAIR = Path(os.environ.get("CHANGEVG_TEST_PAIR", "") or "none")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path(ENGINE).is_file(), reason="CHANGEVG_TEST_ENGINE names no engine"),
]


@pytest.fixture
def link(changevg, fresh_settings, monkeypatch, tmp_path):
    monkeypatch.setenv("CHANGEVG_ENGINE", ENGINE)
    monkeypatch.setenv("HOME", str(tmp_path))
    package = importlib.import_module("changevg.engine_link")
    yield package
    package.engine_link().stop()


@pytest.fixture
def pair(tmp_path):
    if not (PAIR / "before.tif").is_file():
        pytest.skip("CHANGEVG_TEST_PAIR names no folder with a pair")
    folder = tmp_path / "pair"
    folder.mkdir()
    for name in ("before.tif", "after.tif"):
        shutil.copy(PAIR / name, folder)
    return folder


def test_it_starts_and_answers(link):
    client = link.running_engine(QgsFeedback())
    health = client.health()
    assert health["api"] == 1
    assert [model["id"] for model in client.models()] == ["changevg-nano"]


def test_a_run_from_start_to_layers(link, pair):
    client = link.running_engine()
    output = pair / "changes.gpkg"
    run = client.start_run(
        str(pair / "before.tif"), str(pair / "after.tif"), str(output), {"min_area": 5}
    )
    events = list(client.events(run))
    assert events[-1]["event"] == "done"
    assert {event["event"] for event in events} >= {"stage", "progress", "done"}
    numbers = [event["id"] for event in events]
    assert numbers == sorted(set(numbers))
    assert output.is_file()
    assert client.run(run)["status"] == "done"
    assert list(client.events(run, after=numbers[-2]))[-1]["event"] == "done"


def test_a_run_is_cancelled_within_two_seconds(link, pair):
    """B16: also where the engine is busy."""
    client = link.running_engine()
    run = client.start_run(
        str(pair / "before.tif"), str(pair / "after.tif"), str(pair / "changes.gpkg")
    )
    began = []

    def cancel():
        time.sleep(0.5)
        began.append(time.monotonic())
        client.cancel(run)

    threading.Thread(target=cancel).start()
    last = list(client.events(run))[-1]
    assert last["event"] == "cancelled"
    assert time.monotonic() - began[0] < 3.0
    assert client.run(run)["status"] == "cancelled"


def test_a_folder_outside_is_refused_with_the_way_out(link):
    with pytest.raises(link.EngineLinkError) as caught:
        link.running_engine().start_run("/etc/passwd", "/etc/hosts", "/etc/x.gpkg")
    assert caught.value.status == 403
    assert caught.value.hint


def test_a_pair_that_does_not_fit_is_told_in_the_engines_words(link, tmp_path):
    client = link.running_engine()
    empty = tmp_path / "none.tif"
    said = []
    try:
        run = client.start_run(str(empty), str(empty), str(tmp_path / "x.gpkg"))
        said += client.events(run)
        assert said[-1]["event"] == "error"
    except link.EngineLinkError as error:
        said.append(error)
    assert "none.tif" in str(said[-1])
