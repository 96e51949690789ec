"""How far from a centre a unit may lie by chance alone, and whether the units lie further apart than that.

scipy.stats is imported where it is used: it takes longer than the rest of a report's imports together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def interpolated_limits(
    n: ArrayLike, share: ArrayLike, level: float, *, total: int | None = None
) -> tuple[Array, Array]:
    """Return the lower and upper limit of a share among n answers when the true share is `share`.

    Between whole counts the limit is interpolated on the distribution function F: with r the first count where
    F(r) ≥ p, it is (r − (F(r) − p) / (F(r) − F(r − 1))) / n, p = (1 − level) / 2. The upper limit is that of the
    opposite answer, reflected. Printed as r at 1 − p instead, it would put every unit where all agree above the line,
    whatever its n, and would judge agreement and disagreement by different rules.
    A count lies outside exactly where `exact_p` is below 1 − level.

    n : whole numbers, 1 or above.
    total : with it the n answers are a part of this many, `share` of which are positive (hypergeometric); without,
        they are independent (binomial).
    References: Spiegelhalter (2005), Statistics in Medicine 24:1185–1202, appendix A.1.1.
    In R, the lower limit: ``r <- qbinom(p, n, share); (r - (pbinom(r, n, share) - p) / dbinom(r, n, share)) / n``
    """
    n, share, tail = np.asarray(n, dtype=np.int64), np.asarray(share, dtype=float), (1 - level) / 2
    lower = _interpolated(n, share, total, tail) / n
    upper = 1 - _interpolated(n, 1 - share, total, tail) / n
    return np.maximum(lower, 0.0), np.minimum(upper, 1.0)


def exact_p(x: ArrayLike, n: ArrayLike, share: ArrayLike, *, total: int | None = None) -> Array:
    """Return the two-sided exact p of x of n: twice the smaller tail, the count itself in both, at most 1.

    Arguments as in `interpolated_limits`.
    In R: ``pmin(1, 2 * pmin(pbinom(x, n, share), pbinom(x - 1, n, share, lower.tail = FALSE)))``
    """
    x, n = np.asarray(x, dtype=np.int64), np.asarray(n, dtype=np.int64)
    share = np.asarray(share, dtype=float)
    (family, agree), (_, differ) = _distribution(n, share, total), _distribution(n, 1 - share, total)
    below, above = family.cdf(x, *agree), family.cdf(n - x, *differ)
    return np.minimum(1.0, 2 * np.minimum(below, above))


def _distribution(n: NDArray[np.int64], share: Array, total: int | None) -> tuple[Any, tuple[Any, ...]]:
    from scipy import stats

    if total is None:
        return stats.binom, (n, share)
    return stats.hypergeom, (total, np.rint(share * total).astype(np.int64), n)


def _interpolated(n: NDArray[np.int64], share: Array, total: int | None, p: float) -> Array:
    family, parameters = _distribution(n, share, total)
    first = family.ppf(p, *parameters)
    reached, before = family.cdf(first, *parameters), family.cdf(first - 1, *parameters)
    limit: Array = first - (reached - p) / (reached - before)
    return limit


def winsorised(values: ArrayLike, share: float) -> Array:
    """Return values with the lowest and highest `share` of them moved in to the quantiles there.

    In R: ``q <- quantile(values, c(share, 1 - share)); pmin(pmax(values, q[1]), q[2])``
    """
    values = np.asarray(values, dtype=float)
    lower, upper = np.quantile(values, [share, 1 - share])
    return np.clip(values, lower, upper)


def dispersion(z: ArrayLike, variance: ArrayLike) -> tuple[float, float]:
    """Return φ, how many times wider the units spread than chance alone, and τ², the variance between them.

    φ = Σz² / I, not bounded by 1. τ² = max(0, (Iφ − (I − 1)) / (Σw − Σw² / Σw)) with w = 1 / variance: the moment
    estimate of DerSimonian & Laird, on the scale of `variance`.

    z : deviations from the centre in standard errors, one per unit, two units or more; winsorised or not.
    variance : the sampling variance of each unit.
    References: Spiegelhalter (2005), Statistics in Medicine 24:1185–1202; DerSimonian & Laird (1986),
        Controlled Clinical Trials 7:177–188.
    In R, τ² where z is taken from the mean weighted by w: ``metafor::rma(yi, variance, method = "DL")$tau2``
    """
    z, weight = np.asarray(z, dtype=float), 1 / np.asarray(variance, dtype=float)
    phi = float(np.mean(z**2))
    excess = len(z) * phi - (len(z) - 1)
    return phi, max(0.0, excess / float(weight.sum() - (weight**2).sum() / weight.sum()))


def benjamini_hochberg(p: ArrayLike) -> Array:
    """Return p adjusted so that flagging those below q lets at most a share q of the flags be false; nan is left out.

    References: Benjamini & Hochberg (1995), J R Stat Soc B 57:289–300.
    In R: ``p.adjust(p, "BH")``
    """
    p = np.asarray(p, dtype=float)
    known = np.flatnonzero(np.isfinite(p))
    falling = known[np.argsort(-p[known], kind="stable")]
    steps = p[falling] * known.size / np.arange(known.size, 0, -1)
    adjusted = np.full(p.shape, np.nan)
    adjusted[falling] = np.minimum(np.minimum.accumulate(steps), 1.0)
    return adjusted
