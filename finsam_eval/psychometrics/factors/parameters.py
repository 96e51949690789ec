"""What did a factor model find? Its loadings, factors and residuals as tables, and what would change it most."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from finsam_eval.psychometrics.answers import Array
from finsam_eval.psychometrics.factors.models import Entry, Plan, cells
from finsam_eval.psychometrics.factors.solving import Solution, factor_covariance, item_variances, own_variances
from finsam_eval.stats.structure import Filled, Part, filled
from finsam_eval.stats.structure_fit import Sample
from finsam_eval.stats.structure_robust import expected_changes

LOADING_COLUMNS = ["factor", "item", "loading", "se", "std"]
FACTOR_COLUMNS = ["factor", "other", "covariance", "se", "std"]
RESIDUAL_COLUMNS = ["item", "variance", "std", "r2"]
MODIFICATION_COLUMNS = ["kind", "left", "right", "mi", "epc", "std"]


class Named(NamedTuple):
    """A solution of one group with the names of its parts."""

    plan: Plan
    entries: list[Entry]
    solution: Solution

    @property
    def parts(self) -> Filled:
        """The matrices at the solution."""
        return filled(self.solution.structure, self.solution.fit.parameters, 0)

    @property
    def factor_sd(self) -> Array:
        """Of the factors, with what comes from factors above."""
        sd: Array = np.sqrt(np.diag(factor_covariance(self.parts)))
        return sd

    @property
    def item_sd(self) -> Array:
        """Of the items, or of the answers behind their steps."""
        sd: Array = np.sqrt(item_variances(self.solution.structure, self.parts))
        return sd

    def rows(self, part: Part, names: Callable[[int, int], tuple[str, str]], size: Array, other: Array) -> list[tuple]:
        """Return name, name, value, error, standardised for the free entries of one matrix, in the model's order."""
        errors, found = np.sqrt(np.diag(self.solution.covariance)), []
        structure = self.solution.structure
        for at in np.flatnonzero((structure.cells.part == part) & (structure.cells.free >= 0)):
            row, column = int(structure.cells.row[at]), int(structure.cells.column[at])
            number = structure.cells.free[at]
            value = self.solution.fit.parameters[number]
            found.append((*names(row, column), value, errors[number], value * size[row] * other[column]))
        return found


def loading_table(found: Named) -> pd.DataFrame:
    """Return one row per loading of an item, or of a factor on one above it, factor by factor."""
    items, factors = found.plan.items, found.plan.factors
    sd, item_sd = found.factor_sd, found.item_sd
    rows = found.rows(Part.LOADING, lambda row, column: (factors[column], items[row]), 1 / item_sd, sd)
    rows += found.rows(Part.PATH, lambda row, column: (factors[column], factors[row]), 1 / sd, sd)
    rows.sort(key=lambda row: factors.index(row[0]))
    return _table(rows, LOADING_COLUMNS)


def factor_table(found: Named) -> pd.DataFrame:
    """Return one row per pair of factors that vary freely together."""
    names, sd = found.plan.factors, found.factor_sd
    rows = found.rows(Part.FACTOR, lambda row, column: (names[row], names[column]), 1 / sd, 1 / sd)
    return _table(rows, FACTOR_COLUMNS)


def residual_covariance_table(found: Named) -> pd.DataFrame:
    """Return one row per pair of items whose own parts vary together; std is the correlation of these."""
    names, sd = found.plan.items, np.sqrt(own_variances(found.solution.structure, found.parts))
    rows = found.rows(Part.RESIDUAL, lambda row, column: (names[row], names[column]), 1 / sd, 1 / sd)
    return _table([row for row in rows if row[0] != row[1]], ["item", *FACTOR_COLUMNS[1:]])


def residual_table(found: Named) -> pd.DataFrame:
    """Return one row per item: what no factor explains of it."""
    own = own_variances(found.solution.structure, found.parts)
    share = own / found.item_sd**2
    rows = list(zip(found.plan.items, own, share, 1 - share, strict=True))
    return pd.DataFrame(rows, columns=RESIDUAL_COLUMNS)


def modification_table(found: Named, sample: Sample) -> pd.DataFrame:
    """Return every loading and covariance that is not in the model, and what it would be.

    Where the added parameter could not be told from the others it is left out.
    """
    added = _candidates(found.plan)
    structure = found.solution.structure
    if not added or not found.solution.test.df:
        return pd.DataFrame(columns=MODIFICATION_COLUMNS)
    entries = [(0, part, row, column, ("added", part, row, column), 0.0) for part, row, column in added]
    wider = structure._replace(cells=cells([*found.entries, *entries]))
    mi, epc = expected_changes(structure, wider, sample, found.solution.fit.parameters)
    std = epc * _units(found, added)
    names = [_names(found.plan, *place) for place in added]
    table = pd.DataFrame(
        [(*name, *row) for name, row in zip(names, zip(mi, epc, std, strict=True), strict=True)],
        columns=MODIFICATION_COLUMNS,
    )
    return table.dropna().sort_values("mi", ascending=False, kind="stable", ignore_index=True)


def _candidates(plan: Plan) -> list[tuple[Part, int, int]]:
    items, factors = range(len(plan.items)), range(len(plan.factors))
    residuals = {frozenset(pair) for pair in plan.residuals}
    together = {frozenset(pair) for pair in plan.covariances}
    top = [at for at in factors if at not in {lower for lower, _ in plan.paths}]
    places = [(Part.LOADING, item, factor) for factor in factors for item in items]
    places = [place for place in places if (place[1], place[2]) not in set(plan.loadings)]
    places += [(Part.RESIDUAL, a, b) for a in items for b in items[a + 1 :] if frozenset((a, b)) not in residuals]
    places += [(Part.FACTOR, a, b) for a in top for b in top if a < b and frozenset((a, b)) not in together]
    return places


def _names(plan: Plan, part: Part, row: int, column: int) -> tuple[str, str, str]:
    if part == Part.LOADING:
        return "loading", plan.factors[column], plan.items[row]
    names = plan.items if part == Part.RESIDUAL else plan.factors
    return "residual" if part == Part.RESIDUAL else "factor", names[row], names[column]


def _units(found: Named, places: list[tuple[Part, int, int]]) -> Array:
    """Return what each parameter is multiplied by to be that of standardised items and factors."""
    factor, item = found.factor_sd, found.item_sd
    own = np.sqrt(own_variances(found.solution.structure, found.parts))
    sizes = {Part.LOADING: (1 / item, factor), Part.RESIDUAL: (1 / own, 1 / own), Part.FACTOR: (1 / factor, 1 / factor)}
    return np.array([sizes[part][0][row] * sizes[part][1][column] for part, row, column in places])


def _table(rows: list[tuple], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns)
