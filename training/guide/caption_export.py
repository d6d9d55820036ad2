"""The caption decoder as ``caption.onnx``, and its words as ``vocab.json``.

The decoder's memory is an output of ``guide.onnx`` (see ``export``); here is the part that is run
once a word.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.guide.export import OPSET, halve_weights
from training.guide.vocabulary import MAX_LENGTH, START, Vocabulary
from training.guide.word_decoder import WordDecoder

GRAPH = "caption.onnx"
WORDS = "vocab.json"


class NextWord(nn.Module):
    """The decoder's next word alone."""

    def __init__(self, decoder: WordDecoder) -> None:
        super().__init__()
        self.decoder = decoder

    def forward(self, memory: Tensor, tokens: Tensor) -> Tensor:
        """Memory (N, T, width) and ids (N, L) to logits (N, V)."""
        return self.decoder.next_logits(memory, tokens)


def export_captions(
    decoder: WordDecoder, vocabulary: Vocabulary, folder: Path, half: bool = True
) -> tuple[Path, Path]:
    """Write ``caption.onnx`` and ``vocab.json`` into ``folder``.

    Inputs ``memory`` float32 (N, T, width) and ``tokens`` int64 (N, L), L at most 41; output
    ``logits`` float32 (N, V) of the next word. N, T and L are free.

    Parameters
    ----------
    decoder : WordDecoder
        In evaluation mode.
    half : bool
        Store the weights as float16; the arithmetic stays float32.

    Raises
    ------
    ValueError
        The vocabulary is not the decoder's.
    """
    if len(vocabulary) != decoder.out.out_features:
        raise ValueError(f"{len(vocabulary)} words for a decoder of {decoder.out.out_features}")
    batch, places = torch.export.Dim("batch"), torch.export.Dim("places")
    length = torch.export.Dim("length", max=MAX_LENGTH)
    example = (torch.zeros(2, 6, decoder.width), torch.full((2, 3), START))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            NextWord(decoder).eval(),
            example,
            dynamo=True,
            opset_version=OPSET,
            dynamic_shapes={"memory": {0: batch, 1: places}, "tokens": {0: batch, 1: length}},
            input_names=["memory", "tokens"],
            output_names=["logits"],
            verbose=False,
        )
    assert program is not None
    model = program.model_proto
    for holder in (model, model.graph, *model.graph.node):
        holder.doc_string = ""
        if hasattr(holder, "metadata_props"):
            del holder.metadata_props[:]
    del model.graph.value_info[:]
    model.producer_name, model.producer_version = "changevg training.guide", ""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / GRAPH
    onnx.save(halve_weights(model) if half else model, str(path))
    return path, vocabulary.save(folder / WORDS)


def largest_difference(
    decoder: WordDecoder, path: Path, sizes: tuple[tuple[int, int, int], ...]
) -> float:
    """Largest absolute difference of logits between torch and onnxruntime.

    Parameters
    ----------
    sizes : tuple of (int, int, int)
        Batch, places and length of each random input.
    """
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    worst = 0.0
    for count, places, length in sizes:
        memory: NDArray[np.float32] = rng.normal(size=(count, places, decoder.width)).astype("f4")
        tokens = rng.integers(0, decoder.out.out_features, (count, length))
        (found,) = session.run(["logits"], {"memory": memory, "tokens": tokens})
        with torch.no_grad():
            wanted = decoder.next_logits(torch.from_numpy(memory), torch.from_numpy(tokens))
        worst = max(worst, float(np.abs(found - wanted.numpy()).max()))
    return worst
