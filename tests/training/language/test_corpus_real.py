"""Cards of real tiles: a guide's reading, with a sentence of somebody's where it says none."""

from __future__ import annotations

import dataclasses

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from engine.guide.tile_reading import ClassReading, TileReading
from training.guide.config import data_root
from training.guide.told import crops_by_tile
from training.language.corpus import tile_pairs, vocabulary


def test_cards_of_real_tiles_bear_a_caption_that_is_mostly_their_own() -> None:
    root = data_root()
    if not (root / "levir_cc_text").exists():
        pytest.skip("LEVIR-CC's sentences are not in the data folder")
    words = vocabulary(root)
    silent = TileReading((ClassReading("building", 1, ("top",)),), True, 0.9, None, (256, 256))
    crops = [crop for told in crops_by_tile(root).values() for crop in told]
    readings = {crop.name: silent for crop in crops}
    pairs = tile_pairs(root, ("seventeen",), words, readings, 50)
    own = [pair.reading.caption in pair.sentences for pair in pairs]
    assert len(pairs) > 10 and len(own) / 2 < sum(own)
    assert all(pair.reading.caption for pair in pairs) and pairs[0].images is not None
    spoken = {name: dataclasses.replace(silent, caption="a wall") for name in readings}
    kept = tile_pairs(root, ("seventeen",), words, spoken, 50)
    assert {pair.reading.caption for pair in kept} == {"a wall"}
