"""Check a release from the outside: with nothing but what was published."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.disclosure.attack import Values, confirmed
from finsam_eval.disclosure.cells import SHOWN_GENDERS, Array, Calendar, Mask, Table, calendar, categories
from finsam_eval.disclosure.ladder import passes
from finsam_eval.disclosure.policy import Policy
from finsam_eval.disclosure.records import CELL
from finsam_eval.disclosure.release import SERIES, Released, holds_office, joined
from finsam_eval.disclosure.suppression import given_away
from finsam_eval.results import COUNTRY, Status


def audit(released: Released, policy: Policy) -> pd.DataFrame:
    """Return the cells that a reader can compute though they are hidden, or that are shown against the policy.

    Reads `released.rungs` and `released.counts` only. An empty frame means that the release is safe.
    Columns: unit respondent_group occasion item period gender category.
    """
    days = calendar(released.periods)
    published = dict(list(released.counts.groupby(SERIES)))
    found = [
        _leaks(series, rungs, published.get(series, released.counts.iloc[:0]), days, policy, released.codebook)
        for series, rungs in released.rungs.groupby(SERIES, sort=True)
    ]
    return joined(found, [*CELL, "category"])


def _leaks(
    series: tuple[str, str, str],
    rungs: pd.DataFrame,
    counts: pd.DataFrame,
    days: Calendar,
    policy: Policy,
    codebook: Codebook,
) -> pd.DataFrame:
    table = Table(days, categories(codebook.scale(series[2])))
    units = [*sorted(set(rungs["unit"]) - {COUNTRY}), COUNTRY]
    values = _values(rungs, counts, units, table)
    found = confirmed(given_away(values, table), values, table)
    found |= _against(values, series, table, policy, codebook)
    unit, period, gender, category = np.nonzero(found)
    names = {"period": days.ids, "gender": SHOWN_GENDERS, "category": table.categories.names}
    places = {"period": period, "gender": gender, "category": category}
    keys = {"unit": np.array(units, dtype=object)[unit], **dict(zip(SERIES, series, strict=True))}
    cells = {key: np.array(names[key], dtype=object)[place] for key, place in places.items()}
    return pd.DataFrame({**keys, **cells}, columns=[*CELL, "category"]).astype("str")


def _values(rungs: pd.DataFrame, counts: pd.DataFrame, units: list[str], table: Table) -> Values:
    """Return the published cells of a series (unit × period × gender × category), NaN where hidden."""
    axes: list[Sequence[str]] = [units, table.calendar.ids, SHOWN_GENDERS, table.categories.names]
    values = np.full([len(axis) for axis in axes], np.nan)
    columns = ["unit", "period", "gender", "category"]
    empty = rungs[rungs["status"] == Status.NO_DATA]
    values[_at(empty, axes[:3], columns[:3])] = 0
    values[_at(counts, axes, columns)] = counts["n"]
    same = (table.categories.sums[:, None] == table.categories.sums[None]).all(axis=2).argmax(axis=1)
    return np.where(np.isnan(values), values[..., same], values)


def _at(rows: pd.DataFrame, axes: Sequence[Sequence[str]], columns: list[str]) -> tuple[Array, ...]:
    return tuple(pd.Index(axis).get_indexer(rows[column]) for axis, column in zip(axes, columns, strict=True))


def _against(values: Values, series: tuple[str, str, str], table: Table, policy: Policy, codebook: Codebook) -> Mask:
    """Return the published cells that the policy does not let out."""
    threshold = policy.threshold(codebook.item(series[2]).sensitivity)
    wrong = np.zeros(values.shape, dtype=bool)
    for level in table.categories.levels[1:]:
        parts = [category for at, category in table.categories.rows if at == level]
        shown = ~np.isnan(values[..., parts]).any(axis=-1)
        refused = shown & ~passes(values, level, table.categories, threshold)
        wrong[..., parts] |= refused[..., None]
    if policy.offices_country_only and holds_office(codebook, series[0]):
        wrong[:-1] |= ~np.isnan(values[:-1])
    return wrong
