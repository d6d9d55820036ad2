"""``python -m training world``: write a window of the generated world with its truth."""

from __future__ import annotations

import argparse

from training.scenes.orders import POSSIBLE
from training.scenes.world_files import write_world


def main(argv: list[str] | None = None) -> int:
    """Parse the arguments and write the files.

    Parameters
    ----------
    argv : list of str, optional

    Returns
    -------
    int
        0 written; a wrong argument ends the program with 2.
    """
    parser = argparse.ArgumentParser(prog="python -m training world", description=__doc__)
    parser.add_argument("folder", metavar="OUT_DIR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--bbox",
        type=float,
        nargs=4,
        required=True,
        metavar=("XMIN", "YMIN", "XMAX", "YMAX"),
        help="metres of --crs",
    )
    parser.add_argument("--gsd", type=float, default=0.5, help="metres per pixel, 0.2 to 2")
    parser.add_argument("--edit", help=f"what alone happens between the dates; {POSSIBLE}")
    parser.add_argument("--change", type=float, default=0.3, help="share of the land that changes")
    parser.add_argument("--crs", default="EPSG:32614", help="projected, in metres")
    parser.add_argument("--max-shift", type=float, default=1.0, help="misregistration in pixels")
    given = vars(parser.parse_args(argv))
    given["bbox"] = tuple(given["bbox"])
    try:
        paths = write_world(**given)
    except ValueError as error:
        parser.error(str(error))
    for path in vars(paths).values():
        print(path)
    return 0
