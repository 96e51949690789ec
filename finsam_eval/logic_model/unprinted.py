"""How many a percentage was counted on, where that is not printed: alone, and if several are of the same persons."""

from __future__ import annotations

from typing import Any

import pandas as pd

from finsam_eval.logic_model.judging import judge_goal, shared_judgement
from finsam_eval.logic_model.model import Goal, Indicator, LogicModel

BASES = [
    *["indicator", "title", "unit", "period", "gender", "x", "printed", "base_low", "base_high"],
    *["shared_low", "shared_high", "with_others", "operator", "target", "target_upper"],
    *["share_low", "share_high", "lower", "upper", "outcome", "verdict"],
]
"""Columns of `bases`."""


def bases(model: LogicModel, evaluation: pd.DataFrame) -> pd.DataFrame:
    """Return which n can have given the percentages printed without one, and how the targets stand on those n.

    `base_low` to `base_high` is what each percentage allows by itself; `shared_low` to `shared_high` what all of the
    same unit, period, gender and source allow together, *if* they are shares of the same persons: an assumption that
    no source confirms. Both are blank where nothing is left. The judgement is on the shared n where there is one, else
    on its own, at both ends.

    Returns
    -------
    DataFrame
        Columns of `BASES`, one row per figure whose n was not printed.
    """
    asked = evaluation[evaluation["base_low"].notna() & evaluation["base_high"].notna()]
    rows = []
    for _, group in asked.groupby(["unit", "period", "gender", "source"], sort=False):
        rows += [_row(model, row, group) for row in group.to_dict("records")]
    words = ["indicator", "title", "unit", "period", "gender", "printed", "operator", "outcome", "verdict"]
    whole = ["x", "base_low", "base_high", "shared_low", "shared_high", "with_others"]
    types = {**dict.fromkeys(BASES, "float64"), **dict.fromkeys(words, "str"), **dict.fromkeys(whole, "Int64")}
    blank = dict.fromkeys(words, "")
    return pd.DataFrame([{**blank, **row} for row in rows], columns=BASES).astype(types)


def _row(model: LogicModel, row: dict[str, Any], group: pd.DataFrame) -> dict[str, Any]:
    names = ("indicator", "title", "unit", "period", "gender", "x", "printed", "base_low", "base_high")
    told = {**{name: row[name] for name in (*names, "operator", "target", "target_upper")}, "with_others": len(group)}
    low, high = int(group["base_low"].max()), int(group["base_high"].min())
    together = {"shared_low": low, "shared_high": high} if len(group) > 1 and low <= high else {}
    ends = (low, high) if together else (int(row["base_low"]), int(row["base_high"]))
    x = int(row["x"])
    shares = {"share_low": x / ends[1], "share_high": x / ends[0]}
    indicator = next(one for one in model.indicators if one.id == row["indicator"])
    goal = _goal(indicator, row)
    judged = shared_judgement([judge_goal(x, n, indicator, goal) for n in ends]) if goal else {}
    return {**told, **together, **shares, **{name: judged[name] for name in _JUDGED if name in judged}}


_JUDGED = ("lower", "upper", "outcome", "verdict")


def _goal(indicator: Indicator, row: dict[str, Any]) -> Goal | None:
    goals = [goal for goal in indicator.targets if goal.period == row["period"] and goal.value is not None]
    return next((goal for goal in goals if row["gender"] in indicator.genders(goal)), None)
