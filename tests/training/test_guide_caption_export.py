"""caption.onnx says what the decoder says, and the engine can speak with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnxscript")
onnxruntime = pytest.importorskip("onnxruntime")

from engine.guide.caption import CaptionSession  # noqa: E402
from engine.guide.device import choose_device  # noqa: E402
from engine.models import CaptionRule  # noqa: E402
from training.guide.caption import CaptionDecoder  # noqa: E402
from training.guide.caption_export import export_captions, largest_difference  # noqa: E402
from training.guide.decode import greedy  # noqa: E402
from training.guide.vocabulary import Vocabulary  # noqa: E402

pytestmark = pytest.mark.slow  # the exporter takes half a minute
SIZES = ((1, 1, 1), (3, 64, 7), (2, 80, 41))
VOCABULARY = Vocabulary.from_sentences(["some new houses have been built along the road"] * 6)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[CaptionDecoder, Path, Path]:
    torch.manual_seed(4)
    decoder = CaptionDecoder(8, 32, 2, 48, 2, len(VOCABULARY)).eval()
    folder = tmp_path_factory.mktemp("captions")
    return decoder, *export_captions(decoder, VOCABULARY, folder)


def test_same_logits(exported: tuple[CaptionDecoder, Path, Path]) -> None:
    decoder, graph, _ = exported
    assert largest_difference(decoder, graph, SIZES) < 0.01


def test_shape_of_the_contract(exported: tuple[CaptionDecoder, Path, Path]) -> None:
    session = onnxruntime.InferenceSession(str(exported[1]), providers=["CPUExecutionProvider"])
    assert {i.name: i.type for i in session.get_inputs()} == {
        "memory": "tensor(float)",
        "tokens": "tensor(int64)",
    }
    memory = np.zeros((5, 9, 32), np.float32)
    (logits,) = session.run(["logits"], {"memory": memory, "tokens": np.ones((5, 2), np.int64)})
    assert logits.shape == (5, len(VOCABULARY)) and logits.dtype == np.float32


def test_the_engine_says_the_same(exported: tuple[CaptionDecoder, Path, Path]) -> None:
    decoder, graph, words = exported
    source = torch.Generator().manual_seed(0)
    memory = 3 * torch.randn(3, 64, 32, generator=source)
    rule = CaptionRule(samples=0)
    session = CaptionSession((graph, words), choose_device("cpu"), rule)
    said = session.wordings(memory.numpy())
    assert said == [(VOCABULARY.decode(sentence.ids),) for sentence in greedy(decoder, memory)]


def test_another_vocabulary_is_refused(
    exported: tuple[CaptionDecoder, Path, Path], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="words"):
        export_captions(exported[0], Vocabulary.from_sentences(["a house"] * 6), tmp_path)
