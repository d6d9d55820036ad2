"""Layers out: tiles, boxes and outlines with their style, their history and their companions."""

from .formats import FORMATS, choose_format
from .provenance import Provenance
from .records import BoxRecord, TileRecord
from .schema import SCHEMA_VERSION
from .writer import LayerWriter, open_writer

__all__ = [
    "FORMATS",
    "SCHEMA_VERSION",
    "BoxRecord",
    "LayerWriter",
    "Provenance",
    "TileRecord",
    "choose_format",
    "open_writer",
]
