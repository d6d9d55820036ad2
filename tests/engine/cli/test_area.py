"""An area of interest is where one looks, not where data ends."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import rasterio
from shapely.geometry import LineString
from support.command import engine
from support.rasters import planted_pair


@pytest.mark.parametrize("nodata", [None, 0])
def test_an_object_in_a_corridor_is_kept(tmp_path: Path, model: Path, nodata: int | None) -> None:
    """Squares that overlap at their corners: a long object, aslant in a box it hardly fills."""
    squares = [(50 + 10 * i, 50 + 10 * i, 64 + 10 * i, 64 + 10 * i, "appeared") for i in range(19)]
    pair = planted_pair(
        tmp_path, width=310, height=300, rectangles=squares, nodata=nodata, collar=12
    )
    with rasterio.open(pair.before) as before:
        transform = before.transform
    course = LineString([transform @ (45, 45), transform @ (250, 250)])
    corridor = tmp_path / "corridor.gpkg"
    gpd.GeoDataFrame(geometry=[course.buffer(7)], crs=pair.truth.crs).to_file(corridor)
    found = {}
    for name, options in (("all", ()), ("part", ("--aoi", corridor))):
        out = tmp_path / f"{name}.gpkg"
        done = engine("tile-infer", pair.before, pair.after, out, "--model", model, *options)
        assert done.code == 0, done.err
        found[name] = gpd.read_file(out, layer="boxes")
        tiles = gpd.read_file(out, layer="tiles")
    assert len(found["all"]) == len(found["part"]) == 1
    assert found["part"]["nodata_pct"].tolist() == [0.0]
    assert found["part"]["area_m2"][0] == pytest.approx(found["all"]["area_m2"][0], rel=0.1)
    if nodata is None:
        assert (tiles["nodata_pct"].dropna() == 0).all()
