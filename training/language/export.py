"""A nano model as two ONNX graphs, so that the default install talks without torch."""

from __future__ import annotations

import json
import math
import warnings
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import Tensor, nn
from torch.export import Dim
from transformers import Qwen2_5_VLForConditionalGeneration

from training.files import write_text
from training.guide.export import OPSET, halve_weights
from training.language.parts import Sight, Speech

SIGHT, SPEECH, SIZES = "sight.onnx", "speech.onnx", "graphs.json"


def export_language(
    network: Qwen2_5_VLForConditionalGeneration,
    side: int,
    folder: Path,
    half: bool = True,
    lot: tuple[int, float] = (0, 1.0),
) -> tuple[Path, Path]:
    """Write ``sight.onnx``, ``speech.onnx`` and their sizes (``engine.language.nano``).

    Parameters
    ----------
    network : Qwen2_5_VLForConditionalGeneration
        In evaluation mode, float32, adapters merged.
    side : int
        Pixels of an image's side.
    half : bool
        Store the weights as float16; the arithmetic stays float32.
    lot : (int, float)
        Descriptions that the engine draws beside the likeliest, and at which temperature.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count, rows, length, before, vectors = (
        Dim(name) for name in ("images", "rows", "length", "before", "vectors")
    )
    image = torch.zeros(2, 3, side, side, dtype=torch.uint8)
    sight = _written(
        Sight(network, side).eval(),
        {"images": image},
        {"images": {0: count}},
        ["vectors"],
        folder / SIGHT,
        half,
    )
    config: Any = network.config.get_text_config()
    size = config.hidden_size // config.num_attention_heads
    cache = (config.num_hidden_layers, 2, 2, config.num_key_value_heads, 4, size)
    inputs = {
        "tokens": torch.zeros(2, 3, dtype=torch.long),
        "images": torch.zeros(5, config.hidden_size),
        "slots": torch.full((2, 3), -1),
        "places": torch.zeros(3, 2, 3, dtype=torch.long),
        "fresh": torch.ones(2, 3, dtype=torch.bool),
        "known": torch.ones(2, 4, dtype=torch.bool),
        "last": torch.full((2,), 2),
        "past": torch.zeros(cache),
    }
    sizes = {
        "tokens": {0: rows, 1: length},
        "images": {0: vectors},
        "slots": {0: rows, 1: length},
        "places": {1: rows, 2: length},
        "fresh": {0: rows, 1: length},
        "known": {0: rows, 1: before},
        "last": {0: rows},
        "past": {2: rows, 4: before},
    }
    names = ["logits", "present"]
    speech = _written(Speech(network).eval(), inputs, sizes, names, folder / SPEECH, half)
    told = {
        "side_px": side,
        "grid": math.isqrt(Sight(network, side)(image).shape[1]),
        "layers": config.num_hidden_layers,
        "shared_heads": config.num_key_value_heads,
        "head_size": size,
        "width": config.hidden_size,
        "drawn": lot[0],
        "temperature": lot[1],
    }
    write_text(folder / SIZES, json.dumps(told, indent=1) + "\n")
    return sight, speech


def _written(
    module: nn.Module,
    inputs: dict[str, Tensor],
    sizes: dict[str, Any],
    outputs: list[str],
    path: Path,
    half: bool,
) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module,
            (),
            kwargs=inputs,
            dynamo=True,
            opset_version=OPSET,
            dynamic_shapes=sizes,
            input_names=list(inputs),
            output_names=outputs,
            verbose=False,
        )
    assert program is not None
    model = program.model_proto
    for holder in (model, model.graph, *model.graph.node):
        holder.doc_string = ""
        if hasattr(holder, "metadata_props"):
            del holder.metadata_props[:]
    del model.graph.value_info[:]
    model.producer_name, model.producer_version = "changevg training.language", ""
    onnx.save(halve_weights(model) if half else model, str(path))
    return path
