"""Tuning on reviewed boxes: what is chosen, what is kept, what is written, and its way back."""

from __future__ import annotations

import itertools
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from support.planted_model import planted_model
from support.rasters import planted_pair

from engine.errors import ModelError, ModelMissingError
from engine.models import load_model
from engine.run.pipeline import run
from engine.run.settings import RunSettings
from training.__main__ import main as training
from training.adapt.choice import LADDER, Values, choose, ladder, values_of
from training.adapt.ground import ANCHOR, Ground, Mark
from training.adapt.outcome import tabulate
from training.adapt.reviews import read_reviews
from training.adapt.trial import held_back
from training.evaluate.claims import Limits

LIMITS = Limits({"building": 0.4}, {"building": 10.0}, {"building": 0.6})
SMALL, LARGE = 8, 24


def ground(name: str, things: list[tuple[int, float, bool, float]]) -> Ground:
    """Squares in a row: side in pixels of 0.25 m², probability, right, weight."""
    change = np.zeros((1, 40, 40 * len(things)), np.float32)
    numbers = np.zeros(change.shape[1:], np.int32)
    marks = []
    for index, (side, chance, right, weight) in enumerate(things):
        place = np.s_[4 : 4 + side, 40 * index + 4 : 40 * index + 4 + side]
        change[0][place], numbers[place] = chance, index + 1
        marks.append(Mark("building", right, weight))
    return Ground(name, change, numbers, tuple(marks), 0.01, 0.25)


def place(name: str) -> Ground:
    """Two houses and two small false things, all reviewed."""
    return ground(
        name,
        [(LARGE, 0.9, True, 1), (LARGE, 0.8, True, 1), (SMALL, 0.8, False, 1), (9, 0.7, False, 1)],
    )


def test_small_rejected_objects_raise_the_smallest_area() -> None:
    chosen = choose([place(name) for name in "abcd"], LIMITS)
    assert values_of(chosen, "building").min_area_m2 > 81 / 4
    table = tabulate([place("a")], LIMITS, "building", values_of(chosen, "building").change)
    outcome = table.outcome(*values_of(chosen, "building")[1:])
    assert (outcome.found, outcome.kept, outcome.new) == (0, 2, 0)


def test_nothing_is_chosen_where_strictness_costs_houses() -> None:
    alike = [(SMALL, 0.8, True, 1.0)] * 6 + [(SMALL, 0.8, False, 1.0)] * 2
    assert choose([ground(name, alike) for name in "ab"], LIMITS) == LIMITS


def test_objects_that_nobody_reviewed_speak_for_the_original() -> None:
    few = [(LARGE, 0.9, True, 1.0)] * 8 + [(SMALL, 0.8, False, 1.0)] * 2
    many = few + [(SMALL, 0.8, True, ANCHOR)] * 40
    assert choose([ground("a", few)], LIMITS) != LIMITS
    assert choose([ground("a", many)], LIMITS) == LIMITS


@pytest.mark.parametrize("rejected", [0, 1])
def test_too_few_rejections_change_nothing(rejected: int) -> None:
    things = [(LARGE, 0.9, True, 1.0)] * 12 + [(SMALL, 0.8, False, 1.0)] * rejected
    assert choose([ground("a", things)], LIMITS) == LIMITS


def test_an_object_the_original_did_not_show_counts_as_false() -> None:
    hidden = ground("a", [(LARGE, 0.9, True, 1.0), (LARGE, 0.9, True, 1.0)])
    hidden.numbers[:, 40:] = 0
    outcome = tabulate([hidden], LIMITS, "building", 0.4).outcome(10.0, 0.6)
    assert outcome.new == 1


@pytest.mark.parametrize("start", [Values(0.4, 10, 0.6), Values(0.78, 0, 0.93)])
def test_the_ladder_starts_at_the_original_and_only_climbs(start: Values) -> None:
    rungs = ladder(start)
    assert rungs[0] == start and len(rungs) == len(LADDER)
    assert all(np.all(np.subtract(two, one) >= -1e-9) for one, two in itertools.pairwise(rungs))
    assert all(0 < rung.change < 1 and rung.min_score < 1 for rung in rungs)


