"""Pairs from a STAC search result: items of one place at two dates.

The rule: items belong to one place if they are of one collection and have the same grid code
(``grid:code``, else ``s2:mgrs_tile`` or ``mgrs:utm_zone`` … ``mgrs:grid_square``); without a code,
if their boxes share at least nine tenths of their common area (intersection over union) with the
place's earliest item. Of items of one place and day the first is taken. A place with one day makes
no pair; one with more makes one pair of its first and last day, or a pair of each day and the next
(``consecutive``).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import shapely

from engine.errors import UsageError
from engine.run.batch.jobs import Job

SAME_PLACE = 0.9
"""Intersection over union of the boxes of two items of one place."""
PREFERRED = ("visual", "image", "rgb", "data", "analytic")
"""Keys of the assets that are taken, in this order, if none is asked for."""
_RASTER = re.compile(r"image/(tiff|vnd\.stac\.geotiff|jp2|png|jpeg)|application/x-geotiff")
_REMOTE = ("http", "https", "s3", "gs", "az")


@dataclass(frozen=True)
class Item:
    """What of a STAC item makes a pair."""

    id: str
    collection: str
    day: dt.date
    box: tuple[float, float, float, float]
    code: str | None
    href: str


def jobs_of(
    content: Any, path: Path, *, pairs: str = "first-last", asset: str | None = None
) -> list[Job]:
    """Choose pairs.

    Parameters
    ----------
    content : object
        A STAC ItemCollection, or a list of items, parsed from JSON.
    path : Path
        Where it lies; relative addresses of assets start there.

    Raises
    ------
    UsageError
        It is something else, or an item lacks what a pair needs.
    """
    if pairs not in ("first-last", "consecutive"):
        raise UsageError(f"--pairs {pairs!r} is unknown.", hint="first-last or consecutive.")
    features = content.get("features") if isinstance(content, dict) else content
    if not isinstance(features, list):
        raise UsageError(
            f"{path} is no STAC search result.", hint="Give an ItemCollection, or a CSV file."
        )
    items = [_item(one, n, path, asset) for n, one in enumerate(features, 1)]
    jobs = []
    for place in _places(items):
        days: dict[dt.date, Item] = {}
        for item in place:
            days.setdefault(item.day, item)
        dated = [days[day] for day in sorted(days)]
        if len(dated) < 2:
            continue
        chosen = [(dated[0], dated[-1])] if pairs == "first-last" else list(pairwise(dated))
        jobs += [_job(before, after) for before, after in chosen]
    return jobs


def _places(items: list[Item]) -> Iterator[list[Item]]:
    coded: defaultdict[tuple[str, str], list[Item]] = defaultdict(list)
    plain: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.code is not None:
            coded[item.collection, item.code].append(item)
        else:
            plain[item.collection].append(item)
    yield from coded.values()
    for group in plain.values():
        yield from _by_box(sorted(group, key=lambda item: (item.day, item.id)))


def _by_box(items: list[Item]) -> list[list[Item]]:
    boxes = [shapely.box(*item.box) for item in items]
    tree = shapely.STRtree(boxes)
    founder: dict[int, list[Item]] = {}
    for at, item in enumerate(items):
        near = sorted(other for other in tree.query(boxes[at]).tolist() if other in founder)
        home = next((one for one in near if _iou(boxes[one], boxes[at]) >= SAME_PLACE), None)
        if home is None:
            founder[at] = [item]
        else:
            founder[home].append(item)
    return list(founder.values())


def _iou(one: shapely.Polygon, other: shapely.Polygon) -> float:
    union = one.union(other).area
    return float(one.intersection(other).area / union) if union else 0.0


def _job(before: Item, after: Item) -> Job:
    name = re.sub(r"[^\w.-]+", "_", f"{before.id}_{after.id}")[:150]
    dates = (("before-date", before.day.isoformat()), ("after-date", after.day.isoformat()))
    return Job(name, before.href, after.href, dates, f"items {before.id} and {after.id}")


def _item(one: Any, number: int, path: Path, asset: str | None) -> Item:
    try:
        properties = one["properties"]
        name, box = str(one["id"]), [float(value) for value in one["bbox"]]
        moment = properties.get("datetime") or properties["start_datetime"]
        day = dt.date.fromisoformat(str(moment)[:10])
        assets = one["assets"]
        code = _code(properties)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"{path}: item {number} lacks or spoils {error}.",
            hint="Items need id, bbox, properties.datetime and assets.",
        ) from error
    if len(box) == 6:  # with heights
        box = [box[0], box[1], box[3], box[4]]
    if len(box) != 4:
        raise UsageError(f"{path}: the bbox of item {name} has {len(box)} numbers.")
    href = _href(_asset(assets, asset, name), path, name)
    return Item(
        name, str(one.get("collection") or ""), day, (box[0], box[1], box[2], box[3]), code, href
    )


def _code(properties: Mapping[str, Any]) -> str | None:
    for field in ("grid:code", "s2:mgrs_tile"):
        if properties.get(field):
            return str(properties[field])
    parts = [properties.get(f"mgrs:{one}") for one in ("utm_zone", "latitude_band", "grid_square")]
    return "".join(map(str, parts)) if all(parts) else None


def _asset(assets: Any, wanted: str | None, item: str) -> Any:
    if not isinstance(assets, dict):
        raise UsageError(f"Item {item} has no assets.")
    if wanted is not None:
        if wanted not in assets:
            raise UsageError(
                f"Item {item} has no asset '{wanted}'.", hint=f"It has {', '.join(assets)[:200]}."
            )
        return assets[wanted]
    for key in PREFERRED:
        if key in assets:
            return assets[key]
    rasters = [
        one for one in assets.values()
        if isinstance(one, dict) and _RASTER.match(str(one.get("type") or "").lower())
    ]  # fmt: skip
    if len(rasters) != 1:
        raise UsageError(
            f"Item {item} does not say which of its {len(assets)} assets is the picture.",
            hint=f"Name it with --asset: {', '.join(assets)[:200]}.",
        )
    return rasters[0]


def _href(asset: Any, path: Path, item: str) -> str:
    href = asset.get("href") if isinstance(asset, dict) else None
    if not isinstance(href, str) or not href or "\x00" in href:
        raise UsageError(f"The asset of item {item} has no address.")
    parts = urlsplit(href)
    if parts.scheme in _REMOTE:
        return href
    if parts.scheme == "file":
        server = f"//{parts.netloc}" if parts.netloc not in ("", "localhost") else ""
        return url2pathname(server + parts.path)
    local = Path(href)
    # The list comes from elsewhere: GDAL's virtual names in it would not be the user's choice.
    if len(parts.scheme) > 1 or href.startswith(("/vsi", "<")):
        raise UsageError(
            f"The address of item {item} is of a kind that is not read: {href[:80]}.",
            hint=f"Files and {', '.join(_REMOTE)} are.",
        )
    return str(local if local.is_absolute() else path.resolve().parent / local)
