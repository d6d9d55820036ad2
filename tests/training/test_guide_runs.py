"""What weights have seen is told along the chain of runs, and kept out of choices and readings."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")

from training.evaluate.choose import refuse_trained
from training.evaluate.readings import write_readings
from training.guide import checkpoint
from training.guide.config import FitConfig
from training.guide.runs import plain, trained_on, with_defaults


def run(folder: Path, *train: str, start: Path | str = "") -> Path:
    """A run as far as its settings go."""
    folder.mkdir()
    settings = plain(FitConfig(train=train, start_from=str(start)))
    if not start:
        del settings["start_from"]  # a run from before there was such a setting
    checkpoint.save(folder / checkpoint.LAST, {"config": settings})
    return folder


@pytest.fixture
def third(tmp_path: Path) -> Path:
    """A run on tile 19 that goes back to one on tile 17."""
    first = run(tmp_path / "first", "seventeen", "test_15")
    second = run(tmp_path / "second", "test_16", start=first / checkpoint.LAST)
    return run(tmp_path / "third", "test_19", "test_16", start=second)


def test_weights_have_seen_what_they_started_from(third: Path) -> None:
    assert trained_on(third) == ("test_19", "test_16", "seventeen", "test_15")
    assert trained_on(third / checkpoint.LAST) == trained_on(third)


def test_a_run_that_starts_from_itself_ends(tmp_path: Path) -> None:
    assert trained_on(run(tmp_path / "a", "west", start=tmp_path / "a")) == ("west",)


def test_nothing_is_chosen_on_what_earlier_runs_saw(third: Path) -> None:
    refuse_trained(third, ("train", "roads"))
    for seen in ("test_19", "seventeen", "west"):
        with pytest.raises(ValueError, match="started from, was trained on it"):
            refuse_trained(third, (seen,))


def test_nothing_is_read_where_earlier_runs_learned(third: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="was trained on"):
        write_readings(third, tmp_path, ("test_17",), tmp_path / "readings.json")


def test_a_chain_with_a_gap_says_nothing(third: Path, tmp_path: Path) -> None:
    (tmp_path / "first" / checkpoint.LAST).unlink()
    with pytest.raises(ValueError, match=r"second started from .*first.*put it back"):
        refuse_trained(third, ("train",))
    with pytest.raises(FileNotFoundError):
        trained_on(tmp_path / "none" / checkpoint.LAST)


def test_settings_that_came_later_had_their_defaults() -> None:
    old = plain(FitConfig(seed=3))
    del old["twins"]
    assert with_defaults(old) == plain(FitConfig(seed=3))
