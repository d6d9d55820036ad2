"""QGIS layer metadata (``.qmd``): title, abstract, CRS, extent in time and the history."""

from __future__ import annotations

import datetime as dt
from xml.etree import ElementTree as ET

from pyproj import CRS

from .crs import code
from .provenance import KEYWORDS, Provenance
from .schema import Layer

DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def layer_title(layer: Layer, provenance: Provenance) -> str:
    """Title of `layer` for people: ``Changed objects: changes 2023 → 2025``."""
    return f"{layer.title}: {provenance.title[0].lower()}{provenance.title[1:]}"


def metadata_xml(layer: Layer, provenance: Provenance, crs: CRS) -> str:
    """Return the metadata of `layer` as the XML QGIS reads and writes."""
    root = ET.Element("qgis", version="3.40.0")
    _text(root, "identifier", f"changevg:{layer.name}")
    _text(root, "parentidentifier", "")
    _text(root, "language", "EN")
    _text(root, "type", "dataset")
    _text(root, "title", layer_title(layer, provenance))
    _text(root, "abstract", f"{layer.description} {provenance.abstract}")
    keywords = ET.SubElement(root, "keywords", vocabulary="gmd:topicCategory")
    _text(keywords, "keyword", "Imagery base maps earth cover")
    words = ET.SubElement(root, "keywords", vocabulary="ChangeVG")
    for word in KEYWORDS:
        _text(words, "keyword", word)
    if provenance.model_licence:
        _text(root, "license", f"Model weights: {provenance.model_licence}")
    _text(root, "encoding", "UTF-8")
    system = ET.SubElement(ET.SubElement(root, "crs"), "spatialrefsys", nativeFormat="Wkt")
    _text(system, "wkt", crs.to_wkt())
    known = code(crs)
    if known:
        _text(system, "authid", known)
    _text(system, "description", crs.name)
    _dates(root, provenance)
    for line in provenance.history():
        _text(root, "history", line)
    ET.indent(root)
    return DOCTYPE + ET.tostring(root, encoding="unicode")


def _dates(root: ET.Element, provenance: Provenance) -> None:
    moments = [d for d in (provenance.date_before, provenance.date_after) if d]
    if moments:
        period = ET.SubElement(ET.SubElement(ET.SubElement(root, "extent"), "temporal"), "period")
        _text(period, "start", _moment(min(moments)))
        _text(period, "end", _moment(max(moments)))
    if provenance.finished:
        made = provenance.finished.replace(microsecond=0).isoformat()
        ET.SubElement(ET.SubElement(root, "dates"), "date", type="Created", value=made)


def _moment(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = text
