"""From sentences and scenes to a nano model: tokens, lessons, an adapter that is merged."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_model, save_model
from tokenizers import Tokenizer

from engine.guide.tile_reading import TileReading
from engine.language.chat_format import chat_text
from training.files import write_text
from training.language.batch import collate
from training.language.corpus import drawn_cards, scene_pairs, tile_pairs, told_pairs, vocabulary
from training.language.examples import examples
from training.language.fit import Examples, Sources, TeachConfig, teach
from training.language.look_back import hold, put_in
from training.language.network import nano, save
from training.language.run_folder import RUN, remember, remembered
from training.language.scene_store import stored_scenes
from training.language.tokens import learn
from training.language.words import Words, text_batch

TOKENS, TAUGHT, FOLDER, SCENES = "tokens.json", "first.safetensors", "model", "scenes"
LESSONS = ("words", "first", "second")
ADAPTER = "adapter"
_MADE = (TOKENS, TAUGHT, FOLDER, ADAPTER, *LESSONS)
"""What is in the folder of a run that has begun; scenes say themselves which they are."""
PROMPTS = 6000
"""Prompts that the tokens are learned from, beside all sentences' words in them."""
_LAYERS = r".*language_model\.layers\.(?:\d+\.mlp|(?![01]\.)\d+\.self_attn)"
TARGETS = rf"{_LAYERS}\.(?:q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"
"""Layers with an adapter: those of the text part (servers load no other, stack.md 7), but not the
heads that look back."""


@dataclasses.dataclass(frozen=True)
class Recipe:
    """A nano model's whole training.

    Attributes
    ----------
    first, second : TeachConfig
        All weights, then the adapter.
    words : TeachConfig, optional
        Before them, people's sentences as text (:mod:`training.language.words`).
    tiles : tuple of str
        Groups of real tiles.
    scenes : int
        Generated scenes, half of them without a change.
    rank, alpha, dropout
        Of the adapter (LoRA).
    """

    first: TeachConfig
    second: TeachConfig
    words: TeachConfig | None = None
    seed: int = 50
    tiles: tuple[str, ...] = ()
    scenes: int = 1500
    rank: int = 16
    alpha: int = 32
    dropout: float = 0.05


def load(path: Path) -> Recipe:
    """Read a TOML file.

    Raises
    ------
    ValueError
        A setting that there is not.
    """
    with open(path, "rb") as stream:
        values = tomllib.load(stream)
    first, second = (_lesson(values.pop(name, {}), name) for name in ("first", "second"))
    words = _lesson(values.pop("words"), "words") if "words" in values else None
    adapter = values.pop("adapter", {})
    unknown = sorted((set(values) - {"seed", "tiles", "scenes"}) | (set(adapter) - _ADAPTER))
    if unknown:
        raise ValueError(f"unknown settings: {', '.join(unknown)}")
    values["tiles"] = tuple(values.get("tiles", ()))
    return Recipe(first, second, words, **values, **adapter)


_ADAPTER = {"rank", "alpha", "dropout"}


def again(recipe: Recipe, seed: int | None, threads: int | None) -> Recipe:
    """The recipe with another seed and number of CPU threads in all its lessons.

    Raises
    ------
    ValueError
        ``threads`` is below 1.
    """
    if threads is not None and threads < 1:
        raise ValueError(f"{threads} threads: at least 1 is needed")
    other = {
        name: value for name, value in (("seed", seed), ("threads", threads)) if value is not None
    }
    lessons = {
        name: dataclasses.replace(lesson, **other)
        for name in LESSONS
        if (lesson := getattr(recipe, name)) is not None
    }
    return dataclasses.replace(recipe, seed=recipe.seed if seed is None else seed, **lessons)


def made_of(recipe: Recipe, readings: Mapping[str, TileReading]) -> dict[str, Any]:
    """What decides a run's weights, for its ``run.json``."""
    told = {name: dataclasses.asdict(reading) for name, reading in readings.items()}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return {"seed": recipe.seed, "settings": _settings(recipe), "readings": digest}


def seed_of(run: Path, recipe: Recipe, seed: int | None = None) -> int | None:
    """The seed of a run that was made by a recipe: as its folder says, else as it is given.

    Returns
    -------
    int, optional
        None where nobody says: folders from before there was a ``run.json`` do not.

    Raises
    ------
    ValueError
        The folder says that seed or recipe were others.
    """
    made = remembered(run)
    if made is None:
        return seed
    own = int(made["seed"])
    if seed not in (None, own):
        raise ValueError(f"{run} was made with seed {own}, not {seed}")
    # A recipe's lessons may have seeds of their own, until another is given for all.
    asked = recipe if recipe.seed == own else again(recipe, own, None)
    if made["settings"] != json.loads(json.dumps(_settings(asked))):
        raise ValueError(f"{run} was made with other settings than the recipe's")
    return own


