"""Whether two things that an arrow joins go together among the same persons. An association, never a cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.logic_model.regression import Fit, full_rank, linear, logistic
from finsam_eval.results import LEVEL, RECORD_COLUMNS, Status, validate_level

Array = NDArray[np.float64]
Kind = Literal["linear", "logistic"]

FEW_CLUSTERS = 20
"""Below this a cluster-robust interval is on the narrow side (Cameron & Miller 2015, section VI)."""

NOBODY = "Ingen har svarat på allt som sambandet kräver."
TOO_FEW = "För få har svarat på allt som sambandet kräver."
SAME_OUTCOME = "Alla har samma värde i det som ska påverkas, så inget samband kan räknas."
SAME_PREDICTOR = "Alla har samma värde i det som ska påverka, så inget samband kan räknas."
COLLINEAR = "Det som ska påverka går inte att skilja från det som hålls lika."
ONE_CLUSTER = "Alla svar kommer ur en och samma grupp, så osäkerheten kan inte räknas."
SEPARATED = "Svaren delar sig helt efter det som ska påverka, så sambandets styrka har ingen gräns."


@dataclass(frozen=True, kw_only=True, slots=True)
class Association:
    """How `outcome` goes with `predictor`, other things (`controls`) held equal.

    `value` is the coefficient: of a linear regression in the outcome's own units, of a logistic one a log odds, whose
    odds ratio is exp(value). `among_high` and `among_low` are the plain means of the outcome among those above and not
    above the predictor's mean, with `n_high` and `n_low`. `n` counts complete rows, `clusters` what they lie in (0
    where none were told). `inflation` is how much wider the variance is for the clusters.
    """

    outcome: str
    predictor: str
    controls: tuple[str, ...]
    kind: Kind
    value: float | None
    lower: float | None
    upper: float | None
    level: float
    se: float | None
    p: float | None
    inflation: float | None
    among_high: float | None
    among_low: float | None
    n_high: int
    n_low: int
    method: str
    n: int
    clusters: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row: whose association it is, then the columns of `RECORD_COLUMNS`, then the rest."""
        told = pd.DataFrame([{**asdict(self), "controls": ", ".join(self.controls)}])
        first = ["outcome", "predictor", "controls", "kind", *RECORD_COLUMNS]
        return told[[*first, *(name for name in told if name not in first)]]


def association(
    data: pd.DataFrame,
    outcome: str,
    predictor: str,
    *,
    controls: Sequence[str] = (),
    cluster: str | None = None,
    kind: Kind | None = None,
    level: float = LEVEL,
) -> Association:
    """Return how an outcome goes with a predictor among the same persons.

    data : persons × columns; those used are numeric (the cluster may be text). NaN = not known: such a row is left out.
    controls : columns held equal; one that is the same for all is left out.
    cluster : who belong together, such as participants of one insats; their answers may be alike.
    kind : "logistic" for an outcome of 0 and 1, "linear" for others, unless said.

    Constant outcomes or predictors, one cluster only, or an outcome that the predictor divides wholly give a status.

    Raises
    ------
    WrongShape
        When data is no DataFrame or a column holds no numbers, or a logistic outcome is not 0 and 1.
    UnknownName
        When a column does not exist, or one is used twice.

    References: Cameron & Miller (2015), J Hum Resour 50:317–372.
    In R: ``lmtest::coefci(fit, vcov. = sandwich::vcovCL(fit, cluster), df = G - 1)`` of an lm or a glm
    """
    level, rows = validate_level(level), complete_rows(data, [outcome, predictor, *controls], cluster)
    y, x = rows[outcome].to_numpy(float), rows[predictor].to_numpy(float)
    kind = kind or ("logistic" if set(np.unique(y)) <= {0.0, 1.0} else "linear")
    if kind == "logistic" and not set(np.unique(y)) <= {0.0, 1.0}:
        raise WrongShape(f"a logistic outcome must be 0 and 1; {outcome} holds other numbers, use kind linear")
    held = varying(rows, controls)
    groups = None if cluster is None else np.unique(rows[cluster].to_numpy(), return_inverse=True)[1].astype(np.int64)
    facts = _facts(outcome, predictor, held, kind, level, rows, groups, cluster)
    design = np.column_stack([np.ones(len(rows)), x, *(rows[name].to_numpy(float) for name in held)])
    hindered = _obstacle(y, x, design, groups)
    fit = None if hindered else (linear if kind == "linear" else logistic)(design, y, groups)
    if fit is None:
        return _without(facts, *(hindered or (Status.NOT_CONVERGED, SEPARATED)))
    return Association(**facts, **_of_fit(fit, level), **_plainly(y, x), status=Status.OK, reason=_few(groups))


