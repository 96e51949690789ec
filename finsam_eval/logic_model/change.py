"""How an indicator stands to where it stood before, and how many it takes to tell the two apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from finsam_eval.compare import difference, proportion_interval
from finsam_eval.logic_model.judging import BOTH_ENDS
from finsam_eval.logic_model.model import Baseline, Goal, Indicator, LogicModel
from finsam_eval.logic_model.power import needed, power_at
from finsam_eval.results import ALL, Status

CHANGE = [
    *["indicator", "title", "measure", "period", "x", "n", "base_low", "base_high", "value"],
    *["before", "before_operator", "before_x", "before_n"],
    *["change", "lower", "upper", "level", "method", "outcome", "verdict", "status", "reason"],
]
"""Columns of `since_baseline`."""

ENOUGH = [
    *["indicator", "title", "period", "gender", "target", "against", "n", "expected", "chance"],
    *["needed", "stable", "exact", "exact_stable", "per_group", "status", "reason"],
]
"""Columns of `enough`."""

BETTER, WORSE, LIKE = "bättre", "sämre", "oförändrat"
UNDECIDED = "kan inte avgöras"

CERTAIN = "Hur många utgångsläget räknades på är inte känt; det är taget som säkert, så osäkerheten är större än så."
AROUND = "Utgångslägets antal är räknat ur dess andel."
ONLY_A_LIMIT = "Utgångsläget är bara känt som mer eller mindre än ett tal."
NO_COUNTS = "Antalen är inte kända, så skillnaden kan inte räknas."
NOT_SHARES = "Bara utfallet jämförs: måttet är inget urval av svar som slumpen kan räknas på."
NO_BETTER = "Målet är inte bättre än utgångsläget."
ALL_OR_NONE = "Målet eller utgångsläget är 0 eller 100 procent; en enda person avgör."


def since_baseline(model: LogicModel, evaluation: pd.DataFrame) -> pd.DataFrame:
    """Return how far every indicator with a baseline is from it, for women and men together.

    `outcome` is the fact (bättre, sämre, oförändrat, in the indicator's own direction), `verdict` follows the interval
    of the difference: better or worse where it leaves out 0. The interval is Newcombe's where the baseline's n is
    known; without it the baseline is taken as certain, and `reason` says so. Where the indicator's own n is not
    printed both ends of what it can be are judged, and `change` is blank. Where n is known but not x, x is the
    count nearest to the printed share.

    Returns
    -------
    DataFrame
        Columns of `CHANGE`, one row per row of the evaluation that has a figure and a baseline.
    """
    rows = []
    for row in evaluation[evaluation["gender"].isin([ALL, ""])].to_dict("records"):
        indicator = _indicator(model, row["indicator"])
        if indicator.baseline and row["status"] == Status.OK:
            rows.append(_changed(row, indicator, indicator.baseline))
    words = [
        "indicator",
        "title",
        "measure",
        "period",
        "before_operator",
        "method",
        "outcome",
        "verdict",
        "status",
        "reason",
    ]
    types = {**dict.fromkeys(CHANGE, "float64"), **dict.fromkeys(words, "str")}
    types |= dict.fromkeys(["x", "n", "base_low", "base_high", "before_x", "before_n"], "Int64")
    blank = dict.fromkeys(words, "")
    return pd.DataFrame([{**blank, **row} for row in rows], columns=CHANGE).astype(types)


def enough(model: LogicModel, evaluation: pd.DataFrame) -> pd.DataFrame:
    """Return how many it takes to see that a target is another level than the baseline, if it is truly reached.

    `chance` is that of seeing it with the n there is, or before anybody is counted with the n that is expected, which
    `expected` then holds; `needed` and the rest as in `power.Needed`, for power .80.
    Targets of at most or at least alike; rows for shares with both target and baseline.
    """
    rows = [_enough(row, indicator, goal) for row, indicator, goal in _with_goal(model, evaluation)]
    whole = ["n", "expected", "needed", "stable", "exact", "exact_stable", "per_group"]
    words = ["indicator", "title", "period", "gender", "status", "reason"]
    types = {**dict.fromkeys(ENOUGH, "float64"), **dict.fromkeys(whole, "Int64"), **dict.fromkeys(words, "str")}
    return pd.DataFrame(rows, columns=ENOUGH).astype(types)


def _changed(row: dict[str, Any], indicator: Indicator, before: Baseline) -> dict[str, Any]:
    names = ("indicator", "title", "measure", "period", "x", "n", "base_low", "base_high", "value")
    told = {name: row[name] for name in names}
    told |= {"before": before.value, "before_operator": before.operator or "", "before_n": before.n}
    if before.operator:
        return {**told, "status": Status.NOT_APPLICABLE, "reason": ONLY_A_LIMIT}
    if indicator.measure != "share":
        change = float(row["value"]) - before.value
        facts = {"change": change, "method": "utfall", "reason": NOT_SHARES, "status": Status.OK}
        return {**told, **facts, "outcome": _side(change, change, indicator)}
    if pd.notna(row["x"]) and pd.notna(row["base_low"]) and pd.notna(row["base_high"]):
        ends = [_of_shares(int(row["x"]), int(row[end]), indicator, before) for end in ("base_low", "base_high")]
        return {**told, **_whichever(ends)}
    if pd.isna(row["x"]) or pd.isna(row["n"]):
        return {**told, "status": Status.NOT_APPLICABLE, "reason": NO_COUNTS}
    return {**told, **_of_shares(int(row["x"]), int(row["n"]), indicator, before)}


def _of_shares(x: int, n: int, indicator: Indicator, before: Baseline) -> dict[str, Any]:
    if before.n is None:
        now = proportion_interval(x, n)
        change, lower, upper = (float(limit or 0) - before.value for limit in (now.value, now.lower, now.upper))
        told: dict[str, Any] = {"level": now.level, "method": "Wilson, säkert utgångsläge", "reason": CERTAIN}
    else:
        count = round(before.value * before.n) if before.x is None else before.x
        apart = difference(x, n, count, before.n)
        change, lower, upper = (float(limit or 0) for limit in (apart.value, apart.lower, apart.upper))
        told = {"before_x": count, "before": count / before.n, "level": apart.level, "method": apart.method}
        told["reason"] = AROUND if before.x is None else ""
    return {
        **told,
        **{"change": change, "lower": lower, "upper": upper, "status": Status.OK},
        "outcome": _side(change, change, indicator),
        "verdict": _side(lower, upper, indicator) if lower > 0 or upper < 0 else UNDECIDED,
    }


def _whichever(ends: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what holds at both ends of the n that can be meant; how large the change is cannot be told."""
    agreed = {name: ends[0][name] if ends[0][name] == ends[1][name] else UNDECIDED for name in ("outcome", "verdict")}
    limits = {"lower": min(end["lower"] for end in ends), "upper": max(end["upper"] for end in ends)}
    return {**ends[0], **agreed, **limits, "change": None, "method": ends[0]["method"] + BOTH_ENDS}


def _side(lower: float, upper: float, indicator: Indicator) -> str:
    """Return on which side of no change an interval lies that does not hold 0; a point may be 0."""
    if lower > 0:
        return BETTER if indicator.direction == "increase" else WORSE
    if upper < 0:
        return WORSE if indicator.direction == "increase" else BETTER
    return LIKE


def _with_goal(model: LogicModel, evaluation: pd.DataFrame) -> Iterator[tuple[dict[str, Any], Indicator, Goal]]:
    for row in evaluation.to_dict("records"):
        indicator = _indicator(model, row["indicator"])
        goals = [goal for goal in indicator.targets if goal.period == row["period"] and goal.upper is None]
        goal = next((goal for goal in goals if goal.gender in (None, row["gender"])), None)
        if indicator.measure == "share" and indicator.baseline and goal and goal.value is not None:
            yield row, indicator, goal


def _enough(row: dict[str, Any], indicator: Indicator, goal: Goal) -> dict[str, Any]:
    before, target = indicator.baseline, float(goal.value or 0)
    against = before.value if before else 0.0
    counted = pd.notna(row["n"]) and row["n"] > 0
    told = {name: row[name] for name in ("indicator", "title", "period", "gender", "n")} | {
        "expected": None if counted else indicator.expected_n,
        "target": target,
        "against": against,
    }
    gain = target - against if indicator.direction == "increase" else against - target
    if gain <= 0:
        return {**told, "status": Status.NOT_APPLICABLE, "reason": NO_BETTER}
    if not (0 < target < 1 and 0 < against < 1):
        return {**told, "status": Status.NOT_APPLICABLE, "reason": ALL_OR_NONE}
    asked = needed(target, against)
    names = ("stable", "exact", "exact_stable", "per_group", "status", "reason")
    size = int(row["n"]) if counted else indicator.expected_n
    chance = float(power_at(size, target, against)) if size else None
    return {**told, **{name: getattr(asked, name) for name in names}, "needed": asked.n, "chance": chance}


def _indicator(model: LogicModel, name: str) -> Indicator:
    return next(indicator for indicator in model.indicators if indicator.id == name)
