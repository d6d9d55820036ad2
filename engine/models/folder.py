"""A model folder: ``model.json`` and the files it vouches for (design 4.4).

Nothing in a model folder is ever unpickled: ONNX, safetensors, JSON and text only.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from engine.errors import ModelDamagedError, ModelError, ModelMissingError
from engine.models.imagery_range import RangeSection
from engine.models.thresholds import Thresholds

MODEL_FILE = "model.json"
MODEL_SCHEMA = 2
"""Newest ``model.json`` this engine reads. Version 2 brought thresholds by class, ``range`` and the
parts ``caption`` and ``vocab``; a description without them may still call itself 1."""
FOLDERS = ("language", "adapter")
"""Parts that are folders: other libraries load what is in them, so all of it is checked."""
ALLOWED_SUFFIXES = {".onnx", ".json", ".jinja", ".safetensors", ".txt", ".md", ".model"}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Stretch(_Part):
    """Where a non-8-bit date's percentiles land on the model's range (design 5.1)."""

    percentiles: tuple[float, float] = (2.0, 98.0)
    to: tuple[float, float] = (20.0, 220.0)


class CaptionRule(_Part):
    """How the caption decoder's sentence is chosen.

    Attributes
    ----------
    samples : int
        So many sentences are drawn and the one most like the others is taken; with 0 the likeliest
        next word is, again and again.
    temperature : float
        Logits are divided by it when drawing: below one, likely words become likelier.
    """

    samples: int = Field(default=12, ge=0, le=64)
    temperature: float = Field(default=0.8, gt=0, le=5)


class LanguageBase(_Part):
    """Which language model an adapter belongs to.

    Attributes
    ----------
    id : str
        Folder, or name on the hub.
    revision : str, optional
        Of the hub's model, so that it stays the one the adapter was made for.
    """

    id: str = Field(min_length=1)
    revision: str | None = None


_ARRAYS = {"mean", "scale", "axes", "variances"}
"""What of a model's range is numbers for the engine, not for people."""


class ModelInfo(_Part):
    """What ``model.json`` says, checked.

    Attributes
    ----------
    classes : tuple of str
        Change classes in the order of the guide's ``change`` output.
    parts : dict
        File by part: ``guide``, and perhaps ``caption`` with ``vocab``, ``language``, ``adapter``.
    base : LanguageBase, optional
        What the part ``adapter`` is put on.
    free_questions : bool
        Whether its language model was taught questions in any words; a small one knows its tasks.
    range_section : RangeSection, optional
        ``range`` in the file: what the training imagery looked like.
    gsd_m : (float, float)
        Ground sample distances, metres, the model was trained for.
    parent : dict, optional
        ``id``, ``version`` and checksums of the model this one was adapted from.
    path : Path
        The folder.
    """

    schema_version: int = Field(alias="schema")
    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    version: str
    title: str = ""
    description: str = ""
    parts: dict[str, str]
    classes: tuple[str, ...] = Field(min_length=1)
    bands: tuple[str, ...] = ("red", "green", "blue")
    input_range: tuple[float, float] = (0.0, 255.0)
    gsd_m: tuple[float, float]
    native_gsd_m: float = 0.5
    tile_size: int = 256
    overlap: int = 64
    stride_multiple: int = 32
    thresholds: Thresholds
    stretch: Stretch = Stretch()
    range_section: RangeSection | None = Field(None, alias="range")
    captions: CaptionRule = CaptionRule()
    base: LanguageBase | None = None
    free_questions: bool = True
    licence_weights: str = ""
    licence_data: str = ""
    metrics: tuple[dict[str, Any], ...] = ()
    sha256: dict[str, str]
    parent: dict[str, str | None] | None = None
    path: Path

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        self.thresholds.check(self.classes)
        if ("caption" in self.parts) != ("vocab" in self.parts):
            raise ValueError("parts: caption and vocab come together")
        for part in ("guide", "caption", "vocab"):
            if part in self.parts and self.parts[part] not in self.sha256:
                raise ValueError(f"sha256: no checksum for the part {part}")
        for part in FOLDERS:
            if part in self.parts and not self._promised(self.parts[part]):
                raise ValueError(f"sha256: no checksum in the part {part}")
        if "adapter" in self.parts and self.base is None:
            raise ValueError("base: an adapter needs to name the model it is put on")
        return self

    def summary(self) -> dict[str, Any]:
        """What people are told of it, JSON-able: all but the arrays of its range."""
        text = self.model_dump_json(by_alias=True, exclude={"range_section": _ARRAYS})
        summary: dict[str, Any] = json.loads(text)
        return summary

    @property
    def guide_path(self) -> Path:
        """The guide's ONNX file."""
        return self.path / self.parts["guide"]

    @property
    def caption_paths(self) -> tuple[Path, Path] | None:
        """The caption decoder's ONNX file and its vocabulary, if the folder brings them."""
        if "caption" not in self.parts:
            return None
        return self.path / self.parts["caption"], self.path / self.parts["vocab"]

    def _promised(self, folder: str) -> set[str]:
        return {name for name in self.sha256 if name.startswith(folder.rstrip("/") + "/")}

    def part_sha256(self, part: str) -> str | None:
        """Checksum of a part as promised (and, after ``load_model``, as found)."""
        return self.sha256.get(self.parts.get(part, ""))

    @property
    def has_language(self) -> bool:
        """Whether the folder brings a language model."""
        return any(part in self.parts for part in FOLDERS)

    @property
    def answers_freely(self) -> bool:
        """Whether it brings a language model that may be asked any question."""
        return self.has_language and self.free_questions

    def strangers(self) -> list[str]:
        """Files in the folders of a language model that no checksum vouches for."""
        found = []
        for part in FOLDERS:
            if part in self.parts:
                inside = sorted((self.path / self.parts[part]).rglob("*"))
                names = [f.relative_to(self.path).as_posix() for f in inside if not f.is_dir()]
                found += [name for name in names if name not in self.sha256]
        return found


