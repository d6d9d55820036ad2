"""Sentences of tile rows: in order, for tiles that changed alone, whoever is quick."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np
import pytest

from engine.errors import ModelError
from engine.guide.reading import Finding
from engine.guide.tile_reading import ClassReading, TileReading
from engine.run.ledger import TileState
from engine.run.telling import AHEAD, ReadTile, Telling

HOUSES = ClassReading("building", 3, ("left",), (Finding("building", "appeared", 3, ["left"]),))


def tile(row: int, col: int, changed: bool = True, remembered: bool = True) -> ReadTile:
    """A tile whose memory says where it is."""
    memory = np.full((2, 3), 10 * row + col, np.float16) if remembered else None
    state = TileState(f"{row}-{col}", col, "ok", 0.0, memory=memory)
    reading = TileReading((HOUSES if changed else ClassReading("building", 0),), changed)
    return ReadTile(None, state, reading)  # type: ignore[arg-type]


class Decoder:
    """Says of a tile where it is, and takes its time over the first row."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.slow = threading.Event()

    def __call__(self, memory: np.ndarray) -> list[tuple[str, ...]]:
        places = memory[:, 0, 0].astype(int).tolist()
        self.asked.append(places)
        if places[0] == 0:
            self.slow.wait(5)
        return [("a pool appears", f"houses are built by house {place}") for place in places]


def captions(rows: list[list[ReadTile]]) -> list[list[str | None]]:
    return [[one.reading.caption for one in row] for row in rows]


@pytest.mark.parametrize("threads", [0, 1, 3])
def test_rows_come_out_in_order_with_the_wording_that_agrees(threads: int) -> None:
    decoder = Decoder()
    decoder.slow.set()
    rows = [[tile(row, col, changed=(row + col) % 2 == 0) for col in range(4)] for row in range(9)]
    rows[5] = [tile(5, 0, changed=False)]
    rows[6] = [tile(6, 0, remembered=False)]
    out: list[list[ReadTile]] = []
    with Telling(decoder, threads) as telling:
        for row in rows:
            telling.put(row)
            out += telling.take()
        out += telling.take(rest=True)
    assert out == rows
    said = captions(out)
    assert said[2] == ["houses are built by house 20", None, "houses are built by house 22", None]
    assert said[5] == said[6] == [None]
    # One call for each row, of its changed tiles alone.
    assert sorted(decoder.asked)[:2] == [[0, 2], [11, 13]] and len(decoder.asked) == 7


def test_no_more_than_a_few_rows_wait() -> None:
    decoder = Decoder()
    threading.Timer(0.3, decoder.slow.set).start()
    with Telling(decoder, 2) as telling:
        for row in range(AHEAD):
            telling.put([tile(row, 0)])
            assert not list(telling.take())  # the first one is still under way
        telling.put([tile(AHEAD, 0)])
        began = time.monotonic()
        assert next(telling.take())[0].state.tile_id == "0-0"
        assert time.monotonic() - began > 0.05  # it was waited for


@pytest.mark.parametrize("threads", [0, 2])
def test_what_the_decoder_raises_arrives(threads: int) -> None:
    def broken(_: Any) -> Any:
        raise ModelError("no sentence")

    def told() -> list[list[ReadTile]]:
        with Telling(broken, threads) as telling:
            telling.put([tile(0, 0)])
            return list(telling.take(rest=True))

    with pytest.raises(ModelError, match="no sentence"):
        told()


def test_without_a_decoder_rows_pass() -> None:
    row = [tile(0, 0)]
    with Telling(None, 2) as telling:
        telling.put(row)
        assert list(telling.take()) == [row] and captions([row]) == [[None]]
