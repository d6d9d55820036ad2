"""How much of a run is the guide itself, and how memory grows with the raster.

In one run and as ratios, CPU time of all threads, interleaved:

* *alone*: onnxruntime with the guide's network on the pair's tiles, already in memory as batches;
* *whole*: ``engine tile-infer --language none`` as a process of its own, start-up included, as it
  starts the second time: Python's byte code is there (a first run that is not measured makes it).
  Its stages are given as shares of its CPU time.

$ python scripts/bench_engine.py --size 4096 --repeats 9
$ python scripts/bench_engine.py --size 4096 --repeats 9 --change 0.01
$ python scripts/bench_engine.py --memory 2048,8192,32768
$ python scripts/bench_engine.py --memory 2048,65536x2048 --words

Prints JSON. The pair is a mosaic (VRT) of one generated scene, so any size fits on the disk.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))


def make_pair(
    folder: Path, size: int, side: int = 2048, change: float = 0.3, height: int | None = None
) -> tuple[Path, Path]:
    """A pair of `size` × `height` pixels: one generated scene of `side` pixels, repeated.

    `height` is `size` by default.
    """
    from training.scenes import write_pair

    height = size if height is None else height
    side = min(side, size, height)
    scene = folder / f"scene-{side}"
    if not scene.exists():
        scene.mkdir(parents=True)
        write_pair(scene, seed=7, width=side, height=side, change=change)
    if size == height == side:
        return scene / "before.tif", scene / "after.tif"
    pair = []
    for name in ("before", "after"):
        target = folder / f"{name}-{size}x{height}.vrt"
        target.write_text(_mosaic(scene / f"{name}.tif", size, height, side))
        pair.append(target)
    return pair[0], pair[1]


def _mosaic(tile: Path, width: int, height: int, side: int) -> str:
    import rasterio

    with rasterio.open(tile) as source:
        crs, t = source.crs.to_wkt(), source.transform
    bands = []
    for band in (1, 2, 3):
        parts = "".join(
            f'<SimpleSource><SourceFilename relativeToVRT="0">{tile}</SourceFilename>'
            f"<SourceBand>{band}</SourceBand>"
            f'<SrcRect xOff="0" yOff="0" xSize="{side}" ySize="{side}"/>'
            f'<DstRect xOff="{x}" yOff="{y}" xSize="{side}" ySize="{side}"/></SimpleSource>'
            for y in range(0, height, side)
            for x in range(0, width, side)
        )
        colour = ("Red", "Green", "Blue")[band - 1]
        bands.append(
            f'<VRTRasterBand dataType="Byte" band="{band}"><ColorInterp>{colour}</ColorInterp>'
            f"{parts}</VRTRasterBand>"
        )
    return (
        f'<VRTDataset rasterXSize="{width}" rasterYSize="{height}"><SRS>{_escaped(crs)}</SRS>'
        f"<GeoTransform>{t.c}, {t.a}, 0, {t.f}, 0, {t.e}</GeoTransform>{''.join(bands)}"
        "</VRTDataset>"
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


WATCH = """
import json, os, resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE)
wall = time.perf_counter() - start
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
stages = json.loads(done.stdout or "{}").get("timings", {}).get("stages", {})
print(json.dumps({"cpu": usage.ru_utime + usage.ru_stime, "wall": wall,
                  "peak_mb": usage.ru_maxrss / 1024,
                  "stages": {name: stage["cpu_s"] for name, stage in stages.items()}}))
