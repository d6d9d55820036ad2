"""A random model of the large one's shape on a GPU: batches, their split, and the floor."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.language.backend import Inquiry
from engine.language.tasks import CAPTION
from training.evaluate.floors import bandwidth
from training.evaluate.language.speed import inquiries, tiles, tokens_of

SHAPES: dict[str, dict[str, dict[str, Any]]] = {
    "7b": {
        "text": {
            "vocab_size": 152_064, "hidden_size": 3584, "intermediate_size": 18_944,
            "num_hidden_layers": 28, "num_attention_heads": 28, "num_key_value_heads": 4,
            "sections": [16, 24, 24],
        },
        "sight": {
            "depth": 32, "hidden_size": 1280, "intermediate_size": 3420, "num_heads": 16,
            "fullatt_block_indexes": [7, 15, 23, 31],
        },
    },
    "tiny": {
        "text": {
            "vocab_size": 1024, "hidden_size": 64, "intermediate_size": 128,
            "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
            "sections": [2, 3, 3],
        },
        "sight": {
            "depth": 2, "hidden_size": 64, "intermediate_size": 96, "num_heads": 4,
            "fullatt_block_indexes": [1],
        },
    },
}  # fmt: skip
"""Qwen2.5-VL-7B's sizes, and small ones to try the path."""


def measure_shape(shape: str, device: str, count: int, batch: int, tokens: int) -> dict[str, Any]:
    """A random model of a shape: batches against one ``generate`` after the other."""
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        return {"skipped": "no GPU that torch can use; `--shape tiny --device cpu` tries the path"}
    from engine.language.qwen import QwenModel

    class Random(QwenModel):
        """Made, not loaded."""

        def _load(self, adapter: Path | None, revision: str | None) -> None:
            self._tokens, self._pictures, self._network = random_parts(shape, device)

        def decode(self, ids: Sequence[int]) -> str:
            """Random words mean nothing, and most of them have no text."""
            return " ".join(map(str, ids))

    model = Random(f"random {shape}", device, batch=batch)
    model.longest = tokens
    return {"shape": shape, "device": device, "batch": batch} | _measured(model, count)


def random_parts(shape: str, device: str) -> tuple[Any, Any, Any]:
    """Tokenizer, image processor and network."""
    import torch
    from transformers import (
        PreTrainedTokenizerFast,
        Qwen2_5_VLConfig,
        Qwen2_5_VLForConditionalGeneration,
        Qwen2VLImageProcessorPil,
    )

    from engine.language.chat_format import IMAGE, IMAGE_END, IMAGE_START, TURN_END, VIDEO

    text, sight = dict(SHAPES[shape]["text"]), dict(SHAPES[shape]["sight"])
    tokens = tokens_of(1024)
    ids = {name: tokens.token_to_id(name) for name in (IMAGE, VIDEO, IMAGE_START, IMAGE_END)}
    rope = {"rope_type": "default", "rope_theta": 1e6, "mrope_section": text.pop("sections")}
    text |= {"rope_parameters": rope, "bos_token_id": None, "pad_token_id": 0}  # nosec B105
    text["eos_token_id"] = tokens.token_to_id(TURN_END)
    sight |= {"patch_size": 14, "spatial_merge_size": 2, "temporal_patch_size": 2,
              "window_size": 112, "out_hidden_size": text["hidden_size"]}  # fmt: skip
    config = Qwen2_5_VLConfig(
        text_config=text, vision_config=sight, tie_word_embeddings=False,
        image_token_id=ids[IMAGE], video_token_id=ids[VIDEO],
        vision_start_token_id=ids[IMAGE_START], vision_end_token_id=ids[IMAGE_END],
    )  # fmt: skip
    kind = torch.bfloat16 if device == "cuda" else torch.float32
    before = torch.get_default_dtype()
    torch.set_default_dtype(kind)
    try:
        torch.manual_seed(0)
        with torch.device(device):
            network = Qwen2_5_VLForConditionalGeneration._from_config(
                config, attn_implementation="sdpa"
            )
    finally:
        torch.set_default_dtype(before)
    words = PreTrainedTokenizerFast(tokenizer_object=tokens, eos_token=TURN_END)
    side = 252**2
    size = {"shortest_edge": side, "longest_edge": side}
    pictures = Qwen2VLImageProcessorPil(
        patch_size=14, merge_size=2, temporal_patch_size=2, size=size
    )
    return words, pictures, network.to(device).eval()


def _measured(model: Any, count: int) -> dict[str, Any]:
    """Batches with their split, then some tiles one by one, in one run."""
    made = tiles(count)
    asked = inquiries(made, [CAPTION])
    model.answer(asked[: model.batch])
    split = {"images": 0.0, "prefill": 0.0, "decode": 0.0}
    steps = {"decode": 0, "tokens": 0}
    look, read = model.look, model.read

    def timed_look(some: Any) -> Any:
        start = _now(model)
        found = look(some)
        split["images"] += _now(model) - start
        return found

    def timed_read(rows: Any, vectors: Any, cache: Any) -> Any:
        start = _now(model)
        found = read(rows, vectors, cache)
        part = "prefill" if vectors is not None else "decode"
        split[part] += _now(model) - start
        steps["decode"] += part == "decode"
        steps["tokens"] += len(rows.tokens)
        return found

    model.look, model.read = timed_look, timed_read
    start = _now(model)
    model.answer(asked)
    batches = _now(model) - start
    model.look, model.read = look, read
    single = asked[: max(2, min(8, count // 8))]
    one_by_one(model, single[:1])
    start = _now(model)
    one_by_one(model, single)
    alone = (_now(model) - start) / len(single)
    weights = sum(p.numel() * p.element_size() for p in model._network.parameters())
    floor = weights / bandwidth(model.device)
    step = split["decode"] / max(1, steps["decode"])
    return {
        "tiles": count,
        "answer_tokens": model.longest,
        "tiles_per_s": round(count / batches, 3),
        "tiles_per_s_one_by_one": round(1 / alone, 3),
        "times_one_by_one": round(alone * count / batches, 2),
        "tokens_per_s": round(steps["tokens"] / batches, 1),
        "split_s": {name: round(value, 3) for name, value in split.items()},
        "decode_step_ms": round(1000 * step, 3),
        "weights_gb": round(weights / 1e9, 3),
        "floor_ms": round(1000 * floor, 3),
        "times_floor": round(step / floor, 2),
    }


def one_by_one(model: Any, asked: Sequence[Inquiry]) -> None:
    """transformers' ``generate`` as it comes, one tile after the other."""
    import torch

    from engine.language.chat_format import chat_text
    from engine.language.decoding import square

    network, side = model._network, model.grid * model._token_px
    for inquiry in asked:
        ids = model.encode(chat_text(inquiry.turns[0].messages, model.grid**2))
        images = [square(inquiry.images[date], side) for date in inquiry.images]
        made = model._pictures(images, return_tensors="pt")
        rows = torch.tensor([ids], device=model.device)
        with torch.inference_mode():
            network.generate(
                input_ids=rows,
                attention_mask=torch.ones_like(rows),
                mm_token_type_ids=(rows == model.image).int(),
                pixel_values=made["pixel_values"].to(model.device, network.dtype),
                image_grid_thw=made["image_grid_thw"].to(model.device),
                max_new_tokens=model.longest,
                min_new_tokens=model.longest,
                do_sample=False,
                pad_token_id=0,
            )


def _now(model: Any) -> float:
    if model.device == "cuda":
        import torch

        torch.cuda.synchronize()
    return time.perf_counter()
