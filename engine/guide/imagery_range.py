"""How far a tile's imagery is from what the guide was trained on.

The guide's features of the training tiles are taken for one Gaussian; the distance of a tile is
that of Mahalanobis (Lee et al., "A Simple Unified Framework for Detecting Out-of-Distribution
Samples", NeurIPS 2018, section 2.1, with one class), on a covariance that is kept as its main axes
and one variance for the rest (Tipping and Bishop, "Probabilistic Principal Component Analysis",
1999, section 3.2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelDamagedError
from engine.models import RangeSection
from engine.models.imagery_range import NARROW, WIDE, decoded

MAX_SCORE = 1000.0
"""What is farther, or no number at all, counts as this far."""


class RangeCheck:
    """Judges features by a model's ``range`` section.

    Parameters
    ----------
    section : RangeSection

    Attributes
    ----------
    features : int
        Length of the features it judges.
    """

    def __init__(self, section: RangeSection) -> None:
        self.features = section.features
        self.limit, self.warn_share = section.limit, section.warn_share
        self._mean, self._scale = decoded(section.mean, WIDE), decoded(section.scale, WIDE)
        self._axes = decoded(section.axes, NARROW).reshape(-1, section.features)
        self._variances, self._rest = decoded(section.variances, WIDE), section.rest

    def distances(self, features: NDArray[np.floating]) -> NDArray[np.float64]:
        """Distances of tiles: root of the squared Mahalanobis distance per feature.

        Parameters
        ----------
        features : float array (n, F)

        Returns
        -------
        float64 array (n,)
            About 1 for the training tiles; infinite where a feature is no finite number.

        Raises
        ------
        ModelDamagedError
            F is not the section's.
        """
        values = np.asarray(features, np.float64)
        if values.ndim != 2 or values.shape[1] != self.features:
            raise ModelDamagedError(
                f"The guide gives features {values.shape}, the model's range has {self.features}.",
                hint="Get the model folder again.",
            )
        z: NDArray[np.float64] = (values - self._mean) / self._scale
        finite: NDArray[np.bool_] = np.all(np.isfinite(z), axis=1)
        z[~finite] = 0.0
        along = z @ self._axes.T
        # Axes are kept in half precision: what their rounding leaves must not go below nothing.
        beside = np.maximum((z**2).sum(axis=1) - (along**2).sum(axis=1), 0.0)
        squares = (along**2 / self._variances).sum(axis=1) + beside / self._rest
        return np.where(finite, np.sqrt(squares / self.features), np.inf)

    def scores(self, features: NDArray[np.floating]) -> NDArray[np.float64]:
        """Distances over the limit, at most :data:`MAX_SCORE`; above 1 is out of range.

        Parameters
        ----------
        features : float array (n, F)

        Returns
        -------
        float64 array (n,)
        """
        scores: NDArray[np.float64] = np.minimum(self.distances(features) / self.limit, MAX_SCORE)
        return scores
