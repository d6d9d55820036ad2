"""Twins differ in one building alone, and readings that differ elsewhere cost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training.guide.config import FitConfig  # noqa: E402
from training.guide.data import Crops  # noqa: E402
from training.guide.reading import Reading  # noqa: E402
from training.guide.tiles import BACKGROUND, BUILDING, Pair  # noqa: E402
from training.guide.twins import Twins, steady_loss, twin_draw  # noqa: E402

SIDE = 64


def place(seed: int = 0, size: int = 400) -> Pair:
    """New bright roofs on noisy ground."""
    rng = np.random.default_rng(seed)
    before = rng.integers(60, 90, (size, size, 3)).astype(np.uint8)
    after = before.copy()
    allowed = np.full((size, size), BACKGROUND, np.uint8)
    for top in range(20, size - 60, 90):
        for left in range(20, size - 60, 90):
            cut = np.s_[top : top + 26, left : left + 30]
            after[cut], allowed[cut] = 200, BUILDING
    return Pair("place", before, after, allowed, (allowed == BUILDING).astype(np.uint8), 0.5)


@pytest.mark.parametrize("seed", range(6))
def test_twins_are_seen_alike_but_for_one_building(seed: int) -> None:
    plain, edited = Twins([place()])(np.random.default_rng(seed), 192)
    labels = plain[2] != edited[2]
    pixels = (plain[0] != edited[0]).any(2) | (plain[1] != edited[1]).any(2)
    assert labels.any() and pixels.any()
    assert pixels.mean() < 0.2  # one house and its rim
    rows, columns = np.nonzero(labels)
    assert np.ptp(rows) < 90 and np.ptp(columns) < 90


def test_a_batch_ends_with_twins() -> None:
    config = FitConfig(
        shares=(("places", 1.0),), phases=((1.0, 128, 3),), twins=2, steady=0.5, train=()
    )

    def draw(rng: np.random.Generator, size: int) -> tuple[np.ndarray, ...]:
        return tuple(np.zeros((size, size, *more), np.uint8) for more in ((3,), (3,), (), ()))

    crops = Crops({"places": draw}, config, Twins([place()]))
    before, after, *_ = crops[0]
    again = crops[0]
    assert len(before) == 7 and torch.equal(after, again[1])
    assert not before[:3].any() and before[3:].float().mean() > 20


def reading_of(change: torch.Tensor) -> Reading:
    nothing = torch.zeros(len(change), 1)
    return Reading(change, nothing, nothing[:, 0], nothing, nothing)


def test_only_what_differs_away_from_the_edit_costs() -> None:
    before = torch.zeros(3, 3, SIDE, SIDE, dtype=torch.uint8)
    after = before.clone()
    after[2, :, :16, :16] = 200  # the twin's edit
    change = torch.zeros(3, 4, SIDE, SIDE)
    change[:, 0] = 6.0
    change[1:, 1, 40:50, 40:50] = 12.0  # a building that both see
    change[2, 1, :16, :16] = 12.0  # the edited one
    change[0, 2, 20:60, 20:60] = 12.0  # another crop's road
    assert float(steady_loss(reading_of(change), before, after, 1)) < 1e-6
    change.requires_grad_()
    other = change.detach().clone()
    other[2, 2, 30:38, 10:18] = 12.0  # a road that the twin alone sees
    other.requires_grad_()
    cost = steady_loss(reading_of(other), before, after, 1)
    cost.backward()
    assert 0.15 < float(cost) < 0.5
    assert other.grad is not None and float(other.grad[2, 2, 33, 13]) > 0
    assert float(other.grad[0].abs().sum()) == 0


def test_runs_without_twins_draw_none_and_report_tiles_are_refused(tmp_path: Path) -> None:
    assert twin_draw(FitConfig(train=("report",)), tmp_path) is None
    with pytest.raises(ValueError, match="report"):
        twin_draw(FitConfig(train=("report",), twins=1), tmp_path)


def test_a_place_without_room_is_no_endless_search() -> None:
    empty = place()
    empty.allowed[:] = BACKGROUND
    with pytest.raises(ValueError, match="nothing to edit"):
        Twins([empty])(np.random.default_rng(0), 128)
