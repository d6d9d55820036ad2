"""``python -m training guide captions``: the whole of stage 2, from a run folder to a decoder."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn

from training.guide import checkpoint
from training.guide.caption import CaptionDecoder
from training.guide.caption_corpora import assemble
from training.guide.caption_data import CaptionedCrop, Seen, captioned_crops, look
from training.guide.caption_fit import CaptionConfig, fit_captions
from training.guide.concept_decoder import ConceptDecoder
from training.guide.tiles import names_of, refuse_report
from training.guide.vocabulary import Vocabulary, text_sentences
from training.guide.word_decoder import WordDecoder

DECODER = "caption.pt"
VOCABULARY = "vocab.json"
SEEN = "seen.pt"


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
    """What the cached evidence and the sentences depend on: weights, crops and views."""
    digest = hashlib.sha256(checkpoint_file.read_bytes())
    said = [[c.place, c.where[0].start, c.where[1].start, c.sentences] for c in crops]
    digest.update(json.dumps([list(config.views), said]).encode())
    return digest.hexdigest()


def train_captions(run: Path, out: Path, root: Path, config: CaptionConfig) -> Path:
    """Train the caption decoder on a frozen guide.

    Parameters
    ----------
    run : Path
        The guide's run folder or checkpoint file.
    out : Path
        Receives ``caption.pt``, ``vocab.json`` and what a resumed run needs.
    root : Path
        Data folder.

    Raises
    ------
    ValueError
        A report tile is among the training or validation tiles, or ``out`` is another run's.
    """
    refuse_report(config.train + config.validate)
    out.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network, _, _ = checkpoint.averaged(run)
    crops = captioned_crops(root, config.train + config.validate)
    held = set(names_of(config.validate))
    file = run / checkpoint.LAST if run.is_dir() else run
    key = run_key(file, config, crops)
    seen = seen_once(network, crops, config.views, key, out / SEEN, device)
    aside = [crop.place in held for crop in crops]
    taught = [crop.sentences for crop, away in zip(crops, aside, strict=True) if not away]
    vocabulary = Vocabulary.from_sentences(
        sentence for five in (*text_sentences(root), *taught) for sentence in five
    )
    vocabulary.save(out / VOCABULARY)
    torch.manual_seed(config.seed)
    blank, corpus = assemble(seen, crops, aside, config, vocabulary, root, out)
    decoder = fit_captions(config, blank, corpus, out, key)
    write_decoder(decoder, config, out / DECODER)
    return out


def write_decoder(decoder: WordDecoder, config: CaptionConfig, path: Path) -> Path:
    """Weights and settings, for :func:`read_decoder`."""
    values = {"decoder": decoder.state_dict(), "settings": decoder.settings}
    checkpoint.save(path, values | {"config": json.loads(json.dumps(dataclasses.asdict(config)))})
    return path


def read_decoder(folder: Path) -> tuple[WordDecoder, Vocabulary]:
    """Decoder in evaluation mode and its vocabulary, from what :func:`train_captions` wrote."""
    state = checkpoint.read(folder / DECODER)
    kinds: dict[str, type[WordDecoder]] = {"concepts": ConceptDecoder, "maps": CaptionDecoder}
    decoder = kinds[state["config"].get("memory", "maps")](**state["settings"])
    decoder.load_state_dict(state["decoder"])
    return decoder.eval(), Vocabulary.load(folder / VOCABULARY)
