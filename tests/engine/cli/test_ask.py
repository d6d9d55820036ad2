"""One question, one answer, and the objects it rests on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import rasterio
from support.command import engine
from support.language_server import SENTENCE, language_server
from support.planted_model import planted_model
from support.rasters import planted_pair

from engine.language.routing import is_description


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory):
    return planted_pair(tmp_path_factory.mktemp("pair"), seed=5, width=620, height=500, n=6)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with language_server() as number:
        yield number


def ask(pair, model: Path, question: str, *options: object) -> dict[str, Any]:
    done = engine("ask", pair.before, pair.after, question, "--model", model, "--json", *options)
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_counts_rest_on_objects(tmp_path: Path, pair, model: Path) -> None:
    layers = tmp_path / "kept.gpkg"
    answer = ask(pair, model, "How many buildings changed?", "--layers", layers)
    boxes = gpd.read_file(layers, layer="boxes")
    assert answer["text"] == str(len(pair.truth)) and answer["source"] == "map"
    assert sorted(answer["features"]) == sorted(boxes["box_id"])
    new = ask(pair, model, "How many new buildings are there?")
    appeared = boxes[boxes["action"] == "appeared"]
    assert new["text"] == str(len(appeared))
    assert sorted(new["features"]) == sorted(appeared["box_id"])
    where = ask(pair, model, "Where did buildings change?")
    assert set(where["text"].split(", ")) == set(boxes["cell"])


def test_an_area_narrows_the_answer(pair, model: Path) -> None:
    first = pair.truth.geometry.iloc[0].buffer(3)
    bbox = ",".join(map(str, first.bounds))
    answer = ask(pair, model, "How many buildings changed?", "--bbox", bbox)
    assert answer["text"] == "1" and len(answer["features"]) == 1


def test_what_changed_is_told_in_measured_words(pair, model: Path) -> None:
    answer = ask(pair, model, "What changed here?")
    assert answer["source"] == "map" and "m²" in answer["text"]
    assert len(answer["features"]) == len(pair.truth)
    done = engine("ask", pair.before, pair.after, "What changed?", "--model", model)
    assert done.code == 0 and "measured on the map; 6 objects: " in done.out


def test_what_nobody_could_see_is_no_answer(tmp_path: Path, model: Path) -> None:
    pair = planted_pair(tmp_path, seed=5, width=620, height=500, n=6, nodata=0, collar=0)
    with rasterio.open(pair.after, "r+") as after:
        pixels = after.read()
        pixels[:, :, 300:] = 0
        after.write(pixels)
        west, north = after.transform @ (320, 10)
        east, south = after.transform @ (600, 490)
    bbox = f"{west},{south},{east},{north}"
    for question in ("How many new buildings?", "What changed?", "Are there new roads?"):
        answer = ask(pair, model, question, "--bbox", bbox)
        assert answer["source"] == "none" and "no data" in answer["text"], question
    with rasterio.open(pair.after) as after:
        (west, _), (east, _) = after.transform @ (20, 0), after.transform @ (200, 0)
    part = ask(
        pair, model, "How many buildings changed?", "--bbox", f"{west},{south},{east},{north}"
    )
    assert part["source"] == "map" and not part["warnings"], "it was all seen"
    answer = ask(pair, model, "How many buildings changed?")
    assert answer["source"] == "map" and answer["text"].isdigit()
    assert any("could not be seen" in warning for warning in answer["warnings"])


def test_anything_else_goes_to_the_model(pair, model: Path, port: int) -> None:
    server = ("--language-url", f"http://127.0.0.1:{port}/v1", "--language-model", "good")
    answer = ask(pair, model, "Was a pool built?", *server)
    assert answer["text"] == SENTENCE and answer["source"] == "model"
    assert answer["features"] and all(text == SENTENCE for _, text in answer["tiles"])
    alone = ask(pair, model, "Was a pool built?")
    assert alone["source"] == "none" and "I cannot tell" in alone["text"]


def test_questions_that_are_none(pair, model: Path) -> None:
    done = engine("ask", pair.before, pair.after, "?", "--model", model)
    assert done.code == 2 and "question is empty" in done.err
    there = engine("ask", pair.before, "nowhere.tif", "What changed?", "--model", model)
    assert there.code == 3 and "nowhere.tif" in there.err


@pytest.mark.parametrize("question", ["What changed?", "what is different", "Describe the changes"])
def test_asking_for_everything(question: str) -> None:
    assert is_description(question)


@pytest.mark.parametrize("question", ["What is new about houses?", "What?", "changed", "", "How"])
def test_asking_for_something(question: str) -> None:
    assert not is_description(question)
