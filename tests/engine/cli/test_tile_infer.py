"""The main job through its public door, on planted differences: no trained weights involved."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
from affine import Affine
from rasterio.warp import transform_bounds
from shapely import box
from support.command import engine
from support.planted_model import planted_model
from support.rasters import planted_pair, write_raster

RUNS: dict[str, dict[str, object]] = {
    "utm": {},
    "degrees": {"crs": "EPSG:4326"},
    "web mercator at 60° N": {"crs": "EPSG:3857", "lonlat": (24.9, 60.2)},
    "degrees at 60° N": {"crs": "EPSG:4326", "lonlat": (24.9, 60.2)},
    "polar": {"crs": "EPSG:3413", "lonlat": (-45.0, 83.0)},
    "antarctic": {"crs": "EPSG:3031", "lonlat": (170.0, -77.8)},
    "antimeridian": {"crs": "EPSG:32601", "lonlat": (-180.0, 65.0)},
    "US survey feet": {"crs": "EPSG:2277", "lonlat": (-97.9, 30.2)},
    "16 bit": {"dtype": "uint16"},
    "float": {"dtype": "float32", "nodata": -9999.0},
    "other bit depth after": {"after_dtype": "uint16"},
    "other grid after": {"after_crs": "EPSG:4326"},
    "other resolution after": {"after_gsd": 0.6},
    "mixed": {"crs": "EPSG:4326", "after_crs": "EPSG:32614", "after_gsd": 0.6,
              "after_dtype": "uint16"},
    "smaller than a tile": {"width": 130, "height": 90, "n": 3},
    "one tile and a bit": {"width": 257, "height": 300, "n": 4},
}  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted_model(tmp_path_factory.mktemp("model"))


def infer(before, after, model: Path, out: Path, *options: object) -> dict:
    done = engine("tile-infer", before, after, out, "--model", model, "--json", *options)
    assert done.code == 0, done.err
    return json.loads(done.out)


def iou(a, b) -> float:
    return a.intersection(b).area / a.union(b).area


def check_against_truth(out: Path, pair, pixel: float = 1.0) -> None:
    """Each truth rectangle has one box within `pixel` working pixels; nothing else is there."""
    boxes = gpd.read_file(out, layer="boxes")
    truth = pair.truth.to_crs(boxes.crs)
    with rasterio.open(pair.before) as source:
        size_x, size_y = source.res
        assert boxes.crs == source.crs
    assert len(boxes) == len(truth)
    for _, row in truth.iterrows():
        near = boxes[boxes.intersects(row.geometry)]
        assert len(near) == 1, row
        one = near.iloc[0]
        assert one["action"] == row["action"]
        for found, true, size in zip(
            one.geometry.bounds, row.geometry.bounds, (size_x, size_y) * 2, strict=True
        ):
            assert abs(found - true) <= 1.01 * pixel * size, (one.geometry.bounds, row)


@pytest.mark.parametrize("name", RUNS)
def test_boxes_lie_within_one_pixel_of_truth(tmp_path: Path, model: Path, name: str) -> None:
    options = {"width": 620, "height": 500, **RUNS[name]}
    pair = planted_pair(tmp_path, seed=len(name), **options)
    out = tmp_path / "o.gpkg"
    result = infer(pair.before, pair.after, model, out)
    assert result["objects"] == len(pair.truth)
    check_against_truth(out, pair)


def test_areas_are_geodesic_and_measured_on_the_outline(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, width=400, height=400, crs="EPSG:3857", lonlat=(24.9, 60.2))
    out = tmp_path / "o.gpkg"
    result = infer(pair.before, pair.after, model, out)
    boxes = gpd.read_file(out, layer="boxes")
    outlines = gpd.read_file(out, layer="outlines").set_index("box_id")
    geod = outlines.crs.get_geod()
    for _, row in boxes.iterrows():
        shape = outlines.geometry[row["box_id"]]
        ground = gpd.GeoSeries([shape], crs=outlines.crs).to_crs(4326).iloc[0]
        area = abs(geod.geometry_area_perimeter(ground)[0])
        assert row["area_m2"] == pytest.approx(area, rel=1e-3, abs=0.06)
        # Web Mercator doubles lengths here: its own area would be four times as large.
        assert shape.area / row["area_m2"] == pytest.approx(4.05, rel=0.03)
    assert result["area_m2"] == pytest.approx(boxes["area_m2"].sum(), abs=0.1 * len(boxes))


def objects(out: Path, least: float = 50.0) -> gpd.GeoDataFrame:
    boxes = gpd.read_file(out, layer="boxes")
    return boxes[boxes["area_m2"] >= least].reset_index(drop=True)


@pytest.mark.parametrize("origin", ["37,0", "0,37", "37,37"])
def test_moving_the_tiling_finds_the_same_objects(tmp_path: Path, model: Path, origin: str) -> None:
    pair = planted_pair(tmp_path, width=900, height=700, n=30, seed=4)
    infer(pair.before, pair.after, model, tmp_path / "a.gpkg")
    infer(pair.before, pair.after, model, tmp_path / "b.gpkg", "--tile-origin", origin)
    first, second = objects(tmp_path / "a.gpkg"), objects(tmp_path / "b.gpkg")
    same = sum(any(iou(one, other) >= 0.9 for other in second.geometry) for one in first.geometry)
    assert same >= 0.95 * len(first)
    assert len(first) == len(second)


@pytest.mark.parametrize("tiling", [(256, 0), (128, 32), (256, 128), (512, 64)])
def test_totals_do_not_depend_on_the_tiling(
    tmp_path: Path, model: Path, tiling: tuple[int, int]
) -> None:
    pair = planted_pair(tmp_path, width=700, height=600, n=25, seed=9)
    plain = infer(pair.before, pair.after, model, tmp_path / "a.gpkg")
    size, overlap = tiling
    other = infer(
        pair.before, pair.after, model, tmp_path / "b.gpkg",
        "--tile-size", size, "--overlap", overlap,
    )  # fmt: skip
    assert other["by_class"] == plain["by_class"]
    assert other["objects"] == len(pair.truth)


def test_an_object_across_four_tiles_is_one(tmp_path: Path, model: Path) -> None:
    ground = np.full((3, 448, 448), 110, np.uint8) + np.arange(448, dtype=np.uint8) % 7
    after = ground.copy()
    after[:, 150:300, 150:300] = 240
    transform = Affine(0.5, 0, 620000.0, 0, -0.5, 3350000.0)
    for name, values in (("a", ground), ("b", after)):
        write_raster(tmp_path / f"{name}.tif", values, crs="EPSG:32614", transform=transform)
    out = tmp_path / "o.gpkg"
    result = infer(tmp_path / "a.tif", tmp_path / "b.tif", model, out)
    assert result["objects"] == 1
    one = gpd.read_file(out, layer="boxes").iloc[0]
    assert one["tile_ids"] == ("r00000c00000, r00000c00001, r00001c00000, r00001c00001")
    assert one["area_m2"] == pytest.approx(75 * 75, rel=0.01)
    tiles = gpd.read_file(out, layer="tiles")
    # The same object is counted in each tile that sees it: "per tile, do not sum".
    assert tiles["n_building"].tolist() == [1, 1, 1, 1]


def test_swapping_the_dates_turns_every_action(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, width=500, height=500, n=20)
    infer(pair.before, pair.after, model, tmp_path / "a.gpkg")
    infer(pair.after, pair.before, model, tmp_path / "b.gpkg")
    turned = {"appeared": "disappeared", "disappeared": "appeared"}
    first = gpd.read_file(tmp_path / "a.gpkg", layer="boxes")
    second = gpd.read_file(tmp_path / "b.gpkg", layer="boxes").set_index("box_id")
    for _, row in first.iterrows():
        assert second.loc[row["box_id"], "action"] == turned[row["action"]]


def test_nothing_lies_on_nodata(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, width=600, height=500, nodata=0, n=10, seed=2)
    with rasterio.open(pair.after, "r+") as target:
        values = target.read()
        values[:, :, :200] = 0
        target.write(values)
    out = tmp_path / "o.gpkg"
    infer(pair.before, pair.after, model, out, "--mask-out", tmp_path / "m.tif")
    boxes = gpd.read_file(out, layer="boxes")
    with rasterio.open(pair.after) as source:
        edge = source.transform.c + 200 * source.res[0]
    assert (boxes.geometry.bounds["minx"] >= edge - 1e-6).all()
    tiles = gpd.read_file(out, layer="tiles")
    first = tiles.sort_values("nodata_pct").iloc[-1]
    assert first["nodata_pct"] > 70
    with rasterio.open(tmp_path / "m.tif") as mask:
        assert (mask.read(1)[:, :200] == 255).all()


def test_aoi_in_another_crs_with_broken_geometry(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, width=700, height=700, n=20, seed=6)
    with rasterio.open(pair.before) as source:
        west, south, east, north = source.bounds
        middle = (west + east) / 2
        half = west, south, middle, north
        lon0, lat0, lon1, lat1 = transform_bounds(source.crs, "EPSG:4326", *half)
    # A bow tie: invalid, made valid with a warning.
    tie = f"POLYGON(({lon0} {lat0}, {lon1} {lat1}, {lon1} {lat0}, {lon0} {lat1}, {lon0} {lat0}))"
    aoi = tmp_path / "aoi.geojson"
    gpd.GeoDataFrame(geometry=gpd.GeoSeries.from_wkt([tie]), crs="EPSG:4326").to_file(aoi)
    out = tmp_path / "o.gpkg"
    done = engine(
        "tile-infer", pair.before, pair.after, out, "--model", model, "--aoi", aoi, "--json"
    )
    assert done.code == 0, done.err
    assert "valid" in done.err
    boxes = gpd.read_file(out, layer="boxes")
    assert 0 < len(boxes) < len(pair.truth)
    assert (boxes.geometry.bounds["maxx"] <= middle + 2).all()


def test_bbox_limits_what_is_read(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, width=900, height=900, n=30)
    with rasterio.open(pair.before) as source:
        west, _, _, north = source.bounds
    part = box(west, north - 100, west + 100, north)
    out = tmp_path / "o.gpkg"
    result = infer(pair.before, pair.after, model, out, "--bbox", ",".join(map(str, part.bounds)))
    assert sum(result["tiles"].values()) == 4
    inside = pair.truth[pair.truth.within(part)]
    assert result["objects"] >= len(inside)


def test_an_unchanged_pair_gives_empty_layers(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, width=300, height=300, n=0)
    out = tmp_path / "o.gpkg"
    done = engine("tile-infer", pair.before, pair.after, out, "--model", model)
    assert done.code == 0 and "No change found" in done.out
    boxes = pyogrio.read_info(out, layer="boxes")
    assert boxes["features"] == 0 and boxes["geometry_type"] == "Polygon"
    tiles = gpd.read_file(out, layer="tiles")
    assert set(tiles["caption"]) == {"the scene is the same as before"}
    assert not tiles["changed"].any()


def test_dry_run_writes_nothing(tmp_path: Path, model: Path) -> None:
    (tmp_path / "in").mkdir()
    pair = planted_pair(tmp_path / "in", width=500, height=500)
    out = tmp_path / "o.gpkg"
    done = engine(
        "tile-infer", pair.before, pair.after, out, "--model", model, "--dry-run", "--json"
    )
    assert done.code == 0, done.err
    plan = json.loads(done.out)
    assert plan["tiles"] == 9 and plan["seconds"] > 0
    assert plan["memory_mb"] > 100 and plan["disk_bound_mb"] > plan["disk_mb"] > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


def test_progress_json_is_one_event_a_line(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, width=500, height=500)
    done = engine(
        "tile-infer", pair.before, pair.after, tmp_path / "o.gpkg", "--model", model,
        "--progress", "json",
    )  # fmt: skip
    events = [json.loads(line) for line in done.err.splitlines()]
    kinds = [event["event"] for event in events]
    assert kinds[-1] == "done" and {"stage", "progress"} <= set(kinds)
    last = [event for event in events if event["event"] == "progress"][-1]
    assert last["done"] == last["total"]


def test_errors_are_events_too(tmp_path: Path, model: Path) -> None:
    done = engine(
        "tile-infer", tmp_path / "x.tif", tmp_path / "y.tif", tmp_path / "o.gpkg",
        "--model", model, "--progress", "json",
    )  # fmt: skip
    assert done.code == 3
    event = json.loads(done.err.splitlines()[-1])
    assert event["event"] == "error" and event["code"] == 3 and "x.tif" in event["message"]


@pytest.mark.parametrize("suffix", [".fgb", ".parquet", ".geojson"])
def test_other_formats(tmp_path: Path, model: Path, suffix: str) -> None:
    pair = planted_pair(tmp_path, width=400, height=400)
    out = tmp_path / f"changes{suffix}"
    infer(pair.before, pair.after, model, out)
    file = out / f"boxes{suffix}"
    boxes = gpd.read_parquet(file) if suffix == ".parquet" else gpd.read_file(file)
    assert len(boxes) == len(pair.truth)
    assert (out / "boxes.qml").exists()
    if suffix == ".geojson":
        assert boxes.crs.to_epsg() == 4326


def test_dst_crs(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, width=400, height=400)
    out = tmp_path / "o.gpkg"
    infer(pair.before, pair.after, model, out, "--dst-crs", "EPSG:3857")
    boxes = gpd.read_file(out, layer="boxes")
    assert boxes.crs.to_epsg() == 3857
    truth = pair.truth.to_crs(3857)
    assert all(boxes.intersects(shape).any() for shape in truth.geometry)


def test_companions(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, width=400, height=400)
    out = tmp_path / "o.gpkg"
    result = infer(
        pair.before, pair.after, model, out, "--report", tmp_path / "r.html", "--picture",
        tmp_path / "p.png", "--mask-out", tmp_path / "m.tif", "--stac",
        "--before-date", "2019-04-01", "--after-date", "2024-05-06",
    )  # fmt: skip
    assert set(result["files"]) == {"layers", "report", "picture", "mask", "stac"}
    assert all(Path(path).exists() for path in result["files"].values())
    html = (tmp_path / "r.html").read_text()
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "2019-04-01" in html
    item = json.loads(Path(result["files"]["stac"]).read_text())
    assert item["properties"]["start_datetime"].startswith("2019-04-01")
    with rasterio.open(tmp_path / "m.tif") as mask:
        values = mask.read(1)
        assert mask.overviews(1) or max(mask.shape) <= 512
    inside = pair.truth.geometry.area.sum() / 0.25
    assert (values == 1).sum() == pytest.approx(inside, rel=0.1)
    boxes = gpd.read_file(out, layer="boxes")
    assert str(boxes["date_after"].iloc[0])[:10] == "2024-05-06"
    assert boxes["caption"].str.contains("2019-04-01").all()


def test_same_input_same_output(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, width=700, height=500, n=20)
    for name in ("a", "b"):
        infer(pair.before, pair.after, model, tmp_path / f"{name}.gpkg")
    for layer in ("boxes", "tiles", "outlines"):
        first = gpd.read_file(tmp_path / "a.gpkg", layer=layer)
        second = gpd.read_file(tmp_path / "b.gpkg", layer=layer)
        assert first.equals(second)


def test_inline_is_the_same_as_threads(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, width=700, height=500, n=20)
    infer(pair.before, pair.after, model, tmp_path / "a.gpkg")
    infer(pair.before, pair.after, model, tmp_path / "b.gpkg", "--executor", "inline")
    first = gpd.read_file(tmp_path / "a.gpkg", layer="boxes")
    assert first.equals(gpd.read_file(tmp_path / "b.gpkg", layer="boxes"))


def test_reviews_are_carried_over(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, width=500, height=500, n=8)
    out = tmp_path / "o.gpkg"
    infer(pair.before, pair.after, model, out)
    import sqlite3

    with sqlite3.connect(out) as database:
        # QGIS has the spatial functions that the layer's triggers call; plain sqlite does not.
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='boxes'"
        ).fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute(
            "UPDATE boxes SET review='confirmed', reviewer='me', note='seen' WHERE fid <= 3"
        )
    again = infer(pair.before, pair.after, model, out, "--overwrite", "--tile-origin", "20,20")
    assert again["carried_reviews"] == 3
    boxes = gpd.read_file(out, layer="boxes")
    assert (boxes["review"] == "confirmed").sum() == 3
    assert set(boxes.loc[boxes["review"] == "confirmed", "reviewer"]) == {"me"}


def test_min_area_and_score_drop_objects_everywhere(tmp_path: Path, model: Path) -> None:
    """What is filtered is on no layer: boxes, tiles and mask tell one story."""
    pair = planted_pair(tmp_path, width=500, height=500, n=12)
    out = tmp_path / "o.gpkg"
    limit = float(pair.truth.geometry.area.median())
    infer(
        pair.before, pair.after, model, out, "--min-area", limit, "--mask-out", tmp_path / "m.tif",
        "--overlap", 0,
    )  # fmt: skip
    boxes = gpd.read_file(out, layer="boxes")
    assert 0 < len(boxes) < len(pair.truth)
    assert (boxes["area_m2"] >= limit).all()
    tiles = gpd.read_file(out, layer="tiles")
    for _, tile in tiles.iterrows():
        touched = boxes.intersection(tile.geometry).area > 2
        assert (tile["n_building"] > 0) == bool(touched.any())
    with rasterio.open(tmp_path / "m.tif") as mask:
        kept = (mask.read(1) == 1).sum() * 0.25
    assert kept == pytest.approx(boxes["area_m2"].sum(), rel=0.03)


def test_coregister_removes_a_shift(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, width=900, height=900, n=10, shift_px=(4, -3), seed=3)
    done = engine("info", pair.before, pair.after, "--model", model, "--json")
    facts = json.loads(done.out)
    assert abs(facts["shift"]["dx_px"]) == pytest.approx(4, abs=0.5)
    assert abs(facts["shift"]["dy_px"]) == pytest.approx(3, abs=0.5)
    assert any("shift" in warning for warning in facts["warnings"])
    out = tmp_path / "o.gpkg"
    infer(pair.before, pair.after, model, out, "--coregister", "--min-area", 20)
    check_against_truth(out, pair, pixel=1.5)
