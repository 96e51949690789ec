"""Invariant item ordering: the item that is hardest for all should be so for those low and those high, too."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from finsam_eval.psychometrics.answers import TINY, Array
from finsam_eval.psychometrics.irt.monotonicity import groups_of, smallest_group

SMALLEST_CROSSING = 0.03
"""Times the highest step: means in the other order by no more than this are no violation (Ligtvoet et al. 2010)."""

ALPHA = 0.05

COLUMNS = ["item", "violations", "largest", "sum", "t", "significant"]


def item_ordering(answers: Array, names: list[str]) -> pd.DataFrame:
    """Return one row per item: how often, and how far, it is harder than another where it should be easier.

    answers : respondents × items, whole steps on one common scale. Persons with about the same sum of the other items
    form a group, for each pair of items anew; in every group the means of the two are compared (manifest invariant
    item ordering).

    Returns
    -------
    DataFrame
        Columns of `COLUMNS`: violations, means in the other order by more than `SMALLEST_CROSSING` times the highest
        step; the largest and their sum, in steps; the largest t of a paired test (of two steps: z), and how many are
        significant (5 %, one-sided). Each counts for both its items. No row with fewer than three items, or where two
        groups cannot be had.

    References: Ligtvoet, Van der Ark, te Marvelde & Sijtsma (2010), Educ Psychol Meas 70:578–595.
    In R: ``mokken::check.iio(items, item.selection = FALSE)``
    """
    n, k = answers.shape
    smallest = smallest_group(n)
    if k < 3 or n < 2 * smallest:
        return pd.DataFrame(columns=COLUMNS)
    highest = answers.max() - answers.min()
    total = answers.sum(axis=1)
    found = np.zeros((k, 5))
    for one, other in combinations(range(k), 2):
        easier, harder = (one, other) if answers[:, one].mean() >= answers[:, other].mean() else (other, one)
        rest = np.round(total - answers[:, one] - answers[:, other]).astype(np.int64)
        apart = answers[:, harder] - answers[:, easier]
        seen = _pair(apart, groups_of(rest, smallest), SMALLEST_CROSSING * highest, two_steps=bool(highest == 1))
        for item in (one, other):
            found[item] = _added(found[item], seen)
    table = pd.DataFrame(found, columns=COLUMNS[1:]).astype({"violations": "int64", "significant": "int64"})
    return table.assign(item=pd.Series(names, dtype="str"))[COLUMNS]


def person_scalability(answers: Array) -> float:
    """Return Hᵀ, how alike persons order the items: H of persons over items. nan where nobody's answers differ.

    References: Sijtsma & Meijer (1992), Appl Psychol Meas 16:149–157. In R: ``mokken::check.iio(items)$HT``
    """
    ordered = np.sort(answers, axis=1)
    own = answers.var(axis=1).sum()
    towards, most = answers.sum(axis=0).var() - own, ordered.sum(axis=0).var() - own
    return float(towards / most) if most > TINY else float("nan")


def _added(before: Array, seen: tuple[int, float, float, float, int]) -> Array:
    violations, largest, together, t, significant = before
    return np.array(
        [
            violations + seen[0],
            max(largest, seen[1]),
            together + seen[2],
            max(t, seen[3]),
            significant + seen[4],
        ]
    )


def _pair(
    apart: Array, group: NDArray[np.int64], limit: float, *, two_steps: bool
) -> tuple[int, float, float, float, int]:
    """Return violations, the largest, their sum, the largest t and significant ones, of the harder less the easier."""
    parts = [apart[group == number] for number in range(int(group.max()) + 1)]
    crossing = [part for part in parts if part.mean() > limit + TINY]
    sizes = [float(part.mean()) for part in crossing]
    tests = [_of_two_steps(part) if two_steps else _paired(part) for part in crossing]
    largest_t = max((statistic for statistic, _ in tests), default=0.0)
    return len(sizes), max(sizes, default=0.0), sum(sizes), largest_t, sum(p < ALPHA for _, p in tests)


def _paired(apart: Array) -> tuple[float, float]:
    spread = apart.std(ddof=1)
    if spread < TINY:
        return float("inf"), 0.0
    t = float(apart.mean() / spread * np.sqrt(len(apart)))
    return t, float(special.stdtr(len(apart) - 1, -t))


def _of_two_steps(apart: Array) -> tuple[float, float]:
    """Return the normal deviate of a binomial share of one half (Molenaar 1970)."""
    n = float((apart != 0).sum())
    fewer = float(min((apart > 0).sum(), (apart < 0).sum()))
    b = ((2 * fewer + 1 - n) ** 2 - 10 * n) / (12 * n)
    z = float(abs(np.sqrt(2 * fewer + 2 + b) - np.sqrt(2 * n - 2 * fewer + b)))
    return z, float(special.ndtr(-z))
