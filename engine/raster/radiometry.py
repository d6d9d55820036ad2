"""One linear map per date onto the model's 0..255, decided once for the whole pair (design 5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import EmptyPairError, UsageError

COMPARABLE = 2.0
"""Medians of two dates within this factor are one radiometry."""


class StretchRule(Protocol):
    """Where a date's percentiles land on the model's range."""

    @property
    def percentiles(self) -> tuple[float, float]:
        """Lower and upper percentile."""

    @property
    def to(self) -> tuple[float, float]:
        """Model values they land on."""


@dataclass(frozen=True)
class LinearMap:
    """``model value = gain * value + offset``, rounded and cut to 0..255.

    Attributes
    ----------
    gain, offset : float
    source : str
        Where it comes from: ``identity``, ``joint``, ``own``, ``option``.
    percentiles : (float, float) or None
        The date's values that were mapped onto the model's range.
    """

    gain: float = 1.0
    offset: float = 0.0
    source: str = "identity"
    percentiles: tuple[float, float] | None = None

    def apply(self, array: NDArray[Any]) -> NDArray[np.uint8]:
        """Map pixels; non-finite ones become 0.

        Parameters
        ----------
        array : any shape and real type

        Returns
        -------
        uint8 array of the same shape; the very same array where nothing changes.
        """
        if array.dtype == np.uint8:
            if self.gain == 1.0 and self.offset == 0.0:
                return array
            return self._table8[array]
        if array.dtype == np.uint16:
            return self._table16[array]
        return self._computed(array)

    def describe(self) -> dict[str, Any]:
        """Facts for the provenance."""
        return {
            "gain": self.gain,
            "offset": self.offset,
            "source": self.source,
            "percentiles": list(self.percentiles) if self.percentiles else None,
        }

    @cached_property
    def _table8(self) -> NDArray[np.uint8]:
        return self._computed(np.arange(256))

    @cached_property
    def _table16(self) -> NDArray[np.uint8]:
        return self._computed(np.arange(65536))

    def _computed(self, array: NDArray[Any]) -> NDArray[np.uint8]:
        # Large stored values need all digits: gain and offset nearly cancel.
        wide = np.dtype(np.float64 if array.dtype.itemsize > 4 else np.float32)
        values = array.astype(wide) * wide.type(self.gain) + wide.type(self.offset)
        with np.errstate(invalid="ignore"):
            np.nan_to_num(values, copy=False, nan=0.0, posinf=255.0, neginf=0.0)
        return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def decide_maps(
    before: NDArray[Any],
    after: NDArray[Any],
    dtypes: tuple[str, str],
    stretch: str,
    rule: StretchRule,
    names: tuple[str, str] = ("before", "after"),
) -> tuple[LinearMap, LinearMap]:
    """The map of each date.

    Parameters
    ----------
    before, after : (n, 3)
        Values of the two dates at the same places, all valid.
    dtypes : (str, str)
        The files' data types.
    stretch : str
        ``auto`` (the rule), ``none`` (values are taken as they are), or ``LO,HI`` (those values of
        both dates become 0 and 255).
    rule : StretchRule
        The model's.
    names : (str, str)
        For messages.

    Raises
    ------
    EmptyPairError
        No values, or a date that is constant.
    UsageError
        ``stretch`` is none of these.
    """
    option = parse_stretch(stretch)
    for values, name in ((before, names[0]), (after, names[1])):
        check_contrast(values, name)
    if option is not None:
        low, high = option
        gain = 255.0 / (high - low)
        same = LinearMap(gain, -low * gain, "option", (low, high))
        return same, same
    if stretch == "none" or dtypes == ("uint8", "uint8"):
        return LinearMap(), LinearMap()
    if dtypes[0] == dtypes[1] and _comparable(before, after):
        joint = _from_percentiles(np.concatenate([before, after]), rule, "joint")
        return joint, joint
    first, second = (
        LinearMap() if dtype == "uint8" else _from_percentiles(values, rule, "own")
        for values, dtype in zip((before, after), dtypes, strict=True)
    )
    return first, second


def parse_stretch(text: str) -> tuple[float, float] | None:
    """Values of a ``LO,HI`` stretch; ``None`` for ``auto`` and ``none``.

    Raises
    ------
    UsageError
        It is none of the three.
    """
    if text in ("auto", "none"):
        return None
    hint = "Say --stretch auto, --stretch none or --stretch LO,HI, e.g. --stretch 0,3000."
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError as error:
        raise UsageError(f"{text!r} is no stretch.", hint=hint) from error
    if not (np.isfinite([low, high]).all() and high > low):
        raise UsageError(f"Stretch {text!r} does not run from low to high.", hint=hint)
    return low, high


def check_contrast(values: NDArray[Any], name: str) -> None:
    """Refuse a date that shows nothing.

    Raises
    ------
    EmptyPairError
    """
    if not len(values):
        raise EmptyPairError(
            f"{name} has no data where the other date has some.",
            hint="Check the nodata value (--nodata) and that both dates show the same place.",
        )
    if is_constant(values):
        shown = ", ".join(f"{value:g}" for value in values[0])
        raise EmptyPairError(
            f"{name} is one constant value ({shown}) over the common area.",
            hint=f"If it means no data, say --nodata {values[0][0]:g}.",
        )


def is_constant(values: NDArray[Any]) -> bool:
    """Whether every band of (n, 3) values holds one value."""
    return bool((values == values[0]).all())


def _comparable(before: NDArray[Any], after: NDArray[Any]) -> bool:
    first, second = float(np.median(before)), float(np.median(after))
    if first > 0 and second > 0:
        return max(first, second) <= COMPARABLE * min(first, second)
    # Around and below zero a factor says nothing; the distance against the contrast does.
    spread = max(float(np.subtract(*np.percentile(v, [98, 2]))) for v in (before, after))
    return abs(first - second) <= spread / 2


def _from_percentiles(values: NDArray[Any], rule: StretchRule, source: str) -> LinearMap:
    low, high = (float(p) for p in np.percentile(values, _pair(rule.percentiles)))
    if not high > low:
        low, high = float(values.min()), float(values.max())
    bottom, top = _pair(rule.to)
    gain = (top - bottom) / (high - low)
    return LinearMap(gain, bottom - low * gain, source, (low, high))


def _pair(values: Sequence[float]) -> tuple[float, float]:
    first, second = values
    return float(first), float(second)
