"""A model folder without weights: its guide reports change where the two dates differ."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import onnx
from onnx import TensorProto, helper

CENTRE = 40.0
"""Mean absolute difference, grey values, at which the change probability is one half."""
_STEEPNESS = 0.5
DATES = ("before", "after")


def planted_model(
    folder: Path,
    classes: tuple[str, ...] = ("building",),
    gsd_m: tuple[float, float] = (0.05, 20.0),
    *,
    centre: float = CENTRE,
    tile_size: int = 256,
    overlap: int = 64,
) -> Path:
    """Write ``model.json`` and ``guide.onnx`` for :func:`support.rasters.planted_pair`.

    The first class gets the change; further classes get none. ``appeared`` is 1 where the after
    date is brighter. The stretch puts the percentiles of the planted ground back on its grey
    values, so that 16-bit and float pairs look like their 8-bit twins.
    """
    folder.mkdir(parents=True, exist_ok=True)
    guide = folder / "guide.onnx"
    onnx.save(_graph(len(classes), centre), guide)
    card = {
        "schema": 1,
        "id": "planted",
        "version": "0",
        "title": "Planted differences",
        "description": "Reports plain differences of brightness; for tests.",
        "parts": {"guide": "guide.onnx"},
        "classes": list(classes),
        "bands": ["red", "green", "blue"],
        "normalisation": {"in_graph": True, "mean": [0, 0, 0], "std": [1, 1, 1]},
        "input_range": [0, 255],
        "stretch": {"percentiles": [5, 75], "to": [34, 90]},
        "gsd_m": list(gsd_m),
        "native_gsd_m": 0.5,
        "tile_size": tile_size,
        "overlap": overlap,
        "stride_multiple": 1,
        "thresholds": {"change": 0.5, "min_area_m2": 0, "min_score": 0},
        "licence_weights": "none",
        "licence_data": "none",
        "training": {},
        "metrics": [],
        "sha256": {"guide.onnx": hashlib.sha256(guide.read_bytes()).hexdigest()},
    }
    (folder / "model.json").write_text(json.dumps(card, indent=1), encoding="utf-8")
    return folder


def _graph(classes: int, centre: float) -> onnx.ModelProto:
    size = ["n", 3, "h", "w"]
    node = helper.make_node
    nodes = [
        node("Cast", ["before"], ["b"], to=TensorProto.FLOAT),
        node("Cast", ["after"], ["a"], to=TensorProto.FLOAT),
        node("Sub", ["a", "b"], ["d"]),
        node("ReduceMean", ["d", "channel"], ["rise"], keepdims=1),
        node("Abs", ["d"], ["distance"]),
        node("ReduceMean", ["distance", "channel"], ["mean"], keepdims=1),
        node("Sub", ["mean", "centre"], ["beyond"]),
        node("Mul", ["beyond", "steepness"], ["logit"]),
        node("Sigmoid", ["logit"], ["one"]),
        node("Mul", ["one", "none"], ["zero"]),
        node("Concat", ["one", *["zero"] * (classes - 1)], ["change"], axis=1),
        node("Mul", ["rise", "steepness"], ["direction"]),
        node("Sigmoid", ["direction"], ["appeared"]),
    ]
    graph = helper.make_graph(
        nodes,
        "planted",
        [helper.make_tensor_value_info(name, TensorProto.UINT8, size) for name in DATES],
        [
            helper.make_tensor_value_info("change", TensorProto.FLOAT, ["n", classes, "h", "w"]),
            helper.make_tensor_value_info("appeared", TensorProto.FLOAT, ["n", 1, "h", "w"]),
        ],
        [
            helper.make_tensor("channel", TensorProto.INT64, [1], [1]),
            helper.make_tensor("centre", TensorProto.FLOAT, [], [centre]),
            helper.make_tensor("steepness", TensorProto.FLOAT, [], [_STEEPNESS]),
            helper.make_tensor("none", TensorProto.FLOAT, [], [0.0]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    return model
