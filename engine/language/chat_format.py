"""A conversation as the text that Qwen2.5-VL models read: turns, and a slot for each image."""

from __future__ import annotations

from collections.abc import Sequence

from engine.language.messages import Message, Text

TURN, TURN_END, TEXT_END = "<|im_start|>", "<|im_end|>", "<|endoftext|>"
IMAGE_START, IMAGE_END, IMAGE, VIDEO = (
    "<|vision_start|>",
    "<|vision_end|>",
    "<|image_pad|>",
    "<|video_pad|>",
)
SPECIALS = (TEXT_END, TURN, TURN_END, IMAGE_START, IMAGE_END, IMAGE, VIDEO)
"""Tokens of their own; none of them can come from a user's text (``engine.plain_text``)."""


def chat_text(messages: Sequence[Message], image_tokens: int, *, answering: bool = True) -> str:
    """The text of a conversation.

    Parameters
    ----------
    messages : sequence of Message
    image_tokens : int
        Places that each image takes.
    answering : bool
        Whether the model's turn is begun at the end.
    """
    slot = IMAGE_START + IMAGE * image_tokens + IMAGE_END
    turns = [
        f"{TURN}{message.role}\n"
        + "".join(part.text if isinstance(part, Text) else slot for part in message.parts)
        + f"{TURN_END}\n"
        for message in messages
    ]
    return "".join(turns) + (f"{TURN}assistant\n" if answering else "")
