"""A layout with one page per change: both dates side by side, what was found, who said what."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    Qgis,
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutItemMap,
    QgsLayoutItemPage,
    QgsLayoutItemScaleBar,
    QgsLayoutMeasurement,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsPrintLayout,
    QgsProject,
    QgsTextFormat,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QFont

from ..errors import PluginError
from ..layers.rasters import open_raster, rasters_of
from ..layers.result import DATES, Result
from ..translation import tr

MM = QgsUnitTypes.LayoutUnit.LayoutMillimeters
WIDTH, HEIGHT, MARGIN, GAP = 297.0, 210.0, 12.0, 7.0
MAP_TOP, MAP_HEIGHT = 42.0, 128.0
INK, SOFT = QColor("#1b2228"), QColor("#5b6770")
ROOM = 0.8
"""Space around a change, as a share of its size on each side."""
PAGE, PAGES = "changevg_page", "changevg_pages"
"""Variables of a layout whose atlas knows one page at a time: the page's number, and how many."""


def make_atlas(layer: Any, result: Result, title: str, expression: str) -> QgsPrintLayout:
    """Add the layout to the project, under a name that is free.

    Parameters
    ----------
    layer : QgsVectorLayer
        The changed objects: one page each.
    title : str
        Stands on every page.
    expression : str
        Which changes get a page; empty for all.

    Raises
    ------
    PluginError
        A raster is gone, or the expression is none.
    """
    project = QgsProject.instance()
    rasters = rasters_of(result, project)
    for which in DATES:
        if which not in rasters:
            opened = open_raster(result, which)
            if opened is None:
                raise PluginError(
                    tr("The raster {} is not where it was.").format(result.made.get(which)),
                    tr("Put it back, then make the pages again."),
                )
            # A layout draws layers of its project only.
            rasters[which] = project.addMapLayer(opened, False)
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.pageCollection().page(0).setPageSize("A4", QgsLayoutItemPage.Orientation.Landscape)
    layout.setName(_free_name(project, title))
    _texts(layout, title)
    width = (WIDTH - 2 * MARGIN - GAP) / 2
    for at, which in enumerate(DATES):
        left = MARGIN + at * (width + GAP)
        _map(layout, which, [layer, rasters[which]], left, width)
        _label(
            layout, f"date_{which}", result.label(which), left, MAP_TOP - 7, width, 6, 11, bold=True
        )
    atlas = layout.atlas()
    atlas.setCoverageLayer(layer)
    atlas.setHideCoverage(False)
    atlas.setPageNameExpression('"box_id"')
    atlas.setSortFeatures(True)
    atlas.setSortExpression('"area_m2"')
    atlas.setSortAscending(False)
    atlas.setFilterFeatures(bool(expression))
    if expression:
        good, problem = atlas.setFilterExpression(expression)
        if not good:
            raise PluginError(tr("The filter cannot be used for pages: {}").format(problem))
    atlas.setEnabled(True)
    project.layoutManager().addLayout(layout)
    return layout


def _texts(layout: QgsPrintLayout, title: str) -> None:
    whole = WIDTH - 2 * MARGIN
    kind = 'upper(left("class", 1)) || substr("class", 2) || \' \' || "action"'
    score = "coalesce(format_number(\"score\", 2), '–')"
    area = "coalesce(format_number(\"area_m2\", 0), '–')"
    verdict = "coalesce(\"review\" || coalesce(', ' || \"reviewer\", ''), '–')"
    facts = tr("Score {} · {} m² · review: {}").format(
        f"[% {score} %]", f"[% {area} %]", f"[% {verdict} %]"
    )
    _label(layout, "title", title, MARGIN, 9, whole - 50, 6, 9, colour=SOFT)
    _label(layout, "change", f"[% {kind} %]", MARGIN, 15, whole, 9, 17, bold=True)
    _label(layout, "facts", facts, MARGIN, 25, whole, 6, 10, colour=SOFT)
    caption = "[% coalesce(\"caption\", '') || coalesce('\n' || \"note\", '') %]"
    _label(layout, "caption", caption, MARGIN, MAP_TOP + MAP_HEIGHT + 10, whole, 14, 11)
    page = tr("Page {} of {}").format(
        f"[% coalesce(@{PAGE}, @atlas_featurenumber) %]",
        f"[% coalesce(@{PAGES}, @atlas_totalfeatures) %]",
    )
    number = _label(layout, "page", page, WIDTH - MARGIN - 50, 9, 50, 6, 9, colour=SOFT)
    number.setHAlign(Qt.AlignmentFlag.AlignRight)
    foot = tr("Found by a neural network; not checked by a person unless the review says so.")
    _label(layout, "foot", foot, MARGIN, HEIGHT - 13, whole, 5, 8, colour=SOFT)


