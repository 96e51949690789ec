"""What do items have in common? Loadings under which the observed correlations are most likely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finsam_eval.stats.factors import LEAST_UNIQUE

Array = NDArray[np.float64]

STEPS, LEVEL_ENOUGH = 2000, 1e-4
"""A slope below this, along shares that may move, is rest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MostLikely:
    """Unrotated loadings, items × factors, and how far the model is from the correlations: 0 where it is exact."""

    loadings: Array
    discrepancy: float
    converged: bool


def most_likely_factors(correlations: Array, factors: int) -> MostLikely:
    """Return the maximum likelihood factors of one correlation matrix, items × items, positive definite.

    Each item's own share lies between `LEAST_UNIQUE` and 1. The columns' loadings add up to something positive.
    Missing: `converged` is False where there is no rest within `STEPS` steps.

    References: Jöreskog (1967), Psychometrika 32:443–482; Lawley & Maxwell (1971), Factor Analysis, ch. 4.
    In R: ``factanal(covmat = correlations, factors = factors, rotation = "none", lower = 0.005)``
    """
    from scipy.optimize import minimize

    start = (1 - factors / (2 * len(correlations))) / np.diag(np.linalg.inv(correlations))
    found = minimize(
        lambda unique: _discrepancy(correlations, unique, factors),
        np.clip(start, LEAST_UNIQUE, 1.0),
        jac=True,
        method="L-BFGS-B",
        bounds=[(LEAST_UNIQUE, 1.0)] * len(correlations),
        options={"maxiter": STEPS, "maxfun": 2 * STEPS, "ftol": 1e-15, "gtol": 1e-9},
    )
    unique = found.x
    values, vectors = _scaled(correlations, unique)
    loadings = np.sqrt(unique)[:, np.newaxis] * vectors[:, :factors] * np.sqrt(np.maximum(values[:factors] - 1, 0.0))
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    # Along a share at its limit the slope may go on.
    slope = np.clip(unique - found.jac, LEAST_UNIQUE, 1.0) - unique
    return MostLikely(
        loadings=loadings, discrepancy=float(found.fun), converged=bool(np.abs(slope).max() < LEVEL_ENOUGH)
    )


def _scaled(correlations: Array, unique: Array) -> tuple[Array, Array]:
    """Return eigenvalues, largest first, and vectors of the correlations in units of the items' own parts."""
    scale = 1 / np.sqrt(unique)
    values, vectors = np.linalg.eigh(correlations * np.outer(scale, scale))
    return values[::-1], vectors[:, ::-1]


def _discrepancy(correlations: Array, unique: Array, factors: int) -> tuple[float, Array]:
    """Return the discrepancy, a sum over the eigenvalues that are left out, and its slope along the shares."""
    values, vectors = _scaled(correlations, unique)
    left, along = values[factors:], vectors[:, factors:]
    return float((left - np.log(left) - 1).sum()), along**2 @ (1 - left) / unique
