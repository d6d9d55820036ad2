"""Crops with human sentences, and what a frozen guide sees in them, read once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from training.guide.caption import evidence
from training.guide.place_words import turned
from training.guide.tiles import names_of, read_image
from training.guide.told import told_crops
from training.guide.vocabulary import MAX_LENGTH, PAD, Vocabulary, is_unchanged


@dataclasses.dataclass(frozen=True)
class CaptionedCrop:
    """One pair with its sentences.

    Attributes
    ----------
    place : str
        Tile name; crops of one tile belong together when data are split.
    before, after : ndarray
        uint8 (H, W, 3) RGB, sides multiples of 32 pixels.
    where : tuple of slice
        Rows and columns in its tile.
    """

    place: str
    before: np.ndarray
    after: np.ndarray
    sentences: tuple[str, ...]
    where: tuple[slice, slice] = (slice(None), slice(None))

    @property
    def changed(self) -> bool:
        """Whether people saw a change."""
        return not is_unchanged(self.sentences)


def captioned_crops(root: Path, groups: tuple[str, ...]) -> list[CaptionedCrop]:
    """LEVIR crops of 256 px with five sentences each, of some groups of tiles, in file order.

    Raises
    ------
    FileNotFoundError
        The data folder ``root`` has no readable ``levir/captions.json`` or images.
    """
    levir = Path(root) / "levir"
    wanted = set(names_of(groups))
    images: dict[str, list[np.ndarray]] = {}
    crops = []
    for crop in told_crops(root):
        if crop.tile not in wanted:
            continue
        if crop.tile not in images:
            images[crop.tile] = [read_image(levir / date / f"{crop.tile}.jpg") for date in "AB"]
        before, after = (image[crop.where].copy() for image in images[crop.tile])
        crops.append(CaptionedCrop(crop.tile, before, after, crop.sentences, crop.where))
    return crops


def view_of(image: np.ndarray, view: int) -> np.ndarray:
    """One of the eight flips and turns of an image (H, W, ...), numbered as the sentences' are."""
    mirrored, quarters = divmod(view, 4)
    return np.rot90(image[:, ::-1] if mirrored else image, quarters)


class Seen(NamedTuple):
    """What a frozen guide sees in crops and their views.

    Attributes
    ----------
    evidence : Tensor
        float16 (crops, views, 2 D + 5, h, w), see :func:`training.guide.caption.evidence`.
    features : Tensor
        float32 (crops, views, F): the pair's embedding.
    """

    evidence: Tensor
    features: Tensor


@torch.no_grad()
def look(
    network: nn.Module,
    crops: Sequence[CaptionedCrop],
    views: Sequence[int],
    device: torch.device | str = "cpu",
    batch: int = 8,
) -> Seen:
    """Run a network in evaluation mode once over every view of equally large crops."""
    network.eval()
    parts: list[list[Tensor]] = [[], []]
    pairs = [(crop, view) for crop in crops for view in views]
    for start in range(0, len(pairs), batch):
        several = pairs[start : start + batch]
        dates = []
        for date in ("before", "after"):
            stack = np.stack([view_of(getattr(crop, date), view) for crop, view in several])
            dates.append(torch.from_numpy(stack).permute(0, 3, 1, 2).to(device))
        reading = network(*dates)
        parts[0].append(evidence(reading).half().cpu())
        parts[1].append(reading.features.float().cpu())
    return Seen(*(torch.cat(p).unflatten(0, (len(crops), len(views))) for p in parts))


class Example(NamedTuple):
    """A sentence of one view of one crop: two indices into :class:`Seen`, and its tokens."""

    crop: int
    view: int
    tokens: tuple[int, ...]


def examples(
    crops: Sequence[CaptionedCrop], views: Sequence[int], vocabulary: Vocabulary
) -> list[Example]:
    """Every sentence of every view to whose orientation its words carry over."""
    out = []
    for index, crop in enumerate(crops):
        for place, view in enumerate(views):
            for sentence in crop.sentences:
                words = turned(sentence.lower(), view)
                if words is not None:
                    out.append(Example(index, place, tuple(vocabulary.encode(words))))
    return out


def padded(sentences: Iterable[Sequence[int]]) -> Tensor:
    """Token lists as int64 (N, L), padded at the end to the longest, at most 41."""
    rows = [list(ids[:MAX_LENGTH]) for ids in sentences]
    longest = max(map(len, rows))
    return torch.tensor([ids + [PAD] * (longest - len(ids)) for ids in rows])
