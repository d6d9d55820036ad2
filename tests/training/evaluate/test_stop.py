"""Whether the trials of the review's stop would show a broken promise."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.review_stop import Limits
from training.evaluate import stop_lists
from training.evaluate.claims import Limits as Thresholds
from training.evaluate.models import Subject
from training.evaluate.stop import LIMITS
from training.evaluate.stop_lists import PlaceList, joined, places_of
from training.evaluate.stop_trials import moved, out_of_range, ranked, simulated, trials


@pytest.mark.parametrize("clumped", [False, True])
def test_the_promise_holds_on_a_made_up_list(clumped: bool) -> None:
    found = trials(*simulated(1000, 0.5, 2.0, 3, clumped), 200, LIMITS, 300, 0)
    assert found["stops"] == 300 and found["changed_tiles"] == 500
    # Exactly 5 % are allowed; 300 draws show 10 % once in ten thousand times.
    assert found["wrong_share"] < 0.1 and found["found"] > 0.95
    assert found["share_needed"] <= found["share_to_review"] < 1.01
    raw, calibrated = found["calibration_error"]
    assert calibrated < raw


def test_a_stop_that_promises_nothing_is_seen_to_fail() -> None:
    lax = Limits(Fraction(1, 20), 0.6)
    found = trials(*simulated(2000, 0.5, 2.0, 3), 200, lax, 200, 0)
    assert 0.3 < found["wrong_share"] <= 0.7 and found["wrong_interval"][0] > 0.2


def test_reviewing_on_ends_with_a_stop_and_keeps_the_promise() -> None:
    scores, truth = simulated(1000, 0.1, 3.0, 4)
    assert trials(scores, truth, 200, LIMITS, 20, 0)["stops"] == 0
    found = trials(scores, truth, 200, LIMITS, 100, 0, step=100)
    assert found["stops"] == 100 and found["wrong_share"] < 0.14


def test_the_stop_of_another_place_promises_nothing() -> None:
    here, there = simulated(500, 0.5, 4.0, 1), simulated(500, 0.5, 1.0, 2)
    missed = moved(here, there, 200, LIMITS, 30, 0)
    assert len(missed) == 30 and np.mean(np.array(missed) > 0.05) > 0.5


def test_lists_join_and_thin_out() -> None:
    one = PlaceList(
        "a", np.array([0.2, 0.9]), np.array([False, True]), np.array([0.5, 2.0]),
        np.array([True, False]),
    )  # fmt: skip
    both = joined("ab", [one, one])
    assert ranked(both)[0].tolist() == [0.9, 0.9, 0.2, 0.2] and ranked(both)[1].sum() == 2
    assert out_of_range([one]) == 0.5 and one.of_grid().scores.tolist() == [0.2]
    blind = PlaceList("c", one.scores, one.truth, np.full(2, np.nan), one.on_grid)
    assert out_of_range([blind]) is None


def test_a_place_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stop_lists, "SCENE_SIDE", 384)
    calls: list[int] = []

    def graph(before: Any, after: Any) -> dict[str, Any]:
        calls.append(len(before))
        return {"flag": np.abs(before.astype(float) - after).mean(axis=(1, 2, 3))[:, None] / 255}

    def subject(version: str) -> Subject:
        return Subject(tmp_path, {"version": version}, graph, Thresholds({}, {}, {}))

    cache = tmp_path / "readings.json"
    read = places_of(subject("1"), tmp_path, (), 1, cache)["scenes"][0]
    # 0, 64 and 128 each way; the engine's own tiles start at 0 and at the far edge.
    assert sum(calls) == 9 and len(read.scores) == 9 and read.on_grid.sum() == 4
    assert read.truth.any() and np.isnan(read.unlike).all() and (read.scores > 0).all()
    again = places_of(subject("1"), tmp_path, (), 1, cache)["scenes"][0]
    assert sum(calls) == 9 and again.scores.tolist() == read.scores.tolist()
    assert set(json.loads(cache.read_text())["places"]) == {"scene_0"}
    with pytest.raises(ValueError, match="another model"):
        places_of(subject("2"), tmp_path, (), 1, cache)


@pytest.mark.parametrize("name", ["last.pt", "guide.onnx"])
def test_readings_are_those_of_the_same_weights(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run folders have no description that would tell them apart."""
    monkeypatch.setattr(stop_lists, "SCENE_SIDE", 256)
    cache = tmp_path / "readings.json"

    def read(folder: str, file: bool = False) -> None:
        path = tmp_path / folder
        path.mkdir(exist_ok=True)
        (path / name).write_bytes(folder.encode())
        graph = lambda before, after: {"flag": np.zeros((len(before), 1))}  # noqa: E731
        one = Subject(path / name if file else path, {}, graph, Thresholds({}, {}, {}))
        places_of(one, tmp_path, (), 1, cache)

    read("first")
    read("first", file=True)
    with pytest.raises(ValueError, match="another model"):
        read("second")
    with pytest.raises(ValueError, match="another model"):
        read("second", file=True)
