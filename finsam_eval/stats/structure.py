"""What would follow from a factor model? Means, thresholds, covariances, and how each moves with its parameters."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
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
        return _pairs(self.items, self.ordered)

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


@lru_cache(maxsize=64)
def _pairs(items: int, ordered: bool) -> tuple[Places, Places]:
    first, second = np.triu_indices(items, 1 if ordered else 0)
    return first, second


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
    ends = np.cumsum([rows * columns for rows, columns in shapes])
    starts, widths = np.r_[0, ends[:-1]], np.array([columns for _, columns in shapes])
    flat = np.zeros(ends[-1], parameters.dtype)
    flat[starts[Part.SCALE] :] = 1.0
    here = np.flatnonzero(cells.group == group)
    free, part, row, column = cells.free[here], cells.part[here], cells.row[here], cells.column[here]
    values = np.where(free >= 0, np.append(parameters, 0.0)[free], cells.value[here])
    flat[starts[part] + row * widths[part] + column] = values
    both = (part == Part.FACTOR) | (part == Part.RESIDUAL)
    flat[(starts[part] + column * widths[part] + row)[both]] = values[both]
    matrices = [flat[a:b].reshape(shape) for a, b, shape in zip(starts, ends, shapes, strict=True)]
    loading, path, factor, residual, intercept, mean, threshold, scale = matrices
    back = np.linalg.inv(np.eye(m) - path)
    vectors = intercept[:, 0], mean[:, 0], threshold[:, 0], scale[:, 0]
    return Filled(loading, path, factor, residual, *vectors, through=loading @ back, back=back)


def implied(structure: Structure, parameters: Numbers) -> Numbers:
    """Return the moments that follow from parameters: shape (groups, moments); thresholds or means come first."""
    groups = range(structure.groups)
    return np.array([_moments(structure, filled(structure, parameters, group)) for group in groups])


def jacobian(structure: Structure, parameters: Numbers) -> Numbers:
    """Return how moments move with parameters: shape (groups, moments, parameters)."""
    return implied_with_slopes(structure, parameters)[1]


def implied_with_slopes(structure: Structure, parameters: Numbers) -> tuple[Numbers, Numbers]:
    """Return what `implied` and `jacobian` do."""
    free = structure.cells.free
    slopes = np.zeros((structure.groups, structure.parameters, structure.moments), parameters.dtype)
    moments = np.empty((structure.groups, structure.moments), parameters.dtype)
    for group in range(structure.groups):
        parts = filled(structure, parameters, group)
        here = np.flatnonzero((structure.cells.group == group) & (free >= 0))
        moments[group] = _moments(structure, parts)
        np.add.at(slopes[group], free[here], _slopes(structure, parts, here))
    return moments, slopes.transpose(0, 2, 1)


def _moments(structure: Structure, parts: Filled) -> Numbers:
    first, second = structure.pairs
    spread = parts.covariance[first, second]
    if structure.ordered:
        spread = spread * parts.scale[first] * parts.scale[second]
    return np.concatenate([_levels(structure, parts), spread])


def _levels(structure: Structure, parts: Filled) -> Numbers:
    if not structure.levels:
        return np.zeros(0)
    if not structure.ordered:
        return parts.level
    item = structure.item_of_threshold
    whole: Numbers = parts.scale[item] * (parts.threshold - parts.level[item])
    return whole


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
    part, row = cells.part[here], cells.row[here]
    cut, scaled = np.flatnonzero(part == Part.THRESHOLD), np.flatnonzero(part == Part.SCALE)
    levels[cut, row[cut]] = parts.scale[item[row[cut]]]
    of = row[scaled][:, np.newaxis]
    levels[scaled] = (item == of) * (parts.threshold - parts.level[item])
    spread[scaled] = own * ((first == of) * parts.scale[second] + (second == of) * parts.scale[first])
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
