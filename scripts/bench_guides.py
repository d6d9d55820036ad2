"""How many times as many pairs a second the `nano` guide reads as the `paper` one.

onnxruntime on the CPU, both in one run and in turn, so that whatever else the machine does slows
both. The paper guide has random weights: its speed does not depend on them.

$ python scripts/bench_guides.py --model engine/models/bundled/changevg-nano --rounds 9 --floor
$ python scripts/bench_guides.py --model FOLDER --device cuda --batch 64 --floor

``--floor`` adds how near both come to what the device can do: the network's operations over the
rate of a matrix product, and its weights and images over the rate of a copy, all measured here.
Prints JSON and one sentence.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))
CONFIG = PROJECT / "training" / "guide" / "configs" / "gaps.toml"
"""Of the bundled guide's network."""


def export_paper(folder: Path) -> Path:
    """The paper guide with random weights, written like any other guide."""
    import torch

    from training.guide.export import export
    from training.guide.paper import PaperGuide

    torch.manual_seed(0)
    return export(PaperGuide().eval(), folder / "paper.onnx")


def session(path: Path, threads: int, device: str = "cpu") -> Any:
    """An onnxruntime session."""
    import onnxruntime

    from engine.guide.device import choose_device

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        str(path), options, providers=list(choose_device(device).providers)
    )


def compare(
    nano: Path, paper: Path, rounds: int, batch: int, side: int, threads: int, device: str = "cpu"
) -> dict[str, Any]:
    """Pairs per second of both graphs, and the ratio of each round.

    Parameters
    ----------
    nano, paper : Path
        ``guide.onnx`` files with inputs ``before`` and ``after``.
    rounds : int
        Each reads one batch with both, after a round that warms up.
    """
    sessions = {
        name: session(path, threads, device) for name, path in (("nano", nano), ("paper", paper))
    }
    rng = np.random.default_rng(0)
    feeds = {
        name: rng.integers(0, 256, (batch, 3, side, side), dtype=np.uint8)
        for name in ("before", "after")
    }
    seconds: dict[str, list[float]] = {name: [] for name in sessions}
    for number in range(rounds + 1):
        for name, one in sessions.items():
            start = time.perf_counter()
            one.run(["change", "appeared"], feeds)
            if number:
                seconds[name].append(time.perf_counter() - start)
    ratios = np.array(seconds["paper"]) / np.array(seconds["nano"])
    return {
        "pairs_per_second": {
            name: {
                "median": round(batch / float(np.median(times)), 2),
                "range": [round(batch / max(times), 2), round(batch / min(times), 2)],
            }
            for name, times in seconds.items()
        },
        "ratio": {
            "median": round(float(np.median(ratios)), 2),
            "range": [round(float(ratios.min()), 2), round(float(ratios.max()), 2)],
        },
        "rounds": rounds,
        "batch": batch,
        "side_px": side,
        "threads": threads,
        "device": device,
        "machine": platform.processor() or platform.machine(),
    }


def networks() -> dict[str, Any]:
    """Both guides in torch, with random weights: that of the bundled model, and the paper's."""
    import torch

    from training.guide.config import load
    from training.guide.networks import build, channels_last
    from training.guide.paper import PaperGuide

    torch.manual_seed(0)
    nano = channels_last(build(load(CONFIG), pretrained=False))
    return {"nano": nano.eval(), "paper": PaperGuide().eval()}


def floors(result: dict[str, Any], device: str) -> dict[str, Any]:
    """How near both guides come to the device's own limits.

    Parameters
    ----------
    result : dict
        Of :func:`compare`.
    """
    from training.evaluate.floors import bandwidth, matrix_rate, operations

    rate, copied = matrix_rate(device), bandwidth(device)
    told: dict[str, Any] = {
        "matrix_gflop_per_s": round(rate / 1e9, 1),
        "copied_gb_per_s": round(copied / 1e9, 1),
    }
    for name, network in networks().items():
        work = operations(network, result["side_px"])
        weights = sum(4 * one.numel() for one in network.parameters())
        moved = weights / result["batch"] + 6 * result["side_px"] ** 2
        most = 1 / max(work / rate, moved / copied)
        told[name] = {
            "gflop_per_pair": round(work / 1e9, 2),
            "pairs_per_second_at_most": round(most, 1),
            "reached": round(result["pairs_per_second"][name]["median"] / most, 3),
        }
    return told


def sentence(result: dict[str, Any]) -> str:
    """The result in words."""
    ratio, rates = result["ratio"], result["pairs_per_second"]
    return (
        f"nano reads {ratio['median']} times as many pairs of {result['side_px']} px a second as "
        f"paper ({ratio['range'][0]} to {ratio['range'][1]} over {result['rounds']} rounds; "
        f"medians {rates['nano']['median']} and {rates['paper']['median']} pairs per second, "
        f"onnxruntime, {result['threads']} threads, batches of {result['batch']})."
    )


def main(argv: list[str] | None = None) -> int:
    """Run the comparison; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", required=True, type=Path, help="model folder of nano")
    parser.add_argument("--paper", type=Path, help="paper.onnx made before (default: made anew)")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--floor", action="store_true", help="hold both against the device")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        paper = options.paper or export_paper(Path(folder))
        result = compare(
            options.model / "guide.onnx",
            paper,
            options.rounds,
            options.batch,
            options.side,
            options.threads,
            options.device,
        )
    if options.floor:
        result["floor"] = floors(result, options.device)
    print(json.dumps(result, indent=1))
    print(sentence(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
