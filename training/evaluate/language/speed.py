"""What the small language model costs: captions in batches, a second question, first words."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.guide.card_fields import preset
from engine.guide.tile_reading import TileReading, read_tile
from engine.language.backend import Inquiry, Turn
from engine.language.decoding import TokenModel
from engine.language.prompts import opening
from engine.language.tasks import CAPTION, TASKS, Task

Floats = NDArray[np.float64]
SECOND = "What was there before the new houses?"
"""A question that the map does not answer."""
GATED = 0.1
"""Share of tiles that changed, which the guide lets through."""
WARM, FIRST = 2, 3
"""Prompts whose length is told; tokens that are the first words."""


def tiles(count: int, seed: int = 5_000_000) -> list[tuple[Any, TileReading]]:
    """Generated tiles that changed: images by date and a reading with true objects."""
    from training.scenes.pair import generate_pair

    found: list[tuple[Any, TileReading]] = []
    while len(found) < count:
        seed += 1
        scene = generate_pair(seed, 256, 256, 0.5, change=0.3)
        codes = np.zeros((256, 256), np.uint8)
        for code in (1, 2, 3):
            codes[(scene.allowed & 15) == 1 << code] = code
        actions = np.where(scene.direction == 2, 1, 0).astype(np.uint8)
        sentence = "some houses are built along the road"
        reading = read_tile(
            codes, actions, ("building", "road", "other"), change_score=0.97, caption=sentence,
            sketched=True,
        )  # fmt: skip
        if reading.changed:
            images = {"before": scene.before, "after": scene.after}
            turned = {k: np.ascontiguousarray(v.transpose(1, 2, 0)) for k, v in images.items()}
            found.append((turned, reading))
    return found


def inquiries(
    made: Sequence[tuple[Any, TileReading]], asked: Sequence[Task | str]
) -> list[Inquiry]:
    """The same questions about every tile, with the engine's own card."""
    fields = preset("full")
    return [
        Inquiry(images, tuple(Turn(one, opening(one, reading, fields)) for one in asked))
        for images, reading in made
    ]


def random_nano(folder: Path) -> Path:
    """A small model with random weights, exported as the bundled one is."""
    import torch

    from training.language.export import export_language
    from training.language.network import SIDE_PX, nano
    from training.language.tokens import save

    torch.manual_seed(0)
    tokens = tokens_of(2048)
    export_language(nano(tokens).eval(), SIDE_PX, folder)
    save(tokens, folder)
    return folder


def tokens_of(size: int) -> Any:
    """Byte-pair tokens of generated tiles' prompts."""
    from training.language.tokens import learn

    made, fields = tiles(4), preset("full")
    asked: list[Task | str] = [*TASKS, SECOND]
    texts = [
        message.as_text("")
        for _, reading in made
        for task in asked
        for message in opening(task, reading, fields)
    ]
    return learn(texts, size)


def interval(values: Sequence[float] | Floats, seed: int = 0) -> dict[str, float]:
    """Median with a 95 % bootstrap interval."""
    draws = np.random.default_rng(seed).choice(values, (2000, len(values)))
    low, high = np.percentile(np.median(draws, axis=1), [2.5, 97.5])
    middle = float(np.median(values))
    return {"median": round(middle, 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def clocked(work: Callable[[], Any]) -> tuple[float, float]:
    """CPU seconds of all threads, and wall seconds, of one call."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def measure_small(
    language: TokenModel, guide: Any, made: Sequence[tuple[Any, TileReading]], repeats: int
) -> dict[str, Any]:
    """Interleaved repeats of each thing; ratios are of neighbouring ones.

    Parameters
    ----------
    guide : GuideSession
        Reads the tile whose first words are waited for.

    Returns
    -------
    dict
        Of captions: wall and CPU milliseconds a tile, in batches; wall milliseconds one by one, and
        how often asking about every tile so costs what a raster with a tenth of its tiles changed
        costs in batches. Of a second question on the same tiles: its share of the first one's CPU
        time and of its wall time. Of one tile, with the guide's reading: wall seconds until three
        tokens and until the whole answer.
    """
    one, two = inquiries(made, [CAPTION]), inquiries(made, [CAPTION, SECOND])
    pair = [image.transpose(2, 0, 1)[None] for image in made[0][0].values()]
    longest = language.longest
    prompts = [len(language.encode(one[i].turns[0].messages[-1].as_text(""))) for i in range(WARM)]

    def alone(tokens: int) -> None:
        language.longest = tokens
        try:
            guide.read(*pair)
            language.answer(one[:1])
        finally:
            language.longest = longest

    works: list[Callable[[], Any]] = [
        lambda: language.answer(one),
        lambda: language.answer(two),
        lambda: alone(FIRST),
        lambda: alone(longest),
        lambda: [language.answer([each]) for each in one],
    ]
    for work in works[2:4]:
        work()
    rows = np.array([[clocked(work) for work in works] for _ in range(repeats)])
    cpu, wall = rows[..., 0], rows[..., 1]
    return {
        "prompt_tokens": round(float(np.mean(prompts)), 1),
        "answer_tokens_most": longest,
        "ms_per_changed_tile": interval(1000 * wall[:, 0] / len(one)),
        "cpu_ms_per_changed_tile": interval(1000 * cpu[:, 0] / len(one)),
        "second_question_share": interval((wall[:, 1] - wall[:, 0]) / wall[:, 0]),
        "second_question_share_cpu": interval((cpu[:, 1] - cpu[:, 0]) / cpu[:, 0]),
        "ms_per_tile_one_by_one": interval(1000 * wall[:, 4] / len(one)),
        "every_tile_one_by_one_against_a_tenth_in_batches": interval(
            wall[:, 4] / (GATED * wall[:, 0])
        ),
        "first_words_s": interval(wall[:, 2]),
        "whole_answer_s": interval(wall[:, 3]),
    }
