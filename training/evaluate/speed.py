"""Pairs per second of two graphs in turn, and how large the files of a model are."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from training.evaluate.measure import Sums
from training.evaluate.models import Graph, Subject, folder_settings, onnx_graph
from training.evaluate.section import Section

SIDE, PAIRS, ROUNDS = 256, 4, 7
THREADS = 2


def pairs_per_second(graphs: list[Graph], rounds: int = ROUNDS) -> list[float]:
    """Median rate of each graph over rounds in turn, batches of four pairs of 256 pixels."""
    rng = np.random.default_rng(0)
    shape = (PAIRS, 3, SIDE, SIDE)
    dates = [rng.integers(0, 256, shape, dtype=np.uint8) for _ in range(2)]
    taken: list[list[float]] = [[] for _ in graphs]
    for number in range(rounds + 1):
        for times, graph in zip(taken, graphs, strict=True):
            start = time.perf_counter()
            graph(*dates)
            if number:  # the first round warms up
                times.append(time.perf_counter() - start)
    return [PAIRS / float(np.median(times)) for times in taken]


def guide_file(path: Path) -> Path:
    """The guide's ONNX file of a model folder; a file stands for itself."""
    if path.is_file():
        return path
    return path / folder_settings(path).get("parts", {}).get("guide", "guide.onnx")


def measure_speed(subject: Subject, paper: Path | None) -> Section:
    """Size of the model's files, and its rate against the paper configuration's."""
    section = Section()
    if subject.path.is_dir() and (subject.path / "model.json").exists():
        size = Sums("mb", "one")
        names = set(subject.settings.get("parts", {}).values()) | {"model.json"}
        files = [subject.path / name for name in sorted(names) if (subject.path / name).is_file()]
        size.add("files", mb=sum(file.stat().st_size for file in files) / 1e6, one=1)
        section.measures["size.mb"] = size.ratio("mb", "one")
        section.facts["size"] = {file.name: file.stat().st_size for file in files}
    else:
        section.missing["size"] = "no model folder"
    if paper is None:
        section.missing["speed"] = "no graph of the paper configuration was given (--paper)"
    elif not guide_file(subject.path).is_file():
        section.missing["speed"] = "the model is no ONNX file"
    else:
        graphs = [onnx_graph(guide_file(path), THREADS) for path in (subject.path, paper)]
        rates = pairs_per_second(graphs)
        sums = Sums("own", "paper")
        sums.add("pairs", own=rates[0], paper=rates[1])
        section.measures["speed.ratio"] = sums.ratio("own", "paper")
        section.facts["speed"] = {"pairs_per_second": [round(rate, 2) for rate in rates]}
    return section
