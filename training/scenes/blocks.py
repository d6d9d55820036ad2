"""The street grid and what each block between its streets is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.scenes.frame import Frame

KINDS = ("wild", "field", "new", "cleared", "old", "shops", "new_shops")


@dataclass(frozen=True)
class Block:
    """One block: its extent in street metres (kerb to kerb) and what it is."""

    row: int
    col: int
    u0: float
    u1: float
    v0: float
    v1: float
    kind: str

    @property
    def built_before(self) -> bool:
        """Houses or shops stood on the before date."""
        return self.kind in ("old", "shops")

    @property
    def built_after(self) -> bool:
        """Streets serve it on the after date."""
        return self.kind not in ("wild", "field")


@dataclass(frozen=True)
class Grid:
    """Street centre lines in street metres and the blocks between them."""

    us: tuple[float, ...]
    vs: tuple[float, ...]
    street_m: float
    blocks: dict[tuple[int, int], Block]
    main_row: int
    main_col: int


def make_frame(rng: np.random.Generator, width: int, height: int, gsd: float) -> Frame:
    """A random street frame around the middle of the picture."""
    return Frame(
        centre=(width / 2 + float(rng.uniform(-60, 60)), height / 2 + float(rng.uniform(-60, 60))),
        angle=float(rng.uniform(-0.6, 0.6)),
        bend=(float(rng.uniform(0, 14)), float(rng.uniform(0, 16))),
        wave=(float(rng.uniform(420, 800)), float(rng.uniform(420, 800))),
        phase=(float(rng.uniform(0, 6.3)), float(rng.uniform(0, 6.3))),
        gsd=gsd,
    )


def make_grid(
    rng: np.random.Generator, frame: Frame, width: int, height: int, change: float
) -> Grid:
    """Lay streets over the picture and decide each block.

    Parameters
    ----------
    change : float
        Share of the blocks that are built or cleared between the dates, 0..1.
    """
    street = float(rng.uniform(9.0, 11.0))
    reach = 0.5 * float(np.hypot(width, height)) * frame.gsd + 60
    us = _lines(rng, reach, 110.0, 190.0)
    vs = _lines(rng, reach, 66.0, 78.0)
    kinds = _kinds(rng, frame, us, vs, (width, height), change)
    blocks = {}
    for (row, col), kind in kinds.items():
        half = street / 2
        blocks[row, col] = Block(
            row, col, us[col] + half, us[col + 1] - half, vs[row] + half, vs[row + 1] - half, kind
        )
    # One through street each way exists on both dates: towns hang on roads.
    main_row = int(np.argmin(np.abs(np.array(vs) + rng.uniform(-80, 80))))
    main_col = int(np.argmin(np.abs(np.array(us) + rng.uniform(-120, 120))))
    return Grid(us, vs, street, blocks, main_row, main_col if rng.random() < 0.6 else -1)


def _lines(rng: np.random.Generator, reach: float, low: float, high: float) -> tuple[float, ...]:
    """Street positions from ``-reach`` to ``reach`` at random distances."""
    at, lines = -reach - float(rng.uniform(0, high)), []
    while True:
        lines.append(at)
        if at > reach:
            return tuple(lines)
        at += float(rng.uniform(low, high))


def _kinds(
    rng: np.random.Generator,
    frame: Frame,
    us: tuple[float, ...],
    vs: tuple[float, ...],
    size: tuple[int, int],
    change: float,
) -> dict[tuple[int, int], str]:
    """Neighbouring blocks resemble each other: a plane wave plus noise, cut at its quantiles."""
    kx, ky, phase = rng.normal(0, 1 / 150), rng.normal(0, 1 / 150), rng.uniform(0, 6.3)
    score: dict[tuple[int, int], float] = {}
    seen: list[float] = []
    for row in range(len(vs) - 1):
        for col in range(len(us) - 1):
            u, v = (us[col] + us[col + 1]) / 2, (vs[row] + vs[row + 1]) / 2
            value = float(np.sin(kx * u + ky * v + phase) + rng.normal(0, 0.35))
            score[row, col] = value
            x, y = frame.point(u, v)
            if -20 < x < size[0] + 20 and -20 < y < size[1] + 20:
                seen.append(value)
    ranked = np.sort(np.array(seen or list(score.values())))
    wild = float(rng.uniform(0.15, 0.35))
    cuts = np.quantile(ranked, [wild, min(0.98, wild + change)])
    kinds = {}
    for key, value in score.items():
        die = rng.random()
        if value <= cuts[0]:
            kinds[key] = "field" if die < 0.45 else "wild"
        elif value <= cuts[1]:
            kinds[key] = "cleared" if die < 0.12 else "new_shops" if die < 0.2 else "new"
        else:
            kinds[key] = "shops" if die < 0.09 else "old"
    return kinds
