"""The parameters of ``describechanges``: names, kinds, defaults, help."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from qgis.core import (
    Qgis,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingOutputVectorLayer,
    QgsProcessingParameterBand,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
    QgsProject,
)
from qgis.PyQt.QtCore import QStandardPaths

from ..translation import tr

LANGUAGES = ("changed", "all", "none")
NUMBERS = (
    "OBJECTS", "APPEARED", "DISAPPEARED", "CHANGED", "BUILDINGS", "ROADS", "OTHER", "AREA_M2",
    "TILES_READ", "TILES_FAILED",
)  # fmt: skip
_POLYGONS = [Qgis.ProcessingSourceType.VectorPolygon]
_DAY = Qgis.ProcessingDateTimeParameterDataType.Date
_INTEGER, _REAL = (
    Qgis.ProcessingNumberParameterType.Integer,
    Qgis.ProcessingNumberParameterType.Double,
)


def declare(algorithm: Any) -> None:
    """Add all inputs and outputs to the algorithm."""
    _pair(algorithm)
    _words(algorithm)
    _search(algorithm)
    _outputs(algorithm)


def _pair(algorithm: Any) -> None:
    add = algorithm.add
    add(
        QgsProcessingParameterRasterLayer("BEFORE", tr("Before")),
        tr("Raster of the earlier date. Online layers (WMS, XYZ) are copied for the wanted area."),
    )
    add(
        QgsProcessingParameterRasterLayer("AFTER", tr("After")),
        tr("Raster of the later date. Another CRS, grid or pixel size is fine."),
    )
    add(
        QgsProcessingParameterExtent("EXTENT", tr("Extent"), optional=True),
        tr("Only this rectangle; all that both rasters share if empty."),
    )
    add(
        QgsProcessingParameterFeatureSource(
            "AOI", tr("Area of interest"), _POLYGONS, optional=True
        ),
        tr("Only inside these polygons, in any CRS. Invalid ones are repaired."),
    )
    for side, label in (("BEFORE", tr("Bands of before")), ("AFTER", tr("Bands of after"))):
        add(
            QgsProcessingParameterBand(
                f"{side}_BANDS", label, None, side, optional=True, allowMultiple=True
            ),
            tr(
                "Red, green and blue, in this order; a single band is used for all three. After "
                "takes those of before if empty."
            ),
            advanced=True,
        )
    for side, label in (("BEFORE", tr("Date of before")), ("AFTER", tr("Date of after"))):
        add(
            QgsProcessingParameterDateTime(f"{side}_DATE", label, _DAY, optional=True),
            tr("Read from the file or its name if empty."),
        )


def _words(algorithm: Any) -> None:
    add = algorithm.add
    add(
        QgsProcessingParameterString(
            "QUESTIONS", tr("Questions, one a line"), multiLine=True, optional=True
        ),
        tr("Each becomes a field with its answer and who gave it: the map or the language model."),
    )
    add(
        QgsProcessingParameterString("MODEL", tr("Model"), "changevg-nano"),
        tr("Id of a model that the engine knows (see Engine status), or a model folder."),
        advanced=True,
    )
    add(
        QgsProcessingParameterEnum(
            "LANGUAGE",
            tr("Tiles the language model sees"),
            [tr("Tiles that changed"), tr("All tiles"), tr("None")],
            defaultValue=0,
        ),
        tr("Without a language model, captions come from the guide."),
        advanced=True,
    )


def _search(algorithm: Any) -> None:
    def number(name: str, label: str, text: str, kind: Any = _REAL, **limits: Any) -> None:
        limits = {"optional": True, "minValue": 0} | limits
        algorithm.add(
            QgsProcessingParameterNumber(name, label, kind, **limits), text, advanced=True
        )

    number("MIN_AREA", tr("Smallest object (m²)"), tr("The model's own limit if empty."))
    number("MIN_SCORE", tr("Lowest score (0–1)"), tr("The model's own limit if empty."), maxValue=1)
    number(
        "TILE_SIZE",
        tr("Tile size (pixels)"),
        tr("The model's own if empty."),
        _INTEGER,
        minValue=32,
    )
    number("OVERLAP", tr("Overlap of tiles (pixels)"), tr("The model's own if empty."), _INTEGER)
    number(
        "ONLINE_GSD", tr("Pixel size of copied online layers (m)"),
        tr("Ground size of a pixel when a WMS or XYZ layer is copied."),
        optional=False, defaultValue=0.5, minValue=0.01,
    )  # fmt: skip
    switches = (
        ("COREGISTER", tr("Remove the shift between the dates"), False,
         tr("The shift is estimated in any case, and reported above one pixel.")),
        ("ALLOW_PARTIAL", tr("Keep the result if some tiles cannot be read"), True,
         tr("Those tiles are marked as failed, and the result as partial.")),
        ("OVERWRITE", tr("Replace an older result"), True,
         tr("Reviews in it are carried over. A file that is no result is never replaced.")),
        ("RESUME", tr("Go on with a stopped run of the same output"), True,
         tr("A stopped run keeps the tiles it has read.")),
        ("LOAD", tr("Add the layers to the project"), True,
         tr("In one group, named by the dates and the area.")),
    )  # fmt: skip
    for name, label, default, text in switches:
        algorithm.add(QgsProcessingParameterBoolean(name, label, default), text, advanced=True)


def _outputs(algorithm: Any) -> None:
    algorithm.add(
        QgsProcessingParameterFileDestination(
            "OUTPUT", tr("Result"), tr("GeoPackage (*.gpkg)"), default_output()
        ),
        tr("One file with the layers tiles, boxes and outlines, their styles and how it was made."),
    )
    algorithm.add(
        QgsProcessingParameterRasterDestination(
            "MASK", tr("Change mask"), optional=True, createByDefault=False
        ),
        tr("Cloud-optimised GeoTIFF, one class a pixel."),
    )
    algorithm.add(
        QgsProcessingParameterFileDestination(
            "REPORT", tr("Report"), tr("HTML file (*.html)"), optional=True, createByDefault=False
        ),
        tr("Totals, the largest changes with both dates, and how it was made, in one file."),
    )
    polygon = Qgis.ProcessingSourceType.VectorPolygon
    for name, label in (
        ("TILES", tr("Tiles")),
        ("BOXES", tr("Changed objects")),
        ("OUTLINES", tr("Outlines")),
    ):
        algorithm.addOutput(QgsProcessingOutputVectorLayer(name, label, polygon))
    for name in NUMBERS:
        algorithm.addOutput(QgsProcessingOutputNumber(name, name.replace("_", " ").capitalize()))
    algorithm.addOutput(QgsProcessingOutputString("STATUS", tr("done, partial or cancelled")))
    algorithm.addOutput(QgsProcessingOutputString("SUMMARY", tr("What changed, in a sentence")))


def default_output() -> str:
    """A file that stays: beside the project, or in the user's documents."""
    kind = QStandardPaths.StandardLocation.DocumentsLocation
    folders = [QgsProject.instance().homePath(), QStandardPaths.writableLocation(kind)]
    folder = next((Path(name) for name in folders if name and Path(name).is_dir()), Path.home())
    return str(folder / f"changes-{datetime.now():%Y-%m-%d-%H%M%S}.gpkg")
