"""Never two processes at work in one folder, however they begin and end."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.errors import OutputExistsError
from engine.folder_lock import LOCK_FILE, FolderLock

WORKER = """
import sys, time
from pathlib import Path
from engine.errors import OutputExistsError
from engine.folder_lock import FolderLock

folder, until = Path(sys.argv[1]), float(sys.argv[2])
turns = 0
while time.time() < until:
    try:
        held = FolderLock.make(folder)
    except OutputExistsError:
        continue
    held.clear()
    mine = folder / "mine"
    mine.touch(exist_ok=False)  # FileExistsError: somebody else is at work here
    (folder / "sub").mkdir()
    assert mine.exists()
    turns += 1
    if turns % 3:
        held.remove()
    else:
        mine.unlink()
        held.release()
print(turns)
"""


def test_many_processes_take_turns(tmp_path: Path) -> None:

    folder = tmp_path / "work"
    command = [sys.executable, "-c", WORKER, str(folder), str(time.time() + 3)]
    workers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    turns = []
    for worker in workers:
        out, err = worker.communicate(timeout=60)
        assert worker.returncode == 0, err
        turns.append(int(out))
    assert sum(turns) > 100


def test_a_folder_is_held_until_it_is_released(tmp_path: Path) -> None:
    held = FolderLock.make(tmp_path / "a" / "b")
    with pytest.raises(OutputExistsError, match="at work in"):
        FolderLock.make(tmp_path / "a" / "b")
    with pytest.raises(OutputExistsError, match="busy, sorry"):
        FolderLock(tmp_path / "a" / "b", "busy, sorry")
    held.release()
    FolderLock(tmp_path / "a" / "b").release()


def test_clear_leaves_the_lock_and_goes_in_order(tmp_path: Path) -> None:
    held = FolderLock.make(tmp_path)
    for name in ("run.json", "z", "a"):
        (tmp_path / name).touch()
    (tmp_path / "sub").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "sub")
    held.clear(last=("run.json",))
    assert [path.name for path in tmp_path.iterdir()] == [LOCK_FILE]
    held.remove()
    held.remove()
    assert not tmp_path.exists()


def test_what_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FolderLock(tmp_path / "none")
    assert not list(tmp_path.iterdir())
