"""How many objects a second are merged, measured and written, and in how much memory.

Strips of a change map with a million small objects of several forms (rectangles, ells, crosses,
rings, slanted ones), one in each cell of 16 × 16 pixels and many of them across the seams of
strips, go through the parts of a run behind its guide: merging, measuring, writing the GeoPackage.

$ python scripts/bench_objects.py --objects 1000000

Prints JSON: objects per second of CPU and of real time, the share of each part, and the process's
memory as the count grows.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

CELL = 16
"""Pixels of the side of a cell that has one object."""
ROWS = 192
"""Of a strip, as tiles of 256 pixels with 64 of overlap have them: twelve cells."""
GSD_M = 0.5


def forms(rng: np.random.Generator, count: int = 64) -> NDArray[np.bool_]:
    """Masks (count, CELL, CELL) of objects that do not touch their cell's edge."""
    masks = np.zeros((count, CELL, CELL), bool)
    row, col = np.mgrid[:CELL, :CELL]
    for number, mask in enumerate(masks):
        height, width = rng.integers(5, 14, 2)
        top, left = rng.integers(1, CELL - height), rng.integers(1, CELL - width)
        part = mask[top : top + height, left : left + width]
        part[:] = True
        kind = number % 5
        if kind == 1:
            part[: height // 2, : width // 2] = False
        elif kind == 2:
            part[[0, 0, -1, -1], [0, -1, 0, -1]] = False
        elif kind == 3 and min(height, width) > 5:
            part[2:-2, 2:-2] = False
        elif kind == 4:
            mask[:] = np.abs(row - 7.5) + np.abs(col - 7.5) <= rng.uniform(4, 6.5)
    return masks


def strips(count: int, seed: int = 0) -> Iterator[Any]:
    """Strips with so many objects, a little fewer per strip than there are cells."""
    from engine.objects import Strip

    rng = np.random.default_rng(seed)
    columns = int(np.ceil(count**0.5))
    stock = forms(rng)
    shift = CELL // 2  # so that seams cut objects
    rows = int(np.ceil(count / columns)) * CELL + shift
    drawn = rng.integers(0, len(stock), (rows // CELL, columns))
    drawn_score = rng.integers(140, 255, drawn.shape, np.uint8)
    drawn_class = rng.integers(1, 3, drawn.shape, np.uint8)
    for row0 in range(0, rows, ROWS):
        inside = np.arange(row0, min(row0 + ROWS, rows)) - shift
        cells = np.clip(inside // CELL, 0, len(drawn) - 1)
        lines = stock[drawn[cells], (inside % CELL)[:, None]].reshape(len(inside), -1)
        lines &= (inside >= 0)[:, None]
        wide = (np.repeat(drawn_class[cells], CELL, 1), np.repeat(drawn_score[cells], CELL, 1))
        classes, prob = (np.where(lines, values, 0).astype(np.uint8) for values in wide)
        yield Strip(
            row0, classes, prob, np.where(lines, 250, 0).astype(np.uint8), np.ones_like(lines)
        )


def measure(count: int, folder: Path) -> dict[str, Any]:
    """One pass over so many objects, as a run makes it."""
    from affine import Affine

    from engine.layers import Provenance, open_writer
    from engine.objects import ObjectMerger
    from engine.objects.measure import Measurer
    from engine.raster import TileGrid
    from engine.run.collect import Collector, Filters
    from engine.run.plan import TilePlan
    from engine.run.spans import Spans

    classes = ("building", "road")
    columns = int(np.ceil(count**0.5))
    width, height = columns * CELL, int(np.ceil(count / columns)) * CELL + CELL // 2
    grid = TileGrid(width, height, tile_size=256, overlap=64)
    plan = TilePlan(grid, [grid.tiles_in_row(row) for row in range(grid.rows)])
    process, spans = psutil.Process(), Spans()
    least = dict.fromkeys(classes, 0.0)
    memory: list[int] = []
    done = 0
    with open_writer(
        folder / "objects.gpkg", "EPSG:32633", "gpkg", Provenance("before.tif", "after.tif")
    ) as writer:
        collector = Collector(
            Measurer("EPSG:32633", Affine(GSD_M, 0, 5e5, 0, -GSD_M, 4.6e6)), plan,
            Filters(least, least), (0.0, 0.0, float(width), float(height)), (None, None),
            spans.timed("writing", writer.write_boxes),
        )  # fmt: skip
        merger = ObjectMerger(classes, width)
        for strip in strips(count):
            with spans.span("merging"):
                closed = merger.add(strip)
            with spans.span("measuring"):
                collector.add(closed)
            done += len(closed)
            if done * 10 >= count * (len(memory) + 1):
                memory.append(round(process.memory_info().rss / 2**20))
        with spans.span("measuring"):
            collector.add(merger.close())
            collector.flush()
        with spans.span("writing"):
            writer.commit()
    # Making the strips is no part of it.
    cpu, wall = (
        sum(getattr(one, name) for one in spans.stages.values()) for name in ("cpu_s", "wall_s")
    )
    return {
        "pixels": [width, height],
        "counts": collector.totals.as_dict(),
        "file_mb": round((folder / "objects.gpkg").stat().st_size / 2**20),
        "cpu_s": round(cpu, 1),
        "wall_s": round(wall, 1),
        "objects_per_cpu_s": round(done / cpu),
        "objects_per_wall_s": round(done / wall),
        "stages": spans.as_dict(),
        "memory_mb_at_each_tenth": memory,
    }


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--objects", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = measure(options.objects, Path(name))
    told = {"machine": platform.machine(), "python": platform.python_version(), **found}
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
