"""Weights that make the answering composed as the invited, what they cost, and a weighted share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from finsam_eval.compare.frames import NO_ANSWERS, estimate, validate_deff
from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.results import LEVEL, Estimate, Status, no_value, validate_level
from finsam_eval.stats.intervals import wilson
from finsam_eval.stats.weighting import kish, rake

Array = NDArray[np.float64]
Margin = str | tuple[str, ...]

METHOD = "kalibrering genom upprepad anpassning till kända marginaler (raking)"
NOBODY = "Ingen har svarat; det finns inga svar att vikta."
EMPTY = "Ingen har svarat i någon av de grupper som vikterna ska återge; andra kan inte svara i deras ställe."
NOT_CONVERGED = "Det finns inga vikter som återger alla marginaler samtidigt."
NO_WEIGHT = "De som svarat har ingen vikt."


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """A weight for every respondent, such that they add up to the known totals.

    `weights` has the sample's index; it is empty unless `status` is OK. `deff` is what the weights cost (Kish,
    1 + CV²), `largest` the largest weight over the mean weight. `empty` names the groups, margin by margin, in which
    nobody has answered: then there are no weights. n counts the respondents.
    """

    weights: pd.Series
    deff: float | None
    largest: float | None
    empty: tuple[str, ...]
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row per respondent: the sample's index and `weight`."""
        return self.weights.rename("weight").to_frame()


def calibration_weights(sample: pd.DataFrame, margins: Mapping[Margin, Mapping[Any, float]]) -> Calibration:
    """Return weights that give the sample the known totals of every margin.

    sample : one row per respondent, with the columns that margins name.
    margins : column (or several, as a tuple) → category (or a tuple of them) → known total, such as the invited by
        förbund, and by gender × period. All margins add up to the same total; one margin alone is poststratification.
    A status in place of weights: nobody answered; a group with a total above 0 has no respondent; no weights fit all.

    Raises
    ------
    UnknownName
        When a margin's column is not in the sample.
    WrongShape
        When a respondent's category is missing or not among those of the margin (or its total is 0), or totals are
        negative or add up to different sums.

    References: Deming & Stephan (1940), Ann Math Stat 11:427–444; Deville, Särndal & Sautory (1993), JASA 88:1013–1020;
    Kish (1992), J Official Statistics 8:183–200 (deff).
    In R: ``survey::rake(design, list(~forbund, ~gender + period), populations)``
    """
    tables = [_totals(columns, totals) for columns, totals in margins.items()]
    _check_totals(tables)
    keys = [_keys(sample, columns) for columns in margins]
    if not len(sample):
        return _nothing(sample, Status.NO_DATA, NOBODY)
    groups = [_positions(key, table, columns) for key, table, columns in zip(keys, tables, margins, strict=True)]
    empty = [name for group, table in zip(groups, tables, strict=True) for name in _without_answers(group, table)]
    if empty:
        return _nothing(sample, Status.NOT_APPLICABLE, EMPTY, empty)
    weights, found = rake(groups, [table.to_numpy() for table in tables])
    if not found:
        return _nothing(sample, Status.NOT_CONVERGED, NOT_CONVERGED)
    return Calibration(
        weights=pd.Series(weights, index=sample.index),
        deff=kish(weights),
        largest=float(weights.max() / weights.mean()),
        empty=(),
        method=METHOD,
        n=len(sample),
    )


def weighted_share(positive: ArrayLike, weights: ArrayLike, *, deff: float = 1.0, level: float = LEVEL) -> Estimate:
    """Return a weighted share with its Wilson interval on n / (deff · Kish's design effect) answers.

    Kish's is the cost of weights that have nothing to do with the answer: where they have, the interval is too wide.

    positive : 1 (in the top codes) or 0, nan for no answer; such rows are left out.
    weights : one per row, as from `calibration_weights`; 0 or above.
    deff : design effect of clustering.

    Raises
    ------
    WrongShape
        When rows are not equally many, positive is not 0, 1 or nan, a weight is negative or missing, or deff or level
        is out of range.

    References: Kish (1992), J Official Statistics 8:183–200.
    In R, the share: ``survey::svymean(~positive, design, na.rm = TRUE)``
    """
    level, deff = validate_level(level), validate_deff(deff)
    answers, given = np.asarray(positive, dtype=float), np.asarray(weights, dtype=float)
    if answers.ndim != 1 or answers.shape != given.shape:
        raise WrongShape(f"positive and weights must be equally long rows, got {answers.shape} and {given.shape}")
    if not (np.isin(answers, [0, 1]) | np.isnan(answers)).all():
        raise WrongShape("positive must be 1, 0 or nan: code the answers first")
    if not (np.isfinite(given) & (given >= 0)).all():
        raise WrongShape("weights must be finite, 0 or above, one for every row")
    answered = ~np.isnan(answers)
    answers, given, n = answers[answered], given[answered], int(answered.sum())
    method = "viktad andel, Wilson, effektivt n (Kish)"
    if not n or not given.any():
        reason = NO_WEIGHT if n else NO_ANSWERS
        return no_value(Status.NO_DATA, reason, method=method, n=n, level=level)
    share = float(np.average(answers, weights=given))
    return estimate(share, wilson(share * n, n, level, deff * kish(given)), level=level, method=method, n=n)


def _columns(margin: Margin) -> list[str]:
    return [margin] if isinstance(margin, str) else list(margin)


def _totals(margin: Margin, totals: Mapping[Any, float]) -> pd.Series:
    table = pd.Series(dict(totals), dtype=float)
    if not np.isfinite(table).all() or (table < 0).any() or not table.sum() > 0:
        raise WrongShape(f"margin {margin!r}: totals must be 0 or above and finite, not all 0")
    return table[table > 0]


def _check_totals(tables: list[pd.Series]) -> None:
    if not tables:
        raise WrongShape("margins must hold at least one margin")
    sums = [float(table.sum()) for table in tables]
    if not np.allclose(sums, sums[0], rtol=1e-9, atol=0):
        raise WrongShape("margins: their totals must add up to the same number; they are counts of the same people")


def _keys(sample: pd.DataFrame, margin: Margin) -> pd.Index:
    columns = _columns(margin)
    missing = [column for column in columns if column not in sample.columns]
    if missing:
        raise UnknownName(f"margin {margin!r}: the sample has no column {', '.join(missing)}")
    if sample[columns].isna().any(axis=None):
        raise WrongShape(f"margin {margin!r}: a respondent's category is missing; give it a name or leave the row out")
    return pd.Index(sample[columns[0]]) if len(columns) == 1 else pd.MultiIndex.from_frame(sample[columns])


def _positions(keys: pd.Index, table: pd.Series, margin: Margin) -> NDArray[np.int64]:
    index = table.index if table.index.nlevels == keys.nlevels else pd.MultiIndex.from_tuples(list(table.index))
    found = index.get_indexer(keys)
    if (found < 0).any():
        raise WrongShape(f"margin {margin!r}: {int((found < 0).sum())} respondents are in a category without a total")
    return np.asarray(found, dtype=np.int64)


def _without_answers(group: NDArray[np.int64], table: pd.Series) -> list[str]:
    missing = table.index[np.bincount(group, minlength=len(table)) == 0]
    return [" × ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in missing]


def _nothing(sample: pd.DataFrame, status: Status, reason: str, empty: list[str] | None = None) -> Calibration:
    return Calibration(
        weights=pd.Series(index=sample.index[:0], dtype=float),
        deff=None,
        largest=None,
        empty=tuple(empty or ()),
        method=METHOD,
        n=len(sample),
        status=status,
        reason=reason,
    )
