"""Chains and sets that the outlines and seams are made with."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.objects.chains import chains
from engine.objects.sets import DisjointSets


@given(st.permutations(range(40)))
def test_chains_are_the_cycles(permutation: list[int]) -> None:
    name, place = chains(np.array(permutation))
    for start in range(len(permutation)):
        cycle = [start]
        while permutation[cycle[-1]] != start:
            cycle.append(permutation[cycle[-1]])
        first = min(cycle)
        assert name[start] == first
        assert place[start] == (-cycle.index(first)) % len(cycle)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=15))
def test_sets(pairs: list[tuple[int, int]]) -> None:
    sets = DisjointSets()
    group = {member: {member} for member in range(13)}
    for one, two in pairs:
        sets.join(one, two)
        union = group[one] | group[two]
        for member in union:
            group[member] = union
    assert [sets.find(member) for member in range(13)] == [min(group[m]) for m in range(13)]
