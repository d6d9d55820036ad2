"""What one part of an evaluation found."""

from __future__ import annotations

import dataclasses
from typing import Any

from training.evaluate.measure import Measure


@dataclasses.dataclass
class Section:
    """Measures with intervals, other facts, and what could not be measured.

    Attributes
    ----------
    measures : dict
        By dotted name, such as ``building.pixel_f1``.
    facts : dict
        Numbers without an interval, tables, remarks; ready for JSON.
    missing : dict
        Why a measure is not there, by the first part of its name.
    """

    measures: dict[str, Measure] = dataclasses.field(default_factory=dict)
    facts: dict[str, Any] = dataclasses.field(default_factory=dict)
    missing: dict[str, str] = dataclasses.field(default_factory=dict)

    def update(self, other: Section) -> None:
        """Take over all of another section."""
        self.measures.update(other.measures)
        self.facts.update(other.facts)
        self.missing.update(other.missing)

    def report(self) -> dict[str, Any]:
        """All of it, ready for JSON."""
        numbers = {name: measure.report() for name, measure in self.measures.items()}
        return {"measures": numbers, "facts": self.facts, "missing": self.missing}


NOT_OFFERED = "not offered by the model"
"""The reason where a model has no such class or output."""
