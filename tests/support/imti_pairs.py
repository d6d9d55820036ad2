"""Labelled pairs and LEVIR-MCI folders made up for tests of the instruction data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from hypothesis import strategies as st

from training.change_imti.pair import CLASSES, SPLITS, LabelledPair
from training.guide.vocabulary import STOCK

SIZE = 96
SAID = (
    "two houses are built at the top",
    "a road is built and some houses appear",
    "some trees are removed",
    "a building disappears in the center",
    "villas are built along the road",
)


def squares(*corners: tuple[int, int], side: int = 8, size: int = SIZE) -> np.ndarray:
    """A mask with a square at each (row, column)."""
    mask = np.zeros((size, size), bool)
    for row, column in corners:
        mask[row : row + side, column : column + side] = True
    return mask


@st.composite
def masks(draw: st.DrawFn) -> np.ndarray:
    """None to five squares, perhaps touching."""
    place = st.integers(0, SIZE - 8)
    return squares(*draw(st.lists(st.tuples(place, place), max_size=5)))


@st.composite
def pairs(draw: st.DrawFn, splits: Sequence[str] = SPLITS) -> LabelledPair:
    """Any pair: with or without masks, sentences and images, consistent or not."""
    known = draw(st.sets(st.sampled_from(CLASSES)))
    changed = draw(st.sampled_from((True, False, None)))
    said = tuple(sorted(STOCK)) if changed is False else ()
    if changed:
        said = tuple(draw(st.lists(st.sampled_from(SAID), min_size=1, max_size=5)))
    return LabelledPair(
        f"pair_{draw(st.integers(0, 999_999)):06d}",
        "somewhere",
        draw(st.sampled_from(splits)),
        "made up",
        said,
        changed,
        {name: draw(masks()) for name in sorted(known)},
    )


def mci_entry(
    name: str, split: str, sentences: Sequence[str], flag: int | None = None
) -> dict[str, Any]:
    """One image of a LEVIR-CC captions file."""
    entry: dict[str, Any] = {
        "filename": f"{name}.png",
        "filepath": split,
        "split": split,
        "sentences": [{"raw": f" {text.capitalize()} ."} for text in sentences],
    }
    return entry if flag is None else entry | {"changeflag": flag}


def write_mci(
    folder: Path, entries: Sequence[dict[str, Any]], labels: dict[str, np.ndarray]
) -> Path:
    """A folder in LEVIR-MCI layout; images are grey, labels as given by file stem."""
    grey = np.full((SIZE, SIZE, 3), 90, np.uint8)
    for entry in entries:
        for date in ("A", "B", "label"):
            (folder / "images" / entry["split"] / date).mkdir(parents=True, exist_ok=True)
        base = folder / "images" / entry["split"]
        for date in "AB":
            cv2.imwrite(str(base / date / entry["filename"]), grey)
        label = labels.get(Path(entry["filename"]).stem)
        if label is not None:
            cv2.imwrite(str(base / "label" / entry["filename"]), label)
    (folder / "LevirCCcaptions.json").write_text(json.dumps({"images": list(entries)}))
    return folder


def items_of(out: Path, split: str) -> dict[str, dict[str, Any]]:
    """The lines of a written split by item id."""
    lines = (out / f"{split}.jsonl").read_text("utf-8").splitlines()
    return {record["id"]: record for record in map(json.loads, lines)}


def answers(record: dict[str, Any]) -> list[str]:
    """The answers of an item, empty where there is no label."""
    return [turn["answer"] for turn in record["turns"]]
