"""Random numbers from places: the same seed and keys always give the same numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


def generator(seed: int, *keys: int) -> np.random.Generator:
    """A generator of its own for every (seed, keys).

    Parameters
    ----------
    seed : int
    *keys : int
        Any integers, negative ones included.
    """
    return np.random.Generator(np.random.PCG64([seed & _MASK, *(key & _MASK for key in keys)]))


def uniform(
    seed: int, salt: int, a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """One number in [0, 1) for every pair of integers (splitmix64's finaliser as the hash).

    Parameters
    ----------
    seed, salt : int
        The world and what the numbers are for.
    a, b : int arrays, broadcast against each other

    Returns
    -------
    float64 array
    """
    start = np.uint64((seed * 0xD1342543DE82EF95 + salt * _GOLDEN) & _MASK)
    with np.errstate(over="ignore"):
        key = _mix(a.astype(np.uint64) + start)
        key = _mix(key ^ (b.astype(np.uint64) * np.uint64(_GOLDEN)))
    return (key >> np.uint64(11)).astype(np.float64) * 2.0**-53


def normal(
    seed: int, salt: int, a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """As :func:`uniform`: zero mean, unit deviation, the shape of a sum of three dice."""
    fine = uniform(seed, salt, a, b) * 2.0**21
    first = np.floor(fine)
    fine = (fine - first) * 2.0**16
    second = np.floor(fine)
    total = first * 2.0**-21 + second * 2.0**-16 + (fine - second)
    return (total - 1.5) * 2.0


def _mix(key: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return key ^ (key >> np.uint64(31))
