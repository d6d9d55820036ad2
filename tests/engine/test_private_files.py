"""Files of one's own: whole or not there."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from engine.private_files import private_folder, write_private


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise")
def test_nobody_else_reads_them(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "state")
    write_private(folder / "key", "secret")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "key").stat().st_mode) == 0o600


def test_on_a_full_disk_the_old_file_stays_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "record.json"
    write_private(path, "old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(path, "new")
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
