"""A run's pair, its plan of tiles, the place that objects lie in, and what puts it into words."""

from __future__ import annotations

from engine.errors import UsageError
from engine.guide import CaptionSession, GuideSession
from engine.guide.device import choose_device
from engine.language.backend import Backend
from engine.language.open import open_backend
from engine.models import ModelInfo
from engine.raster import RasterPair, TileGrid
from engine.run.events import Events
from engine.run.plan import TilePlan
from engine.run.settings import RunSettings


def open_pair(settings: RunSettings, model: ModelInfo, events: Events) -> RasterPair:
    """Open the pair of a run.

    Raises
    ------
    PairError, UsageError, ReadError
    """
    return RasterPair.open(
        settings.before,
        settings.after,
        **settings.pair.keywords(),
        model=model,
        warn=events.warning,
    )


def plan_tiles(settings: RunSettings, pair: RasterPair, model: ModelInfo) -> TilePlan:
    """Choose the tiles.

    Raises
    ------
    UsageError
        Tile size or overlap do not suit the model.
    """
    size = model.tile_size if settings.tile_size is None else settings.tile_size
    overlap = model.overlap if settings.overlap is None else settings.overlap
    if size < model.stride_multiple or size % model.stride_multiple:
        raise UsageError(
            f"--tile-size {size} does not suit the model {model.id}.",
            hint=f"Use a multiple of {model.stride_multiple}.",
        )
    grid = TileGrid(
        pair.grid.width, pair.grid.height, tile_size=size, overlap=overlap,
        origin=settings.tile_origin,
    )  # fmt: skip
    chosen: dict[int, list] = {row: [] for row in range(grid.rows)}
    for tile in grid.select(pair):
        chosen[tile.row].append(tile)
    return TilePlan(grid, [chosen[row] for row in range(grid.rows)])


def place_of(pair: RasterPair) -> tuple[float, float, float, float]:
    """Bounds of the area of interest in pixels of the working grid, or the whole grid."""
    grid = pair.grid
    if pair.aoi is None:
        return 0, 0, grid.width, grid.height
    x0, y0, x1, y1 = pair.aoi.bounds
    (c0, r0), (c1, r1) = ~grid.transform * (x0, y1), ~grid.transform * (x1, y0)
    return max(0, c0), max(0, r0), min(grid.width, c1), min(grid.height, r1)


def open_captions(model: ModelInfo, guide: GuideSession) -> CaptionSession | None:
    """What makes sentences of what the guide leaves of a tile; None where the model has none.

    Raises
    ------
    ModelDamagedError
    """
    if model.caption_paths is None or not guide.gives_memory:
        return None
    captions = CaptionSession(model.caption_paths, guide.device, model.captions)
    captions.open()
    return captions


def takes_questions(settings: RunSettings, model: ModelInfo) -> bool:
    """Whether a run's language model, if it has one, may be asked questions in free words."""
    return settings.language_url is not None or model.answers_freely


def open_language(settings: RunSettings, model: ModelInfo) -> Backend | None:
    """The language model of a run; None where none is wanted or there is none.

    Raises
    ------
    UsageError, ModelError
        As :func:`engine.language.open.open_backend`.
    """
    if settings.guide_only or settings.language == "none":
        return None
    return open_backend(
        model, choose_device(settings.device),
        url=settings.language_url, name=settings.language_model, threads=settings.threads,
    )  # fmt: skip
