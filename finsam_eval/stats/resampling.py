"""How sure is a number that has no formula for it? Draw respondents anew and see how much it moves."""

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
    left_out = np.concatenate([statistic(weights) for weights in _without_one(counts)])
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


def _without_one(counts: NDArray[np.int64]) -> Iterator[Array]:
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
