"""The lesson before all others: people's sentences, of which many come again.

Nearly every token is learned, and what comes again can be told from what stands before. So reading
from the context, which answers need the card for, is learned in minutes; from answers alone, a few
tokens in hundreds, it was not learned in an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.utils.data import Dataset

from engine.language.chat_format import TEXT_END, TURN_END, chat_text
from training.change_imti.pair import plain
from training.language.batch import IGNORED
from training.language.examples import Known, examples
from training.language.network import SIDE_PX

SENTENCES = 8
CARDS = 0.4
"""Share of rows that are a prompt with its card and answer, without images; the others are
sentences."""


class Words(Dataset):
    """Rows of text of a pair, decided by the seed and their number alone.

    Parameters
    ----------
    pairs : sequence of Known
    seed, count : int
        The number of rows.
    """

    def __init__(self, pairs: Sequence[Known], seed: int, count: int) -> None:
        self.pairs, self.seed, self.count = pairs, seed, count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: int) -> str:
        rng = np.random.default_rng([self.seed, 5, number])
        known, other = (self.pairs[int(i)] for i in rng.integers(len(self.pairs), size=2))
        if rng.random() < CARDS:
            (made,) = examples(known, rng)
            return chat_text(made.messages, 0) + made.answer + TURN_END
        told = [*known.sentences, *other.sentences]
        # Drawn with replacement: a sentence comes again behind others.
        drawn = [told[int(i)] for i in rng.integers(len(told), size=SENTENCES)]
        return "".join(plain(sentence) + TURN_END for sentence in drawn)


def text_batch(texts: Sequence[str], tokens: Tokenizer) -> dict[str, Any]:
    """Rows of text as :func:`training.language.batch.collate` gives tasks; all of it is learned."""
    pad = int(tokens.token_to_id(TEXT_END) or 0)
    made = [tokens.encode(text).ids for text in texts]
    shape = (len(made), max(map(len, made)))
    ids, labels = np.full(shape, pad, np.int64), np.full(shape, IGNORED, np.int64)
    for i, row in enumerate(made):
        ids[i, : len(row)] = labels[i, : len(row)] = row
    arrays: dict[str, Any] = {
        "tokens": ids,
        "slots": np.full(shape, -1, np.int64),
        "labels": labels,
        "places": np.broadcast_to(np.arange(shape[1]), (3, *shape)),
        "seen": np.broadcast_to(np.tri(shape[1], dtype=bool), (len(made), 1, shape[1], shape[1])),
        "images": np.zeros((0, 3, SIDE_PX, SIDE_PX), np.uint8),
    }
    return {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in arrays.items()}
