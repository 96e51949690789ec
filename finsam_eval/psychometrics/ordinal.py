"""How well do items with few ordered steps hang together? Alpha and omega on polychoric correlations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.answers import TINY, Array, Facts, absent, fields, numeric
from finsam_eval.psychometrics.reliability import SHAPE, Reliability, why_none
from finsam_eval.results import LEVEL, Status, validate_level
from finsam_eval.stats.factors import LEAST_UNIQUE, minres
from finsam_eval.stats.polychoric import EDGE as AT_EDGE
from finsam_eval.stats.polychoric import bivariate_normal, pair_tables, polychoric, thresholds
from finsam_eval.stats.resampling import limits_of_pulls, unique_rows

MOST_STEPS = 15

CHUNK = 100
"""Sets of correlations worked on at a time, so that memory does not grow with the respondents."""

TOGETHER = "Två frågor följs åt så helt att deras polykoriska korrelation inte går att skatta."
NO_FACTOR = "Frågornas polykoriska korrelationer låter sig inte beskrivas med en faktor."
THREE = "Två frågor är för få för omega; det som gäller då är Spearman–Brown."

Steps = NDArray[np.int64]
Coefficient = Callable[[Array, Array], Array]
"""From polychoric correlations (sets, items, items) and thresholds (sets, items, steps − 1) to values (sets,)."""


def ordinal_alpha(items: pd.DataFrame, level: float = LEVEL) -> Reliability:
    """Return ordinal alpha, alpha of the continuous opinions behind the steps, with a jackknife interval.

    Cronbach's formula on polychoric correlations. It is not the reliability of the sum of the answers that were given:
    that is what `omega_categorical` and `cronbach_alpha` tell.

    items : DataFrame, respondents × items, whole steps, reversed already. NaN = no answer; incomplete rows are dropped.
    A status in place of a value: as for `cronbach_alpha`; not converged where a polychoric correlation lies at ±1.

    Raises
    ------
    WrongShape
        When items is not a frame of whole numbers within `MOST_STEPS` steps, or level not between 0 and 1.

    References: Zumbo, Gadermann & Zeisser (2007), J Modern Applied Stat Methods 6:21–29; Olsson (1979), Psychometrika
    44:443–460. On what it means: Chalmers (2018), Educ Psychol Meas 78:1056–1071.
    In R: ``r <- lavaan::lavCor(na.omit(items), ordered = names(items)); k / (k - 1) * (1 - k / sum(r))``
    """
    return _coefficient(items, level, "Ordinal alfa (polykoriska korrelationer), jackknife", _alpha, least=2)


def omega_categorical(items: pd.DataFrame, level: float = LEVEL) -> Reliability:
    """Return categorical omega: the reliability of the sum of ordered answers, with a jackknife interval.

    One factor is fitted to the polychoric correlations (unweighted least squares). The variance of the sum of steps
    that the factor gives, through the thresholds, is divided by the one that the polychoric correlations give.

    items, raises : as for `ordinal_alpha`.
    A status in place of a value: as there; not applicable with two items.

    References: Green & Yang (2009), Psychometrika 74:155–167, equation 21; Yang & Green (2015), Methodology 11:23–34.
    In R: ``semTools::reliability(lavaan::cfa(model, items, ordered = names(items), estimator = "ULS"))``, omega3
    """
    method = "Omega kategorisk, 1 faktor (ULS på polykoriska korrelationer), observerad varians, jackknife"
    return _coefficient(items, level, method, _omega, least=3)


def _coefficient(items: pd.DataFrame, level: float, method: str, coefficient: Coefficient, least: int) -> Reliability:
    complete = numeric(items, SHAPE).dropna()
    steps = whole_steps(complete)
    facts: Facts = {"level": validate_level(level), "method": method, "n": len(complete), "k": complete.shape[1]}
    obstacle = why_none(complete) or ((Status.NOT_APPLICABLE, THREE) if complete.shape[1] < least else None)
    if obstacle:
        return Reliability(**absent(*obstacle, facts))
    found, counts = unique_rows(steps.astype(float))
    rows = found.astype(np.int64)
    correlations, cuts = _everyone(rows, counts)
    if np.abs(correlations - np.eye(len(correlations))).max() >= AT_EDGE:
        return Reliability(**absent(Status.NOT_CONVERGED, TOGETHER, facts))
    value = float(coefficient(correlations[np.newaxis], cuts[np.newaxis])[0])
    if not np.isfinite(value):
        return Reliability(**absent(Status.NOT_CONVERGED, NO_FACTOR, facts))
    parts = zip(*(_parts(array) for array in _without_one(rows, counts, correlations)), strict=True)
    left_out = np.concatenate([coefficient(*part) for part in parts])
    limits = limits_of_pulls(value, left_out, counts, level=facts["level"], within=(-np.inf, 1.0))
    return Reliability(**fields(value, limits, facts))


def _parts(sets: Array) -> list[Array]:
    return [sets[start : start + CHUNK] for start in range(0, len(sets), CHUNK)]


def whole_steps(complete: pd.DataFrame) -> Steps:
    """Return answers as steps counted from each item's lowest; a step that nobody used still counts."""
    values = complete.to_numpy()
    if not len(values):
        return np.zeros(values.shape, dtype=np.int64)
    steps = values - values.min(axis=0)
    if (values != np.round(values)).any() or steps.max() >= MOST_STEPS:
        raise WrongShape(f"expected a DataFrame of {SHAPE} with whole numbers within {MOST_STEPS} ordered steps")
    return steps.astype(np.int64)


