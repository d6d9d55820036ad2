"""Where models live: bundled with the engine, the user's folder, ``$CHANGEVG_MODELS``."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from engine.errors import ModelError, ModelMissingError
from engine.models.folder import MODEL_FILE, ModelInfo, check_files, read_model

DEFAULT_MODEL = "changevg-nano"
BUNDLED = Path(__file__).parent / "bundled"


def search_path() -> list[Path]:
    """Folders whose sub-folders are models, the first that has an id wins.

    ``$CHANGEVG_MODELS`` (several, split like ``$PATH``), the user's data folder, the bundled ones.
    """
    named = [Path(part) for part in os.environ.get("CHANGEVG_MODELS", "").split(os.pathsep) if part]
    return [*named, user_folder(), BUNDLED]


def user_folder() -> Path:
    """Where ``engine models add`` puts models."""
    return Path(platformdirs.user_data_dir("changevg", appauthor=False)) / "models"


def find_model(name_or_path: str | Path) -> Path:
    """The folder of a model given by id or by path.

    Raises
    ------
    ModelMissingError
        Neither an id on the search path nor a folder with a ``model.json``.
    """
    given = Path(name_or_path)
    if (given / MODEL_FILE).is_file():
        return given
    if given.name == str(name_or_path):
        for folder in search_path():
            if (folder / given / MODEL_FILE).is_file():
                return folder / given
    known = ", ".join(sorted(info.id for info in list_models())) or "none"
    raise ModelMissingError(
        f"No model {str(name_or_path)!r}: it is no known id and no folder with a {MODEL_FILE}.",
        hint=f"Known ids: {known}. `engine models add FOLDER` adds one.",
    )


def list_models() -> list[ModelInfo]:
    """Every readable model on the search path, without checking its weights."""
    found: dict[str, ModelInfo] = {}
    for info in _read_all():
        # A broken neighbour must not hide the rest; `engine doctor` tells of it.
        if isinstance(info, ModelInfo):
            found.setdefault(info.id, info)
    return list(found.values())


def unreadable_models() -> list[ModelError]:
    """Why folders on the search path that look like models are none for this engine."""
    return [info for info in _read_all() if isinstance(info, ModelError)]


def _read_all() -> Iterator[ModelInfo | ModelError]:
    for folder in search_path():
        for file in sorted(folder.glob(f"*/{MODEL_FILE}")):
            try:
                yield read_model(file.parent)
            except ModelError as error:
                yield error


def add_model(folder: Path, *, overwrite: bool = False) -> ModelInfo:
    """Verify a model folder and copy it into the user's folder, atomically.

    Raises
    ------
    ModelError
        The folder is no whole model, or its id is there already and ``overwrite`` is off.
    """
    info = read_model(folder)
    check_files(info)
    target = user_folder() / info.id
    if target.exists() and not overwrite:
        raise ModelError(
            f"Model {info.id} is already in {target}.", hint="Replace it with --overwrite."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{info.id}-") as room:
        copy = Path(room) / info.id
        copy.mkdir()
        for name in (MODEL_FILE, *info.sha256):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / name, copy / name)
        if target.exists():
            target.rename(Path(room) / "replaced")
        copy.rename(target)
    return read_model(target)


def remove_model(name: str) -> ModelInfo:
    """Take an adapted model out of the user's folder; its parent stands in for it again.

    Raises
    ------
    ModelMissingError
        No model of this id was added.
    ModelError
        It is not an adapted one: what cannot be made again is not deleted here.
    """
    folder = user_folder() / name
    if Path(name).name != name or not (folder / MODEL_FILE).is_file():
        raise ModelMissingError(
            f"No model {name!r} in {user_folder()}.", hint="`engine models list` shows them all."
        )
    info = read_model(folder)
    if info.parent is None:
        raise ModelError(
            f"Model {name} was not adapted from another one, so it is kept.",
            hint=f"Delete {folder} by hand if it is no longer needed.",
        )
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{name}-") as room:
        folder.rename(Path(room) / "removed")
    return info
