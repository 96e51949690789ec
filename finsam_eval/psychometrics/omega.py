"""How much of what a sum of items shows do they have in common? Omega, total and of a general factor."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.answers import TINY, Array, Facts, absent, fields, numeric
from finsam_eval.psychometrics.reliability import SHAPE, Reliability, why_none
from finsam_eval.results import LEVEL, Status, validate_level
from finsam_eval.stats.factors import LEAST_UNIQUE, general_loadings, minres, oblimin, simplest
from finsam_eval.stats.resampling import limits_of_pulls, unique_rows, without_one

NO_SOLUTION = "Faktoranalysen hittar ingen lösning: frågorna låter sig inte delas upp så här."
HEYWOOD = (
    "En fråga eller en faktor förklaras helt av de andra, vilket sällan är rimligt: tolka värdet med försiktighet."
)


def omega_total(items: pd.DataFrame, n_factors: int = 1, level: float = LEVEL) -> Reliability:
    """Return omega total: the share of the sum's variance that its items have in common, with a jackknife interval.

    1 − Σ uniqueness / Σ correlations, of standardised items: the denominator is the observed variance of their sum.

    items : DataFrame, respondents × items, numeric, reversed already. NaN = no answer; incomplete rows are dropped.
    n_factors : how many factors the items have in common (minimum residuals).
    A status in place of a value: as for `cronbach_alpha`; not applicable with too few items for the factors (one factor
    takes three); not converged where the factors cannot be found.

    Raises
    ------
    WrongShape
        When items is not a frame of numbers, n_factors no number of factors, or level not between 0 and 1.

    References: McDonald (1999), Test Theory, ch. 6; Revelle & Zinbarg (2009), Psychometrika 74:145–154, equation 4.
    In R: ``psych::omega(na.omit(items), nfactors = n_factors)$omega.tot``
    """
    method = f"Omega total, {how_many_factors(n_factors)} (minres), observerad varians, jackknife"
    return _omega(items, n_factors, level, method, general=False)


def omega_hierarchical(items: pd.DataFrame, n_factors: int = 3, level: float = LEVEL) -> Reliability:
    """Return omega hierarchical: the share of the sum's variance that is due to one general factor.

    (Σ loadings on the general factor)² / Σ correlations, of standardised items; the general factor is that of
    `n_factors` oblique ones (minimum residuals; quartimin, the simplest of several starts; Schmid–Leiman). Items are
    taken as they are keyed. With few respondents the value is too low on average (nine items, 150 respondents, 65 %
    on the top step: .54 for .62): its jackknife limits are drawn round the value and round the value less its bias,
    and the outer ones are given.

    items, status : as for `omega_total`; n_factors at least 2. Of two factors the general one is not determined: they
    are taken to load equally on it.

    References: Zinbarg, Revelle, Yovel & Li (2005), Psychometrika 70:123–133, equation 5; Schmid & Leiman (1957),
    Psychometrika 22:53–61.
    In R: ``psych::omega(na.omit(items), nfactors = n_factors, flip = FALSE)$omega_h``
    """
    if n_factors < 2:
        raise WrongShape(f"omega_hierarchical takes 2 factors or more, got {n_factors}; use omega_total for one")
    how = "minres, oblimin, Schmid–Leiman"
    method = (
        f"Omega hierarkisk, {how_many_factors(n_factors)} ({how}), observerad varians, jackknife med och utan skevhet"
    )
    return _omega(items, n_factors, level, method, general=True)


def how_many_factors(number: int) -> str:
    """Return a number of factors in words.

    Raises
    ------
    WrongShape
        For what is no number of factors.
    """
    if number < 1 or number != int(number):
        raise WrongShape(f"n_factors must be a whole number from 1, got {number}")
    return "1 faktor" if number == 1 else f"{number} faktorer"


def _omega(items: pd.DataFrame, factors: int, level: float, method: str, *, general: bool) -> Reliability:
    complete = numeric(items, SHAPE).dropna()
    k = complete.shape[1]
    facts: Facts = {"level": validate_level(level), "method": method, "n": len(complete), "k": k}
    obstacle = why_none(complete) or too_few_items(k, factors)
    if obstacle:
        return Reliability(**absent(*obstacle, facts))
    rows, counts = unique_rows(complete.to_numpy())
    everyone = _correlations(rows, counts[np.newaxis].astype(float))
    fit = _fit(everyone, factors, general)
    value = float(_value(everyone, fit)[0])
    if not np.isfinite(value):
        return Reliability(**absent(Status.NOT_CONVERGED, NO_SOLUTION, facts))
    left_out = np.concatenate([_left_out(_correlations(rows, weights), fit) for weights in without_one(counts)])
    record = fields(value, _limits(value, left_out, counts, facts["level"], general), facts)
    if fit.heywood:
        record["reason"] = f"{record['reason']} {HEYWOOD}".strip()
    return Reliability(**record)


def _limits(value: float, left_out: Array, counts: NDArray[np.int64], level: float, general: bool) -> Array:
    """Return jackknife limits; those of the general factor's omega reach round it with its bias taken out, too.

    Omega total is negative where items cancel out more than they have in common.
    """
    bias = (counts.sum() - 1) * (np.average(left_out, weights=counts) - value) if general else 0.0
    within = (0.0 if general else -np.inf, 1.0)
    centres = (value, value - bias)
    both = np.array([limits_of_pulls(at, left_out, counts, level=level, within=within) for at in centres])
    return np.array([both[:, 0].min(), both[:, 1].max()])


def too_few_items(items: int, factors: int) -> tuple[Status, str] | None:
    """Return why so many factors of so few items are not determined; None where they are."""
    if (items - factors) ** 2 >= items + factors:
        return None
    return (
        Status.NOT_APPLICABLE,
        f"{items} frågor är för få för att skilja {how_many_factors(factors)} från det egna i varje.",
    )


def _correlations(rows: Array, weights: Array) -> Array:
    """Return the items' correlations under each row of weights: shape (draws, items, items); nan for a constant."""
    centred, k = rows - rows.mean(axis=0), rows.shape[1]
    products = (centred[:, :, np.newaxis] * centred[:, np.newaxis, :]).reshape(-1, k * k)
    n = weights.sum(axis=1)[:, np.newaxis]
    means = weights @ centred / n
    spread = (weights @ products / n).reshape(-1, k, k) - means[:, :, np.newaxis] * means[:, np.newaxis, :]
    variance = np.einsum("dii->di", spread)
    sd = np.sqrt(np.where(variance > TINY, variance, np.nan))
    return spread / (sd[:, :, np.newaxis] * sd[:, np.newaxis, :])