def _map(layout: QgsPrintLayout, which: str, layers: list[Any], left: float, width: float) -> None:
    item = QgsLayoutItemMap(layout)
    item.setId(which)
    layout.addLayoutItem(item)
    _put(item, left, MAP_TOP, width, MAP_HEIGHT)
    item.setCrs(layers[1].crs())
    item.setLayers(layers)
    item.setKeepLayerSet(True)
    item.zoomToExtent(layers[1].extent())  # setExtent() would change the item's shape
    item.setFrameEnabled(True)
    item.setFrameStrokeWidth(QgsLayoutMeasurement(0.2, MM))
    item.setFrameStrokeColor(SOFT)
    item.setAtlasDriven(True)
    item.setAtlasScalingMode(QgsLayoutItemMap.AtlasScalingMode.Auto)
    item.setAtlasMargin(ROOM)
    if which == "before":
        _scale_bar(layout, item)


def _scale_bar(layout: QgsPrintLayout, item: QgsLayoutItemMap) -> None:
    bar = QgsLayoutItemScaleBar(layout)
    bar.setId("scale")
    bar.setLinkedMap(item)
    bar.applyDefaultSize(QgsUnitTypes.DistanceUnit.DistanceMeters)
    bar.setSegmentSizeMode(Qgis.ScaleBarSegmentSizeMode.FitWidth)
    bar.setMinimumBarWidth(18)
    bar.setMaximumBarWidth(40)
    bar.setNumberOfSegments(1)
    bar.setNumberOfSegmentsLeft(0)
    bar.setStyle("Line Ticks Up")
    bar.setHeight(1.5)
    bar.setBoxContentSpace(0.5)
    bar.setLabelBarSpace(0.8)
    text_format = bar.textFormat()
    text_format.setSize(8)
    text_format.setColor(SOFT)
    bar.setTextFormat(text_format)
    layout.addLayoutItem(bar)
    _put(bar, MARGIN, MAP_TOP + MAP_HEIGHT + 1, 60, 8)


def _label(
    layout: QgsPrintLayout,
    name: str,
    text: str,
    left: float,
    top: float,
    width: float,
    height: float,
    size: float,
    *,
    bold: bool = False,
    colour: QColor = INK,
) -> QgsLayoutItemLabel:
    item = QgsLayoutItemLabel(layout)
    item.setId(name)
    item.setText(text)
    font = QFont(item.textFormat().font())
    font.setBold(bold)
    text_format = QgsTextFormat()
    text_format.setFont(font)
    text_format.setSize(size)
    text_format.setSizeUnit(QgsUnitTypes.RenderUnit.RenderPoints)
    text_format.setColor(colour)
    item.setTextFormat(text_format)
    layout.addLayoutItem(item)
    _put(item, left, top, width, height)
    return item


def _put(item: QgsLayoutItem, left: float, top: float, width: float, height: float) -> None:
    item.attemptMove(QgsLayoutPoint(left, top, MM))
    item.attemptResize(QgsLayoutSize(width, height, MM))


def _free_name(project: QgsProject, title: str) -> str:
    manager = project.layoutManager()
    name, number = title, 2
    while manager.layoutByName(name) is not None:
        name, number = f"{title} ({number})", number + 1
    return name
