"""Runs by workers of Ray: the same layers, whoever is killed, whoever goes on."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import time
from pathlib import Path

import geopandas as gpd
import psutil
import pytest
from support.command import PROJECT, begin, command, engine, environment
from support.planted_model import planted_model
from support.rasters import planted_pair

needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="the extra `ray` is not installed"
)
WORKER = "ray::TileWorker"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted_model(
        tmp_path_factory.mktemp("model"),
        offers=("flag",),
        sentences=("a building appears", "a building is removed"),
    )


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory):
    return planted_pair(tmp_path_factory.mktemp("pair"), width=1600, height=2800, n=80, seed=5)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, pair, model: Path) -> Path:
    """The layers of a run in one process."""
    out = tmp_path_factory.mktemp("whole") / "o.gpkg"
    done = engine("tile-infer", pair.before, pair.after, out, "--model", model, "--batch-size", 1)
    assert done.code == 0, done.err
    return out


def start(pair, model: Path, out: Path, *options: object) -> subprocess.Popen[str]:
    return begin(
        "tile-infer", pair.before, pair.after, out, "--model", model, "--progress", "json",
        "--batch-size", 1, "--executor", "ray", *options, without="RAY_ADDRESS",
    )  # fmt: skip


def workers_at_work(process: subprocess.Popen[str], out: Path) -> list[psutil.Process]:
    """Processes of the pool, once the first row is kept."""
    work = out.with_name(out.name + ".work")
    limit = time.monotonic() + 100
    while time.monotonic() < limit and process.poll() is None:
        if any(work.glob("row-*")):
            return named(psutil.Process(process.pid).children(recursive=True), WORKER)
        time.sleep(0.01)
    _, err = process.communicate(timeout=10) if process.poll() is not None else ("", "")
    pytest.fail(f"ended with {process.poll()} before a row was kept: {err}")


def named(processes: list[psutil.Process], name: str) -> list[psutil.Process]:
    found = []
    for one in processes:
        try:
            if name in " ".join(one.cmdline()):
                found.append(one)
        except psutil.NoSuchProcess:
            continue
    return found


def same_layers(first: Path, second: Path) -> None:
    for layer in ("boxes", "tiles", "outlines"):
        a, b = (gpd.read_file(path, layer=layer) for path in (first, second))
        assert len(a) and a.equals(b), layer


@needs_ray
@pytest.mark.slow
def test_a_worker_is_killed_and_nobody_can_tell(
    tmp_path: Path, pair, model: Path, whole: Path
) -> None:
    out = tmp_path / "o.gpkg"
    process = start(pair, model, out, "--workers", 2)
    workers = workers_at_work(process, out)
    assert len(workers) == 2
    workers[0].kill()
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    events = [json.loads(line) for line in err.splitlines()]
    lost = [one["message"] for one in events if one["event"] == "warning"]
    assert len(lost) == 1 and "worker was lost" in lost[0]
    assert "Ray, 2 workers" in events[-1]["device"]
    assert events[-1]["timings"]["stages"]["inference"]["spans"] >= events[-1]["tiles"]["ok"]
    same_layers(out, whole)
    assert [path.name for path in tmp_path.iterdir()] == ["o.gpkg"]


@needs_ray
@pytest.mark.slow
def test_a_killed_run_is_resumed_by_another_executor(
    tmp_path: Path, pair, model: Path, whole: Path
) -> None:
    out = tmp_path / "o.gpkg"
    process = start(pair, model, out, "--workers", 1)
    workers_at_work(process, out)
    ours = psutil.Process(process.pid).children(recursive=True)
    # Two small agents look for their node a while before they end.
    agents = named(ours, "Agent") + named(ours, "agent")
    process.kill()
    process.communicate()
    assert not out.exists()
    done = engine(
        "tile-infer", pair.before, pair.after, out, "--model", model, "--resume", "--batch-size", 3
    )
    assert done.code == 0, done.err
    same_layers(out, whole)
    assert [path.name for path in tmp_path.iterdir()] == ["o.gpkg"]
    _, alive = psutil.wait_procs([one for one in ours if one not in agents], timeout=20)
    assert not alive


def test_without_ray_a_line_says_what_to_install(tmp_path: Path, pair, model: Path) -> None:
    """A folder in front of everything hides Ray."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "ray.py").write_text("raise ImportError('hidden')\n")
    done = subprocess.run(
        command(
            "tile-infer", pair.before, pair.after, tmp_path / "o.gpkg", "--model", model,
            "--executor", "ray",
        ),
        cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False,
        env={**environment(), "PYTHONPATH": f"{hidden}:{PROJECT}"},
    )  # fmt: skip
    assert done.returncode == 2
    assert 'pip install "changevg[ray]"' in done.stderr
