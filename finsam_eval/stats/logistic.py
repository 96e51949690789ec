"""A logistic regression of counts, by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

STEPS = 100
SETTLED = 1e-10
BOUNDARY = 15.0
"""A logit beyond this belongs to a share that the data only say lies at 0 or 1: there is no finite maximum."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Logistic:
    """Coefficients on the logit scale and their covariance. Without a finite maximum `converged` is False."""

    coefficients: Array
    covariance: Array
    converged: bool


def fit_logistic(design: Array, x: Array, n: Array) -> Logistic:
    """Return the maximum likelihood fit of x of n by Newton's method.

    design : rows × coefficients, of full rank. x, n : one per row; n above 0, neither need be whole.
    References: McCullagh & Nelder (1989), Generalized Linear Models, section 4.4.
    In R: ``glm(cbind(x, n - x) ~ 0 + design, family = binomial)``
    """
    start = special.logit((x + 0.5) / (n + 1))
    coefficients = np.linalg.lstsq(design * np.sqrt(n)[:, np.newaxis], start * np.sqrt(n), rcond=None)[0]
    for _ in range(STEPS):
        logits = design @ coefficients
        if np.abs(logits).max() > BOUNDARY:
            break
        share = special.expit(logits)
        information = design.T @ (design * (n * share * (1 - share))[:, np.newaxis])
        step = np.linalg.solve(information, design.T @ (x - n * share))
        coefficients = coefficients + step
        if np.abs(step).max() < SETTLED:
            return Logistic(coefficients=coefficients, covariance=np.linalg.inv(information), converged=True)
    nothing = np.full((coefficients.size, coefficients.size), np.nan)
    return Logistic(coefficients=np.full(coefficients.size, np.nan), covariance=nothing, converged=False)
