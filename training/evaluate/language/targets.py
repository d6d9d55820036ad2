"""What the language model must reach, and whether it does."""

from __future__ import annotations

import dataclasses
from typing import Any

from training.evaluate.language.systems import BASELINES, GREEDY, LANGUAGE, NAMES, PRODUCT, SHOWN
from training.evaluate.section import Section
from training.evaluate.targets import Target

CAPTIONS, TRUTH, SAFE, GUIDE = (
    "captions, S*m",
    "text against map",
    "degenerate text",
    "never below the guide",
)
LIKED = "best liked wording"
ROWS: tuple[tuple[str, tuple[Target, ...]], ...] = (
    (CAPTIONS, (
        Target(f"captions.{LANGUAGE}.balanced.s_m", f"half changed, {LIKED}", bound=80),
        Target(f"captions.{LANGUAGE}.changed.s_m", f"changed crops, {LIKED}", bound=43),
        Target(f"captions.{GREEDY}.balanced.s_m", "half changed, greedy"),
        Target(f"captions.{GREEDY}.changed.s_m", "changed crops, greedy"),
        Target(f"captions.{SHOWN}.balanced.s_m", "half changed, as shown with `--language all`"),
        Target(f"captions.{SHOWN}.changed.s_m", "changed crops, as shown"),
        Target(f"captions.{PRODUCT}.balanced.s_m", "half changed, `--language changed`"),
        Target(f"captions.{PRODUCT}.changed.s_m", "changed crops, `--language changed`"),
    )),
    (TRUTH, (
        Target(f"text.{SHOWN}.map.object", "shown: objects named are on the map", bound=0.97),
        Target(f"text.{SHOWN}.there.object", "shown: objects named are there", bound=0.97),
        Target(f"text.{SHOWN}.map.number", "shown: numbers"),
        Target(f"text.{SHOWN}.map.place", "shown: places"),
        Target(f"text.{LANGUAGE}.map.object", f"{LIKED}: objects"),
        Target(f"text.{LANGUAGE}.map.number", f"{LIKED}: numbers"),
        Target(f"text.{LANGUAGE}.map.place", f"{LIKED}: places"),
    )),
    (SAFE, (
        Target("generated.text.degenerate", "generated tiles", least=False, bound=0.02),
        Target(f"text.{LANGUAGE}.degenerate", "these crops", least=False, bound=0.02),
        Target(f"text.{LANGUAGE}.stock", "of them stock words where objects are", least=False),
        Target(f"text.{LANGUAGE}.fallback", "with all others that are not shown", least=False),
    )),
)  # fmt: skip
NONE = "none to judge"
"""Where no sentence names a number or a place."""
KEPT = ("final.flag.accuracy", "final.building.count_relative_mae", "final.building.cells_f1")
"""Of the layers after the language model has spoken, against the guide's own."""


@dataclasses.dataclass(frozen=True)
class Line:
    """One line of the table "what it must reach".

    Attributes
    ----------
    met : bool or None
        None where there is no bound or no value.
    """

    row: str
    label: str
    target: str
    value: float | None
    interval: list[float] | None
    met: bool | None
    why: str = ""

    def report(self) -> dict[str, Any]:
        """Ready for JSON."""
        return dataclasses.asdict(self)


def lines(section: Section, gains: dict[str, dict[str, Any]], kept: dict[str, Any]) -> list[Line]:
    """The table.

    Parameters
    ----------
    gains : dict
        By baseline and part (:func:`..sentences.gains`): intervals that must exclude zero.
    kept : dict
        Differences of :data:`KEPT` to the guide alone.
    """
    found = [_measured(section, row, target) for row, targets in ROWS for target in targets]
    for baseline in BASELINES:
        for part in ("balanced", "changed"):
            item = gains.get(baseline, {}).get(part)
            name = f"gain over: {NAMES[baseline]}"
            value, interval = (item["difference"], item["interval"]) if item else (None, None)
            met = None if interval is None else interval[0] > 0
            why = "" if item else _why(section, f"captions.{baseline}")
            label = f"{part}, {LIKED}"
            found.append(Line(name, label, "interval above 0", value, interval, met, why))
    for name in KEPT:
        item = kept.get(name)
        value, interval = (item["difference"], item["interval"]) if item else (None, None)
        sign = -1 if name.endswith("mae") else 1
        met = None if value is None else sign * value >= 0
        text = "≤ 0" if sign < 0 else "≥ 0"
        label = f"{name.removeprefix('final.')}, difference"
        why = "" if item else _why(section, name)
        found.append(Line(GUIDE, label, text, value, interval, met, why))
    return found


def _measured(section: Section, row: str, target: Target) -> Line:
    measure = section.measures.get(target.measure)
    if measure is None:
        why = _why(section, target.measure)
        return Line(row, target.label, target.text, None, None, None, why)
    value = measure.value
    span, met = measure.interval(), target.met(value)
    return Line(row, target.label, target.text, value, span, met, "" if value is not None else NONE)


def _why(section: Section, name: str) -> str:
    for key, why in section.missing.items():
        if name.startswith(key):
            return why
    return "not measured"
