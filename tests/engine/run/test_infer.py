"""Reading side by side: what happens when a row cannot be kept, read, or read again."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.errors import DiskFullError, OutOfMemoryError, ReadError
from engine.guide import GuideOutputs
from engine.raster import PairPixels, TileGrid
from engine.run.infer import infer_rows
from engine.run.ledger import Ledger, TileState
from engine.run.plan import TilePlan

SIZE, TILE = 160, 32


class Pair:
    """Grey pixels; windows in rows of `broken` cannot be read."""

    def __init__(self, broken: range = range(0)) -> None:
        self.broken = broken
        self.reads = 0

    def read(self, window: Any) -> PairPixels:
        self.reads += 1
        if any(window.row_off <= row < window.row_off + window.height for row in self.broken):
            raise ReadError("cut.tif could not be read.")
        shape = window.height, window.width
        pixels = np.full((3, *shape), 90, np.uint8)
        return PairPixels(pixels, pixels, np.ones(shape, bool))


class Guide:
    """Sees change in the same corner of every tile."""

    model = SimpleNamespace(classes=("building",))
    range_check = None

    def __init__(self, room: int = 100) -> None:
        self.room = room

    def read(self, before: np.ndarray, _: np.ndarray) -> GuideOutputs:
        if len(before) > self.room:
            raise OutOfMemoryError("no room")
        change = np.zeros((len(before), 1, TILE, TILE), np.float32)
        change[:, :, 4:10, 4:10] = 1
        return GuideOutputs(change, change, memory=np.zeros((len(before), 1, 1), np.float32))


class Captions:
    """Counts the tiles it is asked about."""

    def __init__(self) -> None:
        self.asked = 0

    def wordings(self, memory: np.ndarray) -> list[tuple[str, ...]]:
        self.asked += len(memory)
        return [("a house appears",)] * len(memory)


def plan() -> TilePlan:
    grid = TileGrid(SIZE, SIZE, tile_size=TILE, overlap=0)
    return TilePlan(grid, [grid.tiles_in_row(row) for row in range(grid.rows)])


def infer(pair: Pair, ledger: Ledger) -> list[str]:
    """One pass; returns the states of all tiles, north to south."""
    return [state.status for state in states_of(pair, ledger)]


def states_of(
    pair: Pair, ledger: Ledger, guide: Guide | None = None, *, batch_size: int = 1,
    captions: Captions | None = None,
) -> list[TileState]:  # fmt: skip
    found: list[TileState] = []
    infer_rows(
        pair,  # type: ignore[arg-type]
        plan(),
        guide or Guide(),  # type: ignore[arg-type]
        ledger,
        thresholds=[0.5],
        batch_size=batch_size,
        on_strip=lambda strip, states: found.extend(states),
        on_tile=lambda state: None,
        cancelled=threading.Event(),
        captions=captions,  # type: ignore[arg-type]
    )
    return found


def test_a_row_that_could_not_be_kept_is_not_kept_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full for one row only; the batches queued behind it must not fill its place."""
    with Ledger(tmp_path / "work", "a", {}) as ledger:
        save, calls = ledger.save_row, []

        def full_once(row: int, *content: Any) -> None:
            calls.append(row)
            if calls.count(2) == 1 and row == 2:
                raise DiskFullError("full")
            save(row, *content)

        monkeypatch.setattr(ledger, "save_row", full_once)
        with pytest.raises(DiskFullError):
            infer(Pair(), ledger)
        assert calls == [0, 1, 2]
        assert [ledger.has_row(row) for row in range(5)] == [True, True, False, False, False]
        assert infer(Pair(), ledger) == ["ok"] * 25


def test_rows_behind_a_lost_one_are_not_computed_again(tmp_path: Path) -> None:
    with Ledger(tmp_path / "work", "a", {}) as ledger:
        whole = infer(Pair(range(40, 50)), ledger)
        assert whole == ["ok"] * 5 + ["failed"] * 5 + ["ok"] * 15
        again = Pair(range(40, 50))
        assert infer(again, ledger) == whole
        assert again.reads == 5  # only what failed is tried again
        assert infer(Pair(), ledger) == ["ok"] * 25


def test_rows_beside_one_that_is_read_at_last_are_not_taken_as_they_were(tmp_path: Path) -> None:
    """They were stitched without it, and the run that reads it may be stopped once more."""
    with Ledger(tmp_path / "work", "a", {}) as ledger:
        infer(Pair(range(40, 50)), ledger)
        with pytest.raises(OutOfMemoryError):
            states_of(Pair(), ledger, Guide(room=0))
        assert [ledger.has_row(row) for row in range(5)] == [True] + [False] * 4
        assert infer(Pair(), ledger) == ["ok"] * 25


def test_a_damaged_row_is_read_again(tmp_path: Path) -> None:
    with Ledger(tmp_path / "work", "a", {}) as ledger:
        infer(Pair(), ledger)
        (ledger.folder / "row-000003.z").write_bytes(b"")
        pair = Pair()
        assert infer(pair, ledger) == ["ok"] * 25
        assert pair.reads == 2


def test_sentences_are_kept_with_the_tiles(tmp_path: Path) -> None:
    captions = Captions()
    with Ledger(tmp_path / "work", "a", {}) as ledger:
        first = states_of(Pair(), ledger, batch_size=4, captions=captions)
        assert captions.asked == 25
        assert {state.wordings for state in first} == {("a house appears",)}
        again = states_of(Pair(), ledger, batch_size=4, captions=captions)
        assert again == first and captions.asked == 25


def test_a_batch_that_does_not_fit_is_halved_with_all_its_outputs(tmp_path: Path) -> None:
    with Ledger(tmp_path / "a", "a", {}) as one, Ledger(tmp_path / "b", "a", {}) as other:
        whole = states_of(Pair(), one, batch_size=4, captions=Captions())
        halved = states_of(Pair(), other, Guide(room=1), batch_size=4, captions=Captions())
        assert whole == halved
