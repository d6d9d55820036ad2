"""Searching finished runs by a phrase."""

from __future__ import annotations

import json
from pathlib import Path

import pyogrio
import pytest
from pyproj import CRS
from shapely.geometry import MultiPolygon, Polygon, box
from support.layer_records import make_provenance
from typer.testing import CliRunner

from engine.agent.errors import LayersError
from engine.cli.main import app
from engine.errors import QuestionError
from engine.find import find_runs, read_phrase, search
from engine.find.words import meaning
from engine.layers import open_writer
from engine.layers.records import BoxRecord, TileRecord

CAPTIONS = {
    "r00000c00000": "a road is built through the forest",
    "r00000c00001": "many villas are constructed along the street",
    "r00000c00002": "some trees are removed and a swimming pool appears",
    "r00000c00003": "the scene is the same as before",
    "r00000c00004": "a road appears in the bareland",
    "r00000c00005": "a road has been removed from the woods",
}
"""By tile, from west to east."""


def square(col: int, side: float = 128) -> Polygon:
    return box(600_000 + 128 * col, 6_600_000, 600_000 + 128 * col + side, 6_600_000 + side)


def thing(number: int, col: int, name: str, action: str, score: float, **more: object) -> BoxRecord:
    shape = square(col, 20)
    return BoxRecord(
        box_id=f"{name}-{number}", class_name=name, action=action, box=shape,
        outline=MultiPolygon([shape]), score=score, area_m2=400.0, cell="top",
        tile_ids=[f"r00000c{col:05d}"], **more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    (folder / "town").mkdir()
    (folder / "town" / "other.gpkg").write_bytes(b"no GeoPackage")
    write(folder / "town" / "a.gpkg", "gpkg")
    return folder


def write(path: Path, fmt: str) -> None:
    with open_writer(path, CRS("EPSG:32635"), fmt, make_provenance()) as writer:
        writer.write_tiles(
            [
                TileRecord(
                    tile_id=name, row=0, col=col, status="ok", geometry=square(col),
                    changed=col != 3, change_score=0.9, caption=text, caption_source="guide",
                )
                for col, (name, text) in enumerate(CAPTIONS.items())
            ]
        )  # fmt: skip
        writer.write_boxes(
            [
                thing(1, 0, "road", "appeared", 0.9),
                thing(2, 1, "building", "appeared", 0.8),
                thing(3, 5, "road", "disappeared", 0.9),
                thing(4, 3, "road", "appeared", 0.9, review="rejected"),
            ]
        )
        writer.commit()


def found(phrase: str, archive: Path) -> list[int]:
    """Columns of the tiles, best first."""
    return [int(one.tile_id[-1]) for one in search(read_phrase(phrase), find_runs([archive]))]


@pytest.mark.parametrize(
    ("phrase", "columns"),
    [
        ("new road in forest", [0, 4]),  # the second by its caption only
        ("demolished road", [5]),
        ("houses built near the street", [1]),
        ("buildings larger than 300 m2", [1]),
        ("buildings larger than 500 m2", []),
        ("pool", [2]),
        ("woods cleared", [5, 2, 0]),
        ("vineyard", []),
    ],
)
def test_what_a_phrase_finds(archive: Path, phrase: str, columns: list[int]) -> None:
    got = found(phrase, archive)
    assert got[:1] == columns[:1] and sorted(got) == sorted(columns)


@pytest.mark.parametrize("fmt", ["fgb", "parquet", "geojson"])
def test_every_format_is_searched(archive: Path, tmp_path: Path, fmt: str) -> None:
    write(tmp_path / "a", fmt)
    runs = find_runs([archive]), find_runs([tmp_path])
    for phrase in ("new road in forest", "demolished road", "pool"):
        usual, other = (search(read_phrase(phrase), paths) for paths in runs)
        assert usual and [(o.tile_id, o.box_ids, o.score) for o in other] == [
            (o.tile_id, o.box_ids, o.score) for o in usual
        ]


def test_a_tile_has_its_place_in_degrees(archive: Path) -> None:
    first = search(read_phrase("pool"), find_runs([archive]))[0]
    west, south, east, north = first.bbox
    assert 28.7 < west < east < 28.8 and 59.5 < south < north < 59.6
    assert first.score == 1 and first.box_ids == ()


def test_words_that_mean_the_same() -> None:
    words = ("villas", "street", "woods", "constructed", "the", "pools", "lot")
    assert [meaning(w) for w in words] == [
        "building", "road", "tree", "appeared", None, "pool", None,
    ]  # fmt: skip


@pytest.mark.parametrize("phrase", ["", "the of a", "?" * 5, 'x" OR names:*'])
def test_odd_phrases_do_no_harm(archive: Path, phrase: str) -> None:
    if "x" in phrase:
        assert found(phrase, archive) == []
    else:
        with pytest.raises(QuestionError):
            read_phrase(phrase)


def test_what_is_no_run_is_refused(archive: Path, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no.gpkg", archive / "town" / "other.gpkg"):
        with pytest.raises(LayersError):
            find_runs([path])


def test_the_command_prints_and_writes_a_layer(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "found.geojson"
    call = ["find", "new road in forest", str(archive), "--json", "--output", str(out)]
    done = CliRunner().invoke(app, call)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["runs"] == 1 and told["found"][0]["box_ids"] == ["road-1"]
    layer = pyogrio.read_dataframe(out)
    assert layer["rank"].tolist() == [1, 2] and layer["score"].is_monotonic_decreasing
    again = CliRunner().invoke(app, call)
    assert again.exit_code != 0 and sorted(p.name for p in tmp_path.iterdir()) == [out.name]
