"""A result in the project: which layers belong to it, what was compared, where its report is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from qgis.core import QgsProject, QgsProviderRegistry, QgsVectorLayer

from ..errors import PluginError
from ..processing.result_layers import LAYERS, group_title, package_of, provenance
from ..translation import tr

DATES = ("before", "after")


@dataclass(frozen=True)
class Result:
    """What the file of a result says of itself.

    Attributes
    ----------
    package : str
        The GeoPackage.
    made : dict
        Its provenance, as the engine wrote it.
    """

    package: str
    made: dict[str, Any] = field(hash=False, compare=False)

    @classmethod
    def open(cls, package: str) -> Result:
        """Read a GeoPackage.

        Raises
        ------
        PluginError
            It is not there, or no result of ChangeVG.
        """
        if not Path(package).is_file():
            raise PluginError(
                tr("{} is not there.").format(package),
                tr("Was it moved, or is a drive not connected?"),
            )
        made = provenance(package)
        if made is None:
            raise PluginError(
                tr("{} is no result of ChangeVG.").format(package),
                tr("Choose the GeoPackage that “Describe changes” wrote."),
            )
        return cls(package, made)

    @classmethod
    def of_layer(cls, layer: Any) -> Result | None:
        """The result a layer belongs to; None for any other layer."""
        if not isinstance(layer, QgsVectorLayer) or not layer.isValid():
            return None
        package = package_of(layer)
        if package is None:
            return None
        made = _provenance(package, Path(package).stat().st_mtime_ns)
        return None if made is None else cls(package, made)

    def date(self, which: str) -> str:
        """``2018-10-05``, or an empty text where it is not known."""
        return str(self.made.get(f"date_{which}") or "")

    def label(self, which: str) -> str:
        """What one of the two dates is called on a map: its day, else Before or After."""
        return self.date(which) or (tr("Before") if which == "before" else tr("After"))

    def raster(self, which: str) -> str | None:
        """The raster of one date, if it is still there; a URL is taken as it is."""
        return self._path(self.made.get(which))

    def report(self) -> str | None:
        """The HTML report, if one was written and is still there."""
        return self._path(self.made.get("parameters", {}).get("report"))

    def bands(self, which: str) -> list[int]:
        """Bands shown as red, green and blue; empty for the raster's own first three."""
        pair = self.made.get("parameters", {}).get("pair", {})
        chosen = pair.get("bidx") or []
        if which == "after":
            chosen = pair.get("after_bidx") or chosen
        return [int(band) for band in chosen]

    def title(self, place: str = "") -> str:
        """``Change 2012-03-18 → 2018-10-05 · district 4``."""
        return group_title(self.made, place or self.place())

    def place(self) -> str:
        """Name of the area: of its polygons, else of the later raster."""
        aoi = self.made.get("parameters", {}).get("pair", {}).get("aoi")
        named = aoi if isinstance(aoi, str) and Path(aoi).suffix else self.made.get("after")
        return Path(str(named or self.package)).stem

    def _path(self, name: Any) -> str | None:
        if not isinstance(name, str) or not name:
            return None
        if "://" in name or name.startswith("/vsi"):
            return name
        # A name without folders is meant beside the result.
        path = Path(self.package).parent / name
        return str(path) if path.is_file() else None


@lru_cache(maxsize=64)
def _provenance(package: str, changed: int) -> dict[str, Any] | None:
    """Read once for each state of the file: lists and menus ask again and again."""
    return provenance(package)


def role_of(layer: Any) -> str:
    """``boxes``, ``outlines`` or ``tiles``; empty for another table."""
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    name = str(parts.get("layerName") or "")
    return name if name in LAYERS else ""


def box_layers(project: QgsProject) -> Iterator[tuple[QgsVectorLayer, Result]]:
    """The layers of changed objects in a project, in the order of their names."""
    for layer in sorted(project.mapLayers().values(), key=lambda one: str(one.name())):
        if isinstance(layer, QgsVectorLayer) and role_of(layer) == "boxes":
            result = Result.of_layer(layer)
            if result is not None:
                yield layer, result
