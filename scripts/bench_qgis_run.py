r"""What a run costs from QGIS, compared with the same run on the command line: CPU time.

Linux, in the engine's own Python (QGIS's is found; ``QGIS_PYTHON`` names another)::

    python scripts/bench_qgis_run.py --size 8192 --rounds 5

Turn about, on one pair of GeoTIFFs (a mosaic of one generated scene):

* *cli*: ``engine tile-infer``, a process of its own each time, start-up included;
* *qgis*: Processing's ``changevg:describechanges`` in a QGIS without a window that stays open, as
  a desktop does, with its engine running and warm.

The command line is the one the algorithm itself logs, so both do the same. CPU time is user and
system time of all processes that take part: for *qgis* that of QGIS and of its engine. ``ratio`` is
qgis / cli of neighbouring runs, their median. A run on one tile is taken from both, as well
(``first_tile``): what is left is the work itself, without the start of a process
(``ratio_of_the_rest``). Prints JSON; ends with 1 where ``ratio`` is above ``target``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "scripts")]

TARGET, TILE = 1.10, 256
TICKS = os.sysconf("SC_CLK_TCK")
LANGUAGES = ("changed", "all", "none")


def main() -> int:
    """Make the pair, run both in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=8192, help="side of the rasters, pixels")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    parser.add_argument("--engine", type=Path, default=Path(sys.executable).with_name("engine"))
    parser.add_argument("--folder", type=Path, help="keep the pair here")
    parser.add_argument("--in-qgis", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.in_qgis:
        return in_qgis()
    with tempfile.TemporaryDirectory(prefix="changevg-bench-") as temporary:
        scratch = Path(temporary)
        result = measure(options, options.folder or scratch, scratch)
    print(json.dumps(result, indent=2))
    return 0 if result["ratio"] <= TARGET else 1


def measure(options: argparse.Namespace, folder: Path, scratch: Path) -> dict[str, Any]:
    """Both ways in turn; the first run of each is not counted."""
    small, large = geotiffs(folder, TILE), geotiffs(folder, options.size)
    settings = {"LANGUAGE": LANGUAGES.index(options.language)}
    with Qgis(options.engine, scratch) as qgis:
        first: dict[str, float] = {}
        for _ in range(2):  # the second time both are warm
            told = qgis.run(*small, settings)
            first = {"cli": cli(options.engine, told["command"])["cpu"], "qgis": told["cpu"]}
        rounds = []
        for number in range(options.rounds):
            told = qgis.run(*large, settings)
            rounds.append({"qgis": told, "cli": cli(options.engine, told["command"])})
            pair = [rounds[-1][way]["cpu"] for way in ("qgis", "cli")]
            print(f"{number + 1}/{options.rounds}: qgis {pair[0]:.1f} s, cli {pair[1]:.1f} s CPU",
                  file=sys.stderr)  # fmt: skip
    counts = {one[way]["objects"] for one in rounds for way in ("cli", "qgis")}
    if len(counts) > 1:
        raise SystemExit(f"The runs found different numbers of objects: {sorted(counts)}")

    def middle(way: str, key: str) -> float:
        return round(statistics.median(one[way][key] for one in rounds), 2)

    ratios = [one["qgis"]["cpu"] / one["cli"]["cpu"] for one in rounds]
    rest = [
        (one["qgis"]["cpu"] - first["qgis"]) / (one["cli"]["cpu"] - first["cli"]) for one in rounds
    ]
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "size": options.size, "language": options.language, "rounds": options.rounds,
        "objects": counts.pop(),
        "cli_cpu_s": middle("cli", "cpu"), "cli_wall_s": middle("cli", "wall"),
        "qgis_cpu_s": middle("qgis", "cpu"), "qgis_wall_s": middle("qgis", "wall"),
        "qgis_cpu_s_of": {"qgis": middle("qgis", "own"), "engine": middle("qgis", "engine")},
        "first_tile_cpu_s": {way: round(cpu, 2) for way, cpu in first.items()},
        "ratios": [round(one, 4) for one in ratios],
        "ratio": round(statistics.median(ratios), 4),
        "ratio_of_the_rest": round(statistics.median(rest), 4),
        "target": TARGET,
    }  # fmt: skip


def geotiffs(folder: Path, size: int) -> tuple[Path, Path]:
    """The pair as tiled GeoTIFFs, as orthophotos come; made once per folder."""
    import rasterio.shutil
    from bench_engine import make_pair

    folder.mkdir(parents=True, exist_ok=True)
    pair = []
    for name, source in zip(("before", "after"), make_pair(folder, size), strict=True):
        target = folder / f"{name}-{size}.tif"
        if not target.exists():
            rasterio.shutil.copy(source, target, driver="GTiff", tiled=True, compress="DEFLATE")
        pair.append(target)
    return pair[0], pair[1]


