"""Files that refer to other files: what a raster or an area would make GDAL open besides itself.

A virtual raster names its sources, and GDAL takes network addresses there as well; it also takes a
file for a virtual raster by its content, whatever it is called. So contents are looked at. What
cannot be understood is refused.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

from engine.service.errors import PathRefusedError
from engine.service.paths import AllowedFolders

HEAD_BYTES = 4096
"""GDAL decides by the first 1024."""
MOST_BYTES = 64_000_000
"""Of a description that is read whole."""
MOST_FILES = 20_000
DEPTH_MOST = 8

_VIRTUAL = b"<VRTDataset"
_REFUSED = (
    b"<OGRVRT", b"<GDAL_WMS", b"<WCS_GDAL", b"<MRF_META", b"<GDALTileIndexDataset", b"<OGRWFS",
    b"<GDALWMTS", b"<Capabilities", b"<WMT_MS_Capabilities", b"<WMS_Tile", b"<WMS_Capabilities",
    b"<OGRCSW", b"gdal_streamed_alg", b"stac_version", b'"SERVICE":', b"tile_matrix_set",
)  # fmt: skip
"""Descriptions of network services, tile indexes and pipelines."""
_NETWORK = re.compile(r"/vsi|^\s*[a-z][a-z0-9+.-]*://|^\s*[a-z]\w+:(?!\d+$)\S", re.I)
_PROSE = {"SRS", "GeogTransform", "Description", "CategoryNames", "Category", "Metadata", "MDI",
          "UnitType", "Expression", "WKT"}  # fmt: skip
"""Elements of a virtual raster whose text is not opened."""
_FILE = {"SourceFilename", "SourceDataset", "CutlineDS", "FileName", "Filename"}


def check_references(file: Path, folders: AllowedFolders, field: str) -> None:
    """Follow what a raster or vector file refers to.

    Parameters
    ----------
    file : Path
        Confined already. A missing one refers to nothing.
    field : str
        Its name in the request, for messages.

    Raises
    ------
    PathRefusedError
        It refers to the network, outside the allowed folders, or cannot be understood.
    """
    seen: set[Path] = set()
    todo = [(file, 0)]
    while todo:
        path, depth = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        if depth > DEPTH_MOST or len(seen) > MOST_FILES:
            raise _refusal(field, "refers to too many files")
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise _refusal(field, "is or refers to something that is no file")
        _check_sidecar(path, field)
        # GDAL opens these as overviews and mask, whatever is in them.
        beside = (path.with_name(path.name + suffix) for suffix in (".ovr", ".msk"))
        todo += [
            (folders.confine(str(other), field), depth + 1) for other in beside if other.exists()
        ]
        head = _read(path, HEAD_BYTES, field)
        if any(mark in head for mark in _REFUSED):
            raise _refusal(field, "describes a network service, an index or a pipeline")
        if _VIRTUAL in head:
            found = _sources(path, field)
            todo += [(folders.confine(name, field), depth + 1) for name in found]
        elif head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{") and b"/vsi" in _read(
            path, MOST_BYTES, field
        ):
            raise _refusal(field, "refers to GDAL's virtual file systems")


def _check_sidecar(path: Path, field: str) -> None:
    """``FILE.aux.xml`` can name overviews anywhere."""
    text = _read(path.with_name(path.name + ".aux.xml"), MOST_BYTES, field)
    if b"OVERVIEW_FILE" in text or b"/vsi" in text:
        raise _refusal(field, "has a side file (.aux.xml) that refers to other files")


def _sources(path: Path, field: str) -> list[str]:
    """Absolute names of the files of a virtual raster."""
    text = _read(path, MOST_BYTES, field)
    # Entities could hide a name, or grow without end.
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise _refusal(field, "is a virtual raster with entities of its own")
    try:
        root = ET.fromstring(text.decode("utf-8-sig"))  # nosec B314
    except (ET.ParseError, UnicodeDecodeError, RecursionError) as error:
        raise _refusal(field, "is a virtual raster that cannot be understood") from error
    names = []
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        if "pixelfunction" in tag.lower() and "python" in (element.text or "").lower():
            raise _refusal(field, "is a virtual raster with a program in it")
        texts = [(element.text or "").strip(), (element.tail or "").strip()]
        for text_of in [*texts, *element.attrib.values()]:
            if tag not in _PROSE and _NETWORK.search(text_of):
                raise _refusal(field, f"refers to {json.dumps(text_of[:80])}")
        if tag in _FILE or _names_file(tag, element) or Path(texts[0]).is_absolute():
            names += _absolute(path, element, texts[0], field) if tag not in _PROSE else []
    return names


def _names_file(tag: str, element: ET.Element) -> bool:
    name = element.get("name", "").lower()
    return tag in {"Argument", "Option"} and ("filename" in name or "dem" in name.split("_"))


def _absolute(vrt: Path, element: ET.Element, name: str, field: str) -> list[str]:
    if not name:
        return []
    if Path(name).is_absolute():
        return [name]
    # Without the attribute GDAL takes the folder it runs in: another one than the user thinks of.
    if element.get("relativeToVRT", element.get("relativetoVRT", "0")) != "1":
        raise _refusal(field, f"has a source without a folder, {json.dumps(name[:80])}")
    return [str(vrt.parent / name)]


def _read(path: Path, most: int, field: str) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return b""
    except OSError as error:
        raise _refusal(field, f"cannot be read ({error.strerror})") from error
    if most > HEAD_BYTES and len(content) > most:
        raise _refusal(field, "is or has a description that is too long")
    return content


def _refusal(field: str, why: str) -> PathRefusedError:
    return PathRefusedError(
        f"{field} {why}.",
        hint="Only local files in the allowed folders are read. Make a GeoTIFF of it first: "
        "gdal_translate IN OUT.tif.",
    )
