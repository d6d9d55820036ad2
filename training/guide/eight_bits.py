"""The encoder's convolutions in 8 bits: less time on a CPU, half the size.

Static quantisation in onnxruntime's QDQ form, one scale a filter (Krishnamoorthi 2018, arXiv
1806.08342, section 3.1). The ranges of the activations are those of training crops.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from training.guide.config import FitConfig
from training.guide.tiles import load_tiles
from training.scenes.cutouts import anywhere

Batch = dict[str, NDArray[np.uint8]]
STAGE = re.compile(r"(^|\.)encoder\.stages\.[1-9]")
"""The stem and the first stage stay in floats: in 8 bits they did most of the harm."""
BATCHES, PAIRS, SIDE = 12, 4, 256
"""What the ranges are taken from: batches, pairs in each, pixels a side."""


class _Reader(CalibrationDataReader):
    def __init__(self, batches: Iterable[Batch]) -> None:
        self.batches = iter(batches)

    def get_next(self) -> Batch | None:
        return next(self.batches, None)


def training_batches(config: FitConfig, root: Path) -> Iterator[Batch]:
    """uint8 (N, 3, H, W) crops of the tiles that a run trained on, drawn by its seed."""
    tiles = load_tiles(root, config.train)
    rng = np.random.default_rng(config.seed)
    for _ in range(BATCHES):
        crops = []
        for _ in range(PAIRS):
            tile = tiles[rng.integers(len(tiles))]
            where = anywhere(tile.before.shape, SIDE, rng)
            crops.append((tile.before[where], tile.after[where]))
        before, after = (
            np.stack([pair[date].transpose(2, 0, 1) for pair in crops]) for date in range(2)
        )
        yield {"before": before, "after": after}


def encoder_nodes(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    """The convolutions of the encoder's later stages, and the clips after them."""
    convolutions = [
        node for node in graph.node if node.op_type == "Conv" and STAGE.search(node.input[1])
    ]
    outputs = {node.output[0] for node in convolutions}
    clips = [node for node in graph.node if node.op_type == "Clip" and node.input[0] in outputs]
    return [*convolutions, *clips]


def eight_bit_encoder(source: Path, out: Path, batches: Iterable[Batch]) -> Path:
    """Write ``source`` (ONNX, float32) to ``out`` with its encoder in 8 bits.

    Filters over several channels get 7 bits: processors without VNNI add two products of 8 bits in
    16 and would saturate. Depthwise ones need no such room.

    Parameters
    ----------
    batches : iterable of dict
        Inputs of the graph by name.

    Raises
    ------
    ValueError
        The graph has no encoder of convolutions.
    """
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        plain = Path(folder) / "plain.onnx"
        quant_pre_process(str(source), str(plain), skip_symbolic_shape=True)
        graph = onnx.load(plain).graph
        nodes = encoder_nodes(graph)
        if not nodes:
            raise ValueError(f"{source} has no encoder of convolutions")
        channels = {weight.name: weight.dims[1] for weight in graph.initializer if weight.dims[1:]}
        narrow: dict[str, list[dict[str, Any]]] = {
            node.input[1]: [
                {
                    "quant_type": QuantType.QInt8,
                    "axis": 0,
                    "symmetric": True,
                    "reduce_range": True,
                }
            ]
            for node in nodes
            if node.op_type == "Conv" and channels[node.input[1]] > 1
        }
        quantize_static(
            str(plain),
            str(out),
            _Reader(batches),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_quantize=[node.name for node in nodes],
            extra_options={"TensorQuantOverrides": narrow},
        )
    return out
