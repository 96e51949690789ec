"""Hide a little more wherever the numbers shown together would give a hidden one away."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from finsam_eval.disclosure.attack import Values, recovered
from finsam_eval.disclosure.cells import Array, Mask, Table, cell_detail, monotone
from finsam_eval.disclosure.ladder import FEWEST_FORBUND

ALONE = 1
"""One förbund hidden under a published total is the total minus the others."""


def visible(cells: Array, detail: Array, empty: Mask, table: Table) -> Values:
    """Return the cells that are public, NaN elsewhere. `empty` (unit × period) is known to hold nobody."""
    shown = cell_detail(detail, table.calendar)[..., None] >= table.categories.level
    return np.where(shown | empty[:, :, None, None], cells, np.nan)


def given_away(values: Values, table: Table, *, start: Array | None = None, proved: Mask | None = None) -> Mask:
    """Return which hidden cells can be computed, other than the total of fewer than three förbund.

    That total is hidden because it says nothing about a country, not because it is a secret.
    """
    found = recovered(values, table, start=start, proved=proved)
    present = (~(values[:-1, :, 3, 0] == 0)).any(axis=1).sum()
    if present < FEWEST_FORBUND:
        found[-1] = False
    return found


def secure(cube: Array, cells: Array, detail: Array, empty: Mask, table: Table) -> Array:
    """Return `detail` lowered until nothing hidden can be computed.

    cube : förbund × atom × gender × code; cells : its margins; detail : unit × kind × grain.
    """
    proved = np.zeros(cells.shape, dtype=bool)
    while True:
        values = visible(cells, detail, empty, table)
        found = _alone(values, cells, detail, table)
        if not found.any():
            found = given_away(values, table, start=cube, proved=proved)
            proved |= np.isnan(values) & ~found
        if not found.any():
            return detail
        detail = _lowered(found, cells, detail, values, table)


def _alone(values: Values, cells: Array, detail: Array, table: Table) -> Mask:
    """Which cells are hidden in one förbund only, under a published total."""
    hidden = np.isnan(values[:-1]) & (cells[:-1, ..., :1] > 0)
    return np.concatenate([hidden & (hidden.sum(axis=0) == ALONE) & ~np.isnan(values[-1]), np.isnan(values[-1:]) & False])


def _lowered(found: Mask, cells: Array, detail: Array, values: Values, table: Table) -> Array:
    inside = [unit for unit in np.flatnonzero(found.any(axis=(1, 2, 3))) if _inside(values[unit], table)]
    if inside:
        for unit in inside:
            detail = _finest_lowered(detail, unit, table)
        return detail
    lowered = detail
    for kind, grain, level in _coarsest(found, table):
        for period, gender, category in _places(found, kind, grain, level, table):
            if not _helps(lowered, detail, cells, (period, gender, category)):
                lowered = _one_more(lowered, cells, kind, grain, level, (period, gender, category), table)
    return lowered if (lowered != detail).any() else _last_resort(detail, cells, table)
