"""What makes two runs the same run."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest
from support.planted_model import planted_model
from support.rasters import planted_pair

from engine.models import load_model
from engine.run.settings import RunSettings, fingerprint


def test_the_current_folder_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = planted_pair(tmp_path, width=96, height=96, n=1)
    folder = planted_model(tmp_path / "model")
    settings = RunSettings(
        before=str(pair.before), after=str(pair.after), output=tmp_path / "o.gpkg",
        model=str(folder),
    )  # fmt: skip
    found = set()
    for number in range(3):
        there = tmp_path / f"cwd{number}"
        there.mkdir()
        (there / "file").write_text("x")
        os.utime(there, ns=(number, number))
        monkeypatch.chdir(there)
        found.add(fingerprint(settings, load_model(str(folder))))
    assert len(found) == 1
    other = dataclasses.replace(settings, after=str(pair.before))
    assert fingerprint(other, load_model(str(folder))) not in found
