"""The card of a nano model's language part: what it is, what it learned from, how good it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.files import write_text
from training.language.recipe import Recipe, load

NAME = "README.md"


def write_card(
    folder: Path,
    config: Path,
    parameters: int,
    results: Path | None = None,
    seed: int | None = None,
) -> Path:
    """Write ``README.md`` into an exported folder.

    Parameters
    ----------
    folder : Path
        What :func:`training.language.export.export_language` made.
    config : Path
        The recipe's TOML file.
    parameters : int
        Of the network.
    results : Path, optional
        JSON of ``evaluate language --out``.
    seed : int, optional
        Of the run (:func:`training.language.recipe.seed_of`), None where nobody knows.
    """
    sizes = json.loads((folder / "graphs.json").read_text("utf-8"))
    parts = [_what(sizes, parameters), _training(load(config), config, sizes, seed)]
    if results is not None:
        parts.append(_numbers(json.loads(results.read_text("utf-8"))))
    return write_text(folder / NAME, "\n".join([*parts, _LIMITS]))


def _what(sizes: dict[str, Any], parameters: int) -> str:
    drawn = sizes.get("drawn", 0)
    told = (
        f"the best liked of {drawn + 1} descriptions, {drawn} of them drawn by lot at temperature "
        f"{sizes['temperature']} with fixed dice"
        if drawn
        else "the likeliest words"
    )
    return f"""# The language part of ChangeVG nano

Answers in words about two dates of one tile: a description, yes or no, how many, where. It reads
both images and the guide's card (docs/change-imti.md, design 4.4), and runs without torch.

* Qwen2.5-VL's architecture with {parameters / 1e6:.1f} million weights, float16 in the files:
  `sight.onnx` (uint8 images of {sizes["side_px"]} px to {sizes["grid"]}² vectors each),
  `speech.onnx` (tokens behind a cache to logits), `tokenizer.json` (own bytes-pair tokens).
* A description is {told}; the guide's sentence votes, too. In the layers the best liked
  that agrees with the map is shown, with the map's words for what it leaves out; where none does,
  the guide's own sentence.
"""


def _training(recipe: Recipe, config: Path, sizes: dict[str, Any], seed: int | None) -> str:
    told = "The run's seed is not known" if seed is None else f"Seed {seed}"
    other = "" if seed in (None, recipe.seed) else f" --seed {seed}"
    lot = ""
    if sizes.get("drawn"):
        lot = f" --drawn {sizes['drawn']} --temperature {sizes['temperature']}"
    lessons = [
        f"{one.steps} steps of {one.batch} rows of text (people's sentences, prompts with card and "
        f"answer, random tokens that come again), learning rate {one.learning_rate:g}"
        for one in (recipe.words,)
        if one is not None
    ]
    lessons += [
        f"{one.steps} steps of {one.batch} pairs with {one.asked} tasks each, learning rate "
        f"{one.learning_rate:g} (shares: {', '.join(f'{n} {s:g}' for n, s in one.shares)})"
        for one in (recipe.first, recipe.second)
    ]
    return f"""## Training

    python -m training language train --config training/language/configs/{config.name} \\
        --out RUN{other} --readings READINGS-MIDDLE READINGS-WEST
    python -m training language export --run RUN --config training/language/configs/{config.name} \\
        --out LANGUAGE{lot}

* {told}. {", then ".join(lessons)}. All weights learn but the attention of the first two layers,
  which is chosen and held; in the last lesson a LoRA adapter of rank {recipe.rank} alone, merged.
* Data: the 40,740 sentences of LEVIR-CC's train and val sets (pairs without images: their cards
  say what a sentence says), {recipe.scenes} generated scenes, and captioned crops of LEVIR tiles of
  the groups {" and ".join(recipe.tiles)} with the readings of guides that never saw them
  (`fold-a.toml`, `fold-b.toml`). Tiles 35–47 were never seen. Tiles 17, train_1 and train_2 were
  kept for choices; people's sentences about train_1 and train_2, without the images, are among
  the 40,740.
* Licences: LEVIR-CD and LEVIR-CC (imagery: Google Earth) are for academic use; so are these
  weights.
"""


def _numbers(report: dict[str, Any]) -> str:
    lines = [
        f"| {line['row']}: {line['label']} | {_number(line['value'])} | {_interval(line)} "
        f"| {line['target']} |"
        for line in report["targets"]
    ]
    table = "\n".join(lines)
    return f"""## Numbers

{report["crops"]} crops of LEVIR tiles 35–47, {report["changed"]} of them changed; card
{report["condition"]["card"]}; {report["date"]}; `python -m training evaluate language`. More in
docs/language-results.md.

| measure | value | 95 % interval | aim |
|---|---|---|---|
{table}
"""


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _interval(line: dict[str, Any]) -> str:
    interval: Sequence[float] | None = line["interval"]
    return "" if interval is None else "–".join(f"{bound:.4g}" for bound in interval)


_LIMITS = """## Limits

* It knows the words people used for American suburbs at half a metre, and little else. Questions
  beyond the four tasks it should decline ("I cannot tell that from these images"); do not rely on
  that.
* Numbers and places in the layers come from the map, not from here; what it says of them is kept
  beside (`stated_building`, `stated_road`, `agree`).
* English only.
"""
