"""Builds the dataset: pairs in, items out, every rule of the data checked on the way."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from training.change_imti.consistency import KINDS, Contradiction, contradictions
from training.change_imti.labels import read_labels
from training.change_imti.pair import FLAVOURS, Flavour, LabelledPair
from training.change_imti.place import is_report
from training.change_imti.reading import Guide
from training.change_imti.tasks import ItemMaker
from training.change_imti.writer import DatasetWriter


@dataclasses.dataclass
class Tally:
    """What happened to the pairs."""

    pairs: Counter[str] = dataclasses.field(default_factory=Counter)
    duplicates: int = 0
    dropped: Counter[str] = dataclasses.field(default_factory=Counter)
    with_reading: int = 0
    found: list[Contradiction] = dataclasses.field(default_factory=list)


def build(
    pairs: Iterable[LabelledPair],
    out: Path,
    flavour: Flavour,
    *,
    seed: int = 0,
    guide: Guide | None = None,
    keep_contradictions: bool = False,
    terms: Iterable[str] = (),
) -> dict[str, Any]:
    """Write a dataset and return its manifest.

    Parameters
    ----------
    pairs : iterable of LabelledPair
        Of any sources; of several with one id the first is taken.
    out : Path
        Folder to make.
    flavour : {"paper", "clean"}
        ``paper`` as published, less its defects (science.md 1.2); ``clean`` with one counter, many
        wordings, and without the training pairs whose labels contradict each other.
    seed : int
        Decides wordings and the course of the dialogues.
    guide : Guide, optional
        Readings that go with the items.
    keep_contradictions : bool
        Keep contradictory pairs in ``clean``; they are always listed.
    terms : iterable of str
        Under which terms the sources may be used, for the manifest.

    Returns
    -------
    dict
        What ``manifest.json`` holds.

    Raises
    ------
    ValueError
        An unknown flavour, a folder with something in it, a report tile outside the test split, a
        reading of a guide that knows the place, or no pair at all.
    """
    if flavour not in FLAVOURS:
        raise ValueError(f"no flavour {flavour!r}; choose from {', '.join(FLAVOURS)}")
    tally, seen = Tally(), set[str]()
    with DatasetWriter(out) as writer:
        for pair in pairs:
            if pair.image_id in seen:
                tally.duplicates += 1
                continue
            seen.add(pair.image_id)
            if pair.split != "test" and (is_report(pair.place) or is_report(pair.image_id)):
                raise ValueError(
                    f"{pair.image_id} of {pair.place} belongs to the report set, tiles 35 to 47, "
                    f"and cannot go into the {pair.split} split"
                )
            labels = read_labels(pair, flavour)
            against = contradictions(pair, labels)
            tally.found += against
            drop = flavour == "clean" and not keep_contradictions and pair.split != "test"
            if against and drop:
                tally.dropped[pair.split] += 1
                continue
            reading = guide.of(pair) if guide else None
            tally.with_reading += reading is not None
            tally.pairs[pair.split] += 1
            writer.add(pair, ItemMaker(flavour, seed, pair, labels, reading).items())
        if not tally.pairs:
            raise ValueError("the sources hold no pair that can be used")
        manifest = _manifest(tally, writer) | {
            "flavour": flavour,
            "seed": seed,
            "guide": guide is not None,
            "terms": sorted(set(terms)),
        }
        writer.commit(manifest)
    return manifest


def _manifest(tally: Tally, writer: DatasetWriter) -> dict[str, Any]:
    return {
        "pairs": dict(tally.pairs),
        "items": {split: dict(counts) for split, counts in writer.items.items()},
        "labelled": {split: dict(counts) for split, counts in writer.labelled.items()},
        "items_total": sum(counts.total() for counts in writer.items.values()),
        "labelled_total": sum(counts.total() for counts in writer.labelled.values()),
        "dialogues_with_missing_turns": writer.partial,
        "pairs_with_reading": tally.with_reading,
        "duplicate_pairs_skipped": tally.duplicates,
        "contradictory_pairs_dropped": dict(tally.dropped),
        "contradiction_kinds": KINDS,
        "contradictions": [dataclasses.asdict(one) for one in tally.found],
    }
