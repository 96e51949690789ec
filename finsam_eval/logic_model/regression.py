"""Least squares and logistic regression of complete rows, with standard errors that allow for clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finsam_eval.stats.logistic import fit_logistic

Array = NDArray[np.float64]
Groups = NDArray[np.int64]

THIN = 1e-9
"""A pivot below this share of its column's length means that the columns cannot be told apart."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fit:
    """Coefficients and their covariance; `df` is that of t, infinite for a normal. `naive` forgets the clusters."""

    coefficients: Array
    covariance: Array
    naive: Array
    df: float


def full_rank(design: Array) -> bool:
    """Return whether no column of a design is made of the others."""
    lengths = np.sqrt((design**2).sum(axis=0))
    if (lengths == 0).any() or len(design) < design.shape[1]:
        return False
    pivots = np.abs(np.diag(np.linalg.qr(design / lengths, mode="r")))
    return bool(pivots.min() > THIN)


def linear(design: Array, outcome: Array, groups: Groups | None) -> Fit:
    """Return least squares; with groups the sandwich covariance with the factor G/(G − 1) · (n − 1)/(n − k).

    design : rows × coefficients, of full rank, more rows than coefficients. groups : 0 … G − 1 for each row.
    References: Liang & Zeger (1986), Biometrika 73:13–22; Cameron & Miller (2015), J Hum Resour 50:317–372, eq. 11–12.
    In R: ``sandwich::vcovCL(lm(y ~ x), cluster, type = "HC1")``, t with G − 1 degrees of freedom
    """
    n, k = design.shape
    bread: Array = np.asarray(np.linalg.inv(design.T @ design), dtype=np.float64)
    coefficients = bread @ design.T @ outcome
    residuals = outcome - design @ coefficients
    naive: Array = bread * float(residuals @ residuals) / (n - k)
    if groups is None:
        return Fit(coefficients=coefficients, covariance=naive, naive=naive, df=n - k)
    covariance = _sandwich(bread, design * residuals[:, np.newaxis], groups) * (n - 1) / (n - k)
    return Fit(coefficients=coefficients, covariance=covariance, naive=naive, df=groups.max())


def logistic(design: Array, outcome: Array, groups: Groups | None) -> Fit | None:
    """Return maximum likelihood; with groups the sandwich covariance with the factor G/(G − 1). None without maximum.

    In R: ``sandwich::vcovCL(glm(y ~ x, family = binomial), cluster, type = "HC0")``, t with G − 1 degrees of freedom
    """
    fit = fit_logistic(design, outcome, np.ones(len(design)))
    if not fit.converged:
        return None
    if groups is None:
        return Fit(coefficients=fit.coefficients, covariance=fit.covariance, naive=fit.covariance, df=np.inf)
    share = 1 / (1 + np.exp(-design @ fit.coefficients))
    covariance = _sandwich(fit.covariance, design * (outcome - share)[:, np.newaxis], groups)
    return Fit(coefficients=fit.coefficients, covariance=covariance, naive=fit.covariance, df=groups.max())


def _sandwich(bread: Array, scores: Array, groups: Groups) -> Array:
    number = int(groups.max()) + 1
    sums = np.zeros((number, scores.shape[1]))
    np.add.at(sums, groups, scores)
    meat: Array = bread @ (sums.T @ sums) @ bread * number / (number - 1)
    return meat
