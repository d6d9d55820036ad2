"""The files an input raster consists of: sources of a virtual one, overviews, masks, headers."""

from __future__ import annotations

import html
import os
import re
import stat
from collections.abc import Iterator

State = tuple[int, int]
"""Size and time of change (ns)."""

MOST_FILES, MOST_BYTES, DEPTH_MOST = 100_000, 256 * 2**20, 8
"""Of one raster; of a description that is read whole; of virtual rasters in each other."""
_HEAD_BYTES = 4096
_SOURCE = re.compile(rb"<(?:SourceFilename|SourceDataset)\b([^>]*)>([^<]+)<")
_BESIDE = (".ovr", ".msk")


def stat_of(name: str) -> State | None:
    """State of a local file; None for anything else (a URL, an area given as text)."""
    if not name:
        return None
    try:
        found = os.stat(name)
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns


def file_states(name: str) -> list[tuple[str, State | None]]:
    """Every file that a raster consists of, with its state; remote ones are not asked.

    Parameters
    ----------
    name : str
        File or GDAL name.
    """
    found: dict[str, State | None] = {}
    todo = [(name, 0)]
    while todo and len(found) < MOST_FILES:
        path, depth = todo.pop()
        if path in found:
            continue
        found[path] = stat_of(path)
        if found[path] is None:
            continue
        # A mosaic has thousands of sources: of these, none is opened to see what it is.
        if depth == 0 or path.lower().endswith(".vrt"):
            parts = list(_parts(path)) if depth < DEPTH_MOST else []
            todo += [(part, depth + 1) for part in parts]
        for suffix in _BESIDE:
            beside = stat_of(path + suffix)
            if beside is not None:
                found[path + suffix] = beside
    return sorted(found.items())


def _parts(path: str) -> Iterator[str]:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return
        with open(path, "rb") as file:
            content = file.read(_HEAD_BYTES)
            virtual = b"<VRTDataset" in content
            content += file.read(MOST_BYTES) if virtual else b""
    except OSError:
        return
    yield from _sources(path, content) if virtual else _files(path)


def _sources(path: str, content: bytes) -> Iterator[str]:
    """Sources of a virtual raster. GDAL's own list would ask object storage for each of them."""
    folder = os.path.dirname(os.path.realpath(path))  # GDAL follows the link, too
    for attributes, text in _SOURCE.findall(content):
        source = html.unescape(text.decode("utf-8", "replace")).strip()
        beside = re.search(rb'relativeToVRT\s*=\s*["\']1', attributes, re.IGNORECASE)
        yield os.path.join(folder, source) if beside else source


def _files(path: str) -> Iterator[str]:
    """What GDAL lists of any other format."""
    from engine.errors import RasterOpenError
    from engine.raster.env import gdal_env
    from engine.raster.source import open_dataset, raster_errors

    try:
        with gdal_env(), open_dataset(path) as dataset, raster_errors(path):
            listed = list(dataset.files)
    except RasterOpenError:
        return  # told by who opens the pair
    for file in listed:
        # Statistics, which QGIS writes there when it shows the raster: a run must outlive that.
        if not file.lower().endswith(".aux.xml"):
            yield file
