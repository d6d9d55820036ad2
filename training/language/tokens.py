"""The nano model's own byte-pair tokens, learned from what it reads and says."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import chain, repeat
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from engine.language.chat_format import IMAGE, SPECIALS, TEXT_END, TURN_END, VIDEO
from training.files import write_text

SIZE = 2048
"""Words and pieces; all 256 bytes are among them, so nothing is unknown."""
# Words and numbers with the blank before them, the rest.
_PIECES = Regex(r" ?\p{N}{1,3}| ?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+")
WHOLE = 100
"""Numbers below are one token: they are said again after the card, and what was two or three tokens
before, a line's name, then tells the right one."""
_OFTEN = 2000
"""Times that they are read, so that each is merged before rarer words."""
_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}"
    "{% if part['type'] == 'image' or 'image' in part or 'image_url' in part %}"
    "{{ '<|vision_start|><|image_pad|><|vision_end|>' }}"
    "{% else %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}"
    "{{ '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
"""The same text as :func:`engine.language.chat_format.chat_text` makes, for transformers."""


def learn(texts: Iterable[str], size: int = SIZE) -> Tokenizer:
    """Byte-pair tokens of some texts; the same texts in the same order give the same tokens."""
    tokens = Tokenizer(models.BPE())
    tokens.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(_PIECES, "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokens.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIALS),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    numbers = "".join(f" {number}" for number in range(WHOLE))
    tokens.train_from_iterator(chain(texts, repeat(numbers, _OFTEN)), trainer)
    return tokens


def save(tokens: Tokenizer, folder: Path) -> None:
    """Write what ``AutoTokenizer`` and the engine read."""
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "tokenizer.json", tokens.to_str(pretty=False) + "\n")
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": TURN_END,
        "pad_token": TEXT_END,
        "extra_special_tokens": {"image_token": IMAGE, "video_token": VIDEO},
        "additional_special_tokens": [
            name for name in SPECIALS if name not in (TURN_END, TEXT_END)
        ],
        "clean_up_tokenization_spaces": False,
        "padding_side": "left",
        "model_max_length": 2048,
        "chat_template": _TEMPLATE,
    }
    write_text(folder / "tokenizer_config.json", json.dumps(settings, indent=1) + "\n")
