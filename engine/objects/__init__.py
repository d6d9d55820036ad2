"""Objects: tiles stitched to one map, changed pixels merged to objects, objects measured."""

from engine.objects.cells import CELL_ORDER, CELL_WORDS, cell_of
from engine.objects.components import MIN_PIXELS, count_cells, label
from engine.objects.measure import Measured, Measurer
from engine.objects.merge import ObjectMerger
from engine.objects.objects import APPEARED_FROM, DISAPPEARED_TO, ChangeObject, action_of
from engine.objects.stitch import Stitcher
from engine.objects.strip import Strip

__all__ = [
    "APPEARED_FROM",
    "CELL_ORDER",
    "CELL_WORDS",
    "DISAPPEARED_TO",
    "MIN_PIXELS",
    "ChangeObject",
    "Measured",
    "Measurer",
    "ObjectMerger",
    "Stitcher",
    "Strip",
    "action_of",
    "cell_of",
    "count_cells",
    "label",
]