def _margins(rows: Steps, weights: NDArray[np.int64]) -> Array:
    """Return how many chose each step of each item: shape (items, steps)."""
    size = int(rows.max()) + 1
    return np.array([np.bincount(item, weights, size) for item in rows.T])


def _square(pairs: Array, items: int) -> Array:
    """Return symmetric matrices with ones in the diagonal from the correlations of pairs, shape (sets, pairs)."""
    first, second = np.triu_indices(items, 1)
    matrices = np.tile(np.eye(items), (len(pairs), 1, 1))
    matrices[:, first, second] = matrices[:, second, first] = pairs
    return matrices


def _everyone(rows: Steps, counts: NDArray[np.int64]) -> tuple[Array, Array]:
    pairs = polychoric(pair_tables(rows, counts))
    return _square(pairs[np.newaxis], rows.shape[1])[0], thresholds(_margins(rows, counts))


def _without_one(rows: Steps, counts: NDArray[np.int64], correlations: Array) -> tuple[Array, Array]:
    """Return correlations and thresholds without one respondent of each kind.

    A pair's correlation without a respondent depends on nothing but the cell of the pair's table that he leaves: each
    is computed once a cell, not once a respondent.
    """
    tables, (first, second) = pair_tables(rows, counts), np.triu_indices(rows.shape[1], 1)
    size = tables.shape[1]
    cells = np.arange(first.size) * size**2 + rows[:, first] * size + rows[:, second]
    used, place = np.unique(cells, return_inverse=True)
    pair, cell = np.divmod(used, size**2)
    fewer = tables[pair].reshape(-1, size**2)
    fewer[np.arange(used.size), cell] -= 1
    left = polychoric(fewer.reshape(-1, size, size), correlations[first, second][pair])
    margins = np.tile(_margins(rows, counts), (len(rows), 1, 1))
    margins[np.arange(len(rows))[:, np.newaxis], np.arange(rows.shape[1]), rows] -= 1
    return _square(left[place.reshape(cells.shape)], rows.shape[1]), thresholds(margins)


def _alpha(correlations: Array, cuts: Array) -> Array:
    k, whole = correlations.shape[1], correlations.sum(axis=(1, 2))
    return k / (k - 1) * (1 - k / np.where(whole > TINY, whole, np.nan))


def _omega(correlations: Array, cuts: Array) -> Array:
    most = np.sqrt(1 - LEAST_UNIQUE)
    loadings = np.clip(minres(correlations, 1)[:, :, 0], -most, most)
    first, second = np.triu_indices(correlations.shape[1])
    common = _covariance_of_steps(cuts, loadings[:, first] * loadings[:, second])
    observed = _covariance_of_steps(cuts, np.where(first == second, 0.0, correlations[:, first, second]))
    observed = np.where(first == second, _variance_of_steps(cuts)[:, first], observed)
    twice = np.where(first == second, 1.0, 2.0)
    return (common @ twice) / (observed @ twice)


def _covariance_of_steps(cuts: Array, r: Array) -> Array:
    """Return the covariance of the steps of pairs of items (i ≤ j) whose continuous opinions correlate by r.

    Above a step lies what is above its threshold; the covariance is the sum over both items' thresholds of how much
    more often both are passed than by chance. nan where r is.
    """
    first, second = np.triu_indices(cuts.shape[1])
    h, k = cuts[:, first, :, np.newaxis], cuts[:, second, np.newaxis, :]
    both = bivariate_normal(h, k, r[:, :, np.newaxis, np.newaxis])
    return (both - _below(h) * _below(k)).sum(axis=(2, 3))


def _variance_of_steps(cuts: Array) -> Array:
    shares = _below(cuts)
    lower = np.minimum(shares[:, :, :, np.newaxis], shares[:, :, np.newaxis, :])
    return (lower - shares[:, :, :, np.newaxis] * shares[:, :, np.newaxis, :]).sum(axis=(2, 3))


def _below(cuts: Array) -> Array:
    shares: Array = special.ndtr(cuts)
    return shares
