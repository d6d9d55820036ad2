"""The guide's global branch in words: sentences of a tile, from ``caption.onnx``.

Contract of the graph: inputs ``memory``, float32 ``(N, T, M)``, the guide's output of that name,
and ``tokens``, int64 ``(N, L)``, the ids so far with ``<start>`` first; output ``logits``, float32
``(N, V)``, of the next id. The words' ids stand in ``vocab.json``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelDamagedError, OutOfMemoryError
from engine.guide.consensus import ranked
from engine.guide.device import Device
from engine.guide.runtime import open_session, run_session
from engine.guide.vocabulary import END, PAD, START, UNKNOWN, read_vocabulary
from engine.models import CaptionRule

LONGEST = 41
"""Tokens of a sentence, ``<start>`` and ``<end>`` included."""
NEVER = [PAD, START, UNKNOWN]
SEED = 7
TOGETHER = 32
"""Tiles that are decoded together; more take more memory and no less time."""


class CaptionSession:
    """Writes sentences from the guide's memory.

    The files are opened by :meth:`open`, or when the first sentence is asked for.

    Parameters
    ----------
    paths : (Path, Path)
        ``caption.onnx`` and ``vocab.json``.
    device : Device
    rule : CaptionRule
        How the sentence is chosen.
    """

    def __init__(self, paths: tuple[Path, Path], device: Device, rule: CaptionRule) -> None:
        self._paths, self._device, self._rule = paths, device, rule
        self._session: Any = None
        self._words: tuple[str, ...] = ()
        # The same dice for every tile: what is said of one does not depend on its neighbours.
        self._dice = np.random.default_rng(SEED).random((LONGEST, max(1, rule.samples)))

    def wordings(self, memory: NDArray[np.float32]) -> list[tuple[str, ...]]:
        """Lower-case sentences without a full stop for each tile, the best liked first.

        At least one, which may be empty.

        Parameters
        ----------
        memory : float32 array (n, T, M)

        Raises
        ------
        ModelDamagedError
            The decoder or its vocabulary do not keep the contract.
        ModelError
            onnxruntime failed.
        """
        if len(memory):
            self.open()
        told: list[tuple[str, ...]] = []
        for first in range(0, len(memory), TOGETHER):
            told += self._told(memory[first : first + TOGETHER])
        return told

    def _told(self, memory: NDArray[np.float32]) -> list[tuple[str, ...]]:
        try:
            ids, scores = self._decode(memory)
        except OutOfMemoryError:
            if len(memory) == 1:
                raise
            half = len(memory) // 2
            return self._told(memory[:half]) + self._told(memory[half:])
        each = max(1, self._rule.samples)
        told = []
        for first in range(0, len(ids), each):
            candidates = [_inner(row) for row in ids[first : first + each].tolist()]
            order = ranked(candidates, scores[first : first + each].tolist())
            said = [" ".join(self._words[word] for word in candidates[i]).lower() for i in order]
            told.append(tuple(dict.fromkeys(said)))
        return told

    def _decode(self, memory: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Ids (n · candidates, L) and the log-probability of each row."""
        each = max(1, self._rule.samples)
        owner = np.repeat(np.arange(len(memory)), each)
        tokens = np.full((len(owner), 1), START, np.int64)
        scores = np.zeros(len(owner))
        over = np.zeros(len(owner), bool)
        while tokens.shape[1] < LONGEST and not over.all():
            live = np.flatnonzero(~over)
            # Candidates of a tile mostly begin alike: each beginning is read once.
            begun = np.column_stack([owner[live], tokens[live]])
            told, which = np.unique(begun, axis=0, return_inverse=True)
            chance = self._log_next(memory[told[:, 0]], told[:, 1:])[which.ravel()]
            if self._rule.samples:
                dice = self._dice[tokens.shape[1] - 1][live % each]
                word = drawn(chance / self._rule.temperature, dice)
            else:
                word = chance.argmax(axis=1)
            scores[live] += chance[np.arange(len(live)), word]
            following = np.full(len(owner), PAD, np.int64)
            following[live] = word
            tokens = np.concatenate([tokens, following[:, None]], axis=1)
            over |= following == END
        return tokens, scores

    def _log_next(
        self, memory: NDArray[np.float32], tokens: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        feeds: dict[str, NDArray[Any]] = {"memory": memory, "tokens": tokens}
        what = f"captions of {len(memory)} sentences ({self._paths[0].name})"
        (logits,) = run_session(self._session, ["logits"], feeds, what)
        if logits.shape != (len(memory), len(self._words)):
            raise self._broken(f"it gives logits {logits.shape} for {len(self._words)} words")
        values = logits.astype(np.float64)
        values[~np.isfinite(values)] = -np.inf
        values[:, NEVER] = -np.inf
        # A row without one finite number ends there.
        values[np.isneginf(values).all(axis=1), END] = 0.0
        values -= values.max(axis=1, keepdims=True)
        result: NDArray[np.float64] = values - np.log(np.exp(values).sum(axis=1, keepdims=True))
        return result

    def open(self) -> None:
        """Open the files now: sentences may then be asked for by several threads.

        Raises
        ------
        ModelDamagedError
        """
        if self._session is not None:
            return
        graph, vocabulary = self._paths
        self._words = read_vocabulary(vocabulary)
        # The graph is small: with two threads four tiles take as long and a third more CPU time.
        session = open_session(graph, self._device, threads=1)
        inputs = {i.name: i.type for i in session.get_inputs()}
        outputs = {o.name: o.type for o in session.get_outputs()}
        wanted = {"memory": "tensor(float)", "tokens": "tensor(int64)"}
        if inputs != wanted or outputs.get("logits") != "tensor(float)":
            raise self._broken(f"it has {inputs} → {outputs}")
        self._session = session

    def _broken(self, why: str) -> ModelDamagedError:
        return ModelDamagedError(
            f"{self._paths[0]} does not keep the caption decoder's contract: {why}.",
            hint="Get a model folder made for this version of the engine.",
        )


def drawn(logits: NDArray[np.float64], dice: NDArray[np.float64]) -> NDArray[np.int64]:
    """Ids by the dice (0…1), one a row: float64 (n, V) and (n,) to int64 (n,)."""
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    edges = np.cumsum(shares, axis=1)
    place = (edges > (dice * edges[:, -1])[:, None]).argmax(axis=1)
    return np.asarray(place, np.int64)


def _inner(ids: list[int]) -> list[int]:
    """Word ids without ``<start>``, ``<end>`` and what follows it."""
    return ids[1 : ids.index(END)] if END in ids else ids[1:]
