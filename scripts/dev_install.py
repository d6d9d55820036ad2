#!/usr/bin/env python3
"""Put the plugin into a QGIS profile for development: python3 scripts/dev_install.py.

usage: scripts/dev_install.py [--profile NAME | --plugins FOLDER] [--copy] [--remove]

QGIS wants a folder named changevg with metadata.txt inside. It becomes a real folder whose entries
are links to the project's files, so a change is seen after the plugin is reloaded (run this again
after a new file or folder at its top). On Windows, or with --copy, the files are copied.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from package_plugin import BESIDE, ROOT, SLUG, SOURCE

MARK = ".changevg-development"


class InstallError(Exception):
    """The plugin cannot be put there; the message says why."""


def plugins_folder(profile: str) -> Path:
    """The folder of Python plugins of a QGIS profile."""
    own = os.environ.get("QGIS_CUSTOM_CONFIG_PATH")
    if own:
        base = Path(own)
    elif os.name == "nt":
        base = Path(os.environ.get("APPDATA", Path.home() / "AppData" / "Roaming")) / "QGIS/QGIS3"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support" / "QGIS" / "QGIS3"
    else:
        data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
        base = Path(data) / "QGIS" / "QGIS3"
    return base / "profiles" / profile / "python" / "plugins"


def install(plugins: Path, *, copy: bool = os.name == "nt") -> Path:
    """Make the plugin's folder anew.

    Parameters
    ----------
    plugins : Path
        A profile's ``python/plugins``.
    copy : bool
        Copies instead of links.

    Returns
    -------
    Path
        ``plugins/changevg``.

    Raises
    ------
    InstallError
        A plugin is there that this script did not put there.
    """
    target = plugins / SLUG
    remove(plugins)
    target.mkdir(parents=True)
    (target / MARK).touch()
    entries = [path for path in SOURCE.iterdir() if path.name != "__pycache__"]
    entries += [ROOT / name for name in BESIDE]
    for path in entries:
        place = target / path.name
        if not copy:
            place.symlink_to(path, target_is_directory=path.is_dir())
        elif path.is_dir():
            shutil.copytree(path, place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(path, place)
    return target


def remove(plugins: Path) -> bool:
    """Take the plugin's folder away, if this script made it.

    Raises
    ------
    InstallError
        It did not: a released plugin is left alone.
    """
    target = plugins / SLUG
    if not target.exists():
        return False
    if not (target / MARK).exists():
        raise InstallError(
            f"{target} was not made by this script: uninstall the plugin in QGIS first."
        )
    # rmtree unlinks symbolic links inside; the project's files stay.
    shutil.rmtree(target)
    return True


def main(arguments: list[str]) -> int:
    """Install or remove, and say where.

    Returns
    -------
    int
        0, or 1 when it cannot be done.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--profile", default="default", help="QGIS profile; default: default")
    parser.add_argument("--plugins", type=Path, help="a folder of plugins instead of a profile's")
    parser.add_argument("--copy", action="store_true", help="copies instead of links")
    parser.add_argument("--remove", action="store_true", help="take it away again")
    options = parser.parse_args(arguments)
    plugins = options.plugins or plugins_folder(options.profile)
    try:
        if options.remove:
            print("removed" if remove(plugins) else "it was not there")
        else:
            print(install(plugins, copy=options.copy or os.name == "nt"))
    except (InstallError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
