"""How much units differ beyond chance, and where each lies when that is known: mixed models with one random intercept.

The likelihood is a profile, a function of the between-unit standard deviation alone with all else maximised out. Its
peak is the estimate, what lies near enough to the peak is the interval, and its shape is how unsure the estimate is: a
unit's standard error is averaged over it, so that an estimate of 0 does not make every unit look known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from finsam_eval.results import validate_level

Array = NDArray[np.float64]

NODES = 25
"""Quadrature points per unit, as lme4's most accurate setting."""

WIDEST_LINEAR, WIDEST_LOGISTIC = 100.0, 10.0
"""The between-unit sd looked at, in within-unit sds and in logits: odds e¹⁰ times the country's are none to report."""

GRID, DENSE = 160, 2000
FAR = 10.0
"""Log-likelihood below the peak beyond which nothing is looked at."""

STEPS, ENOUGH = 100, 1e-11


@dataclass(frozen=True, kw_only=True, slots=True)
class RandomIntercept:
    """A fitted model on its own scale (the logit for shares); arrays have one entry per unit.

    `between` is the variance between units, `within` that of one answer in a unit (for shares in logits, at the mean
    level), `icc` their ratio between / (between + within); each with profile limits, `within` without. `levels` are
    the units' shrunken levels, `levels_se` their standard errors and `own_se` the part of these that units do not
    share through the mean. `converged` is False where the likelihood still rises at the widest sd.
    """

    mean: float
    mean_se: float
    between: float
    between_lower: float
    between_upper: float
    within: float
    icc: float
    icc_lower: float
    icc_upper: float
    levels: Array
    levels_se: Array
    own_se: Array
    converged: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Profile:
    """The model at each of several between-unit sds: shape (sds,), and (sds, units) for what units have."""

    sd: Array
    loglik: Array
    mean: Array
    mean_variance: Array
    within: Array
    levels: Array
    own_variance: Array
    pull: Array


def linear_intercept(mean: ArrayLike, within_squares: float, n: ArrayLike, level: float) -> RandomIntercept:
    """Return the linear random intercept model by REML.

    mean, n : each unit's mean and number of answers, n ≥ 1; three units or more, more answers than units.
    within_squares : Σ(value − unit mean)² over all answers, above 0.
    References: Searle, Casella & McCulloch (1992), Variance Components, ch. 6; standard errors averaged over the
        likelihood in the spirit of Kass & Steffey (1989), JASA 84:717–726.
    In R: ``lme4::lmer(value ~ 1 + (1 | unit), REML = TRUE)``
    """
    mean, n = np.asarray(mean, dtype=float), np.asarray(n, dtype=float)

    def profile(ratio: Array) -> _Profile:
        return _linear(ratio, mean, within_squares, n)

    peak, fine = _search(profile, WIDEST_LINEAR)
    lower, upper = _limits(fine, peak, validate_level(level))
    between = peak.sd[0] ** 2 * peak.within[0]
    limits = _between_limits(profile, peak, (lower, upper), n.sum(), level)
    return _fitted(peak, fine, between, limits, _share(peak.sd[0] ** 2), (_share(lower), _share(upper)))


def logistic_intercept(x: ArrayLike, n: ArrayLike, level: float, centre: float | None = None) -> RandomIntercept:
    """Return the logistic random intercept model by maximum likelihood, adaptive Gauss–Hermite quadrature.

    x, n : counts per unit, n ≥ 1; three units or more, not all answers equal.
    centre : the level (a share) that units are drawn towards, where it is known from more than these units; the
        variance between them is still that around their own mean.
    References: Pinheiro & Bates (1995), J Comp Graph Stat 4:12–35; the ICC by linearisation: Goldstein,
        Browne & Rasbash (2002), Understanding Statistics 1:223–231, method A.
    In R: ``lme4::glmer(cbind(x, n - x) ~ 1 + (1 | unit), family = binomial, nAGQ = 25)``
    """
    x, n = np.asarray(x, dtype=float), np.asarray(n, dtype=float)

    def profile(sd: Array) -> _Profile:
        return _logistic(sd, x, n)

    peak, fine = _search(profile, WIDEST_LOGISTIC)
    lower, upper = _limits(fine, peak, validate_level(level))
    if centre is not None:
        peak, fine = (replace(_logistic(one.sd, x, n, centre), loglik=one.loglik) for one in (peak, fine))
    within = peak.within[0]
    icc = _share(peak.sd[0] ** 2 / within), (_share(lower / within), _share(upper / within))
    return _fitted(peak, fine, peak.sd[0] ** 2, (lower, upper), *icc)


