"""What may lie in a model folder: files it vouches for, and documents nobody loads."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.external_data_helper import set_external_data
from support.model_folders import describe, vouch
from support.planted_model import planted_model

from engine.errors import ModelDamagedError, ModelMissingError
from engine.models import load_model, read_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return planted_model(tmp_path / "planted")


@pytest.fixture
def speaking(folder: Path) -> Path:
    """A model with a folder that other libraries load."""
    vouch(folder, "language/graphs.json", "{}")
    return describe(folder, parts={"language": "language"})


@pytest.mark.parametrize(
    "name", ["w.bin", "more.onnx", "sub/w.bin", "tokenizer.json", "load.py", "LICENSE/w.bin", "w"]
)
def test_a_file_that_nobody_vouches_for_is_refused(folder: Path, name: str) -> None:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"x")
    with pytest.raises(ModelDamagedError, match=f"{name} is not among") as error:
        load_model(folder)
    assert "Delete it" in str(error.value)


def test_documents_may_lie_beside(folder: Path) -> None:
    for name in ("README.md", "LICENSE", "LICENCE.txt", "NOTICE", "CITATION.cff", "pictures/a.PNG",
                 ".DS_Store", "desktop.ini", "Thumbs.db", ".git/objects/1", ".gitattributes",
                 "pictures/.DS_Store"):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    assert load_model(folder).id == "planted"


@pytest.mark.parametrize("name", ["README.md", "merges.txt", ".DS_Store", "sub/x.json"])
def test_no_document_lies_where_other_libraries_load(speaking: Path, name: str) -> None:
    assert load_model(speaking).has_language
    file = speaking / "language" / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"x")
    with pytest.raises(ModelDamagedError, match=f"language/{name} is not among"):
        load_model(speaking)


def test_a_name_that_is_no_text_is_told_in_text(folder: Path) -> None:
    try:
        (folder / "w\udcff.bin").write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes text only")
    with pytest.raises(ModelDamagedError) as error:
        load_model(folder)
    assert "udcff" in str(error.value).encode().decode()


# Links


@pytest.mark.parametrize("suffix", ["bin", "json"])
def test_an_adapter_may_not_be_a_link(folder: Path, tmp_path: Path, suffix: str) -> None:
    """Its suffix was that of the file it leads to: a pickle's name passed."""
    vouch(folder, "adapter/a.json", "{}")
    base = {"id": "Qwen/Qwen2.5-VL-7B-Instruct"}
    describe(folder, parts={"adapter": "adapter"}, base=base)
    assert load_model(folder).base is not None
    name = f"adapter/adapter_model.{suffix}"
    (folder / name).symlink_to("a.json")
    vouch(folder, name)
    with pytest.raises(ModelDamagedError, match=r"adapter_model\.(bin'|json)"):
        load_model(folder)


def test_links_are_refused_wherever_they_lead(folder: Path, tmp_path: Path) -> None:
    guide = folder / "guide.onnx"
    guide.rename(tmp_path / "guide.onnx")
    for target in (tmp_path / "guide.onnx", Path("guide.onnx")):
        guide.symlink_to(target)
        with pytest.raises(ModelDamagedError, match=r"guide\.onnx is a link"):
            load_model(folder)
        guide.unlink()
    (tmp_path / "guide.onnx").rename(guide)
    (folder / "docs").symlink_to(tmp_path)
    with pytest.raises(ModelDamagedError, match="docs is a link"):
        load_model(folder)


def test_the_folder_itself_may_be_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert load_model(tmp_path / "link").id == "planted"


# Files that cannot be read


def test_a_file_that_cannot_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "guide.onnx")

    monkeypatch.setattr("hashlib.file_digest", fail)
    with pytest.raises(ModelDamagedError, match=r"Permission denied.*guide\.onnx"):
        load_model(folder)


def test_a_promised_name_that_is_too_long(folder: Path) -> None:
    describe(folder, sha256={f"{'a' * 5000}.json": "0" * 64})
    with pytest.raises((ModelDamagedError, ModelMissingError), match="planted"):
        load_model(folder)


# Graphs whose weights lie elsewhere


def external(folder: Path, weights: str, graph: str = "guide.onnx") -> Path:
    """A graph in a model folder that takes its weights from another file there."""
    values = numpy_helper.from_array(np.arange(8, dtype=np.float32), "weights")
    (folder / graph).parent.joinpath(weights).write_bytes(values.raw_data)
    set_external_data(values, weights)
    values.ClearField("raw_data")
    node = helper.make_node("Add", ["x", "weights"], ["y"])
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [8]) for name in "xy"]
    model = helper.make_model(
        helper.make_graph([node], "g", ends[:1], ends[1:], [values]),
        opset_imports=[helper.make_opsetid("", 18)],
        ir_version=9,
    )
    (folder / graph).write_bytes(model.SerializeToString())
    return vouch(folder, graph)


def test_onnxruntime_follows_a_graph_to_other_files(folder: Path) -> None:
    """Why the files of a folder are not enough to look at: this is what would be loaded."""
    file = external(folder, "w.bin")
    zeros = {"x": np.zeros(8, np.float32)}
    assert onnxruntime.InferenceSession(file).run(["y"], zeros)[0][7] == 7
    with pytest.raises(ModelDamagedError, match=r"w\.bin is not among"):
        load_model(folder)


@pytest.mark.parametrize("weights", ["README.md", "LICENSE", ".weights", "vouched.json"])
@pytest.mark.parametrize("graph", ["guide.onnx", "language/speech.onnx"])
def test_a_graph_brings_its_own_weights(speaking: Path, graph: str, weights: str) -> None:
    assert load_model(speaking).has_language
    external(speaking, f"../{weights}" if "/" in graph else weights, graph)
    if weights.endswith(".json"):
        vouch(speaking, weights)
    with pytest.raises(ModelDamagedError, match=f"{graph} takes weights from another file"):
        load_model(speaking)


def test_the_key_may_be_spelt_with_a_longer_length(folder: Path) -> None:
    """Protobuf reads 08 and 88 00 as the same length."""
    file = external(folder, "README.md")
    content = file.read_bytes()
    assert b"\x08location" in content
    file.write_bytes(content.replace(b"\x08location", b"\x88\x00location"))
    vouch(folder, "guide.onnx")
    with pytest.raises(ModelDamagedError, match="takes weights from another file"):
        load_model(folder)


def test_the_word_alone_is_no_reference(folder: Path) -> None:
    model = onnx.load(folder / "guide.onnx")
    model.doc_string = "the location of change"
    model.graph.node[0].name = "/location/Cast"
    onnx.save(model, folder / "guide.onnx")
    vouch(folder, "guide.onnx")
    assert load_model(folder).id == "planted"


@pytest.mark.parametrize("part", ["guide", "caption"])
def test_a_graph_is_named_as_one(tmp_path: Path, part: str) -> None:
    """Files of other names are not searched for references."""
    folder = planted_model(tmp_path / "m", sentences=("houses appear", "a house is removed"))
    shutil.copy(folder / f"{part}.onnx", folder / f"{part}.json")
    vouch(folder, f"{part}.json")
    describe(folder, parts={part: f"{part}.json"})
    with pytest.raises(ModelDamagedError, match=f"{part}.*onnx"):
        read_model(folder)
