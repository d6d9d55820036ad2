"""Nothing half-written, nothing old destroyed, and errors that say what to do."""

import errno
import os
import shutil
import sqlite3

import pytest
from pyogrio.errors import DataSourceError
from rasterio.errors import RasterioIOError
from support.layer_records import make_boxes, make_provenance

from engine.errors import DiskFullError, OutputError, OutputExistsError, OutputFolderError
from engine.layers import open_writer
from engine.layers.atomic import output_errors, replace_folder, restore_folder

FORMATS = ("gpkg", "fgb", "parquet", "geojson")


def open_(path, fmt="gpkg"):
    return open_writer(path, "EPSG:32633", fmt, make_provenance())


@pytest.mark.parametrize("fmt", FORMATS)
def test_leaving_without_commit_leaves_nothing(tmp_path, fmt):
    with open_(tmp_path / "a", fmt) as writer:
        writer.write_boxes(make_boxes(3))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("fmt", FORMATS)
def test_only_the_output_is_left_after_commit(tmp_path, fmt):
    for _ in range(2):
        with open_(tmp_path / "a", fmt) as writer:
            writer.write_boxes(make_boxes(3))
            writer.commit()
        assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_an_old_output_stays_until_commit_and_after_a_failure(tmp_path, monkeypatch):
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"old")
    with open_(path) as writer:
        writer.write_boxes(make_boxes(3))
        assert path.read_bytes() == b"old"

        def full(*_):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(DiskFullError, match="No room left") as caught:
            writer.commit()
    assert "--resume" in str(caught.value)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.gpkg"]


def test_what_a_killed_run_left_is_cleared(tmp_path):
    dead = open_(tmp_path / "a.gpkg")
    dead.write_boxes(make_boxes(1))
    assert len(list(tmp_path.iterdir())) == 1
    dead._part.release()  # as the system does for a process that is gone
    with open_(tmp_path / "a.gpkg") as writer:
        writer.commit()
    assert [path.name for path in tmp_path.iterdir()] == ["a.gpkg"]


def test_a_stale_log_of_the_replaced_file_goes_with_it(tmp_path):
    (tmp_path / "a.gpkg").write_bytes(b"old")
    (tmp_path / "a.gpkg-wal").write_bytes(b"old log")
    with open_(tmp_path / "a.gpkg") as writer:
        writer.commit()
    assert [path.name for path in tmp_path.iterdir()] == ["a.gpkg"]


@pytest.mark.parametrize("fmt", FORMATS)
def test_what_another_run_is_writing_is_left_to_it(tmp_path, fmt):
    """Their work directories may lie in two places."""
    with open_(tmp_path / "a", fmt) as writer:
        writer.write_boxes(make_boxes(3))
        with pytest.raises(OutputExistsError, match="Another run is writing"):
            open_(tmp_path / "a", fmt)
        writer.commit()
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_what_was_saved_last_is_in_the_old_file_until_the_new_one_is_in_place(
    tmp_path, monkeypatch
):
    """QGIS keeps its last edits in a log beside the file; a kill comes when it is taken away."""
    path = tmp_path / "a.gpkg"
    editor = sqlite3.connect(path)
    editor.execute("PRAGMA journal_mode=WAL")
    editor.execute("CREATE TABLE boxes (review TEXT)")
    editor.execute("INSERT INTO boxes VALUES ('confirmed')")
    editor.commit()
    assert (tmp_path / "a.gpkg-wal").stat().st_size

    def killed(*_):
        raise KeyboardInterrupt

    with open_(path) as writer:
        monkeypatch.setattr(os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            writer.commit()
    left = tmp_path / "seen.gpkg"
    shutil.copy(path, left)
    assert sqlite3.connect(left).execute("SELECT review FROM boxes").fetchall() == [("confirmed",)]


def test_an_old_folder_comes_back_when_it_could_not_be_replaced(tmp_path, monkeypatch):
    made, target = tmp_path / "made", tmp_path / "target"
    for folder, content in ((made, "new"), (target, "old")):
        folder.mkdir()
        (folder / "metadata.json").write_text(content)
    rename = os.replace

    def only_the_old(source, goal):
        if source == made:
            raise OSError(errno.EIO, "Input/output error")
        rename(source, goal)

    monkeypatch.setattr(os, "replace", only_the_old)
    with pytest.raises(OSError, match="Input/output"):
        replace_folder(made, target, ours="metadata.json")
    assert (target / "metadata.json").read_text() == "old"


def test_an_old_folder_comes_back_after_a_kill_between_the_renames(tmp_path):
    old = tmp_path / ".a.old"
    old.mkdir()
    (old / "metadata.json").write_text("old")
    restore_folder(tmp_path / "a")
    assert (tmp_path / "a" / "metadata.json").read_text() == "old"
    restore_folder(tmp_path / "a")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(OutputFolderError, match="does not exist"):
        open_(tmp_path / "nowhere" / "a.gpkg")


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path):
    (tmp_path / "a.gpkg").mkdir()
    with open_(tmp_path / "a.gpkg") as writer, pytest.raises(OutputExistsError, match="folder"):
        writer.commit()


def test_a_folder_of_someone_else_is_never_replaced(tmp_path):
    target = tmp_path / "photos.fgb"
    target.mkdir()
    (target / "holiday.jpg").write_bytes(b"irreplaceable")
    with open_(target, "fgb") as writer, pytest.raises(OutputExistsError, match="not a result"):
        writer.commit()
    assert (target / "holiday.jpg").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["photos.fgb"]


def test_an_empty_folder_is_filled(tmp_path):
    made, target = tmp_path / "made", tmp_path / "target"
    made.mkdir()
    target.mkdir()
    replace_folder(made, target, ours="metadata.json")
    assert target.is_dir()
    assert not made.exists()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), DiskFullError),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), DiskFullError),
        (sqlite3.OperationalError("database or disk is full"), DiskFullError),
        (DataSourceError("sqlite3_step failed: database or disk is full (13)"), DiskFullError),
        (PermissionError(errno.EACCES, "Permission denied"), OutputFolderError),
        (OSError(errno.EROFS, "Read-only file system"), OutputFolderError),
        (sqlite3.OperationalError("attempt to write a readonly database"), OutputFolderError),
        (DataSourceError("something else"), OutputError),
    ],
)
def test_errors_of_writing_are_translated(tmp_path, error, expected):
    with pytest.raises(OutputError) as caught, output_errors(tmp_path / "a.gpkg"):
        raise error
    assert type(caught.value) is expected
    assert "a.gpkg" in caught.value.message


def test_a_failure_without_reason_on_a_full_disk_is_called_what_it_is(tmp_path, monkeypatch):
    room = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: room)
    with pytest.raises(DiskFullError), output_errors(tmp_path / "a.tif"):
        raise RasterioIOError("Write failed. See previous exception for details.")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_folder_without_permission(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputFolderError, match="cannot be written"):
            open_(tmp_path / "a.gpkg")
    finally:
        tmp_path.chmod(0o700)