def test_held_back_places_judge() -> None:
    trial = held_back([place(name) for name in "abcdef"], LIMITS, seed=1)
    report = trial.report()
    assert trial.better and report["confirmed"] == 12 and report["rejected"] == 12
    assert report["before"]["false_objects_per_km2"] == pytest.approx(200)
    assert report["after"] == {
        "recall": 1.0, "precision": 1.0, "f1": 1.0, "false_objects_per_km2": 0.0
    }  # fmt: skip


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A result whose large objects are confirmed and small ones rejected; its model."""
    folder = tmp_path_factory.mktemp("adapt")
    corners = [(x, y) for y in range(24, 590, 60) for x in range(24, 590, 100)]
    sides = [LARGE if index % 3 else SMALL for index in range(len(corners))]
    things = [(x, y, x + s, y + s, "appeared") for (x, y), s in zip(corners, sides, strict=True)]
    pair = planted_pair(folder, width=600, height=600, rectangles=things)
    model = planted_model(folder / "model")
    result = folder / "changes.gpkg"
    settings = RunSettings(
        before=str(pair.before), after=str(pair.after), output=result, model=str(model),
        guide_only=True, executor="inline",
    )  # fmt: skip
    run(settings)
    with closing(sqlite3.connect(result)) as db, db:
        for name in [row[0] for row in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'boxes'"
        )]:  # fmt: skip
            db.execute(f'DROP TRIGGER "{name}"')
        db.execute("UPDATE boxes SET review = 'confirmed' WHERE area_m2 > 50")
        db.execute("UPDATE boxes SET review = 'rejected' WHERE area_m2 <= 50")
    return result, model


def tune(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict, str]:
    """Exit code, report and what was said."""
    code = training(["adapt", *map(str, arguments)])
    said = capsys.readouterr()
    return code, json.loads(said.out) if code == 0 else {}, said.err


def test_a_reviewed_result_makes_a_better_model(
    reviewed: tuple[Path, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    result, model = reviewed
    out = tmp_path / "planted-here"
    code, report, said = tune(
        capsys, "--layers", result, "--model", model, "--out", out, "--add", "--progress", "json"
    )
    assert code == 0 and report["kept"]
    assert json.loads(said.splitlines()[-1])["event"] == "progress"
    before, after = (report["held_back"][side] for side in ("before", "after"))
    assert after["false_objects_per_km2"] < before["false_objects_per_km2"] / 2
    assert after["recall"] == before["recall"] == 1.0
    made, parent = load_model(out), load_model(model)
    assert made.id == "planted-here" and made.sha256 == parent.sha256
    assert made.parent is not None and made.parent["id"] == "planted"
    assert made.parent["guide_sha256"] == parent.part_sha256("guide")
    told = json.loads((out / "model.json").read_text("utf-8"))["adapted"]
    assert told["reviews"] == report["reviews"] and told["seed"] == 0
    # The engine uses it by name, and the false objects are gone.
    source = gpd.read_file(result, layer="boxes")
    settings = RunSettings(
        before=str(result.parent / "before.tif"), after=str(result.parent / "after.tif"),
        output=tmp_path / "again.gpkg", model="planted-here", guide_only=True, executor="inline",
    )  # fmt: skip
    run(settings)
    again = gpd.read_file(tmp_path / "again.gpkg", layer="boxes")
    assert len(again) == (source["review"] == "confirmed").sum()
    assert tune(capsys, "--revert", "planted-here")[1]["parent"] == "planted"
    with pytest.raises(ModelMissingError):
        load_model("planted-here")
    assert training(["adapt", "--revert", "planted-here"]) == ModelMissingError("").exit_code


def test_a_model_that_is_no_better_is_not_kept(
    reviewed: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    boxes = gpd.read_file(reviewed[0], layer="boxes")
    # The other way round: what is rejected is the last that strictness would drop.
    boxes["review"] = boxes["review"].map({"confirmed": "rejected", "rejected": "confirmed"})
    boxes.to_file(tmp_path / "mixed.gpkg", layer="boxes")
    code, report, _ = tune(
        capsys, "--layers", tmp_path / "mixed.gpkg", "--model", reviewed[1], "--out",
        tmp_path / "none", "--before", reviewed[0].parent / "before.tif", "--after",
        reviewed[0].parent / "after.tif",
    )  # fmt: skip
    assert code == 0 and not report["kept"] and not (tmp_path / "none").exists()


def test_what_cannot_be_tuned_is_refused(
    reviewed: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result, model = reviewed
    boxes = gpd.read_file(result, layer="boxes")
    few = tmp_path / "few.gpkg"
    boxes.head(5).to_file(few, layer="boxes")
    common = ("--before", result.parent / "before.tif", "--after", result.parent / "after.tif")
    for layers, out, why in (
        (few, tmp_path / "m", "too few"),
        (tmp_path / "missing.gpkg", tmp_path / "m", "cannot be read"),
        (result, result.parent, "is not replaced"),
        (result, model, "the model that is tuned"),
    ):
        arguments = ("--layers", layers, "--model", model, "--out", out, *common)
        code, _, said = tune(capsys, *arguments)
        assert code == 2 and why in said


def test_only_adapted_models_are_taken_away(
    reviewed: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.models import add_model, remove_model

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    add_model(reviewed[1])
    with pytest.raises(ModelError, match="kept"):
        remove_model("planted")
    with pytest.raises(ModelMissingError):
        remove_model("../planted")
    assert load_model("planted").id == "planted"


def test_reviews_come_with_their_outlines(reviewed: tuple[Path, Path]) -> None:
    found = read_reviews([reviewed[0]], "EPSG:32614")
    boxes = gpd.read_file(reviewed[0], layer="boxes")
    assert found.verdicts == tuple((boxes["review"] == v).sum() for v in ("confirmed", "rejected"))
    assert len(found.outlines) == len(boxes)


def test_reviews_of_several_pairs_are_refused(
    reviewed: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result, model = reviewed
    common = ("--model", model, "--out", tmp_path / "m", "--tune", "values")
    raster = result.parent / "before.tif"
    for changes, what in (
        ({"before": "elsewhere.tif"}, "before"),
        ({"res": 2.0, "coregister": True}, "res, coregister"),
    ):
        other = told_otherwise(result, tmp_path / "other.gpkg", **changes)
        code, _, said = tune(capsys, "--layers", result, other, *common)
        assert code == 2 and f"other {what} than" in said and "adapt once for each pair" in said
    # The same rasters by another name, another area and other dates: one pair all the same.
    (tmp_path / "after.tif").symlink_to(result.parent / "after.tif")
    again = told_otherwise(
        result, tmp_path / "again.gpkg", before=str(raster), after="after.tif", bbox="0,0,1,1",
        before_date="2020-01-01",
    )  # fmt: skip
    report = tune(capsys, "--layers", result, again, *common)[1]
    once = tune(capsys, "--layers", result, *common[:2], "--out", tmp_path / "n", *common[4:])[1]
    assert report["held_back"] == once["held_back"]
    boxes = gpd.read_file(result, layer="boxes")
    assert report["reviews"] == once["reviews"] | {"repeated": len(boxes)}
    # Who names the rasters knows better than old results do.
    moved = told_otherwise(result, tmp_path / "moved.gpkg", before="gone.tif", after="gone.tif")
    rasters = ("--before", raster, "--after", result.parent / "after.tif")
    out = ("--out", tmp_path / "o")
    assert tune(capsys, "--layers", result, moved, *rasters, *common[:2], *out)[0] == 0


def told_otherwise(result: Path, copy: Path, **changes: object) -> Path:
    """A result's copy that names other rasters, or options they were opened with."""
    shutil.copyfile(result, copy)
    with closing(sqlite3.connect(copy)) as db, db:
        made = json.loads(db.execute("SELECT metadata FROM gpkg_metadata").fetchone()[0])
        for name, value in changes.items():
            (made if name in made else made["parameters"]["pair"])[name] = value
        db.execute("UPDATE gpkg_metadata SET metadata = ?", (json.dumps(made),))
    return copy


