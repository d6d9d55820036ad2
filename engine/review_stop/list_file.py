"""The ranked list as a file, to review down to the stop."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from engine.errors import OutputExistsError
from engine.layers.atomic import new_file
from engine.review_stop.decision import Decision
from engine.review_stop.sample import Sample
from engine.review_stop.sample_files import check_name
from engine.review_stop.tiles import RankedTiles


def check_list(path: Path, others: tuple[Path, ...], overwrite: bool) -> None:
    """Look at the output before anything is computed.

    Raises
    ------
    UsageError
        The ending names no format.
    OutputExistsError
        It is there, or is the result or its sample.
    """
    check_name(path)
    if path.resolve() in {other.resolve() for other in others}:
        raise OutputExistsError(f"{path} is read here.", hint="Write somewhere else.")
    if path.exists() and not overwrite:
        raise OutputExistsError(f"{path} exists.", hint="Replace it with --overwrite.")


def write_list(path: Path, tiles: RankedTiles, sample: Sample, decision: Decision) -> None:
    """Write tiles in their order with calibrated probabilities and what is left to review.

    Parameters
    ----------
    path : Path
        ``.gpkg`` (layer ``ranked``, in the CRS of the result) or ``.csv``.

    Raises
    ------
    OutputError
    """
    said = {row.tile_id: row.review for row in sample.reviewed}
    ranks = np.arange(1, len(tiles) + 1)
    reviews = [said.get(name) for name in tiles.ids]
    unseen = np.array([review is None for review in reviews], bool)
    last = len(tiles) if decision.stop is None else decision.stop
    chances = decision.probabilities
    frame = pd.DataFrame(
        {
            "rank": ranks,
            "tile_id": list(tiles.ids),
            "change_score": tiles.scores,
            "probability": np.full(len(tiles), np.nan) if chances is None else chances.round(4),
            "to_review": (ranks <= last) & unseen,
            "review": pd.array(reviews, dtype="string"),
        }
    )
    with new_file(path) as made:
        if path.suffix.lower() == ".csv":
            frame.to_csv(made, index=False)
        else:
            shapes = gpd.GeoDataFrame(frame, geometry=list(tiles.shapes), crs=tiles.crs)
            pyogrio.write_dataframe(
                shapes, made, layer="ranked", driver="GPKG", geometry_type="Polygon",
                dataset_options={"VERSION": "1.2"},
            )  # fmt: skip
