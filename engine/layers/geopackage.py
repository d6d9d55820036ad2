"""The default output: one GeoPackage with three layers, their style and their history."""

from __future__ import annotations

from pathlib import Path

from engine.ogr import pyogrio

from .atomic import replace_file
from .crs import ogr_name
from .geopackage_tables import describe_layers
from .spool import Spool
from .table import GEOMETRY
from .writer import LayerWriter


class GeoPackageWriter(LayerWriter):
    """Writes one GeoPackage; see :class:`~engine.layers.writer.LayerWriter`."""

    def _publish(self, folder: Path, spools: list[Spool]) -> None:
        made = folder / f"{self.path.stem}.gpkg"
        for spool in spools:
            layer = spool.layer
            with spool.stream() as reader:
                pyogrio.write_arrow(
                    reader,
                    str(made),
                    layer=layer.name,
                    driver="GPKG",
                    geometry_name=GEOMETRY,
                    geometry_type=layer.geometry,
                    crs=ogr_name(self.crs),
                    dataset_options={"VERSION": "1.2"},
                    layer_options={"SPATIAL_INDEX": "YES", "FID": "fid"},
                )
        describe_layers(made, self.layers, self.provenance, self.crs)
        replace_file(made, self.path)
