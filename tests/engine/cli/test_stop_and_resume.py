"""A run that is stopped, killed or fed a broken file goes on and ends with the same layers."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from support.command import begin, engine
from support.planted_model import FEATURES, planted_model
from support.rasters import planted_pair

from training.guide.range import range_section


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that says all it can of a tile: flag, range, and sentences of its own."""
    features = np.random.default_rng(0).normal([60, 64, 56, 20, 20, 20] * 2, 8, (200, FEATURES))
    return planted_model(
        tmp_path_factory.mktemp("model"),
        offers=("flag", "features"),
        sentences=("a building appears", "a building is removed"),
        card={"schema": 2, "range": range_section([features], [features])},
    )


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory):
    return planted_pair(tmp_path_factory.mktemp("pair"), width=2500, height=3000, n=150, seed=5)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, pair, model: Path) -> Path:
    """The layers of a run that nobody stopped."""
    out = tmp_path_factory.mktemp("whole") / "o.gpkg"
    done = engine("tile-infer", pair.before, pair.after, out, "--model", model)
    assert done.code == 0, done.err
    return out


def start(pair, model: Path, out: Path, *options: object) -> subprocess.Popen[str]:
    return begin(
        "tile-infer", pair.before, pair.after, out, "--model", model, "--progress", "json",
        "--batch-size", 1, *options,
    )  # fmt: skip


def wait_for_rows(process: subprocess.Popen[str], out: Path, rows: int) -> None:
    work = out.with_name(out.name + ".work")
    limit = time.monotonic() + 60
    while time.monotonic() < limit and process.poll() is None:
        if len(list(work.glob("row-*"))) >= rows:
            return
        time.sleep(0.01)
    pytest.fail(f"ended with {process.poll()} before {rows} rows were kept")


def same_layers(first: Path, second: Path) -> None:
    tiles = gpd.read_file(first, layer="tiles")
    assert tiles["range_score"].notna().all() and tiles["text_ok"].dropna().nunique() == 2
    for layer in ("boxes", "tiles", "outlines"):
        a, b = (gpd.read_file(path, layer=layer) for path in (first, second))
        assert a.equals(b), layer


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_resume_ends_with_the_same_layers(
    tmp_path: Path, pair, model: Path, whole: Path, how: signal.Signals
) -> None:
    out = tmp_path / "o.gpkg"
    process = start(pair, model, out)
    wait_for_rows(process, out, 3)
    process.send_signal(how)
    _, err = process.communicate(timeout=30)
    if how is not signal.SIGKILL:
        assert process.returncode == 130
        last = json.loads(err.splitlines()[-1])
        assert last["event"] == "error" and "--resume" in last["hint"]
    assert not out.exists()
    refused = engine("tile-infer", pair.before, pair.after, out, "--model", model)
    assert refused.code == 1 and "--resume" in refused.err
    done = engine(
        "tile-infer", pair.before, pair.after, out, "--model", model, "--resume",
        "--batch-size", 1,
    )  # fmt: skip
    assert done.code == 0, done.err
    same_layers(out, whole)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o.gpkg"]


def test_a_stop_takes_less_than_two_seconds(tmp_path: Path, pair, model: Path) -> None:
    out = tmp_path / "o.gpkg"
    process = start(pair, model, out)
    wait_for_rows(process, out, 1)
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    # The promise is two seconds; a busy test machine gets some more.
    assert time.monotonic() - begin < 6


def test_another_run_cannot_be_resumed(tmp_path: Path, pair, model: Path) -> None:
    out = tmp_path / "o.gpkg"
    process = start(pair, model, out)
    wait_for_rows(process, out, 1)
    process.kill()
    process.communicate()
    other = engine(
        "tile-infer", pair.before, pair.after, out, "--model", model, "--resume",
        "--threshold", 0.9,
    )  # fmt: skip
    assert other.code == 1 and "--overwrite" in other.err
    anew = engine("tile-infer", pair.before, pair.after, out, "--model", model, "--overwrite")
    assert anew.code == 0, anew.err


def test_resume_with_nothing_to_resume_begins(tmp_path: Path, pair, model: Path) -> None:
    small = planted_pair(tmp_path, width=300, height=300)
    done = engine(
        "tile-infer", small.before, small.after, tmp_path / "o.gpkg", "--model", model, "--resume"
    )
    assert done.code == 0, done.err
