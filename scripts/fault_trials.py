"""What :mod:`stress_faults` does to runs, one trial at a time."""

from __future__ import annotations

import ctypes
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
from support.planted_model import planted_model
from support.rasters import planted_pair

from engine.raster import env

LAYERS = ("boxes", "tiles", "outlines")
LIMIT_S = 300.0
"""A run that takes longer hangs."""
STAGES = ("open", "guide", "write", "guide 2", "guide 9", "write 1", "write 3")
"""Events to send a signal at: a stage, or so many units of it."""


class Process:
    """``engine`` in a fork of this process: the same code, without the time of its imports.

    Parameters
    ----------
    arguments : sequence of str
    log : Path
        Takes standard error.
    file_limit : int, optional
        No file may grow beyond so many bytes.
    cache_mb : int, optional
        GDAL's cache, MiB, instead of the engine's own, which holds a small pair as a whole.
    """

    def __init__(
        self, arguments: list[str], log: Path, file_limit: int | None = None,
        cache_mb: int | None = None,
    ) -> None:  # fmt: skip
        self.log = log
        self._code: int | None = None
        log.unlink(missing_ok=True)
        self.pid = os.fork()
        if self.pid == 0:
            _become(arguments, log, file_limit, cache_mb)

    def poll(self) -> int | None:
        """Exit code, or minus the signal; None while it runs."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code

    def wait(self, seconds: float = LIMIT_S) -> int | None:
        """Exit code; None if it still runs after so long."""
        until = time.monotonic() + seconds
        while (code := self.poll()) is None:
            if time.monotonic() > until:
                return None
            time.sleep(0.002)
        return code

    def end(self) -> int:
        """Exit code.

        Raises
        ------
        AssertionError
            It hangs.
        """
        code = self.wait()
        if code is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()
        assert code is not None, f"hangs: {self.said()}"
        return code

    def events(self) -> list[dict[str, object]]:
        """Events so far."""
        if not self.log.exists():
            return []
        lines = self.log.read_text(errors="replace").splitlines()
        return [
            json.loads(line) for line in lines if line.startswith('{"event"') and line[-1] == "}"
        ]

    def said(self) -> str:
        """The end of what it wrote."""
        return self.log.read_text(errors="replace")[-600:] if self.log.exists() else ""

    def error(self) -> dict[str, object]:
        """Its last event, an error.

        Raises
        ------
        AssertionError
            It ended with another.
        """
        events = self.events()
        assert events and events[-1]["event"] == "error", f"no typed error: {self.said()}"
        return events[-1]


def _become(arguments: list[str], log: Path, file_limit: int | None, cache_mb: int | None) -> None:
    """Never returns: this process is ``engine`` now."""
    code = 70
    try:
        stream = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(stream, 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        for kind in (signal.SIGINT, signal.SIGTERM):
            signal.signal(
                kind, signal.default_int_handler if kind == signal.SIGINT else signal.SIG_DFL
            )
        if file_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
        if cache_mb is not None:
            env.CACHE_MB = cache_mb
        sys.argv = ["engine", *arguments]
        from engine.cli.main import main

        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


class Trials:
    """The pair, the model, the quiet run, and the disturbances."""

    def __init__(self, folder: Path, size: int) -> None:
        import engine.run.pipeline  # noqa: F401 - before the forks

        self.folder = folder
        self.model = planted_model(folder / "model")
        (folder / "pair").mkdir()
        pair = planted_pair(folder / "pair", width=size, height=size, n=max(20, size // 20), seed=5)
        self.before, self.after = Path(pair.before), Path(pair.after)
        self.quiet = folder / "quiet"
        self.quiet.mkdir()
        begin = time.monotonic()
        code = self.start(self.quiet).end()
        assert code == 0, f"the quiet run ends with {code}"
        self.quiet_s = time.monotonic() - begin
        self.disk_mounts = _own_mounts()

    def start(
        self,
        place: Path,
        *more: str,
        file_limit: int | None = None,
        before: Path | None = None,
        cache_mb: int | None = None,
    ) -> Process:
        """Begin a run whose outputs are in a folder."""
        arguments = [
            "tile-infer", str(before or self.before), str(self.after), str(place / "o.gpkg"),
            "--model", str(self.model), "--batch-size", "1", "--progress", "json",
            "--mask-out", str(place / "mask.tif"), "--report", str(place / "report.html"), "--stac",
            *more,
        ]  # fmt: skip
        log = self.folder / f"log-{place.name}{len(more)}"
        return Process(arguments, log, file_limit, cache_mb)

    def kills(self, rng: random.Random, number: int) -> Counter[str]:
        """Kill, resume, perhaps kill again, until done."""
        place = self._place("kill")
        seen: Counter[str] = Counter()
        process = self.start(place)
        while True:
            if process.wait(rng.uniform(0, 1.05 * self.quiet_s)) is None:
                os.kill(process.pid, signal.SIGKILL)
                seen["killed"] += 1
            code = process.end()
            if code == -signal.SIGKILL:
                seen[_moment(process, place)] += 1
            if code == -signal.SIGKILL and not _finished(place):
                quiet = rng.random() < 0.5
                process = self.start(place, "--resume")
                if not quiet:
                    continue
                code = process.end()
            break
        assert code == 0 or _finished(place), f"ends with {code}: {process.said()}"
        self._same(place)
        return seen

    def signals(self, rng: random.Random, number: int) -> Counter[str]:
        """SIGINT or SIGTERM at a stage (in turn), or at a random moment; then resume."""
        place = self._place("signal")
        kind = (signal.SIGINT, signal.SIGTERM)[number % 2]
        stage = (*STAGES, None, None, None)[number // 2 % (len(STAGES) + 3)]
        process = self.start(place)
        if stage is None:
            process.wait(rng.uniform(0, self.quiet_s))
        else:
            _wait_for(process, stage)
        if process.poll() is None:
            os.kill(process.pid, kind)
        code = process.end()
        name = f"{kind.name} at {stage or 'random'}: {code}"
        if code == 130:
            assert process.error()["code"] == 130 if process.events() else True, process.said()
        # Before the run has begun, a signal ends the process as it ends any other.
        early = code == -signal.SIGTERM and not (place / "o.gpkg.work").exists()
        assert code in (0, 130) or early, f"{name}: {process.said()}"
        if code != 0:
            code = self.start(place, "--resume").end()
            assert code == 0, f"{name}, then {code}"
        self._same(place)
        return Counter([name])

    def disk(self, rng: random.Random, number: int) -> Counter[str]:
        """Too little room, then enough."""
        need = sum(file.stat().st_size for file in self.quiet.rglob("*") if file.is_file())
        room = int(need * (0.02 + 1.9 * ((number + rng.random()) / 12 % 1)))
        place = self._place("disk")
        if self.disk_mounts:
            _mount(place, room)
        try:
            process = self.start(place, file_limit=None if self.disk_mounts else room // 2)
            code = process.end()
            if code != 0:
                error = process.error()
                assert (code, error["type"]) == (1, "DiskFullError"), f"{code}: {process.said()}"
                if self.disk_mounts:
                    _mount(place, 50 * need, again=True)
                again = self.start(place, "--resume")
                end = again.end()
                assert end == 0, f"with room {end}: {again.said()}"
            self._same(place)
        finally:
            if self.disk_mounts:
                subprocess.run(["umount", "-l", str(place)], check=True)
        return Counter([f"{'tmpfs' if self.disk_mounts else 'file size'}: {code}"])

    def twins(self, rng: random.Random, number: int) -> Counter[str]:
        """A second process on the same output is refused, with or without --resume."""
        place = self._place("twin")
        first = self.start(place)
        if not _wait_for(first, f"guide {rng.randrange(1, 9)}"):
            return Counter(["too late"])
        os.kill(first.pid, signal.SIGSTOP)  # it holds the folder while the other starts
        more = (("--resume",), ("--overwrite",), ("--resume", "--overwrite"), ())[number % 4]
        second = self.start(place, *more, "--quiet")
        code = second.end()
        os.kill(first.pid, signal.SIGCONT)
        assert code == 1 and second.error()["type"] == "OutputExistsError", second.said()
        assert first.end() == 0, first.said()
        self._same(place)
        return Counter([f"refused {' '.join(more) or 'plain'}"])

    def cuts(self, rng: random.Random, number: int) -> Counter[str]:
        """An input loses its end during the run, gets it back, and the run is resumed."""
        place = self._place("cut")
        before = place / "in.tif"
        shutil.copy2(self.before, before)
        stamp = before.stat()
        process = self.start(place, before=before, cache_mb=1)
        process.wait(rng.uniform(0, 0.7 * self.quiet_s))
        os.truncate(before, int(stamp.st_size * rng.random()))
        code = process.end()
        name = "0" if code == 0 else str(process.error()["type"])
        assert code in (0, 1, 3), f"{code}: {process.said()}"
        # The same file again, in place: name, size and time are what the run knows it by.
        with before.open("rb+") as stream:
            stream.write(self.before.read_bytes())
        os.utime(before, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        if code != 0:
            again = self.start(place, "--resume", before=before)
            end = again.end()
            if end == 1 and again.error()["type"] == "LedgerError":
                # The run looked at the cut file when it began: another input, and told so.
                again = self.start(place, "--overwrite", before=before)
                name, end = f"{name}, another input", again.end()
            assert end == 0, f"{name}, then {end}: {again.said()}"
        before.unlink()
        self._same(place)
        return Counter([name])

    def _place(self, name: str) -> Path:
        place = self.folder / name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        return place

    def _same(self, place: Path) -> None:
        """Layers, mask and names of the files are those of the quiet run."""
        names, wanted = (sorted(p.name for p in one.iterdir()) for one in (place, self.quiet))
        assert names == wanted, f"files {names}"
        for layer in LAYERS:
            got, known = (gpd.read_file(one / "o.gpkg", layer=layer) for one in (place, self.quiet))
            assert got.equals(known), f"layer {layer} differs"
        with (
            rasterio.open(place / "mask.tif") as got,
            rasterio.open(self.quiet / "mask.tif") as known,
        ):
            assert np.array_equal(got.read(), known.read()), "the mask differs"


def _finished(place: Path) -> bool:
    """Whether a killed run had only to end."""
    return (place / "o.gpkg").exists() and not (place / "o.gpkg.work").exists()


def _moment(process: Process, place: Path) -> str:
    """Where a run was when it ended."""
    if (place / "o.gpkg").exists():
        return "in the end"
    stages = [e for e in process.events() if e["event"] == "stage"]
    return f"in {stages[-1]['stage']}" if stages else "before the start"


def _wait_for(process: Process, moment: str) -> bool:
    """Wait for an event: a stage, or so many units of it; False if the run ended before."""
    stage, _, units = moment.partition(" ")

    def is_it(event: dict[str, object]) -> bool:
        if units:
            return (
                event["event"] == "progress"
                and event["stage"] == stage
                and event["done"] == int(units)
            )
        return event["event"] == "stage" and event["stage"] == stage

    return _until(lambda: any(map(is_it, process.events())), process)


def _until(reached: Callable[[], bool], process: Process) -> bool:
    while process.wait(0.003) is None:
        if reached():
            return True
    return False


def _own_mounts() -> bool:
    """Leave the machine's mounts, so that ours end with this process; needs root."""
    clone_newns = 0x20000
    if os.geteuid() != 0 or ctypes.CDLL(None, use_errno=True).unshare(clone_newns) != 0:
        return False
    return subprocess.run(["mount", "--make-rprivate", "/"], check=False).returncode == 0


def _mount(place: Path, size: int, *, again: bool = False) -> None:
    pages = (size // 4096 + 1) * 4096
    options = f"{'remount,' if again else ''}size={pages}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], check=True)
