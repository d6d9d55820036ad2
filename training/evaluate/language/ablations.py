"""The same crops under several conditions, by several models, in one table."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from engine.language.backend import Backend
from training.evaluate.everything import against
from training.evaluate.language.asking import ask
from training.evaluate.language.cases import Case
from training.evaluate.language.conditions import Condition
from training.evaluate.language.own import measure_own
from training.evaluate.section import Section
from training.evaluate.tables import interval, number, table

SHOWN = {
    "captions.language.changed.s_m": "S*m changed",
    "captions.language.balanced.s_m": "S*m half changed",
    "captions.greedy.changed.s_m": "S*m changed, greedy",
    "captions.greedy.balanced.s_m": "S*m half changed, greedy",
    "stated.flag.accuracy": "yes/no",
    "stated.building.count_relative_mae": "buildings, relative MAE",
    "stated.building.count_as_card": "buildings as on the card",
    "stated.building.cells_f1": "cells F1",
    "stated.road.balanced_accuracy": "roads, balanced accuracy",
    "text.language.map.object": "objects on the map",
    "text.language.map.whole": "agrees with the map",
    "text.language.copied": "card's caption copied",
    "text.language.copied_greedy": "card's caption copied, greedy",
    "text.language.degenerate": "degenerate",
}


@dataclasses.dataclass(frozen=True)
class Trial:
    """One row: a name, and what each seed's model said under it.

    Attributes
    ----------
    sections : tuple of Section
        By seed; the first is compared with the base.
    """

    name: str
    sections: tuple[Section, ...]

    def values(self, name: str) -> list[float]:
        """A measure's values, by seed."""
        found = [one.measures[name].value for one in self.sections if name in one.measures]
        return [value for value in found if value is not None]


def trials(
    cases: Sequence[Case], conditions: Sequence[Condition], seeds: Sequence[Backend]
) -> list[Trial]:
    """Every condition with the model of every seed."""
    return [
        Trial(
            asked.name,
            tuple(
                measure_own(ask(backend, cases, asked, seed=seed))
                for seed, backend in enumerate(seeds)
            ),
        )
        for asked in conditions
    ]


def report(base: Section, found: Sequence[Trial]) -> dict[str, Any]:
    """Values, spread over seeds and paired differences to ``base``, ready for JSON."""
    return {
        trial.name: {
            "values": {name: trial.values(name) for name in SHOWN},
            "against": {
                name: item
                for name, item in against(trial.sections[0], base).items()
                if name in SHOWN
            },
        }
        for trial in found
    }


def tables(base: str, rows: Mapping[str, Any]) -> list[str]:
    """Two tables: values (mean ± standard deviation over seeds), and differences to the base."""
    columns = ["condition", *SHOWN.values()]
    values = [[f"`{name}`", *(_spread(item["values"][key]) for key in SHOWN)]
              for name, item in rows.items()]  # fmt: skip
    differences = [
        [f"`{name}`", *(_difference(item["against"].get(key)) for key in SHOWN)]
        for name, item in rows.items()
        if name != base
    ]
    parts = [table(columns, values)]
    if differences:
        note = f"Less `{base}`, with the 95 % interval of a paired bootstrap over the same tiles:"
        parts += [note, table(columns, differences)]
    return parts


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "–"
    middle = number(round(statistics.fmean(values), 4))
    return middle if len(values) < 2 else f"{middle} ± {number(statistics.stdev(values))}"


def _difference(item: dict[str, Any] | None) -> str:
    if item is None or item["difference"] is None:
        return "–"
    sign = "+" if item["difference"] > 0 else ""
    return f"{sign}{number(item['difference'])} ({interval(item['interval'])})"
