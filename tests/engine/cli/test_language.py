"""Words of a language model in the layers, through the command line and a real server process."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from support.command import engine
from support.language_server import SENTENCE, language_server, seen
from support.planted_model import planted_model
from support.rasters import planted_pair

from engine.errors import DiskFullError
from engine.run import pipeline
from engine.run.settings import RunSettings


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with language_server() as number:
        yield number


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory):
    return planted_pair(tmp_path_factory.mktemp("pair"), seed=5, width=620, height=500, n=6)


def infer(pair, model: Path, out: Path, *options: object, **more: str):
    return engine("tile-infer", pair.before, pair.after, out, "--model", model, *options, **more)


def server(port: int, name: str = "good") -> tuple[str, ...]:
    return ("--language-url", f"http://127.0.0.1:{port}/v1", "--language-model", name)


def tiles(out: Path) -> gpd.GeoDataFrame:
    found = gpd.read_file(out, layer="tiles")
    for name in ("changed", "text_ok", "agree"):
        found[name] = found[name].fillna(False).astype(bool)
    return found


def test_sentences_and_answers_become_fields(tmp_path: Path, pair, model: Path, port: int) -> None:
    out = tmp_path / "o.gpkg"
    asked = ("How many new buildings?", "Is there a pool?")
    options = [part for question in asked for part in ("--question", question)]
    before = len(seen(port)["seen"])
    done = infer(pair, model, out, *server(port), *options)
    assert done.code == 0, done.err
    found = tiles(out)
    changed = found[found["changed"]]
    # Only tiles that changed were sent, each with the caption and the one free question.
    assert len(seen(port)["seen"]) - before == 2 * len(changed)
    assert (changed["caption_raw"] == SENTENCE).all() and (changed["stated_building"] == 2).all()
    two = changed["n_building"] == 2
    assert (changed["agree"] == two).all()
    assert ((changed["caption_source"] == "language") == changed["text_ok"]).all()
    assert (changed.loc[changed["text_ok"], "caption"] == SENTENCE).all()
    assert (changed.loc[~changed["text_ok"], "caption"] != SENTENCE).all()
    assert (changed.loc[~two, "caption_source"] == "guide").all()
    ok = found[found["status"] == "ok"]
    assert (ok["answer_1_source"] == "map").all()
    assert (changed["answer_2"] == SENTENCE).all() and (changed["answer_2_source"] == "model").all()
    unchanged = ok[~ok["changed"]]
    assert (unchanged["answer_1"] == "0").all() and unchanged["answer_2"].isna().all()
    assert (unchanged["caption_source"] == "guide").all()
    # A box has the answers of a tile it lies in.
    boxes = gpd.read_file(out, layer="boxes")
    by_tile = found.set_index("tile_id")
    assert len(boxes)
    for _, box in boxes.iterrows():
        several = by_tile.loc[box["tile_ids"].split(", ")]
        assert box["answer_1"] in set(several["answer_1"])
        assert box["answer_2"] == SENTENCE


def test_questions_that_nobody_answers_are_named(tmp_path: Path, pair, model: Path) -> None:
    out = tmp_path / "o.gpkg"
    asked = ("--question", "How many new buildings?", "--question", "Is there a pool?")
    done = infer(pair, model, out, *asked)
    assert done.code == 0 and "No language model was there to answer: Is there a pool?" in done.err
    assert "How many" not in done.err
    ok = tiles(out).query("status == 'ok'")
    assert ok["answer_1"].notna().all() and ok["answer_2"].isna().all()


def test_the_card_tells_what_was_measured(tmp_path: Path, pair, model: Path, port: int) -> None:
    assert infer(pair, model, tmp_path / "o.gpkg", *server(port), "--card", "figure").code == 0
    prompts = [item["body"]["messages"][1]["content"][-1]["text"] for item in seen(port)["seen"]]
    numbers = sorted(
        int(line.removeprefix("buildings: "))
        for prompt in prompts[-len(tiles(tmp_path / "o.gpkg").query("changed")) :]
        for line in prompt.splitlines()
        if line.startswith("buildings: ")
    )
    assert numbers == sorted(tiles(tmp_path / "o.gpkg").query("changed")["n_building"])


def test_a_failing_server_costs_words_and_nothing_else(
    tmp_path: Path, pair, model: Path, port: int
) -> None:
    plain, failing = tmp_path / "plain.gpkg", tmp_path / "failing.gpkg"
    assert infer(pair, model, plain, "--guide-only").code == 0
    done = infer(pair, model, failing, *server(port, "html"))
    assert done.code == 0 and "no JSON" in done.err
    names = ["tile_id", "caption", "caption_source", "n_building"]
    assert tiles(failing)[names].equals(tiles(plain)[names])
    history = json.loads(
        infer(pair, model, tmp_path / "j.gpkg", *server(port, "html"), "--json").out
    )
    assert any("no JSON" in text for text in history["warnings"])
    number = int(tiles(failing)["changed"].sum())
    assert f"no words for {number} of {number} tiles" in done.err
    # The pixels need not be read again to have the words.
    before = len(seen(port)["seen"])
    done = infer(pair, model, failing, *server(port), "--resume", "--json")
    assert done.code == 0 and json.loads(done.out)["warnings"] == []
    assert len(seen(port)["seen"]) - before == number
    assert (tiles(failing).query("changed")["caption_raw"] == SENTENCE).all()
    assert [path.name for path in tmp_path.glob(".failing*")] == []


def test_answers_of_a_stopped_run_are_not_asked_again(
    tmp_path: Path, pair, model: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"http://127.0.0.1:{port}/v1"
    settings = RunSettings(
        before=str(pair.before), after=str(pair.after), output=tmp_path / "o.gpkg",
        model=str(model), language_url=url, language_model="good",
    )  # fmt: skip

    def full(*_: object) -> None:
        raise DiskFullError("No room left.")

    before = len(seen(port)["seen"])
    with monkeypatch.context() as broken:
        broken.setattr(pipeline.LayerWriter, "commit", full)
        with pytest.raises(DiskFullError):
            pipeline.run(settings)
    first = len(seen(port)["seen"])
    assert first > before
    with open(settings.work_dir / "answers.jsonl", "a") as stream:
        stream.write('["r0')
    pipeline.run(dataclasses.replace(settings, resume=True))
    assert len(seen(port)["seen"]) == first
    assert (tiles(settings.output).query("changed")["caption_raw"] == SENTENCE).all()
    assert not settings.work_dir.exists()
    # Another question, another card: asked anew.
    pipeline.run(dataclasses.replace(settings, overwrite=True, card="released"))
    assert len(seen(port)["seen"]) > first


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--language", "some"), "--language 'some' is unknown"),
        (("--card", "big"), "guide card 'big' is unknown"),
        (("--question", " ?"), "question is empty"),
        (("--question", "x" * 20_000), "20,000 characters"),
        (("--language-url", "localhost"), "no http address"),
        (("--language-model", "m"), "needs a server"),
    ],
)
def test_options_that_make_no_sense(
    tmp_path: Path, pair, model: Path, options: tuple[str, ...], words: str
) -> None:
    done = infer(pair, model, tmp_path / "o.gpkg", *options)
    assert done.code == 2 and words in " ".join(done.err.split())
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_asked_where_nothing_is_wanted(
    tmp_path: Path, pair, model: Path, port: int
) -> None:
    before = len(seen(port)["seen"])
    for number, option in enumerate((("--language", "none"), ("--guide-only",))):
        assert infer(pair, model, tmp_path / f"{number}.gpkg", *server(port), *option).code == 0
    assert len(seen(port)["seen"]) == before
    assert infer(pair, model, tmp_path / "all.gpkg", *server(port), "--language", "all").code == 0
    found = tiles(tmp_path / "all.gpkg")
    assert len(seen(port)["seen"]) - before == (found["status"] == "ok").sum()