class _Fit(NamedTuple):
    """Factors of some correlations. `general` holds loadings of items and of factors on one above, where asked for."""

    loadings: Array
    turn: Array | None = None
    general: tuple[Array, Array] | None = None

    @property
    def unique(self) -> Array:
        """The share of each item's variance that is its own."""
        own: Array = 1 - (self.loadings**2).sum(axis=2)
        return own

    @property
    def heywood(self) -> bool:
        """Whether an item, or a factor under the general one, has no more of its own than it must."""
        own = self.unique if self.general is None else np.concatenate([self.unique, 1 - self.general[1] ** 2], axis=1)
        return bool(own.min() <= LEAST_UNIQUE + TINY)


def _fit(correlations: Array, factors: int, general: bool) -> _Fit:
    loadings = minres(correlations, factors)
    return _turned(loadings, *simplest(loadings)) if general else _Fit(loadings)


def _turned(loadings: Array, rotated: Array, between: Array, turn: Array) -> _Fit:
    return _Fit(loadings, turn, general_loadings(rotated, between))


def _value(correlations: Array, fit: _Fit) -> Array:
    whole = correlations.sum(axis=(1, 2))
    whole = np.where(whole > TINY, whole, np.nan)
    if fit.general is None:
        return 1 - fit.unique.sum(axis=1) / whole
    return fit.general[0].sum(axis=1) ** 2 / whole


def _left_out(correlations: Array, all_of_them: _Fit) -> Array:
    """Return omega of those left, from the solution of all: the same factors, only a little moved."""
    loadings = minres(correlations, all_of_them.loadings.shape[2], all_of_them.unique)
    if all_of_them.turn is None:
        return _value(correlations, _Fit(loadings))
    aligned = _aligned(loadings, all_of_them.loadings[0])
    return _value(correlations, _turned(aligned, *oblimin(aligned, all_of_them.turn)))


def _aligned(loadings: Array, others: Array) -> Array:
    """Return loadings turned rigidly to lie as near to others as they can: same fit, axes in the same place."""
    finite = np.isfinite(loadings).all(axis=(1, 2))
    left, _, right = np.linalg.svd(loadings[finite].transpose(0, 2, 1) @ others)
    aligned = np.full_like(loadings, np.nan)
    aligned[finite] = loadings[finite] @ left @ right
    return aligned
