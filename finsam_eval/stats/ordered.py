"""A regression of ordered answers: how the odds of a higher step follow what is known of those who answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

STEPS, SETTLED = 100, 1e-9
BOUNDARY = 25.0
"""A logit beyond this belongs to a share that the data only say lies at 0 or 1: there is no finite maximum."""

LEAST = 1e-140
"""Its square is still a number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ordered:
    """Coefficients of the design, on the logit scale, and the log-likelihood. nan where there is no finite maximum.

    errors : standard errors of the coefficients, from the observed information.
    """

    coefficients: Array
    errors: Array
    log_likelihood: float
    converged: bool


def fit_ordered(design: Array, counts: Array) -> Ordered:
    """Return the maximum likelihood fit of proportional odds, by Newton's method.

    logit P(step ≥ j) = cut j + design · coefficients; with two steps this is logistic regression.

    design : rows × coefficients, without a constant; none gives the likelihood of the steps alone.
    counts : rows × steps, how many of each row chose each step; every step is chosen by someone.

    References: McCullagh (1980), J R Stat Soc B 42:109–142.
    In R: ``MASS::polr(factor(step) ~ design, weights = counts, Hess = TRUE)``
    """
    cuts = counts.shape[1] - 1
    passed = np.cumsum(counts.sum(axis=0)[::-1])[::-1][1:] / counts.sum()
    values = np.concatenate([special.logit(passed), np.zeros(design.shape[1])])
    now = likelihood_of(values, design, counts)
    for _ in range(STEPS):
        gradient, curvature = slopes(values, design, counts)
        step: Array = np.asarray(np.linalg.lstsq(curvature, gradient, rcond=None)[0], dtype=float)
        values, before, now = climbed(values, step, now, design, counts)
        if np.abs(values[:cuts]).max() > BOUNDARY or np.abs(design @ values[cuts:]).max(initial=0.0) > BOUNDARY:
            break
        if np.abs(step).max() < SETTLED or (now - before <= 1e-13 * abs(now) and np.abs(step).max() < 1e-5):
            errors = np.sqrt(np.diag(np.linalg.pinv(curvature))[cuts:])
            return Ordered(coefficients=values[cuts:], errors=errors, log_likelihood=now, converged=True)
    nothing = np.full(design.shape[1], np.nan)
    return Ordered(coefficients=nothing, errors=nothing, log_likelihood=float("nan"), converged=False)


def climbed(values: Array, step: Array, now: float, design: Array, counts: Array) -> tuple[Array, float, float]:
    """Return where the step leads, halved until it does not fall, and the likelihood before and there."""
    for _ in range(30):
        tried = likelihood_of(values + step, design, counts)
        if tried >= now - 1e-12 * abs(now):
            return values + step, now, tried
        step = step / 2
    return values, now, now


def _logits(values: Array, design: Array, counts: Array) -> Array:
    cuts = counts.shape[1] - 1
    return values[np.newaxis, :cuts] + (design @ values[cuts:])[:, np.newaxis]


def shares_of(logits: Array) -> tuple[Array, Array]:
    """Return the shares that reach each cut, rows × cuts, and the shares of each step, from falling logits."""
    edges = np.full((logits.shape[0], logits.shape[1] + 2), np.inf)
    edges[:, 1:-1], edges[:, -1] = logits, -np.inf
    above, below = edges[:, :-1], edges[:, 1:]
    # The difference of two shares near 1 has lost its digits; this product has not.
    steps = special.expit(above) * special.expit(-below) * -np.expm1(below - above)
    return special.expit(logits), steps


def likelihood_of(values: Array, design: Array, counts: Array) -> float:
    """Return the log-likelihood; −∞ where cuts do not fall.

    values : cuts, then coefficients; design, counts : as for `fit_ordered`.
    """
    if (np.diff(values[: counts.shape[1] - 1]) >= 0).any():
        return -np.inf
    shares = shares_of(_logits(values, design, counts))[1]
    return float(special.xlogy(counts, np.maximum(shares, LEAST)).sum())


def slopes(values: Array, design: Array, counts: Array) -> tuple[Array, Array]:
    """Return the gradient along the values, and minus the matrix of second derivatives.

    values, design, counts : as for `likelihood_of`.
    """
    reach, shares = shares_of(_logits(values, design, counts))
    shares = np.maximum(shares, LEAST)
    density = reach * special.expit(-_logits(values, design, counts))
    each, squared = counts / shares, counts / shares**2
    above, below = each[:, 1:], each[:, :-1]
    pull = density * (above - below)
    own = density**2 * (squared[:, 1:] + squared[:, :-1]) - density * (1 - 2 * reach) * (above - below)
    beside = -density[:, :-1] * density[:, 1:] * squared[:, 1:-1]
    along = own.copy()
    along[:, :-1] += beside
    along[:, 1:] += beside
    cuts = density.shape[1]
    curvature = np.zeros((cuts + design.shape[1],) * 2)
    place = np.arange(cuts)
    curvature[place, place] = own.sum(axis=0)
    curvature[place[:-1], place[1:]] = curvature[place[1:], place[:-1]] = beside.sum(axis=0)
    curvature[:cuts, cuts:] = along.T @ design
    curvature[cuts:, :cuts] = curvature[:cuts, cuts:].T
    curvature[cuts:, cuts:] = design.T @ (design * along.sum(axis=1)[:, np.newaxis])
    return np.concatenate([pull.sum(axis=0), design.T @ pull.sum(axis=1)]), curvature
