"""What was measured gets into the model folder, and nothing else does."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from training.guide.card import measured, tell_results


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "guide.onnx").write_bytes(b"weights")
    (tmp_path / "caption.onnx").write_bytes(b"words")
    (tmp_path / "language").mkdir()
    settings = {
        "title": "Tiny", "description": "Sees little.",
        "parts": {"guide": "guide.onnx", "caption": "caption.onnx", "language": "language"},
        "classes": ["building"], "stride_multiple": 32, "gsd_m": [0.4, 0.7],
        "thresholds": {"change": {"building": 0.45}, "min_area_m2": 4, "min_score": 0.6},
        "training": {"data": "a tile", "steps": 6, "hours": 0.1, "seed": 4, "config": "tiny.toml",
                     "thresholds_from": "another tile"},
        "limits": ["None is known."], "licence_weights": "Free.", "licence_data": "Free too.",
        "measured_weights": "these", "metrics": [{"name": "old", "value": 0.1}],
    }  # fmt: skip
    (tmp_path / "model.json").write_text(json.dumps(settings))
    return tmp_path


def results(folder: Path, **other: object) -> Path:
    report = {
        "sha256": hashlib.sha256(b"weights").hexdigest(), "date": "2026-11-21", "remark": "",
        "targets": [
            {"measure": "building.pixel_f1", "value": 0.91234, "interval": [0.89, 0.93]},
            {"measure": "building.pixel_iou", "value": None, "interval": None},
            {"measure": "size.mb", "value": 7.25, "interval": None},
        ],
    }  # fmt: skip
    path = folder / "results.json"
    path.write_text(json.dumps(report | measured(folder) | other))
    return path


def test_numbers_with_intervals_aims_and_commands(folder: Path) -> None:
    told = tell_results(folder, results(folder))
    assert [(one["name"], one["value"]) for one in told] == [
        ("building pixels: F1", 0.9123), ("files of the guide: MB", 7.25),
    ]  # fmt: skip
    assert json.loads((folder / "model.json").read_text("utf-8"))["metrics"] == told
    assert told[0]["command"].endswith("--only tiles") and str(folder) not in told[0]["command"]
    card = (folder / "README.md").read_text("utf-8")
    row = "| building pixels: F1 | 0.9123 | 0.89–0.93 | ≥ 0.93 | LEVIR tiles 35–47 | 2026-11-21 |"
    assert row in card and "| files of the guide: MB | 7.25 |  | ≤ 12 |" in card


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"sha256": "0" * 64}, "other weights"),
        ({"thresholds": {"change": {"building": 0.5}}}, "other thresholds than"),
        ({"parts": {"guide": hashlib.sha256(b"weights").hexdigest()}}, "other caption than"),
        ({"remark": "a quick look, no result"}, "no result"),
        ({"remark": "measured on the group middle, not on the report set"}, "middle"),
        ({"remark": "only tiles"}, "only tiles"),
    ],
)
def test_results_of_something_else_are_refused(folder: Path, other: dict, why: str) -> None:
    before = (folder / "model.json").read_bytes()
    with pytest.raises(ValueError, match=why):
        tell_results(folder, results(folder, **other))
    assert (folder / "model.json").read_bytes() == before


def test_results_know_what_they_were_measured_with(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set(measured(folder)["parts"]) == {"guide", "caption"}, "words have their own results"
    assert measured(folder / "guide.onnx") == measured(folder)
    tell_results(folder, results(folder))
    assert not capsys.readouterr().err
    # Results from before they told it: as good as they were, but that is said.
    old = json.loads(results(folder).read_text("utf-8"))
    del old["thresholds"], old["parts"]
    (folder / "results.json").write_text(json.dumps(old))
    assert tell_results(folder, folder / "results.json")
    assert "nobody knows" in capsys.readouterr().err
