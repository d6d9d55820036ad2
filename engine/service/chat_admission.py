"""A message's paths, confined: also those that only a result's own record names."""

from __future__ import annotations

from pathlib import Path

from engine.chat import Ask, SessionRecord
from engine.chat.errors import OtherLayersError
from engine.chat.layers import vector_file
from engine.errors import EngineError, UsageError
from engine.models import find_model
from engine.service.admission import MODEL_ID
from engine.service.chat_requests import ChatOptionFields, ChatRequest
from engine.service.paths import AllowedFolders
from engine.service.references import check_references
from engine.service.store import RunStore

_STARTS = {
    ".gpkg": b"SQLite format 3\0", ".fgb": b"fgb", ".parquet": b"PAR1", ".geojson": b"{",
}  # fmt: skip
"""First bytes by ending: formats that name no other file."""


def admit_chat(request: ChatRequest, folders: AllowedFolders, runs: RunStore) -> Ask:
    """The message with every path resolved and allowed.

    Raises
    ------
    PathRefusedError, NoSuchRunError
    UsageError
        Two results, a run without one, or a file that is none.
    """
    if request.layers is not None and request.run is not None:
        raise UsageError("Give layers or run, not both.")
    layers = request.layers
    if request.run is not None:
        result = runs.get(request.run).result
        if result is None:
            raise UsageError("This run has no result.", hint="Wait until it is done.")
        layers = str(result["files"]["layers"])
    given = {"before": request.before, "after": request.after}
    vectors = None
    if request.vectors is not None:
        vectors = {name: _vector(name, path, folders) for name, path in request.vectors.items()}
    return Ask(
        message=request.message,
        layers=None if layers is None else admit_layers(layers, folders),
        vectors=vectors,
        context=None if request.context is None else request.context.context(),
        options=None if request.options is None else _options(request.options, folders).options(),
        **{
            name: None if path is None else str(_confined(path, folders, name))
            for name, path in given.items()
        },
    )


def admit_layers(text: str, folders: AllowedFolders) -> Path:
    """A result's path: a GeoPackage, or the folder of a result with a layer a file.

    Raises
    ------
    PathRefusedError, UsageError
    """
    path = _confined(text, folders, "layers")
    files = [path]
    if path.is_dir():
        files = [file for file in sorted(path.iterdir()) if file.suffix in _STARTS]
    for file in files:
        inside = _confined(str(file), folders, "layers")
        if not _starts_well(inside):
            raise UsageError(
                "layers is no result of this program.",
                hint="Give the GeoPackage that a run wrote, or its folder.",
            )
    return path


def may_open(text: str, folders: AllowedFolders) -> str | None:
    """A raster that a result's record names, if a request might name it, too."""
    try:
        return str(_confined(text, folders, "before")) if text else None
    except EngineError:
        return None  # then the images are not there, for this service


def _vector(name: str, source: str, folders: AllowedFolders) -> str:
    file = vector_file(source)
    path = _confined(str(file.path), folders, f"vectors.{name}")
    return str(path) if file.layer is None else f"{path}|layername={file.layer}"


def _options(options: ChatOptionFields, folders: AllowedFolders) -> ChatOptionFields:
    if options.model is None or MODEL_ID.match(options.model):
        return options
    path = folders.confine(options.model, "options.model")
    find_model(path)
    return options.model_copy(update={"model": str(path)})


def _confined(text: str, folders: AllowedFolders, field: str) -> Path:
    path = folders.confine(text, field)
    check_references(path, folders, field)
    return path


def _starts_well(path: Path) -> bool:
    start = _STARTS.get(path.suffix.lower())
    try:
        with path.open("rb") as file:
            return start is not None and file.read(64).lstrip(b" \t\r\n").startswith(start)
    except OSError:
        return False


def admit_again(record: SessionRecord, folders: AllowedFolders) -> None:
    """Check the paths of a kept conversation: another program may have begun it, or links changed.

    Raises
    ------
    PathRefusedError, UsageError
    OtherLayersError
        The result is gone, or was moved.
    """
    if not _confined(record.layers, folders, "layers").exists():
        raise OtherLayersError(
            f"The result of this conversation is no longer at {record.layers}.",
            hint="Begin a new one: leave session out.",
        )
    admit_layers(record.layers, folders)
    for name in ("before", "after"):
        path = getattr(record, name)
        if path is not None:
            _confined(path, folders, name)
    for name, source in record.vectors.items():
        _vector(name, source, folders)
