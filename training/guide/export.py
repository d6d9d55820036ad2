"""A checkpoint's network as ONNX: normalisation and softmax in the graph, weights in 16 bits."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from training.guide.reading import Reading
from training.guide.settle import NEUTRAL, Settle
from training.guide.word_decoder import WordDecoder

OPSET = 20
SMALLEST_HALF = 256


class Outputs(nn.Module):
    """A guide with probabilities for outputs, and the caption branch's memory where it has one."""

    def __init__(
        self, guide: nn.Module, captions: WordDecoder | None = None, settle: Settle = NEUTRAL
    ) -> None:
        super().__init__()
        self.guide, self.captions, self.settle = guide, captions, settle

    def forward(self, before: Tensor, after: Tensor) -> tuple[Tensor, ...]:
        """uint8 (N, 3, H, W) twice to the tensors that ``names`` lists."""
        reading: Reading = self.guide(before, after)
        outputs = (
            self.settle(reading),
            reading.direction.sigmoid(),
            reading.flag.sigmoid()[:, None],
            reading.features,
        )
        return outputs if self.captions is None else (*outputs, self.captions.memory(reading))

    @property
    def names(self) -> list[str]:
        """Names of the outputs."""
        fine = ["change", "appeared", "flag", "features"]
        return fine if self.captions is None else [*fine, "memory"]


def halve_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store large float32 initialisers as float16 and cast them back when the model is loaded."""
    kept, casts = [], []
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < SMALLEST_HALF:
            kept.append(weight)
            continue
        name = f"{weight.name}.half"
        kept.append(numpy_helper.from_array(values.astype(np.float16), name))
        casts.append(helper.make_node("Cast", [name], [weight.name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return model


def fold_norms(network: nn.Module) -> None:
    """Multiply batch norms into the convolutions before them, in place (evaluation mode)."""
    for module in list(network.modules()):
        if (
            isinstance(module, nn.Sequential)
            and len(module) == 2
            and isinstance(module[0], nn.Conv2d)
            and isinstance(module[1], nn.BatchNorm2d)
        ):
            module[0] = nn.utils.fusion.fuse_conv_bn_eval(module[0], module[1])
            module[1] = nn.Identity()


def export(
    network: nn.Module,
    path: Path,
    half: bool = True,
    captions: WordDecoder | None = None,
    settle: Settle = NEUTRAL,
) -> Path:
    """Write ``path`` (ONNX, dynamic batch, height and width; both sides multiples of 32).

    Parameters
    ----------
    network : Module
        A guide in evaluation mode; its batch norms are folded in place.
    half : bool
        Store the weights as float16; the arithmetic stays float32.
    captions : WordDecoder, optional
        The caption branch in evaluation mode: adds the output ``memory``, what its decoder reads.
    settle : Settle
        What happens to the logits inside the graph.
    """
    fold_norms(network)
    outputs = Outputs(network, captions, settle).eval()
    example = tuple(torch.zeros(2, 3, 64, 96, dtype=torch.uint8) for _ in range(2))
    batch, rows, columns = (torch.export.Dim(name) for name in ("batch", "height", "width"))
    height, width = 32 * rows, 32 * columns
    sizes = {0: batch, 2: height, 3: width}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            outputs,
            example,
            dynamo=True,
            opset_version=OPSET,
            dynamic_shapes={"before": sizes, "after": sizes},
            input_names=["before", "after"],
            output_names=outputs.names,
            verbose=False,
        )
    assert program is not None
    model = program.model_proto
    name_dimensions(model)
    for holder in (model, model.graph, *model.graph.node):
        holder.doc_string = ""
        if hasattr(holder, "metadata_props"):
            del holder.metadata_props[:]
    del model.graph.value_info[:]
    model.producer_name, model.producer_version = "changevg training.guide", ""
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(halve_weights(model) if half else model, str(path))
    return path


def name_dimensions(model: onnx.ModelProto) -> None:
    """Call the free dimensions of inputs and outputs batch, height, width and tokens."""
    sizes = ((0, "batch"), (2, "height"), (3, "width"))
    free = {"flag": sizes[:1], "features": sizes[:1], "memory": ((0, "batch"), (1, "tokens"))}
    for value in (*model.graph.input, *model.graph.output):
        for index, name in free.get(value.name, sizes):
            value.type.tensor_type.shape.dim[index].dim_param = name
