"""Writing the three layers: one interface for all formats, atomic, in bounded memory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pyproj import CRS

from .atomic import make_folder, output_errors
from .crs import as_crs, reprojector
from .provenance import Provenance
from .records import BoxRecord, TileRecord
from .schema import layers
from .spool import Spool
from .table import with_answers


class LayerWriter(ABC):
    """Takes records in any order and number; :meth:`commit` makes the output appear at once.

    Use as a context manager: leaving it without :meth:`commit` discards everything.

    Parameters
    ----------
    path : Path
        The output; an older one stays until :meth:`commit`.
    crs : CRS
        CRS of the records.
    target_crs : CRS
        CRS of the output.
    provenance : Provenance
        Where the result comes from; may still be filled in until :meth:`commit`.
    """

    def __init__(self, path: Path, crs: CRS, target_crs: CRS, provenance: Provenance) -> None:
        self.path = path
        self.crs = target_crs
        self.provenance = provenance
        self.layers = layers(provenance.questions)
        self._answers: dict[str, Sequence[str | None]] = {}
        self._part = make_folder(path)
        self._folder = self._part.folder
        move = reprojector(crs, target_crs)
        with output_errors(path):
            self._spools = {
                layer.name: Spool(layer, self._folder / f"{layer.name}.arrow", move)
                for layer in self.layers
            }

    @property
    def counts(self) -> dict[str, int]:
        """Features per layer so far."""
        return {name: spool.rows for name, spool in self._spools.items()}

    def write_tiles(self, records: Sequence[TileRecord]) -> None:
        """Add tiles."""
        for record in records:
            if any(record.answers):
                self._answers[record.tile_id] = record.answers
        with output_errors(self.path):
            self._spools["tiles"].add(records)

    def write_boxes(self, records: Sequence[BoxRecord]) -> None:
        """Add objects: one feature in ``boxes`` and one in ``outlines`` each.

        A box gets the answers of a tile it lies in, whenever that is written.
        """
        with output_errors(self.path):
            self._spools["boxes"].add(records)
            self._spools["outlines"].add(records)

    def commit(self) -> Path:
        """Write the output and put it in place of an older one.

        Raises
        ------
        DiskFullError, OutputFolderError, OutputError
            Nothing half-written is left; an older output is untouched.
        """
        try:
            with output_errors(self.path):
                for spool in self._spools.values():
                    spool.finish()
                if self._answers:
                    self._spools["boxes"].fill = partial(with_answers, answers=self._answers)
                self._publish(self._folder, list(self._spools.values()))
        finally:
            self.abort()
        return self.path

    def abort(self) -> None:
        """Discard what was not committed."""
        for spool in self._spools.values():
            # On a full disk even closing can fail; the folder goes anyway.
            try:
                spool.close()
            except OSError:
                continue
        self._part.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.abort()

    @abstractmethod
    def _publish(self, folder: Path, spools: list[Spool]) -> None:
        """Make the output from finished spools inside `folder` and rename it onto the path."""


def open_writer(
    path: str | Path,
    crs: Any,
    fmt: str,
    provenance: Provenance,
    *,
    dst_crs: Any | None = None,
) -> LayerWriter:
    """Start writing the layers.

    Parameters
    ----------
    path : path
        File (GeoPackage) or folder (the formats with one layer a file).
    crs : CRS, str
        CRS of the records' geometries; rasterio's and pyproj's objects and text are taken.
    fmt : str
        ``gpkg``, ``fgb``, ``parquet`` or ``geojson`` (:func:`engine.layers.choose_format`).
    provenance : Provenance
        Its ``questions`` decide the answer fields.
    dst_crs : CRS, str, optional
        CRS of the output; by default that of the records. GeoJSON is always EPSG:4326.
    """
    from .flat import FlatWriter
    from .geopackage import GeoPackageWriter

    source = as_crs(crs)
    target = source if dst_crs is None else as_crs(dst_crs)
    if fmt == "gpkg":
        return GeoPackageWriter(Path(path), source, target, provenance)
    return FlatWriter(Path(path), source, target, provenance, fmt=fmt)
