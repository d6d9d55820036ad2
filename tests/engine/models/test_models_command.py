"""``engine models``, ``doctor`` and ``schema`` through the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from support.command import PROJECT, engine
from support.planted_model import FEATURES, planted_model

from training.guide.range import range_section


def test_list_knows_the_bundled_model() -> None:
    done = engine("models", "list", "--json")
    assert done.code == 0, done.err
    assert "changevg-nano" in {model["id"] for model in json.loads(done.out)}


def test_show_says_what_was_measured() -> None:
    facts = json.loads(engine("models", "show", "changevg-nano").out)
    assert "building" in facts["classes"]
    assert facts["licence_weights"] and facts["licence_data"]
    assert facts["metrics"], "a bundled model says how good it is"
    assert all({"name", "value", "data"} <= set(metric) for metric in facts["metrics"])


def test_verify_the_bundled_model() -> None:
    done = engine("models", "verify", "changevg-nano")
    assert done.code == 0, done.err


def test_add_makes_a_model_known_by_its_id(tmp_path: Path) -> None:
    folder = planted_model(tmp_path / "planted")
    name = json.loads((folder / "model.json").read_text())["id"]
    home = str(tmp_path / "data")
    done = engine("models", "add", folder, XDG_DATA_HOME=home)
    assert done.code == 0, done.err
    assert engine("models", "verify", name, XDG_DATA_HOME=home).code == 0
    again = engine("models", "add", folder, XDG_DATA_HOME=home)
    assert again.code == 4 and "--overwrite" in again.err
    assert engine("models", "add", folder, "--overwrite", XDG_DATA_HOME=home).code == 0


def test_add_refuses_a_damaged_model(tmp_path: Path) -> None:
    folder = planted_model(tmp_path / "planted")
    (folder / "guide.onnx").write_bytes(b"other")
    done = engine("models", "add", folder, XDG_DATA_HOME=str(tmp_path / "data"))
    assert done.code == 4 and "guide.onnx" in done.err
    assert not list((tmp_path / "data").rglob("model.json"))


@pytest.mark.parametrize("name", ["../../evil.onnx", "weights.pkl", "/etc/passwd"])
def test_a_model_may_not_reach_outside_or_bring_pickles(tmp_path: Path, name: str) -> None:
    folder = planted_model(tmp_path / "planted")
    facts = json.loads((folder / "model.json").read_text())
    facts["sha256"][name] = "0" * 64
    (folder / "model.json").write_text(json.dumps(facts))
    done = engine("models", "verify", folder)
    assert done.code == 4 and "Traceback" not in done.err


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema": 1, "id": "x"}', "\x00"])
def test_broken_model_json(tmp_path: Path, content: str) -> None:
    folder = planted_model(tmp_path / "planted")
    (folder / "model.json").write_text(content)
    done = engine("models", "show", folder)
    assert done.code == 4 and "model.json" in done.err and "Traceback" not in done.err


def test_doctor_names_device_and_reason() -> None:
    done = engine("doctor", "--json")
    report = json.loads(done.out)
    assert report["device"].startswith(("CPU", "CUDA"))
    assert report["packages"]["numpy"] and report["cores"] >= 1
    assert (done.code == 0) == (not report["problems"])
    speaking = [model["id"] for model in report["models"] if model["language"]]
    assert all(name in report["language"] for name in speaking or ["no language model"])


def test_doctor_finds_a_damaged_model(tmp_path: Path) -> None:
    folder = planted_model(tmp_path / "models" / "planted")
    (folder / "guide.onnx").write_bytes(b"other")
    done = engine("doctor", CHANGEVG_MODELS=str(tmp_path / "models"))
    assert done.code == 1 and "PROBLEM" in done.out and "guide.onnx" in done.out


def test_schema_lists_the_three_layers() -> None:
    layers = json.loads(engine("schema").out)["layers"]
    assert list(layers) == ["tiles", "boxes", "outlines"]
    boxes = {field["name"]: field for field in layers["boxes"]["fields"]}
    assert boxes["area_m2"]["unit"] == "m²"


def test_version_and_help() -> None:
    assert engine("--version").out.startswith("engine 0.")
    helped = engine("tile-infer", "--help")
    assert helped.code == 0 and "--coregister" in helped.out


def test_the_page_about_layers_names_every_field() -> None:
    layers = json.loads(engine("schema").out)["layers"]
    page = (PROJECT / "docs" / "layers.md").read_text(encoding="utf-8")
    for layer in layers.values():
        for field in layer["fields"]:
            assert f"| `{field['name']}` |" in page, field["name"]


def test_a_model_of_a_newer_schema_is_refused_kindly(tmp_path: Path) -> None:
    folder = planted_model(tmp_path / "models" / "planted", card={"schema": 99})
    done = engine("models", "show", folder)
    assert done.code == 4 and "schema 99" in done.err and "update the engine" in done.err
    doctor = engine("doctor", CHANGEVG_MODELS=str(tmp_path / "models"))
    assert doctor.code == 1 and "schema 99" in doctor.out


def test_show_and_verify_tell_of_parts(tmp_path: Path) -> None:
    features = np.random.default_rng(0).normal(size=(80, FEATURES))
    folder = planted_model(
        tmp_path / "planted",
        offers=("features",),
        sentences=("houses appear", "a house is removed"),
        card={"schema": 2, "range": range_section([features], [features], calibrated_on="x")},
    )
    facts = json.loads(engine("models", "show", folder).out)
    assert facts["parts"]["caption"] == "caption.onnx"
    assert facts["range"]["calibrated_on"] == "x" and "axes" not in facts["range"]
    told = engine("models", "verify", folder)
    assert told.code == 0 and "captions of its own" in told.out and "3 files" in told.out


@pytest.mark.parametrize(
    "damage", [{"mean": "AAAA"}, {"limit": 0}, {"axes": "no base64!"}, {"features": 7}]
)
def test_a_damaged_range_is_told(tmp_path: Path, damage: dict) -> None:
    features = np.random.default_rng(0).normal(size=(80, FEATURES))
    section = range_section([features], [features]) | damage
    folder = planted_model(tmp_path / "planted", card={"range": section})
    done = engine("models", "show", folder)
    assert done.code == 4 and "range" in done.err and "Traceback" not in done.err


def test_a_hostile_folder_does_not_silence_the_rest(tmp_path: Path) -> None:
    for name, content in (("deep", "[" * 100_000), ("nul", '{"sha256": {"a\\u0000.json": ""}}')):
        (planted_model(tmp_path / name) / "model.json").write_text(content)
    listed = engine("models", "list", CHANGEVG_MODELS=str(tmp_path))
    assert listed.code == 0 and "changevg-nano" in listed.out
    missing = engine("models", "show", "nothing", CHANGEVG_MODELS=str(tmp_path))
    assert missing.code == 4 and "Known ids: changevg-nano" in missing.err
    doctor = engine("doctor", CHANGEVG_MODELS=str(tmp_path))
    assert doctor.code == 1 and "deep" in doctor.out and "nul" in doctor.out


def test_a_folder_by_its_relative_path(tmp_path: Path) -> None:
    planted_model(tmp_path / "my-model")
    planted_model(tmp_path / "changevg-nano")
    for name, found in (("my-model", "planted"), ("changevg-nano", "changevg-nano"),
                        ("./changevg-nano", "planted")):  # fmt: skip
        assert json.loads(engine("models", "show", name, cwd=tmp_path).out)["id"] == found
