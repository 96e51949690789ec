"""The finest detail that each grain passes by itself, and the rule that stopped it there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from finsam_eval.disclosure.cells import Array, Calendar, Categories, Mask, Table, monotone
from finsam_eval.disclosure.policy import Threshold

FEWEST_FORBUND = 3
"""With one förbund the country is that förbund, with two each can subtract its own."""


class Rule(StrEnum):
    """Why a grain is not shown in full. For the internal register only."""

    FEW = "n under gränsen"
    FEW_BY_GENDER = "ett kön under gränsen"
    RARE = "x under gränsen"
    OFFICE = "befattning visas bara för riket"
    FEW_FORBUND = "färre än tre förbund i riket"
    WITHIN = "visas inte i den vidare profilen"
    CHANGED = "har ändrats med få sedan det visades"
    EXEMPTED = "visas enligt undantag"
    DERIVABLE = "kan räknas fram ur andra tal"


@dataclass(frozen=True)
class Ladder:
    """The detail of every grain of a series, and the rule that keeps it from a finer one ("" where nothing does)."""

    detail: Array
    rule: NDArray[np.object_]

    def capped(self, cap: Array | int, rule: Rule, calendar: Calendar) -> Ladder:
        """Return the ladder with no grain above `cap`, and `rule` noted where that lowered it."""
        detail = monotone(np.minimum(self.detail, cap), calendar)
        return Ladder(detail, np.where(detail < self.detail, rule, self.rule))

    def of(self, unit: int, other: Ladder) -> Ladder:
        """Return the ladder with one unit as it stands on another."""
        detail, rule = self.detail.copy(), self.rule.copy()
        detail[unit], rule[unit] = other.detail[unit], other.rule[unit]
        return Ladder(detail, rule)

    def alone(self) -> Ladder:
        """Return the ladder of a country with one förbund: both are the same people and show the same."""
        return Ladder(self.detail[[0, 0]], self.rule[[0, 0]])


def climb(cells: Array, calendar: Calendar, categories: Categories, threshold: Threshold) -> Ladder:
    """Return the finest detail that all cells of a grain pass together.

    cells : counts, unit × period × gender × category. A cell where nobody is passes.
    """
    detail = np.zeros((len(cells), len(calendar.kinds), 2), dtype=np.int64)
    for level in categories.levels[1:]:
        passed = _by_grain(passes(cells, level, categories, threshold), calendar)
        detail = np.where(passed & (detail == categories.below(level)), level, detail)
    rule = np.where(detail > 0, Rule.RARE, np.array([Rule.FEW_BY_GENDER, Rule.FEW], dtype=object))
    rule = np.where(detail == categories.levels[-1], "", rule)
    return Ladder(detail, rule).capped(detail, Rule.FEW, calendar)


def passes(cells: Array | NDArray[np.float64], level: int, categories: Categories, threshold: Threshold) -> Mask:
    """Return whether each cell (unit × period × gender) may be shown at `level`, seen by itself."""
    n, x = cells[..., 0], cells[..., categories.names.index("hog")]
    if level == 1:
        least = n
    elif level == 2 or categories.codes == 2:
        least = np.minimum(x, n - x) if threshold.both_sides else x
    else:
        least = cells[..., [category for at, category in categories.rows if at == level]].min(axis=-1)
    return (n == 0) | ((n >= threshold.min_n) & (least >= threshold.min_x))


def secrets(cells: Array, table: Table, threshold: Threshold) -> Mask:
    """Return which cells must not be computed when they are hidden: reported ones, and derived that would not pass.

    What the policy would let out if it were reported may follow from what is.
    """
    secret = np.ones(cells.shape, dtype=bool)
    reported, categories = len(table.calendar.ids), table.categories
    for category in range(len(categories.names)):
        passed = passes(cells[:, reported:], categories.reach(category), categories, threshold)
        secret[:, reported:, :, category] = ~passed
    return secret


def _by_grain(passed: Mask, calendar: Calendar) -> Mask:
    kinds = [passed[:, np.flatnonzero(calendar.kind_of == number)] for number in range(len(calendar.kinds))]
    grains = [[kind[..., :3].all(axis=(1, 2)), kind[..., 3].all(axis=1)] for kind in kinds]
    return np.array(grains).transpose(2, 0, 1)
