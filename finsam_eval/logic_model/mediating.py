"""How much of an association goes by way of something between, as the chain says it should."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finsam_eval.logic_model.links import NOBODY, SAME_OUTCOME, SAME_PREDICTOR, TOO_FEW, complete_rows, varying
from finsam_eval.logic_model.regression import full_rank
from finsam_eval.results import LEVEL, RECORD_COLUMNS, Status, validate_level
from finsam_eval.stats import bca, unique_rows
from finsam_eval.stats.resampling import DRAWS, SEED

Array = NDArray[np.float64]

METHOD = "Produkten av två regressionskoefficienter, BCa-bootstrap"
COLLINEAR = "Leden går inte att skilja från varandra, så sambandet kan inte delas upp."
NO_INTERVAL = "Osäkerheten går inte att räkna fram: för få svar, eller så varierar de för lite."
THIN = 1e-12
"""Below this the columns of a draw, each of length 1, span no volume."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mediation:
    """An association of `first` with `last`, by way of `between` and past it.

    `value` is the indirect part a·b with its bootstrap limits: `a` of first with between, `b` of between with last when
    first is held equal. `direct` is what is left, `total` both. In the units of `last`: shares where it is 0 and 1.
    """

    first: str
    between: str
    last: str
    controls: tuple[str, ...]
    value: float | None
    lower: float | None
    upper: float | None
    level: float
    a: float | None
    b: float | None
    direct: float | None
    total: float | None
    method: str
    n: int
    clusters: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row: what it is about, then the columns of `RECORD_COLUMNS`, then the rest."""
        told = pd.DataFrame([{**asdict(self), "controls": ", ".join(self.controls)}])
        start = ["first", "between", "last", "controls", *RECORD_COLUMNS]
        return told[[*start, *(name for name in told if name not in start)]]


def mediation(
    data: pd.DataFrame,
    first: str,
    between: str,
    last: str,
    *,
    controls: Sequence[str] = (),
    cluster: str | None = None,
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Mediation:
    """Return how much of the association of `first` with `last` goes by way of `between`.

    Both regressions are linear, with the controls in both; persons are drawn anew, or whole clusters where told.
    Read as an effect it would need that nothing else joins the three: it is called an association.

    data : persons × columns, numeric but for the cluster. NaN = not known: such a row is left out.

    Raises
    ------
    WrongShape, UnknownName
        As `links.association`.

    References: Baron & Kenny (1986), J Pers Soc Psychol 51:1173–1182; MacKinnon, Lockwood & Williams (2004),
    Multivariate Behav Res 39:99–128; Efron (1987), JASA 82:171–185.
    In R: ``lavaan::sem("m ~ a*x + z; y ~ b*m + direct*x + z; ab := a*b", se = "bootstrap")``
    """
    level = validate_level(level)
    rows = complete_rows(data, [first, between, last, *controls], cluster)
    held = varying(rows, controls)
    groups = None if cluster is None else np.unique(rows[cluster].to_numpy(), return_inverse=True)[1]
    facts: dict[str, Any] = {
        **{"first": first, "between": between, "last": last, "controls": tuple(held)},
        **{"level": level, "method": METHOD, "n": len(rows)},
        "clusters": 0 if groups is None or not len(groups) else int(groups.max()) + 1,
    }
    columns = rows[[*held, first, between, last]].to_numpy(float)
    hindered = _obstacle(rows, (first, last), columns)
    if hindered:
        return _without(facts, *hindered)
    products, counts = _products(_centred(columns), groups)
    a, b, direct = (float(one[0]) for one in _paths(_sums(counts[np.newaxis].astype(float), products)))
    limits = bca(lambda weights: _indirect(_sums(weights, products)), counts, level=level, draws=draws, seed=seed)
    lower, upper = (float(limit) if np.isfinite(limit) else None for limit in limits)
    paths: dict[str, Any] = {"a": a, "b": b, "direct": direct, "total": a * b + direct}
    reason = NO_INTERVAL if lower is None or upper is None else ""
    return Mediation(**facts, **paths, value=a * b, lower=lower, upper=upper, reason=reason)


def _obstacle(rows: pd.DataFrame, ends: tuple[str, str], columns: Array) -> tuple[Status, str] | None:
    """Return why the association cannot be divided; None where it can."""
    if not len(rows):
        return Status.NO_DATA, NOBODY
    if len(rows) <= columns.shape[1] + 1:
        return Status.NO_DATA, TOO_FEW
    for name, reason in zip(ends, (SAME_PREDICTOR, SAME_OUTCOME), strict=True):
        if not varying(rows, [name]):
            return Status.NOT_APPLICABLE, reason
    # All but the last, which is what the others are to explain.
    return None if full_rank(_centred(columns)[:, :-1]) else (Status.NOT_APPLICABLE, COLLINEAR)


def _without(facts: dict[str, Any], status: Status, reason: str) -> Mediation:
    blank: dict[str, Any] = dict.fromkeys(["value", "lower", "upper", "a", "b", "direct", "total"])
    return Mediation(**facts, **blank, status=status, reason=reason)


def _centred(columns: Array) -> Array:
    """Return a column of ones and the columns less their means: the same slopes, and numbers of one size."""
    return np.column_stack([np.ones(len(columns)), columns - columns.mean(axis=0)])


def _products(values: Array, groups: NDArray[np.int64] | None) -> tuple[Array, NDArray[np.int64]]:
    """Return the sums of squares and products of what is drawn together, shape (drawn, k, k), and how many of each."""
    if groups is None:
        unique, counts = unique_rows(values)
        return unique[:, :, np.newaxis] * unique[:, np.newaxis, :], counts
    number = int(groups.max()) + 1
    summed = np.zeros((number, values.shape[1], values.shape[1]))
    np.add.at(summed, groups, values[:, :, np.newaxis] * values[:, np.newaxis, :])
    return summed, np.ones(number, dtype=np.int64)


def _sums(weights: Array, products: Array) -> Array:
    """Return the sums of squares and products of every draw, shape (draws, k, k)."""
    return (weights @ products.reshape(len(products), -1)).reshape(-1, *products.shape[1:])


def _indirect(sums: Array) -> Array:
    a, b, _ = _paths(sums)
    return a * b


def _paths(sums: Array) -> tuple[Array, Array, Array]:
    """Return a, b and the direct part of every draw; the last three columns are first, between and last."""
    between, last = sums.shape[1] - 2, sums.shape[1] - 1
    to_between, to_last = _slopes(sums, between), _slopes(sums, last)
    return to_between[:, between - 1], to_last[:, between], to_last[:, between - 1]


def _slopes(sums: Array, target: int) -> Array:
    """Return the coefficients of the columns before `target` on it; nan where they cannot be told apart."""
    lengths = np.sqrt(np.diagonal(sums, axis1=1, axis2=2)[:, :target])
    lengths = np.where(lengths > 0, lengths, np.nan)
    scaled = sums[:, :target, :target] / (lengths[:, :, np.newaxis] * lengths[:, np.newaxis, :])
    lost = ~(np.abs(np.linalg.det(np.nan_to_num(scaled))) > THIN)
    scaled = np.where(lost[:, np.newaxis, np.newaxis], np.eye(target), scaled)
    solved = np.linalg.solve(scaled, (sums[:, :target, target] / lengths)[:, :, np.newaxis])[:, :, 0] / lengths
    return np.where(lost[:, np.newaxis], np.nan, solved)
