"""Do items have dimensions at all, and how many? Sampling adequacy, Bartlett, minimum average partial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from finsam_eval.psychometrics.answers import Array, Facts
from finsam_eval.psychometrics.factors.matrices import KINDS, Correlations, correlations_of, too_few, why
from finsam_eval.results import Status


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
        return Kmo(value=None, items=_per_item(found, np.nan), **facts, **why(found.obstacle))
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
        return Bartlett(statistic=None, df=None, p=None, **facts, **why(found.obstacle))
    k = len(found.names)
    df = k * (k - 1) // 2
    statistic = float(-(found.n - 1 - (2 * k + 5) / 6) * np.linalg.slogdet(found.matrix)[1])
    return Bartlett(statistic=statistic, df=df, p=float(special.chdtrc(df, statistic)), **facts)


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
    obstacle = found.obstacle or too_few(found)
    columns = ["components", "squared", "fourth"]
    if obstacle:
        empty = pd.DataFrame(columns=columns, dtype=float)
        return MapTest(n_components=None, n_components_fourth=None, table=empty, **facts, **why(obstacle))
    left = np.array([_left_over(found.matrix, number) for number in range(len(found.names) - 1)])
    table = pd.DataFrame({"components": range(len(left)), "squared": left[:, 0], "fourth": left[:, 1]})
    squared, fourth = (int(place) for place in left.argmin(axis=0))
    return MapTest(n_components=squared, n_components_fourth=fourth, table=table, **facts)


def _per_item(found: Correlations, values: Array | float) -> pd.DataFrame:
    return pd.DataFrame({"item": pd.Series(found.names, dtype="str"), "value": values}).astype({"value": float})


def _off_diagonal(matrix: Array) -> Array:
    return matrix * (1 - np.eye(len(matrix)))


def _left_over(matrix: Array, number: int) -> tuple[float, float]:
    """Return the mean square and mean fourth power of partial correlations given the first components."""
    values, vectors = np.linalg.eigh(matrix)
    first = vectors[:, ::-1][:, :number] * np.sqrt(values[::-1][:number])
    partial = matrix - first @ first.T
    sd = np.sqrt(np.diag(partial))
    squares = _off_diagonal(partial / np.outer(sd, sd)) ** 2
    pairs = len(matrix) * (len(matrix) - 1)
    return float(squares.sum() / pairs), float((squares**2).sum() / pairs)
