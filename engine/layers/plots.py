"""Numbers to bars: geometry of the report's plots. Drawn as inline SVG by the template."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from engine.objects.cells import CELL_WORDS

from .palette import ACTION_COLOURS
from .schema import ACTIONS
from .totals import SCORE_BINS, SIZE_EDGES, Totals

WIDTH, HEIGHT, BASE = 320, 150, 122
"""Size of a plot and the line the bars stand on, in SVG units."""


@dataclass(frozen=True)
class Bar:
    """A piece of a stacked bar."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    tip: str


@dataclass(frozen=True)
class Plot:
    """A bar chart: pieces, words under the bars, and the number at its top."""

    title: str
    caption: str
    bars: list[Bar]
    labels: list[tuple[float, str]]
    top: int
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE


@dataclass(frozen=True)
class HeatCell:
    """One of the nine places: its words, its count, and how dark it is (0 to 1)."""

    name: str
    count: int
    share: float


def plots(totals: Totals) -> list[Plot]:
    """Return the histograms of sizes and of scores."""
    finite = [f"{edge:,}".replace(",", " ") for edge in SIZE_EDGES[:-1]]
    first, last = _occupied(totals.sizes, len(finite))
    tips = [f"{a} to {b} m²" for a, b in pairwise(finite)]
    tips.append(f"over {finite[-1]} m²")
    ranges = [f"{i / SCORE_BINS:.1f} to {(i + 1) / SCORE_BINS:.1f}" for i in range(SCORE_BINS)]
    starts = [f"{i / SCORE_BINS:.1f}" for i in range(SCORE_BINS)]
    return [
        _plot("Sizes", "Objects by area in m²", totals.sizes, finite, tips, first, last),
        _plot("Scores", "Objects by score", totals.scores, starts, ranges, 0, SCORE_BINS - 1),
    ]


def heat_map(totals: Totals) -> list[list[HeatCell]]:
    """Return where in the area of interest the objects lie, as rows of three."""
    most = max([totals.cells[name] for row in CELL_WORDS for name in row] + [1])
    return [
        [HeatCell(name, totals.cells[name], totals.cells[name] / most) for name in row]
        for row in CELL_WORDS
    ]


def _occupied(counts: Counter[tuple[int, str]], bins: int) -> tuple[int, int]:
    """First and last bin that holds something (all of them if none does)."""
    used = [index for (index, _), number in counts.items() if number]
    return (min(used), max(used)) if used else (0, bins - 1)


def _plot(
    title: str,
    caption: str,
    counts: Counter[tuple[int, str]],
    starts: list[str],
    tips: list[str],
    first: int,
    last: int,
) -> Plot:
    bins = range(first, last + 1)
    top = max([sum(counts[i, action] for action in ACTIONS) for i in bins] + [1])
    step = (WIDTH - 20) / len(bins)
    bars = []
    labels = []
    for slot, index in enumerate(bins):
        left = 10 + slot * step
        # The number stands where the bin begins.
        labels.append((round(left, 1), starts[index]))
        foot = float(BASE)
        for action, word in ACTIONS.items():
            number = counts[index, action]
            if not number:
                continue
            height = (BASE - 16) * number / top
            foot -= height
            tip = f"{tips[index]}: {number} {word.lower()}"
            width = min(step - 2, 60)
            bars.append(
                Bar(
                    round(left + 1, 1),
                    round(foot, 1),
                    round(width, 1),
                    round(height, 1),
                    ACTION_COLOURS[action],
                    tip,
                )
            )
    return Plot(title, caption, bars, labels, top)