def read_model(folder: Path) -> ModelInfo:
    """Read ``model.json`` without looking at the weights.

    Raises
    ------
    ModelMissingError
        No folder or no ``model.json`` in it.
    ModelDamagedError
        The JSON is broken or lacks a field, or names a file outside the folder.
    ModelError
        It is of a schema that came after this engine.
    """
    file = folder / MODEL_FILE
    if not file.is_file():
        raise ModelMissingError(
            f"No {MODEL_FILE} in {folder}.",
            hint="Name a model folder, or see `engine models list`.",
        )
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        _check_schema(content, file)
        info = ModelInfo.model_validate(content | {"path": folder})
    except (OSError, TypeError, ValueError) as error:
        raise ModelDamagedError(
            f"{file} is not a valid model description: {_first_line(error)}.",
            hint="Get the model folder again.",
        ) from error
    if "guide" not in info.parts:
        raise ModelDamagedError(f"{file} names no guide.", hint="Get the model folder again.")
    for name in info.sha256:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()) or path.suffix not in ALLOWED_SUFFIXES:
            raise ModelDamagedError(
                f"{file} names {name!r}, which is outside the folder or of a forbidden type.",
                hint="Do not use this folder.",
            )
    return info


def check_files(info: ModelInfo) -> None:
    """Compare every file with its promised SHA-256.

    Raises
    ------
    ModelMissingError
        A file is not there.
    ModelDamagedError
        A file has other content than promised.
    """
    if strange := info.strangers():
        raise ModelDamagedError(
            f"Model {info.id}: {strange[0]} is not among the files the folder vouches for.",
            hint="Get the model folder again.",
        )
    for name, promised in info.sha256.items():
        file = info.path / name
        if not file.is_file():
            raise ModelMissingError(
                f"Model {info.id}: {file} is missing.", hint="Get the model folder again."
            )
        found = sha256_of(file)
        if found != promised:
            raise ModelDamagedError(
                f"Model {info.id}: {file} has not the promised SHA-256 ({found[:12]}… is not "
                f"{promised[:12]}…).",
                hint="The file was changed or damaged: get the model folder again.",
            )


def load_model(name_or_path: str | Path) -> ModelInfo:
    """Find a model by id or folder, read it and verify every file.

    Raises
    ------
    ModelMissingError, ModelDamagedError
    """
    from engine.models.registry import find_model

    info = read_model(find_model(name_or_path))
    check_files(info)
    return info


def sha256_of(file: Path) -> str:
    """Hex SHA-256 of a file, read in pieces."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _check_schema(content: Any, file: Path) -> None:
    schema = content.get("schema") if isinstance(content, dict) else None
    if isinstance(schema, int) and schema > MODEL_SCHEMA:
        raise ModelError(
            f"{file} is of schema {schema}; this engine reads schemas up to {MODEL_SCHEMA}.",
            hint="The model is newer than the engine: update the engine, or use an older model.",
        )


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        what = first["msg"].removeprefix("Value error, ")
        return f"{where}: {what}" if where else what
    return str(error).splitlines()[0]
