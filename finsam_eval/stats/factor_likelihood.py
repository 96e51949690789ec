"""What do items have in common? Loadings under which the observed correlations are most likely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finsam_eval.stats.factors import LEAST_UNIQUE

Array = NDArray[np.float64]

STEPS, SETTLED = 500, 1e-9
SHORTEST = 2.0**-20
ROUNDING = 1e-14


@dataclass(frozen=True, kw_only=True, slots=True)
class MostLikely:
    """Unrotated loadings, items × factors, and how far the model is from the correlations: 0 where it is exact."""

    loadings: Array
    discrepancy: float
    converged: bool


def most_likely_factors(correlations: Array, factors: int) -> MostLikely:
    """Return the maximum likelihood factors of one correlation matrix, items × items, positive definite.

    Steps of Jöreskog's kind on the logarithms of the items' own shares, halved until the discrepancy falls, each share
    kept between `LEAST_UNIQUE` and 1. The columns' loadings add up to something positive.
    Missing: `converged` is False where there is no rest within `STEPS` steps.

    References: Jöreskog (1967), Psychometrika 32:443–482; Lawley & Maxwell (1971), Factor Analysis, ch. 4.
    In R: ``factanal(covmat = correlations, factors = factors, rotation = "none", lower = 0.005)``
    """
    inverse = np.linalg.inv(correlations)
    logs = np.log(np.clip((1 - factors / (2 * len(correlations))) / np.diag(inverse), LEAST_UNIQUE, 1.0))
    converged = False
    for _ in range(STEPS):
        step = _step(correlations, logs, factors)
        converged = bool(np.abs(_within(logs + step) - logs).max() < SETTLED)
        moved = _taken(correlations, logs, step, factors)
        if converged or moved is None:
            break
        logs = moved
    values, vectors, _ = _parts(correlations, logs, factors)
    loadings = np.exp(logs / 2)[:, np.newaxis] * vectors * np.sqrt(np.maximum(values - 1, 0.0))
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    distance = _discrepancy(correlations, logs, factors)
    return MostLikely(loadings=loadings, discrepancy=distance, converged=converged)


def _parts(correlations: Array, logs: Array, factors: int) -> tuple[Array, Array, tuple[Array, Array]]:
    """Return values and vectors of the correlations scaled by the items' own parts: those kept, and those left."""
    scale = np.exp(-logs / 2)
    values, vectors = np.linalg.eigh(correlations * np.outer(scale, scale))
    values, vectors = values[::-1], vectors[:, ::-1]
    return values[:factors], vectors[:, :factors], (values[factors:], vectors[:, factors:])


def _discrepancy(correlations: Array, logs: Array, factors: int) -> float:
    left = _parts(correlations, logs, factors)[2][0]
    return float((left - np.log(left) - 1).sum())


def _step(correlations: Array, logs: Array, factors: int) -> Array:
    """Return the step towards the minimum; what stands at its limit and would go beyond stays."""
    values, vectors = _parts(correlations, logs, factors)[2]
    gradient = vectors**2 @ (1 - values)
    curvature = (vectors @ vectors.T) ** 2
    stuck = ((logs <= np.log(LEAST_UNIQUE)) & (gradient > 0)) | ((logs >= 0) & (gradient < 0))
    free = ~stuck
    curvature = curvature * np.outer(free, free) + np.diag(stuck + 1e-12)
    step: Array = np.clip(np.linalg.solve(curvature, -gradient * free), -2.0, 2.0)
    return step


def _within(logs: Array) -> Array:
    return np.clip(logs, np.log(LEAST_UNIQUE), 0.0)


def _taken(correlations: Array, logs: Array, step: Array, factors: int) -> Array | None:
    """Return where the longest half, quarter … of the step leads that does not climb; None where none is left."""
    before, length = _discrepancy(correlations, logs, factors), 1.0
    while length > SHORTEST:
        moved = _within(logs + length * step)
        if _discrepancy(correlations, moved, factors) <= before + ROUNDING:
            return moved
        length /= 2
    return None
