"""What :mod:`stress_faults` does to runs, one trial at a time."""

from __future__ import annotations

import ctypes
import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
from fault_process import Process, failing_guide, file_limit, hasty, small_cache
from support.language_server import language_server
from support.planted_model import planted_model
from support.rasters import planted_pair

LAYERS = ("boxes", "tiles", "outlines")
TEXT = (
    "caption",
    "caption_source",
    "caption_raw",
    "text_ok",
    "stated_building",
    "stated_road",
    "agree",
)
"""Fields of the layer ``tiles`` that a language model writes."""
GUIDE_FAULTS = ("Failed to allocate memory", "Non-zero status code returned")
STAGES = ("open", "guide", "write", "guide 2", "guide 9", "write 1", "write 3")
"""Events to send a signal at: a stage, or so many units of it."""


class Trials:
    """The pair, the model, the quiet run, and the disturbances."""

    def __init__(self, folder: Path, size: int) -> None:
        import engine.run.pipeline  # noqa: F401 - before the forks

        self.folder = folder
        self.model = planted_model(folder / "model")
        (folder / "pair").mkdir()
        pair = planted_pair(folder / "pair", width=size, height=size, n=max(20, size // 20), seed=5)
        self.pair = Path(pair.before), Path(pair.after)
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
        prepare: Callable[[], None] | None = None,
        pair: tuple[Path, Path] | None = None,
    ) -> Process:
        """Begin a run whose outputs are in a folder."""
        arguments = [
            "tile-infer", *map(str, pair or self.pair), str(place / "o.gpkg"),
            "--model", str(self.model), "--batch-size", "1", "--progress", "json",
            "--mask-out", str(place / "mask.tif"), "--report", str(place / "report.html"), "--stac",
            *more,
        ]  # fmt: skip
        log = self.folder / f"log-{place.name}{len(more)}"
        return Process(arguments, log, prepare)

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
            limit = None if self.disk_mounts else file_limit(room // 2)
            process = self.start(place, prepare=limit)
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
        shutil.copy2(self.pair[0], before)
        stamp = before.stat()
        pair = before, self.pair[1]
        process = self.start(place, prepare=small_cache, pair=pair)
        process.wait(rng.uniform(0, 0.7 * self.quiet_s))
        os.truncate(before, int(stamp.st_size * rng.random()))
        name = _typed(process)
        self._write_again(before, self.pair[0], stamp)
        if name != "0":
            name = self._resumed(name, place, pair)
        before.unlink()
        self._same(place)
        return Counter([name])

    def shares(self, rng: random.Random, number: int) -> Counter[str]:
        """The folder of the inputs, or of the outputs (in turn), goes away and comes back.

        What is open of the inputs can no longer be read either.
        """
        place, share = self._place("share"), self._place("inputs")
        pair = share / "before.tif", share / "after.tif"
        for own, one in zip(self.pair, pair, strict=True):
            shutil.copy2(own, one)
        stamps = [one.stat() for one in pair]
        lost = (share, place)[number % 2]
        away = lost.with_name("away")
        process = self.start(place, prepare=small_cache, pair=pair)
        process.wait(rng.uniform(0, 0.9 * self.quiet_s))
        lost.rename(away)
        if lost == share:
            for one in pair:
                os.truncate(away / one.name, 0)
        name = _typed(process)
        if name == "0" and lost.exists():  # it had not begun to write, and made the folder anew
            shutil.rmtree(away)
        else:
            shutil.rmtree(lost, ignore_errors=True)
            away.rename(lost)
        if lost == share:
            for one, own, stamp in zip(pair, self.pair, stamps, strict=True):
                self._write_again(one, own, stamp)
        if name != "0":
            name = self._resumed(name, place, pair)
        self._same(place)
        return Counter([f"{'inputs' if lost == share else 'outputs'}: {name}"])

    def guides(self, rng: random.Random, number: int) -> Counter[str]:
        """onnxruntime fails at random, for want of memory or else (in turn); then resume."""
        place = self._place("guide")
        fault = GUIDE_FAULTS[number % 2]
        broken = failing_guide(rng.randrange(2**31), rng.choice((0.02, 0.1, 0.5)), fault)
        process = self.start(place, "--batch-size", "4", prepare=broken)
        name = _typed(process, 4, 5)
        if name != "0":
            again = self.start(place, "--resume", "--batch-size", "4")
            end = again.end()
            assert end == 0, f"{name}, then {end}: {again.said()}"
        self._same(place)
        return Counter([f"{fault.split()[-1]}: {name}"])

    def servers(self, rng: random.Random, number: int) -> Counter[str]:
        """A language server answers at random with every fault there is; half of them die."""
        place = self._place("server")
        with language_server() as port:
            process = self.start(
                place, "--language-url", f"http://127.0.0.1:{port}/v1",
                "--language-model", "any", prepare=hasty,
            )  # fmt: skip
            if number % 2:
                process.wait(rng.uniform(0.3, 1.5) * self.quiet_s)
            else:
                process.wait()
        code = process.end()
        assert code == 0, f"{code}: {process.said()}"
        heard = gpd.read_file(place / "o.gpkg", layer="tiles")["caption_raw"].notna()
        warned = any(event["event"] == "warning" for event in process.events())
        missing = (place / "o.gpkg.work").exists()
        if missing:
            with language_server() as port:
                url = f"http://127.0.0.1:{port}/v1"
                again = self.start(
                    place, "--resume", "--language-url", url, "--language-model", "good"
                )
                code = again.end()
            assert code == 0, f"{code}: {again.said()}"
        self._same(place, TEXT)
        return Counter([f"{'died' if number % 2 else 'lived'}: warned {warned}"]) + Counter(
            {"tiles it was heard of": int(heard.sum()), "asked again": int(missing)}
        )

    def _resumed(self, name: str, place: Path, pair: tuple[Path, Path]) -> str:
        """Resume what ended by that name; over again where it began with another input."""
        again = self.start(place, "--resume", pair=pair)
        end = again.end()
        if end == 1 and again.error()["type"] == "LedgerError":
            # The run looked at the cut file when it began: another input, and told so.
            again = self.start(place, "--overwrite", pair=pair)
            name, end = f"{name}, another input", again.end()
        assert end == 0, f"{name}, then {end}: {again.said()}"
        return name

    def _write_again(self, file: Path, source: Path, stamp: os.stat_result) -> None:
        """The same file again, in place: name, size and time are what a run knows it by."""
        with file.open("rb+") as stream:
            stream.write(source.read_bytes())
        os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))

    def _place(self, name: str) -> Path:
        place = self.folder / name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        return place

    def _same(self, place: Path, apart: tuple[str, ...] = ()) -> None:
        """Layers, some fields apart, mask and names of the files are those of the quiet run."""
        names, wanted = (sorted(p.name for p in one.iterdir()) for one in (place, self.quiet))
        assert names == wanted, f"files {names}"
        for layer in LAYERS:
            got, known = (
                gpd.read_file(one / "o.gpkg", layer=layer).drop(columns=[*apart], errors="ignore")
                for one in (place, self.quiet)
            )
            assert got.equals(known), f"layer {layer} differs"
        with (
            rasterio.open(place / "mask.tif") as got,
            rasterio.open(self.quiet / "mask.tif") as known,
        ):
            assert np.array_equal(got.read(), known.read()), "the mask differs"


def _typed(process: Process, *codes: int) -> str:
    """How a run ended: ``0``, or its error's name; it may only end so."""
    code = process.end()
    assert code in (0, 1, 3, *codes), f"{code}: {process.said()}"
    return "0" if code == 0 else str(process.error()["type"])


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
                and int(str(event["done"])) >= int(units)
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
