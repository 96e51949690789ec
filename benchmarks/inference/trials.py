"""One trial of an interval: a world whose truth is known, drawn many times, and how often the interval holds it.

Answers come from one latent factor cut into ordered steps, so that the truth is an integral and not a simulation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Limits = tuple[float | None, float | None]

SEED = 20150916
REPLICATES, ITERATIVE = 5000, 1000
"""Draws of a world, and of one whose estimator is found step by step."""

SIZES = (40, 150, 600)
SHAPES = {"symmetriska": (0.1, 0.2, 0.4, 0.2, 0.1), "tak 65 %": (0.03, 0.06, 0.08, 0.18, 0.65)}
"""The share of answers on each step of five."""

NODES = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """An estimator in a world.

    `draw` gives one data set, `limits` its interval (None where there is none, which counts as not covering), `truth`
    what the estimator would be with endless data. `default` tells whether the package prints this interval unasked.
    """

    estimator: str
    design: str
    n: int
    truth: float
    draw: Callable[[np.random.Generator], Any]
    limits: Callable[[Any], Limits]
    default: bool = True
    replicates: int = REPLICATES

    @property
    def seed(self) -> tuple[int, int]:
        """The seed: fixed by the names alone, so that neither order nor company changes it.

        All estimators of one world meet the same data sets.
        """
        return SEED, crc32(f"{self.design} {self.n}".encode())


def outcome(trial: Trial, replicates: int) -> dict[str, object]:
    """Return one row of results: shares in per cent, with the Monte-Carlo standard error of the coverage."""
    rng = np.random.default_rng(trial.seed)
    found = np.array([_as_floats(trial.limits(trial.draw(rng))) for _ in range(replicates)])
    lower, upper = found.T
    missing = ~np.isfinite(found).all(axis=1)
    covered = np.mean((lower <= trial.truth) & (trial.truth <= upper))
    return {
        "estimator": trial.estimator,
        "default": trial.default,
        "design": trial.design,
        "n": trial.n,
        "truth": trial.truth,
        "covered": 100 * covered,
        "covered_se": 100 * np.sqrt(covered * (1 - covered) / replicates),
        "truth_below": 100 * np.mean(trial.truth < lower),
        "truth_above": 100 * np.mean(trial.truth > upper),
        "no_interval": 100 * missing.mean(),
        "width": float(np.median((upper - lower)[~missing])) if not missing.all() else float("nan"),
        "replicates": replicates,
    }


def _as_floats(limits: Limits) -> list[float]:
    return [float("nan") if limit is None else float(limit) for limit in limits]


def answers(
    rng: np.random.Generator,
    n: int,
    loadings: Floats,
    shares: tuple[float, ...],
    cluster: NDArray[np.int64] | None = None,
) -> Floats:
    """Return respondents × items, steps 0, 1, …: common factors with these loadings, cut so that `shares` come out.

    loadings : items × factors. cluster : the insats of each respondent; insatser then differ, with `CLUSTER_ICC` of
    the first factor's variance.
    """
    common = rng.standard_normal((n, loadings.shape[1]))
    if cluster is not None:
        level = rng.standard_normal(cluster.max() + 1)[cluster]
        common[:, 0] = np.sqrt(CLUSTER_ICC) * level + np.sqrt(1 - CLUSTER_ICC) * common[:, 0]
    own = np.sqrt(1 - (loadings**2).sum(axis=1))
    latent = common @ loadings.T + own * rng.standard_normal((n, len(loadings)))
    return np.searchsorted(cuts(shares), latent.ravel()).reshape(latent.shape).astype(float)


CLUSTER_ICC = 0.10


def latent_correlations(loadings: Floats) -> Floats:
    """Return the correlations of the continuous opinions behind the steps."""
    together = loadings @ loadings.T
    return together - np.diag(np.diag(together)) + np.eye(len(loadings))


def cuts(shares: tuple[float, ...]) -> Floats:
    """Return the thresholds of a standard normal variable that give these shares."""
    thresholds: Floats = special.ndtri(np.cumsum(shares)[:-1])
    return thresholds


def covariance(together: Floats, shares: tuple[float, ...]) -> Floats:
    """Return the covariance of two answers whose opinions correlate by each of `together` (0 to below 1).

    By Gauss–Hermite quadrature over what they have in common; given that, they are independent.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / weights.sum()
    r = np.asarray(together)[..., np.newaxis, np.newaxis]
    mean = special.ndtr((np.sqrt(r) * nodes[:, np.newaxis] - cuts(shares)) / np.sqrt(1 - r)).sum(axis=-1)
    middle = (mean * weights).sum(axis=-1, keepdims=True)
    found: Floats = (((mean - middle) ** 2) * weights).sum(axis=-1)
    return found


def variance(shares: tuple[float, ...]) -> float:
    """Return the variance of one answer, in squared steps."""
    steps = np.arange(len(shares))
    return float(shares @ steps**2 - (shares @ steps) ** 2)


def spread(loadings: Floats, shares: tuple[float, ...]) -> Floats:
    """Return the covariance matrix of the answers that `answers` gives."""
    items = len(loadings)
    apart = np.triu_indices(items, 1)
    matrix = np.eye(items) * variance(shares)
    matrix[apart] = covariance((loadings @ loadings.T)[apart], shares)
    return np.triu(matrix) + np.triu(matrix, 1).T
