"""The reliability diagram and the curves of a training run, as SVG."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

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


def curves(lines: Sequence[Mapping[str, Any]]) -> str:
    """Whatever a run logged, over its steps, as SVG; a stage that begins anew is a line anew.

    Parameters
    ----------
    lines : sequence of mapping
        Lines of a run's ``log.jsonl``: ``step``, numbers, and perhaps the name of the ``stage``.
    """
    names = list(dict.fromkeys(key for line in lines for key in line))
    names = [name for name in names if name not in ("step", "of", "stage")]
    stages = list(dict.fromkeys(str(line.get("stage", "")) for line in lines))
    rows = max(1, -(-len(names) // 3))
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(8, 2.4 * rows), layout="constrained")
        places: list[Axes] = list(figure.subplots(rows, 3, squeeze=False).flat)
        for axes, name in zip(places, names, strict=False):
            for stage in stages:
                own = [x for x in lines if x.get("stage", "") == stage and name in x]
                axes.plot([x["step"] for x in own], [x[name] for x in own], label=stage)
            axes.set(title=name, xlabel="step")
            axes.set_ylim(bottom=0)
        if len(stages) > 1:
            places[0].legend(frameon=False)
        for axes in places[len(names) :]:
            axes.set_axis_off()
        return _svg(figure)


def _svg(figure: Figure) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()
