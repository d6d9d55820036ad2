"""What the tests of the large model share: a small model in its folder layout, and data for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

MakeBase = Callable[..., Path]


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ChangeIMTI of two generated scenes, images and all."""
    from training.change_imti.command import main

    out = tmp_path_factory.mktemp("imti") / "data"
    assert main(["--flavour", "clean", "--from", "scenes:2", "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="session")
def make_base() -> MakeBase:
    """Makes a folder as the published models have it, with one layer of random weights."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from engine.language.prompts import opening
    from engine.language.tasks import TASKS
    from training.language.network import nano, save
    from training.language.tokens import learn

    def make(folder: Path, **changes: Any) -> Path:
        torch.manual_seed(3)
        texts = [message.as_text("") for task in TASKS for message in opening(task)] * 3
        tokens = learn(texts, 500)
        network = nano(tokens, num_hidden_layers=1, **changes)
        with torch.no_grad():
            for weight in network.parameters():
                if weight.ndim > 1:
                    weight.normal_(0, 0.08)
        save(network, tokens, folder)
        settings = folder / "preprocessor_config.json"
        # Like the published one it leaves images alone whose sides are whole tokens.
        size = {"shortest_edge": 32**2, "longest_edge": 1024**2}
        known = json.loads(settings.read_text("utf-8"))
        settings.write_text(json.dumps(known | {"size": size}), "utf-8")
        return folder

    return make


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory, make_base: MakeBase) -> Path:
    return make_base(tmp_path_factory.mktemp("hf") / "base")
