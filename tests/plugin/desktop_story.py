"""A user's story in a QGIS desktop, for ``test_desktop_story.py``, which reads what it tells.

From a wheelhouse to the engine, from a pair to its changes, two verdicts, a question, the end.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from guide_hands import action, drawn, perform, press, shown, turn, until
from qgis import utils
from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QAction, QDockWidget, QPushButton
from qgis.utils import iface

FOLDER = Path(os.environ["STORY_FOLDER"])
RESULT = FOLDER / "changes.gpkg"
told = {}


class Lag:
    """How late the event loop is: time between ticks of 10 ms, and the main thread's own work."""

    def __init__(self):
        self.gaps, self._last = [], None
        self.timer = QTimer()
        self.timer.setInterval(10)
        self.timer.timeout.connect(self._tick)
        self.timer.start()

    def _tick(self):
        now = time.perf_counter(), time.thread_time()
        if self._last is not None:
            self.gaps.append([new - old for new, old in zip(now, self._last, strict=True)])
        self._last = now

    def stop(self):
        self.timer.stop()
        return self.gaps


def state():
    """What a plugin must leave as it was."""
    return {
        "path": list(sys.path), "environ": dict(os.environ), "files": open_files(),
        "docks": sorted(dock.objectName() for dock in iface.mainWindow().findChildren(QDockWidget)),
        "actions": sorted(
            one.objectName() for one in iface.mainWindow().findChildren(QAction)
            if one.objectName().startswith("changevg")
        ),
    }  # fmt: skip


def open_files():
    found = []
    for fd in os.listdir("/proc/self/fd"):
        try:
            found.append(os.readlink(f"/proc/self/fd/{fd}"))
        except FileNotFoundError:
            continue  # the one that listed the folder
    return sorted(name for name in found if name.startswith("/") and os.path.isfile(name))


def children():
    found = set()
    for task in Path("/proc/self/task").iterdir():
        found.update((task / "children").read_text().split())
    return [Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in found]


def install():
    offered = [
        one for one in iface.messageBar().findChildren(QPushButton) if one.text() == "Install…"
    ]
    offered[0].click()
    dialog = shown("changevgInstallDialog", 20)
    dialog.file.setFilePath(str(FOLDER / "wheelhouse.zip"))
    assert dialog.from_file.isChecked()
    dialog.findChild(QPushButton, "changevgInstall").click()
    until(lambda: dialog.task is None, 600, "the installation")
    told["installed"] = dialog.message.text()
    dialog.grab().save(str(FOLDER / "1-installed.png"))
    dialog.close()
    assert "installed and works" in told["installed"], dialog.log.toPlainText()


def describe():
    rasters = [QgsRasterLayer(str(FOLDER / f"{name}.tif"), name) for name in ("before", "after")]
    QgsProject.instance().addMapLayers(rasters)
    drawn()
    before = Lag()
    turn(3)
    told["idle"] = before.stop()
    action("changevgDescribeChanges").trigger()
    dialog = shown("AlgorithmDialog", 20)
    dialog.setParameters({"BEFORE": rasters[0], "AFTER": rasters[1], "OUTPUT": str(RESULT)})
    turn(1)
    run = Lag()
    dialog.runButton().click()
    until(RESULT.exists, 900, "the run")
    told["run"] = run.stop()
    opening = Lag()
    until(lambda: results().dock.details.fid is not None, 120, "the list")
    drawn()
    told["opening"] = opening.stop()
    dialog.grab().save(str(FOLDER / "2-run.png"))
    dialog.close()


def review():
    dock = results().dock
    told["rows"] = dock.model.rowCount()
    told["drawn"] = dock.layer.renderer().type()
    assert dock.isVisible()
    dock.table.setFocus()
    press(dock.table, "C R")
    turn(1)
    dock.grab().save(str(FOLDER / "3-reviewed.png"))
    assert dock.save_reviews()
    told["count"] = dock.count.text()


def chat():
    part = utils.plugins["changevg"].parts["chat"]
    action("changevgChat").trigger()
    part.dock.question.setPlainText("How many new buildings are there?")
    press(part.dock.question, "Return")
    until(lambda: part.desk.conversation.turns, 10, "the question")
    until(lambda: not part.desk.conversation.running, 180, "the answer")
    told["answer"] = part.desk.conversation.turns[-1].text
    told["engines"] = children()
    iface.mainWindow().grab().save(str(FOLDER / "4-asked.png"))


def results():
    return utils.plugins["changevg"].parts["results"]


def story():
    # What QGIS opens by itself at its first dialogs is not the plugin's.
    from qgis import processing

    first = processing.createAlgorithmDialog("native:buffer", {})
    first.show()
    turn(1)
    first.close()
    turn(1)
    told["before"] = state()
    assert utils.loadPlugin("changevg") and utils.startPlugin("changevg")
    turn(1)
    for chapter in (install, describe, review, chat):
        began = time.monotonic()
        chapter()
        print(chapter.__name__, round(time.monotonic() - began, 1), "s", flush=True)
    assert utils.unloadPlugin("changevg")
    QgsProject.instance().clear()
    until(lambda: not children(), 20, "the engine's end")
    turn(2)
    told["after"] = state()
    (FOLDER / "told.json").write_text(json.dumps(told))


perform(story)
