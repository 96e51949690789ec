"""Weights that make a sample agree with known totals, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

ROUNDS = 2000
AGREES = 1e-10


def rake(groups: Sequence[NDArray[np.int64]], totals: Sequence[Array]) -> tuple[Array, bool]:
    """Return one weight per row that gives every group its total, and whether such weights were found.

    Each margin in turn is multiplied into place until all hold: iterative proportional fitting.

    groups : per margin, each row's group 0, 1, …; every group with a total above 0 has a row.
    totals : per margin, the total of each group; all margins have the same sum.
    References: Deming & Stephan (1940), Ann Math Stat 11:427–444; Deville, Särndal & Sautory (1993), JASA 88:1013–1020.
    In R: ``survey::rake(design, margins, populations, control = list(epsilon = 1e-10, maxit = 2000))``
    """
    weights = np.ones(groups[0].size)
    for _ in range(ROUNDS):
        for group, total in zip(groups, totals, strict=True):
            weights = weights * (total / np.bincount(group, weights, total.size))[group]
        sums = [np.bincount(group, weights, total.size) for group, total in zip(groups, totals, strict=True)]
        if all(np.allclose(ours, total, rtol=AGREES, atol=0) for ours, total in zip(sums, totals, strict=True)):
            return weights, True
    return weights, False


def kish(weights: ArrayLike) -> float:
    """Return the design effect of unequal weights, 1 + CV² = n Σw² / (Σw)²; nan without weights.

    References: Kish (1965), Survey Sampling, section 11.7; Kish (1992), J Official Statistics 8:183–200.
    """
    weights = np.asarray(weights, dtype=float)
    return float(weights.size * (weights**2).sum() / weights.sum() ** 2) if weights.size else float("nan")
