"""How items hang together: the worlds in which the intervals of alpha and its relatives are tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks.inference.trials import (
    ITERATIVE,
    REPLICATES,
    SHAPES,
    SIZES,
    Floats,
    Limits,
    Trial,
    answers,
    covariance,
    latent_correlations,
    spread,
)
from finsam_eval.psychometrics import (
    cronbach_alpha,
    omega_categorical,
    omega_hierarchical,
    omega_total,
    ordinal_alpha,
    spearman_brown,
)
from finsam_eval.results import Estimate
from finsam_eval.stats.factors import general_loadings, minres, simplest

Shares = tuple[float, ...]

SEVEN = np.linspace(0.5, 0.8, 7)[:, np.newaxis]
TWO = np.full((2, 1), 0.7)
_OWN, _ABOVE = np.linspace(0.65, 0.85, 9), np.array([0.85, 0.75, 0.65])
_GROUPS = np.kron(np.eye(3), np.ones((3, 1)))
NINE = _OWN[:, np.newaxis] * np.column_stack([_GROUPS @ _ABOVE, _GROUPS * np.sqrt(1 - _ABOVE**2)])
"""Loadings: seven and two items with one factor; nine in three groups, whose factors have a general one above them."""

PER_INSATS = 10


class Tried(NamedTuple):
    """An estimator, the loadings of the world it is tried in, what it would be with endless data, how many times."""

    estimate: Callable[[pd.DataFrame], Estimate]
    loadings: Floats
    truth: Callable[[Floats, Shares], float]
    replicates: int = REPLICATES
    default: bool = True


def trials() -> Iterator[Trial]:
    """Give every estimator in every world, and alpha where respondents come in insatser."""
    for shape, shares in SHAPES.items():
        for n in SIZES:
            for name, tried in ESTIMATORS.items():
                yield _trial(name, tried, shape, shares, n)
            insatser = _trial(
                "alfa, jackknife", ESTIMATORS["alfa, jackknife"], shape, shares, n, np.arange(n) // PER_INSATS
            )
            yield insatser


def _trial(name: str, tried: Tried, shape: str, shares: Shares, n: int, insats: Floats | None = None) -> Trial:
    place = f", insatser om {PER_INSATS}" if insats is not None else ""
    return Trial(
        estimator=name,
        design=f"{len(tried.loadings)} frågor, {shape}{place}",
        n=n,
        truth=tried.truth(tried.loadings, shares),
        draw=partial(answers, n=n, loadings=tried.loadings, shares=shares, cluster=insats),
        limits=_limits(tried.estimate),
        default=tried.default,
        replicates=tried.replicates,
    )


def _limits(estimate: Callable[[pd.DataFrame], Estimate]) -> Callable[[Floats], Limits]:
    def limits(rows: Floats) -> Limits:
        found = estimate(pd.DataFrame(rows))
        return found.lower, found.upper

    return limits


def _alpha_of(matrix: Floats) -> float:
    k = len(matrix)
    return float(k / (k - 1) * (1 - np.trace(matrix) / matrix.sum()))


def _alpha(loadings: Floats, shares: Shares) -> float:
    return _alpha_of(spread(loadings, shares))


def _ordinal_alpha(loadings: Floats, shares: Shares) -> float:
    return _alpha_of(latent_correlations(loadings))


def _spearman_brown(loadings: Floats, shares: Shares) -> float:
    r = _correlations(loadings, shares)[0, 1]
    return float(2 * r / (1 + r))


def _omega_categorical(loadings: Floats, shares: Shares) -> float:
    """Return the share of the sum's variance that the common factor gives: with one factor, the true reliability."""
    common = covariance(loadings @ loadings.T, shares).sum()
    return float(common / spread(loadings, shares).sum())


def _omega_total(loadings: Floats, shares: Shares) -> float:
    correlations = _correlations(loadings, shares)
    own = 1 - (minres(correlations[np.newaxis], 1)[0] ** 2).sum(axis=1)
    return float(1 - own.sum() / correlations.sum())


def _omega_hierarchical(loadings: Floats, shares: Shares) -> float:
    correlations = _correlations(loadings, shares)
    rotated, between, _ = simplest(minres(correlations[np.newaxis], 3))
    return float(general_loadings(rotated, between)[0].sum() ** 2 / correlations.sum())


def _correlations(loadings: Floats, shares: Shares) -> Floats:
    matrix = spread(loadings, shares)
    return matrix / matrix[0, 0]  # all items are cut alike, so they vary alike


ESTIMATORS = {
    "alfa, jackknife": Tried(cronbach_alpha, SEVEN, _alpha),
    "alfa, bca": Tried(partial(cronbach_alpha, ci="bca"), SEVEN, _alpha, ITERATIVE, default=False),
    "alfa, adf": Tried(partial(cronbach_alpha, ci="adf"), SEVEN, _alpha, default=False),
    "alfa, feldt": Tried(partial(cronbach_alpha, ci="feldt"), SEVEN, _alpha, default=False),
    "Spearman–Brown": Tried(spearman_brown, TWO, _spearman_brown),
    "ordinal alfa": Tried(ordinal_alpha, SEVEN, _ordinal_alpha, ITERATIVE),
    "omega kategorisk": Tried(omega_categorical, SEVEN, _omega_categorical, ITERATIVE),
    "omega total": Tried(omega_total, SEVEN, _omega_total, ITERATIVE),
    "omega hierarkisk": Tried(omega_hierarchical, NINE, _omega_hierarchical, ITERATIVE),
}
"""Name → what is tried. BCa, slow and no default, has fewer replicates than what has a formula."""
