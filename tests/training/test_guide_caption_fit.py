"""Stage 2: crops and views, the frozen guide's evidence, training that survives a kill."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("accelerate")
cv2 = pytest.importorskip("cv2")
from torch import nn  # noqa: E402

from training.guide import caption_run, checkpoint  # noqa: E402
from training.guide.caption import FINE  # noqa: E402
from training.guide.caption_command import caption_config  # noqa: E402
from training.guide.caption_corpora import UNCHANGED  # noqa: E402
from training.guide.caption_corpus import MapCorpus  # noqa: E402
from training.guide.caption_data import captioned_crops, examples, look, padded  # noqa: E402
from training.guide.caption_fit import CaptionConfig, rate  # noqa: E402
from training.guide.concepts import NAMES  # noqa: E402
from training.guide.decode import greedy  # noqa: E402
from training.guide.reading import Reading  # noqa: E402
from training.guide.vocabulary import STOCK, Vocabulary  # noqa: E402

CONFIG = CaptionConfig(
    train=("test_19", "test_20"),
    validate=("train_1",),
    memory="maps",
    views=(0, 4),
    width=24,
    heads=2,
    hidden=32,
    layers=1,
    dropout=0.0,
    text_steps=4,
    steps=90,
    batch=24,
    learning_rate=1e-2,
    average=0.8,
    validate_every=10,
)
LEFT, RIGHT = "a house appears on the left", "a house appears on the right"


class BrightSide(nn.Module):
    """Sees brightness: the mean of each 32 px cell, before and after."""

    def forward(self, before: torch.Tensor, after: torch.Tensor) -> Reading:
        dates = [date.float().mean(1, keepdim=True) / 255 for date in (before, after)]
        cells = torch.cat([nn.functional.avg_pool2d(date, 32) for date in dates], 1)
        lit = (dates[1] > 0.6).float() * 20 - 10
        change = torch.cat((-lit, lit, torch.full_like(lit, -20), torch.full_like(lit, -20)), 1)
        pooled = cells.mean((2, 3))
        return Reading(change, lit, lit.amax((1, 2, 3)), pooled, cells)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three tiles; a crop is bright on its left, on its right, or nowhere."""
    levir = tmp_path / "data" / "levir"
    (levir / "A").mkdir(parents=True)
    (levir / "B").mkdir()
    items = []
    for number, tile in enumerate(("test_19", "test_20", "train_1")):
        before = np.full((256, 768, 3), 60, np.uint8)
        after = before.copy()
        for column in range(3):
            kind = (column + number) % 3
            place = column * 256
            if kind < 2:
                after[:, place + 128 * kind : place + 128 * kind + 128] = 250
            sentences = [LEFT] * 5 if kind == 0 else [RIGHT] * 5 if kind == 1 else sorted(STOCK)
            items.append({"id": f"{tile}_{column}", "tile": tile, "row": 0, "col": column})
            items[-1]["sentences"] = sentences
        cv2.imwrite(str(levir / "A" / f"{tile}.jpg"), before)
        cv2.imwrite(str(levir / "B" / f"{tile}.jpg"), after)
    (levir / "captions.json").write_text(json.dumps(items))
    text = levir.parent / "levir_cc_text"
    text.mkdir()
    pairs = {f"train_{i}": [(LEFT, RIGHT)[i % 2]] * 5 for i in range(6)}
    pairs |= {f"train_{i}": sorted(STOCK) for i in range(6, 12)}
    (text / "sentences.json").write_text(json.dumps({"train": pairs}))
    return levir.parent


