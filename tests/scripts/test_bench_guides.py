"""The comparison of two guides' speed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

pytest.importorskip("onnxruntime")

import bench_guides


def graph(path: Path, width: int) -> Path:
    """A guide that does as much work as ``width`` asks for, and finds nothing."""
    rng = np.random.default_rng(0)
    weights = [
        numpy_helper.from_array(rng.normal(size=(width, 3, 5, 5)).astype("f4"), "into"),
        numpy_helper.from_array(rng.normal(size=(4, width, 5, 5)).astype("f4"), "out"),
        numpy_helper.from_array(np.array([3, 1]), "parts"),
    ]
    node = helper.make_node
    nodes = [
        node("Cast", ["before"], ["first"], to=TensorProto.FLOAT),
        node("Cast", ["after"], ["second"], to=TensorProto.FLOAT),
        node("Sub", ["first", "second"], ["difference"]),
        node("Conv", ["difference", "into"], ["wide"], pads=[2, 2, 2, 2]),
        node("Conv", ["wide", "out"], ["four"], pads=[2, 2, 2, 2]),
        node("Split", ["four", "parts"], ["change", "appeared"], axis=1),
    ]
    shape = ["n", 3, "h", "w"]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.UINT8, shape)
        for name in ("before", "after")
    ]
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", k, "h", "w"])
        for name, k in (("change", 3), ("appeared", 1))
    ]
    made = helper.make_graph(nodes, "guide", inputs, outputs, weights)
    onnx.save(
        helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path
    )
    return path


def test_the_lighter_graph_is_faster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graph(tmp_path / "guide.onnx", 2)
    heavy = graph(tmp_path / "paper.onnx", 96)
    options = ["--model", str(tmp_path), "--paper", str(heavy), "--rounds", "5", "--side", "128"]
    assert bench_guides.main([*options, "--batch", "1", "--threads", "1"]) == 0
    printed = capsys.readouterr().out
    result, text = json.JSONDecoder().raw_decode(printed)
    low, high = result["ratio"]["range"]
    assert 1 < low <= result["ratio"]["median"] <= high
    rates = result["pairs_per_second"]
    assert rates["nano"]["median"] > rates["paper"]["median"]
    assert f"nano reads {result['ratio']['median']} times as many pairs" in printed[text:]
