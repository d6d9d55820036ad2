"""From a fresh profile to an answered question in a real desktop."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import guide_qgis
import pytest
from plugin import processing_support, test_engine_link_install

real_pair = processing_support.real_pair
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(guide_qgis.missing()), reason=guide_qgis.missing() or "-"),
]
STAND_IN = """
import os
import sys
def main():
    os.execv({engine!r}, [{engine!r}, *sys.argv[1:]])
"""


@pytest.fixture
def told(real_pair, tmp_path, monkeypatch):
    """What the story tells, and its folder; a wheel that leads to the engine stands for it."""
    text = STAND_IN.format(engine=os.environ["CHANGEVG_TEST_ENGINE"])
    monkeypatch.setattr(test_engine_link_install, "ENGINE", text)
    wheel = test_engine_link_install.wheel(tmp_path)
    test_engine_link_install.pack(real_pair, wheel)
    script = Path(__file__).with_name("desktop_story.py")
    ended = guide_qgis.play(
        script, tmp_path / "desk", {"STORY_FOLDER": str(real_pair)}, seconds=1800, enabled=False
    )
    assert ended.code == 0, ended.output[-3000:]
    return json.loads((real_pair / "told.json").read_text()), real_pair


def test_the_whole_story(told):
    """B2, B5, B20, B23, B24, in one desktop from a fresh profile."""
    story, folder = told
    assert story["installed"].startswith("Engine 0.1.0")
    with closing(sqlite3.connect(folder / "changes.gpkg")) as base:
        kinds = dict(base.execute("SELECT class || action, count(*) FROM boxes GROUP BY 1"))
        reviews = dict(base.execute("SELECT review, count(*) FROM boxes GROUP BY 1"))
        signed = "SELECT count(*) FROM boxes WHERE reviewer <> '' AND reviewed_at IS NOT NULL"
        assert base.execute(signed).fetchone() == (2,)
    assert story["rows"] == sum(kinds.values()) > 2
    assert story["drawn"] == "categorizedSymbol"
    assert reviews["confirmed"] == reviews["rejected"] == 1
    assert story["count"].startswith(f"2 of {story['rows']} reviewed")
    assert f"{kinds['buildingappeared']} new building" in story["answer"]
    assert any("serve" in line for line in story["engines"])
    # Nothing of the plugin is left; the engine's end is awaited in the story itself.
    before, after = story["before"], story["after"]
    assert after["path"] == before["path"]
    assert after["environ"] == before["environ"]
    assert after["docks"] == before["docks"] and after["actions"] == []
    left = set(after["files"]) - set(before["files"])
    # QGIS opens a database of styles for every project, and a new project is not the plugin's.
    assert [name for name in left if not name.endswith("_styles.db")] == []
    # The window answers while the engine works: its own thread is never busy for long, and is
    # late no more than on the same machine at rest, give or take what else runs there.
    busy = sorted(cpu for _, cpu in story["run"])
    late = {name: sorted(wall for wall, _ in story[name]) for name in ("idle", "run")}
    share = {name: walls[int(len(walls) * 0.95)] for name, walls in late.items()}
    assert busy[int(len(busy) * 0.99)] < 0.05 and busy[-1] < 0.25
    assert share["run"] < max(0.05, 3 * share["idle"]), share
