"""What a language model costs: per changed tile, per further question, until the first words.

With the small model (onnxruntime, two cores), everything in one run and interleaved:

* *caption*: captions of changed tiles, in batches as a run asks them;
* *two*: the same with a second question on each tile: what it adds, as a share of the caption;
* *first words*: one tile, guide and language model loaded: the guide's reading and three tokens.

Where no model folder brings a language model, one with random weights is made and its answers are
cut at the length of people's sentences. On a GPU, a random model of the 7B shape in bf16: batches
against one ``generate`` after the other, tokens per second, the split between images, prefill and
decoding, and how far a decoding step is from reading the weights once.

$ python scripts/bench_language.py --tiles 64 --repeats 5
$ python scripts/bench_language.py --only large --shape tiny --device cpu   # tries the path

Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

TOKENS = 16
"""Of a random model's answers: people's sentences have 8 to 13 words."""


def small(model: str, count: int, repeats: int, threads: int) -> dict[str, Any]:
    """Costs of the small model on the CPU."""
    from engine.guide import GuideSession
    from engine.guide.device import choose_device
    from engine.language.nano import NanoModel
    from engine.models import load_model
    from training.evaluate.language.speed import measure_small, random_nano, tiles

    info = load_model(model)
    with tempfile.TemporaryDirectory() as temporary:
        if "language" in info.parts:
            folder, weights = info.path / info.parts["language"], "bundled"
        else:
            folder, weights = random_nano(Path(temporary)), "random: no folder has any"
        language = NanoModel(folder, choose_device("cpu"), threads)
        if weights != "bundled":
            language.longest = TOKENS
        guide = GuideSession(info, "cpu", threads)
        result = measure_small(language, guide, tiles(count), repeats)
        language.close()
    return {"weights": weights, "threads": threads, "tiles": count} | result


def main() -> None:
    """Run what is asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=("small", "large"), help="one of the two parts")
    parser.add_argument("--model", default="changevg-nano", help="model id or folder")
    parser.add_argument("--tiles", type=int, default=64)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--shape", choices=("7b", "tiny"), default="7b")
    parser.add_argument(
        "--device", choices=("cpu", "cuda"), default="cuda", help="of the large one"
    )
    parser.add_argument("--batch", type=int, default=64, help="of the large one")
    parser.add_argument("--tokens", type=int, default=24, help="of the large one's answers")
    options = parser.parse_args()
    if options.shape == "7b" and options.device == "cpu":
        parser.error("the 7B shape needs --device cuda")
    result: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
    }
    if options.only != "large":
        result["small"] = small(options.model, options.tiles, options.repeats, options.threads)
    if options.only != "small":
        from training.evaluate.language.large import measure_shape

        result["large"] = measure_shape(
            options.shape, options.device, options.tiles, options.batch, options.tokens
        )
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
