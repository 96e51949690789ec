"""How far apart are two answers by one person, on average and at most? Bland and Altman's limits of agreement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from finsam_eval.psychometrics.answers import NO_INTERVAL, TINY, Array, Facts, absent, obstacle, pair
from finsam_eval.psychometrics.detailed import Detailed
from finsam_eval.psychometrics.scales import LOG, limits_on
from finsam_eval.results import LEVEL, validate_level
from finsam_eval.stats.intervals import difference_limits, mean_interval
from finsam_eval.stats.resampling import Statistic, unique_rows

SPAN = 1.96
"""Standard deviations between the mean difference and a limit of agreement: 95 % of normal differences lie within."""

NO_DIFFERENCES = "Alla par skiljer sig lika mycket; då går osäkerheten inte att räkna fram."


@dataclass(frozen=True, kw_only=True, slots=True)
class BlandAltman(Detailed):
    """The systematic shift (`value`), the mean of a − b in scale steps, and how far single pairs lie from it.

    `p` is that the mean difference is 0 (t). `sd` is the standard deviation of differences (divisor n − 1); `low` and
    `high` are the limits of agreement, value ∓ 1.96 · sd, each with limits of its own. n counts pairs. What does not
    exist is None.
    """

    p: float | None
    sd: float | None
    low: float | None
    low_lower: float | None
    low_upper: float | None
    high: float | None
    high_lower: float | None
    high_upper: float | None


def bland_altman(a: ArrayLike, b: ArrayLike, level: float = LEVEL) -> BlandAltman:
    """Return the systematic shift between two occasions or sides, and the limits of agreement.

    The shift has Student's interval. A limit of agreement is the shift and 1.96 sd together: its interval combines
    Student's with the jackknife's for log sd (MOVER). That of Bland & Altman, which takes differences as normal, is
    not used: with answers heaped on the top step it is too narrow however many the pairs. Whether 95 % of pairs lie
    between the limits depends on the shape of the differences; few steps make it coarse.
    How often the interval holds the truth stands in benchmarks/inference/results/coverage.csv.

    a, b : answers of the same persons in the same order. NaN = no answer; incomplete pairs are dropped.
    A status in place of a value: no data with fewer than two pairs. Where all pairs differ equally there is no
    interval.

    Raises
    ------
    WrongShape
        When a and b are not equally many numbers.

    References: Bland & Altman (1986), Lancet 327:307–310; Bland & Altman (1999), Stat Methods Med Res 8:135–160;
    Zou & Donner (2008), Stat Med 27:1693–1702.
    In R: ``d <- a - b; t.test(d); mean(d) + c(-1.96, 1.96) * sd(d)``
    """
    pairs = pair(a, b)
    method = "medelskillnad, t; gränser ± 1,96 · sd, MOVER av t och jackknife"
    facts: Facts = {"level": validate_level(level), "method": method, "n": len(pairs)}
    hindrance = obstacle(pairs)
    if hindrance:
        return BlandAltman(**absent(*hindrance, facts), **_nothing())
    steps = pairs[:, 0] - pairs[:, 1]
    shift, sd = float(steps.mean()), float(steps.std(ddof=1))
    if sd**2 < TINY:
        alike = _nothing() | {"sd": 0.0, "low": shift, "high": shift}
        return BlandAltman(value=shift, lower=None, upper=None, reason=NO_DIFFERENCES, **facts, **alike)
    lower, upper = (float(limit) for limit in mean_interval(shift, sd, len(steps), facts["level"]))
    ends = _limits_of_agreement(shift, (lower, upper), sd, _spread_limits(steps, facts["level"]))
    return BlandAltman(
        value=shift,
        lower=lower,
        upper=upper,
        reason="" if ends["low_lower"] is not None else NO_INTERVAL,
        p=float(2 * special.stdtr(len(steps) - 1, -abs(shift) / sd * np.sqrt(len(steps)))),
        sd=sd,
        **ends,
        **facts,
    )


def _nothing() -> Facts:
    return dict.fromkeys(
        ["p", "sd", *(f"{end}{limit}" for end in ("low", "high") for limit in ("", "_lower", "_upper"))]
    )


def _spread_limits(steps: Array, level: float) -> tuple[float, float]:
    rows, counts = unique_rows(steps[:, np.newaxis])
    return limits_on(LOG, _sd_of(rows[:, 0]), counts, level)


def _limits_of_agreement(shift: float, own: tuple[float, float], sd: float, spread: tuple[float, float]) -> Facts:
    """Return both limits of agreement and their limits; the lower is shift − 1.96 sd, the upper shift − (−1.96 sd)."""
    found: Facts = {}
    for end, span in (("low", SPAN), ("high", -SPAN)):
        around = sorted(span * limit for limit in spread)
        lower, upper = difference_limits(shift, own, span * sd, (around[0], around[1]))
        found[end] = shift - span * sd
        found[f"{end}_lower"], found[f"{end}_upper"] = (
            float(limit) if np.isfinite(limit) else None for limit in (lower, upper)
        )
    return found


def _sd_of(steps: Array) -> Statistic:
    centred = steps - steps.mean()

    def sd(weights: Array) -> Array:
        n = weights.sum(axis=1)
        mean, square = weights @ centred / n, weights @ centred**2 / n
        return np.sqrt(np.maximum(square - mean**2, 0) * n / np.where(n > 1, n - 1, np.nan))

    return sd
