"""The statistics: how far down a ranked list review has to go.

A random sample of n of N tiles holds m changed ones. Given m, they are a random sample, without
replacement, of all M changed tiles, whatever the scores are. So how many of them lie among the k
changed tiles with the lowest ranks is hypergeometric, and a stop that leaves at most x of the m
below it is wrong (more than a share of M is below it and not reviewed) with a probability that is
computed exactly and maximised over every M that the sample allows. This is a distribution-free
tolerance limit (Wilks, "Determination of Sample Sizes for Setting Tolerance Limits", Annals of
Mathematical Statistics 12, 1941) for a finite list, and the same as testing the stops one by one
from the end of the list upward until one cannot be rejected (Angelopoulos et al., "Learn then
Test", arXiv 2110.01052, fixed sequence testing).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_ROUNDING = 1e-6
"""Relative error that probabilities are allowed: they are refused that much before the risk."""


@dataclass(frozen=True)
class Limits:
    """What is promised.

    Attributes
    ----------
    missed : Fraction
        Largest share of the changed tiles that may be missed, above 0 and below 1.
    risk : float
        Largest probability that more are missed, above 0 and below 1.
    """

    missed: Fraction
    risk: float


def chance_of_error(total: int, reviewed: int, changed: int, below: int, missed: Fraction) -> float:
    """Largest probability that a stop with `below` changed sample tiles under it misses too many.

    Parameters
    ----------
    total, reviewed, changed : int
        Tiles in the list, in the sample, and changed ones in the sample.
    below : int
        The stop leaves at most so many of the changed sample tiles below it.
    missed : Fraction
        Share of all changed tiles; those of the sample were seen and are not missed.

    Returns
    -------
    float
        0…1; 0 where so many cannot be missed at all.
    """
    numerator, denominator = missed.numerator, missed.denominator
    most = total - reviewed + changed
    # Of all M for which the same number of tiles is one too many, the largest is the worst: the
    # fewer of the changed tiles are missed ones, the less often the sample meets one.
    too_many = np.arange(1, most * numerator // denominator + 2, dtype=np.int64)
    whole = np.minimum((too_many * denominator - 1) // numerator, most)
    lowest = too_many + below
    possible = (whole >= changed) & (whole >= lowest)
    whole, lowest = whole[possible], lowest[possible]
    if not whole.size:
        return 0.0
    log = _log_factorials(total)
    chance = np.zeros(whole.size)
    for hit in range(min(below, changed) + 1):
        rest, other = changed - hit, whole - lowest
        here = (hit <= lowest) & (rest <= other)
        w, k, o = whole[here], lowest[here], other[here]
        chance[here] += np.exp(
            (log[k] - log[hit] - log[k - hit])
            + (log[o] - log[rest] - log[o - rest])
            - (log[w] - log[changed] - log[w - changed])
        )
    return float(min(chance.max(), 1.0))


@lru_cache(maxsize=4096)
def most_below(total: int, reviewed: int, changed: int, limits: Limits) -> int | None:
    """How many changed tiles of the sample may lie below the stop.

    Returns
    -------
    int or None
        None where even a stop with none below it is not safe enough: too few are changed.
    """

    def safe(below: int) -> bool:
        risk = chance_of_error(total, reviewed, changed, below, limits.missed)
        return risk <= limits.risk * (1 - _ROUNDING)

    if not safe(0):
        return None
    # A stop higher up errs whenever one further down does, so the safe ones are the first few.
    low, step = 0, 1
    while low + step <= changed and safe(low + step):
        low, step = low + step, 2 * step
    high = min(low + step, changed + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if safe(middle) else (low, middle)
    return low


def stop_rank(
    total: int, reviewed: int, changed: Sequence[int], limits: Limits, unsure: Sequence[int] = ()
) -> int | None:
    """The shortest part of the list, from its top, after which review may end.

    Parameters
    ----------
    total, reviewed : int
        Tiles in the list and in the sample.
    changed : sequence of int
        Ranks (1 is the top of the list) of the sample's changed tiles.
    limits : Limits
    unsure : sequence of int
        Ranks of tiles nobody can tell. The stop holds whatever they are.

    Returns
    -------
    int or None
        0 to `total`; None where no stop is safe enough.
    """
    allowed = [
        -1 if (found := most_below(total, reviewed, len(changed) + more, limits)) is None else found
        for more in range(len(unsure) + 1)
    ]
    # Unsure tiles above the stop may be changed too.
    least = np.minimum.accumulate(np.array(allowed)[::-1])[::-1]
    yes, maybe = np.sort(np.asarray(changed, int)), np.sort(np.asarray(unsure, int))
    for rank in (0, *np.union1d(yes, maybe).tolist()):
        below = int(np.count_nonzero(yes > rank))
        open_below = int(np.count_nonzero(maybe > rank))
        if all(below + more <= least[more] for more in range(open_below + 1)):
            return int(rank)
    return None


def reviews_needed(total: int, reviewed: int, changed: float, limits: Limits) -> int:
    """Size of the sample from which a stop is likely, if changes stay as frequent.

    Parameters
    ----------
    changed : float
        Changed tiles among the `reviewed` ones; at least above 0.

    Returns
    -------
    int
        More than `reviewed`, at most `total`.
    """
    low, high = reviewed, total
    while high - low > 1:
        middle = (low + high) // 2
        expected = min(middle, int(changed * middle / reviewed))
        if chance_of_error(total, middle, expected, 0, limits.missed) > limits.risk:
            low = middle
        else:
            high = middle
    return high


def share_interval(hits: int, count: int, risk: float) -> tuple[float, float]:
    """Exact two-sided interval of a share (Clopper and Pearson, Biometrika 26, 1934)."""
    if count == 0:
        return 0.0, 1.0
    low = 0.0 if hits == 0 else 1.0 - _upper(count - hits, count, risk / 2)
    return low, 1.0 if hits == count else _upper(hits, count, risk / 2)


def _upper(hits: int, count: int, risk: float) -> float:
    """Share at which `hits` or fewer of `count` have the probability `risk`."""
    log = _log_factorials(count)
    index = np.arange(hits + 1)
    ways = log[count] - log[index] - log[count - index]
    low, high = hits / count, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if middle in (0.0, 1.0):
            break
        terms = ways + index * math.log(middle) + (count - index) * math.log1p(-middle)
        if np.exp(terms).sum() > risk:
            low = middle
        else:
            high = middle
    return high


@lru_cache(maxsize=8)
def _log_factorials(largest: int) -> NDArray[np.float64]:
    """Logarithms of 0! to `largest`!."""
    table = np.array([math.lgamma(number + 1.0) for number in range(largest + 1)])
    table.setflags(write=False)
    return table
