"""The guide's reading of one tile as numbers: what its card, its sentence and its labels rest on.

Labels for training, cards for inference and counts of evaluation come from here, by the one counter
and the one cell rule (:mod:`engine.objects`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.guide.reading import Finding
from engine.objects.cells import CELL_ORDER
from engine.objects.components import count_cells
from engine.objects.sketch import Sketch, sketches

ACTIONS = ("appeared", "disappeared", "changed")


@dataclass(frozen=True)
class ClassReading:
    """What was found of one class.

    Attributes
    ----------
    class_name : {"building", "road", "other"}
    count : int
        Components of the class mask; touching objects of two actions are one.
    cells : tuple of str
        3×3 words of their centroids, each once, in reading order.
    findings : tuple of Finding
        The same by action.
    score : float or None
        Mean change probability of its pixels, 0…1; None where it is not known or nothing is there.
    sketches : tuple of Sketch
        Outlines of at most eight corners, pixels of the tile, the largest first.

    Raises
    ------
    ValueError
        A count below 0, or a word that names no cell.
    """

    class_name: str
    count: int
    cells: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    score: float | None = None
    sketches: tuple[Sketch, ...] = ()

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError(f"{self.count} objects of class {self.class_name}")
        if strange := [word for word in self.cells if word not in CELL_ORDER]:
            raise ValueError(f"no cells: {', '.join(strange)}")


@dataclass(frozen=True)
class TileReading:
    """What the guide says of one tile; None where it does not say.

    Attributes
    ----------
    classes : tuple of ClassReading
        A class the guide does not know is not there, which is not the same as a count of 0.
    changed : bool or None
        The flag.
    change_score : float or None
        Probability behind the flag, 0…1.
    caption : str or None
        Sentence of the global branch.
    size : (int, int) or None
        Width and height, pixels, of the frame of the sketches.
    """

    classes: tuple[ClassReading, ...] = ()
    changed: bool | None = None
    change_score: float | None = None
    caption: str | None = None
    size: tuple[int, int] | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, by class and action: what sentences are compared with."""
        return tuple(finding for one in self.classes for finding in one.findings)

    def of(self, class_name: str) -> ClassReading | None:
        """The reading of a class, None where the guide does not know it."""
        return next((one for one in self.classes if one.class_name == class_name), None)


def read_tile(
    class_map: NDArray[np.uint8],
    actions: NDArray[np.uint8] | None,
    classes: Sequence[str],
    *,
    changed: bool | None = None,
    change_score: float | None = None,
    caption: str | None = None,
    probability: NDArray[np.float32] | None = None,
    sketched: bool = False,
) -> TileReading:
    """Count, place and, on request, sketch what a tile's class map holds.

    Parameters
    ----------
    class_map : uint8 array (h, w)
        0 where nothing changed, else 1 + index into ``classes``.
    actions : uint8 array (h, w), optional
        Index into :data:`ACTIONS` where something changed; without it nothing is said of actions.
    classes : sequence of str
        All classes the guide knows.
    changed, change_score, caption
        Of the global branch; without a flag, a tile changed where an object was counted.
    probability : float array (h, w), optional
        Change probability, 0…1.
    sketched : bool
        Whether outlines are made.
    """
    read = []
    for code, name in enumerate(classes, 1):
        mask = class_map == code
        count, cells = count_cells(mask)
        score = None
        if count and probability is not None:
            score = float(probability[mask].mean())
        read.append(
            ClassReading(
                name,
                count,
                tuple(cells),
                _findings(name, mask, actions, (count, cells)),
                score,
                tuple(sketches(mask)) if sketched and count else (),
            )
        )
    if changed is None:
        changed = any(one.count for one in read)
    height, width = class_map.shape
    return TileReading(tuple(read), changed, change_score, caption, (width, height))


def _findings(
    name: str,
    mask: NDArray[np.bool_],
    actions: NDArray[np.uint8] | None,
    all_of_them: tuple[int, list[str]],
) -> tuple[Finding, ...]:
    if actions is None or not mask.any():
        return ()
    done = np.bincount(actions[mask], minlength=len(ACTIONS)) > 0
    found = []
    for index, action in enumerate(ACTIONS):
        if done[index]:
            # Mostly all objects of a tile did the same: they are counted already.
            alone = done.sum() == 1
            count, cells = all_of_them if alone else count_cells(mask & (actions == index))
            if count:
                found.append(Finding(name, action, count, cells))
    return tuple(found)
