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

    def __init__(self, room: int = 100, blank: int | None = None) -> None:
        self.room, self.blank = room, blank

    def read(self, before: np.ndarray, _: np.ndarray) -> GuideOutputs:
        if len(before) > self.room:
            raise OutOfMemoryError("no room")
        change = np.zeros((len(before), 1, TILE, TILE), np.float32)
        change[:, :, 4:10, 4:10] = 1
        if self.blank is not None:
            change[self.blank] = 0
        return GuideOutputs(change, change, memory=np.full((len(before), 2, 3), 0.1, np.float32))


def plan(overlap: int = 0) -> TilePlan:
    grid = TileGrid(SIZE, SIZE, tile_size=TILE, overlap=overlap)
    return TilePlan(grid, [grid.tiles_in_row(row) for row in range(grid.rows)])


def infer(pair: Pair, ledger: Ledger) -> list[str]:
    """One pass; returns the states of all tiles, north to south."""
    return [state.status for state in states_of(pair, ledger)]


def states_of(
    pair: Pair, ledger: Ledger, guide: Guide | None = None, *, batch_size: int = 1,
    overlap: int = 0,
) -> list[TileState]:  # fmt: skip
    found: list[TileState] = []
    infer_rows(
        pair,  # type: ignore[arg-type]
        plan(overlap),
        guide or Guide(),  # type: ignore[arg-type]
        ledger,
        thresholds=[0.5],
        batch_size=batch_size,
        on_strip=lambda strip, states: found.extend(states),
        on_tile=lambda state: None,
        cancelled=threading.Event(),
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


def strips_of(ledger: Ledger) -> list[bytes]:
    """Everything that is kept of the finished rows."""
    rows = range(plan(8).active.stop)
    strips = [ledger.load_row(row)[0] for row in rows]
    return [
        b"".join(part.tobytes() for part in (s.class_map, s.prob, s.appeared, s.seen))
        for s in strips
    ]


def test_of_a_row_that_is_read_at_last_only_what_it_reaches_is_computed_again(
    tmp_path: Path,
) -> None:
    """They were stitched without it, and the run that reads it may be stopped once more."""
    with Ledger(tmp_path / "a", "a", {}) as ledger, Ledger(tmp_path / "b", "a", {}) as whole:
        states_of(Pair(), whole, overlap=8)
        states_of(Pair(range(36, 40)), ledger, overlap=8)  # in the second row's tiles alone
        assert strips_of(ledger) != strips_of(whole)
        with pytest.raises(OutOfMemoryError):
            states_of(Pair(), ledger, Guide(room=0), overlap=8)
        kept = [ledger.has_row(row) for row in plan(8).active]
        assert kept == [True, False, False] + [True] * (len(kept) - 3)
        again = Pair()
        assert {state.status for state in states_of(again, ledger, overlap=8)} == {"ok"}
        assert again.reads == 3  # those two rows, and the one that overlaps the first of them
        assert strips_of(ledger) == strips_of(whole)


def test_rows_beside_each_other_are_computed_in_one_go(tmp_path: Path) -> None:
    """The share was away for a while; workers are started once."""
    with Ledger(tmp_path / "a", "a", {}) as ledger, Ledger(tmp_path / "b", "a", {}) as whole:
        states_of(Pair(), whole, overlap=8)
        states_of(Pair(range(36, 90)), ledger, overlap=8)
        again = Pair()
        states_of(again, ledger, overlap=8)
        # Looks at two of the three rows that failed (the first took the second with it); then
        # these, the one that they reach, and the one above.
        assert again.reads == 2 + 3 + 1 + 1
        assert strips_of(ledger) == strips_of(whole)


def test_damaged_rows_are_computed_again_and_no_others(tmp_path: Path) -> None:
    with Ledger(tmp_path / "work", "a", {}) as ledger:
        first = states_of(Pair(), ledger, overlap=8)
        strips = strips_of(ledger)
        for row, content in ((1, b""), (4, (ledger.folder / "row-000004.z").read_bytes()[:-90])):
            (ledger.folder / f"row-{row:06d}.z").write_bytes(content)
        pair = Pair()
        assert states_of(pair, ledger, overlap=8) == first
        assert pair.reads == 4  # each with the row above, which overlaps it
        assert strips_of(ledger) == strips


def test_what_the_decoder_reads_is_kept_with_tiles_that_may_have_changed(tmp_path: Path) -> None:
    with Ledger(tmp_path / "work", "a", {}) as ledger:
        states_of(Pair(), ledger, Guide(blank=3), batch_size=5)
        for row in range(5):
            kept = [state.memory for state in ledger.load_row(row)[1]]
            assert [memory is None for memory in kept] == [False, False, False, True, False]
            np.testing.assert_array_equal(kept[4], np.full((2, 3), 0.1, np.float16))


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_tile_without_numbers_fails_and_leaves_its_neighbours(
    tmp_path: Path, number: float
) -> None:
    class Broken(Guide):
        def read(self, before: np.ndarray, after: np.ndarray) -> GuideOutputs:
            outputs = super().read(before, after)
            outputs.change[1, 0, 0, 0] = number
            return outputs

    with Ledger(tmp_path / "work", "a", {}) as ledger:
        states = states_of(Pair(), ledger, Broken(), batch_size=5)
        assert [state.status for state in states] == ["ok", "failed", "ok", "ok", "ok"] * 5
        assert "no numbers" in states[1].reason
        strip, _ = ledger.load_row(0)
        changed = strip.class_map.reshape(32, 5, 32).any(axis=(0, 2))
        assert changed.tolist() == [True, False, True, True, True]


def test_a_batch_that_does_not_fit_is_halved_with_all_its_outputs(tmp_path: Path) -> None:
    with Ledger(tmp_path / "a", "a", {}) as one, Ledger(tmp_path / "b", "a", {}) as other:
        whole = states_of(Pair(), one, batch_size=4)
        halved = states_of(Pair(), other, Guide(room=1), batch_size=4)
        assert whole == halved
        for first, second in zip(whole, halved, strict=True):
            np.testing.assert_array_equal(first.memory, second.memory)
