"""Tiles held in memory: two dates, the change mask, and what is known of the direction."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from training.evaluate.road_sentences import road_built
from training.guide.told import Crop, crops_by_tile

# OpenCV's thread pool does not survive the fork of the loader: a worker would wait for ever.
cv2.setNumThreads(0)

REPORT = tuple(f"test_{number}" for number in range(35, 48))
GROUPS = {
    "west": ("test_15", "test_16", "test_18"),
    "seventeen": ("test_17",),
    "middle": tuple(f"test_{number}" for number in range(19, 35)),
    "train": ("train_1", "train_2"),
    "report": REPORT,
}
_BUILT = r"(?:building|house|villa|warehouse|bungalow|cottage|home|residence|shed|hut|roof)s?"
_GONE = r"(?:disappear\w*|remov\w*|demolish\w*|pull\w* down|torn down|vanish\w*|dismantl\w*)"
_REMOVED = re.compile(
    rf"\b{_BUILT}\b(?:\s+\w+){{0,4}}\s+{_GONE}|{_GONE}(?:\s+\w+){{0,3}}\s+{_BUILT}\b"
    rf"|\b{_BUILT}\b[^,]*\breplaced by\b"
)


@dataclasses.dataclass
class Tile:
    """One place on two dates.

    Attributes
    ----------
    before, after : ndarray
        uint8 (H, W, 3), RGB.
    truth : ndarray
        uint8 (H, W, 3): change, appeared where changed, direction known; each 0 or 255.
    """

    name: str
    before: np.ndarray
    after: np.ndarray
    truth: np.ndarray


def names_of(groups: tuple[str, ...]) -> tuple[str, ...]:
    """Tile names of groups; a name that is no group stands for itself."""
    return tuple(name for group in groups for name in GROUPS.get(group, (group,)))


def refuse_report(groups: tuple[str, ...]) -> None:
    """Nothing is learned from or chosen on the report tiles.

    Raises
    ------
    ValueError
        One of them is among the groups.
    """
    if set(names_of(groups)) & set(REPORT):
        raise ValueError("report tiles may be used neither for training nor for choices")


def speaks_of_removal(sentences: Iterable[str]) -> bool:
    """Whether any sentence may say that a building went away; in doubt it does."""
    return any(_REMOVED.search(sentence.lower()) for sentence in sentences)


def read_image(path: Path) -> np.ndarray:
    """An image as RGB, uint8 (H, W, 3).

    Raises
    ------
    FileNotFoundError
        There is none that can be read.
    """
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise FileNotFoundError(f"no readable image at {path}")
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def load_tile(levir: Path, name: str, crops: Iterable[Crop] = ()) -> Tile:
    """Read one LEVIR tile; in ``crops`` whose sentences speak of removal no direction is known."""
    mask = cv2.imread(str(levir / "label" / f"{name}.png"), cv2.IMREAD_GRAYSCALE)
    if mask is None:
        raise FileNotFoundError(f"no readable mask for {name} in {levir / 'label'}")
    truth = np.full((*mask.shape, 3), 255, np.uint8)
    truth[..., 0] = np.where(mask > 0, 255, 0)
    for crop in crops:
        if speaks_of_removal(crop.sentences):
            truth[(*crop.where, 2)] = 0
    before, after = (read_image(levir / date / f"{name}.jpg") for date in "AB")
    return Tile(name, before, after, truth)


def load_tiles(root: Path, groups: tuple[str, ...]) -> list[Tile]:
    """Read the tiles of some groups from the data folder ``root``."""
    told = crops_by_tile(root)
    return [load_tile(Path(root) / "levir", name, told.get(name, ())) for name in names_of(groups)]


BACKGROUND, BUILDING, ROAD, OTHER = 1, 2, 4, 8
ANY = BACKGROUND | BUILDING | ROAD | OTHER
ROAD_HINT = 16
"""Not a class: somewhere in the crop around this pixel a road was built, people say."""
SAID = 32
"""Not a class: people say that the crop around this pixel changed, though no building did."""
GAP = 64
"""Not a class: ground between two buildings that nearly touch."""
_ROAD_WORDS = re.compile(
    r"\b(?:road|street|path|lane|avenue|driveway|drive|highway|pavement|parking)\w*"
)


@dataclasses.dataclass
class Pair:
    """One place on two dates with what is known of its change.

    Attributes
    ----------
    before, after : ndarray
        uint8 (H, W, 3), RGB.
    allowed : ndarray
        uint8 (H, W): sum of the classes a pixel may have changed to: 1 background (no change),
        2 building, 4 road, 8 other; 15 where nothing is known. ``ROAD_HINT``, ``SAID`` and ``GAP``
        may be added.
    direction : ndarray
        uint8 (H, W): 0 unknown or no change, 1 appeared, 2 disappeared.
    gsd : float
        Metres per pixel.
    sentences : list of str
        What people said about it.
    """

    name: str
    before: np.ndarray
    after: np.ndarray
    allowed: np.ndarray
    direction: np.ndarray
    gsd: float = 0.5
    sentences: list[str] = dataclasses.field(default_factory=list)

    def swapped(self) -> Pair:
        """The same place with its dates the other way round; the sentences do not hold there."""
        turned = np.array([0, 2, 1], np.uint8)[self.direction]
        return Pair(self.name, self.after, self.before, self.allowed, turned, self.gsd)


def levir_pairs(root: Path, groups: tuple[str, ...], hints: bool = False) -> list[Pair]:
    """LEVIR tiles with what their masks and sentences say.

    A building-change mask says nothing of other classes. Where a crop's sentences are the stock
    ones, nothing changed; where none of them names a road, no road did. Crops that changed though
    no building did have ``SAID`` in every pixel; with ``hints``, crops in which people say that a
    road was built have ``ROAD_HINT``.
    """
    told = crops_by_tile(root)
    pairs = []
    for tile in load_tiles(root, groups):
        changed = tile.truth[..., 0] > 0
        allowed = np.where(changed, BUILDING, ANY - BUILDING).astype(np.uint8)
        for crop in told.get(tile.name, []):
            free = ~changed[crop.where]
            if not crop.changed:
                allowed[crop.where][free] = BACKGROUND
                continue
            if free.all():
                allowed[crop.where] |= SAID
            if not any(_ROAD_WORDS.search(text.lower()) for text in crop.sentences):
                allowed[crop.where][free] &= ~np.uint8(ROAD)
            elif hints and road_built(crop.sentences):
                allowed[crop.where] |= ROAD_HINT
        direction = np.where(changed & (tile.truth[..., 2] > 0), 1, 0).astype(np.uint8)
        pairs.append(Pair(tile.name, tile.before, tile.after, allowed, direction))
    return pairs
