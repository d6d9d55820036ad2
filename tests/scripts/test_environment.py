"""The set-up of the two README commands: stamps, advice, pip calls. Nothing is installed here."""

from __future__ import annotations

import sys
from pathlib import Path

import environment
import pytest


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Record set-up commands; a venv command leaves an interpreter behind."""
    seen: list[list[str]] = []

    def record(command: list[str], folder: Path) -> None:
        seen.append(list(command))
        if "venv" in command:
            python = environment.python_of(folder)
            python.parent.mkdir(parents=True, exist_ok=True)
            python.touch()

    monkeypatch.setattr(environment, "_run", record)
    return seen


def ensure(folder: Path, needs: Path, *words: str, **options: bool) -> Path:
    return environment.ensure(folder, sys.executable, [], [needs], [list(words)], **options)


def test_stamp_depends_on_words_and_contents(tmp_path: Path) -> None:
    file = tmp_path / "needs.txt"
    file.write_text("numpy")
    first = environment.stamp(["a"], [file])
    assert first == environment.stamp(["a"], [file])
    assert first != environment.stamp(["b"], [file])
    file.write_text("numpy==2")
    assert first != environment.stamp(["a"], [file])


def test_second_start_does_nothing(tmp_path: Path, calls: list[list[str]]) -> None:
    needs = tmp_path / "needs.txt"
    needs.write_text("1")
    ensure(tmp_path / "venv", needs, "x")
    assert len(calls) == 2
    ensure(tmp_path / "venv", needs, "x")
    assert len(calls) == 2


def test_changed_needs_renew_in_place(tmp_path: Path, calls: list[list[str]]) -> None:
    needs = tmp_path / "needs.txt"
    needs.write_text("1")
    ensure(tmp_path / "venv", needs, "x")
    needs.write_text("2")
    ensure(tmp_path / "venv", needs, "x")
    assert ["venv" in call for call in calls] == [True, False, False]


def test_other_extras_start_afresh(tmp_path: Path, calls: list[list[str]]) -> None:
    needs = tmp_path / "needs.txt"
    needs.write_text("1")
    ensure(tmp_path / "venv", needs, "changevg[cpu]")
    ensure(tmp_path / "venv", needs, "changevg[gpu]")
    assert ["venv" in call for call in calls] == [True, False, True, False]


def test_interrupted_set_up_starts_afresh(
    tmp_path: Path, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = tmp_path / "needs.txt"
    needs.write_text("1")
    record = environment._run

    def fail(command: list[str], folder: Path) -> None:
        record(command, folder)
        if "pip" in command:
            raise environment.SetupError("no network")

    monkeypatch.setattr(environment, "_run", fail)
    with pytest.raises(environment.SetupError):
        ensure(tmp_path / "venv", needs, "x")
    monkeypatch.setattr(environment, "_run", record)
    ensure(tmp_path / "venv", needs, "x")
    assert ["venv" in call for call in calls] == [True, False, True, False]


def test_failed_command_explains_itself(tmp_path: Path) -> None:
    script = "import sys; print('OSError: [Errno 28] No space left on device'); sys.exit(3)"
    with pytest.raises(environment.SetupError, match="disk is full") as caught:
        environment._run([sys.executable, "-c", script], tmp_path / "venv")
    assert "exit code 3" in str(caught.value)
    assert "No space left" in (tmp_path / "venv" / environment.LOG).read_text()


@pytest.mark.parametrize(
    ("output", "word"),
    [
        ("The virtual environment was not created: ensurepip is not available.", "python3-venv"),
        ("NewConnectionError: Temporary failure in name resolution", "network"),
        ("ERROR: Could not find a version that satisfies numpy", "pip finds no"),
        ("something else entirely", ""),
    ],
)
def test_advice(output: str, word: str) -> None:
    assert word in environment.advice(output)


def test_torch_index_is_used_for_torch_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANGEVG_TORCH_INDEX", "https://example.org/cpu")
    with_torch = environment.pip_options(("cpu", "train"))
    assert with_torch[0][-1] == "torch"
    assert len(with_torch) == 2
    assert "--index-url" not in with_torch[1]
    assert len(environment.pip_options(("cpu",))) == 1


def test_folder_can_be_moved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHANGEVG_VENV_DIR", str(tmp_path))
    assert environment.venv_folder(".venv") == tmp_path / ".venv"
    monkeypatch.delenv("CHANGEVG_VENV_DIR")
    assert environment.venv_folder(".venv") == environment.ROOT / ".venv"


def test_children_inherit_no_other_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    child = environment.clean_environ()
    assert "PYTHONPATH" not in child
    assert child["PYTHONNOUSERSITE"] == "1"
