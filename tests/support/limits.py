"""What a raster pair must know of a model, without a model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """The planted model's stretch."""

    percentiles: tuple[float, float] = (5, 75)
    to: tuple[float, float] = (34, 90)


@dataclass(frozen=True)
class Limits:
    """Stands in for ``ModelInfo`` where only the rasters are under test."""

    gsd_m: tuple[float, float] = (0.05, 20.0)
    native_gsd_m: float = 0.5
    stretch: Rule = Rule()
