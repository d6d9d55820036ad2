"""Formats with one layer a file: a folder with three files, their styles and their history."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pyproj import CRS

from engine.ogr import pyogrio

from .atomic import replace_folder
from .crs import ogr_name
from .provenance import Provenance
from .qmd import metadata_xml
from .schema import Layer, as_dict
from .spool import Spool
from .styles import style_xml
from .table import GEOMETRY, arrow_schema
from .writer import LayerWriter

DESCRIPTION = "metadata.json"
"""Schema and provenance; also the mark by which a folder is known as ours."""

LONLAT = CRS.from_epsg(4326)


def is_ours(folder: Path) -> bool:
    """Whether a folder is a result of ours, or empty, so that a new one may take its place."""
    return folder.is_dir() and ((folder / DESCRIPTION).exists() or not any(folder.iterdir()))


class FlatWriter(LayerWriter):
    """Writes a folder with ``tiles``, ``boxes`` and ``outlines`` in one format.

    GeoJSON is EPSG:4326 with seven decimals (RFC 7946) whatever `target_crs` says; what crosses
    the antimeridian is cut there.
    """

    def __init__(
        self, path: Path, crs: CRS, target_crs: CRS, provenance: Provenance, *, fmt: str
    ) -> None:
        # OGR reprojects GeoJSON itself, because it also cuts at the antimeridian.
        super().__init__(path, crs, crs if fmt == "geojson" else target_crs, provenance)
        self._format = fmt

    def _publish(self, folder: Path, spools: list[Spool]) -> None:
        made = folder / "made"
        made.mkdir()
        for spool in spools:
            layer = spool.layer
            path = made / f"{layer.name}.{self._format}"
            if self._format == "parquet":
                _write_parquet(spool, path, self.crs)
            else:
                _write_ogr(spool, path, self._format, self.crs)
            crs = LONLAT if self._format == "geojson" else self.crs
            path.with_suffix(".qml").write_text(style_xml(layer), encoding="utf-8")
            path.with_suffix(".qmd").write_text(
                metadata_xml(layer, self.provenance, crs), encoding="utf-8"
            )
        content = as_dict(self.provenance.questions) | {"provenance": self.provenance.as_dict()}
        (made / DESCRIPTION).write_text(
            json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8"
        )
        replace_folder(made, self.path, ours=DESCRIPTION)


def _write_ogr(spool: Spool, path: Path, fmt: str, crs: CRS) -> None:
    driver, options = {
        "fgb": ("FlatGeobuf", {"SPATIAL_INDEX": "YES", "TITLE": spool.layer.title}),
        "geojson": ("GeoJSON", {"RFC7946": "YES", "COORDINATE_PRECISION": "7"}),
    }[fmt]
    with spool.stream() as reader:
        pyogrio.write_arrow(
            reader,
            str(path),
            layer=spool.layer.name,
            driver=driver,
            geometry_name=GEOMETRY,
            geometry_type=spool.layer.geometry,
            crs=ogr_name(crs),
            layer_options=options,
        )


def _write_parquet(spool: Spool, path: Path, crs: CRS) -> None:
    """Write GeoParquet 1.1 batch by batch; field comments go with the columns."""
    layer = spool.layer
    schema = arrow_schema(layer)
    for index, field in enumerate(layer.fields):
        words = {"alias": field.title, "description": field.comment}
        schema = schema.set(index, schema.field(index).with_metadata(words))
    # Without the GeoArrow name: the column stays plain WKB, as GeoParquet wants it.
    last = len(layer.fields)
    schema = schema.set(last, schema.field(last).remove_metadata())
    schema = schema.with_metadata({"geo": json.dumps(_geo(layer, crs))})
    with pq.ParquetWriter(path, schema, compression="zstd") as writer, spool.stream() as reader:
        for batch in reader:
            writer.write_batch(batch.cast(schema))


def _geo(layer: Layer, crs: CRS) -> dict[str, Any]:
    column = {
        "encoding": "WKB",
        "geometry_types": [layer.geometry],
        "crs": crs.to_json_dict(),
    }
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
