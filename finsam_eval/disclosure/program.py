"""All tables that fit what is published of a series, and which of its cells are the same in all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import linalg, sparse

from finsam_eval.disclosure.cells import Mask, Table
from finsam_eval.disclosure.moves import HALF, SEED, Moves, Values, cells_of
from finsam_eval.disclosure.solver import Linear, whole
from finsam_eval.errors import WrongShape

SLIGHT = 1e-5
"""What it costs to move a person for nothing: too little to keep a cell from moving, enough to leave the rest alone."""

ROUNDS, WORTH = 4, 0.1
"""How often förbund change persons before cells are looked at anew; programs take over when that clears too few."""

TINY = 1e-10
"""What is nothing but rounding, among sums of numbers around one."""

HELPERS = 6
"""How many förbund take part in a program besides those whose cells are looked at, before all do."""

EXACT = 1e-6
"""How far from a whole number the solver's whole numbers may lie."""


@dataclass(frozen=True)
class Limits:
    """The smallest and largest that hidden cells can be (unit × period × gender × category); infinite if unknown."""

    least: Values
    most: Values

    def alone(self, unit: int) -> Limits:
        """Return the limits of one unit, as the only förbund of a country."""
        return Limits(self.least[[unit, unit]], self.most[[unit, unit]])


class Program:
    """All tables (förbund × atom) that fit the published numbers of a series (unit × cell, NaN where hidden)."""

    def __init__(self, flat: Values, table: Table, limits: Limits | None, width: int) -> None:
        self.table, self.width = table, width
        self.shown = ~np.isnan(flat)
        least, most = _bounds(flat, limits)
        self.least, self.most = np.where(self.shown, -np.inf, least), np.where(self.shown, np.inf, most)
        self.bounded = np.isfinite(self.least) | np.isfinite(self.most)
        self.moves = Moves(table, self.shown, self.least, self.most)
        self.unknown = ~atoms_of((flat == 0) | (self.bounded & (self.most == 0)), table)
        self.telling = (flat > 0) & ~_implied(self.shown, table)
        self.totals = flat[self.telling]
        self.range = self.least[self.bounded], self.most[self.bounded]
        # What stands in no equation could be any number: some above all published are as good as any.
        known = self.least[self.bounded & np.isfinite(self.least)]
        self.high = max(self.totals.max(initial=0), known.max(initial=0)) + width

    @cached_property
    def cells(self) -> sparse.csr_array:
        """Cell × unknown: what every cell counts."""
        many = len(self.unknown)
        units = sparse.vstack([sparse.eye_array(many), np.ones((1, many))])
        return sparse.csr_array(sparse.kron(units, self.table.sums))[:, self.unknown.ravel()]

    @cached_property
    def equations(self) -> sparse.csr_array:
        """What the published numbers count, without those that are sums of others."""
        return self.cells[self.telling.ravel()]

    @cached_property
    def between(self) -> sparse.csr_array:
        """What the hidden numbers count that have limits."""
        return self.cells[self.bounded.ravel()]

    def any_table(self) -> Values:
        """Return a table that fits and leaves few atoms empty, so that many moves start from it."""
        number = self.equations.shape[1]
        cost = np.concatenate([-np.random.default_rng(SEED).uniform(1, 1.01, number), np.zeros(number)])
        high = np.concatenate([np.ones(number), np.full(number, self.high)])
        twice = [sparse.hstack([rows, rows], format="csr") for rows in (self.equations, self.between)]
        parts = _whole(cost, (twice[0], self.totals), (twice[1], *self.range), high)
        if parts is None:
            raise WrongShape("the published numbers contradict each other: no table has these sums; release them anew")
        result = np.zeros(self.unknown.shape)
        result[self.unknown] = parts[:number] + parts[number:]
        return result

    def fixed(self, cells: Mask, point: Values, first: bool = False) -> Mask:
        """Return which of the cells keep one value, or are kept within `width`, over all tables; `point` is one.

        A random direction over the cells still open takes different values on tables that differ in them. So when
        neither its largest nor its smallest value moves any, none can move.
        With `first`, some of them if there are any.
        """
        if first and (cells & ~self._loose).any():
            return cells & ~self._loose
        still = cells & ~self.moves.movable(point, self.width)
        if not still.any():
            return still
        proved = still & ~self._loose
        still &= ~proved
        random, stuck, sign = np.random.default_rng(SEED), 0, 1
        lowest = highest = self.values(point)
        worth = still.any()
        while worth:
            for _ in range(ROUNDS):
                point = self.moves.shuffled(point, random)
            values = self.values(point)
            lowest, highest = np.minimum(lowest, values), np.maximum(highest, values)
            remains = still & ~self.moves.movable(point, self.width, still) & (highest - lowest < self.width - HALF)
            worth = 0 < remains.sum() < (1 - WORTH) * still.sum()
            still = remains
        among = self._near(still)
        while still.any() and stuck < 2:
            far = self._farther(still, sign * random.uniform(1, 2, still.sum()), point, among)
            lowest, highest = np.minimum(lowest, self.values(far)), np.maximum(highest, self.values(far))
            remains = still & ~self.moves.movable(far, self.width, still) & (highest - lowest < self.width - HALF)
            if (remains != still).any():
                stuck, still = 0, remains
                among = among if among.all() else self._near(still)
            elif among.all():
                stuck, sign = stuck + 1, -sign
            else:
                among = np.ones(len(point), dtype=bool)
        return proved | (self.certain(still, first) if self.width > 1 else still)

    def certain(self, cells: Mask, first: bool = False) -> Mask:
        """Return which cells' smallest and largest values over all whole tables are under `width` apart, one by one.

        With `first`, only the first of them.
        """
        certain = cells.copy()
        high = np.full(self.equations.shape[1], float(self.high))
        lowest, highest = np.full(cells.shape, np.inf), np.full(cells.shape, -np.inf)
        for unit, cell in np.argwhere(cells):
            gain = self.cells[[unit * cells.shape[1] + cell]].toarray()[0]
            for sign in (1, -1):
                if certain[unit, cell] and (end := self._best(sign * gain, high)) is not None:
                    # A table found for one cell tells of all others too.
                    values = self._values_of(end)
                    lowest, highest = np.minimum(lowest, values), np.maximum(highest, values)
                    certain &= highest - lowest < self.width - HALF
            if first and certain[unit, cell] and np.isfinite(lowest[unit, cell]):
                one: Mask = np.zeros_like(cells)
                one[unit, cell] = True
                return one
        return certain & np.isfinite(lowest)

    def _values_of(self, unknown: Values) -> Values:
        point = np.zeros(self.unknown.shape)
        point[self.unknown] = unknown
        return self.values(point)

    def values(self, point: Values) -> Values:
        """Return every cell of a table, the country's last."""
        return cells_of(point, self.table)

    def _best(self, cost: Values, high: Values) -> Values | None:
        return _whole(cost, (self.equations, self.totals), (self.between, *self.range), high)

    @cached_property
    def _loose(self) -> Mask:
        """Which cells the equations leave open when counts may be any numbers, also negative and parts.

        A random change that no equation sees moves all of them. A cell that it does not move is fixed for certain.
        """
        random = np.random.default_rng(SEED)
        bases = self._bases
        seen = self.table.sums[self.telling[-1]].astype(float)
        ways = [basis @ random.uniform(-1, 1, basis.shape[1]) for basis in bases]
        if len(seen):
            maps = np.hstack([seen @ basis for basis in bases])
            maps[np.abs(maps) < TINY] = 0
            free = random.uniform(-1, 1, maps.shape[1])
            free -= maps.T @ linalg.lstsq(maps @ maps.T, maps @ free, cond=TINY)[0]
            ends = np.cumsum([basis.shape[1] for basis in bases])[:-1]
            ways = [basis @ part for basis, part in zip(bases, np.split(free, ends), strict=True)]
        loose: Mask = np.abs(self.values(np.array(ways))) > EXACT
        return loose

    @property
    def _bases(self) -> list[Values]:
        """What each förbund's own numbers leave free, as columns over its atoms; alike where the same is shown."""
        made: dict[bytes, Values] = {}
        found = []
        for telling, unknown in zip(self.telling, self.unknown, strict=False):
            key = telling.tobytes() + unknown.tobytes()
            if key not in made:
                rows = self.table.sums[telling][:, unknown].astype(float)
                basis = np.zeros((len(unknown), unknown.sum()))
                basis[unknown] = np.eye(unknown.sum())
                made[key] = basis @ linalg.null_space(rows) if rows.size else basis
            found.append(made[key])
        return found

    def _near(self, cells: Mask) -> Mask:
        """Which förbund have any of the cells, and some that show least: where the cells most likely can move."""
        open_ = np.asarray(cells[:-1].any(axis=1))
        least = np.argsort(self.shown[:-1].sum(axis=1) + len(self.shown[0]) * open_, kind="stable")
        return np.isin(np.arange(len(open_)), least[:HELPERS]) | open_

    def _farther(self, cells: Mask, weight: Values, point: Values, among: Mask) -> Values:
        """Return a table farther in the weighted direction of the cells, where only some förbund (`among`) change.

        That is `point` where it is the farthest.
        """
        if weight[0] < 0 and not self.values(point)[cells].any():
            return point
        gain = weight @ self.cells[cells.ravel()]
        step = self._step(gain, point, among)
        if np.abs(self.values(step)[cells]).max() < EXACT:
            return point
        broken = np.abs(step - np.round(step)).max(axis=1) > EXACT
        if not broken.any():
            return np.round(point + step)
        for start, free in ((np.round(point + step), broken), (point, among)):
            mended = self._mended(gain, start, free)
            if mended is not None:
                return mended
        return point

    def _step(self, gain: Values, point: Values, among: Mask) -> Values:
        """Return the best change of at most `width` persons an atom, parts of persons allowed, in some förbund.

        All tables lie on one side of a direction if those around `point` do, as a mixture of two tables fits too.
        """
        able, now = (self.unknown & among[:, None])[self.unknown], point[self.unknown]
        present = np.where(able & (now > HALF), now, 0)
        start = self.between @ now
        still = np.zeros(self.equations.shape[0])
        best = self._changes.solve(
            np.concatenate([SLIGHT - gain, SLIGHT + gain]),
            np.concatenate([able * float(self.width), np.minimum(present, self.width)]),
            np.concatenate([still, self.range[0] - start]),
            np.concatenate([still, self.range[1] - start]),
        )
        result = np.zeros(self.unknown.shape)
        result[self.unknown] = best[: len(now)] - best[len(now) :]
        return result

    @cached_property
    def _changes(self) -> Linear:
        """The program of persons who come to each unknown atom, and of those who leave it."""
        rows = sparse.vstack([self.equations, self.between], format="csr")
        return Linear(sparse.hstack([rows, -rows], format="csr"))

    def _mended(self, gain: Values, point: Values, free: Mask) -> Values | None:
        """Return the best whole table that agrees with `point` outside the free förbund, if there is one."""
        changed = self.unknown & free[:, None]
        columns, rest = changed[self.unknown], point[self.unknown & ~changed]
        equations, between = self.equations, self.between
        kept, bound = equations[:, ~columns] @ rest, between[:, ~columns] @ rest
        best = _whole(
            -gain[columns],
            (equations[:, columns], self.totals - kept),
            (between[:, columns], self.range[0] - bound, self.range[1] - bound),
            np.full(columns.sum(), float(self.high)),
        )
        if best is None:
            return None
        result = point.copy()
        result[changed] = best
        return result


