"""What somebody who knows every published number of a series can compute.

He knows that counts are whole and not negative, how cells add up, what was published before, and bounds that follow
from other series. A number is recovered when fewer whole numbers are possible for it than `width` demands; with width
one, when only one is. Two tables that fit all he knows and differ in a cell prove that it is not: most are found by
moving a person or two between two förbund. That nothing else fits is mostly proved by the equations alone; the rest
is left to linear and integer programming (`program`).
"""

from __future__ import annotations

import numpy as np

from finsam_eval.disclosure.cells import Array, Mask, Table
from finsam_eval.disclosure.program import Limits, Program, Values, atoms_of


def recovered(
    values: Values,
    table: Table,
    *,
    limits: Limits | None = None,
    width: int = 1,
    start: Array | None = None,
    proved: Mask | None = None,
    first: bool = False,
) -> Mask:
    """Return which hidden cells have a known value: their largest possible less their smallest is under `width`.

    Parameters
    ----------
    values : unit × period × gender × category, NaN where hidden. The last unit is the sum of the others.
    limits : what is known of hidden cells short of their value.
    width : how far apart the smallest and the largest possible number must lie for a cell to count as hidden.
    start : a table (förbund × period × gender × code) that fits, to begin from; found when not given.
    proved : cells that need not be looked at, such as those known to be safe when more was published.

    first : whether it is enough to find some of them, if there are any.

    Notes
    -----
    `start` saves time and does not change the answer. Cells where the published numbers say that nobody is have no one
    to protect and are not counted.
    """
    flat = values.reshape(len(values), -1)
    open_ = np.isnan(flat) & ~_nobody(values, table)
    if proved is not None:
        open_ &= ~proved.reshape(flat.shape)
    if not open_.any():
        return open_.reshape(values.shape)
    program = Program(flat, table, limits, width)
    point = program.any_table() if start is None else start.reshape(len(flat) - 1, -1).astype(float)
    return program.fixed(open_, point, first).reshape(values.shape)


def confirmed(found: Mask, values: Values, table: Table, *, limits: Limits | None = None, width: int = 1) -> Mask:
    """Return which of the cells found really are known: each by integer programs of its own.

    `recovered` errs on the side of finding too much where the solver stops at parts of persons.
    """
    flat = values.reshape(len(values), -1)
    return Program(flat, table, limits, width).certain(found.reshape(flat.shape)).reshape(found.shape)


def any_values(values: Values, table: Table, *, limits: Limits | None = None) -> Values:
    """Return every cell of one table that fits; where a cell is recovered this is its value."""
    program = Program(values.reshape(len(values), -1), table, limits, 1)
    return program.values(program.any_table()).reshape(values.shape)


def _nobody(values: Values, table: Table) -> Mask:
    """Which cells stand where the published numbers say that nobody is."""
    empty = np.zeros(values.shape, dtype=bool)
    empty[..., 0] = values[..., 0] == 0
    inhabited = ~atoms_of(empty.reshape(len(values), -1), table)
    inhabited = np.vstack([inhabited, inhabited.any(axis=0)])
    people = (inhabited.astype(float) @ table.sums.T).reshape(values.shape)
    return np.broadcast_to(people[..., :1] == 0, values.shape).reshape(len(values), -1)
