"""How many dimensions do items have? Eigenvalues held against chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.answers import Array, Facts, numeric
from finsam_eval.psychometrics.factors.matrices import KINDS, correlations_of, too_few, why
from finsam_eval.psychometrics.ordinal import Steps, square, whole_steps
from finsam_eval.psychometrics.reliability import SHAPE
from finsam_eval.results import Status
from finsam_eval.stats.factors import minres
from finsam_eval.stats.polychoric import pair_tables, polychoric
from finsam_eval.stats.resampling import SEED

DRAWS = 100
QUANTILE = 0.95
"""Random eigenvalues are held at this quantile, as Glorfeld (1995) does; Horn's own limit was their mean."""

TOGETHER_AT_A_TIME = 10
"""Draws whose polychoric correlations are sought at a time."""

NO_FACTOR = "Faktorerna bakom slumpade svar gick inte att skatta; komponenternas egenvärden gäller."


@dataclass(frozen=True, kw_only=True, slots=True)
class ParallelAnalysis:
    """How many eigenvalues are larger than chance gives, of the correlations and of what items have in common.

    table : a row per number: number, component, component_random, component_limit, factor, factor_random,
        factor_limit. `random` is the mean of the draws, `limit` their quantile.
    n_components, n_factors : leading eigenvalues above their limits; None without an analysis.
    """

    n_components: int | None
    n_factors: int | None
    table: pd.DataFrame
    draws: int
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row per eigenvalue."""
        return self.table.copy()


def parallel_analysis(
    items: pd.DataFrame, correlation: str = "polychoric", draws: int = DRAWS, seed: int = SEED
) -> ParallelAnalysis:
    """Return how many eigenvalues are larger than those of answers that have nothing in common.

    Chance is as many normal answers (``pearson``), or each item's own answers in random order (``polychoric``), so
    that skewed and heaped items are held against skewed and heaped chance. A limit is the 95 % quantile of the draws.
    Components are eigenvalues of the correlations; factors of those with the communalities of one factor (minimum
    residuals) in the diagonal, which as a rule finds more.

    items, raises, status : as for `kmo`; not applicable with two items. Singular correlations are no obstacle.
    draws : how many times chance is tried. seed : the same gives the same.

    References: Horn (1965), Psychometrika 30:179–185; Glorfeld (1995), Educ Psychol Meas 55:377–393; random order:
    Buja & Eyuboglu (1992), Multivar Behav Res 27:509–540.
    In R: ``psych::fa.parallel(na.omit(items), cor = "cor" | "poly", quant = .95)``
    """
    if draws < 1 or draws != int(draws):
        raise WrongShape(f"draws must be a whole number from 1, got {draws}")
    found = correlations_of(items, correlation, invertible=False)
    chance = "normala svar" if correlation == "pearson" else "varje frågas svar i slumpad ordning"
    how = f"Parallellanalys, {KINDS[correlation]}, {draws} dragningar ({chance}), 95 %-kvantil"
    facts: Facts = {"method": how, "n": found.n, "draws": draws}
    obstacle = found.obstacle or too_few(found)
    if obstacle:
        nothing = np.full((1, len(found.names)), np.nan)
        table = _eigenvalue_table(nothing, nothing, nothing, nothing)
        return ParallelAnalysis(n_components=None, n_factors=None, table=table, **facts, **why(obstacle))
    rng = np.random.default_rng(seed)
    if correlation == "pearson":
        random = _normal_correlations(found.n, len(found.names), draws, rng)
    else:
        random = _shuffled_correlations(whole_steps(numeric(items, SHAPE).dropna()), draws, rng)
    own = found.matrix[np.newaxis]
    table = _eigenvalue_table(_eigenvalues(own), _factor_values(own), _eigenvalues(random), _factor_values(random))
    missing = table[["factor", "factor_limit"]].isna().any(axis=None)
    return ParallelAnalysis(
        n_components=_leading(table["component"], table["component_limit"]),
        n_factors=None if missing else _leading(table["factor"], table["factor_limit"]),
        table=table,
        reason=NO_FACTOR if missing else "",
        **facts,
    )


def _normal_correlations(n: int, k: int, draws: int, rng: np.random.Generator) -> Array:
    """Return correlations of n independent normal answers to k items, without the answers (Bartlett 1933).

    Their cross-products are T Tᵀ: T lower triangular, normal below a diagonal of roots of chi-squares.
    """
    freedom = n - 1 - np.arange(k)
    root = np.tril(rng.standard_normal((draws, k, k)), -1)
    # With fewer answers than items the last columns have no freedom left: what is above rank n − 1 is zero.
    root[:, :, freedom <= 0] = 0.0
    places = np.flatnonzero(freedom > 0)
    root[:, places, places] = np.sqrt(rng.chisquare(freedom[places], (draws, places.size)))
    spread = root @ root.transpose(0, 2, 1)
    sd = np.sqrt(np.einsum("dii->di", spread))
    return spread / (sd[:, :, np.newaxis] * sd[:, np.newaxis, :])


def _shuffled_correlations(steps: Steps, draws: int, rng: np.random.Generator) -> Array:
    found = []
    for start in range(0, draws, TOGETHER_AT_A_TIME):
        size = min(TOGETHER_AT_A_TIME, draws - start)
        tables = np.array([pair_tables(rng.permuted(steps, axis=0)) for _ in range(size)])
        found.append(square(polychoric(tables), steps.shape[1]))
    return np.concatenate(found)


def _eigenvalues(matrices: Array) -> Array:
    return np.asarray(np.linalg.eigvalsh(matrices)[:, ::-1], dtype=float)


def _factor_values(matrices: Array) -> Array:
    """Return eigenvalues with one factor's communalities in the diagonal; nan where it cannot be found."""
    loadings = minres(matrices, 1)[:, :, 0]
    settled = np.isfinite(loadings).all(axis=1)
    reduced, places = matrices[settled].copy(), np.arange(matrices.shape[1])
    reduced[:, places, places] = loadings[settled] ** 2
    values = np.full(loadings.shape, np.nan)
    values[settled] = _eigenvalues(reduced)
    return values


def _eigenvalue_table(component: Array, factor: Array, components: Array, factors: Array) -> pd.DataFrame:
    """Return the table of observed eigenvalues, shape (1, k), beside those of draws, shape (draws, k)."""
    settled = np.isfinite(factors).all(axis=1)
    kept = factors[settled] if settled.mean() > QUANTILE else np.full((1, factors.shape[1]), np.nan)
    return pd.DataFrame(
        {
            "number": np.arange(1, component.shape[1] + 1),
            "component": component[0],
            "component_random": components.mean(axis=0),
            "component_limit": np.quantile(components, QUANTILE, axis=0),
            "factor": factor[0],
            "factor_random": kept.mean(axis=0),
            "factor_limit": np.quantile(kept, QUANTILE, axis=0),
        }
    )


def _leading(values: pd.Series, limits: pd.Series) -> int:
    """Return how many values lie above their limits before the first that does not."""
    above = (values > limits).to_numpy()
    return int(len(above) if above.all() else above.argmin())
