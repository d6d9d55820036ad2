"""Make the user guide's pictures anew: a QGIS desktop, the demo pair, the engine.

    python scripts/guide_pictures.py [--engine PROGRAM] [--work FOLDER] [--result FILE] [NAME ...]

draws the demo pair (as ``scripts/run.py`` does), starts QGIS under Xvfb in a fresh profile, goes
through the guide (``guide_scenes.py``) and puts the pictures into ``docs/images``, with a palette
of their own so that they stay small. Run it with the project's own Python (``.venv``). ``--result``
shows a result of the demo pair that is there instead of running the engine; NAME puts only these
pictures in place. Nothing depends on the machine but fonts and the free space in one dialog.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import guide_qgis
from environment import ROOT, clean_environ
from PIL import Image
from run import DEMO_SEED, DEMO_SIZE

IMAGES = ROOT / "docs" / "images"
NAMES = ("install", "options", "describe", "log", "result", "tip", "review", "swipe", "chat",
         "conversation", "atlas")  # fmt: skip
LARGEST, ALL = 200_000, 1_500_000
WIDEST = 1000
"""Pixels; a page shows no more."""
COLOURS = (256, 192, 128, 96, 64, 48, 32, 24)


class PictureError(Exception):
    """A picture was not made, or is too large."""


def small(source: Path, target: Path) -> int:
    """Write a picture with as many colours as :data:`LARGEST` bytes allow; return its bytes.

    Raises
    ------
    PictureError
        It is too large even with the fewest colours.
    """
    with Image.open(source) as opened:
        picture = opened.convert("RGB")
    if picture.width > WIDEST:
        height = round(picture.height * WIDEST / picture.width)
        picture = picture.resize((WIDEST, height), Image.Resampling.LANCZOS)
    for colours in COLOURS:
        reduced = picture.quantize(colours, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        reduced.save(target, optimize=True)
        size = target.stat().st_size
        if size < LARGEST:
            return size
    raise PictureError(f"{target.name}: {size} bytes with {COLOURS[-1]} colours")


def prepare(work: Path, engine: Path, result: Path | None) -> dict[str, str]:
    """The pair, and what the script in QGIS has to know.

    Raises
    ------
    subprocess.CalledProcessError
        The pair could not be drawn.
    """
    shutil.rmtree(work, ignore_errors=True)
    demo, out = work / "demo", work / "pictures"
    out.mkdir(parents=True)
    subprocess.run(
        [sys.executable, "-m", "training", "scenes", "make", str(demo), "--seed", str(DEMO_SEED),
         "--width", str(DEMO_SIZE), "--height", str(DEMO_SIZE)],
        cwd=ROOT, env=clean_environ(), stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    if result is not None:
        shutil.copy(result, demo / "changes.gpkg")
    return {"GUIDE_OUT": str(out), "GUIDE_DEMO": str(demo), "GUIDE_ENGINE": str(engine)}


def main(arguments: list[str]) -> int:
    """Take the pictures.

    Returns
    -------
    int
        0, or 1 where one is missing; the reason is printed.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME")
    parser.add_argument("--engine", type=Path, default=Path(sys.executable).with_name("engine"))
    # Its name is seen in the pictures.
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "guide")
    parser.add_argument("--result", type=Path)
    options = parser.parse_args(arguments)
    if why := guide_qgis.missing():
        print(why, file=sys.stderr)
        return 1
    result = options.result.resolve() if options.result else None
    environ = prepare(options.work, options.engine.absolute(), result)
    ended = guide_qgis.play(
        ROOT / "scripts" / "guide_scenes.py", options.work, environ, seconds=3600
    )
    if ended.code != 0:
        print(f"{ended.output[-4000:]}\nQGIS ended with {ended.code}", file=sys.stderr)
        return 1
    made = Path(environ["GUIDE_OUT"])
    IMAGES.mkdir(exist_ok=True)
    try:
        for name in options.names or NAMES:
            if (made / f"{name}.png").exists():
                print(f"{name:14}{small(made / f'{name}.png', IMAGES / f'{name}.png'):9,} bytes")
            elif result is None or name != "log":
                raise PictureError(f"{name}.png was not taken")
    except PictureError as error:
        print(error, file=sys.stderr)
        return 1
    total = sum(path.stat().st_size for path in IMAGES.glob("*.png") if path.stem in NAMES)
    if total >= ALL:
        print(f"all pictures together: {total:,} bytes", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
