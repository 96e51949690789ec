"""Does a graded response model fit? Each item against its expected answers, and what pairs have beside the trait."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from finsam_eval.psychometrics.answers import Array
from finsam_eval.stats import benjamini_hochberg
from finsam_eval.stats.graded import NODES, WEIGHTS, steps_at

Codes = NDArray[np.int64]

LEAST_EXPECTED = 1.0
"""Neighbouring answers with fewer expected are counted together (Kang & Chen 2008)."""

FIT_COLUMNS = ["item", "chisq", "df", "p", "p_adjusted"]
PAIR_COLUMNS = ["first", "second", "n", "q3", "above"]


def item_fit(values: Sequence[Array], codes: Codes, names: list[str]) -> pd.DataFrame:
    """Return S-X² of each item: its answers among those with the same sum of all items, against what is expected.

    codes : complete rows × items, steps from 0. Columns of `FIT_COLUMNS`; nan where too few cells are left.

    References: Orlando & Thissen (2000), Appl Psychol Meas 24:50–64; Kang & Chen (2008), J Educ Meas 45:391–406, eq. 4.
    In R: ``mirt::itemfit(model, fit_stats = "S_X2")``, which counts sparse cells together in another order
    """
    curves = [steps_at(own, NODES) for own in values]
    total = codes.sum(axis=1)
    everyone = np.bincount(total, minlength=sum(curve.shape[1] - 1 for curve in curves) + 1)
    rows = []
    for item, curve in enumerate(curves):
        expected = expected_answers(curves, item)
        observed = np.zeros(expected.shape)
        np.add.at(observed, (total, codes[:, item]), 1)
        rows.append(_chi_square(observed, expected * everyone[:, np.newaxis], curve.shape[1]))
    table = pd.DataFrame(rows, columns=["chisq", "df", "p"])
    table.insert(0, "item", pd.Series(names, dtype="str"))
    return table.assign(p_adjusted=benjamini_hochberg(table["p"]))[FIT_COLUMNS]


def expected_answers(curves: Sequence[Array], item: int) -> Array:
    """Return the shares of an item's steps among those with each sum of all items: sums × steps, 0 where impossible.

    curves : of each item, nodes × steps.
    """
    others = sums_at([curve for place, curve in enumerate(curves) if place != item])
    own = curves[item]
    joint = np.zeros((len(others) + own.shape[1] - 1, own.shape[1]))
    for step in range(own.shape[1]):
        joint[step : step + len(others), step] = others @ (own[:, step] * WEIGHTS)
    shares: Array = joint / joint.sum(axis=1, keepdims=True)
    return shares


def sums_at(curves: Sequence[Array]) -> Array:
    """Return how likely each sum of items is at each node: sums × nodes (Lord & Wingersky 1984)."""
    likely = np.ones((1, len(NODES)))
    for curve in curves:
        longer = np.zeros((len(likely) + curve.shape[1] - 1, len(NODES)))
        for step in range(curve.shape[1]):
            longer[step : step + len(likely)] += likely * curve[:, step]
        likely = longer
    return likely


def _chi_square(observed: Array, expected: Array, values: int) -> tuple[float, float, float]:
    chisq, df = 0.0, -values
    for own, awaited in zip(observed, expected, strict=True):
        cells = _together(awaited)
        if len(cells) < 2:
            continue
        seen, due = (np.add.reduceat(row, cells) for row in (own, awaited))
        chisq, df = chisq + float(((seen - due) ** 2 / due).sum()), df + len(cells) - 1
    if df < 1:
        return float("nan"), float("nan"), float("nan")
    return chisq, float(df), float(special.chdtrc(df, chisq))


def _together(expected: Array) -> list[int]:
    """Return where cells begin, when neighbours are taken together until enough are expected in each."""
    starts, gathered = [0], 0.0
    for place, due in enumerate(expected):
        if gathered >= LEAST_EXPECTED and expected[place:].sum() >= LEAST_EXPECTED:
            starts.append(place)
            gathered = 0.0
        gathered += float(due)
    return starts


def local_dependence(values: Sequence[Array], codes: Codes, scores: Array, names: list[str]) -> pd.DataFrame:
    """Return Q3 of each pair: how the answers go together beyond what persons' scores tell.

    codes : rows × items, −1 where there is no answer. scores : one per row.
    `above` is Q3 less its mean over pairs, which lies below 0 in short scales; .2 is much (Christensen et al. 2017).

    References: Yen (1984), Appl Psychol Meas 8:125–145; Christensen, Makransky & Horton (2017), Appl Psychol Meas
    41:178–194. In R: ``mirt::residuals(model, type = "Q3")``
    """
    left = np.full(codes.shape, np.nan)
    for item, own in enumerate(values):
        curve = steps_at(own, scores)
        expected = curve @ np.arange(curve.shape[1])
        left[:, item] = np.where(codes[:, item] >= 0, codes[:, item] - expected, np.nan)
    frame = pd.DataFrame(left)
    first, second = np.triu_indices(len(names), 1)
    answered = (codes >= 0).astype(np.int64)
    q3 = frame.corr().to_numpy()[first, second]
    labels = np.array(names, dtype=object)
    table = pd.DataFrame({"first": labels[first], "second": labels[second], "q3": q3})
    return table.assign(n=(answered.T @ answered)[first, second], above=q3 - np.nanmean(q3))[PAIR_COLUMNS]
