"""What each lever of onnxruntime, and each shortcut, would change of the guide's time.

In turn, in one run, on tiles of a generated pair in memory; ratios to the engine's own setting
(all cores, batches of four, no spinning, no binding), CPU and real time. Below 1 is faster.

* *batch*, *threads*, *spinning*, *parallel* (operators side by side), *binding* (inputs, outputs);
* *half*: the tile at half its resolution, as a first look, and the share of changed tiles in which
  it sees no change at all.

$ python scripts/bench_levers.py --repeats 9

Prints JSON. The bundled guide's encoder is in 8 bits already (docs/accuracy.md: what that paid).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime as ort
from bench_engine import Alone, interval, make_pair
from numpy.typing import NDArray

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

NAMES = ["change", "appeared"]
BATCH, MIN_PIXELS = 4, 6
Tiles = dict[str, NDArray[np.uint8]]


def session(path: Path, threads: int = 0, spinning: bool = False, parallel: bool = False) -> Any:
    """A session on the CPU; all cores by default."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or len(os.sched_getaffinity(0))
    options.inter_op_num_threads = 2 if parallel else 1
    if parallel:
        options.execution_mode = ort.ExecutionMode.ORT_PARALLEL
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spinning)))
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def passes(one: Any, tiles: Tiles, batch: int = BATCH) -> Callable[[], list[Any]]:
    """One pass over all tiles in batches; the outputs ``change``."""
    count = len(tiles["before"])

    def work() -> list[Any]:
        return [
            one.run(NAMES, {name: values[i : i + batch] for name, values in tiles.items()})[0]
            for i in range(0, count, batch)
        ]

    return work


def bound(one: Any, tiles: Tiles) -> Callable[[], None]:
    """The same with inputs and outputs bound."""
    count = len(tiles["before"]) // BATCH * BATCH

    def work() -> None:
        binding = one.io_binding()
        for name in NAMES:
            binding.bind_output(name, "cpu")
        for i in range(0, count, BATCH):
            for name, values in tiles.items():
                binding.bind_cpu_input(name, values[i : i + BATCH])
            one.run_with_iobinding(binding)
            binding.copy_outputs_to_cpu()

    return work


def halves(tiles: Tiles) -> Tiles:
    """Every tile at half its resolution."""
    return {
        name: np.stack([
            cv2.resize(tile.transpose(1, 2, 0), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
            .transpose(2, 0, 1)
            for tile in values
        ])
        for name, values in tiles.items()
    }  # fmt: skip


def measure(guide: Path, tiles: Tiles, repeats: int) -> dict[str, Any]:
    """Every lever against the engine's own setting."""
    from training.evaluate.language.speed import clocked

    own = session(guide)
    works: dict[str, Callable[[], Any]] = {
        "engine": passes(own, tiles),
        **{f"batch {n}": passes(own, tiles, n) for n in (1, 2, 8, 16)},
        "one thread": passes(session(guide, 1), tiles),
        "spinning": passes(session(guide, spinning=True), tiles),
        "parallel": passes(session(guide, parallel=True), tiles),
        "binding": bound(own, tiles),
        "half": passes(own, halves(tiles)),
    }
    seen = {name: np.concatenate(works[name]()) >= 0.5 for name in ("engine", "half")}
    rows = [{name: clocked(work) for name, work in works.items()} for _ in range(repeats)]
    ratios = {
        name: {
            kind: interval([row[name][i] / row["engine"][i] for row in rows])
            for i, kind in enumerate(("cpu", "wall"))
        }
        for name in works
        if name != "engine"
    }
    changed = seen["engine"].sum(axis=(1, 2, 3)) >= MIN_PIXELS
    missed = changed & ~seen["half"].any(axis=(1, 2, 3))
    return {
        "tiles": len(tiles["before"]),
        "ratios": ratios,
        "changed tiles": int(changed.sum()),
        "half, changed tiles missed": round(float(missed.sum() / max(1, changed.sum())), 3),
    }


def main() -> None:
    """Run the command line."""
    from engine.models import load_model

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=2048, help="side of the raster, pixels")
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--change", type=float, default=0.02)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pair = make_pair(folder, options.size, change=options.change)
        tiles = Alone(*pair, "changevg-nano", BATCH).tiles_by_date()
        guide = Path(load_model("changevg-nano").guide_path)
        found = measure(guide, tiles, options.repeats)
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    print(json.dumps({"machine": machine, "onnxruntime": ort.__version__} | found, indent=1))


if __name__ == "__main__":
    main()
