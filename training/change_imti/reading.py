"""What a guide reads of a pair, taken from a file and never from a guide that knows the place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from training.change_imti.pair import CLASSES, LabelledPair
from training.change_imti.place import areas_of

SPLIT_PREFIX = "split:"
"""``split:train`` in a fold's list stands for all pairs of that split."""


@dataclass(frozen=True)
class Reading:
    """A guide's reading of one pair.

    Attributes
    ----------
    image_id, fold : str
        Which pair, and which training run of the guide.
    caption : str, optional
    changed : bool, optional
    counts : mapping of str to int
        By class.
    cells : mapping of str to tuple of str
        3×3 words by class.
    score : float, optional
        Confidence in ``changed``, 0 to 1.
    """

    image_id: str
    fold: str
    caption: str | None = None
    changed: bool | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    score: float | None = None

    def as_json(self) -> str:
        """The reading as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


class Guide:
    """Readings with the proof that each is out-of-fold (science.md 1.2, defect 2).

    Parameters
    ----------
    read : callable
        From a pair to its reading, or None where there is none.
    trained_on : mapping of str to strings
        For every fold the places its guide was trained on: tiles, groups of tiles
        (``training.guide.tiles.GROUPS``), image ids, or ``split:NAME`` for a whole split.
    """

    def __init__(
        self,
        read: Callable[[LabelledPair], Reading | None],
        trained_on: Mapping[str, Iterable[str]],
    ) -> None:
        self._read = read
        self._seen = {fold: frozenset(names) for fold, names in trained_on.items()}
        self._areas = {fold: areas_of(names) for fold, names in self._seen.items()}

    @classmethod
    def load(cls, path: Path) -> Guide:
        """Read a file of readings.

        JSON: ``{"folds": {FOLD: {"trained_on": [PLACE, …]}}, "readings": [{"image_id": …,
        "fold": …, "caption": …, "changed": …, "counts": …, "cells": …, "score": …}, …]}``.
        JSONL: the same as lines, ``{"fold": …, "trained_on": […]}`` for a fold and one line per
        reading.

        Raises
        ------
        FileNotFoundError
        ValueError
            The file is not of this form.
        """
        path = Path(path)
        if not path.is_file():
            raise FileNotFoundError(f"no readings at {path}: give a JSON or JSONL file")
        text = path.read_text("utf-8")
        try:
            if path.suffix == ".jsonl":
                lines = [json.loads(line) for line in text.splitlines() if line.strip()]
                folds = {line["fold"]: line["trained_on"] for line in lines if "trained_on" in line}
                records = [line for line in lines if "trained_on" not in line]
            else:
                content = json.loads(text)
                folds = {name: fold["trained_on"] for name, fold in content["folds"].items()}
                records = content["readings"]
            readings = [_reading(record) for record in records]
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(
                f"{path} is no file of guide readings ({type(error).__name__}: {error}); "
                "docs/change-imti.md shows the form"
            ) from error
        known = {reading.image_id: reading for reading in readings}
        if len(known) < len(readings):
            raise ValueError(f"{path} has several readings of one pair; keep one of each")
        return cls(lambda pair: known.get(pair.image_id), folds)

    def of(self, pair: LabelledPair) -> Reading | None:
        """The reading of a pair, None where there is none.

        Raises
        ------
        ValueError
            The reading is of another pair, its fold is not described, or its guide was trained on
            the pair's place.
        """
        reading = self._read(pair)
        if reading is None:
            return None
        if reading.image_id != pair.image_id:
            raise ValueError(f"{pair.image_id} was given the reading of {reading.image_id}")
        if reading.fold not in self._seen:
            raise ValueError(
                f"the reading of {pair.image_id} is of fold {reading.fold!r}, of which nobody says "
                "what it was trained on; describe it in the readings' folds"
            )
        seen = self._seen[reading.fold]
        if (
            pair.image_id in seen
            or SPLIT_PREFIX + pair.split in seen
            or areas_of([pair.place]) & self._areas[reading.fold]
        ):
            raise ValueError(
                f"the guide of fold {reading.fold!r} was trained on {pair.place}, the place of "
                f"{pair.image_id}; take the reading of a fold that never saw it"
            )
        return reading


def _reading(record: Mapping[str, Any]) -> Reading:
    counts = {name: int(number) for name, number in (record.get("counts") or {}).items()}
    cells = {name: tuple(words) for name, words in (record.get("cells") or {}).items()}
    unknown = (set(counts) | set(cells)) - {*CLASSES, "other"}
    if unknown:
        raise ValueError(f"unknown classes {sorted(unknown)}")
    return Reading(
        str(record["image_id"]),
        str(record["fold"]),
        record.get("caption"),
        record.get("changed"),
        counts,
        cells,
        record.get("score"),
    )
