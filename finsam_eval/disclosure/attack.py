"""What somebody who knows every published number of a series can compute.

He knows that counts are whole and not negative and how cells add up. A number is recovered when only one whole
number is possible for it. Two tables that fit all he knows and differ in a cell prove that it is not: most are
found by moving one or two persons between two förbund, the rest by integer programming.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, permutations, product

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from finsam_eval.disclosure.cells import GENDER_SUMS, Array, Calendar, Categories, Mask

Values = NDArray[np.float64]

SEED = 20150315
HALF = 0.5
"""Two whole numbers that differ do so by more than this."""


@dataclass(frozen=True)
class Table:
    """How the cells of one unit are made of its atoms (period × gender × code), and small moves between atoms."""

    calendar: Calendar
    categories: Categories

    @cached_property
    def sums(self) -> Array:
        """Cell × atom, in the order of raveled cells."""
        return np.kron(np.kron(self.calendar.sums, GENDER_SUMS), self.categories.sums)

    @cached_property
    def moves(self) -> Array:
        """Atom × move: one person from atom to atom, or two that change places; every move and its opposite."""
        shape = (len(self.calendar.atoms), len(GENDER_SUMS[0]), len(self.categories.sums[0]))
        number = np.arange(np.prod(shape)).reshape(shape)
        steps = [([up], [down]) for up, down in combinations(number.ravel(), 2)]
        steps += [step for axis in range(3) for plane in np.moveaxis(number, axis, 0) for step in _swaps(plane)]
        moves = np.zeros((number.size, len(steps)), dtype=np.int64)
        for column, (up, down) in enumerate(steps):
            moves[up, column], moves[down, column] = 1, -1
        return np.hstack([moves, -moves])

    @cached_property
    def changed(self) -> Values:
        """Cell × move: 1 where the move changes the cell."""
        return (self.sums @ self.moves != 0).astype(float)

    @cached_property
    def taken(self) -> Values:
        """Atom × move: 1 where the move takes a person away."""
        return (self.moves < 0).astype(float)


def _swaps(plane: Array) -> list[tuple[list[int], list[int]]]:
    return [
        ([plane[a, c], plane[b, d]], [plane[a, d], plane[b, c]])
        for (a, b), (c, d) in product(combinations(range(len(plane)), 2), combinations(range(plane.shape[1]), 2))
    ]


def recovered(values: Values, table: Table, start: Array | None = None) -> Mask:
    """Return which hidden cells have only one possible value.

    Parameters
    ----------
    values : unit × period × gender × category, NaN where hidden. The last unit is the sum of the others.
    start : a table (förbund × atom) that fits, to begin from; found when not given. The answer is the same.

    Notes
    -----
    Cells where the published numbers say that nobody is have no one to protect and are not counted.
    """
    flat = values.reshape(len(values), -1)
    shown = ~np.isnan(flat)
    still = ~shown & ~_nobody(values, table)
    program = Program(flat, table)
    point = program.solve(np.zeros(program.unknown.sum())) if start is None else start.reshape(len(flat) - 1, -1)
    still &= ~_movable(point, shown, table)
    return program.fixed(still, point).reshape(values.shape)


def _nobody(values: Values, table: Table) -> Mask:
    """Which cells stand where the published numbers say that nobody is."""
    empty = np.zeros(values.shape, dtype=bool)
    empty[..., 0] = values[..., 0] == 0
    empty = empty.reshape(len(values), -1)
    inhabited = ~_atoms_of(empty, table)
    inhabited = np.vstack([inhabited, inhabited.any(axis=0)])
    people = (inhabited.astype(float) @ table.sums.T > 0).reshape(values.shape)
    return np.broadcast_to(~people[..., :1], values.shape).reshape(len(values), -1)


def _atoms_of(cells: Mask, table: Table) -> Mask:
    """Which atoms (förbund × atom) stand in any of the cells, those of the country standing in every förbund."""
    held = cells.astype(float) @ table.sums > 0
    return held[:-1] | held[-1]


def _movable(point: Values | Array, shown: Mask, table: Table) -> Mask:
    """Which cells change when one or two persons move in one förbund, and back in another if the country shows it."""
    kept = shown.astype(float) @ table.changed == 0
    free = kept[:-1] & ((point < HALF).astype(float) @ table.taken == 0)
    back = np.roll(free, free.shape[1] // 2, axis=1)
    alone = free & kept[-1]
    paired = free & (back.sum(axis=0) - back > 0)
    country = alone.any(axis=0)
    return np.vstack([alone | paired, country]).astype(float) @ table.changed.T > 0


class Program:
    """All tables that fit the published numbers."""

    def __init__(self, flat: Values, table: Table) -> None:
        self.shown = ~np.isnan(flat)
        self.table = table
        self.unknown = ~_atoms_of(flat == 0, table).ravel()
        over_units = sparse.vstack([sparse.eye_array(len(flat) - 1), np.ones((1, len(flat) - 1))])
        self.cells = sparse.csr_array(sparse.kron(over_units, table.sums))[:, self.unknown]
        told = (flat > 0) & ~_implied(self.shown, table)
        self.equations = self.cells[told.ravel()]
        self.totals = flat[told]

    def fixed(self, still: Mask, start: Values | Array) -> Mask:
        """Return which of the cells keep one value over all tables.

        A random direction over the cells still open takes different values on tables that differ in them. So when
        neither its largest nor its smallest value moves any, none can move.
        """
        random = np.random.default_rng(SEED)
        moved = True
        while moved and still.any():
            moved = False
            for sign in (1, -1):
                cells = self.cells[np.flatnonzero(still)]
                direction = random.uniform(1, 2, cells.shape[0]) @ cells
                value = cells @ start.ravel()[self.unknown]
                point = self.solve(-sign * direction, fixed=(cells, value))
                here = np.zeros(still.shape, dtype=bool)
                here[still] = np.abs(cells @ point.ravel()[self.unknown] - value) > HALF
                remains = still & ~here & ~_movable(point, self.shown, self.table)
                moved = moved or bool((remains != still).any())
                still = remains
                if not still.any():
                    break
        return still

    def solve(self, cost: Values, fixed=None) -> Values:
        whole = self._optimum(cost, 0)
        if fixed is not None and np.allclose(fixed[0] @ whole, fixed[1]):
            pass
        elif np.abs(whole - np.round(whole)).max(initial=0) > 1e-6:
            whole = self._optimum(cost, 1)
        point = np.zeros(len(self.unknown))
        point[self.unknown] = np.round(whole, 6)
        return point.reshape(len(self.shown) - 1, -1)

    def _optimum(self, cost, whole) -> Values:
        solution = milp(
            cost,
            integrality=np.full(len(cost), whole),
            bounds=Bounds(0, np.inf),
            constraints=LinearConstraint(self.equations, self.totals, self.totals),
            options={"mip_rel_gap": 0},
        )
        return solution.x


def _implied(shown: Mask, table: Table) -> Mask:
    """Which shown cells are sums of finer shown cells of the same unit, period and gender."""
    by_category = shown.reshape(len(shown), -1, len(table.categories.names))
    all_codes = by_category[..., [-1]] & (table.categories.level < 4)
    return all_codes.reshape(shown.shape)
