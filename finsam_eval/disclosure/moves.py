"""Other tables that fit what is published, found without solving: persons move, and no shown number sees it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from finsam_eval.disclosure.cells import Array, Mask, Table

Values = NDArray[np.float64]

SEED = 20150315

HALF = 0.5
"""Two whole numbers that differ do so by more than this."""


class Moves:
    """The moves of persons between the atoms of each förbund that the numbers shown of a series do not see.

    shown : unit × cell, the country last.
    least, most : what hidden cells can be, infinite where that is not known.
    """

    def __init__(self, table: Table, shown: Mask, least: Values, most: Values) -> None:
        self.table, self.shown, self.least, self.most = table, shown, least, most
        self.bounded = np.isfinite(least) | np.isfinite(most)

    def movable(self, point: Values, width: int, cells: Mask | None = None) -> Mask:
        """Which cells change when persons move in one förbund and, if the country shows it, back in another.

        `width` persons move. With `cells`, only units that have any of them are looked at.
        """
        free, tight = self._free(point, width)
        moves = np.vstack([self._answered(free, self.shown[-1] | tight), (free & self._unseen(tight)).any(axis=0)])
        looked = np.ones(len(moves), dtype=bool) if cells is None else cells.any(axis=1)
        result = np.zeros(self.shown.shape, dtype=bool)
        result[looked] = moves[looked].astype(np.float32) @ self.table.changed.T > 0
        return result

    def shuffled(self, point: Values, random: np.random.Generator) -> Values:
        """Return another table that fits: förbund two by two make opposite moves of a person, chosen by lot.

        Moves to where nobody is come first: from there more can move.
        """
        free, _ = self._free(point, 1)
        number = self._chosen(len(point), random)
        pairs = free[number[0]] & np.roll(free[number[1]], free.shape[1] // 2, axis=1)
        new = (
            np.float32(point[number[0]] == 0) @ (self.table.moves > 0)
            + np.float32(point[number[1]] == 0) @ self.table.taken
        )
        chosen = np.where(pairs, new + random.random(pairs.shape, dtype=np.float32), -1).argmax(axis=1)
        possible = pairs[np.arange(len(pairs)), chosen]
        steps = self.table.moves.T[chosen] * possible[:, None]
        shuffled = point.copy()
        shuffled[number[0]] += steps
        shuffled[number[1]] -= steps
        return shuffled

    @cached_property
    def _allowed(self) -> Mask:
        """Which moves (unit × move) no published number sees."""
        return np.asarray(self.shown.astype(np.float32) @ self.table.changed == 0)

    def _free(self, point: Values, persons: int) -> tuple[Mask, Mask]:
        """Return the moves (förbund × move) of so many persons that a förbund's own numbers allow.

        Also which of the country's cells are too near a limit to take them.
        """
        table, allowed = self.table, self._allowed[:-1]
        tight = np.zeros(self.shown.shape, dtype=bool)
        if self.bounded.any():
            now = cells_of(point, self.table)
            tight = self.bounded & ((now - self.least < persons) | (self.most - now < persons))
            allowed = allowed & (tight[:-1].astype(np.float32) @ table.changed == 0)
        return allowed & ((point < persons - HALF).astype(np.float32) @ table.taken == 0), tight[-1]

    def _unseen(self, tight: Mask) -> Mask:
        """Which moves the country's published numbers do not see, nor any of its cells that is at a limit."""
        result: Mask = self._allowed[-1] & (tight.astype(np.float32) @ self.table.changed == 0)
        return result

    def _chosen(self, units: int, random: np.random.Generator) -> Array:
        """Return two rows of förbund, paired by lot; one is left over when their number is odd."""
        order = random.permutation(units)
        half = units // 2
        return np.stack([order[:half], order[half : 2 * half]])

    def _answered(self, free: Mask, seen: Mask) -> Mask:
        """Which free moves (förbund × move) the country does not see, alone or with a free move of another förbund.

        Two moves may differ and still be opposite in all that the country shows: a woman here, a man there.
        """
        random = np.random.default_rng(SEED).integers(1, 2**40, len(seen))
        mark = (random * seen) @ self.table.sums @ self.table.moves
        marks, kind = np.unique(mark, return_inverse=True)
        order = np.argsort(kind, kind="stable")
        starts = np.flatnonzero(np.diff(kind[order], prepend=-1))
        able = np.logical_or.reduceat(free[:, order], starts, axis=1)
        # The opposite of each move is a move, so the marks lie symmetrically around 0.
        other = able[:, ::-1]
        answered = (other.sum(axis=0) - other > 0) | (marks == 0)
        result: Mask = free & answered[:, kind]
        return result


def cells_of(point: Values, table: Table) -> Values:
    """Return every cell of a table (förbund × atom), the country's last."""
    units = point @ table.sums.T
    return np.vstack([units, units.sum(axis=0)])
