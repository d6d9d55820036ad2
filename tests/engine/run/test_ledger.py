"""The work directory: nobody else's, held by one run, and gone where there is nothing to resume."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.errors import LedgerError, OutputExistsError
from engine.objects import Strip
from engine.run.ledger import Ledger, TileState


def strip(row0: int = 0) -> Strip:
    bytes_ = np.zeros((4, 10), np.uint8)
    return Strip(row0, bytes_, bytes_, bytes_, np.ones((4, 10), bool))


STATES = [TileState("r00000c00000", 0, "ok", 0.0, 0.5)]


def test_a_folder_that_is_no_run_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "o.gpkg.work"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(OutputExistsError, match="no unfinished run"):
        Ledger(folder, "a", {}, overwrite=True)
    assert (folder / "thesis.txt").read_text() == "mine"


def test_what_a_run_left_that_never_began_is_taken(tmp_path: Path) -> None:
    folder = tmp_path / "o.gpkg.work"
    folder.mkdir()
    (folder / ".run.json.part").write_text("{")
    with Ledger(folder, "a", {}) as ledger:
        assert not ledger.resumed


def test_an_error_before_the_first_row_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    with pytest.raises(RuntimeError), Ledger(folder, "a", {}):
        raise RuntimeError
    assert not folder.exists()
    with Ledger(folder, "a", {}) as ledger:
        ledger.save_row(0, strip(), STATES)
    with pytest.raises(RuntimeError), Ledger(folder, "a", {}, resume=True):
        raise RuntimeError
    with Ledger(folder, "a", {}, resume=True) as again:
        assert again.resumed
        assert again.load_row(0)[1] == STATES


@pytest.mark.parametrize("options", [{}, {"resume": True}, {"overwrite": True}])
def test_a_second_run_is_kept_out_while_the_first_works(
    tmp_path: Path, options: dict[str, bool]
) -> None:
    folder = tmp_path / "work"
    with Ledger(folder, "a", {}) as ledger:
        ledger.save_row(0, strip(), STATES)
        with pytest.raises(OutputExistsError, match="Another run"):
            Ledger(folder, "a", {}, **options)
        assert ledger.has_row(0)
    with Ledger(folder, "a", {}, resume=True) as free:
        assert free.has_row(0)


def test_a_killed_run_holds_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    code = (
        "import os, sys; from pathlib import Path; from engine.run.ledger import Ledger;"
        "Ledger(Path(sys.argv[1]), 'a', {}); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], check=False)
    with Ledger(folder, "a", {}, resume=True) as ledger:
        assert ledger.resumed


@pytest.mark.parametrize("content", [b"", b"x", None])
def test_a_row_cut_short_is_an_error_of_ours(tmp_path: Path, content: bytes | None) -> None:
    with Ledger(tmp_path / "work", "a", {}) as ledger:
        ledger.save_row(0, strip(), STATES)
        file = ledger.folder / "row-000000.z"
        file.write_bytes(file.read_bytes()[:40] if content is None else content)
        with pytest.raises(LedgerError, match="row-000000"):
            ledger.load_row(0)


def test_a_directory_half_deleted_is_still_known_as_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "work"
    ledger = Ledger(folder, "a", {})
    ledger.save_row(0, strip(), STATES)
    delete = Path.unlink

    def killed(path: Path, **options: bool) -> None:
        if path.name == "run.json":
            raise KeyboardInterrupt
        delete(path, **options)

    monkeypatch.setattr(Path, "unlink", killed)
    with pytest.raises(KeyboardInterrupt):
        ledger.remove()
    monkeypatch.undo()
    ledger.release()
    assert {path.name for path in folder.iterdir()} == {"run.json", "lock"}
    with Ledger(folder, "a", {}, resume=True) as again:
        assert again.resumed and not again.has_row(0)
