"""The reliability diagram and the curves of a training run, as SVG."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

LOSSES = ("entropy", "dice", "direction", "flag")
# No date and no random names inside: the same numbers give the same file.
_STYLE: Any = {"svg.hashsalt": "changevg", "font.size": 9, "axes.spines.top": False}


def drawing(tables: Mapping[str, Sequence[Mapping[str, float | None]]]) -> str:
    """A reliability diagram as SVG: one line a table, the diagonal is perfect."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(4.4, 4.2), layout="constrained")
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], "--", color="0.6", linewidth=1)
        for name, rows in tables.items():
            chance, true = (
                np.array([row[key] for row in rows], float) for key in ("probability", "share_true")
            )
            full = np.isfinite(chance) & np.isfinite(true)
            axes.plot(chance[full], true[full], "o-", markersize=4, label=name)
        axes.set(xlabel="predicted probability", ylabel="share that is true", xlim=(0, 1))
        axes.set_ylim(0, 1)
        axes.legend(frameon=False)
        return _svg(figure)


def curves(lines: Sequence[Mapping[str, float]]) -> str:
    """The losses and the learning rate of a run over its steps, as SVG.

    Parameters
    ----------
    lines : sequence of mapping
        Lines of a run's ``log.jsonl``.
    """
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(8, 4.8), layout="constrained")
        places: list[Axes] = list(figure.subplots(2, 3).flat)
        steps = [line["step"] for line in lines]
        for axes, name in zip(places, (*LOSSES, "lr", "pairs_s"), strict=True):
            axes.plot(steps, [line[name] for line in lines])
            axes.set_title(name)
            axes.set_ylim(bottom=0)
        for axes in places[3:]:
            axes.set_xlabel("step")
        return _svg(figure)


def _svg(figure: Figure) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()
