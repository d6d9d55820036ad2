"""The wheelhouse holds what pip gave, whole, with checksums, and the plugin finds it good."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import build_wheelhouse as script
import pytest


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """A pip that writes small wheels, and remembers what it was asked."""
    asked: list[tuple[str, ...]] = []

    def play(*arguments: str) -> None:
        asked.append(arguments)
        flag = "--wheel-dir" if arguments[0] == "wheel" else "--dest"
        folder = Path(arguments[arguments.index(flag) + 1])
        names = {"wheel": ["changevg-0.1.0-py3-none-any.whl"], "download": ["a-1-py3-none-any.whl"]}
        for name in names[arguments[0]]:
            (folder / name).write_bytes(name.encode())

    monkeypatch.setattr(script, "pip", play)
    return asked


def test_wheels_and_sums(tmp_path: Path, pip: list, capsys: pytest.CaptureFixture[str]) -> None:
    assert script.main(["--output", str(tmp_path)]) == 0
    (made,) = tmp_path.iterdir()
    assert (
        made.name.startswith("changevg-0.1.0-wheelhouse-") and str(made) in capsys.readouterr().out
    )
    with zipfile.ZipFile(made) as archive:
        names = archive.namelist()
        assert names == ["a-1-py3-none-any.whl", "changevg-0.1.0-py3-none-any.whl", "SHA256SUMS"]
        for line in archive.read("SHA256SUMS").decode().splitlines():
            digest, name = line.split("  ")
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    assert any(word.endswith("changevg-0.1.0-py3-none-any.whl[cpu]") for word in pip[1])
    first = made.read_bytes()
    assert script.main(["--output", str(tmp_path)]) == 0 and made.read_bytes() == first


def test_for_another_machine(tmp_path: Path, pip: list) -> None:
    words = ["--platform", "win_amd64", "--python", "3.12", "--gpu", "--output", str(tmp_path)]
    assert script.main(words) == 0
    (made,) = tmp_path.iterdir()
    assert made.name == "changevg-0.1.0-wheelhouse-win_amd64-py3.12-gpu.zip"
    assert {"--platform", "win_amd64", "--python-version", "3.12"} <= set(pip[1])
    assert pip[1][-1].endswith("[gpu]") and "--only-binary=:all:" in pip[1]


def test_a_failure_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*arguments: str) -> None:
        raise script.WheelhouseError("pip wheel failed: see above.")

    monkeypatch.setattr(script, "pip", fail)
    assert script.main(["--output", str(tmp_path / "out")]) == 1
    assert "pip wheel failed" in capsys.readouterr().err and not list((tmp_path / "out").iterdir())
