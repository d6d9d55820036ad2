"""Yes or no, counts and cells: as the model states them, and as the layers finally say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.language.tasks import BINARY, TASKS, Task
from engine.objects.components import count_cells
from training.evaluate.crops import FlagScores
from training.evaluate.language.asking import Said
from training.evaluate.language.cases import Case
from training.evaluate.measure import Measure, Sums, balanced_accuracy, f1, precision, recall
from training.evaluate.road_sentences import road_built
from training.evaluate.section import Section

MASKED = "building"
"""The one class whose change LEVIR's masks show."""
ROAD = "road"


class NumberScores:
    """Counts and cells of one class against a mask, by the rules of :mod:`..crops`.

    An answer that cannot be read is wrong: a count is off by what was there, and by one where
    nothing was; the cells are no cells, which is not right even where there are none.
    """

    def __init__(self) -> None:
        self.counts = Sums("error", "truth", "exact", "crops")
        self.cells = Sums("tp", "fp", "fn", "jaccard", "same", "crops")

    def add(
        self, case: Case, count: int | None, cells: Sequence[str] | None, name: str = MASKED
    ) -> None:
        """One crop.

        Raises
        ------
        ValueError
            The case has no mask.
        """
        if case.truth is None:
            raise ValueError(f"{case.name} has no mask of {name} change")
        real, real_cells = count_cells(case.truth)
        error = max(real, 1) if count is None else abs(count - real)
        self.counts.add(case.unit, error=error, truth=real, exact=count == real, crops=1)
        one, two = set(cells or ()), set(real_cells)
        both, either = len(one & two), len(one | two)
        right = float(cells is not None)
        self.cells.add(
            case.unit,
            tp=both,
            fp=len(one) - both,
            fn=len(two) - both,
            jaccard=both / either if either else right,
            same=right * (one == two),
            crops=1,
        )

    def measures(self, prefix: str) -> dict[str, Measure]:
        """All of them, by name."""
        return {
            f"{prefix}.count_mae": self.counts.ratio("error", "crops"),
            f"{prefix}.count_relative_mae": self.counts.ratio("error", "truth"),
            f"{prefix}.count_exact": self.counts.ratio("exact", "crops"),
            f"{prefix}.cells_example_accuracy": self.cells.ratio("jaccard", "crops"),
            f"{prefix}.cells_precision": self.cells.measure(precision),
            f"{prefix}.cells_recall": self.cells.measure(recall),
            f"{prefix}.cells_f1": self.cells.measure(f1),
            f"{prefix}.cells_subset": self.cells.ratio("same", "crops"),
        }


def measure_stated(told: Sequence[Said]) -> Section:
    """What the model answers by itself; ``stated.…``.

    ``stated.building.count_as_card`` is the share of counts that are the reading's which the card
    was made of, right or wrong: whether it looks or copies.
    """
    flags, numbers, roads = FlagScores(), NumberScores(), Sums("tp", "fp", "fn", "tn")
    read, carded = Sums("read", "asked"), Sums("same", "all")
    for one in told:
        case = one.case
        for task in TASKS:
            if task.kind != "caption":
                read.add(case.unit, read=one.answer(task).ok, asked=1)
        said = one.answer(BINARY).value
        # An answer that cannot be read is the wrong one.
        flags.add(case.unit, (not case.changed) if said is None else bool(said), case.changed)
        count, cells = (one.answer(Task(kind, MASKED)).value for kind in ("count", "localise"))
        numbers.add(case, count, cells)  # type: ignore[arg-type]
        card = None if one.card is None else one.card.of(MASKED)
        carded.add(case.unit)
        if card is not None:
            carded.add(case.unit, same=count == card.count, all=1)
        count = one.answer(Task("count", ROAD)).value
        _add_road(roads, case, None if count is None else bool(count))
    measures = flags.measures("stated.flag") | numbers.measures(f"stated.{MASKED}")
    measures["stated.readable"] = read.ratio("read", "asked")
    measures[f"stated.{MASKED}.count_as_card"] = carded.ratio("same", "all")
    measures["stated.road.balanced_accuracy"] = roads.measure(balanced_accuracy)
    return Section(measures, {"stated.unread": _unread(told)})


def measure_final(cases: Sequence[Case]) -> Section:
    """What the layers say after all; ``final.…``. The language model changes no number there."""
    flags, numbers, roads = FlagScores(), NumberScores(), Sums("tp", "fp", "fn", "tn")
    for case in cases:
        flags.add(case.unit, bool(case.reading.changed), case.changed)
        building, road = case.reading.of(MASKED), case.reading.of(ROAD)
        if building is not None:
            numbers.add(case, building.count, building.cells)
        if road is not None:
            _add_road(roads, case, bool(road.count))
    measures = flags.measures("final.flag")
    if numbers.counts.rows:
        measures |= numbers.measures(f"final.{MASKED}")
    if roads.rows:
        measures["final.road.balanced_accuracy"] = roads.measure(balanced_accuracy)
    return Section(measures)


def _add_road(sums: Sums, case: Case, said: bool | None) -> None:
    """Roads are on no mask: whether one was built, by the sentences of changed crops."""
    built = road_built(case.sentences) if case.changed else None
    sums.add(case.unit)
    if built is not None:
        told = (not built) if said is None else said
        sums.add(case.unit, **{("tp" if built else "fp") if told else ("fn" if built else "tn"): 1})


def _unread(told: Sequence[Said]) -> dict[str, Any]:
    """Answers that could not be read, by task and fault."""
    found: dict[str, dict[str, int]] = {}
    for one in told:
        for task in TASKS:
            if task.kind != "caption" and (fault := one.answer(task).fault) is not None:
                of_task = found.setdefault(task.id, {})
                of_task[fault.value] = of_task.get(fault.value, 0) + 1
    return found
