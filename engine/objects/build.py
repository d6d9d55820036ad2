"""Complete objects from their sums and corners, many at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.objects.corners import Corners
from engine.objects.objects import ChangeObject, action_of
from engine.objects.rings import polygons
from engine.objects.tally import (
    BOTTOM,
    CLASS,
    DIRECTION,
    LEFT,
    PIXELS,
    PROB,
    RIGHT,
    SUM_X,
    SUM_Y,
    TOP,
)
from engine.objects.unseen import UnseenRuns


def build_objects(
    sums: NDArray[np.int64],
    corners: Corners,
    unseen: UnseenRuns,
    classes: Sequence[str],
    first_number: int,
) -> list[ChangeObject]:
    """Make the objects.

    Parameters
    ----------
    sums : array of int64, shape (n, FIELDS)
        One tally per object.
    corners : Corners
        All corners of the objects; ``owner`` is the row of ``sums``.
    unseen : UnseenRuns
        Holds all rows of the objects' boxes.
    classes : sequence of str
        Class names by code - 1.
    first_number : int
        Number of the first object.
    """
    if not len(sums):
        return []
    outlines = polygons(corners, len(sums))
    boxes = sums[:, [LEFT, TOP, RIGHT, BOTTOM]]
    pixels = sums[:, PIXELS]
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    columns = zip(
        sums[:, CLASS].tolist(),
        (sums[:, PROB] / (255.0 * pixels)).tolist(),
        (sums[:, DIRECTION] / (255.0 * np.maximum(sums[:, PROB], 1))).tolist(),
        pixels.tolist(),
        boxes.tolist(),
        (sums[:, SUM_X] / pixels + 0.5).tolist(),
        (sums[:, SUM_Y] / pixels + 0.5).tolist(),
        outlines.tolist(),
        (unseen.count(boxes) / area).tolist(),
        strict=True,
    )
    return [
        ChangeObject(
            number=first_number + index,
            class_name=classes[code - 1],
            action=action_of(appeared, classes[code - 1]),
            score=score,
            appeared=appeared,
            pixels=count,
            bbox_px=(box[0], box[1], box[2], box[3]),
            centroid_px=(x, y),
            outline=outline,
            nodata_fraction=nodata,
        )
        for index, (code, score, appeared, count, box, x, y, outline, nodata) in enumerate(columns)
    ]