def complete_rows(data: pd.DataFrame, columns: Sequence[str], cluster: str | None = None) -> pd.DataFrame:
    """Return the rows where every column is known, as numbers; the cluster as it is.

    Raises
    ------
    WrongShape, UnknownName
        As `association`.
    """
    if not isinstance(data, pd.DataFrame):
        raise WrongShape(f"data must be a DataFrame, persons × columns, got {type(data).__name__}")
    used = [*columns, *([cluster] if cluster is not None else [])]
    unknown = [name for name in used if name not in data.columns]
    if unknown:
        raise UnknownName(f"data has no column {unknown[0]!r}; it has {', '.join(map(str, data.columns))}")
    twice = [name for name in used if used.count(name) > 1]
    if twice:
        raise UnknownName(f"column {twice[0]!r} is used twice; outcome, predictor, controls and cluster must differ")
    words = [name for name in columns if not pd.api.types.is_numeric_dtype(data[name])]
    if words:
        raise WrongShape(f"column {words[0]} must hold numbers, it holds {data[words[0]].dtype}")
    return data[used].dropna().astype(dict.fromkeys(columns, "float64"))


def varying(rows: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """Return the columns that are not the same for all."""
    return [name for name in columns if len(rows) and np.ptp(rows[name].to_numpy()) > 0]


def _facts(
    outcome: str,
    predictor: str,
    held: Sequence[str],
    kind: Kind,
    level: float,
    rows: pd.DataFrame,
    groups: NDArray[np.int64] | None,
    cluster: str | None,
) -> dict[str, Any]:
    way = "Linjär regression" if kind == "linear" else "Logistisk regression"
    whom = "" if cluster is None else f", osäkerhet med hänsyn till {cluster}"
    number = 0 if groups is None or not len(groups) else int(groups.max()) + 1
    about = {"outcome": outcome, "predictor": predictor, "controls": tuple(held), "kind": kind, "level": level}
    return {**about, "method": way + whom, "n": len(rows), "clusters": number}


def _obstacle(y: Array, x: Array, design: Array, groups: NDArray[np.int64] | None) -> tuple[Status, str] | None:
    """Return why no association can be had; None where one can."""
    if not len(y):
        return Status.NO_DATA, NOBODY
    if len(y) <= design.shape[1]:
        return Status.NO_DATA, TOO_FEW
    if np.ptp(y) == 0:
        return Status.NOT_APPLICABLE, SAME_OUTCOME
    if np.ptp(x) == 0:
        return Status.NOT_APPLICABLE, SAME_PREDICTOR
    if not full_rank(design):
        return Status.NOT_APPLICABLE, COLLINEAR
    return (Status.NOT_APPLICABLE, ONE_CLUSTER) if groups is not None and groups.max() == 0 else None


def _of_fit(fit: Fit, level: float) -> dict[str, Any]:
    """Return the coefficient of the predictor, the column after the constant, with its limits."""
    value, variance = float(fit.coefficients[1]), float(fit.covariance[1, 1])
    se = float(np.sqrt(variance))
    half = se * float(special.ndtri((1 + level) / 2) if np.isinf(fit.df) else special.stdtrit(fit.df, (1 + level) / 2))
    t = abs(value) / se if se > 0 else np.inf
    p = 2 * float(special.ndtr(-t) if np.isinf(fit.df) else special.stdtr(fit.df, -t))
    naive = float(fit.naive[1, 1])
    inflation = variance / naive if naive > 0 else 1.0
    return {"value": value, "lower": value - half, "upper": value + half, "se": se, "p": p, "inflation": inflation}


def _plainly(y: Array, x: Array) -> dict[str, Any]:
    high = x > x.mean()
    return {
        **{"among_high": float(y[high].mean()), "among_low": float(y[~high].mean())},
        **{"n_high": int(high.sum()), "n_low": int((~high).sum())},
    }


def _few(groups: NDArray[np.int64] | None) -> str:
    number = FEW_CLUSTERS if groups is None else int(groups.max()) + 1
    return f"Svaren kommer ur bara {number} grupper; intervallet kan vara för smalt." if number < FEW_CLUSTERS else ""


def _without(facts: dict[str, Any], status: Status, reason: str) -> Association:
    names = ["value", "lower", "upper", "se", "p", "inflation", "among_high", "among_low"]
    blank: dict[str, Any] = dict.fromkeys(names)
    return Association(**facts, **blank, n_high=0, n_low=0, status=status, reason=reason)
