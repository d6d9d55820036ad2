"""Sentences of the guide's own decoder: kept as said, shown where the map says the same."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
from support.command import engine
from support.planted_model import planted_model
from support.rasters import planted_pair

UNCHANGED = "the scene is the same as before"
RECTANGLES = [
    (30, 30, 60, 60, "appeared"), (100, 40, 130, 70, "appeared"),  # two in the first tile
    (300, 300, 330, 330, "appeared"),  # one in the last
    (300, 30, 330, 60, "disappeared"),
]  # fmt: skip


def tiles_with(folder: Path, sentences: tuple[str, str] | None, *options: object, **card):
    model = planted_model(folder / "model", overlap=0, sentences=sentences, card=card)
    pair = planted_pair(folder, width=768, height=512, rectangles=RECTANGLES)
    out = folder / "o.gpkg"
    done = engine("tile-infer", pair.before, pair.after, out, "--model", model, *options)
    assert done.code == 0, done.err
    return gpd.read_file(out, layer="tiles").set_index("tile_id")


@pytest.mark.parametrize("batch", [1, 4])
def test_a_sentence_is_shown_where_the_map_agrees(tmp_path: Path, batch: int) -> None:
    sentences = "two houses appear on the bareland", "a house is removed"
    tiles = tiles_with(tmp_path, sentences, "--batch-size", batch)
    two, one = tiles.loc["r00000c00000"], tiles.loc["r00001c00001"]
    gone = tiles.loc["r00000c00001"]
    assert two["caption"] == two["caption_raw"] == sentences[0] and two["text_ok"] == 1
    assert gone["caption"] == gone["caption_raw"] == sentences[1] and gone["text_ok"] == 1
    # Only one stands there: the model's words are kept, the map's are shown.
    assert one["caption_raw"] == sentences[0] and one["text_ok"] == 0
    assert one["caption"].startswith("a building appears")
    assert set(tiles["caption_source"]) == {"guide"}
    still = tiles[~tiles["changed"].astype(bool)]
    assert len(still) == 3 and set(still["caption"]) == {UNCHANGED}
    assert still["caption_raw"].isna().all() and still["text_ok"].isna().all()


def test_words_that_say_nothing_are_not_shown(tmp_path: Path) -> None:
    tiles = tiles_with(tmp_path, ("road road road", "the scene is the same"))
    changed = tiles[tiles["changed"].astype(bool)]
    assert (changed["text_ok"] == 0).all() and changed["caption_raw"].notna().all()
    assert changed["caption"].str.contains("building").all()


def test_dropped_objects_leave_no_sentence(tmp_path: Path) -> None:
    """The sentence was read while the object still stood; the map has the last word."""
    tiles = tiles_with(tmp_path, ("houses appear", "a house is removed"), "--min-area", 1000)
    assert not tiles["changed"].any() and tiles["caption_raw"].isna().all()
    assert set(tiles["caption"]) == {UNCHANGED}


def test_without_a_decoder_captions_are_measured(tmp_path: Path) -> None:
    tiles = tiles_with(tmp_path, None)
    assert tiles["caption_raw"].isna().all() and tiles["text_ok"].isna().all()
    assert tiles.loc["r00000c00000", "caption"].startswith("two buildings appear")


def test_greedy_or_drawn_is_the_models_choice(tmp_path: Path) -> None:
    tiles = tiles_with(
        tmp_path, ("two houses appear", "a house is removed"), captions={"samples": 0}
    )
    assert tiles.loc["r00000c00000", "caption"] == "two houses appear"


def test_a_damaged_decoder_is_a_damaged_model(tmp_path: Path) -> None:
    model = planted_model(tmp_path / "model", sentences=("houses appear", "a road is built"))
    facts = json.loads((model / "model.json").read_text())
    assert {"caption.onnx", "vocab.json"} <= set(facts["sha256"])
    (model / "vocab.json").write_text("[]")
    done = engine("models", "verify", model)
    assert done.code == 4 and "vocab.json" in done.err
    del facts["parts"]["vocab"]
    (model / "model.json").write_text(json.dumps(facts))
    done = engine("models", "show", model)
    assert done.code == 4 and "vocab" in done.err
