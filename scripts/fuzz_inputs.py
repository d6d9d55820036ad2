"""Feed hostile and odd raster pairs to the readers: each is read, or refused with a typed error.

Every case is opened as a pair, looked at and read at five windows, in a child process with limits
of time and memory. A case that ends a child, takes too long, takes too much memory or raises
anything but an ``EngineError`` is a finding; its seed makes it again.

$ python scripts/fuzz_inputs.py --cases 20000 --seed 1
$ python scripts/fuzz_inputs.py --case 4711          # one case here, with its traceback
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import queue
import resource
import shutil
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "scripts")]

POLL_S = 0.5
START_METHOD = "forkserver"
FRESH_AFTER = 1000
"""Cases after which a child makes room for a new one, so that leaks are told from bombs."""


@dataclass
class Tally:
    """What became of the cases.

    Attributes
    ----------
    outcomes : Counter
        By (kind, outcome); the outcome is ``read`` or the name of a typed error.
    findings : list of dict
        Seed, kind and what was wrong.
    slowest_s : float
        Processor seconds of the slowest case.
    peak_mb : float
        Highest resident memory of a child.
    """

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    findings: list[dict[str, Any]] = field(default_factory=list)
    slowest_s: float = 0.0
    slowest_seed: int = 0
    peak_mb: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        kinds: dict[str, dict[str, int]] = {}
        for (kind, outcome), count in sorted(self.outcomes.items()):
            kinds.setdefault(kind, {})[outcome] = count
        return {
            "cases": sum(self.outcomes.values()),
            "findings": len(self.findings),
            "outcomes": dict(Counter(o for (_, o), n in self.outcomes.items() for _ in range(n))),
            "by_kind": kinds,
            "slowest_s": round(self.slowest_s, 2),
            "slowest_seed": self.slowest_seed,
            "peak_mb": round(self.peak_mb),
            "found": self.findings,
        }


def try_case(seed: int, folder: Path) -> tuple[str, str]:
    """Make and read one case; gives its kind and outcome.

    Raises
    ------
    Exception
        Whatever is no ``EngineError``: a finding.
    """
    import fuzz_cases
    from rasterio.windows import Window

    from engine.errors import EngineError
    from engine.models import DEFAULT_MODEL, find_model, read_model
    from engine.raster import RasterPair
    from engine.raster.env import gdal_env

    case = fuzz_cases.write_case(seed, folder)
    with gdal_env(GDAL_HTTP_TIMEOUT=2, GDAL_HTTP_MAX_RETRY=0):
        try:
            with RasterPair.open(
                case["before"], case["after"], model=read_model(find_model(DEFAULT_MODEL)),
                warn=lambda _: None, **case["options"],
            ) as pair:  # fmt: skip
                json.dumps(pair.describe())
                width, height = pair.size
                for x in (0, max(0, width - 256)):
                    for y in (0, max(0, height - 256)):
                        pair.read(Window(x, y, 256, 256))
                pair.read(Window(width // 2, height // 2, 256, 256))
                pair.valid(Window(0, 0, 64, 64))
        except EngineError as error:
            str(error)
            return case["kind"], type(error).__name__
    return case["kind"], "read"


def _child(line: Connection, folder: str, memory_mb: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 2**20, memory_mb * 2**20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while (seed := line.recv()) is not None:
        place = Path(folder) / f"case-{seed}"
        place.mkdir()
        begin = time.process_time()
        try:
            kind, outcome = try_case(seed, place)
            wrong = ""
        except BaseException as error:  # every one of them is a finding
            kind, outcome = "?", f"untyped {type(error).__name__}"
            wrong = "".join(traceback.format_exception(error)[-3:])
        shutil.rmtree(place, ignore_errors=True)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        line.send((kind, outcome, wrong, time.process_time() - begin, peak))


class Pool:
    """Children that do cases until there are none left."""

    def __init__(self, folder: Path, workers: int, limit_s: float, memory_mb: int) -> None:
        self._folder, self._limit, self._memory = folder, limit_s, memory_mb
        self._workers = workers
        self._lock = threading.Lock()
        self.tally = Tally()

    def run(self, seeds: range, until: float, say: Any) -> None:
        """Do the cases of all seeds, or as many as fit before a time (``time.monotonic``)."""
        waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        for seed in seeds:
            waiting.put(seed)
        threads = [
            threading.Thread(target=self._feed, args=(waiting, until, say))
            for _ in range(self._workers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _feed(self, waiting: queue.SimpleQueue[int], until: float, say: Any) -> None:
        context: Any = multiprocessing.get_context(START_METHOD)
        if START_METHOD == "forkserver":
            context.set_forkserver_preload(["engine.raster", "engine.models", "fuzz_cases"])
        process: Any = None
        line: Connection | None = None
        done = 0
        while time.monotonic() < until:
            try:
                seed = waiting.get_nowait()
            except queue.Empty:
                break
            if process is None or done == FRESH_AFTER:
                _end(process, line)
                line, far = context.Pipe()
                process = context.Process(
                    target=_child, args=(far, str(self._folder), self._memory), daemon=True
                )
                process.start()
                far.close()
                done = 0
            assert line is not None
            done += 1
            answer = self._one(process, line, seed)
            if answer is None:
                _end(process, None)
                process = None
            with self._lock:
                if (count := sum(self.tally.outcomes.values())) % 100 == 0:
                    say(f"{count} cases, {len(self.tally.findings)} findings")
        _end(process, line)

    def _one(self, process: Any, line: Connection, seed: int) -> tuple[Any, ...] | None:
        """A case's answer; None where the child is lost."""
        import psutil

        idle = 0.0
        try:
            line.send(seed)
            watched = psutil.Process(process.pid)
            used = sum(watched.cpu_times()[:2])
            while not line.poll(POLL_S):
                # The clock of a busy machine says nothing: what counts is time spent, or slept.
                spent = sum(watched.cpu_times()[:2]) - used
                idle = idle + POLL_S if watched.status() == psutil.STATUS_SLEEPING else 0.0
                if max(spent, idle) > self._limit:
                    process.kill()
                    self._count(seed, "?", f"hang ({spent:.0f} s, idle {idle:.0f} s)", "", spent, 0)
                    return None
            answer: tuple[Any, ...] = line.recv()
        except (EOFError, OSError, psutil.Error):
            process.join(5)
            self._count(seed, "?", f"crash ({process.exitcode})", "", 0, 0)
            return None
        self._count(seed, *answer)
        return answer

    def _count(
        self, seed: int, kind: str, outcome: str, wrong: str, seconds: float, peak: float
    ) -> None:
        with self._lock:
            tally = self.tally
            tally.outcomes[kind, outcome] += 1
            if kind == "?":
                tally.findings.append({"seed": seed, "outcome": outcome, "trace": wrong})
                print(f"case {seed}: {outcome}\n{wrong}", file=sys.stderr, flush=True)
            if seconds > tally.slowest_s:
                tally.slowest_s, tally.slowest_seed = seconds, seed
            tally.peak_mb = max(tally.peak_mb, peak)


