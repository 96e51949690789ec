"""A logistic regression where units have levels of their own: fixed effects and one random intercept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from finsam_eval.results import validate_level
from finsam_eval.stats.logistic import BOUNDARY, fit_logistic
from finsam_eval.stats.mixed import NODES, WIDEST_LOGISTIC

Array = NDArray[np.float64]

START, LEAST = 0.5, 1e-4
"""The between-unit sd in logits that the climb begins with, and that which is taken for none."""

STEPS, HALVINGS, SETTLED, ENOUGH = 100, 30, 1e-9, 1e-11


@dataclass(frozen=True, kw_only=True, slots=True)
class LogisticIntercept:
    """Coefficients on the logit scale and their covariance; `between` is the variance between units in logits.

    `log_likelihood` leaves out the binomial coefficients. Without a finite maximum `converged` is False, all else nan.
    """

    coefficients: Array
    covariance: Array
    between: float
    log_likelihood: float
    converged: bool


class _Data(NamedTuple):
    """Rows in order of their units; `starts` is where each unit's begin, `unit` whose each row is."""

    design: Array
    x: Array
    n: Array
    unit: NDArray[np.int64]
    starts: NDArray[np.int64]


class _Point(NamedTuple):
    """Coefficients and sd, the log-likelihood there, its gradient and the information, sd last."""

    coefficients: Array
    sd: float
    log_likelihood: float
    gradient: Array
    information: Array


def fit_logistic_intercept(design: Array, x: Array, n: Array, unit: NDArray[np.int64]) -> LogisticIntercept:
    """Return the maximum likelihood fit of x of n by adaptive Gauss–Hermite quadrature with 25 points a unit.

    design : rows × coefficients, of full rank, the constant among them. x, n : one per row, n above 0.
    unit : 0 … for each row, two units or more.
    References: Pinheiro & Bates (1995), J Comp Graph Stat 4:12–35; the information: Louis (1982), JRSS B 44:226–233.
    In R: ``lme4::glmer(cbind(x, n - x) ~ 0 + design + (1 | unit), family = binomial, nAGQ = 25)``
    """
    k, plain = design.shape[1], fit_logistic(design, x, n)
    data = _sorted(design, x, n, unit)
    none = _climb(data, plain.coefficients, 0.0, free=False) if plain.converged else None
    peak = _climb(data, plain.coefficients, START, free=True) if none else None
    if none is None or peak is None:
        nan = float("nan")
        blank = np.full((k, k), nan)
        return LogisticIntercept(
            coefficients=blank[0], covariance=blank, between=nan, log_likelihood=nan, converged=False
        )
    flat = peak.sd < LEAST or peak.log_likelihood <= none.log_likelihood
    best, size = (none, k) if flat else (peak, k + 1)
    return LogisticIntercept(
        coefficients=best.coefficients,
        covariance=np.asarray(np.linalg.inv(best.information[:size, :size])[:k, :k], dtype=np.float64),
        between=float(best.sd) ** 2,
        log_likelihood=best.log_likelihood,
        converged=True,
    )


def between_limits(
    design: Array, x: Array, n: Array, unit: NDArray[np.int64], fit: LogisticIntercept, level: float
) -> tuple[float, float]:
    """Return the profile limits of the variance between units of a converged fit of the same rows.

    The lower is 0, the upper infinite, where the likelihood does not fall enough.
    In R: ``confint(glmer(…), "theta_", method = "profile") ^ 2``
    """
    from scipy import optimize

    data, drop = _sorted(design, x, n, unit), float(special.ndtri((1 + validate_level(level)) / 2) ** 2 / 2)

    def above(sd: float) -> float:
        found = _climb(data, fit.coefficients, sd, free=False)
        return -drop if found is None else found.log_likelihood - fit.log_likelihood + drop

    def root(low: float, high: float) -> float:
        return float(optimize.brentq(above, low, high, xtol=1e-7)) ** 2

    peak = float(np.sqrt(fit.between))
    lower = root(0.0, peak) if above(0.0) < 0 else 0.0
    high = _beyond(above, max(2 * peak, START))
    return lower, root(peak, high) if np.isfinite(high) else float("inf")


def _sorted(design: Array, x: Array, n: Array, unit: NDArray[np.int64]) -> _Data:
    """Return the rows by unit, those that are alike added up."""
    rows, which = np.unique(np.column_stack([unit, design]), axis=0, return_inverse=True)
    had, all_of = (np.bincount(which.ravel(), weights=amounts).astype(float) for amounts in (x, n))
    _, starts, place = np.unique(rows[:, 0], return_index=True, return_inverse=True)
    return _Data(rows[:, 1:], had, all_of, np.asarray(place, dtype=np.int64), np.asarray(starts))


