"""Axes that are easier to name: loadings turned rigidly (varimax), and then each axis by itself (promax)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TURNS, TURNED = 5000, 1e-13
POWER = 4


def varimax(loadings: Array) -> Array:
    """Return loadings turned rigidly so that the squared ones vary most within each factor, items weighted equally.

    loadings : items × factors. Missing: nan where the turning has not come to rest within `TURNS` turns.

    References: Kaiser (1958), Psychometrika 23:187–200, with his normalisation of items.
    In R: ``varimax(loadings, eps = 1e-12)``
    """
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    rows = loadings / np.where(length > 0, length, 1.0)
    turn, before = np.eye(loadings.shape[1]), 0.0
    for _ in range(TURNS):
        turned = rows @ turn
        pull = rows.T @ (turned**3 - turned * (turned**2).mean(axis=0))
        left, values, right = np.linalg.svd(pull)
        turn = left @ right
        if values.sum() - before <= TURNED * values.sum():
            return np.asarray(loadings @ turn, dtype=float)
        before = float(values.sum())
    return np.full_like(loadings, np.nan)


def promax(loadings: Array) -> tuple[Array, Array]:
    """Return oblique loadings and the factors' correlations: varimax, drawn towards its own fourth powers.

    loadings, missing : as for `varimax`.

    References: Hendrickson & White (1964), Brit J Stat Psychol 17:65–70.
    In R: ``promax(varimax(loadings, eps = 1e-12)$loadings, m = 4)``
    """
    turned = varimax(loadings)
    if np.isnan(turned).any():
        return turned, np.full((turned.shape[1], turned.shape[1]), np.nan)
    target = turned * np.abs(turned) ** (POWER - 1)
    turn = np.linalg.lstsq(turned, target, rcond=None)[0]
    turn = turn * np.sqrt(np.diag(np.linalg.inv(turn.T @ turn)))
    back = np.linalg.inv(turn)
    return turned @ turn, back @ back.T
