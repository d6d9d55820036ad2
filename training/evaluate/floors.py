"""What a device can do at most, measured on it: the floors that speeds are held against."""

from __future__ import annotations

import time
from typing import Any

REPEATS = 5


def bandwidth(device: str) -> float:
    """Bytes that are read and written a second when memory is copied.

    Parameters
    ----------
    device : {"cpu", "cuda"}
    """
    import torch

    size = int((2 if device == "cuda" else 0.1) * 2**30)
    source = torch.empty(size, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    return 2 * size / _shortest(lambda: target.copy_(source), device)


def matrix_rate(device: str, side: int | None = None) -> float:
    """Operations a second (two for a product and its sum) of a matrix product in 32 bits.

    Parameters
    ----------
    side : int, optional
        Of the matrices; 8192 on a GPU, 2048 on a CPU.
    """
    import torch

    side = side or (8192 if device == "cuda" else 2048)
    one = torch.ones(side, side, device=device)
    return 2 * side**3 / _shortest(lambda: one @ one, device)


def operations(network: Any, side: int = 256) -> float:
    """Operations of one pair of tiles: convolutions and matrix products, two for each sum.

    Parameters
    ----------
    network : torch.nn.Module
        A guide, on the CPU.
    side : int
        Of the tiles, pixels.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    tile = torch.zeros(1, 3, side, side, dtype=torch.uint8)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(tile, tile)
    return float(counter.get_total_flops())


def _shortest(work: Any, device: str) -> float:
    """Seconds of the quickest of some calls, after one that warms up."""
    taken = []
    for _ in range(REPEATS + 1):
        _wait(device)
        start = time.perf_counter()
        work()
        _wait(device)
        taken.append(time.perf_counter() - start)
    return min(taken[1:])


def _wait(device: str) -> None:
    if device == "cuda":
        import torch

        torch.cuda.synchronize()
