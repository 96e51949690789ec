"""A logic model and what was found → what is reached, what is not, and what cannot be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from finsam_eval.errors import WrongShape
from finsam_eval.logic_model.figures import NO_TARGET, NOTHING, judge_figure, missing
from finsam_eval.logic_model.judging import all_reach, judge_record
from finsam_eval.logic_model.model import Goal, Indicator, LogicModel
from finsam_eval.results import Status

OBSERVED = [
    "indicator",
    "unit",
    "period",
    "gender",
    "x",
    "n",
    "mentioned",
    "value",
    "printed",
    "printed_status",
    "kind",
    "source",
]
"""The columns of `observations` that an evaluation reads; one row per indicator × unit × period × gender."""

WHOLE = ["x", "n", "short", "base_low", "base_high"]
REAL = ["value", "lower", "upper", "level", "target", "target_upper", "probability"]
COLUMNS = [
    *["indicator", "node", "title", "measure", "unit", "period", "gender"],
    *["x", "n", "value", "lower", "upper", "level", "method"],
    *["operator", "target", "target_upper", "outcome", "verdict", "probability", "short"],
    *["printed", "printed_status", "check", "base_low", "base_high", "kind", "source", "status", "reason"],
]


class Standing(StrEnum):
    """Where a node stands, by its indicators."""

    REACHED = "nått"
    NOT_REACHED = "ej nått"
    UNDECIDED = "kan inte avgöras"
    UNKNOWN = "kan inte bedömas"


@dataclass(frozen=True)
class _Asked:
    """One number that is looked for: when, about whom, and the goal if there is one."""

    period: str
    gender: str
    goal: Goal | None


def evaluate(model: LogicModel, records: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Return how every indicator stands against its targets, for the model's unit.

    `outcome` is the fact about those who were counted, `verdict` what it says of the underlying level by the Wilson
    interval (see `compare.judge_target`); measures that are not shares have an outcome only. Without a comparison
    group both are about what came out, never about what the work has caused.

    records : the table of records; those with statistic "mal" and this model's indicator are used.
    observations : columns of `OBSERVED`, after release also `status` and `reason`; nan where a source does not tell.

    Returns
    -------
    DataFrame
        Columns of `COLUMNS`, one row per indicator × period × gender asked for or observed; an indicator without
        either has one row that says so. `check` tells whether x of n gives the percentage printed beside it;
        `base_low` and `base_high` are the fewest and most n that can have given it where n is not told, and the target
        is then judged at both ends. `kind` is "published", "entered", or "study" for the study's own data.

    Raises
    ------
    WrongShape
        When records or observations lack a column, or observations have two rows for one cell or x above n.
    """
    own = _checked(observations, model)
    _need("records", ["statistic", "unit", "period", "gender", "indicator"], records)
    judged = records[(records["statistic"] == "mal") & (records["unit"] == model.unit)]
    rows = [row for indicator in model.indicators for row in _rows(model, indicator, judged, own)]
    return _typed(rows)


def unknown_indicators(models: Iterable[LogicModel], observations: pd.DataFrame) -> list[str]:
    """Return the observed indicators that no model has: misspelt, or left behind when a model was changed."""
    known = {indicator.id for model in models for indicator in model.indicators}
    return sorted(set(observations["indicator"]) - known)


def standing(model: LogicModel, evaluation: pd.DataFrame) -> dict[str, Standing]:
    """Return where each node stands: not reached if one indicator is not, reached if all are.

    An indicator counts by its underlying level, by its outcome where it has no other. A node none of whose indicators
    is judged is unknown, one with some judged and some not is undecided: unknown is never reached.
    """
    said = evaluation["verdict"].where(evaluation["verdict"] != "", evaluation["outcome"])
    return {node.id: _standing(list(said[evaluation["node"] == node.id])) for node in model.nodes}


def _standing(said: list[str]) -> Standing:
    return Standing(all_reach(said) or Standing.UNKNOWN)


def _checked(observations: pd.DataFrame, model: LogicModel) -> pd.DataFrame:
    _need("observations", OBSERVED, observations)
    own = observations[observations["unit"] == model.unit]
    cell = ["indicator", "period", "gender"]
    if own.duplicated(cell).any():
        first = own.loc[own.duplicated(cell), cell].iloc[0]
        raise WrongShape(f"observations have two rows for {' × '.join(first)}; keep one")
    over = own[(own["x"] > own["n"]).fillna(False).astype(bool)]
    if len(over):
        first = over[cell].iloc[0]
        raise WrongShape(f"observations have x above n for {' × '.join(first)}; x are some of the n")
    return own.fillna(dict.fromkeys(["printed", "printed_status", "kind", "source"], ""))


def _need(what: str, columns: list[str], table: pd.DataFrame) -> None:
    lacking = [column for column in columns if column not in table]
    if lacking:
        raise WrongShape(f"{what} need the column {lacking[0]}; they have {', '.join(table.columns)}")


def _rows(model: LogicModel, indicator: Indicator, records: pd.DataFrame, own: pd.DataFrame) -> list[dict[str, Any]]:
    observed = own[own["indicator"] == indicator.id].set_index(["period", "gender"])
    named = {"indicator": indicator.id, "node": indicator.node, "title": indicator.title, "measure": indicator.measure}
    rows = []
    for asked in _asked(indicator, observed):
        goal = asked.goal
        target = _target(indicator, goal) if goal else {"operator": ""}
        cell = {"unit": model.unit, "period": asked.period, "gender": asked.gender}
        if indicator.data:
            told = _from_records(model, indicator, asked, records)
        else:
            key = (asked.period, asked.gender)
            told = judge_figure(indicator, goal, observed.loc[key] if key in observed.index else None)
        rows.append({**named, **cell, **target, **told})
    return rows


def _target(indicator: Indicator, goal: Goal) -> dict[str, Any]:
    return {"operator": indicator.operator(goal), "target": goal.value, "target_upper": goal.upper}


def _asked(indicator: Indicator, observed: pd.DataFrame) -> list[_Asked]:
    asked = [_Asked(goal.period, who, goal) for goal in indicator.targets for who in indicator.genders(goal)]
    known = {(one.period, one.gender) for one in asked}
    if not indicator.data:
        asked += [_Asked(when, who, None) for when, who in observed.index if (when, who) not in known]
    return asked or [_Asked("", "", None)]


def _from_records(model: LogicModel, indicator: Indicator, asked: _Asked, records: pd.DataFrame) -> dict[str, Any]:
    found = records[
        (records["indicator"] == model.key(indicator.id))
        & (records["period"] == asked.period)
        & (records["gender"] == asked.gender)
    ]
    about = {"kind": "study", "source": indicator.source}
    if asked.goal is None or asked.goal.value is None:
        return {**about, **missing(Status.NO_DATA, NO_TARGET)}
    found = found[np.isclose(found["target"].astype(float), asked.goal.value)]
    if found.empty:
        return {**about, **missing(Status.NO_DATA, NOTHING)}
    row = found.iloc[0]
    if row["status"] != Status.OK:
        return {**about, **missing(Status(row["status"]), row["reason"])}
    judged = judge_record(row, asked.goal.value, indicator.operator(asked.goal))
    return {**about, **judged, "status": Status.OK, "reason": ""}


def _typed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    words = [name for name in COLUMNS if name not in [*WHOLE, *REAL]]
    types = {**dict.fromkeys(WHOLE, "Int64"), **dict.fromkeys(REAL, "float64"), **dict.fromkeys(words, "str")}
    blank = dict.fromkeys(words, "")
    return pd.DataFrame([{**blank, **row} for row in rows], columns=COLUMNS).astype(types)
