"""Which items form scales? Mokken's search, one item at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from finsam_eval.psychometrics.answers import Array

NONE = -np.inf


def select_scales(
    covariance: Array, highest: Array, variances: Array, n: int, lowest: float, alpha: float
) -> NDArray[np.int64]:
    """Return each item's scale: 1 for the first that was found, 2 …, and 0 for items that belong to none.

    A scale starts with the pair of the highest H among those whose H is significantly above 0. It grows by the item
    that keeps H of the scale highest, among those that correlate negatively with none of its items, whose own H with
    them is at least `lowest` and significantly above 0. Tests are Mokken's z, Bonferroni-corrected by the number made.

    covariance, highest : of pairs, as `scalability` gives them. variances : with divisor n, too.

    References: Mokken (1971), A Theory and Procedure of Scale Analysis, ch. 5; Sijtsma & Molenaar (2002), Introduction
    to Nonparametric Item Response Theory, ch. 5; z: Molenaar & Sijtsma (2000), User's manual MSP5.
    In R: ``mokken::aisp(items, lowerbound = lowest)``
    """
    k = len(variances)
    # z is of covariances with divisor n − 1, over the spread they have by chance.
    products = np.outer(variances, variances)
    parts = (np.where(np.eye(k) > 0, 0.0, covariance), np.where(np.eye(k) > 0, 0.0, highest), products)
    scale = np.zeros(k, dtype=np.int64)
    number = 0
    while True:
        number += 1
        chosen = _first_pair(parts, scale, n, lowest, alpha)
        if chosen is None:
            return scale
        tests = _pairs((scale == 0).sum())
        scale[list(chosen)] = number
        _grow(parts, scale, number, n, lowest, alpha, tests)


def _pairs(items: int) -> float:
    return items * (items - 1) / 2


def _critical(alpha: float, tests: float) -> float:
    return float(-special.ndtri(alpha / tests))


def _first_pair(
    parts: tuple[Array, Array, Array], scale: NDArray[np.int64], n: int, lowest: float, alpha: float
) -> tuple[int, int] | None:
    covariance, highest, products = parts
    free = np.flatnonzero(scale == 0)
    if free.size < 2:
        return None
    first, second = (free[side] for side in np.triu_indices(free.size, 1))
    z = covariance[first, second] * np.sqrt(n - 1) / np.sqrt(products[first, second])
    h = np.where(z >= _critical(alpha, _pairs(free.size)), covariance[first, second] / highest[first, second], NONE)
    best = int(h.argmax())
    return (int(first[best]), int(second[best])) if h[best] >= lowest else None


def _grow(
    parts: tuple[Array, Array, Array],
    scale: NDArray[np.int64],
    number: int,
    n: int,
    lowest: float,
    alpha: float,
    tests: float,
) -> None:
    covariance, highest, products = parts
    while True:
        own = np.flatnonzero(scale == number)
        free = np.flatnonzero((scale == 0) & (covariance[:, own] >= 0).all(axis=1))
        if not free.size:
            return
        tests += free.size
        among = np.ix_(free, own)
        z = covariance[among].sum(axis=1) * np.sqrt(n - 1) / np.sqrt(products[among].sum(axis=1))
        towards, most = covariance[among].sum(axis=1), highest[among].sum(axis=1)
        inside = np.ix_(own, own)
        whole = (covariance[inside].sum() + 2 * towards) / (highest[inside].sum() + 2 * most)
        fits = (towards / most >= lowest) & (z >= _critical(alpha, tests)) & (whole >= lowest)
        if not fits.any():
            return
        scale[free[int(np.where(fits, whole, NONE).argmax())]] = number
