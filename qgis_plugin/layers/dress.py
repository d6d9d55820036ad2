"""What a layer of a result is given when it comes into a project; its file stays as it is.

Drawing, labels, aliases and value lists come with the file. Added here is what needs the plugin:
pictures in the map tip, which is set in the application's own font. What the run found is made
read-only where the file does not say so.
"""

from __future__ import annotations

import re
from typing import Any

from .rasters import PACKAGE
from .result import Result

REVIEW_FIELDS = ("review", "reviewer", "reviewed_at", "note")
# In eval(), so that the tip stays whole in a QGIS without the plugin, where the function is not.
PICTURES = "[% coalesce(eval('changevg_pictures()'), '') %]"
FIXED = re.compile(r'(?<=<div) style="font-family: sans-serif; width: 260px;"')
# QGIS gives a tip the application's font, but its browser sets tables in 16 pixels all the same.
TABLE = re.compile(r"<table(?![^>]*font-size)")


def dress(layer: Any, result: Result) -> None:
    """Make a layer explain itself; again and again does no harm."""
    layer.setCustomProperty(PACKAGE, result.package)
    tip = TABLE.sub('<table style="font-size: inherit;"', FIXED.sub("", layer.mapTipTemplate()))
    layer.setMapTipTemplate(tip if PICTURES in tip else PICTURES + tip)
    layer.setMapTipsEnabled(True)
    _protect(layer)


def _protect(layer: Any) -> None:
    """Only the review can be edited in forms and tables."""
    form = layer.editFormConfig()
    for index, field in enumerate(layer.fields()):
        form.setReadOnly(index, field.name() not in REVIEW_FIELDS)
    layer.setEditFormConfig(form)