def _end(process: Any, line: Connection | None) -> None:
    if line is not None:
        with contextlib.suppress(OSError):
            line.send(None)
        line.close()
    if process is not None:
        process.join(2)
        if process.is_alive():
            process.kill()


def main() -> int:
    """Run the command line; 1 where there is a finding."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0, help="seed of the first case")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10.0, help="limit of a case")
    parser.add_argument("--memory-mb", type=int, default=4096, help="address space of a child")
    parser.add_argument("--minutes", type=float, default=1e6, help="begin no case after this")
    parser.add_argument("--case", type=int, help="this case only, here")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="changevg-fuzz-") as name:
        if args.case is not None:
            print(try_case(args.case, Path(name)))
            return 0
        pool = Pool(Path(name), args.workers, args.seconds, args.memory_mb)
        begin = time.monotonic()
        pool.run(
            range(args.seed, args.seed + args.cases), begin + 60 * args.minutes,
            lambda text: print(text, file=sys.stderr, flush=True),
        )  # fmt: skip
        told = pool.tally.as_dict()
    told["seeds"] = [args.seed, args.seed + told["cases"] - 1]
    told["minutes"] = round((time.monotonic() - begin) / 60, 1)
    print(json.dumps(told, indent=1))
    return 1 if told["findings"] else 0


if __name__ == "__main__":
    sys.exit(main())
