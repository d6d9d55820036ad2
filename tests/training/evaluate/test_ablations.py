"""The page that compares runs: whole runs only, differences on the same places, three seeds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from training.evaluate import ablation_page  # noqa: E402
from training.evaluate.command import main  # noqa: E402
from training.evaluate.measure import Sums  # noqa: E402
from training.evaluate.section import Section  # noqa: E402
from training.guide import checkpoint  # noqa: E402
from training.guide.ablations import ablations  # noqa: E402
from training.guide.runs import plain  # noqa: E402

CONFIG = """
[base]
seed = 1
steps = 4
[base.shares]
real = 1.0
[runs.all]
[runs.seed-2]
seed = 2
[runs.bare]
network = { layers = 0 }
[runs.late]
edge = 1.0
"""


def section(right: float) -> Section:
    sums = Sums("right", "all")
    for tile, share in (("a", 0.1), ("b", -0.1), ("c", 0.0)):
        sums.add(tile, right=100 * (right + share), all=100)
    return Section({"building.pixel_f1": sums.ratio("right", "all")})


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "ablations.toml").write_text(CONFIG, "utf-8")
    for name in ("all", "seed-2", "bare"):
        (tmp_path / "runs" / name).mkdir(parents=True)
        write(tmp_path, name)
    found = {"all": section(0.8), "seed-2": section(0.7), "bare": section(0.6)}
    monkeypatch.setattr(ablation_page, "measure_all", lambda path, plan: found[path.name])
    return tmp_path


def write(folder: Path, name: str, step: int = 4, **others: object) -> None:
    """A run as far as the page looks at it."""
    settings = plain(ablations(folder / "ablations.toml")[name]) | others
    del settings["gap"]  # came later
    values = {"step": step, "config": settings}
    checkpoint.save(folder / "runs" / name / checkpoint.LAST, values)


def compare(folder: Path) -> int:
    paths = ["--runs", str(folder / "runs"), "--config", str(folder / "ablations.toml")]
    return main(["ablations", *paths, "--out", str(folder / "page.md"), "--data", str(folder)])


def test_runs_are_compared_on_the_same_places(runs: Path) -> None:
    assert compare(runs) == 0
    report = json.loads((runs / "page.json").read_text("utf-8"))
    assert report["against"]["bare"]["building.pixel_f1"]["difference"] == pytest.approx(-0.2)
    edges = report["against"]["bare"]["building.pixel_f1"]["interval"]
    assert edges == pytest.approx([-0.2, -0.2]), "alike on every place"
    spread = report["seeds"]["spread"]["building.pixel_f1"]
    assert report["seeds"]["runs"] == ["all", "seed-2"] and spread["mean"] == pytest.approx(0.75)
    page = (runs / "page.md").read_text("utf-8")
    assert "| `bare` | 0.6 |" in page and "-0.2 (-0.2 to -0.2)" in page and "`late`" not in page


def test_only_whole_runs_count(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(runs, "bare", step=3)
    assert compare(runs) == 2 and "not a whole run" in capsys.readouterr().err
    write(runs, "bare", steps=8, shares=[["scenes", 1.0]])
    assert compare(runs) == 2 and "another shares, steps than" in capsys.readouterr().err
    write(runs, "bare")
    (runs / "runs" / "all" / checkpoint.LAST).unlink()
    assert compare(runs) == 2 and "no finished run all" in capsys.readouterr().err
    assert not (runs / "page.md").exists()
