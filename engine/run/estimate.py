"""``--dry-run``: how many tiles, how much memory and disk, how long."""

from __future__ import annotations

import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import DiskFullError
from engine.guide import GuideSession
from engine.language.backend import Backend, Inquiry, Turn
from engine.language.prompts import opening
from engine.language.tasks import CAPTION
from engine.raster.env import CACHE_MB
from engine.run.plan import TilePlan
from engine.run.reading import CHUNK_TILES, QUEUE_CHUNKS

BASE_MB = 330
"""Python, GDAL, onnxruntime and a guide at rest; measured by ``scripts/bench_engine.py``."""
STRIP_BYTES_PER_PIXEL = 3.2
"""Class, probability, direction (uint8 each), seen (a bit); nothing compresses to more."""
STRIP_USUAL_SHARE = 0.1
"""Share of that bound that real scenes need once compressed."""
OUTPUT_BYTES_PER_TILE = 2_000
HEADROOM_BYTES = 1 << 20
SPOKEN = 4
"""Tiles that the language model is timed with."""


@dataclass(frozen=True)
class Estimate:
    """What a run will take.

    Attributes
    ----------
    memory_mb : int
        Highest resident memory.
    disk_mb, disk_bound_mb : float
        Temporary disk the run usually takes, and can take at the very most.
    seconds : float
        From one timed batch of this machine; without the language model.
    language_s : float or None
        Seconds that the language model takes for a changed tile, from a timed batch; None without
        one, or where it runs on a server.
    """

    tiles: int
    tile_rows: int
    tile_columns: int
    width: int
    height: int
    gsd_m: tuple[float, float]
    crs: str
    memory_mb: int
    disk_mb: float
    disk_bound_mb: float
    free_mb: float
    work_dir: str
    seconds: float
    device: str
    language_s: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return asdict(self)

    def text(self) -> str:
        """Lines for people."""
        lines = [
            f"grid: {self.width}×{self.height} px, {self.gsd_m[0]:.3f} × {self.gsd_m[1]:.3f} m"
            f", {self.crs}",
            f"tiles: {self.tiles} of {self.tile_rows}×{self.tile_columns}",
            f"memory: about {self.memory_mb} MB",
            f"temporary disk: about {self.disk_mb:.0f} MB, at most {self.disk_bound_mb:.0f} MB "
            f"({self.free_mb:.0f} MB free in {self.work_dir})",
            f"time: about {_minutes(self.seconds)} on {self.device}",
        ]
        if self.language_s is not None:
            tenth, whole = (_minutes(self.language_s * self.tiles * s) for s in (0.1, 1.0))
            lines.append(
                f"words: about {tenth} more if one tile in ten changed, {whole} if all did"
            )
        return "\n".join(lines)


def estimate(
    plan: TilePlan, guide: GuideSession, crs: str, gsd_m: tuple[float, float], work_dir: Path,
    batch_size: int, language: Backend | None = None,
) -> Estimate:  # fmt: skip
    """Estimate a planned run; times one batch of noise, which takes a moment.

    ``language`` is asked about noise too.
    """
    grid = plan.grid
    disk, bound = disk_bytes(plan, guide)
    return Estimate(
        tiles=plan.total,
        tile_rows=grid.rows,
        tile_columns=grid.cols,
        width=grid.width,
        height=grid.height,
        gsd_m=gsd_m,
        crs=crs,
        memory_mb=_memory_mb(plan, len(guide.model.classes), batch_size),
        disk_mb=round(disk / 1e6, 1),
        disk_bound_mb=round(bound / 1e6, 1),
        free_mb=round(free_bytes(work_dir) / 1e6, 1),
        work_dir=str(work_dir),
        seconds=round(1.2 * plan.total * _seconds_per_tile(guide, grid.tile_size, batch_size), 3),
        device=guide.device_name,
        language_s=None if language is None else _seconds_to_speak(language, grid.tile_size),
    )


def disk_bytes(plan: TilePlan, guide: GuideSession) -> tuple[float, float]:
    """Temporary disk of a run, bytes: the usual and the most."""
    rows = sum(plan.row_stop(row) - plan.row_start(row) for row in plan.active)
    bound = STRIP_BYTES_PER_PIXEL * plan.grid.width * rows
    output = OUTPUT_BYTES_PER_TILE * plan.total
    # Half precision, of the tiles that may have changed; nearly all may in noisy imagery.
    memory = 2 * guide.memory_values * plan.total
    return STRIP_USUAL_SHARE * bound + output + memory, bound + 4 * output + memory


def check_room(plan: TilePlan, guide: GuideSession, work_dir: Path) -> None:
    """Refuse a run that would fill the disk.

    Raises
    ------
    DiskFullError
        Less is free than the run usually takes.
    """
    need = disk_bytes(plan, guide)[0] + HEADROOM_BYTES
    free = free_bytes(work_dir)
    if free < need:
        raise DiskFullError(
            f"The run needs about {need / 1e6:.1f} MB for its unfinished work in "
            f"{work_dir.parent}, {free / 1e6:.1f} MB are free.",
            hint="Make room, or choose another place with --tmp-dir.",
        )


def free_bytes(path: Path) -> int:
    """Free bytes where a path is or will be."""
    place = path
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free


def _memory_mb(plan: TilePlan, classes: int, batch_size: int) -> int:
    grid = plan.grid
    stitched = 2 * grid.tile_size * grid.width * 4 * (classes + 2)
    chunk = grid.tile_size * (CHUNK_TILES * grid.stride + grid.overlap) * 7 * (QUEUE_CHUNKS + 2)
    strips = 4 * grid.width * grid.tile_size * 4
    network = batch_size * grid.tile_size**2 * 400
    return round(BASE_MB + CACHE_MB + (stitched + chunk + strips + network) / 1e6)


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def _seconds_to_speak(language: Backend, tile_size: int) -> float:
    """Of one tile, as a part of a batch whose prompts are short: cards make them longer."""
    noise = np.random.default_rng(1).integers(0, 255, (2, tile_size, tile_size, 3), np.uint8)
    asked = Inquiry({"before": noise[0], "after": noise[1]}, (Turn(CAPTION, opening(CAPTION)),))
    start = time.perf_counter()
    language.answer([asked] * SPOKEN)
    return round((time.perf_counter() - start) / SPOKEN, 4)


def _seconds_per_tile(guide: GuideSession, tile_size: int, batch_size: int) -> float:
    noise = np.random.default_rng(0).integers(
        0, 255, (batch_size, 3, tile_size, tile_size), dtype=np.uint8
    )
    guide.read(noise, noise)
    start = time.perf_counter()
    guide.read(noise, noise)
    return (time.perf_counter() - start) / batch_size
