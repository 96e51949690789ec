"""What somebody who knows every published number of a series can compute.

He knows that counts are whole and not negative and how cells add up. A number is recovered when only one whole
number is possible for it. Two tables that fit all he knows and differ in a cell prove that it is not: most are
found by moving a person or two between two förbund, the rest by integer programming.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from finsam_eval.disclosure.cells import Array, Mask, Table
from finsam_eval.errors import WrongShape

Values = NDArray[np.float64]

SEED = 20150315
SLIGHT = 1e-5
"""What it costs to move a person for nothing: too little to keep a cell from moving, enough to leave the rest alone."""

HALF = 0.5
"""Two whole numbers that differ do so by more than this."""

EXACT = 1e-6
"""How far from a whole number the solver's whole numbers may lie."""


def recovered(values: Values, table: Table, *, start: Array | None = None, proved: Mask | None = None) -> Mask:
    """Return which hidden cells have only one possible value.

    Parameters
    ----------
    values : unit × period × gender × category, NaN where hidden. The last unit is the sum of the others.
    start : a table (förbund × period × gender × code) that fits, to begin from; found when not given.
    proved : cells known to have several possible values, as they had when more was published.

    Notes
    -----
    `start` and `proved` save time and do not change the answer. Cells where the published numbers say that nobody
    is have no one to protect and are not counted.
    """
    flat = values.reshape(len(values), -1)
    open_ = np.isnan(flat) & ~_nobody(values, table)
    if proved is not None:
        open_ &= ~proved.reshape(flat.shape)
    if not open_.any():
        return open_.reshape(values.shape)
    program = Program(flat, table)
    point = program.any_table() if start is None else start.reshape(len(flat) - 1, -1).astype(float)
    return program.fixed(open_, point).reshape(values.shape)


def confirmed(found: Mask, values: Values, table: Table) -> Mask:
    """Return which of the cells found really have one value only: each by integer programs of its own.

    `recovered` errs on the side of finding too much where the solver stops at parts of persons.
    """
    flat = values.reshape(len(values), -1)
    return Program(flat, table).certain(found.reshape(flat.shape)).reshape(found.shape)


def _nobody(values: Values, table: Table) -> Mask:
    """Which cells stand where the published numbers say that nobody is."""
    empty = np.zeros(values.shape, dtype=bool)
    empty[..., 0] = values[..., 0] == 0
    inhabited = ~_atoms_of(empty.reshape(len(values), -1), table)
    inhabited = np.vstack([inhabited, inhabited.any(axis=0)])
    people = (inhabited.astype(float) @ table.sums.T).reshape(values.shape)
    return np.broadcast_to(people[..., :1] == 0, values.shape).reshape(len(values), -1)


def _atoms_of(cells: Mask, table: Table) -> Mask:
    """Which atoms (förbund × atom) stand in any of the cells; those of the country stand in every förbund."""
    held = cells.astype(float) @ table.sums > 0
    return np.asarray(held[:-1] | held[-1])


