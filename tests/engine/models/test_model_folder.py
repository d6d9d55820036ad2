"""A model's own words are data: they name no path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.planted_model import planted_model

from engine.errors import ModelDamagedError
from engine.models import read_model


@pytest.mark.parametrize("name", ["../outside", "/tmp/x", "..", ".hidden", "a/b", "a\\b", ""])
def test_an_id_is_a_plain_name(tmp_path: Path, name: str) -> None:
    folder = planted_model(tmp_path / "planted")
    facts = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps(facts | {"id": name}))
    with pytest.raises(ModelDamagedError, match="id"):
        read_model(folder)
