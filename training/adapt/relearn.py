"""Tuned weights, judged on ground they did not learn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from training.adapt.decoder import Decoder, GuideGraph
from training.adapt.ground import Ground, verdicts
from training.adapt.trial import Trial, folds_of, judged
from training.adapt.weights import read_again, tune
from training.evaluate.claims import Limits

FOLDS = 3


@dataclass(frozen=True)
class Relearned:
    """A tuned decoder, and what held-back ground says of such a one."""

    decoder: Decoder
    trial: Trial


def relearn(
    graph: GuideGraph,
    grounds: Sequence[Ground],
    limits: Limits,
    seed: int,
    tile: tuple[int, int] = (256, 64),
    steps: int = 100,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Relearned:
    """Tune the decoder on all ground, and on parts of it to see what it makes of the rest.

    The decision values stay as they are. On ground that a decoder learned from nothing rejected is
    left to choose others by, and values chosen where one decoder reads do not suit the next one.

    Parameters
    ----------
    tile : (int, int)
        Side and overlap of the guide's tiles, pixels.
    progress : callable
        Takes steps done and in all.

    Raises
    ------
    ValueError
        See :func:`training.adapt.weights.tune`.
    """
    folds = folds_of(len(grounds), FOLDS, seed)
    lessons = int(folds.max()) + 2
    doubt = _doubt(grounds)
    anew = list(grounds)
    for fold in range(lessons - 1):
        rest = [ground for ground, own in zip(grounds, folds, strict=True) if own != fold]
        if not all(verdicts(rest)):
            continue  # nothing to learn: that part is as the original reads it
        learned = tune(graph, rest, limits.classes, seed, steps, _part(progress, fold, lessons))
        run = graph.runner(learned)
        for index in (folds == fold).nonzero()[0].tolist():
            anew[index] = read_again(grounds[index], run, *tile)
    decoder = tune(
        graph, grounds, limits.classes, seed, steps, _part(progress, lessons - 1, lessons)
    )
    everywhere = [limits] * (lessons - 1)
    return Relearned(decoder, judged(grounds, anew, limits, everywhere, folds, doubt))


def _doubt(grounds: Sequence[Ground]) -> float:
    """How often a reviewed object was false: an unreviewed new one is no better known."""
    confirmed, rejected = verdicts(grounds)
    return rejected / max(1, confirmed + rejected)


def _part(
    progress: Callable[[int, int], None], done: int, parts: int
) -> Callable[[int, int], None]:
    """Progress of one of several lessons, as that of all."""
    return lambda step, steps: progress(done * steps + step, parts * steps)
