"""Where a result comes from: one record that travels with the layers, the report and the item."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import PurePath
from typing import Any

from .schema import SCHEMA_VERSION

METADATA_URI = "urn:changevg:provenance:1"
"""Names the JSON form below inside a GeoPackage."""

KEYWORDS = ("change detection", "remote sensing", "building", "road", "ChangeVG")


@dataclass
class Provenance:
    """What was compared, with what, how and when.

    Attributes
    ----------
    before, after : str
        Paths or URLs as the user gave them.
    date_before, date_after : date, optional
        Dates of the rasters where known.
    engine_version, model_id, model_version : str
        What computed the result.
    model_sha256 : mapping
        Checksum by file of the model.
    model_licence : str, optional
        Licence of the weights.
    device : str
        Device and provider that ran, and why not a better one.
    grid : mapping
        CRS, size, pixel size and resampling of the working grid.
    stretch : mapping
        The recorded linear map of each date.
    parameters : mapping
        Every setting of the run, JSON-able.
    pair : mapping
        What the pair is (``RasterPair.describe()``).
    counts : mapping
        Totals, for example objects by class.
    command : str, optional
        The command line that repeats the run.
    questions : tuple of str
        Each became an answer field.
    language : str, optional
        The language model, where one was asked.
    warnings : list of str
        What the user was warned of.
    started, finished : datetime, optional
        In UTC.
    timings : mapping
        Seconds and memory of the run and its stages (docs/performance.md).
    """

    before: str
    after: str
    date_before: dt.date | None = None
    date_after: dt.date | None = None
    engine_version: str = ""
    model_id: str = ""
    model_version: str = ""
    model_sha256: Mapping[str, str] = field(default_factory=dict)
    model_licence: str | None = None
    device: str = ""
    grid: Mapping[str, Any] = field(default_factory=dict)
    stretch: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    pair: Mapping[str, Any] = field(default_factory=dict)
    counts: dict[str, Any] = field(default_factory=dict)
    command: str | None = None
    questions: tuple[str, ...] = ()
    language: str | None = None
    warnings: list[str] = field(default_factory=list)
    started: dt.datetime | None = None
    finished: dt.datetime | None = None
    timings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """``Changes 2023-05-01 → 2025-06-12``, or by file names where dates are not known."""
        before = self.date_before or PurePath(self.before).name
        after = self.date_after or PurePath(self.after).name
        return f"Changes {before} → {after}"

    @property
    def abstract(self) -> str:
        """One paragraph for people who meet the layer without its maker."""
        return (
            f"Changes between {self.before} and {self.after}, found by ChangeVG "
            f"{self.engine_version} with the model {self.model_id} {self.model_version}. "
            "Computed by a neural network and not checked by a person unless the review says so. "
            "Areas are geodesic. Counts of tiles overlap and are not to be summed."
        )

    def as_dict(self) -> dict[str, Any]:
        """JSON-able dict; dates in ISO 8601."""
        content = {"schema": SCHEMA_VERSION, "title": self.title, **asdict(self)}
        plain: dict[str, Any] = json.loads(json.dumps(content, default=_plain))
        return plain

    def as_json(self) -> str:
        """The same as text."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2)

    def history(self) -> list[str]:
        """Lines for the history of a layer's metadata: what was done, in what order people ask."""
        made = self.finished or self.started
        stamp = f"{made:%Y-%m-%d %H:%M} UTC: " if made else ""
        lines = [
            f"{stamp}ChangeVG {self.engine_version}, model {self.model_id} {self.model_version}",
            f"Before: {self.before} ({self.date_before or 'date unknown'})",
            f"After: {self.after} ({self.date_after or 'date unknown'})",
            f"Device: {self.device or 'not recorded'}",
            f"Captions by: {self.language or 'the guide'}",
        ]
        lines += [f"Model file {name}: sha256 {sha}" for name, sha in self.model_sha256.items()]
        for name in ("grid", "stretch", "parameters"):
            content = getattr(self, name)
            if content:
                text = json.dumps(content, ensure_ascii=False, default=_plain)
                lines.append(f"{name.capitalize()}: {text}")
        lines += [f"Question {i}: {text}" for i, text in enumerate(self.questions, 1)]
        if self.command:
            lines.append(f"Command: {self.command}")
        lines += [f"Warning: {text}" for text in self.warnings]
        lines.append(f"Layer schema: {SCHEMA_VERSION}")
        return lines


def _plain(value: Any) -> Any:
    """What JSON does not know, as text (or as a list)."""
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    return str(value)
