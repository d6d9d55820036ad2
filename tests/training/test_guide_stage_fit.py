"""The three stages on two drawn tiles: each runs, a cut run goes on, an export can follow."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("pycocoevalcap")

from training.guide import checkpoint, stage_data, stage_fit  # noqa: E402
from training.guide.caption_run import read_decoder  # noqa: E402
from training.guide.command import main  # noqa: E402
from training.guide.vocabulary import STOCK  # noqa: E402

CONFIG = """
validate = ["place_2"]
batch = 2
accumulate = 2
steps = 2
validate_every = 1
views = [0, 2]
width = 16
heads = 2
hidden = 16

[guide]
train = ["place_1"]
seed = 3
learning_rate = 1e-3
pretrained = false
checkpoint_seconds = 0.0
threads = 1

[guide.network]
width = 16
layers = 1
decoder = [8, 8, 8, 8, 8]
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rng, items = np.random.default_rng(0), []
    levir = tmp_path / "data" / "levir"
    for folder in ("A", "B", "label"):
        (levir / folder).mkdir(parents=True)
    for name in ("place_1", "place_2"):
        before = rng.integers(0, 90, (256, 512, 3), dtype=np.uint8)
        after, mask = before.copy(), np.zeros((256, 512), np.uint8)
        after[40:90, 30:80], mask[40:90, 30:80] = 240, 255
        cv2.imwrite(str(levir / "A" / f"{name}.jpg"), before)
        cv2.imwrite(str(levir / "B" / f"{name}.jpg"), after)
        cv2.imwrite(str(levir / "label" / f"{name}.png"), mask)
        built = ["a house is built on the left"] * 4 + ["a new house appears"]
        for column, sentences in enumerate((built, sorted(STOCK))):
            item = {"id": f"{name}_{column}", "tile": name, "row": 0, "col": column}
            items.append(item | {"sentences": sentences})
    (levir / "captions.json").write_text(json.dumps(items))
    text = {"train": {str(k): ["a house is built on the bare ground"] * 5 for k in range(3)}}
    (tmp_path / "data" / "levir_cc_text").mkdir()
    (tmp_path / "data" / "levir_cc_text" / "sentences.json").write_text(json.dumps(text))
    (tmp_path / "stages.toml").write_text(CONFIG)
    return tmp_path


def run(data: Path, out: str) -> Path:
    main(["stages", "--config", str(data / "stages.toml"), "--data", str(data / "data"), "--out",
          str(data / out)])  # fmt: skip
    return data / out


def test_a_cut_run_ends_where_a_whole_one_does(data: Path, monkeypatch) -> None:
    whole = run(data, "whole")
    lines = [json.loads(line) for line in (whole / "log.jsonl").read_text().splitlines()]
    assert [(line["stage"], line["step"]) for line in lines] == [
        (stage, step) for stage in ("joint", "caption", "detection") for step in (1, 2)
    ]
    assert all(0 <= line["bleu4"] <= 1 and 0 < line["miou"] <= 1 for line in lines)
    advance, done = stage_fit.Run.advance, []

    def cut(self: stage_fit.Run) -> dict[str, float]:
        done.append(0)
        if len(done) == 4:  # in the middle of the second stage
            raise KeyboardInterrupt
        return advance(self)

    monkeypatch.setattr(stage_fit.Run, "advance", cut)
    with pytest.raises(KeyboardInterrupt):
        run(data, "cut")
    monkeypatch.setattr(stage_fit.Run, "advance", advance)
    resumed = checkpoint.read(run(data, "cut"))
    for name, values in checkpoint.read(whole)["network"].items():
        assert torch.equal(values, resumed["network"][name]), name


def test_what_is_left_can_be_exported(data: Path) -> None:
    out = run(data, "run")
    network, config, _ = checkpoint.averaged(out)
    decoder, vocabulary = read_decoder(out)
    assert config.train == ("place_1",) and "house" in vocabulary.words
    zeros = torch.zeros(1, 3, 64, 64, dtype=torch.uint8)
    memory = decoder.memory(network(zeros, zeros))
    assert decoder.next_logits(memory, torch.ones(1, 1, dtype=torch.int64)).shape[1] == len(
        vocabulary
    )
    (data / "stages.toml").write_text(CONFIG.replace("seed = 3", "seed = 4"))
    with pytest.raises(ValueError, match="other settings"):
        run(data, "run")


def test_each_stage_is_judged_by_its_own_branch() -> None:
    values = {"bleu4": 0.3, "miou": 0.8}
    worths = [round(stage_fit.worth(stage, values), 6) for stage in stage_fit.STAGES]
    assert worths == [1.1, 0.3, 0.8]


def test_report_tiles_and_unknown_settings_are_refused(data: Path) -> None:
    with pytest.raises(ValueError, match="report tiles"):
        stage_data.told(data / "data", ("test_40",))
    (data / "stages.toml").write_text("speed = 1\n" + CONFIG)
    with pytest.raises(ValueError, match="speed"):
        run(data, "run")


def test_swapped_crops_are_silent_and_their_direction_is_turned(data: Path) -> None:
    taught = stage_data.told(data / "data", ("place_1",))
    plain, turned = (
        taught.batch([stage_data.Draw(0, 0, 0, swapped), stage_data.Draw(1, 0, 0, swapped)])
        for swapped in (False, True)
    )
    assert torch.equal(plain.before, turned.after) and torch.equal(plain.after, turned.before)
    assert set(plain.direction.unique().tolist()) == {0, 1}
    assert torch.equal(turned.direction == 2, plain.direction == 1)
    assert plain.tokens[0].any() and not turned.tokens[0].any() and turned.tokens[1].any()
    assert plain.flag.tolist() == turned.flag.tolist() == [1, 0]


def test_a_crop_whose_words_fit_no_view_is_silent(data: Path) -> None:
    taught = stage_data.told(data / "data", ("place_1",))
    crop = dataclasses.replace(taught.crops[0], sentences=("houses in the diagonal",) * 5)
    assert taught.words(crop, 1, 0) == [] and taught.words(crop, 0, 0)
