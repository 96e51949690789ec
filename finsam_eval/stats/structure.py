"""What would follow from a factor model? Means, thresholds, covariances, and how each moves with its parameters."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.int64]
Numbers = NDArray[Any]
"""Real, or complex where a derivative is taken by a complex step."""


NO_THRESHOLDS: Places = np.zeros(0, dtype=np.int64)


class Part(IntEnum):
    """The matrices of a factor model: y = intercept + loading·f + e, f = mean + path·f + disturbance."""

    LOADING = 0
    PATH = 1
    FACTOR = 2
    RESIDUAL = 3
    INTERCEPT = 4
    MEAN = 5
    THRESHOLD = 6
    SCALE = 7


class Cells(NamedTuple):
    """The entries of the matrices that are not 0 (scales: 1), one row each; entries that share a number are equal.

    group, part, row, column : where it stands; of symmetric matrices one half. column is 0 in vectors.
    free : the number of its parameter, −1 where it is fixed. value : where fixed, its value; where free, its start.
    """

    group: Places
    part: Places
    row: Places
    column: Places
    free: Places
    value: Array


class Structure(NamedTuple):
    """A factor model of some groups.

    ordered : of answers in steps: moments are thresholds and correlations, scales multiply the answers behind them.
    levels : whether thresholds or means are among the moments; without, they are what they are.
    item_of_threshold : (thresholds,), the item that each cuts.
    """

    cells: Cells
    groups: int
    items: int
    factors: int
    ordered: bool
    levels: bool
    item_of_threshold: Places

    @property
    def parameters(self) -> int:
        """How many numbers are free."""
        return int(self.cells.free.max(initial=-1)) + 1

    @property
    def pairs(self) -> tuple[Places, Places]:
        """Items of each covariance among the moments; of ordered answers no variances."""
        first, second = np.triu_indices(self.items, 1 if self.ordered else 0)
        return first, second

    @property
    def level_moments(self) -> int:
        """How many thresholds or means a group has among its moments."""
        if not self.levels:
            return 0
        return self.item_of_threshold.size if self.ordered else self.items

    @property
    def moments(self) -> int:
        """How many numbers of each group are described."""
        return self.level_moments + self.pairs[0].size

    @property
    def start(self) -> Array:
        """Where a search begins: (parameters,)."""
        start, free = np.zeros(self.parameters), self.cells.free >= 0
        start[self.cells.free[free]] = self.cells.value[free]
        return start


class Filled(NamedTuple):
    """The matrices of one group, with what follows from them: through = loading (I − path)⁻¹."""

    loading: Numbers
    path: Numbers
    factor: Numbers
    residual: Numbers
    intercept: Numbers
    mean: Numbers
    threshold: Numbers
    scale: Numbers
    through: Numbers
    back: Numbers

    @property
    def covariance(self) -> Numbers:
        """Of the items, before any scaling."""
        whole: Numbers = self.through @ self.factor @ self.through.T + self.residual
        return whole

    @property
    def level(self) -> Numbers:
        """Of the items."""
        whole: Numbers = self.intercept + self.through @ self.mean
        return whole


def filled(structure: Structure, parameters: Numbers, group: int) -> Filled:
    """Return the matrices of one group."""
    p, m, cells = structure.items, structure.factors, structure.cells
    shapes = [(p, m), (m, m), (m, m), (p, p), (p, 1), (m, 1), (structure.item_of_threshold.size, 1), (p, 1)]
    matrices = [np.full(shape, float(part == Part.SCALE), parameters.dtype) for part, shape in enumerate(shapes)]
    values = np.where(cells.free >= 0, np.append(parameters, 0.0)[cells.free], cells.value)
    for part, matrix in enumerate(matrices):
        here = (cells.group == group) & (cells.part == part)
        matrix[cells.row[here], cells.column[here]] = values[here]
        if part in (Part.FACTOR, Part.RESIDUAL):
            matrix[cells.column[here], cells.row[here]] = values[here]
    back = np.linalg.inv(np.eye(m) - matrices[Part.PATH])
    loading, path, factor, residual, intercept, mean, threshold, scale = matrices
    return Filled(
        loading,
        path,
        factor,
        residual,
        intercept[:, 0],
        mean[:, 0],
        threshold[:, 0],
        scale[:, 0],
        loading @ back,
        back,
    )


def implied(structure: Structure, parameters: Numbers) -> Numbers:
    """Return the moments that follow from parameters: shape (groups, moments); thresholds or means come first."""
    first, second = structure.pairs
    rows = []
    for group in range(structure.groups):
        parts = filled(structure, parameters, group)
        spread = parts.covariance[first, second]
        if structure.ordered:
            spread = spread * parts.scale[first] * parts.scale[second]
        rows.append(np.concatenate([_levels(structure, parts), spread]))
    return np.array(rows)


def _levels(structure: Structure, parts: Filled) -> Numbers:
    if not structure.levels:
        return np.zeros(0)
    if not structure.ordered:
        return parts.level
    item = structure.item_of_threshold
    whole: Numbers = parts.scale[item] * (parts.threshold - parts.level[item])
    return whole


def jacobian(structure: Structure, parameters: Numbers) -> Numbers:
    """Return how moments move with parameters: shape (groups, moments, parameters)."""
    slopes = np.zeros((structure.groups, structure.parameters, structure.moments), parameters.dtype)
    for group in range(structure.groups):
        parts = filled(structure, parameters, group)
        here = np.flatnonzero((structure.cells.group == group) & (structure.cells.free >= 0))
        np.add.at(slopes[group], structure.cells.free[here], _slopes(structure, parts, here))
    return slopes.transpose(0, 2, 1)


def _slopes(structure: Structure, parts: Filled, here: Places) -> Numbers:
    """Return how the moments of a group move with each of its free cells: (cells, moments)."""
    left, right, level = _directions(structure, parts, here)
    first, second = structure.pairs
    spread = left[:, first] * right[:, second] + left[:, second] * right[:, first]
    if not structure.ordered:
        return np.concatenate([level, spread], axis=1) if structure.levels else spread
    spread = spread * parts.scale[first] * parts.scale[second]
    cells, item = structure.cells, structure.item_of_threshold
    levels = -level[:, item] * parts.scale[item]
    own = parts.covariance[first, second]
    for place, cell in enumerate(here):
        row = cells.row[cell]
        if cells.part[cell] == Part.THRESHOLD:
            levels[place, row] = parts.scale[item[row]]
        elif cells.part[cell] == Part.SCALE:
            levels[place] = np.where(item == row, parts.threshold - parts.level[item], 0.0)
            spread[place] = own * ((first == row) * parts.scale[second] + (second == row) * parts.scale[first])
    return np.concatenate([levels, spread], axis=1) if structure.levels else spread


def _directions(structure: Structure, parts: Filled, here: Places) -> tuple[Numbers, Numbers, Numbers]:
    """Return a and b, so that the covariances move by ab' + ba', and how the levels move: each (cells, items)."""
    p, cells = structure.items, structure.cells
    shape, kind = (here.size, p), parts.through.dtype
    left, right, level = np.zeros(shape, kind), np.zeros(shape, kind), np.zeros(shape, kind)
    unit, through = np.eye(p), parts.through.T
    spread, centre = parts.back @ parts.factor @ through, parts.back @ parts.mean
    for part in np.unique(cells.part[here]):
        at = np.flatnonzero(cells.part[here] == part)
        row, column = cells.row[here[at]], cells.column[here[at]]
        half = np.where(row == column, 0.5, 1.0)[:, np.newaxis]
        if part in (Part.LOADING, Part.PATH):
            onto = unit if part == Part.LOADING else through
            left[at], right[at], level[at] = onto[row], spread[column], onto[row] * centre[column, np.newaxis]
        elif part in (Part.FACTOR, Part.RESIDUAL):
            onto = through if part == Part.FACTOR else unit
            left[at], right[at] = onto[row] * half, onto[column]
        elif part in (Part.INTERCEPT, Part.MEAN):
            level[at] = unit[row] if part == Part.INTERCEPT else through[row]
    return left, right, level
