"""A caption decoder without weights: it knows two sentences and says one of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SPECIALS = ["<pad>", "<start>", "<end>", "<unk>"]
LONGEST = 41


def write_captions(
    folder: Path, sentences: tuple[str, str], *, sharpness: float = 50.0
) -> dict[str, str]:
    """Write ``caption.onnx`` and ``vocab.json``; returns the parts for ``model.json``.

    Parameters
    ----------
    sentences : (str, str)
        Said where the memory is above zero, and elsewhere.
    sharpness : float
        Logit of the right word, the others having 0: at 0 all words are as likely.
    """
    words = [*SPECIALS, *sorted({word for text in sentences for word in text.split()})]
    table = np.zeros((2, LONGEST, len(words)), np.float32)
    for index, text in enumerate(sentences):
        for place, word in enumerate([*text.split(), "<end>"]):
            table[index, place, words.index(word)] = sharpness
    node = helper.make_node
    nodes = [
        node("ReduceMean", ["memory", "inner"], ["level"], keepdims=0),
        node("LessOrEqual", ["level", "zero"], ["dark"]),
        node("Cast", ["dark"], ["which"], to=TensorProto.INT64),
        node("Gather", ["table", "which"], ["text"], axis=0),
        node("Shape", ["tokens"], ["size"]),
        node("Gather", ["size", "one"], ["length"], axis=0),
        node("Sub", ["length", "one"], ["place"]),
        node("Gather", ["text", "place"], ["logits"], axis=1),
    ]
    constants = {
        "table": table,
        "zero": np.float32(0),
        "one": np.int64(1),
        "inner": np.array([1, 2], np.int64),
    }
    graph = helper.make_graph(
        nodes,
        "captions",
        [
            helper.make_tensor_value_info("memory", TensorProto.FLOAT, ["n", "t", "m"]),
            helper.make_tensor_value_info("tokens", TensorProto.INT64, ["n", "l"]),
        ],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", len(words)])],
        [numpy_helper.from_array(np.asarray(v), name) for name, v in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, folder / "caption.onnx")
    (folder / "vocab.json").write_text(json.dumps(words), encoding="utf-8")
    return {"caption": "caption.onnx", "vocab": "vocab.json"}
