"""How large the change of the same persons is, in scale steps and in standard deviations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from finsam_eval.psychometrics.answers import TINY, Array, Facts, absent, jackknife, obstacle, pair
from finsam_eval.results import LEVEL, Estimate, Status, validate_level
from finsam_eval.stats.intervals import mean_interval
from finsam_eval.stats.resampling import Statistic

SRM = "SRM: medelförändring / förändringarnas SD, jackknife"

NO_PAIRS = "Färre än två personer har svarat båda gångerna."
ALL_ALIKE = "Alla har ändrat sig lika mycket, så det finns ingen spridning att mäta förändringen mot."
NO_SPREAD = "Alla svarade likadant första gången, så det finns ingen spridning att mäta förändringen mot."
NO_LIMITS = "Osäkerheten går inte att räkna fram."


def mean_change(before: ArrayLike, after: ArrayLike, level: float = LEVEL) -> Estimate:
    """Return the mean of after − before in scale steps, among those who answered both times, with Student's interval.

    before, after : answers of the same persons in the same order. NaN = no answer; incomplete pairs are dropped.
    Persons are taken as independent of each other. A status in place of a value: no data with fewer than two pairs.
    Where all changed alike there is a value and no interval.

    Raises
    ------
    WrongShape
        When before and after are not equally many numbers.

    In R: ``t.test(after, before, paired = TRUE)``
    """
    pairs, facts, none = _ready(before, after, "Medelförändring i skalsteg, samma personer, t", level)
    if none:
        return none
    steps = pairs[:, 1] - pairs[:, 0]
    value, sd = float(steps.mean()), float(steps.std(ddof=1))
    if sd**2 < TINY:
        return Estimate(value=value, lower=None, upper=None, reason=ALL_ALIKE, **facts)
    lower, upper = mean_interval(value, sd, len(steps), facts["level"])
    return Estimate(value=value, lower=float(lower), upper=float(upper), **facts)


def standardised_mean(before: ArrayLike, after: ArrayLike, level: float = LEVEL) -> Estimate:
    """Return the standardised response mean (SRM): the mean change in standard deviations of the changes (Cohen's d_z).

    The interval is the jackknife's over persons. That of the noncentral t takes changes as normal: with two thirds of
    answers on the top step and an SRM of .5 it held the truth 997 times of 1 000, the
    jackknife's 946 (n = 150).

    Arguments, missing and Raises: as `mean_change`. Not applicable where all changed alike.

    References: Liang, Fossel & Larson (1990), Med Care 28:632–642; Husted, Cook, Farewell & Gladman (2000), J Clin
    Epidemiol 53:459–468.
    In R: ``mean(after - before) / sd(after - before)``
    """
    return _standardised(
        before, after, _srm_of, "SRM: medelförändring / förändringarnas SD, jackknife", level, ALL_ALIKE
    )


def effect_size(before: ArrayLike, after: ArrayLike, level: float = LEVEL, *, both: bool = False) -> Estimate:
    """Return the effect size (ES): the mean change in standard deviations of the answers before.

    The interval is the jackknife's over persons. Becker's takes answers as normal and equally spread both times: with
    two thirds of answers on the top step and an ES of .46 it held the truth 999 times of 1 000, the jackknife's 947
    (n = 150).

    both : divide by the root of the mean of both occasions' variances instead (Cohen's d_av).
    Other arguments, missing and Raises: as `mean_change`. Not applicable where everybody answered alike before.

    References: Kazis, Anderson & Meenan (1989), Med Care 27:S178–S189; Becker (1988), Br J Math Stat Psychol
    41:257–278; d_av: Cumming (2012), Understanding the New Statistics, ch. 11.
    In R: ``mean(after - before) / sd(before)``
    """
    if both:
        method = "d_av: medelförändring / roten ur tillfällenas medelvarians, jackknife"
        return _standardised(before, after, _d_av_of, method, level, NO_SPREAD)
    method = "ES: medelförändring / SD vid det första tillfället, jackknife"
    return _standardised(before, after, _es_of, method, level, NO_SPREAD)


def _ready(before: ArrayLike, after: ArrayLike, method: str, level: float) -> tuple[Array, Facts, Estimate | None]:
    pairs = pair(before, after)
    facts: Facts = {"level": validate_level(level), "method": method, "n": len(pairs)}
    return pairs, facts, Estimate(**absent(Status.NO_DATA, NO_PAIRS, facts)) if obstacle(pairs) else None


def _standardised(
    before: ArrayLike,
    after: ArrayLike,
    statistic_of: Callable[[Array], Statistic],
    method: str,
    level: float,
    no_spread: str,
) -> Estimate:
    pairs, facts, none = _ready(before, after, method, level)
    if none:
        return none
    value = float(statistic_of(pairs)(np.ones((1, len(pairs))))[0])
    if not np.isfinite(value):
        return Estimate(**absent(Status.NOT_APPLICABLE, no_spread, facts))
    limits = jackknife(pairs, statistic_of, facts["level"], within=(-np.inf, np.inf))
    lower, upper = (float(limit) if np.isfinite(limit) else None for limit in limits)
    return Estimate(value=value, lower=lower, upper=upper, reason="" if lower is not None else NO_LIMITS, **facts)


def _variance_of(values: Array, weights: Array) -> Array:
    n, apart = weights.sum(axis=1), values - values.mean()
    mean = weights @ apart / n
    found: Array = (weights @ apart**2 / n - mean**2) * n / np.where(n > 1, n - 1, np.nan)
    return np.where(found > TINY, found, np.nan)


def _mean_step(pairs: Array, weights: Array) -> Array:
    found: Array = weights @ (pairs[:, 1] - pairs[:, 0]) / weights.sum(axis=1)
    return found


def _srm_of(pairs: Array) -> Statistic:
    return lambda weights: _mean_step(pairs, weights) / np.sqrt(_variance_of(pairs[:, 1] - pairs[:, 0], weights))


def _es_of(pairs: Array) -> Statistic:
    return lambda weights: _mean_step(pairs, weights) / np.sqrt(_variance_of(pairs[:, 0], weights))


def _d_av_of(pairs: Array) -> Statistic:
    def d_av(weights: Array) -> Array:
        variances = [_variance_of(pairs[:, side], weights) for side in (0, 1)]
        found: Array = _mean_step(pairs, weights) / np.sqrt(sum(variances) / 2)
        return found

    return d_av
