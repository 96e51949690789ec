"""How sure is a number that has no formula for it? Leave respondents out, or draw them anew, and see it move."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import special

from finsam_eval.errors import WrongShape
from finsam_eval.results import validate_level

Array = NDArray[np.float64]
Statistic = Callable[[Array], Array]

SEED = 18370512
"""Any number would do as long as it stays: the same data give the same interval."""

DRAWS = 2000

LOST = 0.05
"""No interval is given where the statistic does not exist in more than this share of the draws."""

CHUNK = 4_000_000
"""Weights held in memory at a time: 32 MB."""


def bca(
    statistic: Statistic, counts: NDArray[np.int64], *, level: float, draws: int = DRAWS, seed: int = SEED
) -> tuple[float, float]:
    """Return the bias-corrected and accelerated bootstrap interval of a statistic of weighted rows.

    A draw gives the unique rows multinomial weights that sum to the number of respondents. The bias correction is
    the share of draws below the estimate, ties counted as half; the acceleration is from leaving out one respondent.

    statistic : weights, shape (draws, rows) → values, shape (draws,); nan where it does not exist.
    counts : whole numbers, shape (rows,): how many respondents each unique row stands for.
    Missing: (nan, nan) where the statistic does not exist in the data, in more than `LOST` of the draws or without
    one of the respondents, or where nothing varies between the draws: resampling then cannot tell how sure it is.

    Raises
    ------
    WrongShape
        When counts is not a row of whole numbers with a sum above 0.

    References: Efron (1987), JASA 82:171–185, section 4, with the acceleration from the jackknife.
    In R: ``boot::boot.ci(boot::boot(data, statistic, R = 2000), type = "bca")``
    """
    level, counts = validate_level(level), _checked(counts)
    estimate = float(statistic(counts[np.newaxis].astype(float))[0])
    drawn = np.concatenate([statistic(weights) for weights in _draws(counts, draws, seed)])
    left_out = np.concatenate([statistic(weights) for weights in without_one(counts)])
    found = np.sort(drawn[np.isfinite(drawn)])
    alike = found.size == 0 or found[-1] - found[0] <= 1e-12 * max(1.0, abs(found[0]))
    if not np.isfinite(estimate) or not np.isfinite(left_out).all() or found.size < (1 - LOST) * draws or alike:
        return float("nan"), float("nan")
    acceleration = _acceleration(left_out, counts[counts > 0])
    lower, upper = np.quantile(found, _positions(_bias(found, estimate), acceleration, level))
    return float(lower), float(upper)


def percentile(
    statistic: Statistic, counts: NDArray[np.int64], *, level: float, draws: int = DRAWS, seed: int = SEED
) -> tuple[float, float]:
    """Return the percentile bootstrap interval: the middle `level` of the draws that `bca` makes, uncorrected.

    For products of coefficients, where the correction of `bca` flags too often when one of them is zero.
    Missing, and Raises: as `bca`, but that nobody is left out.

    References: Efron (1979), Ann Stat 7:1–26.
    In R: ``boot::boot.ci(boot::boot(data, statistic, R = 2000), type = "perc")``
    """
    level, counts = validate_level(level), _checked(counts)
    drawn = np.concatenate([statistic(weights) for weights in _draws(counts, draws, seed)])
    found = np.sort(drawn[np.isfinite(drawn)])
    alike = found.size == 0 or found[-1] - found[0] <= 1e-12 * max(1.0, abs(found[0]))
    if found.size < (1 - LOST) * draws or alike:
        return float("nan"), float("nan")
    lower, upper = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(lower), float(upper)


def jackknife_t(
    statistic: Statistic,
    counts: NDArray[np.int64],
    *,
    level: float,
    within: tuple[float, float] = (-np.inf, np.inf),
) -> tuple[float, float]:
    """Return the estimate ± t · SE of a statistic of weighted rows, from leaving out one respondent at a time.

    SE² is the sum of the squared pulls (n − 1)(mean − left out) over n (n − 1). Where few respondents pull hard, as
    with answers heaped at the top of a scale, SE itself is known badly: t has the degrees of freedom of a sum of
    squares with their spread, 2n / (kurtosis of the pulls − 1), at most n − 1.

    statistic, counts : as for `bca`; no draws are made, so the same data give the same limits.
    within : the lowest and highest value that the statistic can take; limits beyond are cut off there.
    Missing: (nan, nan) where the statistic does not exist in the data or without one of the respondents, or where no
    respondent makes a difference.

    Raises
    ------
    WrongShape
        When counts is not a row of whole numbers with a sum above 0.

    References: Hinkley (1977), Biometrika 64:21–28; Efron & Stein (1981), Annals of Statistics 9:586–596;
    Satterthwaite (1946), Biometrics Bulletin 2:110–114.
    In R, the SE: ``bootstrap::jackknife(1:n, statistic)$jack.se``
    """
    level, counts = validate_level(level), _checked(counts)
    if counts.sum() < 2:
        return float("nan"), float("nan")
    estimate = float(statistic(counts[np.newaxis].astype(float))[0])
    left_out = np.concatenate([statistic(weights) for weights in without_one(counts)])
    return limits_of_pulls(estimate, left_out, counts[counts > 0], level=level, within=within)


def limits_of_pulls(
    estimate: float,
    left_out: Array,
    counts: NDArray[np.int64],
    *,
    level: float,
    within: tuple[float, float] = (-np.inf, np.inf),
) -> tuple[float, float]:
    """Return the limits of `jackknife_t` where the values without one of each kind of respondent are known already.

    left_out : the statistic without one respondent of the kind, shape (kinds,). counts : how many of each kind, ≥ 1.
    """
    n = counts.sum()
    if not np.isfinite(estimate) or not np.isfinite(left_out).all():
        return float("nan"), float("nan")
    pulls = (n - 1) * (np.average(left_out, weights=counts) - left_out)
    squares = float(counts @ pulls**2)
    if squares <= n * (1e-9 * max(1.0, abs(estimate))) ** 2:
        return float("nan"), float("nan")
    excess = n * float(counts @ pulls**4) / squares**2 - 1
    freedom = min(n - 1.0, 2 * n / excess) if excess > 0 else n - 1.0
    half = float(special.stdtrit(freedom, (1 + level) / 2)) * np.sqrt(squares / (n * (n - 1)))
    lower, upper = np.clip([estimate - half, estimate + half], *within)
    return float(lower), float(upper)


def unique_rows(values: Array) -> tuple[Array, NDArray[np.int64]]:
    """Return the different rows of a matrix, sorted, and how many times each occurs."""
    rows, counts = np.unique(values, axis=0, return_counts=True)
    return rows, counts.astype(np.int64)


def _checked(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    counts = np.asarray(counts)
    if counts.ndim != 1 or counts.dtype.kind not in "iu" or counts.sum() < 1 or counts.min() < 0:
        raise WrongShape(
            f"counts must be whole numbers, one per unique row, with a sum above 0; got {counts.dtype} {counts.shape}"
        )
    return counts


def _draws(counts: NDArray[np.int64], draws: int, seed: int) -> Iterator[Array]:
    rng, size = np.random.default_rng(seed), _chunk(counts)
    for start in range(0, draws, size):
        weights = rng.multinomial(counts.sum(), counts / counts.sum(), size=min(size, draws - start))
        yield weights.astype(float)


def without_one(counts: NDArray[np.int64]) -> Iterator[Array]:
    """Give the weights with one respondent less, once for each unique row that has any."""
    rows, size = np.flatnonzero(counts), _chunk(counts)
    for start in range(0, rows.size, size):
        out = rows[start : start + size]
        weights = np.tile(counts.astype(float), (out.size, 1))
        weights[np.arange(out.size), out] -= 1
        yield weights


def _chunk(counts: NDArray[np.int64]) -> int:
    return max(1, CHUNK // counts.size)


def _bias(found: Array, estimate: float) -> float:
    tolerance = 1e-9 * max(1.0, abs(estimate))  # the same weights in another order differ in the last digits
    below = np.searchsorted(found, estimate - tolerance), np.searchsorted(found, estimate + tolerance)
    share = np.clip(sum(below) / 2, 0.5, found.size - 0.5) / found.size
    return float(special.ndtri(share))


def _acceleration(left_out: Array, counts: NDArray[np.int64]) -> float:
    pull = np.average(left_out, weights=counts) - left_out
    spread = float(counts @ pull**2)
    return float(counts @ pull**3) / (6 * spread**1.5) if spread > 0 else 0.0


def _positions(bias: float, acceleration: float, level: float) -> Array:
    """Return where among the sorted draws the limits lie, as shares."""
    z = bias + special.ndtri(np.array([(1 - level) / 2, (1 + level) / 2]))
    scale = 1 - acceleration * z
    # Beyond its pole the correction would turn the limit round; there it has passed every draw.
    moved = np.where(scale > 0, z / np.where(scale > 0, scale, 1.0), np.sign(z) * np.inf)
    positions: Array = special.ndtr(bias + moved)
    return positions
