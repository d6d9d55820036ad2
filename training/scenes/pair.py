"""Generating a pair: a window of a world of its own, at a place where things change as asked."""

from __future__ import annotations

from training.scenes.hashing import generator
from training.scenes.scene import ScenePair
from training.scenes.view import View
from training.scenes.world import TILE, World, view_of

_PLACES = 14  # spots of a world that are considered
_FAR = 40_000  # metres from the world's origin


def generate_pair(
    seed: int,
    width: int,
    height: int,
    gsd: float = 0.5,
    *,
    change: float = 0.3,
    max_shift: float = 1.0,
) -> ScenePair:
    """Invent a place and look at it from above on two dates.

    The same arguments give the same pair, pixel for pixel, with the same versions of numpy and
    OpenCV. Seasons, sun, haze, view, noise and a small misregistration differ between the dates;
    none of them is in the truth.

    Parameters
    ----------
    seed : int
        Which place.
    width, height : int
        Pixels, at least 16 each.
    gsd : float
        Metres per pixel, 0.2 to 2.
    change : float
        Share of the land that is built or cleared between the dates; 0 for none.
    max_shift : float
        Largest misregistration of the after date in pixels, 0 to 3; 0 for none.

    Returns
    -------
    ScenePair

    Raises
    ------
    ValueError
        A size, gsd, share or shift outside the ranges above.
    """
    view_of(0, 0, width, height, gsd)
    world = World(seed, change=change, max_shift=max_shift)
    return world.look(find_view(world, width, height, gsd))


def find_view(world: World, width: int, height: int, gsd: float) -> View:
    """A window of a world where about the asked share of the land changes and some is built up.

    The spot depends on the world and the window's size in metres; it starts a tile.
    """
    rng = generator(world.seed, 10)
    best, chosen = 1e9, View(0, 0, width, height, gsd)
    for _ in range(_PLACES):
        spot = rng.uniform(-_FAR, _FAR, 2) / gsd // TILE * TILE
        view = View(int(spot[0]), int(spot[1]), width, height, gsd)
        uses = [block.use for _, block in world.blocks(view.box)]
        changed = sum(use.changed for use in uses) / len(uses)
        old = sum(use.before in ("homes", "court", "estate", "shops") for use in uses) / len(uses)
        new = sum(use.changed and use.after in ("homes", "court") for use in uses) / len(uses)
        miss = abs(changed - world.change) + max(0.0, 0.35 - old)
        miss += 2 * max(0.0, 0.6 * world.change - new)
        if miss < best:
            best, chosen = miss, view
    return chosen
