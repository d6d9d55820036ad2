"""What two rasters are, and whether they fit each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from osgeo import gdal
from qgis.core import Qgis, QgsGeometry, QgsProcessingException, QgsRasterLayer

from ..translation import tr
from .area import moved
from .ground import area_m2, measurer, metres_per_unit
from .raster_source import RasterInput

SAME_GRID = 1e-3
"""Grids whose corners and steps differ by less, in pixels, are one grid."""

COARSER = 1.5
"""Pixels that differ by more than this factor are worth a word."""


@dataclass
class PairFacts:
    """Everything ``checkpair`` says.

    Attributes
    ----------
    rows : list of (str, str, str)
        What, before, after.
    problems : list of str
        Why the pair cannot be compared; empty when it fits.
    notes : list of str
        What the engine will do about differences.
    overlap_m2 : float
        Ground both share.
    gsd_m : tuple of float or None
        Ground sample distance of before and after, metres; None where it is a matter of choice.
    shift_px : tuple of float, optional
        Estimated shift of the after date, pixels east and south.
    """

    rows: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    overlap_m2: float = 0.0
    gsd_m: tuple[float | None, float | None] = (None, None)
    shift_px: tuple[float, float] | None = None

    @property
    def fits(self) -> bool:
        """Nothing speaks against comparing them."""
        return not self.problems


def pair_facts(before: RasterInput, after: RasterInput, context: Any) -> PairFacts:
    """Look at both rasters' headers; no pixel is read.

    Raises
    ------
    QgsProcessingException
        A raster cannot be opened.
    """
    layers = _open(before), _open(after)
    opened = ((before, layers[0]), (after, layers[1]))
    facts = PairFacts()
    first, second = (_described(raster, layer) for raster, layer in opened)
    facts.rows = [(what, first[what], second[what]) for what in first]
    facts.gsd_m = _gsd(before, layers[0]), _gsd(after, layers[1])
    _place(facts, before, after, context)
    for raster, layer in opened:
        facts.problems += _problems(raster, layer)
    _differences(facts, opened)
    return facts


def _open(raster: RasterInput) -> QgsRasterLayer:
    layer = QgsRasterLayer(raster.source, raster.name, raster.provider)
    if not layer.isValid():
        raise QgsProcessingException(tr("The raster “{}” cannot be read.").format(raster.name))
    return layer


def _described(raster: RasterInput, layer: QgsRasterLayer) -> dict[str, str]:
    data = layer.dataProvider()
    nodata = [
        f"{data.sourceNoDataValue(band):g}"
        for band in range(1, data.bandCount() + 1)
        if data.sourceHasNoDataValue(band)
    ]
    if raster.picture:
        size = gsd = tr("by choice (online map)")
    else:
        size = f"{layer.width()} × {layer.height()}"
        gsd = " × ".join(f"{step:.3f} m" for step in _steps_m(raster, layer))
    return {
        tr("Layer"): raster.name,
        tr("Source"): raster.path or raster.provider,
        tr("CRS"): raster.crs.userFriendlyIdentifier(),
        tr("Size (pixels)"): size,
        tr("Pixel on the ground"): gsd,
        tr("Bands"): str(data.bandCount()),
        tr("Data type"): _type_name(data.dataType(1)),
        tr("No data"): ", ".join(dict.fromkeys(nodata)) or tr("none"),
        tr("Extent"): layer.extent().toString(2),
    }


def _type_name(kind: Any) -> str:
    return str(getattr(kind, "name", kind))


def _steps_m(raster: RasterInput, layer: QgsRasterLayer) -> tuple[float, float]:
    east, north = metres_per_unit(measurer(raster.crs), raster.extent.center())
    return layer.rasterUnitsPerPixelX() * east, layer.rasterUnitsPerPixelY() * north


def _gsd(raster: RasterInput, layer: QgsRasterLayer) -> float | None:
    if raster.picture:
        return None
    width, height = _steps_m(raster, layer)
    return float((width * height) ** 0.5)


def _place(facts: PairFacts, before: RasterInput, after: RasterInput, context: Any) -> None:
    """How much ground they share."""
    there = moved(after.extent, after.crs, before.crs, context)
    shared = before.extent.intersect(there)
    measure = measurer(before.crs, context.transformContext())
    facts.overlap_m2 = area_m2(measure, QgsGeometry.fromRect(shared)) if shared.area() else 0.0
    if not facts.overlap_m2:
        facts.problems.append(tr("They share no ground: these are two different places."))
        return
    whole = area_m2(measure, QgsGeometry.fromRect(before.extent))
    share = 100 * facts.overlap_m2 / whole
    facts.rows.append((tr("Shared ground"), f"{facts.overlap_m2:,.0f} m²", f"{share:.1f} %"))
    if share < 99:
        facts.notes.append(tr("Only the ground that both show is compared."))


def _problems(raster: RasterInput, layer: QgsRasterLayer) -> list[str]:
    problems = []
    if raster.path is not None and not raster.assigned_crs:
        file = gdal.Open(raster.path)
        steps = file.GetGeoTransform(can_return_null=True) if file is not None else None
        if steps is None:
            problems.append(
                tr("“{}” is placed by control points only: warp it first.").format(raster.name)
            )
        elif steps[2] or steps[4] or steps[1] < 0 or steps[5] > 0:
            problems.append(
                tr("“{}” is rotated or flipped: warp it to a north-up grid first.").format(
                    raster.name
                )
            )
    if not raster.picture and layer.bandCount() == 2:
        problems.append(
            tr("“{}” has two bands; three are needed, or one chosen for all three.").format(
                raster.name
            )
        )
    complex_types = {
        Qgis.DataType.CInt16, Qgis.DataType.CInt32, Qgis.DataType.CFloat32, Qgis.DataType.CFloat64,
    }  # fmt: skip
    if layer.dataProvider().dataType(1) in complex_types:
        problems.append(tr("“{}” holds complex numbers, not an image.").format(raster.name))
    return problems


def _differences(facts: PairFacts, opened: Any) -> None:
    """What differs and what becomes of it."""
    (before, first), (after, second) = opened
    if before.crs != after.crs:
        facts.notes.append(tr("The CRS differ: after is warped to the grid of before."))
    elif not _one_grid(first, second) and not (before.picture or after.picture):
        facts.notes.append(tr("The grids differ: after is resampled to the grid of before."))
    known = [gsd for gsd in facts.gsd_m if gsd]
    ratio = max(known) / min(known) if len(known) == 2 else 1.0
    if ratio > COARSER:
        facts.notes.append(
            tr(
                "Pixels differ by a factor of {:.1f}: fine detail of one date is missing in the "
                "other."
            ).format(ratio)
        )
    for raster, layer in opened:
        if raster.picture:
            facts.notes.append(
                tr("“{}” is an online map: it is copied for the wanted extent.").format(raster.name)
            )
        elif layer.bandCount() == 1:
            facts.notes.append(
                tr("“{}” has one band: choose it as the only band of that date.").format(
                    raster.name
                )
            )
    if first.dataProvider().dataType(1) != second.dataProvider().dataType(1):
        facts.notes.append(tr("The data types differ: each date gets its own stretch to 0–255."))


def _one_grid(first: QgsRasterLayer, second: QgsRasterLayer) -> bool:
    step_x, step_y = first.rasterUnitsPerPixelX(), first.rasterUnitsPerPixelY()
    columns = (second.extent().xMinimum() - first.extent().xMinimum()) / step_x
    rows = (second.extent().yMaximum() - first.extent().yMaximum()) / step_y
    steps = (
        abs(second.rasterUnitsPerPixelX() - step_x) * second.width() / step_x,
        abs(second.rasterUnitsPerPixelY() - step_y) * second.height() / step_y,
    )
    off = abs(columns - round(columns)), abs(rows - round(rows))
    return max(*off, *steps) < SAME_GRID
