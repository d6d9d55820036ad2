"""The words the caption decoder knows, taken from human sentences."""

from __future__ import annotations

import dataclasses
import functools
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from training.files import write_text

SPECIALS = ("<pad>", "<start>", "<end>", "<unk>")
PAD, START, END, UNKNOWN = range(len(SPECIALS))
MAX_LENGTH = 41
"""Longest sentence in tokens, start and end included (science.md 1.3)."""
RAREST = 6
"""A word has to occur so often: more than five times (science.md 1.3)."""
STOCK = frozenset(
    (
        "there is no difference",
        "the two scenes seem identical",
        "the scene is the same as before",
        "no change has occurred",
        "almost nothing has changed",
    )
)
"""What people wrote for a pair without a change worth a sentence."""
_PUNCTUATION = re.compile(r"[^\w\s]|_")


def words_of(sentence: str) -> list[str]:
    """Lower-case words without punctuation, split on blanks (science.md 1.6b).

    >>> words_of("A t-shaped road, and two Houses .")
    ['a', 'tshaped', 'road', 'and', 'two', 'houses']
    """
    return _PUNCTUATION.sub("", sentence.lower()).split()


def is_unchanged(sentences: Iterable[str]) -> bool:
    """Whether all sentences of a pair are stock ones, which is how an unchanged pair is known."""
    return all(" ".join(words_of(sentence)) in STOCK for sentence in sentences)


@dataclasses.dataclass(frozen=True)
class Vocabulary:
    """Words and their numbers.

    Attributes
    ----------
    words : tuple of str
        The word of every id; the first four are :data:`SPECIALS`.
    """

    words: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.words[: len(SPECIALS)] != SPECIALS or len(set(self.words)) != len(self.words):
            raise ValueError("a vocabulary begins with its four specials and has each word once")

    @functools.cached_property
    def _ids(self) -> dict[str, int]:
        return {word: index for index, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    @classmethod
    def from_sentences(cls, sentences: Iterable[str], rarest: int = RAREST) -> Vocabulary:
        """Every word that occurs at least ``rarest`` times, most frequent first."""
        counts = Counter(word for sentence in sentences for word in words_of(sentence))
        kept = [word for word, count in counts.items() if count >= rarest]
        return cls((*SPECIALS, *sorted(kept, key=lambda word: (-counts[word], word))))

    def encode(self, sentence: str) -> list[int]:
        """Ids from ``<start>`` to ``<end>``, cut to :data:`MAX_LENGTH` with the end kept."""
        inner = [self._ids.get(word, UNKNOWN) for word in words_of(sentence)]
        return [START, *inner[: MAX_LENGTH - 2], END]

    def decode(self, ids: Sequence[int]) -> str:
        """The sentence of some ids: up to the first ``<end>``, without specials."""
        inner = list(ids)
        if END in inner:
            inner = inner[: inner.index(END)]
        return " ".join(self.words[index] for index in inner if index >= len(SPECIALS))

    def save(self, path: Path) -> Path:
        """Write a JSON list of words, index = id."""
        return write_text(path, json.dumps(list(self.words), indent=0) + "\n")

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        """Read what :meth:`save` wrote.

        Raises
        ------
        ValueError
            The file is no list of words that begins with the specials.
        """
        words = json.loads(Path(path).read_text("utf-8"))
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise ValueError(f"{path} is no list of words")
        return cls(tuple(words))


def text_sentences(root: Path, splits: Sequence[str] = ("train", "val")) -> list[list[str]]:
    """The five sentences of each of the 8,148 pairs of LEVIR-CC's training and validation split.

    Text only: LEVIR-CC (Liu et al. 2022), in ``levir_cc_text`` of the data folder ``root``.
    """
    path = Path(root) / "levir_cc_text" / "sentences.json"
    known = json.loads(path.read_text("utf-8"))
    return [sentences for split in splits for sentences in known.get(split, {}).values()]