@pytest.fixture
def guide(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(checkpoint, "averaged", lambda path: (BrightSide(), None, {}))
    run = tmp_path / "run"
    run.mkdir()
    (run / checkpoint.LAST).write_bytes(b"weights")
    return run


def test_views_and_sentences_turn_together(data: Path) -> None:
    crops = captioned_crops(data, ("test_19",))
    assert [crop.changed for crop in crops] == [True, True, False]
    assert crops[0].before.shape == (256, 256, 3)
    seen = look(BrightSide(), crops, (0, 2, 4))
    assert seen.evidence.shape == (3, 3, 2 + FINE, 8, 8)
    left, right = seen.evidence[0, 0, 1], seen.evidence[1, 0, 1]
    assert left[:, 0].mean() > 0.9 and right[:, 0].mean() < 0.3
    for view in (1, 2):
        assert torch.allclose(seen.evidence[0, view, 1], right, atol=0.02)
    vocabulary = Vocabulary.from_sentences([LEFT, RIGHT] * 6)
    told = {(e.crop, e.view, e.tokens) for e in examples(crops, (0, 2, 4), vocabulary)}
    assert (0, 0, tuple(vocabulary.encode(LEFT))) in told
    assert (0, 2, tuple(vocabulary.encode(RIGHT))) in told


def test_the_whole_stage(data: Path, guide: Path, tmp_path: Path) -> None:
    out = caption_run.train_captions(guide, tmp_path / "out", data, CONFIG)
    decoder, vocabulary = caption_run.read_decoder(out)
    crops = captioned_crops(data, CONFIG.validate)
    seen = look(BrightSide(), crops, (0,))
    said = [
        vocabulary.decode(sentence.ids)
        for sentence in greedy(decoder, decoder.remember(seen.evidence[:, 0].float()))
    ]
    wanted = [UNCHANGED if not c.changed else c.sentences[0] for c in crops]
    assert said == wanted
    log = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert log[-1]["step"] == CONFIG.steps and log[-1]["validation"] < 0.3


def test_the_whole_stage_by_way_of_concepts(data: Path, guide: Path, tmp_path: Path) -> None:
    config = dataclasses.replace(CONFIG, memory="concepts", text_steps=40, agreed=40, asked=5)
    out = caption_run.train_captions(guide, tmp_path / "out", data, config)
    decoder, vocabulary = caption_run.read_decoder(out)
    crops = [crop for crop in captioned_crops(data, CONFIG.validate) if crop.changed]
    dates = [
        torch.from_numpy(np.stack([getattr(crop, date) for crop in crops])).permute(0, 3, 1, 2)
        for date in ("before", "after")
    ]
    memory = decoder.memory(BrightSide()(*dates))
    assert memory.shape == (2, len(NAMES), config.width)
    said = [vocabulary.decode(sentence.ids) for sentence in greedy(decoder, memory)]
    assert said == [crop.sentences[0] for crop in crops]


def test_a_killed_run_ends_with_the_same_weights(
    data: Path, guide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = dataclasses.replace(CONFIG, steps=12, dropout=0.2, checkpoint_seconds=0.0)
    caption_run.train_captions(guide, tmp_path / "whole", data, config)
    calls = 0
    real = MapCorpus.loss

    def killed(self, *given):
        nonlocal calls
        calls += 1
        if calls == 8:
            raise KeyboardInterrupt
        return real(self, *given)

    monkeypatch.setattr(MapCorpus, "loss", killed)
    with pytest.raises(KeyboardInterrupt):
        caption_run.train_captions(guide, tmp_path / "cut", data, config)
    monkeypatch.setattr(MapCorpus, "loss", real)
    caption_run.train_captions(guide, tmp_path / "cut", data, config)
    one, two = (
        checkpoint.read(tmp_path / name / checkpoint.LAST)["decoder"] for name in ("whole", "cut")
    )
    assert all(torch.equal(one[key], two[key]) for key in one)
    other = dataclasses.replace(config, dropout=0.3)
    with pytest.raises(ValueError, match="other settings"):
        caption_run.train_captions(guide, tmp_path / "cut", data, other)
    (guide / checkpoint.LAST).write_bytes(b"another guide")
    with pytest.raises(ValueError, match="another guide"):
        caption_run.train_captions(guide, tmp_path / "cut", data, config)


def test_report_tiles_are_refused(data: Path, guide: Path, tmp_path: Path) -> None:
    for change in ({"train": ("report",)}, {"validate": ("test_40",)}):
        config = dataclasses.replace(CONFIG, **change)
        with pytest.raises(ValueError, match="report"):
            caption_run.train_captions(guide, tmp_path / "out", data, config)


def test_padding() -> None:
    assert padded([(1, 5, 2), (1, 2)]).tolist() == [[1, 5, 2], [1, 2, 0]]


def test_two_warm_ups() -> None:
    config = dataclasses.replace(CONFIG, text_steps=100, steps=300, learning_rate=1.0)
    rates = [rate(config, step) for step in range(300)]
    assert max(rates) == 1.0 and rates[0] < 0.3 and rates[99] < 0.01
    assert rates[100] < 0.2 and rates[299] < 0.01 and max(rates[100:]) > 0.99


def test_settings_file(tmp_path: Path) -> None:
    path = tmp_path / "captions.toml"
    path.write_text('width = 96\nviews = [0, 2]\ntrain = ["middle"]\n')
    config = caption_config(path)
    assert (config.width, config.views, config.train) == (96, (0, 2), ("middle",))
    path.write_text("depth = 3\n")
    with pytest.raises(ValueError, match="depth"):
        caption_config(path)
    assert caption_config(None) == CaptionConfig()
