"""The two kinds of corpus and their decoders, from crops, what was seen of them, and texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from training.guide import checkpoint
from training.guide.caption import FINE, CaptionDecoder
from training.guide.caption_corpus import ConceptCorpus, MapCorpus, Texts
from training.guide.caption_data import CaptionedCrop, Example, Seen, examples
from training.guide.caption_fit import CaptionConfig, Corpus
from training.guide.concept_decoder import ConceptDecoder, summary
from training.guide.concept_fit import Blur, blur_of, fit_concepts
from training.guide.concept_targets import agreed_sentences
from training.guide.concepts import NAMES, concepts_of
from training.guide.place_words import turned
from training.guide.vocabulary import Vocabulary, is_unchanged, text_sentences
from training.guide.word_decoder import WordDecoder

UNCHANGED = "the scene is the same as before"
"""The one sentence taught for unchanged pairs (science.md 1.3)."""


def split_examples(
    crops: Sequence[CaptionedCrop],
    held: Sequence[bool],
    config: CaptionConfig,
    vocabulary: Vocabulary,
) -> tuple[list[Example], list[Example], list[Example]]:
    """Maps: sentences of changed and of unchanged training crops, and of changed held ones."""
    changed: list[Example] = []
    unchanged: list[Example] = []
    kept: list[Example] = []
    for example in examples(crops, config.views, vocabulary):
        crop = crops[example.crop]
        if held[example.crop]:
            if crop.changed and example.view == 0:
                kept.append(example)
        elif crop.changed:
            changed.append(example)
        else:
            unchanged.append(example._replace(tokens=tuple(vocabulary.encode(UNCHANGED))))
    return changed, unchanged, kept


def texts_of(pairs: Sequence[Sequence[str]], vocabulary: Vocabulary) -> Texts:
    """All sentences of changed pairs, with their pair's concepts."""
    values, tokens = [], []
    for sentences in pairs:
        if not is_unchanged(sentences):
            values += [concepts_of(sentences)] * len(sentences)
            tokens += [tuple(vocabulary.encode(sentence)) for sentence in sentences]
    return Texts(np.array(values, np.float32), tokens)


def concepts_in(crops: Sequence[CaptionedCrop], views: Sequence[int]) -> NDArray[np.floating]:
    """Concepts (crops, views, K) that the sentences of every view name."""
    out = []
    for crop in crops:
        row = []
        for view in views:
            words = [turned(sentence.lower(), view) for sentence in crop.sentences]
            row.append(concepts_of([w for w in words if w is not None] or crop.sentences))
        out.append(row)
    return np.array(out, np.float64)


def summaries(seen: Seen) -> NDArray[np.floating]:
    """Summaries (crops, views, S) of what a guide saw."""
    parts = [summary(f, e.float()) for f, e in zip(seen.features, seen.evidence, strict=True)]
    return torch.stack(parts).double().numpy()


def assemble(
    seen: Seen,
    crops: Sequence[CaptionedCrop],
    held: Sequence[bool],
    config: CaptionConfig,
    vocabulary: Vocabulary,
    root: Path,
    cache: Path | None = None,
) -> tuple[WordDecoder, Corpus]:
    """A decoder with random weights and what it learns from.

    In the way of concepts, the regression from summaries to concepts is fitted here, on the
    changed training crops, and is part of the decoder; the words are learned from LEVIR-CC's
    training text and validated on its validation text.

    Parameters
    ----------
    seen : Seen
        Of the crops, in the same order, in the views of ``config``.
    held : sequence of bool
        Which crops are kept out of training; only maps are validated on them.
    root : Path
        Data folder with the sentences without images.
    cache : Path, optional
        Folder that keeps what takes minutes.

    Raises
    ------
    ValueError
        ``config.memory`` is neither ``concepts`` nor ``maps``.
    """
    shape = (config.width, config.heads, config.hidden, config.layers)
    if config.memory == "maps":
        sentences = texts_of(text_sentences(root), vocabulary).tokens
        channels = seen.evidence.shape[2] - FINE
        maps = CaptionDecoder(channels, *shape, len(vocabulary), config.dropout)
        told = split_examples(crops, held, config, vocabulary)
        return maps, MapCorpus(seen.evidence, *told, sentences)
    if config.memory != "concepts":
        raise ValueError(f"memory {config.memory!r}: concepts or maps")
    x, y = summaries(seen), concepts_in(crops, config.views)
    taught = [i for i, crop in enumerate(crops) if crop.changed and not held[i]]
    places = [crops[i].place for i in taught for _ in config.views]
    flat = [part[taught].reshape(len(places), -1) for part in (x, y)]
    look, predicted, _ = fit_concepts(flat[0], flat[1], places)
    decoder = ConceptDecoder(x.shape[2], *shape, len(vocabulary), config.dropout)
    decoder.weight.copy_(torch.from_numpy(look.weight))
    decoder.bias.copy_(torch.from_numpy(look.bias))
    still = look(x[[i for i, crop in enumerate(crops) if not crop.changed and not held[i]]])
    blur = blur_of(predicted, flat[1])
    texts, held_texts = (
        texts_of(text_sentences(root, (split,)), vocabulary) for split in ("train", "val")
    )
    rng = np.random.default_rng(config.seed)
    wanted = np.concatenate([blurred(texts, blur, rng, config.agreed), predicted])
    agreed = agree(wanted, texts, config.asked, cache and cache / "agreed.pt")
    stock = tuple(vocabulary.encode(UNCHANGED))
    still = still.reshape(-1, wanted.shape[1])[: round(config.unchanged_share * config.agreed)]
    agreed = Texts(np.concatenate([agreed.values, still]), [*agreed.tokens, *[stock] * len(still)])
    kept_values = blurred(held_texts, blur, rng, config.agreed // 10)
    kept_texts = agree(kept_values, texts, config.asked, cache and cache / "held_agreed.pt")
    return decoder, ConceptCorpus(texts, blur, agreed, kept_texts)


def blurred(texts: Texts, blur: Blur, rng: np.random.Generator, count: int) -> NDArray[np.floating]:
    """Concepts (n, K) of ``count`` random sentences' pairs as they might be predicted."""
    if not texts.tokens:
        return np.zeros((0, len(NAMES)))
    return blur(texts.values[rng.integers(len(texts.tokens), size=count)], rng)


def agree(wanted: NDArray[np.floating], source: Texts, asked: int, path: Path | None) -> Texts:
    """What people agree on for predicted concepts; ``path`` keeps it for a resumed run."""
    values = torch.from_numpy(wanted)
    if path is not None and path.exists():
        known = checkpoint.read(path)
        if known["asked"] == asked and torch.equal(known["values"], values):
            return Texts(wanted, [tuple(ids) for ids in known["tokens"]])
    tokens = agreed_sentences(wanted, source.values, source.tokens, asked)
    if path is not None:
        kept = {"asked": asked, "values": values, "tokens": [list(ids) for ids in tokens]}
        checkpoint.save(path, kept)
    return Texts(wanted, tokens)
