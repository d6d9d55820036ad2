"""The caption decoder, planted: what it says does not depend on what else is in the batch."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from support.planted_captions import write_captions

from engine.errors import ModelDamagedError
from engine.guide import CaptionSession
from engine.guide.device import choose_device
from engine.models import CaptionRule

BRIGHT, DARK = "two houses appear", "a road is removed along the wood"


def session(folder: Path, sharpness: float = 50.0, **rule: float) -> CaptionSession:
    write_captions(folder, (BRIGHT, DARK), sharpness=sharpness)
    paths = folder / "caption.onnx", folder / "vocab.json"
    return CaptionSession(paths, choose_device("cpu"), CaptionRule(**rule))


def memory(*levels: float) -> np.ndarray:
    return np.array(levels, np.float32)[:, None, None]


@pytest.mark.parametrize("samples", [0, 1, 8])
def test_every_tile_gets_its_sentence(tmp_path: Path, samples: int) -> None:
    captions = session(tmp_path, samples=samples)
    assert captions.wordings(memory(3, -3, 5)) == [(BRIGHT,), (DARK,), (BRIGHT,)]
    assert captions.wordings(memory()[:0]) == []


def test_drawn_sentences_do_not_depend_on_the_batch(tmp_path: Path) -> None:
    captions = session(tmp_path, sharpness=2.0, samples=6, temperature=1.0)
    together = captions.wordings(memory(1, -1, 1, -1))
    alone = [captions.wordings(memory(level))[0] for level in (1, -1, 1, -1)]
    assert together == alone
    assert together[0] == together[2] != together[1]


def test_no_special_is_ever_said(tmp_path: Path) -> None:
    captions = session(tmp_path, sharpness=0.0, samples=4, temperature=1.0)
    for sentence in chain(*captions.wordings(memory(*range(-5, 5)))):
        assert len(sentence.split()) <= 40
        assert "<" not in sentence and sentence == sentence.lower()


def test_a_vocabulary_of_another_length_is_told(tmp_path: Path) -> None:
    captions = session(tmp_path)
    words = json.loads((tmp_path / "vocab.json").read_text())
    (tmp_path / "vocab.json").write_text(json.dumps([*words, "more"]))
    with pytest.raises(ModelDamagedError, match="logits"):
        captions.wordings(memory(1))


@pytest.mark.parametrize(
    "words",
    ["[]", "{}", "x", '["a", "b", "c", "d", "e"]',
     '["<pad>", "<start>", "<end>", "<unk>", "two words"]',
     '["<pad>", "<start>", "<end>", "<unk>", 7]'],
)  # fmt: skip
def test_what_is_no_vocabulary_is_refused(tmp_path: Path, words: str) -> None:
    captions = session(tmp_path)
    (tmp_path / "vocab.json").write_text(words)
    with pytest.raises(ModelDamagedError, match="vocabulary"):
        captions.wordings(memory(1))


def test_nothing_is_opened_before_it_is_needed(tmp_path: Path) -> None:
    captions = session(tmp_path)
    (tmp_path / "caption.onnx").write_bytes(b"no graph")
    assert captions.wordings(memory()[:0]) == []
    with pytest.raises(ModelDamagedError, match=r"caption\.onnx"):
        captions.wordings(memory(1))
