"""How two ordered answers would correlate if each were a continuous opinion cut into steps."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Array = NDArray[np.float64]

STEPS, SETTLED = 200, 1e-11
EDGE = 0.9995
"""A correlation beyond this in absolute value belongs to a table that only says it lies at ±1."""

FAR = 37.0
"""Standard deviations from the mean beyond which nobody is."""

AT_A_TIME = 2**19
"""Numbers held at once while respondents are counted."""

LEAST = 1e-13
"""The smallest probability of a cell that differences of the distribution function can tell from 0."""


def bivariate_normal(h: ArrayLike, k: ArrayLike, r: ArrayLike) -> Array:
    """Return P(X ≤ h, Y ≤ k) of two standard normal variables with correlation r, −1 < r < 1. All broadcast.

    References: Owen (1956), Ann Math Stat 27:1075–1090, equation 2.1 (by his function T).
    In R: ``mvtnorm::pmvnorm(upper = c(h, k), corr = matrix(c(1, r, r, 1), 2))``
    """
    first, second = (_off_zero(np.clip(np.asarray(value, dtype=float), -FAR, FAR)) for value in (h, k))
    r = np.asarray(r, dtype=float)
    own = np.sqrt((1 - r) * (1 + r))
    apart = np.where(np.sign(first) == np.sign(second), 0.0, 0.5)
    along = special.owens_t(first, (second / first - r) / own) + special.owens_t(second, (first / second - r) / own)
    probability: Array = (special.ndtr(first) + special.ndtr(second)) / 2 - along - apart
    return probability


def _off_zero(values: Array) -> Array:
    return np.where(np.abs(values) < 1e-150, 1e-150, values)


def thresholds(counts: ArrayLike) -> Array:
    """Return where ordered steps are cut on a standard normal scale: counts (…, steps) → thresholds (…, steps − 1).

    −∞ and ∞ where a lowest or highest step was not used.
    """
    cumulative = np.cumsum(np.asarray(counts, dtype=float), axis=-1)
    cuts: Array = special.ndtri(cumulative[..., :-1] / cumulative[..., -1:])
    return cuts


def pair_tables(steps: NDArray[np.int64], weights: ArrayLike = 1) -> Array:
    """Return the table of every pair of items (i < j, row by row): shape (pairs, steps, steps).

    steps : respondents × items, steps counted from 0. weights : how many respondents each row stands for.
    """
    size, columns = int(steps.max()) + 1, np.triu_indices(steps.shape[1], 1)
    weight = np.broadcast_to(np.asarray(weights, dtype=float), len(steps))
    # Some respondents at a time, so that memory goes with the tables and not with respondents × pairs.
    rows = max(AT_A_TIME // max(columns[0].size, 1), 1)
    parts = (slice(begin, begin + rows) for begin in range(0, len(steps), rows))
    counted: Array = sum((_counted(steps[part], weight[part], size) for part in parts), np.zeros(()))
    return counted.reshape(columns[0].size, size, size)


def _counted(steps: NDArray[np.int64], weight: Array, size: int) -> Array:
    first, second = np.triu_indices(steps.shape[1], 1)
    cells = steps[:, first] * size + steps[:, second] + np.arange(first.size) * size**2
    each = np.broadcast_to(weight[:, np.newaxis], cells.shape)
    return np.bincount(cells.ravel(), each.ravel(), first.size * size**2).astype(float)


def polychoric(tables: Array, start: ArrayLike = 0.0) -> Array:
    """Return the two-step polychoric correlation of each table of counts, shape (…, steps, steps) → (…).

    Thresholds are those of the margins; the correlation is the most likely given these, by Fisher scoring. No number
    is added to empty cells.

    start : where to begin, broadcast to the tables.
    Missing: nan where one of the two has a single step in use. ±`EDGE` where the likelihood still rises there.

    References: Olsson (1979), Psychometrika 44:443–460, section 4.
    In R: ``lavaan::lavCor(items, ordered = names(items), zero.add = c(0, 0))``
    """
    counts = np.asarray(tables, dtype=float)
    shape, size = counts.shape[:-2], counts.shape[-1]
    counts = counts.reshape(-1, size, size)
    rows, columns = counts.sum(axis=2), counts.sum(axis=1)
    usable = np.flatnonzero(((rows > 0).sum(axis=1) > 1) & ((columns > 0).sum(axis=1) > 1))
    found = np.full(len(counts), np.nan)
    if usable.size:
        begin = np.broadcast_to(np.asarray(start, dtype=float), shape).reshape(-1)[usable]
        found[usable] = _most_likely(counts[usable], thresholds(rows[usable]), thresholds(columns[usable]), begin)
    return found.reshape(shape)


def _most_likely(counts: Array, first: Array, second: Array, start: Array) -> Array:
    shares = counts / counts.sum(axis=(1, 2), keepdims=True)
    h, k = np.clip(first[:, :, np.newaxis], -FAR, FAR), np.clip(second[:, np.newaxis, :], -FAR, FAR)
    r, moving = np.array(start), np.arange(len(counts))
    for _ in range(STEPS):
        step = _scoring_step(shares[moving], h[moving], k[moving], r[moving])
        # At most half the way to the edge, so that a step too long does not end outside.
        now = r[moving]
        # Where the table tells nothing more, it is at the edge already.
        step = np.where(np.isnan(step), np.sign(now), step)
        r[moving] = now + np.clip(step, (-EDGE - now) / 2, (EDGE - now) / 2)
        moving = moving[np.abs(r[moving] - now) > SETTLED]
        if not moving.size:
            break
    r[moving] = np.nan
    return np.where(np.abs(r) > EDGE - 1e-6, np.sign(r) * EDGE, r)


def _scoring_step(shares: Array, h: Array, k: Array, r: Array) -> Array:
    cells, slope = cells_and_slopes(h, k, r)
    information = (slope**2 / cells).sum(axis=(1, 2))
    step: Array = (shares * slope / cells).sum(axis=(1, 2)) / np.where(information > LEAST, information, np.nan)
    return step


def cells_and_slopes(h: Array, k: Array, r: Array) -> tuple[Array, Array]:
    """Return the probability of every cell of tables, at least `LEAST`, and its derivative by the correlation.

    h, k : thresholds, shapes (tables, steps − 1, 1) and (tables, 1, steps − 1), finite. r : shape (tables,).
    """
    correlation = r[:, np.newaxis, np.newaxis]
    cells = np.maximum(_cells(bivariate_normal(h, k, correlation), special.ndtr(h), special.ndtr(k), 1.0), LEAST)
    own = (1 - correlation) * (1 + correlation)
    density = np.exp(-(h**2 - 2 * correlation * h * k + k**2) / (2 * own)) / (2 * np.pi * np.sqrt(own))
    return cells, _cells(density, 0.0, 0.0, 0.0)


def _cells(inner: Array, rows: Array | float, columns: Array | float, corner: float) -> Array:
    """Return what falls in each cell, from a function of its corners that is 0 at the lower ends of both."""
    size = inner.shape[1] + 1
    corners = np.zeros((len(inner), size + 1, size + 1))
    corners[:, 1:-1, 1:-1] = inner
    corners[:, 1:-1, -1:], corners[:, -1:, 1:-1], corners[:, -1, -1] = rows, columns, corner
    return np.diff(np.diff(corners, axis=1), axis=2)
