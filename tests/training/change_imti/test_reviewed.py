"""A user's verdicts on the map become labels; what nobody decided stays without one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from rasterio.features import rasterize
from shapely import Geometry, box
from shapely.affinity import translate
from support.imti_pairs import answers, items_of

from engine.layers import BoxRecord, Provenance, open_writer
from engine.objects.components import count_cells
from engine.raster.geodesy import place
from training.change_imti.command import main
from training.guide.config import data_root
from training.scenes import write_pair

Crops = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Scene:
    """A generated pair of 512 px with its truth, and the crop of each quarter."""

    folder: Path
    truth: gpd.GeoDataFrame
    transform: Any

    def quarter(self, number: int) -> Geometry:
        """The area of a 256 px crop, in reading order."""
        row, column = divmod(number, 2)
        west, north = place(self.transform, 256 * column, 256 * row)
        east, south = place(self.transform, 256 * column + 256, 256 * row + 256)
        return box(west, south, east, north)

    def write(
        self, name: str, verdict: Callable[[int, Any], str | None], crs: str | None = None
    ) -> Path:
        """An output with every true object, reviewed as told; objects without action stay so."""
        history = Provenance(
            before=str(self.folder / "before.tif"),
            after=str(self.folder / "after.tif"),
            engine_version="0",
            model_id="none",
            model_version="0",
            model_sha256={},
            device="cpu",
            grid={},
            stretch={},
            parameters={"pair": {"resampling": "nearest", "stretch": "none"}},
        )
        path = self.folder / name
        with open_writer(path, self.truth.crs, "gpkg", history, dst_crs=crs) as writer:
            writer.write_boxes(
                [
                    BoxRecord(
                        f"{row['class']}-{index}",
                        row["class"],
                        row["action"],
                        row.geometry.envelope,
                        row.geometry,
                        review=verdict(index, row),
                    )
                    for index, row in self.truth.iterrows()
                ]
            )
            writer.commit()
        return path

    def counted(self, name: str, number: int) -> tuple[int, list[str]]:
        """What the one counter finds of a class in a quarter."""
        shapes = self.truth[self.truth["class"] == name].geometry
        mask = rasterize(shapes, (512, 512), transform=self.transform) > 0
        row, column = divmod(number, 2)
        return count_cells(mask[256 * row : 256 * row + 256, 256 * column : 256 * column + 256])


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    paths = write_pair(tmp_path_factory.mktemp("scene"), 4, 512, 512, change=0.5)
    with rasterio.open(paths.before) as dataset:
        transform = dataset.transform
    return Scene(paths.before.parent, gpd.read_file(paths.truth), transform)


def build(layers: Path, out: Path, *more: str, split: str = "train") -> Crops:
    flavour = ["--flavour", "clean", "--from", f"reviewed:{layers}", "--out", str(out)]
    assert main([*flavour, "--split", split, *more]) == 0
    return items_of(out, split)


def quarters(records: Crops, task: str) -> dict[int, list[str]]:
    """Answers of the items of a task by quarter."""
    found = {}
    for record in records.values():
        if record["task"] == task:
            row, column = record["image_id"][-11:].lstrip("r").split("c")
            found[2 * int(row) + int(column)] = answers(record)
    return found


def test_confirmed_objects_are_counted_by_the_one_counter(scene: Scene, tmp_path: Path) -> None:
    layers = scene.write("all.gpkg", lambda *_: "confirmed")
    records = build(layers, tmp_path / "out", "--complete")
    for name in ("building", "road"):
        counts = quarters(records, f"count_{name}")
        cells = quarters(records, f"localise_{name}")
        assert set(counts) == {0, 1, 2, 3}
        for number in counts:
            count, words = scene.counted(name, number)
            assert counts[number] == [str(count)]
            assert cells[number] == [", ".join(words) or "No change"]
    assert any(scene.counted("building", number)[0] > 1 for number in range(4))
    first = next(record for record in records.values() if record["task"] == "caption")
    assert first["turns"][0]["answer_by"] == "program"
    assert all((tmp_path / "out" / image).is_file() for image in first["images"])


def test_layers_in_another_crs_mean_the_same(scene: Scene, tmp_path: Path) -> None:
    layers = scene.write("lonlat.gpkg", lambda *_: "confirmed", crs="EPSG:4326")
    counts = quarters(build(layers, tmp_path / "out", "--complete"), "count_building")
    assert counts == {n: [str(scene.counted("building", n)[0])] for n in range(4)}


def test_rejected_objects_are_not_there(scene: Scene, tmp_path: Path) -> None:
    layers = scene.write("none.gpkg", lambda *_: "rejected")
    records = build(layers, tmp_path / "out", "--complete")
    assert set(map(tuple, quarters(records, "count_building").values())) == {("0",)}
    assert set(map(tuple, quarters(records, "binary").values())) == {("No",)}
    assert set(map(tuple, quarters(records, "caption").values())) == {
        ("the scene is the same as before",)
    }


@pytest.mark.parametrize("open_verdict", ["unsure", None])
def test_an_open_verdict_leaves_its_class_without_label(
    scene: Scene, tmp_path: Path, open_verdict: str | None
) -> None:
    target = next(n for n in range(4) if scene.counted("building", n)[0])

    def verdict(_: int, row: Any) -> str | None:
        here = row["class"] == "building" and row.geometry.intersects(scene.quarter(target))
        return open_verdict if here else "confirmed"

    layers = scene.write(f"open{open_verdict}.gpkg", verdict)
    records = build(layers, tmp_path / "out", "--complete")
    assert quarters(records, "count_building")[target] == [""]
    assert quarters(records, "localise_building")[target] == [""]
    assert quarters(records, "count_road")[target] == [str(scene.counted("road", target)[0])]
    assert quarters(records, "caption")[target] == [""]


def test_without_complete_silence_is_no_label(scene: Scene, tmp_path: Path) -> None:
    layers = scene.write("part.gpkg", lambda *_: "confirmed")
    kept = gpd.read_file(layers, layer="boxes")
    records = build(layers, tmp_path / "out")
    for name in ("building", "road"):
        shapes = scene.truth[scene.truth["class"] == name].geometry
        counts = quarters(records, f"count_{name}")
        for number, answer in counts.items():
            pixels = rasterize(shapes, (512, 512), transform=scene.transform)
            row, column = divmod(number, 2)
            there = pixels[256 * row : 256 * row + 256, 256 * column : 256 * column + 256].any()
            assert bool(answer[0]) == bool(there)
    assert len(kept) == len(scene.truth)
    nothing = scene.write("nothing.gpkg", lambda *_: None)
    with pytest.raises(SystemExit):
        build(nothing, tmp_path / "empty")


def test_moved_rasters_need_to_be_named(
    scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layers = scene.write("moved.gpkg", lambda *_: "confirmed")
    lost = tmp_path / "lost.gpkg"
    lost.write_bytes(layers.read_bytes())
    after = scene.folder / "after.tif"
    moved = after.rename(scene.folder / "elsewhere.tif")
    try:
        with pytest.raises(SystemExit):
            build(lost, tmp_path / "out")
        assert "after.tif" in capsys.readouterr().err
        assert build(lost, tmp_path / "out", "--after", str(moved))
    finally:
        moved.rename(after)
    for missing in (tmp_path / "none.gpkg", scene.folder / "before.tif"):
        with pytest.raises(SystemExit):
            build(missing, tmp_path / "other")


def test_reviews_of_the_report_set_are_for_evaluation(scene: Scene, tmp_path: Path) -> None:
    """Wherever the layers come from: it is the place on Earth that counts."""
    west, south, east, north = scene.truth.to_crs("EPSG:4326").total_bounds
    bounds = {"west": west, "south": south, "east": east, "north": north}
    (tmp_path / "levir").mkdir()
    tiles = {"test_40": {"bounds_epsg4326": bounds}}
    (tmp_path / "levir" / "tiles.json").write_text(json.dumps(tiles))
    layers = scene.write("held.gpkg", lambda *_: "confirmed")
    out = tmp_path / "out"
    arguments = ["--flavour", "clean", "--from", f"reviewed:{layers}", "--out", str(out)]
    assert main([*arguments, "--data", str(tmp_path)]) == 0
    assert {path.name for path in out.glob("*.jsonl")} == {"test.jsonl"}


def test_real_pairs_of_the_report_set_do_not_reach_training(tmp_path: Path) -> None:
    data = data_root()
    if not (data / "geotiff" / "plain_truth.geojson").is_file():
        pytest.skip("needs geotiff of the data folder")
    truth = gpd.read_file(data / "geotiff" / "plain_truth.geojson").explode(ignore_index=True)
    truth["action"] = "appeared"
    with rasterio.open(data / "geotiff" / "plain_before.tif") as dataset:
        transform = dataset.transform
    folder = tmp_path / "pair"
    folder.mkdir()
    for date in ("before", "after"):
        (folder / f"{date}.tif").symlink_to(data / "geotiff" / f"plain_{date}.tif")
    layers = Scene(folder, truth, transform).write("plain.gpkg", lambda *_: "confirmed")
    records = build(layers, tmp_path / "out", "--data", str(data), split="test")
    assert not (tmp_path / "out" / "train.jsonl").exists()
    mask = rasterize(truth.geometry, (1024, 2048), transform=transform) > 0
    for record in records.values():
        if record["task"] == "count_building":
            row, column = map(int, record["image_id"][-11:].lstrip("r").split("c"))
            crop = mask[256 * row : 256 * row + 256, 256 * column : 256 * column + 256]
            assert answers(record) == [str(count_cells(np.asarray(crop))[0])]


def test_a_box_drawn_by_hand_counts_by_its_rectangle(scene: Scene, tmp_path: Path) -> None:
    layers = scene.write("hand.gpkg", lambda *_: "rejected")
    boxes = gpd.read_file(layers, layer="boxes")
    drawn = boxes.iloc[:1].copy()
    drawn["box_id"], drawn["class"] = "mine", "building"
    drawn["action"], drawn["review"] = None, "confirmed"
    corner = scene.quarter(3).bounds
    drawn.geometry = [translate(box(0, 0, 20, 20), corner[0] + 54, corner[1] + 54)]
    drawn.to_file(layers, layer="boxes", mode="a", driver="GPKG")
    records = build(layers, tmp_path / "out", "--complete")
    assert quarters(records, "count_building")[3] == ["1"]
    assert quarters(records, "localise_building")[3] == ["center"]
    caption = quarters(records, "caption")[3]
    assert caption == ["a building changes in the center"]
