"""``engine info`` for people."""

from __future__ import annotations

from pathlib import Path

from support.command import engine
from support.planted_model import planted_model
from support.rasters import planted_pair


def test_info_in_words(tmp_path: Path) -> None:
    pair = planted_pair(tmp_path, width=300, height=300)
    model = planted_model(tmp_path / "model")
    done = engine("info", pair.before, pair.after, "--model", model)
    assert done.code == 0, done.err
    for word in ("before:", "after:", "300×300 px", "bands", "working grid:", "The pair fits."):
        assert word in done.out
