"""A run that is cut off and resumed ends with the weights of one that was not."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("accelerate")
pytest.importorskip("onnxscript")

from training.guide import bundle, checkpoint  # noqa: E402
from training.guide import fit as fitting  # noqa: E402
from training.guide.command import main  # noqa: E402

CONFIG = """
name = "tiny"
steps = 6
seed = 4
train = ["place_1", "place_2"]
phases = [[0.5, 32, 2], [0.5, 64, 2]]
checkpoint_seconds = 0.0
threads = 1
pretrained = false

[network]
width = 16
layers = 1
decoder = [8, 8, 8, 8, 8]
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    levir = tmp_path / "data" / "levir"
    for folder in ("A", "B", "label"):
        (levir / folder).mkdir(parents=True)
    for name in ("place_1", "place_2"):
        before = rng.integers(0, 200, (128, 128, 3), dtype=np.uint8)
        after, mask = before.copy(), np.zeros((128, 128), np.uint8)
        after[40:70, 30:60], mask[40:70, 30:60] = 240, 255
        cv2.imwrite(str(levir / "A" / f"{name}.jpg"), before)
        cv2.imwrite(str(levir / "B" / f"{name}.jpg"), after)
        cv2.imwrite(str(levir / "label" / f"{name}.png"), mask)
    (levir / "captions.json").write_text("[]", "utf-8")
    (tmp_path / "tiny.toml").write_text(CONFIG, "utf-8")
    return tmp_path


def run(data: Path, out: str, *more: str) -> Path:
    arguments = ["fit", "--config", str(data / "tiny.toml"), "--data", str(data / "data")]
    main([*arguments, "--out", str(data / out), *more])
    return data / out


def test_resumed_equals_uninterrupted(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = checkpoint.read(run(data, "whole"))
    save, saved = checkpoint.save, []

    def save_and_die(path: Path, values: dict) -> None:
        save(path, values)
        saved.append(values["step"])
        if saved == [1, 2, 3]:
            raise KeyboardInterrupt

    monkeypatch.setattr(fitting.checkpoint, "save", save_and_die)
    with pytest.raises(KeyboardInterrupt):
        run(data, "cut")
    assert checkpoint.read(data / "cut")["step"] == 3
    resumed = checkpoint.read(run(data, "cut"))  # the same command
    run(data, "cut", "--resume")  # done; as it had to be said once
    assert saved == [1, 2, 3, 4, 5, 6], "it went on, and did not begin anew"
    assert resumed["step"] == whole["step"] == 6
    for part in ("network", "average"):
        for name, values in whole[part].items():
            assert torch.equal(values, resumed[part][name]), name


def test_other_settings_are_refused(data: Path) -> None:
    run(data, "run")
    (data / "tiny.toml").write_text(CONFIG.replace("seed = 4", "seed = 5"), "utf-8")
    with pytest.raises(ValueError, match="other settings"):
        run(data, "run")


def test_a_setting_that_came_later_had_its_default(data: Path) -> None:
    last = run(data, "run") / "last.pt"
    state = checkpoint.read(last)
    del state["config"]["twins"]
    torch.save(state, last)
    run(data, "run")
    state["config"]["seed"] += 1
    torch.save(state, last)
    with pytest.raises(ValueError, match="other settings"):
        run(data, "run")


def test_unknown_setting_is_refused(data: Path) -> None:
    (data / "tiny.toml").write_text("speed = 1\n" + CONFIG, "utf-8")
    with pytest.raises(ValueError, match="speed"):
        run(data, "run")


def test_export_writes_a_model_folder(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stub(
        network: torch.nn.Module, path: Path, half: bool, captions: object, settle: object
    ) -> None:
        assert not network.training and half and captions is None
        assert settle == (1.2, 0.5, 0.0)
        path.write_bytes(b"graph")

    monkeypatch.setattr(bundle, "export", stub)  # the graph itself: test_guide_export.py
    monkeypatch.setattr(bundle, "imagery_range", lambda *_: {"limit": 1.5})
    out = data / "model"
    card = data / "card.toml"
    known = 'id = "tiny"\nversion = "0"\n[thresholds]\nchange = 0.4\n'
    card.write_text(known + "[graph]\ntemperature = 1.2\nvalley = 0.5\n", "utf-8")
    arguments = ["export", "--checkpoint", str(run(data, "run")), "--data", str(data / "data")]
    main([*arguments, "--out", str(out), "--card", str(card)])
    settings = json.loads((out / "model.json").read_text("utf-8"))
    assert settings["id"] == "tiny" and settings["training"]["steps"] == 6
    assert settings["thresholds"] == {"change": 0.4}
    low, high = settings["stretch"]["to"]
    assert 0 <= low < high <= 255
    assert settings["range"] == {"limit": 1.5}
    assert set(settings["sha256"]) == {"guide.onnx"}


def test_a_larger_network_starts_as_the_smaller_one() -> None:
    torch = pytest.importorskip("torch")
    small, large = torch.nn.Conv2d(4, 3, 1), torch.nn.Conv2d(6, 3, 1)
    fitting.carry_over(large, small.state_dict())
    x = torch.randn(1, 6, 5, 5)
    assert torch.allclose(large(x), small(x[:, :4]), atol=1e-6)
    more = torch.nn.Conv2d(4, 5, 1)
    own = more(x[:, :4])[:, 3:]
    fitting.carry_over(more, small.state_dict())
    assert torch.allclose(more(x[:, :4]), torch.cat((small(x[:, :4]), own), 1), atol=1e-6)
    with pytest.raises(ValueError, match="weight"):
        fitting.carry_over(torch.nn.Conv2d(4, 2, 1), small.state_dict())
    with pytest.raises(ValueError, match="weight"):
        fitting.carry_over(torch.nn.Conv2d(2, 3, 1), small.state_dict())
