"""Ordered edits: exactly what was asked for, or an error that says what is possible."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio

from training.scenes.changes import edited_world
from training.scenes.orders import Order, parse
from training.scenes.pair import find_view
from training.scenes.scene import LAND
from training.scenes.view import View
from training.scenes.world import World
from training.scenes.world_files import MASK_BANDS
from training.world.command import main


@pytest.fixture(scope="module")
def town() -> View:
    return find_view(World(21, change=0), 480, 480, 0.5)


def truth_of(text: str, view: View):
    world = edited_world(21, view, parse(text))
    world.pictures = lambda view: (np.zeros((3, view.height, view.width), np.uint8),) * 2
    return world.look(view)


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("add 5 houses", [Order("house", True, 5)]),
        ("Remove two trees and build a road", [Order("tree", False, 2), Order("road", True, 1)]),
        ("clear the trees, flood", [Order("tree", False, 0), Order("flood", True, 1)]),
        ("demolish 1 building", [Order("building", False, 1)]),
    ],
)
def test_grammar(text: str, orders: list[Order]) -> None:
    assert parse(text) == orders


@pytest.mark.parametrize(
    "text", ["", "add houses", "paint 3 houses", "add 3 bridges", "add 0 ponds"]
)
def test_what_cannot_be_read_says_what_can(text: str) -> None:
    with pytest.raises(ValueError, match="possible edits: add or remove N houses"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "name", "kind", "count"),
    [("add 3 houses", "building", "house", 3), ("remove 4 houses", "building", "house", 4),
     ("build a road", "road", "road", 1), ("add 2 ponds", "other", "pond", 2),
     ("plant 5 trees", "other", "tree", 5)],
)  # fmt: skip
def test_an_edit_changes_exactly_that(
    town: View, text: str, name: str, kind: str, count: int
) -> None:
    pair = truth_of(text, town)
    counts = pair.counts()
    if name != "other":
        assert counts[name][0] == count
    assert sum(counts[other][0] for other in ("building", "road") if other != name) == 0
    # What is built may fell trees in its way.
    extra = [o for o in pair.objects if o["class"] != name and o["kind"] != "tree"]
    assert not extra
    made = [o for o in pair.objects if o["kind"] == kind]
    assert len(made) == count
    action = "disappeared" if text.startswith("remove") else "appeared"
    assert {o["action"] for o in made} == {action}


def test_clearing_and_flooding(town: View) -> None:
    cleared = truth_of("clear the trees", town)
    tree = LAND.index("vegetation")
    inner = (slice(20, -20), slice(20, -20))
    assert (cleared.land[0][inner] == tree).any()
    assert not (cleared.land[1][inner] == tree).any()
    flooded = truth_of("flood", town)
    water = LAND.index("water")
    assert (flooded.land[1] == water).sum() > (flooded.land[0] == water).sum() + 1000


def test_the_rest_of_the_picture_stays(town: View) -> None:
    edited = edited_world(21, town, parse("remove 1 house")).look(town)
    plain = World(21, change=0).look(town)
    np.testing.assert_array_equal(edited.before, plain.before)
    differs = (edited.after != plain.after).any(axis=0)
    assert differs[edited.building_change].mean() > 0.9
    rows, cols = np.nonzero(edited.building_change)
    far = np.ones_like(differs)
    far[max(0, rows.min() - 60) : rows.max() + 60, max(0, cols.min() - 60) : cols.max() + 60] = (
        False
    )
    assert not differs[far].any()


def test_impossible_edits_are_refused(town: View) -> None:
    with pytest.raises(ValueError, match="there are only"):
        edited_world(21, town, parse("remove 900 houses"))
    with pytest.raises(ValueError, match="no room for another building"):
        edited_world(21, town, parse("add 200 buildings"))


def test_command_writes_a_pair_with_its_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], town: View
) -> None:
    x, y = town.col0 * 0.5, -town.row0 * 0.5
    bbox = [str(value) for value in (x, y - 100, x + 120, y)]
    assert main([str(tmp_path), "--seed", "21", "--bbox", *bbox, "--edit", "add 2 houses"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 5
    with (
        rasterio.open(tmp_path / "after.tif") as after,
        rasterio.open(tmp_path / "truth.tif") as mask,
    ):
        assert after.shape == mask.shape == (200, 240)
        assert after.bounds.left == pytest.approx(x)
        assert after.bounds.top == pytest.approx(y)
        assert after.tags()["SYNTHETIC"] == mask.tags()["SYNTHETIC"] == "YES"
        assert mask.descriptions == MASK_BANDS
        change, direction = mask.read([1, 2])
    assert {0, 1} <= set(np.unique(change)) <= {0, 1, 3}  # trees give way to houses
    assert (direction[change == 1] == 1).all()
    truth = geopandas.read_file(tmp_path / "truth.gpkg")
    houses = truth[truth["class"] == "building"]
    assert list(houses["kind"]) == ["house", "house"]
    assert houses["area_px"].sum() == pytest.approx((change == 1).sum(), rel=0.05)
    record = json.loads((tmp_path / "sentences.json").read_text())
    assert record["synthetic"] is True
    assert record["windows"][0]["objects"]["building"]["count"] == 2
    assert len(record["windows"][0]["sentences"]) == 5


def test_command_refuses_what_makes_no_sense(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for extra in (["--edit", "sing"], ["--crs", "EPSG:4326"], ["--gsd", "9"]):
        with pytest.raises(SystemExit) as caught:
            main([str(tmp_path), "--bbox", "0", "0", "90", "90", *extra])
        assert caught.value.code == 2
    assert "possible edits" in capsys.readouterr().err
