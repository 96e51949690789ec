"""Hide a little more wherever the numbers shown together would give a hidden one away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from finsam_eval.disclosure.attack import Values, recovered
from finsam_eval.disclosure.cells import Array, Mask, Table, cell_detail, monotone
from finsam_eval.disclosure.ladder import FEWEST_FORBUND


def visible(cells: Array, detail: Array, empty: Mask, table: Table) -> Values:
    """Return the cells that are public, NaN elsewhere. `empty` (unit × period) is known to hold nobody."""
    shown = cell_detail(detail, table.calendar)[..., None] >= table.categories.level
    return np.where(shown | empty[:, :, None, None], cells, np.nan)


def given_away(values: Values, table: Table, *, start: Array | None = None, proved: Mask | None = None) -> Mask:
    """Return which hidden cells can be computed, other than the total of fewer than three förbund.

    That total is hidden because it says nothing about a country, not because it is a secret.
    """
    found = recovered(values, table, start=start, proved=proved)
    answering = (~(values[:-1, :, 3, 0] == 0)).any(axis=1).sum()
    found[-1] &= answering >= FEWEST_FORBUND
    return found


def secure(cube: Array, cells: Array, detail: Array, empty: Mask, table: Table) -> Array:
    """Return `detail` lowered until nothing hidden can be computed. Every round lowers some, so it ends.

    cube : förbund × atom × gender × code; cells : its margins; detail : unit × kind × grain.
    """
    proved = np.zeros(cells.shape, dtype=bool)
    while True:
        values = visible(cells, detail, empty, table)
        lone = _lone(values)
        found = lone if lone.any() else given_away(values, table, start=cube, proved=proved)
        if not found.any():
            return detail
        inside = [] if lone.any() else _leaking_alone(found, values, table)
        proved |= np.isnan(values) & ~found & ~lone.any()
        detail = _finest_lowered(inside, detail, table) if inside else _shared(found, cells, detail, table)


def _lone(values: Values) -> Mask:
    """Which cells are hidden in one förbund only, under a published total: the total minus the others."""
    hidden = np.isnan(values)
    people = ~(values[..., :1] == 0) & ~(values[-1:, ..., :1] == 0)
    lone = hidden & people & (hidden[:-1].sum(axis=0) == 1) & ~hidden[-1]
    lone[-1] = False
    return lone


def _leaking_alone(found: Mask, values: Values, table: Table) -> list[int]:
    """Return the units whose own numbers give hidden ones away."""
    units = np.flatnonzero(found.any(axis=(1, 2, 3)))
    return [unit for unit in units if recovered(values[[unit, unit]], table).any()]


def _finest_lowered(units: list[int], detail: Array, table: Table) -> Array:
    """Show one level less of the finest grain that each unit shows."""
    lowered = detail.copy()
    for unit in units:
        kind, by = np.argwhere(detail[unit] > 0)[0]
        lowered[unit, kind, by] = table.categories.below(detail[unit, kind, by])
    return monotone(lowered)


@dataclass(frozen=True)
class Place:
    """Where a number was found: its grain (`by`: 0 by gender, 1 all), the level that shows it, and the cell."""

    kind: int
    by: int
    level: int
    cell: tuple[int, int, int]

    def covers(self, other: Place) -> bool:
        """Whether hiding this place hides the other with it."""
        return self.kind >= other.kind and self.by >= other.by and self.level <= other.level


def _places(found: Mask, table: Table) -> list[Place]:
    """Return the places of what was found, without those that go with a coarser one."""
    places = [
        Place(table.calendar.kind_of[period], int(gender == 3), table.categories.level[category], (period, gender, category))
        for period, gender, category in np.argwhere(found.any(axis=0))
    ]
    return [place for place in places if all(place.covers(other) for other in places if other.covers(place))]


def _shared(found: Mask, cells: Array, detail: Array, table: Table) -> Array:
    """Let one more förbund hide what was found, so that the number is mixed with its; else hide the country's."""
    lowered = detail
    for place in _places(found, table):
        helpers = _helpers(cells, place)
        if not ((detail >= place.level) & (lowered < place.level))[helpers, place.kind, place.by].any():
            showing = helpers[lowered[helpers, place.kind, place.by] >= place.level]
            unit = showing[0] if len(showing) else len(cells) - 1
            lowered = _hidden(lowered, unit, place, table)
    return lowered if (lowered < detail).any() else _last_resort(cells, detail, table)


def _helpers(cells: Array, place: Place) -> Array:
    """Return the förbund, smallest first, that have persons both in and, if the cell is a part, outside it."""
    period, gender, category = place.cell
    x, n = cells[:-1, period, gender, category], cells[:-1, period, gender, 0]
    able = np.flatnonzero((x > 0) & ((category == 0) | (x < n)))
    return able[np.argsort(n[able], kind="stable")]


def _hidden(detail: Array, unit: int, place: Place, table: Table) -> Array:
    lowered = detail.copy()
    lowered[unit, place.kind, place.by] = min(detail[unit, place.kind, place.by], table.categories.below(place.level))
    return monotone(lowered)


def _last_resort(cells: Array, detail: Array, table: Table) -> Array:
    """Show less of the country, finest grain first; when it shows nothing, of the smallest förbund that does."""
    order = np.argsort(cells[:-1, -1, 3, 0], kind="stable")
    unit = next(unit for unit in [len(cells) - 1, *order] if detail[unit].any())
    return _finest_lowered([unit], detail, table)
