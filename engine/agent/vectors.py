"""Vector layers that the caller's code gives by name: districts, rivers, a building register."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from engine.agent.errors import VectorLayerError
from engine.agent.plane import Plane, Shapes
from engine.plain_text import plain_line

_STARTS = {
    ".gpkg": b"SQLite format 3\0",
    ".shp": b"\x00\x00\x27\x0a",
    ".fgb": b"fgb",
    ".parquet": b"PAR1",
    ".geojson": b"{",
    ".json": b"{",
}
"""First bytes by ending: formats that can name no other file and no address."""
_LABELS = ("name", "label", "title", "id")
LABEL_MOST = 60
"""Characters of a feature's label."""


@dataclass(frozen=True)
class VectorFile:
    """A local file, and the layer in it (the first if not said)."""

    path: Path
    layer: str | None = None


@dataclass(frozen=True)
class VectorLayer:
    """Features of a vector file in a run's plane.

    Attributes
    ----------
    shapes : array of geometries, shape (n,)
    fids : tuple of int
        Feature ids in the file.
    labels : tuple of str
        What each is called, as harmless text.
    """

    name: str
    shapes: Shapes
    fids: tuple[int, ...]
    labels: tuple[str, ...]

    def polygons(self) -> Shapes:
        """The shapes, all of them polygons.

        Raises
        ------
        VectorLayerError
        """
        if not np.isin(shapely.get_type_id(self.shapes), (3, 6)).all():
            raise VectorLayerError(
                f"The layer '{self.name}' holds no polygons, so nothing lies inside of it.",
                hint="Ask for a distance to it instead.",
            )
        return self.shapes


class VectorLayers:
    """The caller's layers by name, each read when it is first needed.

    Parameters
    ----------
    files : mapping of str to Path or VectorFile
        Names are what questions call them.
    plane : Plane
    """

    def __init__(self, files: Mapping[str, Path | VectorFile], plane: Plane) -> None:
        self._files = {
            name: one if isinstance(one, VectorFile) else VectorFile(Path(one))
            for name, one in files.items()
        }
        self._plane = plane
        self._read: dict[str, VectorLayer] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the layers."""
        return tuple(self._files)

    def __getitem__(self, name: str) -> VectorLayer:
        if name not in self._files:
            known = ", ".join(self._files) or "none"
            raise VectorLayerError(
                f"There is no layer called '{plain_line(name, LABEL_MOST)}'.",
                hint=f"Layers that can be asked about: {known}.",
            )
        if name not in self._read:
            self._read[name] = self._open(name, self._files[name])
        return self._read[name]

    def _open(self, name: str, file: VectorFile) -> VectorLayer:
        _check(name, file.path)
        try:
            frame = pyogrio.read_dataframe(file.path, layer=file.layer, fid_as_index=True)
        except (OSError, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
            raise VectorLayerError(f"The layer '{name}' cannot be read: {error}.") from error
        if "geometry" not in frame or frame.crs is None:
            raise VectorLayerError(
                f"The layer '{name}' has no geometry or no CRS.", hint="Assign a CRS to it."
            )
        frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
        raw = np.asarray(frame.geometry.array, object)
        shapes = self._plane.shapes(shapely.make_valid(raw), frame.crs)
        fids = tuple(int(fid) for fid in frame.index)
        return VectorLayer(name, shapes, fids, _labels(frame, fids))


def _check(name: str, path: Path) -> None:
    """Refuse what is no plain local file of a known vector format."""
    text = str(path)
    start = _STARTS.get(path.suffix.lower())
    if start is None or re.match(r"/vsi|[a-z][a-z0-9+.-]+:/", text, re.I) or not path.is_file():
        raise VectorLayerError(
            f"The layer '{name}' is no local vector file.",
            hint=f"Give a file that ends in one of {', '.join(_STARTS)}.",
        )
    with path.open("rb") as stream:
        head = stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if not head.startswith(start):
        raise VectorLayerError(f"The layer '{name}' is not what the ending of its file says.")


def _labels(frame: Any, fids: tuple[int, ...]) -> tuple[str, ...]:
    fields = {str(field).lower(): field for field in frame.columns if field != "geometry"}
    texts = [field for field in fields.values() if frame[field].dtype.kind in "OUT"]
    column = next((fields[one] for one in _LABELS if one in fields), None)
    column = column if column is not None else next(iter(texts), None)
    if column is None:
        return tuple(f"feature {fid}" for fid in fids)
    return tuple(
        plain_line(str(value), LABEL_MOST) or f"feature {fid}"
        for value, fid in zip(frame[column].tolist(), fids, strict=True)
    )
