"""A folder in the layout of LEVIR-MCI: images, masks with roads and buildings, captions.

The layout is ``LevirCCcaptions.json`` (``images``: ``filename``, ``split``, ``changeflag``,
``sentences`` with ``raw``) beside ``images/SPLIT/{A,B,label}/FILENAME`` (Liu et al. 2024). Labels
are grey, 0 background, 128 road, 255 building (science.md 1.2).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from training.change_imti.pair import LabelledPair, Mask
from training.change_imti.place import place_of
from training.guide.vocabulary import is_unchanged

CAPTIONS = "LevirCCcaptions.json"
TERMS = "LEVIR-MCI / LEVIR-CC / LEVIR-CD: academic use; imagery Google Earth"
VALUES = {"road": 128, "building": 255}
"""Grey value of each class."""


def levir_mci(folder: Path) -> Iterator[LabelledPair]:
    """Every pair of the captions file; without a mask both classes are unlabelled.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    FileNotFoundError
        No captions file, or an image that it names is missing.
    ValueError
        The captions file is not of this form, or a label has other values.
    """
    path = Path(folder) / CAPTIONS
    if not path.is_file():
        raise FileNotFoundError(f"no {CAPTIONS} in {folder}: name the folder that holds it")
    try:
        entries = json.loads(path.read_text("utf-8"))["images"]
        records = [(_split(entry), entry["filename"], _said(entry)) for entry in entries]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{path} is no LEVIR-CC captions file ({error!r})") from error
    for split, name, (sentences, changed) in records:
        images = Path(folder) / "images" / split
        before, after = images / "A" / name, images / "B" / name
        for image in (before, after):
            if not image.is_file():
                raise FileNotFoundError(f"{path} names {name}, but there is no {image}")
        image_id = Path(name).stem
        yield LabelledPair(
            image_id,
            place_of(image_id),
            split,
            "levir_mci",
            sentences,
            changed,
            read_masks(images / "label" / name),
            (before.resolve(), after.resolve()),
        )


def read_masks(path: Path) -> dict[str, Mask]:
    """Road and building pixels of a label image; nothing where there is no such file.

    Returns
    -------
    dict of str to bool array (h, w)

    Raises
    ------
    ValueError
        The file is no image, or has values that are neither background, road nor building.
    """
    if not path.is_file():
        return {}
    grey = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if grey is None:
        raise ValueError(f"{path} is no readable image")
    if grey.ndim == 3:
        if (grey[..., :3] != grey[..., :1]).any():
            raise ValueError(f"{path} has colours; the labels wanted are the grey ones")
        grey = grey[..., 0]
    unknown = set(np.unique(grey).tolist()) - {0, *VALUES.values()}
    if unknown:
        raise ValueError(
            f"{path} has values {sorted(unknown)[:5]}; 0 is background, 128 road, 255 building"
        )
    return {name: grey == value for name, value in VALUES.items()}


def _split(entry: Mapping[str, Any]) -> str:
    return str(entry.get("split") or entry["filepath"])


def _said(entry: Mapping[str, Any]) -> tuple[tuple[str, ...], bool]:
    sentences = tuple(str(sentence["raw"]) for sentence in entry["sentences"])
    if not sentences:
        raise ValueError(f"{entry['filename']} has no sentence")
    flag = entry.get("changeflag")
    return sentences, not is_unchanged(sentences) if flag is None else bool(flag)
