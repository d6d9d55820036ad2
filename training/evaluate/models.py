"""A guide to measure: a model folder, an ONNX file, or a checkpoint."""

from __future__ import annotations

import json
from pathlib import Path

from training.evaluate.window import Array, Model


def folder_settings(path: Path) -> dict:
    """``model.json`` of a model folder or of the folder an ONNX file lies in; else empty."""
    card = (path if path.is_dir() else path.parent) / "model.json"
    return json.loads(card.read_text("utf-8")) if card.exists() else {}


def onnx_model(path: Path, threads: int = 2) -> Model:
    """The guide of an ONNX file on the CPU."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(before: Array, after: Array) -> tuple[Array, Array]:
        change, appeared = session.run(["change", "appeared"], {"before": before, "after": after})
        return change, appeared

    return run


def checkpoint_model(path: Path) -> Model:
    """The averaged weights of a checkpoint, by torch."""
    import torch

    from training.guide.checkpoint import averaged

    network = averaged(path)[0].channels_last()

    @torch.inference_mode()
    def run(before: Array, after: Array) -> tuple[Array, Array]:
        change, direction = network(torch.from_numpy(before), torch.from_numpy(after))
        return change.sigmoid().numpy(), direction.sigmoid().numpy()

    return run


def open_model(path: Path) -> Model:
    """Whatever ``path`` is: run folder or ``.pt``, ``.onnx``, or model folder."""
    if path.suffix == ".onnx":
        return onnx_model(path)
    if path.suffix == ".pt" or (path / "last.pt").exists():
        return checkpoint_model(path)
    parts = folder_settings(path).get("parts", {})
    return onnx_model(path / parts.get("guide", "guide.onnx"))
