"""A model folder: ``model.json`` and the files it vouches for (design 4.4).

Nothing in a model folder is ever unpickled: ONNX, safetensors, JSON and text only.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path, PurePosixPath
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import from_json

from engine.errors import ModelDamagedError, ModelError, ModelMissingError
from engine.models.contents import has_external_data, is_plain_name, wrong_contents
from engine.models.imagery_range import RangeSection
from engine.models.thresholds import Thresholds

MODEL_FILE = "model.json"
LARGEST_BYTES = 16 << 20
"""Of ``model.json``; those of real models have a hundredth of it."""
MODEL_SCHEMA = 2
"""Newest ``model.json`` this engine reads. Version 2 brought thresholds by class, ``range`` and the
parts ``caption`` and ``vocab``; a description without them may still call itself 1."""
FOLDERS = ("language", "adapter")
"""Parts that are folders: other libraries load what is in them, so all of it is checked."""
GRAPHS = ("guide", "caption")
"""Parts that onnxruntime loads."""
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
        for part in GRAPHS:
            # Files of other names are not searched for references to further files.
            if part in self.parts and not self.parts[part].endswith(".onnx"):
                raise ValueError(f"parts: {part} is no .onnx file")
        for part in FOLDERS:
            start = f"{self.parts.get(part)}/"
            if part in self.parts and not any(name.startswith(start) for name in self.sha256):
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

    @property
    def folders(self) -> tuple[str, ...]:
        """Folders of a language model."""
        return tuple(self.parts[part] for part in FOLDERS if part in self.parts)

    def part_sha256(self, part: str) -> str | None:
        """Checksum of a part as promised (and, after ``load_model``, as found)."""
        return self.sha256.get(self.parts.get(part, ""))

    @property
    def has_language(self) -> bool:
        """Whether the folder brings a language model."""
        return bool(self.folders)

    @property
    def answers_freely(self) -> bool:
        """Whether it brings a language model that may be asked any question."""
        return self.has_language and self.free_questions


def read_model(folder: Path) -> ModelInfo:
    """Read ``model.json`` without looking at the weights.

    Raises
    ------
    ModelMissingError
        No folder or no ``model.json`` in it.
    ModelDamagedError
        The JSON is broken, far too large or lacks a field, or names a file outside the folder.
    ModelError
        It is of a schema that came after this engine, or the folder's name is no text.
    """
    _check_path(folder)
    file = folder / MODEL_FILE
    if not os.path.isfile(file):  # unlike Path.is_file, False for whatever cannot be looked at
        raise ModelMissingError(
            f"No {MODEL_FILE} in {folder}.",
            hint="Name a model folder, or see `engine models list`.",
        )
    try:
        content = _read_json(file)
        _check_schema(content, file)
        info = ModelInfo.model_validate(content | {"path": folder})
    except (OSError, ValueError) as error:
        raise ModelDamagedError(
            f"{file} is not a valid model description: {_first_line(error)}.",
            hint="Get the model folder again.",
        ) from error
    if "guide" not in info.parts:
        raise ModelDamagedError(f"{file} names no guide.", hint="Get the model folder again.")
    wrong = [name for name in (*info.sha256, *info.parts.values()) if not is_plain_name(name)]
    # By the name, not by what it leads to: that may change, and libraries go by the name.
    wrong += [name for name in info.sha256 if PurePosixPath(name).suffix not in ALLOWED_SUFFIXES]
    if wrong:
        raise ModelDamagedError(
            f"{file} names {wrong[0]!a}, which is outside the folder or of a forbidden type.",
            hint="Do not use this folder.",
        )
    return info


def check_files(info: ModelInfo) -> None:
    """Compare every file with its promised SHA-256, and see that nothing else would be loaded.

    Raises
    ------
    ModelMissingError
        A file is not there.
    ModelDamagedError
        A file has other content than promised, or takes weights from another one; a link or a file
        without a checksum lies in the folder; or something there cannot be read.
    """
    try:
        for wrong in wrong_contents(info.path, {MODEL_FILE, *info.sha256}, info.folders):
            raise ModelDamagedError(
                f"Model {info.id}: {wrong}.",
                hint="Delete it if you put it there; else get the model folder again.",
            )
        for name, promised in info.sha256.items():
            _check_file(info, info.path / name, promised)
    except OSError as error:
        raise ModelDamagedError(
            f"Model {info.id} cannot be read: {error}.",
            hint="See who may read its folder, or get the model folder again.",
        ) from error


def _check_file(info: ModelInfo, file: Path, promised: str) -> None:
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
    if file.suffix == ".onnx" and has_external_data(file):
        raise ModelDamagedError(
            f"Model {info.id}: {file} takes weights from another file, which nothing vouches for.",
            hint="Use a model whose ONNX files bring their own weights.",
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


def _check_path(folder: Path) -> None:
    try:
        str(folder).encode()
    except UnicodeEncodeError as error:
        # No output and no answer of the service could name the model.
        raise ModelError(
            f"The path of the model folder {str(folder)!a} is no text.", hint="Rename it."
        ) from error


def _read_json(file: Path) -> dict[str, Any]:
    with file.open("rb") as stream:
        text = stream.read(LARGEST_BYTES + 1)
    if len(text) > LARGEST_BYTES:
        raise ValueError(f"it is larger than {LARGEST_BYTES >> 20} MB")
    # Unlike json's, this parser has an error for deep nesting and for halves of surrogate pairs.
    content = from_json(text)
    if not isinstance(content, dict):
        raise ValueError("it holds no JSON object")
    return content


def _check_schema(content: dict[str, Any], file: Path) -> None:
    schema = content.get("schema")
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
    return (str(error).splitlines() or [type(error).__name__])[0]
