"""Lists of tiles with their scores and whether they changed, place by place, read once."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.guide.imagery_range import RangeCheck
from engine.models import RangeSection
from engine.models.folder import sha256_of
from engine.objects.components import MIN_PIXELS
from training.evaluate.models import Subject
from training.evaluate.on_scenes import held_scenes, image_of
from training.evaluate.speed import guide_file
from training.evaluate.window import Array, positions
from training.files import write_text
from training.guide.tiles import load_tile, names_of

TILE, DENSE, ENGINE = 256, 64, 192
"""Side of a tile, step between tiles of the dense lists and of the engine's grid, pixels."""
SCENE_SIDE = 1024
LAST = "last.pt"
"""As ``training.guide.checkpoint`` has it, which needs torch."""


@dataclasses.dataclass(frozen=True)
class PlaceList:
    """The tiles of one place.

    Attributes
    ----------
    name : str
    scores : ndarray
        float64 (n,), the model's flag, to three decimals.
    truth : ndarray
        bool (n,): at least 6 pixels of true change.
    unlike : ndarray
        float64 (n,): range scores; NaN without.
    on_grid : ndarray
        bool (n,): tiles that the engine's own grid has.
    """

    name: str
    scores: Array
    truth: Array
    unlike: Array
    on_grid: Array

    def of_grid(self) -> PlaceList:
        """Only the tiles of the engine's grid."""
        kept = self.on_grid
        return PlaceList(
            self.name, self.scores[kept], self.truth[kept], self.unlike[kept], kept[kept]
        )


def joined(name: str, lists: Sequence[PlaceList]) -> PlaceList:
    """Several places as one list."""
    columns = ("scores", "truth", "unlike", "on_grid")
    return PlaceList(name, *(np.concatenate([getattr(p, c) for p in lists]) for c in columns))


def places_of(
    subject: Subject, root: Path, groups: Sequence[str], scenes: int, cache: Path | None
) -> dict[str, list[PlaceList]]:
    """LEVIR tiles by group and generated scenes, each a place.

    Parameters
    ----------
    cache : Path, optional
        JSON file: places that it holds are not read again, the others are added.

    Raises
    ------
    ValueError
        The cache is another model's.
    """
    known = _cached(cache, subject)
    found: dict[str, list[PlaceList]] = {}
    for group in groups:
        names = names_of((group,))
        found[group] = _read(names, _levir(root, names, known), subject, known, cache)
    if scenes:
        names = tuple(f"scene_{index}" for index in range(scenes))
        found["scenes"] = _read(names, _scenes(names, known), subject, known, cache)
    return found


Image = tuple[str, Array, Array, Array]
"""Name, both dates (H, W, 3), and where anything changed (H, W)."""


def _levir(root: Path, names: Iterable[str], known: dict[str, Any]) -> Iterator[Image]:
    for name in names:
        if name not in known:
            tile = load_tile(Path(root) / "levir", name)
            yield name, tile.before, tile.after, tile.truth[..., 0] > 0


def _scenes(names: Sequence[str], known: dict[str, Any]) -> Iterator[Image]:
    if set(names) <= set(known):
        return
    for name, scene in held_scenes(len(names), side=SCENE_SIDE):
        changed = scene.building_change | scene.road_change | scene.other_change
        yield name, image_of(scene.before), image_of(scene.after), changed > 0


def _read(
    names: Sequence[str], images: Iterator[Image], subject: Subject, known: dict[str, Any],
    cache: Path | None,
) -> list[PlaceList]:  # fmt: skip
    section = subject.settings.get("range")
    check = RangeCheck(RangeSection.model_validate(section)) if section else None
    for name, before, after, changed in images:
        known[name] = _tiles(subject, check, before, after, changed)
        if cache is not None:
            content = {"model": _version(subject), "places": known}
            write_text(cache, json.dumps(content) + "\n")
    return [PlaceList(name, *map(np.array, _columns(known[name]))) for name in names]


def _columns(place: dict[str, list[Any]]) -> Iterator[Array]:
    kinds = {"scores": float, "truth": bool, "unlike": float, "on_grid": bool}
    return (np.array(place[name], kind) for name, kind in kinds.items())


def _tiles(
    subject: Subject, check: RangeCheck | None, before: Array, after: Array, changed: Array
) -> dict[str, list[Any]]:
    """One place, tile by tile; NaN where the model gives no range."""
    starts = [positions(side, TILE, TILE - DENSE) for side in changed.shape]
    own = [set(positions(side, TILE, TILE - ENGINE)) for side in changed.shape]
    places = [(row, column) for row in starts[0] for column in starts[1]]
    cuts = [np.s_[row : row + TILE, column : column + TILE] for row, column in places]
    outputs = list(subject.outputs((before[cut], after[cut]) for cut in cuts))
    unlike = [float("nan")] * len(cuts)
    if check is not None:
        unlike = check.scores(np.stack([out["features"] for out in outputs])).round(3).tolist()
    return {
        # Three decimals, as the layers keep.
        "scores": [round(float(np.ravel(out["flag"])[0]), 3) for out in outputs],
        "truth": [int(np.count_nonzero(changed[cut])) >= MIN_PIXELS for cut in cuts],
        "unlike": unlike,
        "on_grid": [row in own[0] and column in own[1] for row, column in places],
    }


def _version(subject: Subject) -> str:
    """What names a model and the tiles that are read of a place.

    A run folder says nothing of itself, and a description may be older than the weights: so these.
    """
    keys = ("id", "version", "sha256", "parts")
    facts = {key: subject.settings.get(key) for key in keys} | {"step": DENSE}
    last = subject.path / LAST
    weights = last if last.exists() else guide_file(subject.path)
    if weights.is_file():
        facts["weights"] = sha256_of(weights)
    return json.dumps(facts, sort_keys=True)


def _cached(cache: Path | None, subject: Subject) -> dict[str, Any]:
    if cache is None or not cache.exists():
        return {}
    content = json.loads(cache.read_text("utf-8"))
    if content["model"] != _version(subject):
        raise ValueError(f"{cache} holds readings of another model")
    return dict(content["places"])
