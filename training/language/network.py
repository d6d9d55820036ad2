"""The nano model: Qwen2.5-VL's architecture with a few million parameters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

from engine.language.chat_format import IMAGE, IMAGE_END, IMAGE_START, TEXT_END, TURN_END, VIDEO
from training.files import write_text
from training.language.tokens import save as save_tokens

SIDE_PX, PATCH_PX, MERGED = 256, 16, 2
"""An image is 16 x 16 patches, of which 2 x 2 make a token: 64 tokens of 32 px (16 m) each."""
IMAGE_TOKENS = (SIDE_PX // PATCH_PX // MERGED) ** 2
LAYERS, WIDTH, HEADS, SHARED_HEADS, INNER = 4, 256, 4, 2, 704
SIGHT_LAYERS, SIGHT_WIDTH, SIGHT_HEADS, SIGHT_INNER = 4, 160, 4, 448
WINDOW_PX = 128
"""Vision attention looks at quarters of the image, in every second layer at all of it."""


def nano_config(tokens: Tokenizer, **changes: Any) -> Qwen2_5_VLConfig:
    """Sizes of the nano model; ``changes`` of the text part are for tests and trials."""
    ids: dict[str, Any] = {
        name: tokens.token_to_id(name) for name in (IMAGE, VIDEO, IMAGE_START, IMAGE_END)
    }
    text: dict[str, Any] = {
        "vocab_size": tokens.get_vocab_size(),
        "hidden_size": WIDTH,
        "intermediate_size": INNER,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "num_key_value_heads": SHARED_HEADS,
        "max_position_embeddings": 2048,
        # Pairs of a head's 64 channels turned by time, row and column.
        "rope_parameters": {
            "rope_type": "default",
            "rope_theta": 10_000.0,
            "mrope_section": [8, 12, 12],
        },
        "bos_token_id": None,  # nosec B105
        "eos_token_id": tokens.token_to_id(TURN_END),
        "pad_token_id": tokens.token_to_id(TEXT_END),
        "tie_word_embeddings": True,
    } | changes
    sight: dict[str, Any] = {
        "depth": SIGHT_LAYERS,
        "hidden_size": SIGHT_WIDTH,
        "intermediate_size": SIGHT_INNER,
        "num_heads": SIGHT_HEADS,
        "patch_size": PATCH_PX,
        "spatial_merge_size": MERGED,
        "temporal_patch_size": 2,
        "window_size": WINDOW_PX,
        "out_hidden_size": text["hidden_size"],
        "fullatt_block_indexes": list(range(1, SIGHT_LAYERS, 2)),
    }
    return Qwen2_5_VLConfig(
        text_config=text,
        vision_config=sight,
        image_token_id=ids[IMAGE],
        video_token_id=ids[VIDEO],
        vision_start_token_id=ids[IMAGE_START],
        vision_end_token_id=ids[IMAGE_END],
        tie_word_embeddings=True,
    )


def nano(tokens: Tokenizer, **changes: Any) -> Qwen2_5_VLForConditionalGeneration:
    """A nano model with random weights."""
    return Qwen2_5_VLForConditionalGeneration(nano_config(tokens, **changes))


def save(network: Qwen2_5_VLForConditionalGeneration, tokens: Tokenizer, folder: Path) -> None:
    """Write a folder that ``from_pretrained`` and the engine's torch path read."""
    network.save_pretrained(folder, safe_serialization=True)
    save_tokens(tokens, folder)
    size = {"shortest_edge": SIDE_PX**2, "longest_edge": SIDE_PX**2}
    pictures = {
        "image_processor_type": "Qwen2VLImageProcessor",
        "patch_size": PATCH_PX,
        "merge_size": MERGED,
        "temporal_patch_size": 2,
        "image_mean": [0.5] * 3,
        "image_std": [0.5] * 3,
        "size": size,
    }
    write_text(folder / "preprocessor_config.json", json.dumps(pictures, indent=1) + "\n")
