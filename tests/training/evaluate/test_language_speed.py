"""What the benchmark of a language model counts, with a clock that is known and tiny networks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.language.backend import Reply
from engine.language.tasks import CAPTION
from training.evaluate.language import speed

PROJECT = Path(__file__).parents[3]


class Clock:
    """Seconds that pass only where work is done."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Worker:
    """A model that needs 2 s a tile, half a second for each further question, 0.1 s a token."""

    longest = 10

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def encode(self, text: str) -> list[int]:
        return list(range(len(text.split())))

    def answer(self, inquiries: Any) -> list[tuple[Reply, ...]]:
        for one in inquiries:
            self.clock.now += 2 + 0.5 * (len(one.turns) - 1) + 0.1 * self.longest
        return [tuple(Reply("a road") for _ in one.turns) for one in inquiries]


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock()
    fake = SimpleNamespace(process_time=lambda: 2 * made(), perf_counter=made)
    monkeypatch.setattr(speed, "time", fake)
    return made


def test_costs_are_those_of_the_clock(clock: Clock) -> None:
    made = speed.tiles(2)
    assert all(reading.changed for _, reading in made)
    assert made[0][0]["before"].shape == (256, 256, 3)
    shapes: list[tuple[int, ...]] = []

    def read(before: np.ndarray, after: np.ndarray) -> None:
        shapes.append(before.shape)
        clock.now += 0.25

    worker: Any = Worker(clock)
    found = speed.measure_small(worker, SimpleNamespace(read=read), made, 3)
    assert set(shapes) == {(1, 3, 256, 256)} and worker.longest == 10
    assert found["ms_per_changed_tile"]["median"] == pytest.approx(3000)
    assert found["cpu_ms_per_changed_tile"]["median"] == pytest.approx(6000)
    assert found["second_question_share"]["median"] == pytest.approx(0.5 / 3, abs=1e-4)
    assert found["second_question_share_cpu"]["median"] == pytest.approx(0.5 / 3, abs=1e-4)
    assert found["first_words_s"]["median"] == pytest.approx(0.25 + 2 + 0.3)
    assert found["whole_answer_s"]["median"] == pytest.approx(0.25 + 3)
    (one,) = speed.inquiries(made[:1], [CAPTION])
    assert "buildings:" in one.turns[0].messages[-1].as_text()


@pytest.mark.slow
def test_the_large_path_on_a_small_shape() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from training.evaluate.language.large import measure_shape

    found = measure_shape("tiny", "cpu", 4, 2, 3)
    assert found["answer_tokens"] == 3 and found["tokens_per_s"] > 0
    assert set(found["split_s"]) == {"images", "prefill", "decode"}
    assert all(value > 0 for value in found["split_s"].values())
    assert found["decode_step_ms"] > found["floor_ms"] > 0
    assert found["times_one_by_one"] == pytest.approx(
        found["tiles_per_s"] / found["tiles_per_s_one_by_one"], rel=0.05
    )


def test_without_a_gpu_it_says_so() -> None:
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    done = subprocess.run(
        [sys.executable, str(PROJECT / "scripts" / "bench_language.py"), "--only", "large"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "no GPU" in json.loads(done.stdout)["large"]["skipped"]
    done = subprocess.run(
        [sys.executable, str(PROJECT / "scripts" / "bench_language.py"), "--device", "cpu"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2 and "cuda" in done.stderr
