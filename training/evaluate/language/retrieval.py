"""A sentence by likeness: what people said of the crops that look most like this one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.guide.reading import UNCHANGED
from training.evaluate.language.cases import Case
from training.evaluate.language.consensus import most_liked
from training.evaluate.places import Places
from training.evaluate.window import Array

GROUPS = ("west", "seventeen", "middle", "train")
"""Every tile but the report set's."""
NEIGHBOURS = 6
"""Crops whose sentences are candidates; not tuned."""


def retrieved(cases: Sequence[Case], places: Places, known: Places) -> dict[str, str] | None:
    """A sentence for each case: the best liked one of its neighbours' sentences.

    Neighbours are changed crops whose features (the guide's embedding of the pair) have the closest
    direction, after each feature's mean and spread over the known crops are taken out. Where the
    layers show no change, the stock sentence is said.

    Parameters
    ----------
    places, known : Places
        Of the cases, and of crops that a sentence may come from, read by the same guide.

    Returns
    -------
    dict or None
        By case; None where the guide gives no features or no known crop changed.
    """
    told = [
        (crop.sentences, known.crop_outputs[crop.name])
        for tile in known.tiles
        for crop in known.crops.get(tile.name, [])
        if crop.changed
    ]
    if not told or "features" not in told[0][1]:
        return None
    library = np.stack([np.ravel(outputs["features"]) for _, outputs in told]).astype(float)
    mean, spread = library.mean(axis=0), library.std(axis=0) + 1e-6
    directions = _directions((library - mean) / spread)
    sentences = {}
    for case in cases:
        if not case.reading.changed:
            sentences[case.name] = UNCHANGED
            continue
        own = np.ravel(places.crop_outputs[case.name]["features"]).astype(float)
        near = directions @ _directions(((own - mean) / spread)[None])[0]
        chosen = np.argsort(-near, kind="stable")[:NEIGHBOURS]
        sentences[case.name] = most_liked([text for i in chosen for text in told[i][0]])
    return sentences


def _directions(rows: Array) -> Array:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))
