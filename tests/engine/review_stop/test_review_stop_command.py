"""``engine review-stop`` on results written by the engine's own writer."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
from pyproj import CRS
from shapely.geometry import box
from support.layer_records import make_provenance
from typer.testing import CliRunner, Result

from engine.cli.main import app
from engine.errors import EngineError
from engine.layers import open_writer
from engine.layers.records import TileRecord

COUNT, SIDE = 1000, 40


@dataclass
class World:
    """A result and which of its tiles really changed."""

    path: Path
    truth: dict[str, bool]
    scores: dict[str, float]

    @property
    def sample(self) -> Path:
        return self.path.with_name(f"{self.path.name}.review-sample.gpkg")


def make_world(
    folder: Path, *, share: float = 0.5, skill: float = 4.0, unlike: float = 0.5, east: float = 0,
    seed: int = 1, fmt: str = "gpkg",
) -> World:  # fmt: skip
    """A thousand tiles; changed ones have higher scores, more so with more skill."""
    rng = np.random.default_rng(seed)
    truth, scores, tiles = {}, {}, []
    for index in range(COUNT):
        row, col = divmod(index, SIDE)
        name = f"r{row:05d}c{col:05d}"
        x, y = 500_000 + east + 128 * col, 4_600_000 - 128 * row
        truth[name] = bool(rng.random() < share)
        scores[name] = round(float(1 / (1 + np.exp(-rng.normal() - skill * truth[name]))), 3)
        tiles.append(
            TileRecord(
                name, row, col, "ok", box(x, y, x + 128, y + 128),
                changed=truth[name], change_score=scores[name], range_score=unlike,
            )
        )  # fmt: skip
    nowhere = box(500_000, 0, 500_128, 128)
    tiles.append(TileRecord("r00099c00000", 99, 0, "failed", nowhere))
    path = folder / ("changes.gpkg" if fmt == "gpkg" else "changes")
    folder.mkdir(exist_ok=True)
    with open_writer(path, CRS("EPSG:32633"), fmt, make_provenance()) as writer:
        writer.write_tiles(tiles)
        writer.write_boxes([])
        writer.commit()
    return World(path, truth, scores)


def ask(world: World, *options: str) -> Result:
    return CliRunner().invoke(app, ["review-stop", str(world.path), *options])


def told(world: World, *options: str) -> dict[str, Any]:
    done = ask(world, "--json", *options)
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def review(path: Path, say: Callable[[int, str], str | None]) -> None:
    """Fill in the sample as a person would: by place in the draw and tile."""
    frame = pyogrio.read_dataframe(path, layer="sample")
    frame["review"] = [
        say(n, tile) for n, tile in zip(frame["draw"], frame["tile_id"], strict=True)
    ]
    pyogrio.write_dataframe(frame, path, layer="sample")


def as_it_is(world: World) -> Callable[[int, str], str | None]:
    return lambda _, tile: "changed" if world.truth[tile] else "unchanged"


def refusal(done: Result) -> int:
    """The exit code that the console script gives."""
    return done.exception.exit_code if isinstance(done.exception, EngineError) else done.exit_code


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("here"))


@pytest.fixture
def world(written: World, tmp_path: Path) -> World:
    return replace(written, path=Path(shutil.copy(written.path, tmp_path)))


def drawn(world: World, count: int = 200, *options: str) -> list[str]:
    found: list[str] = told(world, "--draw", str(count), *options)["draw"]
    return found


def test_a_stop_with_its_cost_and_its_calibration(world: World) -> None:
    drawn(world)
    review(world.sample, as_it_is(world))
    found = told(world)
    ranked = sorted(world.truth, key=lambda name: (-world.scores[name], name))
    missed = sum(world.truth[name] for name in ranked[found["stop"] :])
    assert found["decision"] == "stop" and missed <= 0.05 * sum(world.truth.values())
    assert 450 < found["stop"] < 900 and found["tiles"] == COUNT and found["reviewed"] == 200
    assert 0.95 < found["expected_found"] < 1 and found["to_review"] < found["stop"]
    assert found["lowest_score"] == world.scores[ranked[found["stop"] - 1]]
    rows = found["calibration"]
    assert [row["calibrated"] for row in rows] == sorted(
        (row["calibrated"] for row in rows), reverse=True
    )
    assert sum(row["reviewed"] for row in rows) == 200 and rows[-1]["last_rank"] == COUNT
    # In the middle the raw scores are far from the truth, the calibrated ones are not.
    for row in rows:
        part = [world.truth[name] for name in ranked[row["first_rank"] - 1 : row["last_rank"]]]
        assert abs(row["calibrated"] - np.mean(part)) < 0.25
    assert any("1 failed" in note for note in found["notes"])
    said = ask(world)
    assert f"Review the top {found['stop']} of 1,000 tiles" in said.stdout
    assert "With 95 % confidence at most 5 % of the changed tiles" in said.stdout


def test_the_draw_is_the_same_again_and_grows_with_its_reviews(world: World) -> None:
    first = drawn(world)
    assert len(set(first)) == 200 and first == drawn(world)
    review(world.sample, as_it_is(world))
    grown = told(world, "--draw", "300")
    assert grown["draw"][:200] == first and grown["reviewed"] == 200
    assert refusal(ask(world, "--draw", "250")) == 2
    assert refusal(ask(world, "--draw", "400", "--seed", "7")) == 2
    other = told(world, "--draw", "200", "--seed", "7", "--overwrite")
    assert other["draw"] != first and other["reviewed"] == 0
    scores = [world.scores[name] for name in first]
    assert abs(np.mean(scores) - np.mean(list(world.scores.values()))) < 0.1


def test_without_reviews_or_changed_tiles_it_abstains_and_says_how_many_more(
    tmp_path: Path,
) -> None:
    quiet = make_world(tmp_path / "quiet", share=0.1)
    assert refusal(ask(quiet)) == 2  # there is no sample
    drawn(quiet)
    assert told(quiet)["more_reviews"] == 200
    review(quiet.sample, as_it_is(quiet))
    found = told(quiet)
    assert (found["decision"], found["reason"]) == ("abstain", "changed_tiles")
    assert found["stop"] is None and 200 < found["more_reviews"] <= 800
    assert found["possible_missed"] > 5
    assert told(quiet, "--missed", str(found["possible_missed"]))["stop"] is not None
    more = 200 + found["more_reviews"]
    assert f"--draw {more}" in ask(quiet).stdout or more == COUNT
    drawn(quiet, more)
    review(quiet.sample, as_it_is(quiet))
    assert told(quiet)["decision"] == "stop" or told(quiet)["more_reviews"] < 200
    review(quiet.sample, lambda *_: "unchanged")
    assert told(quiet)["reason"] == "changed_tiles"


def test_only_reviews_without_a_gap_count(world: World) -> None:
    drawn(world, 300)
    review(world.sample, lambda n, tile: None if n == 150 else as_it_is(world)(n, tile))
    found = told(world)
    assert (found["reason"], found["reviewed"], found["more_reviews"]) == ("reviews", 149, 51)
    assert any("150 reviews do not count yet" in note for note in found["notes"])


def test_unsure_tiles_can_only_move_the_stop_down(world: World) -> None:
    drawn(world)
    review(world.sample, as_it_is(world))
    sure = told(world)["stop"]
    review(world.sample, lambda n, tile: "Unsure" if n % 20 == 0 else as_it_is(world)(n, tile))
    found = told(world)
    assert found["unsure"] == 10 and (found["stop"] is None or found["stop"] >= sure)


def test_it_abstains_when_the_imagery_is_out_of_range(tmp_path: Path) -> None:
    odd = make_world(tmp_path / "odd", unlike=1.4)
    drawn(odd)
    review(odd.sample, as_it_is(odd))
    found = told(odd)
    assert (found["reason"], found["stop"]) == ("out_of_range", None)
    assert found["out_of_range"] == {"tiles": COUNT, "judged": COUNT, "share": 1.0}
    assert "unlike the imagery" in ask(odd).stdout
    assert told(odd, "--max-out-of-range", "100")["stop"] is not None


def test_a_sample_of_another_place_is_refused(world: World, tmp_path: Path) -> None:
    other = make_world(tmp_path / "there", east=10_000)
    drawn(other)
    review(other.sample, as_it_is(other))
    done = ask(world, "--sample", str(other.sample))
    assert refusal(done) == 2 and ask(other).exit_code == 0
    assert "not drawn from the tiles" in str(done.exception)
    # Nor is it enlarged with tiles from here.
    assert refusal(ask(world, "--sample", str(other.sample), "--draw", "300")) == 2


def test_a_sample_that_was_picked_is_refused(world: World) -> None:
    drawn(world)
    frame = pyogrio.read_dataframe(world.sample)
    frame["review"] = [as_it_is(world)(0, tile) for tile in frame["tile_id"]]
    pyogrio.write_dataframe(frame.drop(index=[17]), world.sample, layer="sample")
    done = ask(world)
    assert refusal(done) == 2 and "no random sample any more" in str(done.exception)


def test_a_csv_file_does_as_well(world: World, tmp_path: Path) -> None:
    file = tmp_path / "sample.csv"
    names = drawn(world, 200, "--sample", str(file))
    with file.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["tile_id"] for row in rows] == names and "score" not in " ".join(rows[0])
    assert 14 < float(rows[0]["lon"]) < 16 and 41 < float(rows[0]["lat"]) < 42
    for row in rows:
        row["review"] = "changed" if world.truth[row["tile_id"]] else " Unchanged "
    # As a spreadsheet in Germany saves it.
    with file.open("w", newline="", encoding="utf-8-sig") as stream:
        writer = csv.DictWriter(stream, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    drawn(world)
    review(world.sample, as_it_is(world))
    assert told(world, "--sample", str(file))["stop"] == told(world)["stop"]
    file.write_text(file.read_text().replace(" Unchanged ", "no"))
    done = ask(world, "--sample", str(file))
    assert refusal(done) == 2 and "'no' of tile" in str(done.exception)


@pytest.mark.parametrize("fmt", ["parquet", "geojson"])
def test_results_of_several_files_do_as_well(tmp_path: Path, fmt: str) -> None:
    flat = make_world(tmp_path / "flat", fmt=fmt)
    drawn(flat)
    review(flat.sample, as_it_is(flat))
    assert told(flat)["decision"] == "stop" and told(flat)["tiles"] == COUNT


def test_the_list_says_what_is_left_to_review(world: World, tmp_path: Path) -> None:
    drawn(world)
    review(world.sample, as_it_is(world))
    out = tmp_path / "ranked.gpkg"
    found = told(world, "--output", str(out))
    layer = pyogrio.read_dataframe(out)
    assert layer["rank"].tolist() == list(range(1, COUNT + 1))
    assert layer["change_score"].is_monotonic_decreasing
    assert layer["probability"].is_monotonic_decreasing
    assert layer["to_review"].sum() == found["to_review"]
    assert not layer["to_review"][found["stop"] :].any()
    assert refusal(ask(world, "--output", str(out))) == 1
    assert refusal(ask(world, "--output", str(world.path), "--overwrite")) == 1
    assert ask(world, "--output", str(out), "--overwrite").exit_code == 0


def test_looks_share_the_risk(world: World) -> None:
    drawn(world, 300)
    review(world.sample, as_it_is(world))
    once, twice = told(world), told(world, "--looks", "2")
    assert twice["confidence"] == 0.975 and twice["stop"] >= once["stop"]


@pytest.mark.parametrize(
    "options",
    [
        ("--missed", "0"), ("--missed", "60"), ("--missed", "few"), ("--missed", "0.00001"),
        ("--confidence", "100"), ("--draw", "0"), ("--draw", "9", "--output", "x.csv"),
        ("--draw", "9", "--sample", "x.txt"),
    ],
)  # fmt: skip
def test_senseless_options_are_refused(world: World, options: tuple[str, ...]) -> None:
    assert refusal(ask(world, *options)) == 2


def test_no_other_file_is_replaced(world: World, tmp_path: Path) -> None:
    other = tmp_path / "mine.csv"
    other.write_text("a,b\n1,2\n")
    done = ask(world, "--draw", "9", "--sample", str(other), "--overwrite")
    assert refusal(done) == 2 and other.read_text() == "a,b\n1,2\n"
    assert refusal(ask(World(other, {}, {}))) == 2
