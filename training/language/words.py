"""The lesson before all others: text of which much comes again.

Nearly every token is learned, and what comes again can be told from what stands before. So the
heads that look back (:mod:`training.language.look_back`) and the words are learned in minutes;
answers alone, a few tokens in hundreds, did not teach to read the card in 600 steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.utils.data import Dataset

from engine.language.chat_format import SPECIALS, TEXT_END, TURN_END, chat_text
from training.change_imti.pair import plain
from training.language.batch import IGNORED
from training.language.examples import Known, examples
from training.language.network import SIDE_PX

SENTENCES = 8
KINDS = (("noise", 0.2), ("sentences", 0.4), ("cards", 0.4))
"""Shares of steps whose rows are random tokens said three times, people's sentences, and prompts
with card and answer but without images."""
ALONE = 0.1
"""Share of the steps that come first and have noise only: heads that look back are lost when all
words are new as well."""
NOISE = 24
"""Random tokens of a row at most, before they come again."""
FEW = 8
"""Tokens that every second row of noise is made of: what comes next is told by two, not by one."""
FAR = 60
"""Other tokens at most between what comes again."""


class Words(Dataset):
    """Rows of text, decided by the seed and their number alone.

    Parameters
    ----------
    pairs, cards : sequence of Known
        With sentences; and with cards by lot, of which every second prompt is made.
    seed : int
    count, batch : int
        Rows, and how many of them a step takes: those are of one kind, because prompts are three
        times as long as sentences.
    """

    def __init__(
        self,
        pairs: Sequence[Known],
        cards: Sequence[Known],
        tokens: Tokenizer,
        seed: int,
        count: int,
        batch: int,
    ) -> None:
        self.pairs, self.cards = pairs, cards
        self.seed, self.count, self.batch = seed, count, batch
        self.least, self.most = len(SPECIALS), tokens.get_vocab_size()

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: int) -> str | list[int]:
        step = number // self.batch
        drawn = np.random.default_rng([self.seed, 6, step])
        kind = drawn.choice([name for name, _ in KINDS], p=[share for _, share in KINDS])
        rng = np.random.default_rng([self.seed, 5, number])
        if kind == "noise" or step < ALONE * self.count / self.batch:
            length, between = int(drawn.integers(6, NOISE + 1)), int(drawn.integers(FAR))
            some = rng.integers(self.least, self.most, NOISE if number % 2 else FEW)
            ids = some[rng.integers(len(some), size=length)].tolist()
            other = rng.integers(self.least, self.most, between).tolist()
            return [*ids, *other, *ids, *ids]
        known, other = (self.pairs[int(i)] for i in rng.integers(len(self.pairs), size=2))
        if kind == "cards":
            if number % 2:
                known = self.cards[int(rng.integers(len(self.cards)))]
            (made,) = examples(known, rng)
            return chat_text(made.messages, 0) + made.answer + TURN_END
        told = [*known.sentences, *other.sentences]
        # Drawn with replacement: a sentence comes again behind others.
        again = [told[int(i)] for i in rng.integers(len(told), size=SENTENCES)]
        return "".join(plain(sentence) + TURN_END for sentence in again)


def text_batch(texts: Sequence[str | list[int]], tokens: Tokenizer) -> dict[str, Any]:
    """Rows of text as :func:`training.language.batch.collate` gives tasks.

    All of a text is learned, of random tokens those that come again behind the same one.
    """
    pad = int(tokens.token_to_id(TEXT_END) or 0)
    made = [text if isinstance(text, list) else tokens.encode(text).ids for text in texts]
    shape = (len(made), max(map(len, made)))
    ids, labels = np.full(shape, pad, np.int64), np.full(shape, IGNORED, np.int64)
    for i, row in enumerate(made):
        ids[i, : len(row)] = labels[i, : len(row)] = row
        if isinstance(texts[i], list):
            steps = np.array(list(pairwise([-1, *row])))
            labels[i, np.unique(steps, axis=0, return_index=True)[1]] = IGNORED
    arrays: dict[str, Any] = {
        "tokens": ids,
        "slots": np.full(shape, -1, np.int64),
        "labels": labels,
        "places": np.broadcast_to(np.arange(shape[1]), (3, *shape)),
        "seen": np.broadcast_to(np.tri(shape[1], dtype=bool), (len(made), 1, shape[1], shape[1])),
        "images": np.zeros((0, 3, SIDE_PX, SIDE_PX), np.uint8),
    }
    return {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in arrays.items()}
