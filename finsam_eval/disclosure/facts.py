"""What is to be kept of one series, and what follows from what is shown of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from finsam_eval.disclosure.attack import recovered
from finsam_eval.disclosure.cells import Array, Mask, Table, cell_detail, margins
from finsam_eval.disclosure.ladder import FEWEST_FORBUND
from finsam_eval.disclosure.program import Limits, Values


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One series inside: its cube (förbund × atom × gender × code), the cells that this adds up to, what is secret.

    empty : unit × period, where it is public that nobody is.
    secret : which cells must not be computed when hidden: all that are reported, and derived ones that would not pass.
    cap : unit × reporting period × by gender or for all, the finest level of single cells.
    known : numbers that are public already, NaN elsewhere.
    limits : what else is public of hidden cells.
    floor : what every grain is to show at least, while another way to hide is sought.
    judged : what has been found out about single units, so that it need not be found out again.
    """

    cube: Array
    cells: Array
    table: Table
    empty: Mask
    secret: Mask
    cap: Array
    known: Values
    limits: Limits | None = None
    width: int = 1
    floor: Array | None = None
    judged: dict[tuple[int, bytes, bytes], bool] = field(default_factory=dict)

    def alone(self, unit: int) -> Facts:
        """Return one unit as the only förbund of a country."""
        cube = self.cube.sum(axis=0, keepdims=True) if unit == len(self.cube) else self.cube[[unit]]
        twice = [unit, unit]
        return replace(
            self,
            cube=cube,
            cells=margins(cube, self.table.calendar, self.table.categories),
            empty=self.empty[twice],
            secret=self.secret[twice],
            cap=self.cap[twice],
            known=self.known[twice],
            limits=None if self.limits is None else self.limits.alone(unit),
            judged={},
        )

    def levels(self, detail: Array) -> Array:
        """Return the level that every reported cell (unit × period × gender) is shown at."""
        return np.minimum(cell_detail(detail, self.table.calendar), self.cap[:, :, [0, 0, 0, 1]])

    def visible(self, detail: Array) -> Values:
        """Return the cells that are public, NaN elsewhere."""
        shown = np.zeros(self.cells.shape, dtype=bool)
        reported = self.levels(detail)[..., None] >= self.table.categories.level
        shown[:, : reported.shape[1]] = reported
        return np.where(shown | self.empty[:, :, None, None], self.cells, self.known)

    def given_away(self, values: Values, proved: Mask | None = None, *, first: bool = False) -> Mask:
        """Return which secret cells can be computed from `values`, or with `first` some of them if there are any.

        `proved` need not be looked at.
        """
        spared = ~self.secret | few_total(values)
        return self._recovered(values, spared if proved is None else spared | proved, first)

    def leaks(self, values: Values) -> bool:
        """Whether any secret can be computed from `values`, also the total of fewer than three förbund."""
        return bool(self._recovered(values, ~self.secret, first=True).any())

    def _recovered(self, values: Values, spared: Mask, first: bool) -> Mask:
        return recovered(
            values, self.table, limits=self.limits, width=self.width, start=self.cube, proved=spared, first=first
        )


def few_total(values: Values) -> Mask:
    """Return the cells of a total of fewer than three förbund, if that is what the country's are.

    That total is hidden because it says nothing about a country, not because it is a secret.
    """
    few = np.zeros(values.shape, dtype=bool)
    few[-1] = (~(values[:-1, :, 3, 0] == 0)).any(axis=1).sum() < FEWEST_FORBUND
    return few
