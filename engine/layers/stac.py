"""A STAC Item for a run: where, when, from what, and the files it made."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pystac
from affine import Affine
from pystac.utils import datetime_to_str

from .atomic import output_errors, part_of, remove, replace_file
from .crs import as_crs, code
from .footprint import footprint
from .provenance import Provenance
from .schema import SCHEMA_VERSION

PROJECTION = "https://stac-extensions.github.io/projection/v2.0.0/schema.json"
PROCESSING = "https://stac-extensions.github.io/processing/v1.2.0/schema.json"

_ASSETS: dict[str, tuple[str, list[str]]] = {
    "before": ("Raster of the earlier date", ["data", "before"]),
    "after": ("Raster of the later date", ["data", "after"]),
    "layers": ("Tiles, boxes and outlines of what changed", ["data", "changes"]),
    "mask": ("Class of change by pixel", ["data", "mask"]),
    "report": ("Report for people", ["metadata"]),
    "picture": ("Before and after with what changed", ["overview"]),
}

_MEDIA = {
    ".gpkg": pystac.MediaType.GEOPACKAGE,
    ".tif": pystac.MediaType.COG,
    ".png": pystac.MediaType.PNG,
    ".html": pystac.MediaType.HTML,
    ".fgb": pystac.MediaType.FLATGEOBUF,
    ".parquet": pystac.MediaType.PARQUET,
    ".geojson": pystac.MediaType.GEOJSON,
}


def item_path(output: str | Path) -> Path:
    """Where the item of an output lies: ``changes.gpkg.stac.json``."""
    output = Path(output)
    return output.with_name(f"{output.name}.stac.json")


def write_item(
    output: str | Path,
    provenance: Provenance,
    crs: Any,
    transform: Affine,
    width: int,
    height: int,
    *,
    assets: Mapping[str, str | Path | None] | None = None,
) -> Path:
    """Write the item next to `output` and return its path.

    Parameters
    ----------
    output : path
        The layers (file or folder); names the item.
    provenance : Provenance
        Dates, model, counts, parameters.
    crs : CRS, str
    transform : Affine
    width, height : int
        The working grid.
    assets : mapping, optional
        ``mask``, ``report`` and ``picture`` where written; ``before`` and ``after`` come from the
        provenance, ``layers`` is `output`.
    """
    target = item_path(output)
    item = _item(Path(output), provenance, crs, transform, width, height)
    files = {
        "before": provenance.before,
        "after": provenance.after,
        "layers": output,
        **(assets or {}),
    }
    for name, file in files.items():
        if file is not None:
            item.add_asset(name, _asset(name, file, target.parent))
    content = item.to_dict(include_self_link=False)
    made = part_of(target)
    try:
        with output_errors(target):
            text = json.dumps(content, ensure_ascii=False, indent=2)
            made.write_text(text, encoding="utf-8")
            replace_file(made, target)
    finally:
        remove(made)
    return target


def _item(
    output: Path, provenance: Provenance, crs: Any, transform: Affine, width: int, height: int
) -> pystac.Item:
    system = as_crs(crs)
    shape, bbox = footprint(system, transform, width, height)
    made = provenance.finished or provenance.started or dt.datetime.now(dt.UTC)
    days = sorted(d for d in (provenance.date_before, provenance.date_after) if d)
    known = code(system)
    properties: dict[str, Any] = {
        "title": provenance.title,
        "description": provenance.abstract,
        "created": datetime_to_str(made),
        "proj:code": known,
        "proj:shape": [height, width],
        "proj:transform": list(transform)[:9],
        "processing:software": {"changevg": provenance.engine_version},
        "changevg:schema": SCHEMA_VERSION,
        "changevg:date_before": _day(provenance.date_before),
        "changevg:date_after": _day(provenance.date_after),
        "changevg:model": provenance.model_id,
        "changevg:model_version": provenance.model_version,
        "changevg:model_sha256": dict(provenance.model_sha256),
        "changevg:counts": provenance.as_dict()["counts"],
    }
    if not known:
        properties["proj:wkt2"] = system.to_wkt()
    # Two dates are an interval; without any, the item has the moment it was made.
    both = len(days) == 2
    moment = _midnight(days[0]) if days else made
    return pystac.Item(
        id=output.stem,
        geometry=shape,
        bbox=bbox,
        datetime=None if both else moment,
        start_datetime=_midnight(days[0]) if both else None,
        end_datetime=_midnight(days[1]) if both else None,
        properties=properties,
        stac_extensions=[PROJECTION, PROCESSING],
    )


def _asset(name: str, file: str | Path, folder: Path) -> pystac.Asset:
    title, roles = _ASSETS.get(name, (name.capitalize(), ["data"]))
    suffix = Path(file).suffix.lower()
    media = _MEDIA.get(suffix)
    # Only our own mask is known to be a COG.
    if suffix in (".tif", ".tiff") and name != "mask":
        media = pystac.MediaType.GEOTIFF
    if Path(file).is_dir():
        media = None
    return pystac.Asset(_href(file, folder), title=title, media_type=media, roles=roles)


def _href(file: str | Path, folder: Path) -> str:
    """Relative where the file lies beside the item or below it; URLs stay."""
    text = str(file)
    if "://" in text or text.startswith("/vsi"):
        return text
    full = Path(text).resolve()
    try:
        near = os.path.relpath(full, folder.resolve())
    except ValueError:
        # Another drive on Windows.
        return full.as_posix()
    return full.as_posix() if near.startswith("..") else f"./{Path(near).as_posix()}"


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
