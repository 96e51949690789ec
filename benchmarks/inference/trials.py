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
    """Return respondents × items, steps 0, 1, …: a common factor with these loadings, cut so that `shares` come out.

    cluster : the insats of each respondent; insatser then differ, with `CLUSTER_ICC` of the factor's variance.
    """
    common = rng.standard_normal(n)
    if cluster is not None:
        level = rng.standard_normal(cluster.max() + 1)[cluster]
        common = np.sqrt(CLUSTER_ICC) * level + np.sqrt(1 - CLUSTER_ICC) * common
    own = rng.standard_normal((n, loadings.size))
    latent = loadings * common[:, np.newaxis] + np.sqrt(1 - loadings**2) * own
    return np.searchsorted(cuts(shares), latent.ravel()).reshape(latent.shape).astype(float)


CLUSTER_ICC = 0.10


def cuts(shares: tuple[float, ...]) -> Floats:
    """Return the thresholds of a standard normal variable that give these shares."""
    thresholds: Floats = special.ndtri(np.cumsum(shares)[:-1])
    return thresholds


def covariance(loadings: Floats, shares: tuple[float, ...]) -> Floats:
    """Return the true covariance of answers, by Gauss–Hermite quadrature over the factor."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / weights.sum()
    own = np.sqrt(1 - loadings**2)[:, np.newaxis, np.newaxis]
    reached = special.ndtr((loadings[:, np.newaxis, np.newaxis] * nodes[:, np.newaxis] - cuts(shares)) / own)
    mean = reached.sum(axis=2)
    square = (reached * (2 * np.arange(reached.shape[2]) + 1)).sum(axis=2)
    centred = mean - (mean @ weights)[:, np.newaxis]
    between = (centred * weights) @ centred.T
    return between + np.diag((square - mean**2) @ weights)
