"""How much of a change is nothing but low answers drifting back towards the middle, as uncertain ones do."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.answers import TINY, Array, pair

BEGINNING_COLUMNS = ["beginning", "n", "mean_before", "change", "by_chance", "beyond"]
BELOW, ABOVE = "under medel", "över medel"


def towards_mean(before: ArrayLike, after: ArrayLike, reliability: float | None) -> pd.DataFrame:
    """Return how those who began below and above the mean changed, and how much of it is regression to the mean.

    Who answered low once did so partly by chance, and answers higher the next time without having changed: on average
    (1 − reliability) times the distance to everybody's mean. `beyond` is the change without that part.

    before, after : answers of the same persons in the same order. NaN = no answer; incomplete pairs are dropped.
    reliability : that of one answer, from a retest of persons who had not changed; None where it is not known.

    Returns
    -------
    DataFrame
        beginning (under medel, över medel), n, mean_before, change, by_chance, beyond; NaN where nobody began there or
        reliability is not known. No rows where all began alike or fewer than two answered both times.

    Raises
    ------
    WrongShape
        When before and after are not equally many numbers, or reliability lies outside 0 to 1.

    References: Davis (1976), Am J Epidemiol 104:493–498; Barnett, van der Pols & Dobson (2005), Int J Epidemiol
    34:215–220, whose formula for normal answers below a cut is this one with the truncated normal's mean.
    In R: ``low <- before < mean(before); (1 - reliability) * (mean(before) - mean(before[low]))``
    """
    pairs = pair(before, after)
    if reliability is not None and not 0 <= reliability <= 1:
        raise WrongShape(f"reliability must lie between 0 and 1, got {reliability}")
    if len(pairs) < 2 or pairs[:, 0].var() < TINY:
        return pd.DataFrame(columns=BEGINNING_COLUMNS)
    low = pairs[:, 0] < pairs[:, 0].mean()
    chance = np.nan if reliability is None else 1 - reliability
    rows = [_of(pairs, where, name, chance) for name, where in ((BELOW, low), (ABOVE, ~low))]
    return pd.DataFrame(rows, columns=BEGINNING_COLUMNS)


def _of(pairs: Array, where: np.ndarray, name: str, chance: float) -> dict[str, object]:
    began, ended = pairs[where].mean(axis=0)
    drift = chance * float(pairs[:, 0].mean() - began)
    change = float(ended - began)
    return {
        "beginning": name,
        "n": int(where.sum()),
        "mean_before": float(began),
        "change": change,
        "by_chance": drift,
        "beyond": change - drift,
    }
