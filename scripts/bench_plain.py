"""The engine against the plain way: a loop of read, infer with torch, make polygons, tile by tile.

In one run and in turn, CPU and real time:

* *whole*: ``engine tile-infer --guide-only`` as a process of its own, start-up included;
* *plain*: rasterio reads a window of both dates, torch runs the guide's network on that one tile,
  ``rasterio.features.shapes`` makes polygons of its mask, and at the end geopandas writes them all.
  Nothing is merged over tiles, measured, described or kept against a crash.

torch runs networks of the same architecture with random weights, whose speed does not depend on
them: that of the bundled guide, and that of the paper's size. The polygons are those of the bundled
guide's own masks, which onnxruntime made before.

$ python scripts/bench_plain.py --size 4096 --repeats 3

Prints JSON. Needs the extra `train`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from bench_engine import Alone, interval, make_pair, whole
from bench_guides import networks
from numpy.typing import NDArray

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))


def plain(
    pair: tuple[Path, Path], network: Any, windows: list[Any], masks: NDArray[np.bool_], out: Path
) -> tuple[float, float]:
    """(CPU, wall) seconds of the loop."""
    import geopandas as gpd
    import rasterio
    import torch
    from rasterio.features import shapes
    from shapely.geometry import shape

    cpu, wall = time.process_time(), time.perf_counter()
    found = []
    with rasterio.open(pair[0]) as before, rasterio.open(pair[1]) as after, torch.no_grad():
        for window, mask in zip(windows, masks, strict=True):
            images = [
                torch.from_numpy(date.read((1, 2, 3), window=window, boundless=True))[None]
                for date in (before, after)
            ]
            network(*images)
            transform = before.window_transform(window)
            for polygon, _ in shapes(mask.astype(np.uint8), mask=mask, transform=transform):
                found.append(shape(polygon))
        gpd.GeoDataFrame(geometry=found, crs=before.crs).to_file(out)
    return time.process_time() - cpu, time.perf_counter() - wall


def compare(size: int, repeats: int, folder: Path) -> dict[str, Any]:
    """Interleaved runs; the ratio of neighbouring ones."""
    import rasterio

    from engine.models import load_model
    from engine.raster import TileGrid

    pair = make_pair(folder, size)
    alone = Alone(*pair, "changevg-nano", 4)
    masks = alone.masks()
    info = load_model("changevg-nano")
    with rasterio.open(pair[0]) as raster:
        grid = TileGrid(raster.width, raster.height, tile_size=info.tile_size, overlap=info.overlap)
    windows = [tile.window for tile in grid]
    loops = networks()
    rows: list[dict[str, tuple[float, float]]] = []
    for number in range(repeats):
        run = whole(*pair, folder, "changevg-nano", 4)
        row = {"whole": (run["cpu"], run["wall"])}
        for name, network in loops.items():
            row[name] = plain(pair, network, windows, masks, folder / f"{name}-{number}.gpkg")
        rows.append(row)
        print(f"{number + 1}/{repeats}: {row}", file=sys.stderr)
    ratios = {
        f"{name} ÷ whole, {kind}": interval([row[name][i] / row["whole"][i] for row in rows])
        for name in loops
        for i, kind in enumerate(("CPU", "wall"))
    }
    return {"size": size, "tiles": alone.tiles, **ratios}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=4096, help="side of the raster, pixels")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = compare(options.size, options.repeats, Path(name))
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    print(json.dumps({"machine": machine} | found, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
