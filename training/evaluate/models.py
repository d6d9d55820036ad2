"""A guide to measure: a model folder, an ONNX file, or a training run's checkpoint."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from training.evaluate.claims import Claims, Limits, limits_of, read_claims
from training.evaluate.window import Array, Model, batch_of, slide

Outputs = dict[str, Array]
Graph = Callable[[Array, Array], Outputs]
BATCH = 8


def folder_settings(path: Path) -> dict[str, Any]:
    """``model.json`` of a model folder or of the folder an ONNX file lies in; else empty."""
    card = (path if path.is_dir() else path.parent) / "model.json"
    return json.loads(card.read_text("utf-8")) if card.exists() else {}


def onnx_graph(path: Path, threads: int = 2) -> Graph:
    """All outputs of an ONNX file's guide on the CPU, by name."""
    from engine.guide.device import choose_device
    from engine.guide.runtime import open_session

    session = open_session(path, choose_device("cpu"), threads)
    names = [output.name for output in session.get_outputs()]

    def run(before: Array, after: Array) -> Outputs:
        values = session.run(names, {"before": before, "after": after})
        return dict(zip(names, values, strict=True))

    return run


def checkpoint_graph(path: Path, settings: dict[str, Any]) -> Graph:
    """The averaged weights of a checkpoint, by torch, with the outputs an ONNX file would have.

    ``gap``, the probability of a gap between neighbours, comes beside them where there is one.

    Parameters
    ----------
    path : Path
        Run folder or checkpoint file.
    settings : dict
        What its ``model.json`` says, if it has one; an exported graph has ``graph`` inside.
    """
    import torch

    from training.guide.checkpoint import averaged
    from training.guide.networks import channels_last
    from training.guide.settle import Settle

    settle = Settle.of(settings)
    network = channels_last(averaged(path)[0])

    @torch.inference_mode()
    def run(before: Array, after: Array) -> Outputs:
        reading = network(torch.from_numpy(before), torch.from_numpy(after))
        outputs = {
            "change": settle(reading).numpy(),
            "appeared": reading.direction.sigmoid().numpy(),
            "flag": reading.flag.sigmoid()[:, None].numpy(),
            "features": reading.features.numpy(),
        }
        return outputs if reading.gap is None else outputs | {"gap": reading.gap.sigmoid().numpy()}

    return run


def is_checkpoint(path: Path) -> bool:
    """Whether a path is a checkpoint or a run folder rather than a model folder."""
    return path.suffix == ".pt" or (path / "last.pt").exists()


def open_graph(path: Path) -> Graph:
    """Whatever ``path`` is: run folder or ``.pt``, ``.onnx``, or model folder."""
    if path.suffix == ".onnx":
        return onnx_graph(path)
    settings = folder_settings(path)
    if is_checkpoint(path):
        return checkpoint_graph(path, settings)
    return onnx_graph(path / settings.get("parts", {}).get("guide", "guide.onnx"))


def fine_branch(graph: Graph, mask: str = "change") -> Model:
    """Only a mask and appeared of a graph."""

    def run(before: Array, after: Array) -> tuple[Array, Array]:
        values = graph(before, after)
        return values[mask], values["appeared"]

    return run


def open_model(path: Path) -> Model:
    """The fine branch of whatever ``path`` is."""
    return fine_branch(open_graph(path))


def classes_of(path: Path) -> tuple[str, ...]:
    """Class names in the order of the channels."""
    settings = folder_settings(path)
    if "classes" in settings or not is_checkpoint(path):
        return tuple(settings.get("classes", ("building",)))
    from training.guide.reading import CLASSES

    return CLASSES


@dataclasses.dataclass
class Subject:
    """The model that is measured, with its own limits.

    Attributes
    ----------
    limits : Limits
        Its classes in the order of the channels, and their thresholds and filters.
    road_crop_m2 : float
        Area of road change from which a crop counts as one where a road was built.
    """

    path: Path
    settings: dict[str, Any]
    graph: Graph
    limits: Limits
    road_crop_m2: float = 60.0

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names."""
        return self.limits.classes

    def read(self, before: Array, after: Array, mask: str = "change") -> tuple[Array, Array]:
        """change (K, H, W) and appeared (H, W) of a pair of any size, window by window.

        ``mask`` names another output instead of change.
        """
        size, overlap = self.settings.get("tile_size", 256), self.settings.get("overlap", 64)
        return slide(fine_branch(self.graph, mask), before, after, size, overlap)

    def has(self, output: str) -> bool:
        """Whether the graph has an output of this name."""
        blank = np.zeros((1, 3, 64, 64), np.uint8)
        return output in self.graph(blank, blank)

    def claims(self, before: Array, after: Array, gsd_m: float = 0.5) -> dict[str, Claims]:
        """The objects of a pair of any size, by class."""
        return read_claims(*self.read(before, after), self.limits, gsd_m)

    def outputs(self, pairs: Iterable[tuple[Array, Array]]) -> Iterator[Outputs]:
        """All outputs for pairs of one size, a multiple of 32; the batch axis is gone."""
        batch: list[tuple[Array, Array]] = []
        for pair in pairs:
            batch.append(pair)
            if len(batch) == BATCH:
                yield from self._run(batch)
                batch = []
        if batch:
            yield from self._run(batch)

    def _run(self, batch: Sequence[tuple[Array, Array]]) -> Iterator[Outputs]:
        values = self.graph(*(batch_of([pair[date] for pair in batch]) for date in (0, 1)))
        for index in range(len(batch)):
            yield {name: value[index] for name, value in values.items()}

    def crop_claims(self, outputs: Outputs, gsd_m: float = 0.5) -> dict[str, Claims]:
        """The objects of one window's outputs, by class."""
        return read_claims(outputs["change"], outputs["appeared"][0], self.limits, gsd_m)


def open_subject(path: Path) -> Subject:
    """A model with its settings.

    Raises
    ------
    ValueError
        Its thresholds do not fit its classes.
    """
    settings = folder_settings(path)
    marks = settings.get("thresholds", {})
    return Subject(
        path,
        settings,
        open_graph(path),
        limits_of(settings, classes_of(path)),
        float(marks.get("road_crop_m2", 60.0)),
    )
