"""LEVIR-CC's sentences without images: 8,148 pairs of which only the words are at hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from training.change_imti.pair import LabelledPair
from training.change_imti.place import place_of
from training.guide.vocabulary import is_unchanged

FILE = Path("levir_cc_text") / "sentences.json"
TERMS = "LEVIR-CC sentences (Liu et al. 2022): academic use"


def levir_text(folder: Path) -> Iterator[LabelledPair]:
    """Pairs of ``{split: {id: [sentences]}}``; flag from the sentences, no masks, no images.

    Parameters
    ----------
    folder : Path
        The data folder with ``levir_cc_text/sentences.json``, or that JSON file.

    Raises
    ------
    FileNotFoundError
    """
    path = folder if folder.is_file() else Path(folder) / FILE
    if not path.is_file():
        raise FileNotFoundError(f"no sentences at {path}: name the folder that holds {FILE}")
    for split, pairs in json.loads(path.read_text("utf-8")).items():
        for image_id, sentences in pairs.items():
            yield LabelledPair(
                image_id,
                place_of(image_id),
                split,
                "levir_text",
                tuple(sentences),
                not is_unchanged(sentences),
            )