def cli(engine: Path, command: str) -> dict[str, float]:
    """One run of the command line: its CPU seconds, wall seconds, and objects found."""
    words = shlex.split(command)
    words[0] = str(engine)
    output = Path(words[4] + ".cli.gpkg")
    words[4] = str(output)
    output.unlink(missing_ok=True)
    start = time.perf_counter()
    process = subprocess.Popen(
        [*words, "--progress", "none"], stdout=subprocess.DEVNULL, cwd=PROJECT
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"`{shlex.join(words)}` ended with {process.returncode}")
    return {
        "cpu": usage.ru_utime + usage.ru_stime,
        "wall": time.perf_counter() - start,
        "objects": objects(output),
    }


def objects(package: Path) -> int:
    """Changed objects in a result."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(package)) as base:
        return int(base.execute("SELECT count(*) FROM boxes").fetchone()[0])


class Qgis:
    """A QGIS without a window that runs the algorithm when it is told to.

    Parameters
    ----------
    engine : Path
        The engine's program.
    scratch : Path
        Its profile and the results.
    """

    def __init__(self, engine: Path, scratch: Path) -> None:
        import qgis_python

        found = qgis_python.find()
        if found is None:
            raise SystemExit("No Python with QGIS was found: set QGIS_PYTHON.")
        self._scratch, self._count = scratch, 0
        environ = qgis_python.test_environ(scratch) | {
            "CHANGEVG_ENGINE": str(engine),
            "CHANGEVG_HOME": str(scratch / "data"),
        }
        self._process = subprocess.Popen(
            [found[0], str(Path(__file__).resolve()), "--in-qgis"], env=environ, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=scratch,
        )  # fmt: skip

    def __enter__(self) -> Qgis:
        self._ask({})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self._process.communicate()
        if self._process.returncode and kind is None:
            raise SystemExit(f"QGIS ended with {self._process.returncode}.")

    def run(self, before: Path, after: Path, settings: dict[str, Any]) -> dict[str, Any]:
        """One run of the algorithm: CPU seconds of QGIS and of the engine, and what it logged."""
        self._count += 1
        output = self._scratch / f"{self._count}.gpkg"
        inputs = {"BEFORE": str(before), "AFTER": str(after), "OUTPUT": str(output)}
        start, then = time.perf_counter(), tree_cpu(self._process.pid)
        told = self._ask(inputs | settings)
        wall, now = time.perf_counter() - start, tree_cpu(self._process.pid)
        return told | {
            "own": now[0] - then[0], "engine": now[1] - then[1], "cpu": sum(now) - sum(then),
            "wall": wall, "objects": objects(output),
        }  # fmt: skip

    def _ask(self, inputs: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(inputs) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("{"):  # QGIS says other things, too
                return dict(json.loads(line))
        raise SystemExit(f"QGIS ended with {self._process.wait()}.")


def tree_cpu(pid: int) -> tuple[float, float]:
    """CPU seconds of a process, and of all it has started, also those that have ended."""
    parents: dict[int, list[int]] = {}
    spent: dict[int, tuple[int, int]] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            values = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
        parents.setdefault(int(values[1]), []).append(int(folder.name))
        own, ended = (sum(map(int, values[at : at + 2])) for at in (11, 13))
        spent[int(folder.name)] = own, ended
    below, waiting = spent[pid][1], list(parents.get(pid, []))
    while waiting:
        one = waiting.pop()
        below += sum(spent[one])
        waiting += parents.get(one, [])
    return spent[pid][0] / TICKS, below / TICKS


def in_qgis() -> int:
    """Run the algorithm for every line on stdin, in QGIS's own Python."""
    from importlib import import_module

    import dev_install
    from qgis.core import QgsApplication, QgsProcessingFeedback

    class Feedback(QgsProcessingFeedback):
        command = ""

        def pushCommandInfo(self, info: str) -> None:  # noqa: N802
            self.command = info

    QgsApplication.setPrefixPath(os.environ.get("QGIS_PREFIX_PATH", "/usr"), True)
    application = QgsApplication([], False)
    application.initQgis()
    plugins = Path.cwd() / "plugins"
    dev_install.install(plugins)
    sys.path[:0] = [str(plugins), str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins")]
    processing = import_module("processing")
    import_module("processing.core.Processing").Processing.initialize()
    plugin = import_module("changevg").classFactory(None)
    plugin.initProcessing()
    for line in sys.stdin:
        inputs, feedback = json.loads(line), Feedback()
        if inputs:
            processing.run("changevg:describechanges", inputs, feedback=feedback)
        else:
            plugin.link.client(feedback)  # starts the engine
        print(json.dumps({"command": feedback.command}), flush=True)
    plugin.unload()
    sys.stdout.flush()
    # QGIS's own libraries are not always taken down in peace; all is measured and printed.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
