"""How many dimensions do items have? Sampling adequacy, Bartlett, parallel analysis, minimum average partial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.answers import Array, Facts, numeric
from finsam_eval.psychometrics.factors.matrices import KINDS, Correlations, correlations_of
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

TWO_ITEMS = "Två frågor är för få för att skilja dimensioner åt."
NO_FACTOR = "Faktorerna bakom slumpade svar gick inte att skatta; komponenternas egenvärden gäller."


@dataclass(frozen=True, kw_only=True, slots=True)
class Kmo:
    """Kaiser–Meyer–Olkin. `items` has a row per item: item, value; `value` is the overall measure, None without."""

    value: float | None
    items: pd.DataFrame
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row per item."""
        return self.items.copy()


@dataclass(frozen=True, kw_only=True, slots=True)
class Bartlett:
    """Bartlett's test that all correlations are zero. None where there is no test."""

    statistic: float | None
    df: int | None
    p: float | None
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([{name: getattr(self, name) for name in self.__slots__}])


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


@dataclass(frozen=True, kw_only=True, slots=True)
class MapTest:
    """How many components leave the smallest partial correlations between items.

    table : a row per number of components, from 0: components, squared, fourth (mean power of partial correlations).
    n_components, n_components_fourth : where each is smallest; None without a test.
    """

    n_components: int | None
    n_components_fourth: int | None
    table: pd.DataFrame
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row per number of components."""
        return self.table.copy()


def kmo(items: pd.DataFrame, correlation: str = "pearson") -> Kmo:
    """Return how much of the items' correlations is shared by more than two: Kaiser–Meyer–Olkin.

    Σ r² / (Σ r² + Σ q²), q the partial correlations given all other items; over all items and per item.

    items : DataFrame, respondents × items, numeric. NaN = no answer; incomplete rows are dropped.
    correlation : ``pearson`` or ``polychoric``.
    A status in place of values: as for `cronbach_alpha`; not applicable where the correlations are singular.

    Raises
    ------
    WrongShape, UnknownName
        As `correlations_of`.

    References: Kaiser & Rice (1974), Educ Psychol Meas 34:111–117.
    In R: ``psych::KMO(cor(na.omit(items)))``
    """
    found = correlations_of(items, correlation)
    facts: Facts = {"method": f"KMO, {KINDS[correlation]}", "n": found.n}
    if found.obstacle:
        return Kmo(value=None, items=_per_item(found, np.nan), **facts, **_why(found.obstacle))
    inverse = np.linalg.inv(found.matrix)
    scale = np.sqrt(np.diag(inverse))
    shared, own = _off_diagonal(found.matrix) ** 2, _off_diagonal(inverse / np.outer(scale, scale)) ** 2
    each = shared.sum(axis=0) / (shared.sum(axis=0) + own.sum(axis=0))
    return Kmo(value=float(shared.sum() / (shared.sum() + own.sum())), items=_per_item(found, each), **facts)


def bartlett(items: pd.DataFrame) -> Bartlett:
    """Return Bartlett's test of sphericity: that no items correlate at all.

    −(n − 1 − (2k + 5) / 6) log |R|, chi-square of k(k − 1)/2 degrees of freedom for normal answers. With many
    respondents it says no more than that something correlates.

    items, status : as for `kmo`, with Pearson correlations.

    References: Bartlett (1951), Biometrika 38:337–344.
    In R: ``psych::cortest.bartlett(cor(na.omit(items)), n)``
    """
    found = correlations_of(items, "pearson")
    facts: Facts = {"method": "Bartletts sfäricitetstest, Pearsonkorrelationer", "n": found.n}
    if found.obstacle:
        return Bartlett(statistic=None, df=None, p=None, **facts, **_why(found.obstacle))
    k = len(found.names)
    df = k * (k - 1) // 2
    statistic = float(-(found.n - 1 - (2 * k + 5) / 6) * np.linalg.slogdet(found.matrix)[1])
    return Bartlett(statistic=statistic, df=df, p=float(special.chdtrc(df, statistic)), **facts)


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
    obstacle = found.obstacle or _too_few(found)
    if obstacle:
        nothing = np.full((1, len(found.names)), np.nan)
        table = _eigenvalue_table(nothing, nothing, nothing, nothing)
        return ParallelAnalysis(n_components=None, n_factors=None, table=table, **facts, **_why(obstacle))
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


def map_test(items: pd.DataFrame, correlation: str = "pearson") -> MapTest:
    """Return the number of components after which items have least left in common: Velicer's minimum average partial.

    Partial correlations given the first 0, 1, 2 … principal components; their mean square, and mean fourth power,
    are smallest at the number to keep.

    items, correlation, raises, status : as for `kmo`; not applicable with two items.

    References: Velicer (1976), Psychometrika 41:321–327; fourth power: Velicer, Eaton & Fava (2000).
    In R: ``psych::vss(cor(na.omit(items)), n, n.obs = n)$map``
    """
    found = correlations_of(items, correlation)
    facts: Facts = {"method": f"MAP, {KINDS[correlation]}", "n": found.n}
    obstacle = found.obstacle or _too_few(found)
    columns = ["components", "squared", "fourth"]
    if obstacle:
        empty = pd.DataFrame(columns=columns, dtype=float)
        return MapTest(n_components=None, n_components_fourth=None, table=empty, **facts, **_why(obstacle))
    left = np.array([_left_over(found.matrix, number) for number in range(len(found.names) - 1)])
    table = pd.DataFrame({"components": range(len(left)), "squared": left[:, 0], "fourth": left[:, 1]})
    squared, fourth = (int(place) for place in left.argmin(axis=0))
    return MapTest(n_components=squared, n_components_fourth=fourth, table=table, **facts)


def _why(obstacle: tuple[Status, str]) -> Facts:
    return {"status": obstacle[0], "reason": obstacle[1]}


def _too_few(found: Correlations) -> tuple[Status, str] | None:
    return (Status.NOT_APPLICABLE, TWO_ITEMS) if len(found.names) < 3 else None


def _per_item(found: Correlations, values: Array | float) -> pd.DataFrame:
    return pd.DataFrame({"item": pd.Series(found.names, dtype="str"), "value": values}).astype({"value": float})


def _off_diagonal(matrix: Array) -> Array:
    return matrix * (1 - np.eye(len(matrix)))


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


def _left_over(matrix: Array, number: int) -> tuple[float, float]:
    """Return the mean square and mean fourth power of partial correlations given the first components."""
    values, vectors = np.linalg.eigh(matrix)
    first = vectors[:, ::-1][:, :number] * np.sqrt(values[::-1][:number])
    partial = matrix - first @ first.T
    sd = np.sqrt(np.diag(partial))
    squares = _off_diagonal(partial / np.outer(sd, sd)) ** 2
    pairs = len(matrix) * (len(matrix) - 1)
    return float(squares.sum() / pairs), float((squares**2).sum() / pairs)
