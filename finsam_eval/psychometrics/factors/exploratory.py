"""Which items go together? Exploratory factors, turned so that they can be named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from finsam_eval.errors import UnknownName
from finsam_eval.psychometrics.answers import TINY, Array, Facts
from finsam_eval.psychometrics.factors.matrices import KINDS, correlations_of
from finsam_eval.psychometrics.omega import NO_SOLUTION, how_many_factors, too_few_items
from finsam_eval.results import Status
from finsam_eval.stats.factor_likelihood import most_likely_factors
from finsam_eval.stats.factors import LEAST_UNIQUE, minres, simplest
from finsam_eval.stats.turning import promax, varimax

EXTRACTIONS = {"minres": "minsta residualer", "ml": "maximum likelihood"}

NO_TURNING = "Rotationen kom inte till ro; pröva en annan, eller färre faktorer."


@dataclass(frozen=True, kw_only=True, slots=True)
class Efa:
    """Exploratory factors F1, F2 …, the one that explains most first, each turned so that its loadings sum above 0.

    loadings : a row per item: item, F1 …, communality, uniqueness, complexity (1: the item belongs to one factor).
    factor_correlations : factors × factors; of rigid rotations those of unrelated factors.
    variance : a row per factor: factor, sum_of_squares, share (of all items' variance), cumulative.
    rmsr : root mean square of what the correlations have left. chisq, df, p : of ML on Pearson correlations, with
        Bartlett's correction; None otherwise. Without a solution all tables are empty and all numbers None.
    """

    loadings: pd.DataFrame
    factor_correlations: pd.DataFrame
    variance: pd.DataFrame
    rmsr: float | None
    chisq: float | None
    df: int | None
    p: float | None
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row per item."""
        return self.loadings.copy()


def efa(
    items: pd.DataFrame,
    n_factors: int,
    rotation: str = "oblimin",
    correlation: str = "polychoric",
    extraction: str = "minres",
) -> Efa:
    """Return exploratory factors of items.

    Communalities are the variance that the factors explain together, correlations between them counted in: with
    oblique factors more, or less, than the sum of squared loadings.

    items : DataFrame, respondents × items, numeric. NaN = no answer; incomplete rows are dropped.
    rotation : ``oblimin`` (quartimin, the simplest of several starts), ``promax`` (fourth power) let factors correlate;
        ``varimax`` and ``none`` do not.
    correlation : ``polychoric`` (whole steps) or ``pearson``. extraction : ``minres`` or ``ml``.
    A status in place of factors: as for `cronbach_alpha`; not applicable with too few items for the factors or singular
    correlations; not converged without a solution, or where one explains all of an item (Heywood).

    Raises
    ------
    WrongShape
        When items is not a frame of numbers (whole steps with polychoric), or n_factors no number of factors.
    UnknownName
        For another rotation, correlation or extraction.

    References: Harman & Jones (1966), Psychometrika 31:351–368; Jöreskog (1967), Psychometrika 32:443–482; Jennrich
    (2002), Psychometrika 67:7–19; Hendrickson & White (1964), Brit J Stat Psychol 17:65–70.
    In R: ``psych::fa(r, n_factors, rotate = "oblimin" | "Promax" | "varimax" | "none", fm = "minres" | "ml")``, r from
    cor or lavaan::lavCor
    """
    _known("rotation", rotation, ROTATIONS)
    _known("extraction", extraction, EXTRACTIONS)
    how_many = how_many_factors(n_factors)
    found = correlations_of(items, correlation)
    turned = ROTATIONS[rotation].name if n_factors > 1 else ROTATIONS["none"].name
    method = f"EFA, {how_many} ({EXTRACTIONS[extraction]}, {turned}), {KINDS[correlation]}"
    facts: Facts = {"method": method, "n": found.n}
    obstacle = found.obstacle or too_few_items(len(found.names), n_factors)
    if obstacle:
        return _none(obstacle, facts)
    loadings, discrepancy = _extracted(found.matrix, n_factors, extraction)
    obstacle = _no_solution(loadings, found.names)
    if obstacle:
        return _none(obstacle, facts)
    rotated, between = ROTATIONS[rotation if n_factors > 1 else "none"].turn(loadings)
    if np.isnan(rotated).any():
        return _none((Status.NOT_CONVERGED, NO_TURNING), facts)
    if discrepancy is not None and correlation == "pearson":
        facts |= _fit(discrepancy, found.n, len(found.names), n_factors)
    return _solution(found.matrix, found.names, *_ordered(rotated, between), facts)


def _known(what: str, name: str, names: dict) -> None:
    if name not in names:
        raise UnknownName(f"{what} {name!r} is not known; known are {', '.join(names)}")


def _extracted(matrix: Array, factors: int, extraction: str) -> tuple[Array, float | None]:
    """Return unrotated loadings, nan without a solution, and the discrepancy of maximum likelihood."""
    if extraction == "minres":
        return minres(matrix, factors), None
    fit = most_likely_factors(matrix, factors)
    return (fit.loadings if fit.converged else np.full_like(fit.loadings, np.nan)), fit.discrepancy


def _no_solution(loadings: Array, names: list[str]) -> tuple[Status, str] | None:
    if np.isnan(loadings).any():
        return Status.NOT_CONVERGED, NO_SOLUTION
    wholly = 1 - (loadings**2).sum(axis=1) <= LEAST_UNIQUE + TINY
    if wholly.any():
        which = ", ".join(name for name, so in zip(names, wholly, strict=True) if so)
        return Status.NOT_CONVERGED, f"Faktorerna förklarar allt i {which} (Heywood-fall); pröva färre faktorer."
    return None


def _oblimin(loadings: Array) -> tuple[Array, Array]:
    rotated, between, _ = simplest(loadings[np.newaxis])
    return rotated[0], between[0]


def _rigid(turn: Callable[[Array], Array]) -> Callable[[Array], tuple[Array, Array]]:
    return lambda loadings: (turn(loadings), np.eye(loadings.shape[1]))


class Rotation(NamedTuple):
    """What a rotation is called, and how it turns loadings into loadings and correlations of factors."""

    name: str
    turn: Callable[[Array], tuple[Array, Array]]


ROTATIONS = {
    "oblimin": Rotation("oblimin", _oblimin),
    "promax": Rotation("promax", promax),
    "varimax": Rotation("varimax", _rigid(varimax)),
    "none": Rotation("orotade", _rigid(lambda loadings: loadings)),
}


def _squares(loadings: Array, between: Array) -> Array:
    squares: Array = np.diag(between @ loadings.T @ loadings)
    return squares


def _ordered(loadings: Array, between: Array) -> tuple[Array, Array]:
    """Return factors with loadings that sum above 0, the one that explains most first."""
    sign = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    loadings, between = loadings * sign, between * np.outer(sign, sign)
    order = np.argsort(-_squares(loadings, between), kind="stable")
    return loadings[:, order], between[np.ix_(order, order)]


def _fit(discrepancy: float, n: int, items: int, factors: int) -> Facts:
    df = ((items - factors) ** 2 - items - factors) // 2
    chisq = (n - 1 - (2 * items + 5) / 6 - 2 * factors / 3) * discrepancy
    return {"chisq": chisq, "df": df, "p": float(special.chdtrc(df, chisq)) if df else None}


def _solution(matrix: Array, names: list[str], loadings: Array, between: Array, facts: Facts) -> Efa:
    k, factors = loadings.shape
    labels = [f"F{number}" for number in range(1, factors + 1)]
    explained = loadings @ between @ loadings.T
    common, squares = np.diag(explained), _squares(loadings, between)
    left = (matrix - explained) * (1 - np.eye(k))
    table = pd.DataFrame(loadings, columns=labels).assign(communality=common, uniqueness=1 - common)
    table["complexity"] = (loadings**2).sum(axis=1) ** 2 / (loadings**4).sum(axis=1)
    table.insert(0, "item", pd.Series(names, dtype="str"))
    variance = pd.DataFrame({"factor": labels, "sum_of_squares": squares, "share": squares / k})
    return Efa(
        loadings=table,
        factor_correlations=pd.DataFrame(between, index=labels, columns=labels),
        variance=variance.assign(cumulative=variance["share"].cumsum()),
        rmsr=float(np.sqrt((left**2).sum() / (k * (k - 1)))),
        **{"chisq": None, "df": None, "p": None, **facts},
    )


def _none(obstacle: tuple[Status, str], facts: Facts) -> Efa:
    empty = pd.DataFrame(columns=["item", "communality", "uniqueness", "complexity"])
    return Efa(
        loadings=empty,
        factor_correlations=pd.DataFrame(),
        variance=pd.DataFrame(columns=["factor", "sum_of_squares", "share", "cumulative"]),
        rmsr=None,
        chisq=None,
        df=None,
        p=None,
        status=obstacle[0],
        reason=obstacle[1],
        **facts,
    )
