"""A model folder: ``guide.onnx``, ``model.json`` and the card people read."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from torch import nn

from engine.models.folder import MODEL_SCHEMA, sha256_of
from training.guide.augment import NATIVE_GSD_M, SCALE
from training.guide.caption_export import export_captions
from training.guide.caption_run import read_decoder
from training.guide.card import write_description
from training.guide.checkpoint import averaged
from training.guide.eight_bits import Batch, eight_bit_encoder, training_batches
from training.guide.export import export, halve_weights
from training.guide.imagery import imagery_range
from training.guide.reading import CLASSES
from training.guide.settle import Settle
from training.guide.tiles import load_tiles

PERCENTILES = (2, 98)


def stretch_target(root: Path, groups: tuple[str, ...]) -> list[float]:
    """Mean 2nd and 98th percentile of the training tiles over dates and bands, 0..255."""
    images = [image for tile in load_tiles(root, groups) for image in (tile.before, tile.after)]
    marks = [np.percentile(image, PERCENTILES, axis=(0, 1)) for image in images]
    return [round(float(value), 1) for value in np.mean(marks, axis=(0, 2))]


def write_bundle(
    checkpoint: Path,
    out: Path,
    card: Path | None,
    root: Path,
    single: bool = False,
    captions: Path | None = None,
    eight_bits: bool = False,
) -> Path:
    """Export a checkpoint into a model folder.

    Parameters
    ----------
    checkpoint : Path
        Run folder or checkpoint file.
    out : Path
        Model folder.
    card : Path, optional
        TOML with the values of ``model.json`` that no program can know: title, description,
        thresholds, licences, limits, metrics, training, and ``graph``: what :class:`Settle` has.
    root : Path
        Data folder, for the stretch.
    single : bool
        Keep the weights in float32.
    captions : Path, optional
        Run folder of the caption branch.
    eight_bits : bool
        Put the encoder's convolutions into 8 bits (:mod:`training.guide.eight_bits`).
    """
    network, config, state = averaged(checkpoint)
    known = tomllib.loads(card.read_text("utf-8")) if card else {}
    out.mkdir(parents=True, exist_ok=True)
    # Before the export, which folds the norms in place.
    usual = imagery_range(network, config, root)
    mean, std = (network.get_buffer(name).flatten().tolist() for name in ("mean", "std"))
    parts = _write_parts(network, out, captions, Settle.of(known), single, eight_bits)
    if eight_bits:
        _narrow(out / parts["guide"], training_batches(config, root))
    settings: dict[str, Any] = {"schema": MODEL_SCHEMA, "id": known.pop("id", config.name)}
    settings |= {key: known.pop(key) for key in ("version", "title", "description") if key in known}
    settings |= {
        "parts": parts,
        "classes": list(CLASSES),
        "bands": ["red", "green", "blue"],
        "normalisation": {"in_graph": True, "mean": mean, "std": std},
        "input_range": [0, 255],
        "stretch": {"percentiles": list(PERCENTILES), "to": stretch_target(root, config.train)},
        "gsd_m": [round(NATIVE_GSD_M * scale, 2) for scale in SCALE],
        "native_gsd_m": NATIVE_GSD_M,
        "tile_size": 256,
        "overlap": 64,
        "stride_multiple": 32,
    }
    training: dict[str, Any] = {"seed": config.seed, "steps": int(state["step"])}
    training |= {"hours": round(float(state["seconds"]) / 3600, 2)}
    known["training"] = training | known.get("training", {})
    settings |= known
    settings["range"] = usual
    settings["sha256"] = {file: sha256_of(out / file) for file in parts.values()}
    write_description(out, settings)
    return out


def _narrow(path: Path, batches: Iterable[Batch]) -> None:
    """Replace a graph by the same with its encoder in 8 bits, other large weights in 16."""
    part = eight_bit_encoder(path, path.with_suffix(".part"), batches)
    onnx.save(halve_weights(onnx.load(part)), str(part))
    os.replace(part, path)


def _write_parts(
    network: nn.Module,
    out: Path,
    captions: Path | None,
    settle: Settle,
    single: bool,
    eight_bits: bool,
) -> dict[str, str]:
    """Write the graphs; returns the files by part."""
    parts = {"guide": "guide.onnx"}
    decoder = None
    if captions:
        decoder, vocabulary = read_decoder(captions)
        graph, words = export_captions(decoder, vocabulary, out, half=not single)
        parts |= {"caption": graph.name, "vocab": words.name}
    half = not (single or eight_bits)  # what is narrowed must be in floats first
    export(network, out / "guide.onnx.part", half=half, captions=decoder, settle=settle)
    os.replace(out / "guide.onnx.part", out / "guide.onnx")
    return parts
