r"""How long the results dock takes for many boxes, and how long it holds QGIS up.

Runs in QGIS's own Python, with or without a display::

    QT_QPA_PLATFORM=offscreen .venv-qgis/bin/python scripts/bench_results_dock.py --boxes 100000

A result of that many boxes is written first (not timed). Prints JSON, in seconds:

* *add*: from the call that adds the result to the project until its group is there;
* *list*: from there until every box is in the list;
* *sort*, *filter*, *search*: until the new list is shown;
* *page*: one page of the list painted anew while scrolling through it, longest of 200;
* *pause*: the longest time in which QGIS could not answer, for each of them.

Each has the wall clock and, in ``cpu``, the main thread's own time, which other programs on the
machine do not stretch.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT / "scripts"), str(PROJECT / "tests"), "/usr/share/qgis/python/plugins"]


def main() -> int:
    """Write the result, time the dock, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--boxes", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="folder of the result; used again if it is there")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="changevg-bench-") as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        print(json.dumps(_measure(folder, options.boxes, Path(scratch)), indent=2), flush=True)
    # QGIS's own libraries are not always taken down in peace; all is measured and printed.
    os._exit(0)


def _measure(folder: Path, boxes: int, scratch: Path) -> dict[str, Any]:
    from qgis.core import QgsApplication, QgsProject
    from qgis.PyQt.QtCore import Qt

    application = QgsApplication([], True)
    QgsApplication.setPrefixPath(os.environ.get("QGIS_PREFIX_PATH", "/usr"), True)
    application.initQgis()
    import dev_install

    desktops = import_module("plugin.desktop")
    results = import_module("plugin.results_support")

    path = folder / "changes.gpkg"
    if not path.exists():
        results.write_result(folder, boxes)
    dev_install.install(scratch)
    sys.path.insert(0, str(scratch))
    changevg = import_module("changevg")
    desktop = desktops.Desktop()
    desktop.window.resize(1400, 900)
    plugin = changevg.classFactory(desktop)
    plugin.initGui()
    desktop.window.show()
    part = plugin.parts["results"]
    wanted = sys.modules["changevg.dock.results_filter"].Filter
    model = part.dock.model
    times = {
        "add": _time(lambda: part.open_result(str(path)), lambda: True),
        "list": _time(lambda: None, lambda: model.rowCount() == boxes),
    }
    idle: Callable[[], bool] = lambda: not model.busy  # noqa: E731
    table = part.dock.table
    times["sort"] = _time(lambda: table.sortByColumn(2, Qt.SortOrder.DescendingOrder), idle)
    times["filter"] = _time(lambda: model.arrange(wanted(kind="road")), idle)
    times["search"] = _time(lambda: model.arrange(wanted(text="number 77")), idle)
    _time(lambda: model.arrange(wanted()), idle)
    times["page"] = _scroll(table)
    result = {"boxes": boxes, "seconds": times}
    result["add_and_list"] = round(times["add"]["wall"] + times["list"]["wall"], 3)
    plugin.unload()
    QgsProject.instance().clear()
    return result


def _time(act: Callable[[], Any], until: Callable[[], bool]) -> dict[str, float]:
    from qgis.core import QgsApplication

    start, worked = time.perf_counter(), time.thread_time()
    act()
    pause, pause_cpu = time.perf_counter() - start, time.thread_time() - worked
    while not until():
        before, before_cpu = time.perf_counter(), time.thread_time()
        QgsApplication.processEvents()
        pause = max(pause, time.perf_counter() - before)
        pause_cpu = max(pause_cpu, time.thread_time() - before_cpu)
    return {
        "wall": round(time.perf_counter() - start, 3),
        "cpu": round(time.thread_time() - worked, 3),
        "pause": round(pause, 3),
        "pause_cpu": round(pause_cpu, 3),
    }


def _scroll(table: Any) -> dict[str, float]:
    """Paint 200 pages from top to bottom."""
    bar, longest, longest_cpu = table.verticalScrollBar(), 0.0, 0.0
    for page in range(200):
        start, worked = time.perf_counter(), time.thread_time()
        bar.setValue(bar.maximum() * page // 199)
        table.viewport().repaint()
        longest = max(longest, time.perf_counter() - start)
        longest_cpu = max(longest_cpu, time.thread_time() - worked)
    return {"wall": round(longest, 3), "cpu": round(longest_cpu, 3)}


if __name__ == "__main__":
    sys.exit(main())
