"""A pair of images with all that is known of its change: what every source hands over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Flavour: TypeAlias = Literal["paper", "clean"]
FLAVOURS: tuple[Flavour, ...] = ("paper", "clean")
CLASSES = ("road", "building")
"""The classes that are asked about, in the order of the dialogue (science.md 1.2)."""
SPLITS = ("train", "val", "test")
Mask: TypeAlias = NDArray[np.bool_]
Picture: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True)
class LabelledPair:
    """One pair of 256 pixels and its labels; what is not known is missing.

    Attributes
    ----------
    image_id : str
        Name of the pair, unique in a dataset; fit for a file name.
    place : str
        What belongs together when data are split: the tile, or the pair where that is not known.
    split : {"train", "val", "test"}
    source : str
        Which source it came from.
    sentences : tuple of str
        What was said of it; empty where nobody said anything.
    said_changed : bool, optional
        People's verdict; None where there is none.
    masks : mapping of str to bool array (h, w)
        Changed pixels by class. A class without a mask is not labelled, which is not "none".
    images : two paths, or two uint8 arrays (h, w, 3) RGB, optional
        Before and after.
    sentences_by : {"people", "program"}
    """

    image_id: str
    place: str
    split: str
    source: str
    sentences: tuple[str, ...] = ()
    said_changed: bool | None = None
    masks: Mapping[str, Mask] = field(default_factory=dict)
    images: tuple[Path, Path] | tuple[Picture, Picture] | None = None
    sentences_by: Literal["people", "program"] = "people"

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise ValueError(f"{self.image_id}: no split {self.split!r}; choose from {SPLITS}")
        unknown = set(self.masks) - set(CLASSES)
        if unknown:
            raise ValueError(f"{self.image_id}: masks of unknown classes {sorted(unknown)}")


def plain(sentence: str) -> str:
    """A sentence as the captions are written: lower case, single blanks, no full stop.

    >>> plain(" A road is built .")
    'a road is built'
    """
    return " ".join(sentence.lower().split()).rstrip(" .")
