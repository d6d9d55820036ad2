"""Order of the members of closed chains, for all chains at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def chains(following: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Split a permutation into its cycles.

    Every member looks twice as far in each round, so the rounds grow with the logarithm of the
    longest chain and each is a few array operations.

    Parameters
    ----------
    following : array of int64, shape (n,)
        Successor of every member; every member is the successor of exactly one.

    Returns
    -------
    name : array of int64, shape (n,)
        The least member of the chain each member is in.
    place : array of int64, shape (n,)
        How many steps behind that member it comes.
    """
    size = following.size
    name = np.minimum(np.arange(size), following)
    jump = following[following]
    while True:
        seen = np.minimum(name, name[jump])
        if np.array_equal(seen, name):
            break
        name, jump = seen, jump[jump]

    members = np.arange(size)
    firsts = name == members
    # Steps to the first member: chains are cut open in front of it.
    steps = np.ones(size, np.int64)
    steps[firsts] = 0
    jump = np.where(firsts, members, following)
    active = np.flatnonzero(~firsts)
    while active.size:
        target = jump[active]
        steps[active] += steps[target]
        jump[active] = jump[target]
        active = active[~firsts[jump[active]]]
    length = np.bincount(name, minlength=size)
    place = np.where(firsts, 0, length[name] - steps)
    return name, place
