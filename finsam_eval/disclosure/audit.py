"""Check a release from the outside: with nothing but what was published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.disclosure.attack import any_values, confirmed, recovered
from finsam_eval.disclosure.cells import SHOWN_GENDERS, Array, Calendar, Mask, Table, calendar, categories, margins
from finsam_eval.disclosure.facts import few_total
from finsam_eval.disclosure.ladder import Rule, passes
from finsam_eval.disclosure.policy import Policy, Threshold
from finsam_eval.disclosure.program import Limits, Values
from finsam_eval.disclosure.published import past, values_of
from finsam_eval.disclosure.records import CELL
from finsam_eval.disclosure.register import SERIES
from finsam_eval.disclosure.release import (
    Released,
    by_series,
    check_earlier,
    cubes_of,
    holds_office,
    joined,
)
from finsam_eval.errors import WrongShape
from finsam_eval.processors import Each
from finsam_eval.results import ALL, COUNTRY


def audit(
    released: Released,
    policy: Policy,
    *,
    earlier: Sequence[Released] = (),
    counts: pd.DataFrame | None = None,
    each: Each = map,
) -> pd.DataFrame:
    """Return the cells that a reader can compute though they are hidden, or that are shown against the policy.

    Reads `released.rungs` and `released.counts`, and those of `earlier` releases; of the register only which earlier
    numbers have changed since. An empty frame means that the release is safe.
    Columns: unit respondent_group occasion item period gender category. A derived period is named by what it is, as
    "2025 utom 2025-janaug".

    `counts`, the cube that was released, saves the search for a table that fits what was published, and says exactly
    which earlier numbers are still right; without it the register does, and of a cell that has changed nothing earlier
    is believed. It is held against what was published. `each` is how the series are worked through.

    Raises
    ------
    WrongShape
        When what was published is not what the cube says, or cannot all be true.
    """
    check_earlier(earlier, released.periods)
    days = calendar(released.periods)
    cubes = {} if counts is None else {series: cube for series, cube, _ in cubes_of(counts, days, released.codebook)}
    find, before = by_series(released), [by_series(one) for one in earlier]
    told = [
        _Told(
            series,
            *find(series),
            earlier=[find_earlier(series) for find_earlier in before],
            register=released.register[(released.register[SERIES] == list(series)).all(axis=1)],
            cube=cubes.get(series),
        )
        for series in released.rungs[SERIES].drop_duplicates().sort_values(SERIES).itertuples(index=False, name=None)
    ]
    found = each(partial(_leaks, days=days, policy=policy, codebook=released.codebook), told)
    return joined(list(found), [*CELL, "category"])


@dataclass(frozen=True)
class _Told:
    """One series of a release, and what is known beside: earlier rungs and counts, what has changed, the cube."""

    series: tuple[str, str, str]
    rungs: pd.DataFrame
    counts: pd.DataFrame
    earlier: Sequence[tuple[pd.DataFrame, pd.DataFrame]]
    register: pd.DataFrame
    cube: Array | None


def _leaks(one: _Told, *, days: Calendar, policy: Policy, codebook: Codebook) -> pd.DataFrame:
    series, cube = one.series, one.cube
    table = Table(days, categories(codebook.scale(series[2])))
    units = [*sorted(set(one.rungs["unit"]) - {COUNTRY}), COUNTRY]
    shown = values_of(one.rungs, one.counts, units, table)
    before = [values_of(rungs, counts, units, table) for rungs, counts in one.earlier]
    limits = policy.threshold(codebook.item(series[2]).sensitivity)
    found = _against(shown, series, table, units, policy, codebook)
    found |= _changes(shown, before, table, limits)
    if cube is None:
        known, bounds = _still(before, _changed(one.register, units, table), shown.shape), None
    else:
        told = past(_cells(shown, cube, table), before, table, limits)
        known, bounds = told.known, told.limits if told.changed.any() else None
    values = np.where(np.isnan(shown), known, shown)
    office = policy.offices_country_only and holds_office(codebook, series[0])
    computed = _computed(values, bounds, table, limits, policy.min_width, office, cube)
    if computed.any() and before:
        # What earlier releases tell by themselves cannot be taken back.
        computed &= ~_given_away(np.where(shown == 0, 0, known), bounds, table, policy.min_width, cube)
    found |= computed
    unit, period, gender, category = np.nonzero(found)
    names = {"period": days.names, "gender": SHOWN_GENDERS, "category": table.categories.names}
    places = {"period": period, "gender": gender, "category": category}
    keys = {"unit": np.array(units, dtype=object)[unit], **dict(zip(SERIES, series, strict=True))}
    cells = {key: np.array(names[key], dtype=object)[place] for key, place in places.items()}
    return pd.DataFrame({**keys, **cells}, columns=[*CELL, "category"]).astype("str")


def _cells(shown: Values, cube: Array, table: Table) -> Values:
    """Return every cell that the cube counts, after holding those that are shown against it."""
    cells = margins(cube, table.calendar, table.categories).astype(float)
    if cells.shape != shown.shape or ((cells != shown) & ~np.isnan(shown)).any():
        raise WrongShape("what was published is not what the cube counts; release it anew")
    return cells


def _computed(
    values: Values,
    bounds: Limits | None,
    table: Table,
    limits: Threshold,
    width: int,
    office: bool,
    cube: Array | None,
) -> Mask:
    """Return the hidden cells that follow from the others, of the derived ones those that the policy keeps."""
    found = _given_away(values, bounds, table, width, cube)
    reported = len(table.calendar.ids)
    if found[:, reported:].any():
        fitting = any_values(values, table) if cube is None else margins(cube, table.calendar, table.categories)
        told = np.where(found, fitting, np.nan)
        small = _small(told[:, reported:], table, limits)
        small[:-1] |= office
        found[:, reported:] &= small
    return confirmed(found, values, table, limits=bounds, width=width)


def _given_away(values: Values, bounds: Limits | None, table: Table, width: int, cube: Array | None) -> Mask:
    return recovered(values, table, limits=bounds, width=width, start=cube, proved=few_total(values))


def _small(cells: Values, table: Table, limits: Threshold) -> Mask:
    """Return which cells (NaN where not known) are of a group that the policy keeps."""
    n, top = cells[..., :1], cells[..., [table.categories.names.index("hog")]]
    x = np.broadcast_to(top, cells.shape) if table.categories.codes == 2 else cells
    few = (n > 0) & (x < limits.min_x)
    if limits.both_sides:
        ends = (table.categories.sums == table.categories.sums[table.categories.names.index("hog")]).all(axis=1)
        few |= (n > 0) & (n - top < limits.min_x) & (ends | (table.categories.codes == 2))
    few[..., 0] = False
    return (few | ((n > 0) & (n < limits.min_n))) & ~np.isnan(cells)


def _still(before: Sequence[Values], changed: Mask, shape: tuple[int, ...]) -> Values:
    """Return the earlier numbers that are still right, as far as anybody can tell."""
    known = np.full(shape, np.nan)
    for then in before:
        known = np.where(~changed & ~np.isnan(then), then, known)
    return known


def _changed(register: pd.DataFrame, units: list[str], table: Table) -> Mask:
    """Return the cells of a series of which an earlier number has changed: unit × period × gender × 1."""
    rows = register[register["rule"] == Rule.CHANGED]
    changed = np.zeros((len(units), len(table.calendar.names), len(SHOWN_GENDERS), 1), dtype=bool)
    for unit, period, gender in rows[["unit", "period", "gender"]].itertuples(index=False, name=None):
        genders = slice(3, 4) if gender == ALL else slice(0, 3)
        changed[units.index(unit), table.calendar.names.index(period), genders] = True
    return changed


def _changes(shown: Values, before: Sequence[Values], table: Table, limits: Threshold) -> Mask:
    """Return the published cells that tell, beside what was published before, of a group that the policy keeps."""
    wrong = np.zeros(shown.shape, dtype=bool)
    if before:
        cap = past(shown, before, table, limits).cap[:, :, [0, 0, 0, 1]]
        reported = shown[:, : cap.shape[1]]
        wrong[:, : cap.shape[1]] = ~np.isnan(reported) & (table.categories.level > cap[..., None]) & (reported > 0)
    return wrong


def _against(
    values: Values, series: tuple[str, str, str], table: Table, units: list[str], policy: Policy, codebook: Codebook
) -> Mask:
    """Return the published cells that the policy, with its exceptions, does not let out."""
    limits, exempted = policy.threshold(codebook.item(series[2]).sensitivity), policy.exempted(series)
    lifted = [limits.without(limit for one in exempted.get(unit, []) for limit in one.lifts) for unit in units]
    wrong = np.zeros(values.shape, dtype=bool)
    for level in table.categories.levels[1:]:
        parts = [category for at, category in table.categories.rows if at == level]
        shown = ~np.isnan(values[..., parts]).any(axis=-1)
        passed = [passes(one, level, table.categories, limits) for one, limits in zip(values, lifted, strict=True)]
        wrong[..., parts] |= (shown & ~np.array(passed))[..., None]
    if policy.offices_country_only and holds_office(codebook, series[0]):
        wrong[:-1] |= ~np.isnan(values[:-1])
    return wrong
