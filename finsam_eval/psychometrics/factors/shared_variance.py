"""Do a factor's items say the same thing, and something else than the others' items? AVE, composite reliability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from finsam_eval.psychometrics.factors.confirmatory import FactorModel
from finsam_eval.results import Status

FACTOR_COLUMNS = ["factor", "k", "ave", "cr", "ave_raw", "cr_raw"]
PAIR_COLUMNS = ["factor", "other", "correlation", "shared", "smallest_ave", "distinct"]

METHOD = (
    "AVE och sammansatt reliabilitet (Fornell & Larcker 1981) av standardiserade frågor, och av dem som de är (raw); "
    "skilda där kvadrerad korrelation är mindre än båda faktorernas AVE"
)
NO_PAIRS = "Inga faktorer samvarierar fritt i modellen: om de är skilda åt går inte att pröva så."


@dataclass(frozen=True, kw_only=True, slots=True)
class ConvergentValidity:
    """What items share with their own factor, and factors with each other.

    factors : factor, k (items), ave (of the items' variance, the share that the factor explains), cr (of the variance
        of their sum, the share that is the factor's), of standardised items; ave_raw, cr_raw : of the items as they
        are. Of ordered answers all are about the continuous opinions behind the steps: what holds for a sum of steps is
        `omega_categorical`.
    pairs : factor, other, correlation, shared (its square), smallest_ave, distinct (shared < smallest_ave).
    """

    factors: pd.DataFrame
    pairs: pd.DataFrame
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row per factor."""
        return self.factors.copy()


def convergent(model: FactorModel) -> ConvergentValidity:
    """Return average variance extracted, composite reliability and the Fornell–Larcker comparison of a model.

    model : what `cfa` gives. Factors measured by factors are left out; residual covariances count in the reliability.
    A status in place of values: that of the model.

    References: Fornell & Larcker (1981), J Marketing Research 18:39–50, equations 10 and 11.
    In R: ``semTools::AVE(fit, obs.var = FALSE)``, ``semTools::compRelSEM(fit, obs.var = FALSE)`` (ave_raw, cr_raw)
    """
    if model.status != Status.OK:
        tables = pd.DataFrame(columns=FACTOR_COLUMNS), pd.DataFrame(columns=PAIR_COLUMNS)
        return _record(model, *tables, model.status, model.reason)
    measured = [factor for factor, own in model.loadings.groupby("factor", sort=False) if _items(model, own)]
    factors = pd.DataFrame([_factor(model, str(name)) for name in measured], columns=FACTOR_COLUMNS)
    pairs = _pairs(model, factors)
    return _record(model, factors, pairs, Status.OK, "" if len(pairs) else NO_PAIRS)


def _record(
    model: FactorModel, factors: pd.DataFrame, pairs: pd.DataFrame, status: Status, reason: str
) -> ConvergentValidity:
    return ConvergentValidity(factors=factors, pairs=pairs, method=METHOD, n=model.n, status=status, reason=reason)


def _items(model: FactorModel, own: pd.DataFrame) -> bool:
    return bool(own["item"].isin(model.residuals["item"]).all())


def _factor(model: FactorModel, name: str) -> tuple[str, int, float, float, float, float]:
    own = model.loadings[model.loadings["factor"] == name].set_index("item")
    left = model.residuals.set_index("item").loc[own.index]
    pairs = model.residual_covariances
    pairs = pairs[pairs["item"].isin(own.index) & pairs["other"].isin(own.index)]
    sd = np.sqrt(left["variance"] / left["std"])
    raw = own["std"] * sd
    between = pairs["covariance"].to_numpy(dtype=float)
    units = sd.loc[pairs["item"]].to_numpy() * sd.loc[pairs["other"]].to_numpy()
    return (
        name,
        len(own),
        _extracted(own["std"], left["std"]),
        _reliability(own["std"], left["std"], float((between / units).sum())),
        _extracted(raw, left["variance"]),
        _reliability(raw, left["variance"], float(between.sum())),
    )


def _extracted(loadings: pd.Series, own: pd.Series) -> float:
    squares = float((loadings**2).sum())
    return squares / (squares + float(own.sum()))


def _reliability(loadings: pd.Series, own: pd.Series, between: float) -> float:
    common = float(loadings.sum()) ** 2
    return common / (common + float(own.sum()) + 2 * between)


def _pairs(model: FactorModel, factors: pd.DataFrame) -> pd.DataFrame:
    ave = dict(zip(factors["factor"], factors["ave"], strict=True))
    rows = [
        (row.factor, row.other, row.std, row.std**2, min(ave[row.factor], ave[row.other]))
        for row in model.factors.itertuples()
        if row.factor in ave and row.other in ave
    ]
    return pd.DataFrame([(*row, row[3] < row[4]) for row in rows], columns=PAIR_COLUMNS)