def _settings(recipe: Recipe) -> dict[str, Any]:
    """All but the number of threads, which a run may change where it goes on."""
    settings = dataclasses.asdict(recipe)
    for name in LESSONS:
        (settings[name] or {}).pop("threads", None)
    return settings


def _lesson(values: dict[str, Any], name: str) -> TeachConfig:
    known = {field.name for field in dataclasses.fields(TeachConfig)}
    if unknown := sorted(set(values) - known):
        raise ValueError(f"unknown settings in {name}: {', '.join(unknown)}")
    if "shares" in values:
        values["shares"] = tuple(values["shares"].items())
    values["tasks"] = tuple(values.get("tasks", ()))
    return TeachConfig(**values)


def train(
    recipe: Recipe,
    root: Path,
    out: Path,
    readings: Mapping[str, TileReading],
    say: Callable[[str], None] = print,
) -> Path:
    """Train; what is done already in ``out`` is not done again. Returns the merged model's folder.

    Parameters
    ----------
    readings : mapping
        What a guide that never saw them reads in the crops of the real tiles, by crop.

    Raises
    ------
    ValueError
        ``out`` holds another run, or one that does not say with what it was made.
    """
    if remembered(out) is None and any((out / name).exists() for name in _MADE):
        raise ValueError(
            f"{out} holds a run and no {RUN}: it does not say with what it was made; take another "
            "folder (this one can be exported)"
        )
    remember(out, made_of(recipe, readings))
    words = vocabulary(root)
    rng = np.random.default_rng([recipe.seed, 4])
    scenes = stored_scenes(out / SCENES, recipe.scenes, recipe.seed, recipe.first.threads)
    told = told_pairs(root, words, recipe.seed)
    sources: Sources = {
        "told": told,
        "cards": drawn_cards(told, recipe.seed),
        "scenes": list(scene_pairs(scenes, words, rng)),
        "tiles": tile_pairs(root, recipe.tiles, words, readings, recipe.seed),
    }
    say(", ".join(f"{len(pairs)} {name}" for name, pairs in sources.items()))
    tokens = _tokens(out / TOKENS, sources, recipe.seed)
    torch.manual_seed(recipe.seed)
    network = nano(tokens)
    put_in(network, recipe.seed)
    hold(network)
    if (out / TAUGHT).exists():
        load_model(network, str(out / TAUGHT))
    else:
        if recipe.words is not None:
            count, batch = recipe.words.rows, recipe.words.batch
            rows = Words(told, sources["cards"], tokens, recipe.seed, count, batch)
            read = partial(text_batch, tokens=tokens)
            teach(network, rows, read, recipe.words, out / "words", say)
        asked = Examples(sources, recipe.first)
        teach(network, asked, partial(collate, tokens=tokens), recipe.first, out / "first", say)
        part = out / f"{TAUGHT}.part"
        save_model(network, str(part))
        os.replace(part, out / TAUGHT)
    merged = _tuned(network, tokens, sources, recipe, out, say)
    save(merged, tokens, out / FOLDER)
    return out / FOLDER


def _tuned(
    network: Any,
    tokens: Tokenizer,
    sources: Sources,
    recipe: Recipe,
    out: Path,
    say: Callable[[str], None],
) -> Any:
    """The network after the second lesson, its adapter merged."""
    import peft

    torch.manual_seed(recipe.seed + 1)
    settings = peft.LoraConfig(
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        lora_dropout=recipe.dropout,
        target_modules=TARGETS,
    )
    tuned = peft.get_peft_model(network, settings)
    asked = Examples(sources, recipe.second)
    teach(tuned, asked, partial(collate, tokens=tokens), recipe.second, out / "second", say)
    tuned.save_pretrained(str(out / ADAPTER))
    return tuned.merge_and_unload(safe_merge=True).eval()


def _tokens(path: Path, sources: Sources, seed: int) -> Tokenizer:
    if path.exists():
        return Tokenizer.from_file(str(path))
    tokens = learn(_texts(sources, seed))
    write_text(path, tokens.to_str(pretty=True))
    return tokens


def _texts(sources: Sources, seed: int) -> Iterator[str]:
    """Prompts with their answers, as they will be read."""
    rng = np.random.default_rng([seed, 3])
    # Tiles come later and need readings: the tokens are the same with and without them.
    names = ("scenes", "told")
    for number in range(PROMPTS):
        pairs = sources[names[number % len(names)]]
        (made,) = examples(pairs[int(rng.integers(len(pairs)))], rng)
        yield chat_text(made.messages, 0) + made.answer
