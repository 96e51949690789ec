"""How sure a count of events is."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Array = NDArray[np.float64]

FEW = 10
"""Below so many events the exact limits are used, from it on Byar's."""


def byar(x: ArrayLike, level: float) -> tuple[Array, Array]:
    """Return lower and upper limits of the mean of a Poisson count: Byar's approximation, exact below `FEW`.

    x : 0 or above; need not be whole, so that a count can be divided by a design effect.
    References: Breslow & Day (1987), Statistical Methods in Cancer Research II, p. 69, equation 2.13; Public Health
    England (2018), Technical Guide: Confidence Intervals.
    In R, below 10: ``qchisq(c(.025, .975), 2 * (x + 0:1)) / 2``
    """
    x = np.asarray(x, dtype=float)
    z, tail = float(special.ndtri((1 + level) / 2)), (1 - level) / 2
    few, some = x < FEW, np.where(x > 0, x, 1.0)
    lower = some * (1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3
    upper = (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * np.sqrt(x + 1))) ** 3
    exact_lower = np.where(x > 0, special.gammaincinv(some, tail), 0.0)
    return np.where(few, exact_lower, lower), np.where(few, special.gammaincinv(x + 1, 1 - tail), upper)
