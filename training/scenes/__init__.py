"""The data engine: an endless generated world on two dates, seen from the air, with exact truth.

Pictures made here are drawings. They contain no real imagery, and files say so in their tags.
Drawing needs numpy and OpenCV only; writing files (:func:`write_pair`) also rasterio and geopandas.
"""

from typing import TYPE_CHECKING, Any

from training.scenes.pair import generate_pair
from training.scenes.scene import LAND, ScenePair
from training.scenes.world import World

if TYPE_CHECKING:
    from training.scenes.files import PairPaths, write_pair

__all__ = ["LAND", "PairPaths", "ScenePair", "World", "generate_pair", "write_pair"]


def __getattr__(name: str) -> Any:
    """Import what writes files only when it is asked for."""
    if name in ("write_pair", "PairPaths"):
        from training.scenes import files

        return getattr(files, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
