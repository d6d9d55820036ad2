"""Where models live: bundled with the engine, the user's folder, ``$CHANGEVG_MODELS``."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
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

    A bare name is an id first, so that no folder in the current one stands in for a known model;
    ``./NAME`` and any :class:`~pathlib.Path` are folders.

    Raises
    ------
    ModelMissingError
        Neither an id on the search path nor a folder with a ``model.json``.
    """
    given = Path(name_or_path)
    # A Path equals no text; what was found once is opened again by its Path.
    if given.name == name_or_path and (found := _with_id(name_or_path, search_path())):
        return found
    if os.path.isfile(given / MODEL_FILE):
        return given
    known = ", ".join(sorted(info.id for info in list_models())) or "none"
    raise ModelMissingError(
        f"No model {str(name_or_path)!a}: it is no known id and no folder with a {MODEL_FILE}.",
        hint=f"Known ids: {known}. `engine models add FOLDER` adds one.",
    )


def _with_id(name: str, places: Iterable[Path]) -> Path | None:
    for folder in _model_folders(places):
        try:
            found = read_model(folder).id
        except ModelError:
            # Whoever opens it is told what is wrong, instead of getting another model.
            found = folder.name
        if found == name:
            return folder
    return None


def _model_folders(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        try:
            inside = sorted(place.iterdir())
        except OSError:
            continue  # not there, or closed
        yield from (folder for folder in inside if os.path.lexists(folder / MODEL_FILE))


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
    for folder in _model_folders(search_path()):
        try:
            yield read_model(folder)
        except ModelError as error:
            yield error


def add_model(folder: Path, *, overwrite: bool = False) -> ModelInfo:
    """Verify a model folder and copy it into the user's folder, atomically.

    The copy is verified, too, before it takes the place of a model of this id.

    Raises
    ------
    ModelError
        The folder is no whole model, its id is there already and ``overwrite`` is off, or it cannot
        be copied.
    """
    info = read_model(folder)
    check_files(info)
    target = user_folder() / info.id
    if target.exists() and not overwrite:
        raise ModelError(
            f"Model {info.id} is already in {target}.", hint="Replace it with --overwrite."
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{info.id}-") as room:
            copy = Path(room) / info.id
            copy.mkdir()
            for name in (MODEL_FILE, *info.sha256):
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(folder / name, copy / name)
            check_files(read_model(copy))
            _replace(target, copy, Path(room) / "replaced")
    except OSError as error:
        raise ModelError(
            f"Model {info.id} cannot be put into {target}: {error}.",
            hint="See who may write there, and how much room the disk has.",
        ) from error
    return read_model(target)


def _replace(target: Path, new: Path, old: Path) -> None:
    """Put a folder into another's place, and that one aside; if it fails, nothing has changed."""
    if target.exists():
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise


def remove_model(name: str) -> ModelInfo:
    """Take an adapted model out of the user's folder; its parent stands in for it again.

    Raises
    ------
    ModelMissingError
        No model of this id was added.
    ModelError
        It is not an adapted one: what cannot be made again is not deleted here.
    """
    folder = _with_id(name, [user_folder()])
    if folder is None:
        raise ModelMissingError(
            f"No model {name!a} in {user_folder()}.", hint="`engine models list` shows them all."
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
