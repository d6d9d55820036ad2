#!/usr/bin/env python3
"""Pack the QGIS plugin: python3 scripts/package_plugin.py [--output FOLDER].

Writes changevg-VERSION.zip with one folder, changevg: the files of qgis_plugin/, metadata.txt and
LICENSE. The same files always give the same bytes. Standard library only.
"""

from __future__ import annotations

import argparse
import configparser
import os
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SLUG = "changevg"
SOURCE = ROOT / "qgis_plugin"
BESIDE = ("metadata.txt", "LICENSE")
# What the plugin may hold: text, and pictures. Anything else is left out and told.
KINDS = (".py", ".svg", ".ts", ".qml", ".ui", ".png", ".json", ".html", ".qpt", ".txt", ".md")
LEFT_OUT = ("__pycache__", ".pyc")
# The archive's clock stands still: 1980 is the oldest date a zip file knows.
MOMENT = (1980, 1, 1, 0, 0, 0)


class PackageError(Exception):
    """The plugin cannot be packed; the message says why."""


def plugin_files(source: Path = SOURCE) -> dict[str, Path]:
    """Names in the plugin's folder and the files they come from, in order.

    Parameters
    ----------
    source : Path
        The plugin's sources.

    Raises
    ------
    PackageError
        There is a hidden file, or one of a kind that does not belong into a plugin.
    """
    found: dict[str, Path] = {}
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        if path.is_dir() or any(word in name for word in LEFT_OUT):
            continue
        if any(part.startswith(".") for part in name.split("/")) or path.suffix not in KINDS:
            raise PackageError(f"{path} does not belong into the plugin: move it out, or name its "
                               "kind in scripts/package_plugin.py.")  # fmt: skip
        found[name] = path
    for name in BESIDE:
        found[name] = source.parent / name
        if not found[name].is_file():
            raise PackageError(f"{found[name]} is missing.")
    return dict(sorted(found.items()))


def metadata(path: Path) -> dict[str, str]:
    """The section ``general`` of a metadata.txt, read as the plugin site reads it.

    Raises
    ------
    PackageError
        It cannot be read.
    """
    parser = configparser.ConfigParser()
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
        return dict(parser.items("general"))
    except (configparser.Error, UnicodeDecodeError, OSError) as error:
        raise PackageError(f"{path}: {error}") from error


def pack(output: Path, source: Path = SOURCE) -> Path:
    """Write the zip file.

    Parameters
    ----------
    output : Path
        Folder it goes to; made if need be.
    source : Path
        The plugin's sources; metadata.txt and LICENSE lie beside that folder.

    Returns
    -------
    Path
        The zip file.
    """
    files = plugin_files(source)
    version = metadata(files["metadata.txt"]).get("version", "")
    if not version:
        raise PackageError("metadata.txt names no version.")
    output.mkdir(parents=True, exist_ok=True)
    target = output / f"{SLUG}-{version}.zip"
    fresh = target.with_suffix(".part")
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in files.items():
            item = zipfile.ZipInfo(f"{SLUG}/{name}", MOMENT)
            item.compress_type = zipfile.ZIP_DEFLATED
            item.create_system = 3
            item.external_attr = 0o100644 << 16
            archive.writestr(item, path.read_bytes())
    os.replace(fresh, target)
    return target


def main(arguments: list[str]) -> int:
    """Pack, and print where the file is.

    Returns
    -------
    int
        0, or 1 when the plugin cannot be packed.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="default: dist/")
    options = parser.parse_args(arguments)
    try:
        target = pack(options.output)
    except PackageError as error:
        print(error, file=sys.stderr)
        return 1
    print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
