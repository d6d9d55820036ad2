"""A request's paths, confined: what goes in is as the client wrote it, what comes out is safe."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from engine.errors import UsageError
from engine.service.options import AskRequest, InfoRequest, RunRequest, check_format
from engine.service.paths import AllowedFolders
from engine.service.references import check_references

_AREA_TEXT = re.compile(
    r"^\s*(\{|(SRID=\d+;)?\s*(MULTI)?(POLYGON|SURFACE)|GEOMETRYCOLLECTION)", re.I
)
"""GeoJSON and WKT, as :mod:`engine.raster.aoi` tells them from files."""
MODEL_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
_OUTPUTS = ("mask_out", "report", "picture", "layers", "tmp_dir")


def admit_run(request: RunRequest, folders: AllowedFolders) -> RunRequest:
    """The same request with every path resolved and allowed.

    Raises
    ------
    PathRefusedError, UsageError
    """
    options = _options(request.options.model_dump(exclude_unset=True), folders)
    output = folders.confine(request.output, "output")
    check_format(str(output), options)
    return RunRequest.model_validate(
        {
            "before": _raster(request.before, folders, "before"),
            "after": _raster(request.after, folders, "after"),
            "output": str(output),
            "options": options,
        }
    )


def admit_pair(request: InfoRequest, folders: AllowedFolders) -> InfoRequest:
    """The same request with every path resolved and allowed.

    Raises
    ------
    PathRefusedError, UsageError
    """
    return InfoRequest.model_validate(
        {
            "before": _raster(request.before, folders, "before"),
            "after": _raster(request.after, folders, "after"),
            "options": _options(request.options.model_dump(exclude_unset=True), folders),
        }
    )


def admit_question(request: AskRequest, folders: AllowedFolders) -> AskRequest:
    """The same request with every path resolved and allowed.

    Raises
    ------
    PathRefusedError, UsageError
    """
    options = _options(request.options.model_dump(exclude_unset=True), folders)
    check_format(options.get("layers") or "layers.gpkg", options)
    given = request.model_dump(exclude_unset=True)
    given |= {
        "before": _raster(request.before, folders, "before"),
        "after": _raster(request.after, folders, "after"),
        "options": options,
    }
    if request.aoi is not None:
        given["aoi"] = _area(request.aoi, folders, "aoi")
    return AskRequest.model_validate(given)


def _options(options: dict[str, Any], folders: AllowedFolders) -> dict[str, Any]:
    for name in _OUTPUTS:
        if options.get(name) is not None:
            options[name] = str(folders.confine(options[name], f"options.{name}"))
    if options.get("aoi") is not None:
        options["aoi"] = _area(options["aoi"], folders, "options.aoi")
    model = options.get("model")
    if model is not None and not MODEL_ID.match(model):
        options["model"] = str(folders.confine(model, "options.model"))
    if model is not None and Path(model).is_absolute() and not Path(options["model"]).is_dir():
        raise UsageError("options.model is neither a model's id nor a folder.")
    return options


def _raster(text: str, folders: AllowedFolders, field: str) -> str:
    path = folders.confine(text, field)
    check_references(path, folders, field)
    return str(path)


def _area(text: str, folders: AllowedFolders, field: str) -> str:
    if _AREA_TEXT.match(text):
        return text
    path = folders.confine(text, field)
    check_references(path, folders, field)
    return str(path)
