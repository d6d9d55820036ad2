"""The section ``range`` of ``model.json``: what the training imagery looked like to the guide.

Numbers are kept as text (base64 of little-endian floats), a tenth of what JSON numbers take:
a model folder holds no arrays of any other kind.
"""

from __future__ import annotations

import base64
import binascii
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

WIDE, NARROW = "<f4", "<f2"
"""Data types of what is kept: means, scales and variances; axes."""


class RangeSection(BaseModel):
    """A Gaussian of the training tiles' features and the distance that is still usual.

    Attributes
    ----------
    features : int
        Length F of the guide's output ``features``.
    mean, scale : str
        float32 (F,): features are first standardised with them.
    axes : str
        float16 (k, F): orthonormal directions of the standardised features.
    variances : str
        float32 (k,): variance along each.
    rest : float
        Variance along every other direction.
    limit : float
        Distance (:class:`engine.guide.imagery_range.RangeCheck`) above which a tile is out of
        range: the 99th percentile of real tiles from places the model was not trained on.
    warn_share : float
        Share of a run's tiles beyond the limit from which the run warns.
    calibrated_on : str
        Which tiles the limit comes from, for people.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    method: Literal["gaussian"] = "gaussian"
    features: int = Field(gt=0, le=4096)
    mean: str
    scale: str
    axes: str
    variances: str
    rest: float = Field(gt=0, allow_inf_nan=False)
    limit: float = Field(gt=0, allow_inf_nan=False)
    warn_share: float = Field(0.2, gt=0, lt=1)
    calibrated_on: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        count = self.features
        for name in ("mean", "scale"):
            if decoded(getattr(self, name), WIDE).shape != (count,):
                raise ValueError(f"range.{name} has not {count} numbers")
        variances = decoded(self.variances, WIDE)
        if decoded(self.axes, NARROW).size != variances.size * count:
            raise ValueError(f"range.axes has not {variances.size} × {count} numbers")
        if (variances <= 0).any() or (decoded(self.scale, WIDE) <= 0).any():
            raise ValueError("range.scale and range.variances are above 0")
        return self


def encoded(values: NDArray[np.floating], dtype: str) -> str:
    """Numbers as text; read them back with :func:`decoded`."""
    return base64.b64encode(np.ascontiguousarray(values, dtype).tobytes()).decode("ascii")


def decoded(text: str, dtype: str) -> NDArray[np.float64]:
    """Numbers of a text, one after the other.

    Raises
    ------
    ValueError
        It is no text of :func:`encoded`, or holds what is no finite number.
    """
    try:
        values = np.frombuffer(base64.b64decode(text, validate=True), dtype).astype(np.float64)
    except binascii.Error as error:
        raise ValueError(f"range: {error}") from error
    if not np.isfinite(values).all():
        raise ValueError("range: not every number is finite")
    return values
