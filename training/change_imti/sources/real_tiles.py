"""The project's real tiles: crops of 256 px with human sentences and a building mask each.

No roads are marked there: a road has no count and no place, whatever the sentences say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from training.change_imti.pair import LabelledPair
from training.guide.tiles import REPORT, load_tile, names_of
from training.guide.told import Crop, crops_by_tile

TERMS = "LEVIR-CD tiles and LEVIR-CC sentences: academic use; imagery Google Earth"


def real_tiles(folder: Path, val: Collection[str] = ()) -> Iterator[LabelledPair]:
    """Every captioned crop; tiles 35 to 47 are the test split and nothing else is.

    Parameters
    ----------
    folder : Path
        The data folder with ``levir/``.
    val : collection of str
        Tiles or groups of tiles (``training.guide.tiles.GROUPS``) for validation.

    Raises
    ------
    FileNotFoundError
        The folder has no such data.
    ValueError
        A name in ``val`` is no tile, or one of the report set.
    """
    levir = Path(folder) / "levir"
    if not (levir / "captions.json").is_file():
        raise FileNotFoundError(f"no levir/captions.json in {folder}: name the data folder")
    crops = crops_by_tile(folder)
    held = set(names_of(tuple(val)))
    if held - set(crops):
        raise ValueError(f"no tile or group is called {sorted(held - set(crops))}")
    if held & set(REPORT):
        raise ValueError("the report tiles 35 to 47 are the test split: they cannot be validation")
    for name, several in crops.items():
        split = "test" if name in REPORT else "val" if name in held else "train"
        yield from _crops_of(levir, name, split, several)


def _crops_of(levir: Path, name: str, split: str, crops: list[Crop]) -> Iterator[LabelledPair]:
    tile = load_tile(levir, name)
    building = tile.truth[..., 0] > 0
    for crop in crops:
        yield LabelledPair(
            crop.name,
            name,
            split,
            "real_tiles",
            crop.sentences,
            crop.changed,
            {"building": building[crop.where]},
            (tile.before[crop.where], tile.after[crop.where]),
        )
