"""The sample as a file that people and the map can fill in: GeoPackage or CSV."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from engine.errors import UsageError
from engine.layers.atomic import new_file
from engine.layers.geopackage_columns import Column, describe_columns, make_tables
from engine.review_stop.errors import SampleError
from engine.review_stop.sample import REVIEWS, Row, Sample
from engine.review_stop.tiles import RankedTiles

LAYER = "sample"
_DRIVERS = {".gpkg": "GPKG", ".csv": "CSV"}
_SAID = ("review", "reviewer", "reviewed_at", "note")
_NEEDED = ("draw", "tile_id", "review", "list_key", "seed", "model")
_ALIASES = {
    "draw": "Order of review",
    "tile_id": "Tile",
    "review": "Changed?",
    "reviewer": "Reviewer",
    "reviewed_at": "Reviewed at",
    "note": "Note",
    "list_key": "Drawn from",
    "seed": "Seed",
    "model": "Ranked by",
}


def sample_path(result: Path) -> Path:
    """Where the sample of a result lies unless said otherwise, beside it."""
    return result.with_name(f"{result.name}.review-sample.gpkg")


def check_name(path: Path) -> None:
    """Whether a file's ending names a format.

    Raises
    ------
    UsageError
    """
    if path.suffix.lower() not in _DRIVERS:
        raise UsageError(
            f"'{path.name}' names no format.", hint=f"End it with {' or '.join(_DRIVERS)}."
        )


def write_sample(path: Path, sample: Sample, tiles: RankedTiles) -> None:
    """Write drawn tiles, atomically.

    A GeoPackage has their squares in the CRS of the result, a CSV file their centres in degrees.
    Scores are left out on purpose: who reviews should not know them.

    Raises
    ------
    OutputError
    """
    place = {name: index for index, name in enumerate(tiles.ids)}
    rows = [
        {
            "draw": number,
            "tile_id": row.tile_id,
            **{name: getattr(row, name) for name in _SAID},
            "list_key": sample.key,
            "seed": sample.seed,
            "model": sample.model,
        }
        for number, row in enumerate(sample.rows, 1)
    ]
    shapes = [tiles.shapes[place[row.tile_id]] for row in sample.rows]
    frame = gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=tiles.crs)
    with new_file(path) as made:
        if path.suffix.lower() == ".csv":
            _with_centres(frame).to_csv(made, index=False)
        else:
            pyogrio.write_dataframe(
                frame.astype(dict.fromkeys(_SAID, "string")), made, layer=LAYER, driver="GPKG",
                geometry_type="Polygon", dataset_options={"VERSION": "1.2"},
            )  # fmt: skip
            _offer_choices(made)


def read_sample(path: Path) -> Sample:
    """Read a sample with the verdicts that people have filled in.

    Raises
    ------
    SampleError
        It cannot be read, is no sample, or holds a word that is no verdict.
    """
    check_name(path)
    if not path.is_file():
        raise SampleError(f"There is no sample {path}.", hint="Draw one with --draw 200.")
    frame = _frame(path)
    missing = [name for name in _NEEDED if name not in frame]
    if missing or frame.empty:
        raise SampleError(f"{path} is no sample of tiles: it lacks {missing or 'rows'}.")
    if frame["list_key"].nunique() != 1 or frame["seed"].nunique() != 1:
        raise SampleError(f"{path} holds rows of several draws.", hint="Keep them apart.")
    try:
        frame = frame.assign(draw=frame["draw"].astype(int)).sort_values("draw")
        seed = int(frame["seed"].iloc[0])
    except (TypeError, ValueError) as error:
        raise SampleError(f"{path}: order or seed of the draw is no number.") from error
    rows = tuple(
        Row(
            str(one["tile_id"]),
            _verdict(one["review"], path, one["tile_id"]),
            *(_text(one.get(name)) for name in _SAID[1:]),
        )
        for one in frame.to_dict("records")
    )
    return Sample(str(frame["list_key"].iloc[0]), seed, str(frame["model"].iloc[0]), rows)


def earlier_sample(path: Path) -> Sample | None:
    """The sample that is there already, or None where there is no file.

    Raises
    ------
    SampleError
        The file is no sample: it is never replaced.
    """
    check_name(path)
    return read_sample(path) if path.exists() else None


def _frame(path: Path) -> pd.DataFrame:
    try:
        if path.suffix.lower() == ".csv":
            # Spreadsheets save with their country's separator.
            with path.open(encoding="utf-8-sig") as stream:
                header = stream.readline()
            mark = max(",;\t", key=header.count)
            return pd.read_csv(
                path, sep=mark, dtype=str, keep_default_na=False, encoding="utf-8-sig"
            )
        return pyogrio.read_dataframe(path, layer=LAYER, read_geometry=False)
    except (
        OSError,
        ValueError,
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
    ) as error:
        raise SampleError(f"{path} cannot be read as a sample: {error}.") from error


def _verdict(value: Any, path: Path, tile: str) -> str | None:
    text = _text(value)
    if text is None:
        return None
    word = text.lower()
    if word not in REVIEWS:
        raise SampleError(
            f"{path}: '{text}' of tile {tile} is no verdict.", hint=f"Write {', '.join(REVIEWS)}."
        )
    return word


def _text(value: Any) -> str | None:
    return None if value is None or pd.isna(value) else str(value).strip() or None


def _with_centres(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    centres = frame.geometry.centroid.to_crs("EPSG:4326")
    return pd.DataFrame(frame.drop(columns="geometry")).assign(
        lon=centres.x.round(7), lat=centres.y.round(7)
    )


def _offer_choices(path: Path) -> None:
    """Aliases of the fields, and the verdicts to choose from."""
    with closing(sqlite3.connect(path)) as db, db:
        make_tables(db)
        describe_columns(
            db,
            LAYER,
            (
                Column(name, alias, values=REVIEWS if name == "review" else None)
                for name, alias in _ALIASES.items()
            ),
        )
