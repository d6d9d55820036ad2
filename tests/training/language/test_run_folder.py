"""A run folder holds one run, and a killed one goes on from what is whole."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("peft")

from engine.guide.tile_reading import ClassReading, TileReading  # noqa: E402
from training.language import recipe as recipes  # noqa: E402
from training.language.card import write_card  # noqa: E402
from training.language.fit import TeachConfig, teach  # noqa: E402
from training.language.network import nano  # noqa: E402
from training.language.recipe import Recipe, again, load, made_of, seed_of, train  # noqa: E402
from training.language.run_folder import RUN, last_checkpoint, remember, remembered  # noqa: E402
from training.language.tokens import learn  # noqa: E402
from training.language.words import text_batch  # noqa: E402

CONFIG = Path(recipes.__file__).parent / "configs" / "nano.toml"
LESSON = TeachConfig(steps=1, batch=1, threads=1)
TINY = Recipe(LESSON, LESSON, seed=50, scenes=0)
READINGS = {"a": TileReading((ClassReading("building", 1, ("top",)),), True, 0.9)}


def test_a_folder_is_one_run(tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert remembered(out) is None
    remember(out, {"seed": 1, "sizes": (1, 2)})
    remember(out, {"seed": 1, "sizes": (1, 2)})
    with pytest.raises(ValueError, match="other seed and sizes; take another folder"):
        remember(out, {"seed": 2, "sizes": (1, 3)})
    assert remembered(out) == {"seed": 1, "sizes": [1, 2]}


def test_a_half_written_checkpoint_is_none(tmp_path: Path) -> None:
    assert last_checkpoint(tmp_path) is None
    for step in (20, 100):
        (tmp_path / f"checkpoint-{step}").mkdir()
        (tmp_path / f"checkpoint-{step}" / "trainer_state.json").touch()
    (tmp_path / "checkpoint-120").mkdir()
    found = last_checkpoint(tmp_path)
    assert found is not None and found.name == "checkpoint-100"


def test_a_lesson_killed_in_a_checkpoint_goes_on(tmp_path: Path) -> None:
    five = [f"a house {number}" for number in range(5)]
    tokens = learn(five, 300)
    heard: list[str] = []

    def lesson(steps: int) -> None:
        rows: Any = list(range(steps))
        network = nano(tokens, num_hidden_layers=1)
        config = TeachConfig(steps=steps, batch=1, checkpoint_steps=1, threads=1)
        read = lambda numbers: text_batch([five[n % 5] for n in numbers], tokens)  # noqa: E731
        teach(network, rows, read, config, tmp_path, heard.append)

    lesson(2)
    (tmp_path / "checkpoint-3").mkdir()
    (tmp_path / "checkpoint-3" / "network.safetensors").write_bytes(b"half")
    lesson(3)
    assert heard == ["from the start", "from step 2"]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The recipe without what takes long; the list says what was taught."""
    taught: list[str] = []
    for name in ("put_in", "hold"):
        monkeypatch.setattr(recipes, name, lambda *_: None)
    sources: dict[str, Any] = {"vocabulary": lambda *_: set(), "told_pairs": lambda *_: []}
    sources |= {"drawn_cards": lambda *_: [], "tile_pairs": lambda *_: []}
    for name, value in sources.items():
        monkeypatch.setattr(recipes, name, value)
    monkeypatch.setattr(recipes, "Examples", lambda *_: None)
    monkeypatch.setattr(recipes, "_texts", lambda *_: iter(["a house", "a road"]))
    network = nano(learn(["a house"], 300), num_hidden_layers=1)
    monkeypatch.setattr(recipes, "nano", lambda tokens: network)
    monkeypatch.setattr(recipes, "teach", lambda *given: taught.append(Path(given[4]).name))
    monkeypatch.setattr(recipes, "_tuned", lambda network, *_: network)
    monkeypatch.setattr(recipes, "save", lambda *given: Path(given[2]).mkdir(exist_ok=True))
    return taught


def test_a_run_is_not_mixed_with_another(
    quick: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "run"
    train(TINY, tmp_path, out, READINGS, say=lambda _: None)
    assert quick == ["first"] and remembered(out) is not None
    train(again(TINY, None, 4), tmp_path, out, READINGS, say=lambda _: None)
    assert quick == ["first"], "done is done, by any number of threads"
    more = dataclasses.replace(LESSON, steps=2)
    known = READINGS["a"]
    for other, readings, what in (
        (again(TINY, 51, None), READINGS, "seed"),
        (dataclasses.replace(TINY, second=more), READINGS, "settings"),
        (TINY, {"a": dataclasses.replace(known, changed=False)}, "readings"),
    ):
        with pytest.raises(ValueError, match=f"other .*{what}"):
            train(other, tmp_path, out, readings, say=lambda _: None)
    # A folder from before runs were remembered: nobody knows what it is.
    (out / RUN).unlink()
    with pytest.raises(ValueError, match="does not say with what"):
        train(TINY, tmp_path, out, READINGS, say=lambda _: None)
    shutil.rmtree(out)
    (out / recipes.SCENES).mkdir(parents=True)  # scenes say themselves which they are
    train(TINY, tmp_path, out, READINGS, say=lambda _: None)


def test_what_is_there_is_whole(
    quick: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while it writes its weights, a run has none; its tokens are not written in place."""

    def killed(network: Any, file: str) -> None:
        Path(file).write_bytes(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(recipes, "save_model", killed)
        with pytest.raises(KeyboardInterrupt):
            train(TINY, tmp_path, tmp_path / "run", READINGS, say=lambda _: None)
    train(TINY, tmp_path, tmp_path / "run", READINGS, say=lambda _: None)
    assert quick == ["first", "first"]
    assert not list((tmp_path / "run").glob("*.part"))
    monkeypatch.setattr("training.files.os.replace", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        recipes._tokens(tmp_path / "tokens.json", {}, 1)
    assert not (tmp_path / "tokens.json").exists()


def test_the_seed_of_a_run(tmp_path: Path) -> None:
    recipe, old, new = load(CONFIG), tmp_path / "old", tmp_path / "new"
    old.mkdir()
    assert (seed_of(old, recipe), seed_of(old, recipe, 51)) == (None, 51)
    remember(new, made_of(again(recipe, 52, 1), READINGS))
    assert seed_of(new, recipe) == seed_of(new, recipe, 52) == 52
    with pytest.raises(ValueError, match="seed 52, not 51"):
        seed_of(new, recipe, 51)
    other = dataclasses.replace(recipe, rank=recipe.rank + 1)
    with pytest.raises(ValueError, match="other settings"):
        seed_of(new, other)


def test_the_card_tells_seed_and_every_lesson(tmp_path: Path) -> None:
    sizes = {"side_px": 256, "grid": 8, "drawn": 0, "temperature": 1.0}
    (tmp_path / "graphs.json").write_text(json.dumps(sizes), "utf-8")
    cards = {
        seed: write_card(tmp_path, CONFIG, 5_000_000, seed=seed).read_text("utf-8")
        for seed in (None, 50, 51)
    }
    assert "Seed 51." in cards[51] and "--out RUN --seed 51" in cards[51].replace("\\\n       ", "")
    assert "Seed 50." in cards[50] and "--seed" not in cards[50]
    assert "Seed" not in cards[None] and "seed is not known" in cards[None]
    for card in cards.values():
        assert "300 steps of 40 rows of text" in card and "1200 steps of 8 pairs" in card
    assert np.isclose(load(CONFIG).words.learning_rate, 5e-4) and "0.0005" in cards[50]
