"""Two groups in many strata: one pooled difference, one odds ratio, and whether the strata agree.

Arrays hold one entry per stratum; both groups have answers in each. Counts need not be whole, so that they can be
divided by a design effect.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]


class Homogeneity(NamedTuple):
    """A chi-squared test that all strata have the same difference or odds ratio; nan where it does not exist."""

    statistic: float
    df: int
    p: float


def pooled_difference(x1: Array, n1: Array, x2: Array, n2: Array) -> tuple[float, float]:
    """Return the Mantel–Haenszel difference x1 / n1 − x2 / n2 and its standard error, valid with sparse strata too.

    References: Greenland & Robins (1985), Biometrics 41:55–68 (value); Sato (1989), Biometrics 45:1323–1324 (error).
    In R: ``metafor::rma.mh(ai, n1i, ci, n2i, measure = "RD")``
    """
    total = n1 + n2
    weight = float((n1 * n2 / total).sum())
    value = float(((x1 * n2 - x2 * n1) / total).sum()) / weight
    tilt = (n1**2 * x2 - n2**2 * x1 + n1 * n2 * (n2 - n1) / 2) / total**2
    spread = (x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * total)
    return value, float(np.sqrt(max(value * tilt.sum() + spread.sum(), 0.0))) / weight


def pooled_odds_ratio(x1: Array, n1: Array, x2: Array, n2: Array) -> tuple[float, float]:
    """Return the Mantel–Haenszel odds ratio and the standard error of its logarithm.

    Missing: nan where either cross product is 0 in every stratum.
    References: Mantel & Haenszel (1959), JNCI 22:719–748; Robins, Breslow & Greenland (1986), Biometrics 42:311–323.
    In R: ``mantelhaen.test(table, correct = FALSE)``
    """
    total = n1 + n2
    agree, differ = (x1 + n2 - x2) / total, (x2 + n1 - x1) / total
    r, s = x1 * (n2 - x2) / total, x2 * (n1 - x1) / total
    up, down = float(r.sum()), float(s.sum())
    if up == 0 or down == 0:
        return float("nan"), float("nan")
    parts = (agree * r).sum() / up**2, (agree * s + differ * r).sum() / (up * down), (differ * s).sum() / down**2
    return up / down, float(np.sqrt(sum(parts) / 2))


def breslow_day(x1: Array, n1: Array, x2: Array, n2: Array, odds_ratio: float) -> Homogeneity:
    """Return the test that every stratum has the odds ratio given, with Tarone's correction.

    Strata in which all answers are the same tell nothing of an odds ratio and are left out.
    References: Breslow & Day (1980), Statistical Methods in Cancer Research I, p. 142; Tarone (1985), Biometrika
    72:91–95.
    In R: ``metafor::rma.mh(…, measure = "OR")$TA``
    """
    telling = (x1 + x2 > 0) & (x1 + x2 < n1 + n2)
    x1, n1, x2, n2 = (counts[telling] for counts in (x1, n1, x2, n2))
    if x1.size < 2 or not np.isfinite(odds_ratio):
        return _no_test()
    expected = _expected(n1, x1 + x2, n2, odds_ratio)
    cells = (expected, n1 - expected, x1 + x2 - expected, n2 - x1 - x2 + expected)
    variance = 1 / np.sum([1 / cell for cell in cells], axis=0)
    statistic = ((x1 - expected) ** 2 / variance).sum() - (x1 - expected).sum() ** 2 / variance.sum()
    return _test(float(statistic), x1.size - 1)


def cochran_q(x1: Array, n1: Array, x2: Array, n2: Array, difference: float) -> Homogeneity:
    """Return Cochran's test that every stratum has the difference given, weights the inverse variances.

    A stratum with an empty cell gets half an answer more in each of its four cells.
    References: Cochran (1954), Biometrics 10:101–129.
    In R: ``metafor::rma.mh(…, measure = "RD")$QE``
    """
    if x1.size < 2:
        return _no_test()
    empty = ((x1 == 0) | (x1 == n1) | (x2 == 0) | (x2 == n2)) * 0.5
    p1, p2 = (x1 + empty) / (n1 + 2 * empty), (x2 + empty) / (n2 + 2 * empty)
    variance = p1 * (1 - p1) / (n1 + 2 * empty) + p2 * (1 - p2) / (n2 + 2 * empty)
    return _test(float(((p1 - p2 - difference) ** 2 / variance).sum()), x1.size - 1)


def _expected(n1: Array, positive: Array, n2: Array, odds_ratio: float) -> Array:
    """Return the first group's positive answers under the odds ratio, margins kept: the one root that can be."""
    linear = n2 - positive + odds_ratio * (n1 + positive)
    square = 1 - odds_ratio
    root = np.sqrt(linear**2 + 4 * square * odds_ratio * n1 * positive)
    return 2 * odds_ratio * n1 * positive / (linear + root)  # this form has no difference of near equals, nor 0 / 0


def _test(statistic: float, df: int) -> Homogeneity:
    return Homogeneity(max(statistic, 0.0), df, float(special.chdtrc(df, max(statistic, 0.0))))


def _no_test() -> Homogeneity:
    return Homogeneity(float("nan"), 0, float("nan"))
