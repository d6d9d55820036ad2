"""A model folder: ``model.json`` and the files it vouches for (design 4.4).

Nothing in a model folder is ever unpickled: ONNX, safetensors, JSON and text only.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.errors import ModelDamagedError, ModelMissingError

MODEL_FILE = "model.json"
ALLOWED_SUFFIXES = {".onnx", ".json", ".safetensors", ".txt", ".md", ".model"}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Thresholds(_Part):
    """Decision values chosen with the model, overridable by the user."""

    change: float = Field(0.5, gt=0, lt=1)
    """Probability from which a pixel counts as changed."""
    min_area_m2: float = Field(0.0, ge=0)
    """Objects below this geodesic area (m²) are dropped."""
    min_score: float = Field(0.0, ge=0, le=1)
    """Objects below this mean probability are dropped."""


class Stretch(_Part):
    """Where a non-8-bit date's percentiles land on the model's range (design 5.1)."""

    percentiles: tuple[float, float] = (2.0, 98.0)
    to: tuple[float, float] = (20.0, 220.0)


class ModelInfo(_Part):
    """What ``model.json`` says, checked.

    Attributes
    ----------
    classes : tuple of str
        Change classes in the order of the guide's ``change`` output.
    gsd_m : (float, float)
        Ground sample distances, metres, the model was trained for.
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
    licence_weights: str = ""
    licence_data: str = ""
    metrics: tuple[dict[str, Any], ...] = ()
    sha256: dict[str, str]
    path: Path

    @property
    def guide_path(self) -> Path:
        """The guide's ONNX file."""
        return self.path / self.parts["guide"]

    @property
    def guide_sha256(self) -> str:
        """Checksum of the guide as promised (and, after ``load_model``, as found)."""
        return self.sha256[self.parts["guide"]]

    @property
    def has_language(self) -> bool:
        """Whether the folder brings a language model."""
        return "language" in self.parts or "adapter" in self.parts


def read_model(folder: Path) -> ModelInfo:
    """Read ``model.json`` without looking at the weights.

    Raises
    ------
    ModelMissingError
        No folder or no ``model.json`` in it.
    ModelDamagedError
        The JSON is broken or lacks a field, or names a file outside the folder.
    """
    file = folder / MODEL_FILE
    if not file.is_file():
        raise ModelMissingError(
            f"No {MODEL_FILE} in {folder}.",
            hint="Name a model folder, or see `engine models list`.",
        )
    try:
        info = ModelInfo.model_validate(
            json.loads(file.read_text(encoding="utf-8")) | {"path": folder}
        )
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
    if info.parts["guide"] not in info.sha256:
        raise ModelDamagedError(
            f"{file} gives no checksum for its guide.", hint="Get the model folder again."
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


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error).splitlines()[0]