def _linear(ratio: Array, mean: Array, within_squares: float, n: Array) -> _Profile:
    """Return the profile at ratios between-sd / within-sd."""
    inflation = 1 + n * ratio[:, np.newaxis] ** 2
    weight = n / inflation
    total = weight.sum(axis=1)
    centre = weight @ mean / total
    off = mean - centre[:, np.newaxis]
    freedom = n.sum() - 1
    within = (within_squares + (weight * off**2).sum(axis=1)) / freedom
    loglik = -(freedom * np.log(within) + np.log(inflation).sum(axis=1) + np.log(total)) / 2
    pull = 1 / inflation
    return _Profile(
        sd=ratio,
        loglik=loglik,
        mean=centre,
        mean_variance=within / total,
        within=within,
        levels=mean - pull * off,
        own_variance=(within * ratio**2)[:, np.newaxis] * pull,
        pull=pull,
    )


def _logistic(sd: Array, x: Array, n: Array, centre: float | None = None) -> _Profile:
    """Return the profile at between-unit sds in logits, where the mean is the likeliest or the logit of `centre`."""
    nodes, weights = special.roots_hermite(NODES)
    log_weights = np.log(weights) + nodes**2 + np.log(2) / 2 - np.log(2 * np.pi) / 2
    spread = sd[:, np.newaxis]
    start = x.sum() / n.sum() if centre is None else centre
    mean, mode = np.full(len(sd), special.logit(start)), np.zeros((len(sd), len(x)))
    for _ in range(STEPS):
        mode, curvature = _modes(mean, spread, mode, x, n)
        width = 1 / np.sqrt(curvature)
        drawn = mode[..., np.newaxis] + np.sqrt(2) * width[..., np.newaxis] * nodes
        logit = mean[:, np.newaxis, np.newaxis] + spread[..., np.newaxis] * drawn
        terms = x[:, np.newaxis] * logit + n[:, np.newaxis] * special.log_expit(-logit) - drawn**2 / 2 + log_weights
        top = terms.max(axis=-1, keepdims=True)
        mass = np.exp(terms - top)
        total = mass.sum(axis=-1, keepdims=True)
        mass /= total
        share = special.expit(logit)
        residual = x[:, np.newaxis] - n[:, np.newaxis] * share
        slope = (mass * residual).sum(axis=-1)
        bend = (mass * (n[:, np.newaxis] * share * (1 - share) - residual**2)).sum(axis=-1) + slope**2
        information = bend.sum(axis=1)
        step = slope.sum(axis=1) / information
        if centre is not None or np.abs(step).max() < ENOUGH:
            break
        mean = mean + np.clip(step, -1, 1)
    loglik = (np.log(total) + top)[..., 0] + np.log(width)
    moment = (mass * drawn).sum(axis=-1)
    variance = (mass * drawn**2).sum(axis=-1) - moment**2
    at = special.expit(mean)
    return _Profile(
        sd=sd,
        loglik=loglik.sum(axis=1),
        mean=mean,
        mean_variance=1 / information if centre is None else np.zeros_like(information),
        within=1 / (at * (1 - at)),
        levels=mean[:, np.newaxis] + spread * mode,
        own_variance=spread**2 * variance,
        pull=1 / curvature,
    )


def _modes(mean: Array, spread: Array, mode: Array, x: Array, n: Array) -> tuple[Array, Array]:
    """Return each unit's most likely effect in between-unit sds, and the curvature of its log density there."""
    for _ in range(STEPS):
        share = special.expit(mean[:, np.newaxis] + spread * mode)
        curvature = 1 + spread**2 * n * share * (1 - share)
        step = (spread * (x - n * share) - mode) / curvature
        mode = mode + np.clip(step, -1, 1)
        if np.abs(step).max() < ENOUGH:
            break
    return mode, curvature