def atoms_of(cells: Mask, table: Table) -> Mask:
    """Which atoms (förbund × atom) stand in any of the cells; those of the country stand in every förbund."""
    held = cells.astype(float) @ table.sums > 0
    return np.asarray(held[:-1] | held[-1])


def _bounds(flat: Values, limits: Limits | None) -> tuple[Values, Values]:
    if limits is None:
        return np.full(flat.shape, -np.inf), np.full(flat.shape, np.inf)
    return limits.least.reshape(flat.shape), limits.most.reshape(flat.shape)


def _implied(shown: Mask, table: Table) -> Mask:
    """Which cells are sums of shown codes of the same unit, period and gender."""
    codes = table.categories.codes
    by_category = shown.reshape(len(shown), -1, len(table.categories.names))
    implied = np.repeat(by_category[..., -codes:].all(axis=-1, keepdims=True), by_category.shape[-1], axis=-1)
    implied[..., -codes:] = False
    return implied.reshape(shown.shape)


def _whole(
    cost: Values,
    equal: tuple[sparse.csr_array, Values],
    between: tuple[sparse.csr_array, Values, Values],
    high: Values,
) -> Values | None:
    """Return the whole numbers of least cost, from 0 to `high`, that solve the equations, if there are any."""
    least, most = (np.concatenate([equal[1], end]) for end in between[1:])
    return whole(cost, sparse.vstack([equal[0], between[0]], format="csr"), least, most, high)
