"""A guide's last part, from the encoder's maps to the logits, taken out of its graph to learn.

The encoder runs as it is, in onnxruntime: it is most of the work and, in 8 bits, could not learn.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from engine.guide.device import choose_device
from engine.guide.runtime import open_session
from training.evaluate.window import Array, Model
from training.guide.export import fold_norms
from training.guide.network import Merge, Sharpen

_PREFIX, _HALF = "guide.", ".half"
_LATERAL, _COARSE, _IMAGE = "merges.{}.lateral.weight", "merges.0.reduce.weight", "change.unshuffle"


class Maps(NamedTuple):
    """What the decoder reads.

    Attributes
    ----------
    coarse : Tensor
        float32 (N, C, H/32, W/32).
    pairs : tuple of Tensor
        Both dates' maps as one, from H/16 to H/2.
    image : Tensor
        float32 (N, 3, H, W): the date that matters.
    """

    coarse: Tensor
    pairs: tuple[Tensor, ...]
    image: Tensor


class Decoder(nn.Module):
    """The fine branch behind the encoder, by the names of :class:`training.guide.network.Guide`."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        super().__init__()
        steps = [weights[_LATERAL.format(i)] for i in range(_steps(weights))]
        self.merges = nn.ModuleList(
            Merge(weights[f"merges.{i}.reduce.weight"].shape[1], one.shape[1] // 3, one.shape[0])
            for i, one in enumerate(steps)
        )
        wide, inside = weights["change.refine.0.weight"].shape[:2]
        logits = weights["change.score.weight"].shape[0] // 4
        self.change = Sharpen(inside - 12, wide, logits)
        self.eval()
        fold_norms(self)
        known = self.state_dict()
        # Counters of batches are of no use and in no graph.
        missing = sorted(
            name
            for name in known.keys() - weights.keys()
            if not name.endswith("num_batches_tracked")
        )
        if missing:
            raise ValueError(f"the guide's graph has no {missing[0]}")
        taken = {name: torch.tensor(weights[name]) for name in known if name in weights}
        self.load_state_dict(taken, strict=False)

    def forward(self, maps: Maps) -> Tensor:
        """Logits (N, L, H, W): background, the classes, and the gap between neighbours."""
        x = maps.coarse
        for step, pair in zip(self.merges, maps.pairs, strict=True):
            assert isinstance(step, Merge)
            x = step.merged(x, pair)
        logits: Tensor = self.change(x, maps.image)
        return logits


class GuideGraph:
    """A guide's ONNX file whose decoder can be taken out and put back.

    Parameters
    ----------
    path : Path
        ``guide.onnx`` as :mod:`training.guide.export` writes it.

    Raises
    ------
    ValueError
        The guide has another decoder.
    """

    def __init__(self, path: Path, threads: int | None = None) -> None:
        self._model = onnx.load(str(path))
        self._weights = _weights(self._model)
        if not _steps(self._weights):
            raise ValueError(f"{path.name} has no decoder whose weights can be tuned")
        count = _steps(self._weights)
        wanted = [_COARSE, *(_LATERAL.format(i) for i in range(count)), _IMAGE]
        self._outputs = [_read_by(self._model, _PREFIX + name) for name in wanted]
        graph = onnx.ModelProto()
        graph.CopyFrom(self._model)
        del graph.graph.output[:]
        graph.graph.output.extend(
            helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in self._outputs
        )
        self._threads = threads
        self._session = self._open(graph.SerializeToString())

    def decoder(self) -> Decoder:
        """A new decoder with the graph's weights."""
        return Decoder(self._weights)

    def maps(self, before: Array, after: Array) -> Maps:
        """uint8 (N, 3, H, W) twice, H and W multiples of 32, to what the decoder reads."""
        feed = {"before": before, "after": after}
        coarse, *pairs, image = map(torch.from_numpy, self._session.run(self._outputs, feed))
        return Maps(coarse, tuple(pairs), image)

    def runner(self, decoder: Decoder) -> Model:
        """The whole guide with another decoder: change and appeared of a batch."""
        session = self._open(self.with_decoder(decoder))

        def run(before: Array, after: Array) -> tuple[Array, Array]:
            change, appeared = session.run(
                ["change", "appeared"], {"before": before, "after": after}
            )
            return change, appeared

        return run

    def _open(self, graph: bytes) -> Any:
        with tempfile.TemporaryDirectory() as room:
            path = Path(room) / "guide.onnx"
            path.write_bytes(graph)
            return open_session(path, choose_device("cpu"), self._threads)

    def with_decoder(self, decoder: Decoder) -> bytes:
        """The ONNX file with another decoder's weights, stored as the graph stores them."""
        made = onnx.ModelProto()
        made.CopyFrom(self._model)
        learned = decoder.state_dict()
        for one in made.graph.initializer:
            name = one.name.removeprefix(_PREFIX).removesuffix(_HALF)
            if one.name.startswith(_PREFIX) and name in learned:
                values = learned[name].numpy().astype(numpy_helper.to_array(one).dtype)
                one.CopyFrom(numpy_helper.from_array(values, one.name))
        return bytes(made.SerializeToString())


def _weights(model: onnx.ModelProto) -> dict[str, Array]:
    """Float weights by their name in the network."""
    found = {}
    for one in model.graph.initializer:
        if one.name.startswith(_PREFIX) and one.data_type in (
            TensorProto.FLOAT,
            TensorProto.FLOAT16,
        ):
            name = one.name.removeprefix(_PREFIX).removesuffix(_HALF)
            found[name] = numpy_helper.to_array(one).astype(np.float32)
    return found


def _steps(weights: Mapping[str, Any]) -> int:
    return sum(1 for i in range(len(weights)) if _LATERAL.format(i) in weights)


def _read_by(model: onnx.ModelProto, weight: str) -> str:
    """The tensor that the convolution with a weight reads.

    Raises
    ------
    ValueError
        There is no such convolution.
    """
    nodes: Sequence[Any] = model.graph.node
    for node in nodes:
        if node.op_type == "Conv" and node.input[1] == weight:
            return str(node.input[0])
    raise ValueError(f"the guide's graph has no convolution with {weight}")