def _climb(data: _Data, coefficients: Array, sd: float, *, free: bool) -> _Point | None:
    """Return the top of the likelihood, by Newton's steps halved until it does not fall; None where there is none.

    free : the sd is climbed too; else it is held.
    """
    k = len(coefficients) + free
    here = _at(data, coefficients, sd)
    for _ in range(STEPS):
        step = np.zeros(len(coefficients) + 1)
        step[:k] = _ascent(here.information[:k, :k], here.gradient[:k])
        before = here
        here, step = _halved(data, before, step)
        if np.abs(data.design @ here.coefficients).max() > BOUNDARY or here.sd > WIDEST_LOGISTIC:
            return None
        rose = here.log_likelihood - before.log_likelihood
        if np.abs(step).max() < SETTLED or (np.abs(step).max() < 1e-6 and rose <= 1e-13 * abs(here.log_likelihood)):
            return here
    return None


def _ascent(information: Array, gradient: Array) -> Array:
    """Return Newton's step; where the likelihood is not a hill, one that still leads upwards."""
    values, vectors = np.linalg.eigh(information)
    steep = np.maximum(np.abs(values), 1e-8 * np.abs(values).max())
    step = vectors @ ((vectors.T @ gradient) / steep)
    return np.asarray(step / max(1.0, float(np.abs(step).max())), dtype=np.float64)


def _halved(data: _Data, here: _Point, step: Array) -> tuple[_Point, Array]:
    for _ in range(HALVINGS):
        # The likelihood is the same at −sd: a step past 0 comes back.
        tried = _at(data, here.coefficients + step[:-1], abs(here.sd + step[-1]))
        if tried.log_likelihood >= here.log_likelihood - 1e-12 * abs(here.log_likelihood):
            return tried, step
        step = step / 2
    return here, np.zeros_like(step)


def _at(data: _Data, coefficients: Array, sd: float) -> _Point:
    """Return the log-likelihood with its slope and bend, as means over what each unit's effect can be."""
    fixed = data.design @ coefficients
    effect, log_weights = _drawn(data, fixed, sd)
    logit = fixed[:, np.newaxis] + sd * effect[data.unit]
    told = data.x[:, np.newaxis] * logit + data.n[:, np.newaxis] * special.log_expit(-logit)
    terms = np.add.reduceat(told, data.starts) + log_weights
    top = terms.max(axis=1, keepdims=True)
    mass = np.exp(terms - top)
    total = mass.sum(axis=1, keepdims=True)
    mass /= total
    gradient, information = _slopes(data, special.expit(logit), effect, mass)
    return _Point(coefficients, sd, float((np.log(total) + top).sum()), gradient, information)


def _drawn(data: _Data, fixed: Array, sd: float) -> tuple[Array, Array]:
    """Return the quadrature points of each unit's effect, in sds, and their log weights."""
    nodes, weights = special.roots_hermite(NODES)
    mode = np.zeros(len(data.starts))
    for _ in range(STEPS):
        share = special.expit(fixed + sd * mode[data.unit])
        pull = np.add.reduceat(data.x - data.n * share, data.starts)
        curvature = 1 + sd**2 * np.add.reduceat(data.n * share * (1 - share), data.starts)
        step = (sd * pull - mode) / curvature
        mode = mode + np.clip(step, -1, 1)
        if np.abs(step).max() < ENOUGH:
            break
    width = np.sqrt(2 / curvature)[:, np.newaxis]
    effect = mode[:, np.newaxis] + width * nodes
    log_weights = np.log(weights) + nodes**2 + np.log(width) - effect**2 / 2 - np.log(2 * np.pi) / 2
    return effect, log_weights


def _slopes(data: _Data, share: Array, effect: Array, mass: Array) -> tuple[Array, Array]:
    """Return the gradient and the observed information (Louis 1982), coefficients first and then sd."""
    units, points, k = *effect.shape, data.design.shape[1]
    residual = data.x[:, np.newaxis] - data.n[:, np.newaxis] * share
    weight = data.n[:, np.newaxis] * share * (1 - share)
    pull = np.add.reduceat(residual[..., np.newaxis] * data.design[:, np.newaxis, :], data.starts)
    all_pull = np.add.reduceat(residual, data.starts)
    slope = np.concatenate([pull, (effect * all_pull)[..., np.newaxis]], axis=2)
    squares = data.design[:, :, np.newaxis] * data.design[:, np.newaxis, :]
    bend = np.zeros((units, points, k + 1, k + 1))
    bend[..., :k, :k] = np.add.reduceat(weight[..., np.newaxis, np.newaxis] * squares[:, np.newaxis], data.starts)
    crossed = np.add.reduceat(weight[..., np.newaxis] * data.design[:, np.newaxis, :], data.starts)
    bend[..., :k, k] = bend[..., k, :k] = crossed * effect[..., np.newaxis]
    bend[..., k, k] = np.add.reduceat(weight, data.starts) * effect**2
    mean = np.einsum("up,upk->uk", mass, slope)
    second = np.einsum("up,upk,upl->kl", mass, slope, slope)
    information = np.einsum("up,upkl->kl", mass, bend) - second + mean.T @ mean
    return mean.sum(axis=0), information


def _beyond(above: Callable[[float], float], high: float) -> float:
    while high < WIDEST_LOGISTIC:
        if above(high) < 0:
            return high
        high *= 2
    return float("inf")
