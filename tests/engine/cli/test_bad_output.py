"""Outputs that cannot be written end with a message and leave nothing half written."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.command import infer, refused


def test_output_folder_missing(tmp_path: Path, pair, model: Path) -> None:
    out = tmp_path / "no" / "o.gpkg"
    refused(infer(pair.before, pair.after, model, out), out, 1, "no", "does not exist")


def test_output_folder_read_only(tmp_path: Path, pair, model: Path) -> None:
    room = tmp_path / "locked"
    room.mkdir()
    made_read_only = make_unwritable(room)
    try:
        out = room / "o.gpkg"
        refused(infer(pair.before, pair.after, model, out), out, 1, "locked")
    finally:
        made_read_only()


def make_unwritable(folder: Path):
    """Read-only even for root, where that can be had; returns what undoes it."""
    if os.geteuid() != 0:
        folder.chmod(0o555)
        return lambda: folder.chmod(0o755)
    if mount("-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", folder):
        return lambda: subprocess.run(["umount", str(folder)], check=True)
    pytest.skip("as root, and tmpfs cannot be mounted here: nothing is read-only")


def mount(*arguments: object) -> bool:
    if shutil.which("mount") is None:
        return False
    done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, check=False)
    return done.returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path):
    """A file system of 600 kB."""
    room = tmp_path / "full"
    room.mkdir()
    if not mount("-t", "tmpfs", "-o", "size=600k", "tmpfs", room):
        pytest.skip("a small file system needs the right to mount")
    yield room
    subprocess.run(["umount", str(room)], check=True)


def test_full_disk_is_told_beforehand(small_disk: Path, pair, model: Path) -> None:
    out = small_disk / "o.gpkg"
    refused(infer(pair.before, pair.after, model, out), out, 1, "free", "--tmp-dir")


def test_disk_that_fills_up_leaves_nothing_half_written(
    small_disk: Path, tmp_path: Path, pair, model: Path
) -> None:
    """The work goes elsewhere, the layers do not fit: an error, no half file, work kept."""
    (small_disk / "ballast").write_bytes(bytes(560_000))
    work = tmp_path / "work"
    work.mkdir()
    out = small_disk / "o.gpkg"
    done = infer(pair.before, pair.after, model, out, "--tmp-dir", work)
    assert done.code == 1, done.err
    assert "room" in done.err.lower() and "Traceback" not in done.err
    assert not out.exists()
    assert [path.name for path in small_disk.iterdir()] == ["ballast"]
    (small_disk / "ballast").unlink()
    assert any(work.iterdir())
    mended = infer(pair.before, pair.after, model, tmp_path / "o.gpkg", "--tmp-dir", work, "--json")
    assert mended.code == 0, mended.err


def test_output_exists(tmp_path: Path, pair, model: Path) -> None:
    out = tmp_path / "o.gpkg"
    out.write_text("mine")
    done = infer(pair.before, pair.after, model, out)
    assert done.code == 1
    assert "--overwrite" in done.err
    assert out.read_text() == "mine"


def test_the_output_may_not_be_an_input(tmp_path: Path, pair, model: Path) -> None:
    copy = tmp_path / "copy.gpkg"
    shutil.copy(pair.before, copy)
    done = infer(copy, pair.after, model, copy, "--overwrite")
    assert done.code == 2
    assert copy.read_bytes() == Path(pair.before).read_bytes()
