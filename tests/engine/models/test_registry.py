"""Where a model is found, and how one gets there."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from support.model_folders import describe, vouch
from support.planted_model import planted_model

from engine.errors import ModelDamagedError, ModelError, ModelMissingError
from engine.models import (
    add_model,
    find_model,
    list_models,
    load_model,
    read_model,
    registry,
    remove_model,
    unreadable_models,
)

HERE = {"description": "in the current folder"}


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``$CHANGEVG_MODELS``; the user's folder and the current one are empty."""
    for name in ("models", "here"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("CHANGEVG_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(registry, "user_folder", lambda: tmp_path / "user")
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "models"


# A model by its name


def test_the_current_folder_does_not_stand_in_for_an_id(models: Path) -> None:
    planted_model(Path("changevg-nano"), card=HERE)
    assert find_model("changevg-nano") == registry.BUNDLED / "changevg-nano"
    planted_model(Path("planted"), card=HERE)
    planted_model(models / "planted")
    assert find_model("planted") == models / "planted"


@pytest.mark.parametrize("name", ["./planted", "../here/planted"])
def test_a_path_is_a_folder(models: Path, name: str) -> None:
    planted_model(Path("planted"), card=HERE)
    planted_model(models / "planted")
    # What is found is loaded again in other processes: there, too, it is that folder.
    for found in (load_model(name), load_model(load_model(name).path)):
        assert found.description == HERE["description"]


def test_a_folder_without_an_id_of_that_name(models: Path) -> None:
    planted_model(Path("my-model"))
    assert load_model("my-model").id == "planted"
    planted_model(models / "later", card={"id": "my-model"})
    assert find_model("my-model") == models / "later"


def test_an_id_is_what_the_model_says(models: Path) -> None:
    planted_model(models / "folder", card={"id": "other"})
    planted_model(models / "other-folder", card={"id": "folder"})
    assert find_model("other") == models / "folder"
    assert find_model("folder") == models / "other-folder"
    with pytest.raises(ModelMissingError, match="other-folder"):
        find_model("other-folder")


def test_a_damaged_model_is_told_and_not_passed_over(models: Path) -> None:
    broken = planted_model(models / "changevg-nano")
    (broken / "model.json").write_text("{")
    with pytest.raises(ModelDamagedError, match="not a valid"):
        load_model("changevg-nano")


@pytest.mark.parametrize("name", ["..", "", "a\0b", "x" * 5000, "\udcff", "~nobody/x", "a/\0"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(ModelMissingError) as error:
        find_model(name)
    assert "changevg-nano" in str(error.value).encode().decode()


# Hostile neighbours


NESTED = "[" * 100_000
DESCRIPTIONS: dict[str, Any] = {
    "nested": NESTED,
    "nested-inside": '{"schema": 2, "metrics": ' + NESTED,
    "nul": {"sha256": {"a\0b.json": "0"}},
    "surrogate-name": {"sha256": {"\ud800.json": "0"}},
    "surrogate": {"version": "\ud800"},
    "surrogate-class": {"classes": ["\udfff"]},
    "digits": '{"schema": 1' + "0" * 5000 + "}",
    "list": "[]",
    "no-utf8": b'{"schema": "\xff"}',
    "large": " " * 17_000_000 + "{}",
}


def hostile(folder: Path, content: Any) -> Path:
    planted_model(folder)
    if isinstance(content, dict):
        return describe(folder, **content)
    (folder / "model.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_a_hostile_description_is_an_error_of_the_engine(models: Path, name: str) -> None:
    folder = hostile(models / name, DESCRIPTIONS[name])
    with pytest.raises(ModelDamagedError) as error:
        read_model(folder)
    assert name in str(error.value) and len(str(error.value).encode()) < 1000


def test_hostile_neighbours_hide_nobody(models: Path) -> None:
    for name, content in DESCRIPTIONS.items():
        hostile(models / name, content)
    linked = planted_model(models / "linked")
    (linked / "guide.onnx").unlink()
    (linked / "guide.onnx").symlink_to("guide.onnx")
    (models / "loop").symlink_to("loop")
    (models / "inner-loop").mkdir()
    (models / "inner-loop" / "model.json").symlink_to("model.json")
    (models / "folder" / "model.json").mkdir(parents=True)
    with suppress(OSError):  # some file systems take text only
        planted_model(models / "no-text-\udcff", card={"id": "no-text"})
    assert {"changevg-nano", "planted"} <= {info.id for info in list_models()}
    for info in list_models():
        json.dumps(info.summary(), ensure_ascii=False).encode()
    told = [str(error).encode().decode() for error in unreadable_models()]
    assert all(any(name in error for error in told) for name in DESCRIPTIONS)
    with pytest.raises(ModelMissingError, match="changevg-nano"):
        find_model("none")
    with pytest.raises(ModelDamagedError, match="link"):
        load_model(linked)


def test_a_place_that_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    places = [tmp_path / "file", tmp_path / "none", tmp_path / ("x" * 300)]
    monkeypatch.setenv("CHANGEVG_MODELS", ":".join(map(str, places)))
    assert "changevg-nano" in {info.id for info in list_models()}


# Adding


def everything(folder: Path) -> dict[str, bytes]:
    files = sorted(f for f in folder.rglob("*") if f.is_file())
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in files}


@pytest.mark.parametrize(
    "name",
    [
        "x/../../../outside.json", "../planted/guide.onnx", "/tmp/outside.json", "./a.json",
        "a//b.json", "a/./b.json", "a\\b.json", "..\\a.json", "C:a.json", "a\0.json", "a/", "",
        ".hidden.json", "a\n.json",
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["sha256", "parts"])
def test_names_stay_in_the_folder(tmp_path: Path, models: Path, key: str, name: str) -> None:
    folder = planted_model(tmp_path / "pack" / "planted")
    entry = {name: "0" * 64} if key == "sha256" else {"more": name}
    describe(folder, **{key: entry})
    with pytest.raises(ModelDamagedError, match="outside the folder"):
        add_model(folder)
    assert not (tmp_path / "user").exists()


def test_a_link_in_the_source_does_not_lead_the_copy_elsewhere(tmp_path: Path) -> None:
    """``x/..`` is another folder where x is a link: inside in the source, outside in the copy."""
    folder = planted_model(tmp_path / "pack")
    (folder / "a/b/c").mkdir(parents=True)
    (folder / "x").symlink_to("a/b/c")
    vouch(folder, "x/../../../a.json", "{}")
    assert (folder / "a.json").exists()
    with pytest.raises(ModelDamagedError, match="outside the folder"):
        add_model(folder)
    assert not (tmp_path / "user").exists()


def test_what_is_added_is_what_was_promised(tmp_path: Path) -> None:
    folder = planted_model(tmp_path / "pack")
    vouch(folder, "language/graphs.json", "{}")
    describe(folder, parts={"language": "language"})
    (folder / "LICENSE").write_text("for people")
    info = add_model(folder)
    assert info.path == tmp_path / "user" / "planted" == find_model("planted")
    assert set(everything(info.path)) == {"model.json", "guide.onnx", "language/graphs.json"}


def test_a_bad_pack_never_replaces_a_good_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = add_model(planted_model(tmp_path / "pack")).path
    before = everything(good)
    bad = planted_model(tmp_path / "bad")
    (bad / "guide.onnx").write_bytes(b"other")
    with pytest.raises(ModelDamagedError):
        add_model(bad, overwrite=True)
    assert everything(good) == before

    copy = shutil.copy2

    def damaging(source: Path, target: Path) -> None:
        """A disk that fails, or a pack that changes once it was checked."""
        copy(source, target)
        if target.suffix == ".onnx":
            target.write_bytes(b"other")

    monkeypatch.setattr(shutil, "copy2", damaging)
    with pytest.raises(ModelDamagedError, match="SHA-256"):
        add_model(planted_model(tmp_path / "pack"), overwrite=True)
    assert everything(good) == before and len(list(good.parent.iterdir())) == 1


@pytest.mark.parametrize("renames", [0, 1])
def test_what_cannot_be_replaced_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    folder = planted_model(tmp_path / "pack")
    good = add_model(folder).path
    before = everything(good)
    rename, done = Path.rename, []

    def failing(source: Path, target: Path) -> Path:
        done.append(source)
        if len(done) == renames + 1:
            raise PermissionError(13, "Permission denied")
        return rename(source, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(ModelError, match="Permission denied"):
        add_model(folder, overwrite=True)
    assert everything(good) == before


def test_an_adapted_model_is_removed_by_its_id(tmp_path: Path) -> None:
    parent = {"id": "changevg-nano", "version": "0"}
    folder = planted_model(tmp_path / "user" / "folder", card={"id": "tuned", "parent": parent})
    for name in ("folder", "..", "a\0b", "changevg-nano"):
        with pytest.raises(ModelMissingError):
            remove_model(name)
    assert remove_model("tuned").id == "tuned" and not folder.exists()