def test_an_object_counts_once_as_it_was_reviewed_last(tmp_path: Path) -> None:
    def result(name: str, *rows: tuple[str | None, str | None, str | None]) -> Path:
        boxes = gpd.GeoDataFrame(
            [
                {"box_id": box_id, "class": "building", "review": said, "reviewed_at": when}
                for box_id, said, when in rows
            ],
            geometry=[shapely.box(number, 0, number + 1, 1) for number in range(len(rows))],
            crs="EPSG:32614",
        )
        boxes.to_file(tmp_path / name, layer="boxes")
        return tmp_path / name

    monday, tuesday = "2026-11-16T10:00:00Z", "2026-11-17T10:00:00+01:00"
    one = result(
        "one.gpkg", ("a", "confirmed", tuesday), ("b", "rejected", None), ("c", None, None),
        ("d", "unsure", tuesday), (None, "confirmed", None), (None, "confirmed", None),
    )  # fmt: skip
    two = result(
        "two.geojson", ("a", "rejected", monday), ("b", "confirmed", None), ("c", "rejected", None),
        ("d", "confirmed", monday), ("e", None, None),
    )  # fmt: skip
    found = read_reviews([one, two], "EPSG:32614")
    # By the clock a is right, b by the last file, c by the only word; d stays unsure, e is new.
    assert [(mark.right, mark.reviewed) for mark in found.marks] == [
        (True, True), (True, True), (False, True), (True, True), (True, True), (True, False),
    ]  # fmt: skip
    assert (found.repeated, found.contradicted) == (4, 3) and len(found.outlines) == 6
