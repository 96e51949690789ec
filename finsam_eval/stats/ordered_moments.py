"""How sure are thresholds and polychoric correlations? Errors of each, and the covariance of all."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from finsam_eval.stats.polychoric import FAR, cells_and_slopes, pair_tables, polychoric, thresholds

Array = NDArray[np.float64]
Steps = NDArray[np.int64]

ADDED = 0.5
"""Answers moved into the empty cell of a table of two by two, its margins kept."""

NOTHING = 1e-6
"""Information on a correlation below this is none: its error would be a thousand."""

AT_A_TIME = 2**20
"""Numbers held at once while pulls of respondents are summed up."""


class OrderedMoments(NamedTuple):
    """Thresholds and correlations of ordered answers, and how each cell of the answers pulls at them.

    cuts : (items, steps − 1), ∞ beyond an item's last step. correlations : (pairs,), pairs i < j row by row.
    tables : (pairs, steps, steps), counts. n : respondents.
    threshold_pulls : (items, steps − 1, steps); correlation_pulls : (pairs, steps, steps). What one respondent in that
        step, or cell, moves the estimate by.
    """

    cuts: Array
    correlations: Array
    tables: Array
    threshold_pulls: Array
    correlation_pulls: Array
    n: int

    @property
    def used(self) -> NDArray[np.bool_]:
        """Which of the thresholds exist: an item with fewer steps has fewer."""
        return np.isfinite(self.cuts)


def ordered_moments(steps: Steps) -> OrderedMoments:
    """Return thresholds, polychoric correlations by two steps, and what each answer pulls at them.

    steps : respondents × items, steps counted from 0, every step of an item up to its highest in use.
    A table of two by two with one empty cell gets `ADDED` there, its margins kept; no other table gets anything.

    References: Muthén (1984), Psychometrika 49:115–132, on two-step estimating equations; Olsson (1979), Psychometrika
    44:443–460. The matrix of the equations' slopes is that of products of scores, as lavaan's.
    """
    tables = pair_tables(steps)
    size, n = tables.shape[1], len(steps)
    margins = np.array([np.bincount(item, minlength=size) for item in steps.T])
    cuts = thresholds(margins)
    correlations = polychoric(_without_hole(tables))
    by_threshold = _threshold_pulls(margins, cuts, n)
    by_correlation = _correlation_pulls(tables, cuts, correlations, by_threshold)
    return OrderedMoments(cuts, correlations, tables, by_threshold, by_correlation, n)


def _without_hole(tables: Array) -> Array:
    """Return tables where those of two by two with one empty cell have something in it."""
    rows, columns = tables.sum(axis=2) > 0, tables.sum(axis=1) > 0
    small = (rows.sum(axis=1) == 2) & (columns.sum(axis=1) == 2)
    hole = (tables == 0) & rows[:, :, np.newaxis] & columns[:, np.newaxis, :]
    mended = small & (hole.sum(axis=(1, 2)) == 1)
    filled = tables.copy()
    for pair in np.flatnonzero(mended):
        corner = np.ix_([pair], np.flatnonzero(rows[pair]), np.flatnonzero(columns[pair]))
        diagonal = tables[corner][0, 0, 0] == 0 or tables[corner][0, 1, 1] == 0
        filled[corner] += ADDED * (1 if diagonal else -1) * np.array([[[1, -1], [-1, 1]]])
    return filled


def _threshold_pulls(margins: Array, cuts: Array, n: int) -> Array:
    """Return the slope of the normal quantile at each cumulative share, times what one answer adds to that share."""
    size = margins.shape[1]
    below = np.arange(size)[np.newaxis, :] <= np.arange(size - 1)[:, np.newaxis]
    shares = np.cumsum(margins, axis=1)[:, :-1] / n
    density = _density(cuts)
    slope = np.divide(1.0, n * density, out=np.zeros_like(density), where=np.isfinite(cuts))
    pulls: Array = slope[:, :, np.newaxis] * (below[np.newaxis] - shares[:, :, np.newaxis])
    return pulls


def _density(values: Array) -> Array:
    density: Array = np.exp(-(np.clip(values, -FAR, FAR) ** 2) / 2) / np.sqrt(2 * np.pi)
    return density


def _correlation_pulls(tables: Array, cuts: Array, correlations: Array, by_threshold: Array) -> Array:
    first, second = np.triu_indices(len(cuts), 1)
    h, k = np.clip(cuts[first], -FAR, FAR), np.clip(cuts[second], -FAR, FAR)
    cells, slopes = cells_and_slopes(h[:, :, np.newaxis], k[:, np.newaxis, :], correlations)
    score = slopes / cells
    weighted = tables * score / cells
    along_rows = _along(weighted, h, k, correlations)
    along_columns = _along(weighted.transpose(0, 2, 1), k, h, correlations)
    by_row = np.einsum("pt,pta->pa", along_rows, by_threshold[first])
    by_column = np.einsum("pt,ptb->pb", along_columns, by_threshold[second])
    information = (tables * score**2).sum(axis=(1, 2))[:, np.newaxis, np.newaxis]
    score = score - by_row[:, :, np.newaxis] - by_column[:, np.newaxis, :]
    # A correlation at the edge may have no information left, and then no error.
    pulls: Array = np.divide(score, information, out=np.full_like(score, np.nan), where=information > NOTHING)
    return pulls


def _along(weighted: Array, h: Array, k: Array, r: Array) -> Array:
    """Return the products of the score of a pair's correlation with those of its rows' thresholds, summed up."""
    own = np.sqrt((1 - r) * (1 + r))[:, np.newaxis, np.newaxis]
    below = special.ndtr((k[:, np.newaxis, :] - r[:, np.newaxis, np.newaxis] * h[:, :, np.newaxis]) / own)
    edges = np.concatenate([np.zeros((*h.shape, 1)), below, np.ones((*h.shape, 1))], axis=2)
    slope = _density(h)[:, :, np.newaxis] * np.diff(edges, axis=2)
    summed: Array = ((weighted[:, :-1] - weighted[:, 1:]) * slope).sum(axis=2)
    return summed


def standard_errors(moments: OrderedMoments) -> tuple[Array, Array]:
    """Return those of thresholds (items, steps − 1), nan where there is none, and of correlations (pairs,).

    Memory goes with pairs × steps², whatever the number of respondents. One respondent is taken off, as lavaan does.
    In R: ``lavaan::lavCor(items, ordered = names(items), output = "fit", se = "robust")``
    """
    items, steps = moments.threshold_pulls.shape[0], moments.tables.shape[1]
    margins = np.empty((items, steps))
    if items > 1:
        margins[0] = moments.tables[0].sum(axis=1)
        margins[1:] = moments.tables[: items - 1].sum(axis=1)
    fewer = moments.n / (moments.n - 1)
    variance = np.einsum("ia,ita->it", margins, moments.threshold_pulls**2)
    cuts = np.sqrt(fewer * np.where(moments.used, variance, np.nan))
    return cuts, np.sqrt(fewer * (moments.tables * moments.correlation_pulls**2).sum(axis=(1, 2)))


def covariance(moments: OrderedMoments, steps: Steps, with_thresholds: bool = True) -> Array:
    """Return n times the covariance matrix of thresholds (those in use, item by item) and correlations together.

    steps : those that `moments` were made of. with_thresholds : correlations alone otherwise.
    Respondents are summed up some at a time, so that memory goes with the size of the matrix alone.

    References: Muthén (1984), Psychometrika 49:115–132; Muthén, du Toit & Spisic (1997).
    In R: ``lavaan::lavInspect(fit, "gamma")``
    """
    size, pairs = moments.tables.shape[1], len(moments.correlations)
    first, second = np.triu_indices(steps.shape[1], 1)
    flat, start = moments.correlation_pulls.reshape(-1), np.arange(pairs) * size**2
    item, cut = np.nonzero(moments.used)
    columns = pairs + (item.size if with_thresholds else 0)
    total = np.zeros((columns, columns))
    rows = max(AT_A_TIME // columns, 1)
    for begin in range(0, len(steps), rows):
        part = steps[begin : begin + rows]
        pulls = flat[start + part[:, first] * size + part[:, second]]
        if with_thresholds:
            pulls = np.concatenate([moments.threshold_pulls[item, cut, part[:, item]], pulls], axis=1)
        total += pulls.T @ pulls
    return total * moments.n
