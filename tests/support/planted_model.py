"""A model folder without weights: its guide reports change where the two dates differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper
from support.planted_captions import write_captions

CENTRE = 40.0
"""Mean absolute difference, grey values, at which the change probability is one half."""
FLAG = 0.875
"""What a guide with ``flag`` says of every tile."""
FEATURES = 12
"""Mean and mean deviation of each band of each date."""
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
    by_band: bool = False,
    offers: tuple[str, ...] = (),
    sentences: tuple[str, str] | None = None,
    card: Mapping[str, Any] | None = None,
) -> Path:
    """Write ``model.json`` and ``guide.onnx`` for :func:`support.rasters.planted_pair`.

    The first class gets the change; further classes get none. ``appeared`` is 1 where the after
    date is brighter. The stretch puts the percentiles of the planted ground back on its grey
    values, so that 16-bit and float pairs look like their 8-bit twins.

    Parameters
    ----------
    by_band : bool
        Three classes: the first gets the change of red, the second of green, the third of blue.
    offers : tuple of str
        Further outputs of the guide: ``flag`` (:data:`FLAG`), ``features`` (:data:`FEATURES`).
    sentences : (str, str), optional
        Bring a caption decoder that says the first of a tile that became brighter, else the second.
    card : mapping, optional
        More of ``model.json``, or other values.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if sentences is not None:
        offers = (*offers, "memory")
    onnx.save(_graph(len(classes), centre, by_band, offers), folder / "guide.onnx")
    parts = {"guide": "guide.onnx"}
    if sentences is not None:
        parts |= write_captions(folder, sentences)
    facts = {
        "schema": 1,
        "id": "planted",
        "version": "0",
        "title": "Planted differences",
        "description": "Reports plain differences of brightness; for tests.",
        "parts": parts,
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
        "sha256": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
            for name in parts.values()
        },
        **(card or {}),
    }
    (folder / "model.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    return folder


def planted_features(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """What the graph's ``features`` are of uint8 (n, 3, h, w) dates: float (n, FEATURES)."""
    found = []
    for date in (before, after):
        mean = date.mean(axis=(2, 3), keepdims=True)
        found += [mean[:, :, 0, 0], np.abs(date - mean).mean(axis=(2, 3))]
    return np.concatenate(found, axis=1)


def _graph(classes: int, centre: float, by_band: bool, offers: tuple[str, ...]) -> onnx.ModelProto:
    size: list[str | int | None] = ["n", 3, "h", "w"]
    node = helper.make_node
    nodes = [
        node("Cast", ["before"], ["b"], to=TensorProto.FLOAT),
        node("Cast", ["after"], ["a"], to=TensorProto.FLOAT),
        node("Sub", ["a", "b"], ["d"]),
        node("ReduceMean", ["d", "channel"], ["rise"], keepdims=1),
        node("Abs", ["d"], ["distance"]),
        node("ReduceMean", ["distance", "channel"], ["mean"], keepdims=1),
        node("Sub", ["distance" if by_band else "mean", "centre"], ["beyond"]),
        node("Mul", ["beyond", "steepness"], ["logit"]),
        node("Sigmoid", ["logit"], ["change" if by_band else "one"]),
        node("Mul", ["rise", "steepness"], ["direction"]),
        node("Sigmoid", ["direction"], ["appeared"]),
    ]
    if not by_band:
        nodes += [
            node("Mul", ["one", "none"], ["zero"]),
            node("Concat", ["one", *["zero"] * (classes - 1)], ["change"], axis=1),
        ]
    outputs = [
        helper.make_tensor_value_info("change", TensorProto.FLOAT, ["n", classes, "h", "w"]),
        helper.make_tensor_value_info("appeared", TensorProto.FLOAT, ["n", 1, "h", "w"]),
    ]
    for name in offers:
        more, value = _OFFERS[name]()
        nodes += more
        outputs.append(value)
    constants = {
        "channel": np.array([1], np.int64),
        "place": np.array([2, 3], np.int64),
        "all": np.array([1, 2, 3], np.int64),
        "last": np.array([3], np.int64),
        "centre": np.float32(centre),
        "steepness": np.float32(_STEEPNESS),
        "none": np.float32(0),
        "flag_value": np.float32(FLAG),
    }
    graph = helper.make_graph(
        nodes,
        "planted",
        [helper.make_tensor_value_info(name, TensorProto.UINT8, size) for name in DATES],
        outputs,
        [numpy_helper.from_array(np.asarray(v), name) for name, v in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def _flag() -> tuple[list[NodeProto], ValueInfoProto]:
    nodes = [
        helper.make_node("ReduceMean", ["rise", "place"], ["whole"], keepdims=0),
        helper.make_node("Mul", ["whole", "none"], ["nought"]),
        helper.make_node("Add", ["nought", "flag_value"], ["flag"]),
    ]
    return nodes, helper.make_tensor_value_info("flag", TensorProto.FLOAT, ["n", 1])


def _features() -> tuple[list[NodeProto], ValueInfoProto]:
    nodes = []
    for date in ("b", "a"):
        nodes += [
            helper.make_node("ReduceMean", [date, "place"], [f"{date}_mean"], keepdims=1),
            helper.make_node("Sub", [date, f"{date}_mean"], [f"{date}_rest"]),
            helper.make_node("Abs", [f"{date}_rest"], [f"{date}_away"]),
            helper.make_node("ReduceMean", [f"{date}_mean", "place"], [f"{date}_m"], keepdims=0),
            helper.make_node("ReduceMean", [f"{date}_away", "place"], [f"{date}_s"], keepdims=0),
        ]
    nodes.append(helper.make_node("Concat", ["b_m", "b_s", "a_m", "a_s"], ["features"], axis=1))
    return nodes, helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", FEATURES])


def _memory() -> tuple[list[NodeProto], ValueInfoProto]:
    nodes = [
        helper.make_node("ReduceMean", ["rise", "all"], ["level"], keepdims=1),
        helper.make_node("Squeeze", ["level", "last"], ["memory"]),
    ]
    return nodes, helper.make_tensor_value_info("memory", TensorProto.FLOAT, ["n", 1, 1])


_OFFERS = {"flag": _flag, "features": _features, "memory": _memory}
