"""The pairs that the nano model learns from, each with a card that fits it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.guide.tile_reading import TileReading, read_tile
from engine.layers.schema import ACTIONS
from training.guide.reading import CLASSES
from training.guide.tiles import levir_pairs, refuse_report
from training.guide.told import crops_by_tile
from training.guide.vocabulary import Vocabulary, is_unchanged, text_sentences
from training.language.examples import Known, most_agreed
from training.language.scene_store import StoredScene
from training.language.told_cards import drawn_reading, told_reading

_APPEARED, _DISAPPEARED, _CHANGED = range(len(ACTIONS))
OTHERS = 0.2
"""How often a real tile's card bears another tile's caption: one to be corrected."""


def vocabulary(root: Path) -> Vocabulary:
    """Words for comparing sentences, of all of LEVIR-CC's training and validation text."""
    return Vocabulary.from_sentences(text for five in text_sentences(root) for text in five)


def told_pairs(root: Path, words: Vocabulary, seed: int, most: int | None = None) -> list[Known]:
    """Pairs of which only sentences are at hand; a sentence of theirs stands on the card."""
    known = []
    for number, sentences in enumerate(text_sentences(root)[:most]):
        rng = np.random.default_rng([seed, number])
        agreed = most_agreed(sentences, words)
        reading = told_reading(sentences, _spoken(sentences, agreed, rng), rng)
        known.append(Known(tuple(sentences), reading, None, agreed))
    return known


def drawn_cards(told: Sequence[Known], seed: int) -> list[Known]:
    """Cards by lot behind people's captions, to be asked for their numbers and places only."""
    made = []
    for number, known in enumerate(told):
        rng = np.random.default_rng([seed, 8, number])
        reading = drawn_reading(known.reading.caption if rng.random() < 0.7 else None, rng)
        made.append(Known((), reading, reading, ""))
    return made


def scene_pairs(
    scenes: Iterable[StoredScene], words: Vocabulary, rng: np.random.Generator
) -> Iterator[Known]:
    """Generated scenes: the card says what is true, with a guide's small errors."""
    for scene in scenes:
        truth = _of_labels(scene.allowed, scene.direction)
        agreed = most_agreed(scene.sentences, words)
        images: Mapping[Any, Any] = {"before": scene.before, "after": scene.after}
        reading = read_again(truth, agreed, rng)
        yield Known(scene.sentences, reading, truth, agreed, images)


def tile_pairs(
    root: Path,
    groups: tuple[str, ...],
    words: Vocabulary,
    readings: Mapping[str, TileReading],
    seed: int,
) -> list[Known]:
    """Captioned crops of real tiles, with what a guide that never saw them reads there.

    Where the guide has no captions, a person's sentence stands on the card, now and then one of
    another crop.

    Parameters
    ----------
    readings : mapping
        By crop; crops without one are left out.

    Raises
    ------
    ValueError
        A report tile is among the groups.
    """
    refuse_report(groups)
    told = crops_by_tile(root)
    known = []
    for pair in levir_pairs(root, groups):
        for crop in told.get(pair.name, []):
            if crop.name not in readings:
                continue
            labels, ways = pair.allowed[crop.where], pair.direction[crop.where]
            # Roads are not marked on these tiles: only buildings are known.
            truth = _of_labels(labels, ways, known=("building",))
            images: Mapping[Any, Any] = {
                "before": np.ascontiguousarray(pair.before[crop.where]),
                "after": np.ascontiguousarray(pair.after[crop.where]),
            }
            agreed = most_agreed(crop.sentences, words)
            known.append(Known(crop.sentences, readings[crop.name], truth, agreed, images))
    return _captioned(known, seed)


def _captioned(pairs: Sequence[Known], seed: int) -> list[Known]:
    alike = {verdict: [one for one in pairs if one.changed == verdict] for verdict in (False, True)}
    made = []
    for number, known in enumerate(pairs):
        rng = np.random.default_rng([seed, 7, number])
        others = alike[known.changed]
        heard = others[int(rng.integers(len(others)))] if rng.random() < OTHERS else known
        caption = known.reading.caption or _spoken(heard.sentences, heard.agreed, rng)
        reading = dataclasses.replace(known.reading, caption=caption)
        made.append(dataclasses.replace(known, reading=reading))
    return made


def _spoken(sentences: Sequence[str], agreed: str, rng: np.random.Generator) -> str:
    """A sentence such as a guide says: of a change mostly the most agreeable one."""
    spoken = sentences[int(rng.integers(len(sentences)))]
    return spoken if is_unchanged(sentences) or rng.random() < 0.4 else agreed


def read_again(truth: TileReading, caption: str | None, rng: np.random.Generator) -> TileReading:
    """A true reading as a guide might have read it: a count or a place is off now and then."""
    read = []
    for one in truth.classes:
        count, cells = one.count, list(one.cells)
        if count and rng.random() < 0.2:
            count = max(1, count + int(rng.choice((-1, 1))))
        if cells and rng.random() < 0.1:
            cells.pop(int(rng.integers(len(cells))))
        score = round(float(rng.beta(8, 2)), 2) if count else None
        findings = one.findings if count == one.count else ()
        read.append(
            dataclasses.replace(
                one, count=count, cells=tuple(cells), findings=findings, score=score
            )
        )
    chance = float(rng.beta(1, 12))
    score = round(1 - chance if truth.changed else chance, 2)
    return dataclasses.replace(truth, classes=tuple(read), caption=caption, change_score=score)


def _of_labels(
    allowed: np.ndarray, direction: np.ndarray, known: tuple[str, ...] = CLASSES
) -> TileReading:
    """The reading of exact labels; a class that is not ``known`` is not in it."""
    class_map = np.zeros(allowed.shape, np.uint8)
    for code, name in enumerate(known, 1):
        class_map[(allowed & 15) == 1 << (1 + CLASSES.index(name))] = code
    actions = np.full(allowed.shape, _CHANGED, np.uint8)
    actions[direction == 1], actions[direction == 2] = _APPEARED, _DISAPPEARED
    return read_tile(class_map, actions, known)