class Program:
    """All tables (förbund × atom) that fit the published numbers of a series (unit × cell, NaN where hidden)."""

    def __init__(self, flat: Values, table: Table) -> None:
        self.table = table
        self.shown = ~np.isnan(flat)
        self.unknown = ~_atoms_of(flat == 0, table)
        units = sparse.vstack([sparse.eye_array(len(flat) - 1), np.ones((1, len(flat) - 1))])
        self.cells = sparse.csr_array(sparse.kron(units, table.sums))[:, self.unknown.ravel()]
        telling = (flat > 0) & ~_implied(self.shown, table)
        self.equations, self.totals = self.cells[telling.ravel()], flat[telling]
        # What stands in no equation could be any number: one above all published is as good as any.
        self.most = self.totals.max(initial=0) + 1

    def any_table(self) -> Values:
        """Return a table that fits and leaves few atoms empty, so that many moves start from it."""
        number = self.equations.shape[1]
        cost = np.concatenate([-np.random.default_rng(SEED).uniform(1, 1.01, number), np.zeros(number)])
        high = np.concatenate([np.ones(number), np.full(number, self.most)])
        parts = _whole(cost, sparse.hstack([self.equations, self.equations], format="csr"), self.totals, high)
        if parts is None:
            raise WrongShape("the published numbers contradict each other: no table has these sums; release them anew")
        result = np.zeros(self.unknown.shape)
        result[self.unknown] = parts[:number] + parts[number:]
        return result

    def fixed(self, cells: Mask, point: Values) -> Mask:
        """Return which of the cells keep one value over all tables; `point` is one of them.

        A random direction over the cells still open takes different values on tables that differ in them. So when
        neither its largest nor its smallest value moves any, none can move.
        """
        random = np.random.default_rng(SEED)
        still, stuck, sign = cells & ~self._movable(point), 0, 1
        while still.any() and stuck < 2:
            far = self._farther(still, sign * random.uniform(1, 2, still.sum()), point)
            moved = np.abs(self._values(far) - self._values(point)) > HALF
            remains = still & ~self._movable(far) & ~moved
            if (remains == still).all():
                stuck, sign = stuck + 1, -sign
            else:
                stuck, still = 0, remains
        return still

    def certain(self, cells: Mask) -> Mask:
        """Return which of the cells have the same smallest and largest value over all whole tables, one by one."""
        certain = np.zeros_like(cells)
        for unit, cell in np.argwhere(cells):
            gain = self.cells[[unit * cells.shape[1] + cell]].toarray()[0]
            ends = [_whole(sign * gain, self.equations, self.totals, np.full(len(gain), self.most)) for sign in (1, -1)]
            values = {round(gain @ end) for end in ends if end is not None}
            certain[unit, cell] = len(values) == 1
        return certain

    def _values(self, point: Values) -> Values:
        """Return every cell of a table, the country's last."""
        units = point @ self.table.sums.T
        return np.vstack([units, units.sum(axis=0)])

    def _farther(self, cells: Mask, weight: Values, point: Values) -> Values:
        """Return a table farther in the weighted direction of the cells, or `point` where that is the farthest."""
        if weight[0] < 0 and not self._values(point)[cells].any():
            return point
        gain = weight @ self.cells[cells.ravel()]
        step = self._step(gain, point)
        if np.abs(self._values(step)[cells]).max() < EXACT:
            return point
        broken = np.abs(step - np.round(step)).max(axis=1) > EXACT
        if not broken.any():
            return np.round(point + step)
        for start, free in ((np.round(point + step), broken), (point, np.ones_like(broken))):
            mended = self._mended(gain, start, free)
            if mended is not None:
                return mended
        return point

    def _step(self, gain: Values, point: Values) -> Values:
        """Return the best change of at most one person an atom, parts of persons allowed.

        All tables lie on one side of a direction if those around `point` do, as a mixture of two tables fits too.
        """
        present = point[self.unknown] > HALF
        cost = np.concatenate([SLIGHT - gain, SLIGHT + gain[present]])
        equations = sparse.hstack([self.equations, -self.equations[:, present]], format="csr")
        nothing = np.zeros(len(self.totals))
        # Presolve takes most of the time, but now and then the solver gives up without it.
        for presolve in (False, True):
            options = {"presolve": presolve}
            solution = linprog(cost, A_eq=equations, b_eq=nothing, bounds=(0, 1), method="highs-ds", options=options)
            if solution.success:
                break
        else:
            raise RuntimeError(f"linear program of {equations.shape[1]} unknowns not solved: {solution.message}")
        change = solution.x[: len(present)].copy()
        change[present] -= solution.x[len(present) :]
        result = np.zeros(self.unknown.shape)
        result[self.unknown] = change
        return result

    def _mended(self, gain: Values, point: Values, free: Mask) -> Values | None:
        """Return the best whole table that agrees with `point` outside the free förbund, if there is one."""
        changed = self.unknown & free[:, None]
        columns = changed[self.unknown]
        held = self.equations[:, ~columns] @ point[self.unknown & ~changed]
        best = _whole(-gain[columns], self.equations[:, columns], self.totals - held, np.full(columns.sum(), self.most))
        if best is None:
            return None
        result = point.copy()
        result[changed] = best
        return result

    def _movable(self, point: Values) -> Mask:
        """Which cells change when a person or two move in one förbund and, if the country shows it, back in another."""
        table = self.table
        allowed = self.shown.astype(float) @ table.changed == 0
        free = allowed[:-1] & ((point < 1 - EXACT).astype(float) @ table.taken == 0)
        back = np.roll(free, free.shape[1] // 2, axis=1)
        alone = free & allowed[-1]
        paired = free & (back.sum(axis=0) - back > 0)
        return np.asarray(np.vstack([alone | paired, alone.any(axis=0)]).astype(float) @ table.changed.T > 0)


def _implied(shown: Mask, table: Table) -> Mask:
    """Which cells are sums of shown codes of the same unit, period and gender."""
    codes = table.categories.codes
    by_category = shown.reshape(len(shown), -1, len(table.categories.names))
    implied = np.repeat(by_category[..., -codes:].all(axis=-1, keepdims=True), by_category.shape[-1], axis=-1)
    implied[..., -codes:] = False
    return implied.reshape(shown.shape)


def _whole(cost: Values, equations: sparse.csr_array, totals: Values, high: Values) -> Values | None:
    """Return the whole numbers of least cost, from 0 to `high`, that solve the equations, if there are any."""
    told = np.diff(equations.indptr) > 0
    if totals[~told].any():
        return None
    solution = milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=Bounds(0, high),
        constraints=LinearConstraint(equations[told], totals[told], totals[told]),
        options={"mip_rel_gap": 0},
    )
    return np.round(solution.x) if solution.success else None
