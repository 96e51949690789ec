"""A record about a unit is hidden with the cells it rests on."""

from __future__ import annotations

import pandas as pd

from finsam_eval.disclosure.cells import DETAILS
from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.results import UNKNOWN, Status

PUBLIC_REASON = "Talet visas inte, för att ingen enskild person ska kunna kännas igen."
"""The one reason given for every hidden number: another wording for another rule would tell what was found."""

CELL = ["unit", "respondent_group", "occasion", "item", "period", "gender"]

NEEDED = {
    "andel": "topptva",
    "skillnad": "topptva",
    "mal": "topptva",
    "medel": "fordelning",
    "median": "fordelning",
}
"""The detail that the cells of a statistic must be shown in."""

ONLY_TARGETS = ["target", "indicator"]
DEFINITIONS = [
    *CELL,
    "against_period",
    "against_gender",
    "statistic",
    "level",
    "method",
    "status",
    "reason",
    *ONLY_TARGETS,
]
"""Columns that say what a record is about. All others say what was found."""


def inherit(records: pd.DataFrame, rungs: pd.DataFrame) -> pd.DataFrame:
    """Return the records, blanked where a cell they rest on is not shown in the detail that the statistic needs.

    Records of the unknown gender exist only where somebody is; those hidden are left out, not blanked.

    Raises
    ------
    UnknownName
        For a statistic whose needs are not declared.
    WrongShape
        When a column that names the cell is missing.
    """
    _check(records)
    needed = records["statistic"].map(NEEDED).map(DETAILS.index)
    hidden, empty = _state(records[CELL], rungs, needed)
    for column, cells in _compared(records).items():
        other_hidden, other_empty = _state(cells, rungs, needed)
        compared = records[column] != ""
        hidden, empty = hidden | (compared & other_hidden), empty | (compared & other_empty)
    telling = hidden & (records["gender"] == UNKNOWN)
    return _blanked(records, hidden, empty & ~hidden)[~telling].reset_index(drop=True)


def _check(records: pd.DataFrame) -> None:
    missing = [column for column in DEFINITIONS if column not in [*records.columns, *ONLY_TARGETS]]
    if missing:
        raise WrongShape(f"records need the column {missing[0]}; they have {', '.join(records.columns)}")
    unknown = sorted(set(records["statistic"]) - set(NEEDED))
    if unknown:
        raise UnknownName(f"statistic {unknown[0]!r} has no declared detail; known are {', '.join(NEEDED)}")


def _compared(records: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the second cell of each record that compares: it differs in what `against_…` names."""
    period = records["against_period"].where(records["against_period"] != "", records["period"])
    gender = records["against_gender"].where(records["against_gender"] != "", records["gender"])
    second = records[CELL].assign(period=period, gender=gender)
    return {"against_period": second, "against_gender": second}


def _state(cells: pd.DataFrame, rungs: pd.DataFrame, needed: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return whether each cell hides what is needed, and whether nobody is there. An unknown cell is hidden."""
    found = cells.merge(rungs[[*CELL, "detail", "status"]], on=CELL, how="left").set_axis(cells.index)
    empty = found["status"] == Status.NO_DATA
    level = found["detail"].fillna("").map(DETAILS.index)
    return (level < needed) & ~empty, empty


def _blanked(records: pd.DataFrame, hidden: pd.Series, empty: pd.Series) -> pd.DataFrame:
    result = records.copy()
    for column in [column for column in records.columns if column not in DEFINITIONS]:
        result[column] = _without(records[column], hidden | empty)
    status = records["status"].astype(str)
    result["status"] = status.mask(hidden, str(Status.SUPPRESSED)).mask(empty, str(Status.NO_DATA))
    result["reason"] = records["reason"].mask(hidden, PUBLIC_REASON)
    return result


def _without(column: pd.Series, gone: pd.Series) -> pd.Series:
    if pd.api.types.is_string_dtype(column):
        return column.mask(gone, "")
    if pd.api.types.is_bool_dtype(column):
        return column.astype("boolean").mask(gone)
    return column.astype("Int64").mask(gone) if pd.api.types.is_integer_dtype(column) else column.mask(gone)
