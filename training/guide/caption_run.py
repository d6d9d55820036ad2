"""``python -m training guide captions``: the whole of stage 2, from a run folder to a decoder."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from training.guide import checkpoint
from training.guide.caption import CaptionDecoder
from training.guide.caption_data import (
    CaptionedCrop,
    Example,
    Seen,
    captioned_crops,
    examples,
    look,
)
from training.guide.caption_fit import CaptionConfig, Corpus, fit_captions
from training.guide.flag_head import FlagHead, accuracy, fit_flag
from training.guide.tiles import GROUPS, names_of
from training.guide.vocabulary import Vocabulary, is_unchanged, text_sentences

UNCHANGED = "the scene is the same as before"
"""The one sentence taught for unchanged pairs (science.md 1.3)."""
DECODER = "caption.pt"
VOCABULARY = "vocab.json"
FLAG = "flag.json"
FLAG_HEAD = "flag.pt"
SEEN = "seen.pt"


def corpus_texts(texts: Sequence[Sequence[str]], vocabulary: Vocabulary) -> list[tuple[int, ...]]:
    """Token lists of all sentences of changed pairs."""
    return [
        tuple(vocabulary.encode(sentence))
        for sentences in texts
        if not is_unchanged(sentences)
        for sentence in sentences
    ]


def make_corpus(
    seen: Tensor,
    crops: Sequence[CaptionedCrop],
    config: CaptionConfig,
    held: Callable[[CaptionedCrop], bool],
    vocabulary: Vocabulary,
    texts: Sequence[Sequence[str]],
) -> Corpus:
    """Training and validation sentences of crops whose evidence was cached in the same order.

    ``held`` says which crops are for validation. Sentences that a held crop's references share
    word for word stay in the texts: what people say of other places is no secret of this one.
    """
    changed: list[Example] = []
    unchanged: list[Example] = []
    kept: list[Example] = []
    for example in examples(crops, config.views, vocabulary):
        crop = crops[example.crop]
        if held(crop):
            if crop.changed and example.view == 0:
                kept.append(example)
        elif crop.changed:
            changed.append(example)
        else:
            unchanged.append(example._replace(tokens=tuple(vocabulary.encode(UNCHANGED))))
    return Corpus(seen, changed, unchanged, kept, corpus_texts(texts, vocabulary))


def seen_once(
    network: nn.Module,
    crops: Sequence[CaptionedCrop],
    views: Sequence[int],
    key: str,
    path: Path,
    device: torch.device | str,
) -> Seen:
    """:func:`look`, or what it saw before under the same key, from ``path``."""
    if path.exists():
        known = checkpoint.read(path)
        if known["key"] == key:
            return Seen(*(known[name] for name in Seen._fields))
    seen = look(network.to(device), crops, views, device)
    checkpoint.save(path, {"key": key, **seen._asdict()})
    return seen


def run_key(checkpoint_file: Path, config: CaptionConfig, crops: Sequence[CaptionedCrop]) -> str:
    """What the cached evidence depends on: weights, crops and views."""
    digest = hashlib.sha256(checkpoint_file.read_bytes())
    digest.update(json.dumps([list(config.views), [crop.place for crop in crops]]).encode())
    return digest.hexdigest()


def train_captions(run: Path, out: Path, root: Path, config: CaptionConfig) -> Path:
    """Train the caption decoder and a flag head on a frozen guide.

    Parameters
    ----------
    run : Path
        The guide's run folder or checkpoint file.
    out : Path
        Receives ``caption.pt``, ``vocab.json``, ``flag.pt``, ``flag.json`` and what a resumed run
        needs.
    root : Path
        Data folder.

    Raises
    ------
    ValueError
        A report tile is among the training or validation tiles, or ``out`` is another run's.
    """
    if set(names_of(config.train + config.validate)) & set(GROUPS["report"]):
        raise ValueError("report tiles may be used neither for training nor for choices")
    out.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network, _, _ = checkpoint.averaged(run)
    crops = captioned_crops(root, config.train + config.validate)
    held = set(names_of(config.validate))
    file = run / checkpoint.LAST if run.is_dir() else run
    seen = seen_once(network, crops, config.views, run_key(file, config, crops), out / SEEN, device)
    texts = text_sentences(root)
    taught = [list(crop.sentences) for crop in crops if crop.place not in held]
    vocabulary = Vocabulary.from_sentences(s for five in [*texts, *taught] for s in five)
    vocabulary.save(out / VOCABULARY)
    corpus = make_corpus(
        seen.evidence, crops, config, lambda crop: crop.place in held, vocabulary, texts
    )
    decoder = fit_captions(config, corpus, len(vocabulary), out)
    head, flags = train_flag(seen, crops, [crop.place in held for crop in crops], config.seed)
    checkpoint.save(out / FLAG_HEAD, {"head": head.state_dict(), "inside": seen.pooled.shape[2]})
    (out / FLAG).write_text(json.dumps(flags, indent=1) + "\n", "utf-8")
    write_decoder(decoder, config, out / DECODER)
    return out


def train_flag(
    seen: Seen, crops: Sequence[CaptionedCrop], held: Sequence[bool], seed: int
) -> tuple[FlagHead, dict[str, Any]]:
    """A flag head, and the flag accuracy of the network and of the head on the validation crops."""
    changed = torch.tensor([crop.changed for crop in crops])
    out = torch.tensor(held)
    head = fit_flag(seen.pooled[~out], changed[~out], seed)
    report: dict[str, Any] = {"validation_pairs": int(out.sum())}
    if out.any():
        with torch.no_grad():
            told = head(seen.pooled[out, 0])
        report["network"] = round(accuracy(seen.flag[out, 0], changed[out]), 4)
        report["head"] = round(accuracy(told, changed[out]), 4)
    return head, report


def write_decoder(decoder: CaptionDecoder, config: CaptionConfig, path: Path) -> Path:
    """Weights and settings, for :func:`read_decoder`."""
    values = {"decoder": decoder.state_dict(), "settings": decoder.settings}
    checkpoint.save(path, values | {"config": json.loads(json.dumps(dataclasses.asdict(config)))})
    return path


def read_decoder(folder: Path) -> tuple[CaptionDecoder, Vocabulary]:
    """Decoder in evaluation mode and its vocabulary, from what :func:`train_captions` wrote."""
    state = checkpoint.read(folder / DECODER)
    decoder = CaptionDecoder(**state["settings"])
    decoder.load_state_dict(state["decoder"])
    return decoder.eval(), Vocabulary.load(folder / VOCABULARY)
