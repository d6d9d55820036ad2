"""``python -m training scenes``: write generated pairs, or a contact sheet of them."""

from __future__ import annotations

import argparse

from training.scenes.contact import contact_sheet
from training.scenes.files import write_pair


def main(argv: list[str] | None = None) -> int:
    """Parse the arguments and write one pair or sheet.

    Parameters
    ----------
    argv : list of str, optional

    Returns
    -------
    int
        0 written, 2 an argument that makes no sense.
    """
    parser = argparse.ArgumentParser(prog="python -m training scenes", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("make", help="write before.tif, after.tif and the truth")
    make.add_argument("folder")
    make.add_argument("--seed", type=int, default=1)
    make.add_argument("--width", type=int, default=1024)
    make.add_argument("--height", type=int, default=1024)
    make.add_argument("--gsd", type=float, default=0.5, help="metres per pixel")
    make.add_argument("--crs", default="EPSG:32614")
    make.add_argument("--center", type=float, nargs=2, metavar=("LON", "LAT"))
    make.add_argument("--dtype", default="uint8")
    make.add_argument("--nodata", type=float)
    make.add_argument("--collar", type=int, default=0, help="rim of nodata in pixels")
    make.add_argument("--bands", default="rgb", help="rgb, bgr, rgba, bgrn or gray")
    make.add_argument("--after-crs")
    make.add_argument("--after-gsd", type=float)
    make.add_argument("--after-dtype")
    make.add_argument("--change", type=float, default=0.3, help="share of the land that changes")
    make.add_argument("--compress", default="deflate")
    sheet = commands.add_parser("sheet", help="draw a contact sheet of pairs and their truth")
    sheet.add_argument("path", metavar="OUT.png")
    sheet.add_argument("--seed", type=int, default=1)
    sheet.add_argument("--count", type=int, default=6)
    sheet.add_argument("--size", type=int, default=384, help="pixels of each pair")
    sheet.add_argument("--gsd", type=float, default=0.5, help="metres per pixel")
    given = {k: v for k, v in vars(parser.parse_args(argv)).items() if v is not None}
    command = given.pop("command")
    if "center" in given:
        given["center"] = tuple(given["center"])
    try:
        if command == "sheet":
            contact_sheet(**given)
            print(given["path"])
            return 0
        paths = write_pair(**given)
    except ValueError as error:
        parser.error(str(error))
    for path in (paths.before, paths.after, paths.truth):
        print(path)
    return 0
