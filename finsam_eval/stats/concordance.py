"""How often does one group's value lie above another's: placements, and the covariance of several such shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Concordance:
    """`areas` holds P(with > without) + ½ P(equal) for each score, `covariance` theirs; nan where nothing varies."""

    areas: Array
    covariance: Array


def concordance(scores: Array, outcome: NDArray[np.bool_], cluster: NDArray[np.int64] | None = None) -> Concordance:
    """Return the areas under the curves of one or several scores against one outcome, and their covariance.

    scores : persons × scores. outcome : one per person, at least one of each kind.
    cluster : 0 … for each person, where persons of one cluster are alike; None where all are independent.
    References: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44:837–845; clusters: Obuchowski (1997),
        Biometrics 53:567–578, which is DeLong's where each person is a cluster.
    In R, without clusters: ``pROC::var(roc)``, ``pROC::cov(first, second)``
    """
    placed = np.column_stack([placements(column, outcome) for column in scores.T])
    areas = placed[outcome].mean(axis=0)
    off = placed - areas
    clusters = np.arange(len(outcome)) if cluster is None else cluster
    with_it, without = (_sums(off * kind[:, np.newaxis], clusters) for kind in (outcome, ~outcome))
    m, n = int(outcome.sum()), int((~outcome).sum())
    parts = (
        _inflation(clusters[outcome]) * with_it.T @ with_it / m**2,
        _inflation(clusters[~outcome]) * without.T @ without / n**2,
        _inflation(clusters) * (with_it.T @ without + without.T @ with_it) / (m * n),
    )
    return Concordance(areas=areas, covariance=np.asarray(sum(parts), dtype=np.float64))


def placements(score: Array, outcome: NDArray[np.bool_]) -> Array:
    """Return for each person the share of the other kind that lies on the expected side; equal scores count half.

    The expected side of one who had the outcome is below, of one who had not above.
    """
    highs, lows = np.sort(score[outcome]), np.sort(score[~outcome])
    placed = np.empty(len(score))
    placed[outcome] = _below(lows, score[outcome]) / len(lows)
    placed[~outcome] = 1 - _below(highs, score[~outcome]) / len(highs)
    return placed


def _below(ordered: Array, values: Array) -> Array:
    """Return how many of the ordered lie below each value, equal ones counted half."""
    return (np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")) / 2


def _sums(values: Array, clusters: NDArray[np.int64]) -> Array:
    sums = np.zeros((int(clusters.max()) + 1, values.shape[1]))
    np.add.at(sums, clusters, values)
    return sums


def _inflation(clusters: NDArray[np.int64]) -> float:
    """Return I / (I − 1) of I clusters; nan where there is but one."""
    number = len(np.unique(clusters))
    return number / (number - 1) if number > 1 else float("nan")
