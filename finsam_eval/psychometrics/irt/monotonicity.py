"""Monotonicity: a higher score on the other items should go with higher steps on this one."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finsam_eval.psychometrics.answers import Array
from finsam_eval.psychometrics.ordinal import Steps

SMALLEST_FALL = 0.03
"""A fall of a share by no more than this is no violation (Molenaar & Sijtsma 2000)."""

ONE_SIDED = 1.6448536269514722
"""The 95 % quantile of the normal distribution."""

COLUMNS = ["item", "groups", "comparisons", "violations", "largest", "sum", "z", "significant"]


def smallest_group(n: int) -> int:
    """Return how many persons a group with about the same rest score must have at least."""
    if n < 150:
        return 50
    return n // 3 if n <= 250 else n // 5 if n < 500 else n // 10


def groups_of(score: NDArray[np.int64], smallest: int) -> NDArray[np.int64]:
    """Return each person's group, from 0: neighbouring scores together until a group is large enough.

    What is left at the top joins the last group.
    """
    values, counts = np.unique(score, return_counts=True)
    group, filled, number = np.zeros(len(values), dtype=np.int64), 0, 0
    for place, count in enumerate(counts):
        group[place] = number
        filled += count
        if filled >= smallest and counts[place + 1 :].sum() >= smallest:
            number, filled = number + 1, 0
    return group[np.searchsorted(values, score)]


def monotonicity(steps: Steps, names: list[str]) -> pd.DataFrame:
    """Return one row per item: how often, and how far, its steps become rarer as the rest score grows.

    steps : respondents × items, from 0. Persons with about the same sum of the other items form a group; every pair of
    groups is compared at every step.

    Returns
    -------
    DataFrame
        Columns of `COLUMNS`: comparisons that could show a fall; violations, falls by more than `SMALLEST_FALL`; the
        largest and their sum, as shares; the largest z of a fall, and how many are significant (5 %, one-sided). No
        row where two groups cannot be had.

    References: Molenaar & Sijtsma (2000), User's manual MSP5, ch. 6; Van der Ark (2007), J Stat Softw 20(11), sec. 2.3.
    In R: ``mokken::check.monotonicity(items)``
    """
    smallest = smallest_group(len(steps))
    if len(steps) < 2 * smallest:
        return pd.DataFrame(columns=COLUMNS)
    total = steps.sum(axis=1)
    rows = [_item(steps[:, place], groups_of(total - steps[:, place], smallest)) for place in range(len(names))]
    return pd.DataFrame(rows, columns=COLUMNS[1:]).assign(item=pd.Series(names, dtype="str"))[COLUMNS]


def _item(answers: NDArray[np.int64], group: NDArray[np.int64]) -> tuple[int, int, int, float, float, float, int]:
    sizes = np.bincount(group)
    steps = np.arange(1, answers.max() + 1)
    reach = np.array([np.bincount(group, answers >= step, len(sizes)) for step in steps])
    below = sizes - reach
    lower, higher = np.triu_indices(len(sizes), 1)
    shares = reach / sizes
    possible = (reach[:, lower] > 0) & (below[:, higher] > 0)
    fall = shares[:, lower] - shares[:, higher]
    fall = np.where(fall > SMALLEST_FALL, fall, 0.0)
    z = np.where(fall > 0, _z(reach[:, higher], below[:, higher], reach[:, lower], below[:, lower]), 0.0)
    return (
        len(sizes),
        int(possible.sum()),
        int((fall > 0).sum()),
        float(fall.max(initial=0.0)),
        float(fall.sum()),
        float(z.max(initial=0.0)),
        int((z > ONE_SIDED).sum()),
    )


def _z(reach: Array, below: Array, reach_lower: Array, below_lower: Array) -> Array:
    """Return the normal deviate of a two-by-two table (Molenaar 1970), for the group that should reach more often."""
    few = np.sqrt((reach + 1) * (below_lower + 1)) - np.sqrt(below * reach_lower)
    return np.abs(2 * few / np.sqrt(reach + below + reach_lower + below_lower - 1))
