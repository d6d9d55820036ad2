"""A model and a small pair; files with needs of their own have their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.planted_model import planted_model
from support.rasters import planted_pair

SIZE = 300


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory):
    return planted_pair(tmp_path_factory.mktemp("pair"), width=SIZE, height=SIZE)