def _search(profile: Callable[[Array], _Profile], widest: float) -> tuple[_Profile, _Profile]:
    """Return the profile at its peak, and over all sds that are near enough to it to matter."""
    from scipy import interpolate

    coarse = profile(np.concatenate([[0.0], np.geomspace(1e-3, 1, 50) * widest]))
    best = int(np.argmax(coarse.loglik))
    far = np.flatnonzero(coarse.loglik[best:] < coarse.loglik[best] - FAR)
    widest = coarse.sd[best + far[0]] if far.size else widest
    fine = profile(widest * np.linspace(0, 1, GRID) ** 2)
    curve = interpolate.CubicSpline(fine.sd**2, fine.loglik)
    tops = np.concatenate([[0.0, fine.sd[-1] ** 2], curve.derivative().roots(extrapolate=False)])
    return profile(np.sqrt(tops[[np.argmax(curve(tops))]])), fine


def _limits(fine: _Profile, peak: _Profile, level: float) -> tuple[float, float]:
    """Return the profile limits of sd²: 0 and infinity where the likelihood does not fall enough."""
    from scipy import interpolate

    curve = interpolate.CubicSpline(fine.sd**2, fine.loglik)
    crossed = curve.solve(peak.loglik[0] - _drop(level), extrapolate=False)
    below, above = crossed[crossed < peak.sd[0] ** 2], crossed[crossed > peak.sd[0] ** 2]
    return float(below.max(initial=0.0)), float(above.min(initial=np.inf))


def _drop(level: float) -> float:
    return float(special.ndtri((1 + level) / 2) ** 2 / 2)


def _between_limits(
    profile: Callable[[Array], _Profile], peak: _Profile, ratios: tuple[float, float], n: float, level: float
) -> tuple[float, float]:
    """Return the profile limits of the variance between units where the within-unit variance is unknown too.

    At each ratio of variances, the within-unit variances t · estimate that are near enough to the peak end where
    log t + 1 / t = 1 + 2 (loglik − peak + drop) / (n − 1); the limits are the extremes of ratio · t · estimate.
    """
    if np.isinf(ratios[1]):
        return 0.0, np.inf
    near = profile(np.sqrt(np.linspace(ratios[0], ratios[1], DENSE)))
    above = 2 * (near.loglik - peak.loglik + _drop(level)) / (n - 1)
    height = 1 + np.maximum(above, 1e-10)  # Lambert's W is nan where rounding takes it past its branch point
    narrow, wide = (-1 / special.lambertw(-np.exp(-height), branch).real for branch in (-1, 0))
    variance = near.sd**2 * near.within
    return float((variance * narrow).min()), float((variance * wide).max())


def _share(ratio: float) -> float:
    """Return ratio / (1 + ratio), 1 for infinity."""
    return 1.0 if np.isinf(ratio) else float(ratio / (1 + ratio))


def _fitted(
    peak: _Profile,
    fine: _Profile,
    between: float,
    between_limits: tuple[float, float],
    icc: float,
    icc_limits: tuple[float, float],
) -> RandomIntercept:
    weight = np.exp(fine.loglik - fine.loglik.max()) * np.gradient(fine.sd)
    weight /= weight.sum()
    mean = weight @ (fine.mean_variance + (fine.mean - peak.mean) ** 2)
    own = weight @ (fine.own_variance + (fine.levels - peak.levels) ** 2)
    shared = weight @ (fine.pull**2 * fine.mean_variance[:, np.newaxis])
    return RandomIntercept(
        mean=float(peak.mean[0]),
        mean_se=float(np.sqrt(mean)),
        between=float(between),
        between_lower=between_limits[0],
        between_upper=between_limits[1],
        within=float(peak.within[0]),
        icc=icc,
        icc_lower=icc_limits[0],
        icc_upper=icc_limits[1],
        levels=peak.levels[0],
        levels_se=np.sqrt(own + shared),
        own_se=np.sqrt(own),
        converged=bool(peak.sd[0] < fine.sd[-1]),
    )
