"""Sources by name: what ``--from KIND:WHERE`` means."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from training.change_imti.pair import LabelledPair
from training.change_imti.sources import generated, levir_mci, levir_text, real_tiles, reviewed

KINDS = ("mci", "text", "tiles", "scenes", "reviewed")


@dataclass(frozen=True)
class SourceOptions:
    """What single sources need besides their place.

    Attributes
    ----------
    val : collection of str
        Tiles or groups of real tiles for validation.
    split : str
        Split of scenes and reviewed layers, which have none of their own.
    first_scene : int
        Number of the first generated scene.
    before, after : str, optional
        Rasters of a reviewed layer, where they are no longer where the layer says.
    complete : bool
        The reviewer also looked for what the layer misses.
    data : Path, optional
        Data folder, to know which places are the report set.
    """

    val: Collection[str] = ()
    split: str = "train"
    first_scene: int = 1
    before: str | None = None
    after: str | None = None
    complete: bool = False
    data: Path | None = None


def open_source(text: str, options: SourceOptions) -> tuple[Iterator[LabelledPair], str]:
    """Pairs of a source and the terms of its data.

    Parameters
    ----------
    text : str
        ``mci:FOLDER``, ``text:FOLDER``, ``tiles:FOLDER``, ``scenes:NUMBER`` or ``reviewed:LAYERS``.
    options : SourceOptions

    Raises
    ------
    ValueError
        No such kind, or no number of scenes.
    """
    kind, _, where = text.partition(":")
    if kind not in KINDS or not where:
        raise ValueError(f"{text!r} is no source: write KIND:WHERE, KIND of {', '.join(KINDS)}")
    if kind == "mci":
        return levir_mci.levir_mci(Path(where)), levir_mci.TERMS
    if kind == "text":
        return levir_text.levir_text(Path(where)), levir_text.TERMS
    if kind == "tiles":
        return real_tiles.real_tiles(Path(where), options.val), real_tiles.TERMS
    if kind == "scenes":
        if not where.isdecimal():
            raise ValueError(f"{text!r}: the number of scenes is a whole number")
        pairs = generated.generated(int(where), options.first_scene, options.split)
        return pairs, generated.TERMS
    review = reviewed.Review(
        Path(where), options.before, options.after, options.complete, options.split, options.data
    )
    return reviewed.reviewed(review), reviewed.TERMS
