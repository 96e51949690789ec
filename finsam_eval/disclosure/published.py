"""What was published, read back as the cells of a series: now, and in earlier releases of the same study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finsam_eval.disclosure.cells import SHOWN_GENDERS, Array, Mask, Table
from finsam_eval.disclosure.ladder import passes
from finsam_eval.disclosure.policy import Threshold
from finsam_eval.disclosure.program import Limits, Values
from finsam_eval.results import Status


@dataclass(frozen=True)
class Past:
    """What earlier releases tell of the cells of a series as they are now (unit × period × gender × category).

    known : numbers that were published and are still right, NaN elsewhere.
    limits : numbers that were published and have grown or shrunk since: bounds, as most changes are late answers.
    cap : unit × reporting period × by gender or for all, the finest level at which no change is told but what passes.
    changed : unit × reporting period × by gender or for all, where a published number has changed.
    """

    known: Values
    limits: Limits
    cap: Array
    changed: Mask


def values_of(rungs: pd.DataFrame, counts: pd.DataFrame, units: Sequence[str], table: Table) -> Values:
    """Return the published cells of a series (unit × period × gender × category), NaN where hidden or unknown here.

    Units, periods and categories that `units` and `table` do not know are left out.
    """
    names: list[Sequence[str]] = [units, table.calendar.names, SHOWN_GENDERS, table.categories.names]
    values = np.full([len(axis) for axis in names], np.nan)
    empty = rungs[rungs["status"] == Status.NO_DATA]
    values[_at(empty, names[:3], ["unit", "period", "gender"])[0]] = 0
    places, kept = _at(counts, names, ["unit", "period", "gender", "category"])
    values[places] = counts["n"].to_numpy()[kept]
    same = (table.categories.sums[:, None] == table.categories.sums[None]).all(axis=2).argmax(axis=1)
    return np.where(np.isnan(values), values[..., same], values)


def _at(rows: pd.DataFrame, axes: list[Sequence[str]], columns: list[str]) -> tuple[tuple[Array, ...], Mask]:
    places = [pd.Index(axis).get_indexer(rows[column]) for axis, column in zip(axes, columns, strict=True)]
    kept: Mask = np.all([place >= 0 for place in places], axis=0)
    return tuple(place[kept] for place in places), kept


def past(now: Values, before: Sequence[Values], table: Table, threshold: Threshold) -> Past:
    """Return what earlier releases (`before`) tell of the cells as they are `now`, NaN in either where not known.

    A number that is what it was tells nothing new and is known. One that has changed tells, beside the old, the number
    of those who came or went: a small group, all of one kind. It is shown only where that group passes the policy by
    itself, as a table of its own would have to; else the new number is hidden and the old one stands where it stood.
    To publish the old number again would tell as little, but a table would no longer add up. Of a period that hides
    a change, the shorter periods in it are hidden as far, except those seen to be as they were: with all its parts
    shown, their sum would tell. Everything else is left to the attacker, who knows all that is still right.
    """
    top = table.categories.levels[-1]
    cap = np.full((len(now), len(table.calendar.ids), 2), top)
    known, least, most = (np.full(now.shape, start) for start in (np.nan, -np.inf, np.inf))
    changed, unchanged = np.zeros(cap.shape, dtype=bool), np.zeros(cap.shape, dtype=bool)
    for then in before:
        change = now - then
        known = np.where(change == 0, then, known)
        least = np.where(change > 0, np.fmax(least, then), least)
        most = np.where(change < 0, np.fmin(most, then), most)
        reported = change[:, : cap.shape[1]]
        cap = np.minimum(cap, _by(_told(reported, table, threshold)).min(axis=-1))
        moved = _by(((reported != 0) & ~np.isnan(reported)).any(axis=-1)).any(axis=-1)
        changed |= moved
        unchanged |= ~moved & _by(~np.isnan(reported[..., 0])).all(axis=-1)
    cap[..., 0] = cap.min(axis=2)
    return Past(known, Limits(least, most), _with_parts(cap, unchanged, table), changed)


def _by(cells: NDArray[Any]) -> NDArray[Any]:
    """Return cells of the four genders as those by gender and, thrice, the one for all."""
    return np.stack([cells[..., :3], np.repeat(cells[..., 3:], 3, axis=-1)], axis=2)


def _told(change: Values, table: Table, threshold: Threshold) -> Array:
    """Return the finest level of each cell where all that has changed up to it passes, or nothing has."""
    categories = table.categories
    highest = np.zeros(change.shape[:3], dtype=np.int64)
    one_way = (np.nan_to_num(change) >= 0).all(axis=-1) | (np.nan_to_num(change) <= 0).all(axis=-1)
    for level in categories.levels[1:]:
        parts = np.nan_to_num(change[..., [category for at, category in categories.rows if at == level]])
        # What was not told then cannot be compared: nothing is known of its change.
        fine = (parts == 0).all(axis=-1) | (one_way & passes(np.abs(change), level, categories, threshold))
        highest = np.where(fine & (highest == categories.below(level)), level, highest)
    return highest


def _with_parts(cap: Array, unchanged: Mask, table: Table) -> Array:
    """Lower the shorter periods within each capped one, except those seen to be as they were."""
    sums = table.calendar.sums[: cap.shape[1]]
    lowered = cap.copy()
    for long, whole in enumerate(sums):
        parts = np.flatnonzero((sums <= whole).all(axis=1) & (sums < whole).any(axis=1))
        less = np.minimum(lowered[:, parts], cap[:, [long]])
        lowered[:, parts] = np.where(unchanged[:, parts], lowered[:, parts], less)
    return lowered
