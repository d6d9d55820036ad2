"""scripts/run.py: its own options, and what it prints after the demo."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

import pytest
import run


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHANGEVG_EXTRA", raising=False)


def test_engine_arguments_pass_untouched() -> None:
    words = ["tile-infer", "a b.tif", "--extra", "--help"]
    assert run.parse(words).rest == tuple(words)


def test_own_options_come_first() -> None:
    request = run.parse(["--extra", "gpu", "--rebuild", "info", "--rebuild"])
    assert (request.extra, request.rebuild, request.rest) == ("gpu", True, ("info", "--rebuild"))
    assert run.parse(["--extra=cpu", "--setup-only"]).setup_only


@pytest.mark.parametrize("words", [["--extra", "tpu"], ["--extra"], ["--extra="]])
def test_unknown_extra_is_usage(words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run.parse(words)
    assert caught.value.code == 2


def test_extra_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANGEVG_EXTRA", "gpu")
    assert run.parse([]).extra == "gpu"
    assert run.parse(["--extra", "cpu"]).extra == "cpu"


@pytest.mark.parametrize(
    ("code", "text", "extra"),
    [(0, "GPU 0: H200", "gpu"), (9, "NVIDIA-SMI has failed", "cpu"), (0, "", "cpu")],
)
def test_runtime_follows_the_driver(
    monkeypatch: pytest.MonkeyPatch, code: int, text: str, extra: str
) -> None:
    monkeypatch.setattr(run.shutil, "which", lambda name: name)
    answer = subprocess.CompletedProcess([], code, stdout=text)
    monkeypatch.setattr(run.subprocess, "run", lambda *a, **k: answer)
    assert run.choose_extra(None) == extra


def test_no_driver_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    assert run.choose_extra(None) == "cpu"
    assert run.choose_extra("gpu") == "gpu"


def test_what_is_installed_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A driver that does not answer this once, or a graphics card in another dock."""
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    monkeypatch.setattr(run, "runtime_in", lambda folder: "gpu")
    assert run.choose_extra(None, tmp_path) == "gpu"
    assert run.choose_extra("cpu", tmp_path) == "cpu"


def test_help_needs_no_set_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--help"]) == 0
    assert "scripts/run.py" in capsys.readouterr().out


def test_failed_set_up_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*args: object, **options: object) -> Path:
        raise run.SetupError("no network")

    monkeypatch.setattr(run, "ensure_project", fail)
    assert run.main(["info"]) == 1
    assert "no network" in capsys.readouterr().err


def test_totals_come_from_boxes(tmp_path: Path) -> None:
    path = tmp_path / "changes.gpkg"
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE boxes (class TEXT, action TEXT, area_m2 REAL)")
        rows = [("building", "appeared", 900.0), ("building", "appeared", 350.4)]
        base.executemany("INSERT INTO boxes VALUES (?, ?, ?)", rows)
    base.close()
    assert run.totals(path) == ["2 building appeared, 1,250 m²"]
    assert "could not be read" in run.totals(tmp_path / "missing" / "x.gpkg")[0]
