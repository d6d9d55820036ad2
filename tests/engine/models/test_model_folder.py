"""A model's own words are data: they name no path."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.model_folders import describe, vouch
from support.planted_model import planted_model

from engine.errors import ModelDamagedError
from engine.models import load_model, read_model


@pytest.mark.parametrize("name", ["../outside", "/tmp/x", "..", ".hidden", "a/b", "a\\b", ""])
def test_an_id_is_a_plain_name(tmp_path: Path, name: str) -> None:
    folder = planted_model(tmp_path / "planted")
    describe(folder, id=name)
    with pytest.raises(ModelDamagedError, match="id"):
        read_model(folder)


def language_folder(tmp_path: Path, **changes: object) -> Path:
    """A planted model with a folder of two files that its description vouches for."""
    folder = planted_model(tmp_path)
    for name in ("language/graphs.json", "language/tokenizer.json"):
        vouch(folder, name, "{}")
    return describe(describe(folder, parts={"language": "language"}), **changes)


def test_all_of_a_language_folder_is_vouched_for(tmp_path: Path) -> None:
    folder = language_folder(tmp_path)
    assert load_model(folder).has_language
    (folder / "language" / "modeling_evil.py").write_text("print(1)", "utf-8")
    with pytest.raises(ModelDamagedError, match=r"language/modeling_evil\.py is not among"):
        load_model(folder)
    (folder / "language" / "modeling_evil.py").unlink()
    (folder / "language" / "tokenizer.json").write_text("[]", "utf-8")
    with pytest.raises(ModelDamagedError, match="SHA-256"):
        load_model(folder)


def test_a_language_model_may_know_its_tasks_alone(tmp_path: Path) -> None:
    assert load_model(language_folder(tmp_path / "any")).answers_freely
    small = load_model(language_folder(tmp_path / "small", free_questions=False))
    assert small.has_language and not small.answers_freely
    assert not load_model(planted_model(tmp_path / "none")).answers_freely


def test_a_folder_part_without_checksums_is_refused(tmp_path: Path) -> None:
    folder = language_folder(tmp_path, parts={"language": "words"})
    with pytest.raises(ModelDamagedError, match="no checksum in the part language"):
        load_model(folder)


def test_an_adapter_names_its_base(tmp_path: Path) -> None:
    folder = language_folder(tmp_path, parts={"adapter": "language"})
    with pytest.raises(ModelDamagedError, match="needs to name the model"):
        load_model(folder)
    describe(folder, base={"id": "Qwen/Qwen2.5-VL-7B-Instruct", "revision": "abc"})
    base = load_model(folder).base
    assert base is not None and base.revision == "abc"
