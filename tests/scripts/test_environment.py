"""The set-up of the two README commands: stamps, advice, pip calls. Nothing is installed here."""

from __future__ import annotations

import subprocess
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
            python.unlink(missing_ok=True)
            python.symlink_to(sys.executable)

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


@pytest.fixture
def made(tmp_path: Path, calls: list[list[str]]) -> tuple[Path, Path]:
    """An environment that works, with a file of its own, and what it needs."""
    needs = tmp_path / "needs.txt"
    needs.write_text("1")
    folder = ensure(tmp_path / "venv", needs, "x")
    (folder / "kept").touch()
    calls.clear()
    return folder, needs


def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    record = environment._run

    def fail(command: list[str], folder: Path) -> None:
        record(command, folder)
        if "pip" in command:
            (folder / environment.LOG).write_text("what pip said")
            raise environment.SetupError("no network")

    monkeypatch.setattr(environment, "_run", fail)


def test_another_python_on_the_path_is_no_reason(
    made: tuple[Path, Path], calls: list[list[str]], tmp_path: Path
) -> None:
    other = tmp_path / "python3.99"
    other.write_text("#!/bin/sh\necho 3.99\n")
    other.chmod(0o755)
    environment.ensure(made[0], str(other), [], [made[1]], [["x"]])
    assert not calls


def test_an_index_is_no_reason(made: tuple[Path, Path], calls: list[list[str]]) -> None:
    environment.ensure(made[0], sys.executable, [], [made[1]], [["--index-url", "u", "t"], ["x"]])
    assert not calls


def test_the_python_of_its_packages_is_a_reason(
    made: tuple[Path, Path], calls: list[list[str]], tmp_path: Path
) -> None:
    options = ["--system-site-packages"]
    environment.ensure(made[0], sys.executable, options, [made[1]], [["x"]])
    other = tmp_path / "python"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    environment.ensure(made[0], str(other), options, [made[1]], [["x"]])
    assert ["venv" in call for call in calls] == [True, False, True, False]


@pytest.mark.parametrize("what", ["gone", "another version"])
def test_an_environment_whose_python_is_lost_is_made_anew(
    made: tuple[Path, Path], calls: list[list[str]], what: str
) -> None:
    python = environment.python_of(made[0])
    python.unlink()
    if what == "another version":
        python.write_text("#!/bin/sh\necho 3.99\n")
        python.chmod(0o755)
    ensure(*made, "x")
    assert ["venv" in call for call in calls] == [True, False]
    assert not (made[0] / "kept").exists()
    assert not made[0].with_name("venv.old").exists()


@pytest.mark.parametrize("how", ["other words", "rebuild"])
def test_without_network_the_old_one_stays(
    made: tuple[Path, Path], calls: list[list[str]], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    no_network(monkeypatch)
    words = "y" if how == "other words" else "x"
    with pytest.raises(environment.SetupError, match="as it was"):
        ensure(*made, words, rebuild=how == "rebuild")
    assert (made[0] / "kept").exists()
    assert (made[0] / environment.LOG).read_text() == "what pip said"
    calls.clear()
    ensure(*made, "x")
    assert not calls


def test_a_renewal_without_network_can_be_repeated(
    made: tuple[Path, Path], calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made[1].write_text("2")
    with monkeypatch.context() as patch:
        no_network(patch)
        with pytest.raises(environment.SetupError, match="no network"):
            ensure(*made, "x")
    ensure(*made, "x")
    assert ["venv" in call for call in calls] == [False, False]
    assert (made[0] / "kept").exists()


def test_what_a_killed_start_set_aside_is_put_back(
    made: tuple[Path, Path], calls: list[list[str]]
) -> None:
    made[0].rename(made[0].with_name("venv.old"))
    (made[0] / "bin").mkdir(parents=True)
    ensure(*made, "x")
    assert not calls and (made[0] / "kept").exists()
    assert not made[0].with_name("venv.old").exists()


def test_an_environment_in_use_is_not_replaced(
    made: tuple[Path, Path], calls: list[list[str]]
) -> None:
    code = (
        "import os, sys; sys.path.insert(0, sys.argv[1]); import environment; from pathlib import"
        " Path; environment.hold(Path(sys.argv[2]));"
        "os.execv('/bin/sh', ['sh', '-c', 'echo held; read line'])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(Path(environment.__file__).parent), str(made[0])],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as user:  # fmt: skip
        assert user.stdout is not None
        assert user.stdout.readline() == "held\n"
        with pytest.raises(environment.SetupError, match="in use"):
            ensure(*made, "y")
        assert not calls and (made[0] / "kept").exists()
        ensure(*made, "x")  # what changes nothing may be done
    ensure(*made, "y")
    assert ["venv" in call for call in calls] == [True, False]


def test_the_stamp_of_an_earlier_version_is_taken(
    made: tuple[Path, Path], calls: list[list[str]]
) -> None:
    mark = made[0] / environment.STAMP
    former = environment._former_base(made[0], sys.executable, [], [["x"]])
    mark.write_text(f"{former}\n{mark.read_text().split()[1]}\n")
    ensure(*made, "x")
    assert not calls and len(mark.read_text().split()) == 3
    mark.write_text(f"{former}\nanother\n")
    ensure(*made, "x")
    assert ["venv" in call for call in calls] == [False]


@pytest.mark.parametrize(
    ("package", "extra"),
    [("onnxruntime_gpu-1.22.0", "gpu"), ("onnxruntime-1.22.0", "cpu"), ("numpy-2.0", None)],
)
def test_the_runtime_that_is_there(
    made: tuple[Path, Path], package: str, extra: str | None
) -> None:
    place = made[0] / "lib" / "python3.11" / "site-packages"
    (place / f"{package}.dist-info").mkdir(parents=True)
    assert environment.runtime_in(made[0]) == extra
    (made[0] / environment.STAMP).unlink()
    assert environment.runtime_in(made[0]) is None


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