sys.exit(done.returncode)
"""
# A small process in between: a child's peak memory begins with that of the process it came from.


class Alone:
    """onnxruntime on the tiles of a pair, held in memory in batches."""

    def __init__(
        self, before: Path, after: Path, model: str, batch: int, device: str = "cpu"
    ) -> None:
        from engine.guide import GuideSession
        from engine.models import load_model
        from engine.raster import RasterPair, TileGrid

        info = load_model(model)
        with RasterPair.open(str(before), str(after), model=info, warn=print) as pair:
            grid = TileGrid(
                pair.grid.width, pair.grid.height, tile_size=info.tile_size, overlap=info.overlap
            )
            pixels = [pair.read(tile.window) for tile in grid.select(pair)]
        self.tiles = len(pixels)
        self._batches = [
            (
                np.stack([p.before for p in pixels[i : i + batch]]),
                np.stack([p.after for p in pixels[i : i + batch]]),
            )
            for i in range(0, len(pixels), batch)
        ]
        self._guide = GuideSession(info, device)
        self._guide.run(*self._batches[0])

    def seconds(self) -> tuple[float, float]:
        """(CPU, wall) seconds of one pass."""
        cpu, wall = time.process_time(), time.perf_counter()
        for before, after in self._batches:
            self._guide.run(before, after)
        return time.process_time() - cpu, time.perf_counter() - wall

    def tiles_by_date(self) -> dict[str, NDArray[np.uint8]]:
        """All tiles, uint8 (n, 3, h, w)."""
        dates = zip(*self._batches, strict=True)
        return dict(zip(("before", "after"), map(np.concatenate, dates), strict=True))

    def masks(self) -> NDArray[np.bool_]:
        """Changed pixels of every tile, bool (n, h, w)."""
        changes = [self._guide.read(*pair).change for pair in self._batches]
        found: NDArray[np.bool_] = np.concatenate(changes).max(axis=1) >= 0.5
        return found


def whole(
    before: Path, after: Path, folder: Path, model: str, batch: int, device: str = "cpu",
    words: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """CPU and wall seconds, peak memory (MB) and stages of ``tile-infer`` as a process."""
    out = folder / "out.gpkg"
    command = [
        sys.executable, "-m", "engine.cli.main", "tile-infer", str(before), str(after), str(out),
        "--language", "changed" if words else "none", "--overwrite", "--progress", "none", "--json",
        "--device", device, "--model", model, "--batch-size", str(batch),
    ]  # fmt: skip
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *command],
        cwd=PROJECT, capture_output=True, text=True, env=environment,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"tile-infer ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def interval(values: list[float], seed: int = 0) -> dict[str, float]:
    """Median with a 95 % bootstrap interval."""
    draws = np.random.default_rng(seed).choice(values, (2000, len(values)))
    low, high = np.percentile(np.median(draws, axis=1), [2.5, 97.5])
    return {
        "median": round(float(np.median(values)), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "n": len(values),
    }


def compare(
    size: int, repeats: int, model: str, batch: int, folder: Path, change: float, device: str
) -> dict[str, object]:
    """Interleaved runs of all; the ratios of neighbouring ones."""
    before, after = make_pair(folder, size, change=change)
    alone = Alone(before, after, model, batch, device)
    rows: list[tuple[float, float, dict[str, Any]]] = []
    whole(before, after, folder, model, batch, device)
    for number in range(repeats):
        cpu, wall = alone.seconds()
        rows.append((cpu, wall, whole(before, after, folder, model, batch, device)))
        print(
            f"{number + 1}/{repeats}: alone {cpu:.1f} s, whole {rows[-1][2]['cpu']:.1f} s CPU",
            file=sys.stderr,
        )
    return {
        "size": size,
        "tiles": alone.tiles,
        "batch": batch,
        "change": change,
        "alone_cpu_s": interval([r[0] for r in rows]),
        "whole_cpu_s": interval([r[2]["cpu"] for r in rows]),
        "ratio_cpu": interval([r[2]["cpu"] / r[0] for r in rows]),
        "ratio_wall": interval([r[2]["wall"] / r[1] for r in rows]),
        "alone_tiles_per_s": interval([alone.tiles / r[1] for r in rows]),
        "whole_tiles_per_s": interval([alone.tiles / r[2]["wall"] for r in rows]),
        "whole_peak_mb": interval([r[2]["peak_mb"] for r in rows]),
        "whole_stages_share_of_cpu": {
            stage: round(
                float(np.median([r[2]["stages"].get(stage, 0) / r[2]["cpu"] for r in rows])), 4
            )
            for stage in rows[0][2]["stages"]
        },
    }


def main() -> None:
    """Run what is asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=4096, help="side of the raster, pixels")
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument(
        "--change", type=float, default=0.3, help="how much of the scene is built anew"
    )
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--model", default="changevg-nano")
    parser.add_argument(
        "--memory",
        help="sizes, comma-separated, WIDTH or WIDTHxHEIGHT: one run each, peak memory only",
    )
    parser.add_argument("--words", action="store_true", help="memory: with the language model")
    parser.add_argument("--folder", type=Path, help="keep the pairs here")
    options = parser.parse_args()
    result: dict[str, object] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "model": options.model,
    }
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if options.memory:
            rows = []
            for size in options.memory.split(","):
                width, _, height = size.partition("x")
                before, after = make_pair(folder, int(width), height=int(height or width))
                found = whole(
                    before,
                    after,
                    folder,
                    options.model,
                    options.batch,
                    options.device,
                    options.words,
                )
                rows.append({"size": size} | found)
                print(rows[-1], file=sys.stderr)
            result["memory"] = rows
        else:
            result["speed"] = compare(
                options.size,
                options.repeats,
                options.model,
                options.batch,
                folder,
                options.change,
                options.device,
            )
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
