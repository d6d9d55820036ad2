"""The linear map of a date, timed: stretching is a part of every read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.raster import RasterPair
from engine.raster.radiometry import LinearMap
from engine.run.spans import Spans


class TimedMap(LinearMap):
    """The same map; each call is a span ``stretching``."""

    def __init__(self, known: LinearMap, spans: Spans) -> None:
        super().__init__(known.gain, known.offset, known.source, known.percentiles)
        object.__setattr__(self, "_spans", spans)

    def apply(self, array: NDArray[Any]) -> NDArray[np.uint8]:
        """Map pixels; see :meth:`LinearMap.apply`."""
        spans: Spans = self.__dict__["_spans"]
        with spans.span("stretching"):
            return super().apply(array)


def time_maps(pair: RasterPair, spans: Spans) -> None:
    """Have the stretching of a pair measured."""
    first, second = pair.maps
    pair.maps = TimedMap(first, spans), TimedMap(second, spans)


def plain_maps(pair: RasterPair) -> tuple[LinearMap, LinearMap]:
    """A pair's maps, untimed, as another process can have them."""
    first, second = (
        LinearMap(known.gain, known.offset, known.source, known.percentiles) for known in pair.maps
    )
    return first, second
