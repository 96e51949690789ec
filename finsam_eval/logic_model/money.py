"""Money beside quality: what each area was to cost, has cost and is expected to cost, and how its goals stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from finsam_eval.logic_model.demands import joint
from finsam_eval.logic_model.model import LogicModel
from finsam_eval.logic_model.parts import BudgetLine

ECONOMY = [
    *["budget", "area", "title", "period", "currency", "amount", "outcome", "forecast", "deviation", "deviation_share"],
    *["spent_share", "demands", "reached", "missed", "unknown", "reason"],
]
"""Columns of `economy`."""

NO_AMOUNT = "Minst en post saknar belopp; summan sägs inte, eftersom okänt inte är noll."
NO_OUTCOME = "Utfallet är inte känt för alla poster."
NO_FORECAST = "Prognos saknas för minst en post."


def economy(model: LogicModel, evaluation: pd.DataFrame) -> pd.DataFrame:
    """Return money and goals side by side: one row per budget, area and period that has been accounted for.

    `outcome` is what has been spent until the period's end, `forecast` what is then expected for the whole budget and
    `deviation` forecast minus budget (a cost above 0 is an overrun, an income above 0 a surplus). Every amount is the
    sum of the area's lines where all of them tell it, else blank with a `reason`. `demands` counts the area's targets
    for that period, `reached`, `missed` and `unknown` how they stand. A budget nobody has accounted for has one row a
    area, with its amount alone; lines without an area have one too.

    Returns
    -------
    DataFrame
        Columns of `ECONOMY`, in the model's order.
    """
    demands = joint(evaluation)
    area_of = {node.id: node.area or "" for node in model.nodes}
    demands = demands.assign(area=demands["node"].map(area_of).astype("str"))
    rows = []
    for budget in model.budgets:
        about = {"budget": budget.id, "currency": budget.currency}
        for area in dict.fromkeys(line.area or "" for line in budget.lines):
            lines = [line for line in budget.lines if (line.area or "") == area]
            title = _title(model, area, lines, budget.title)
            rows += [{**about, "area": area, "title": title, **row} for row in _by_period(lines, area, demands)]
    words = ["budget", "area", "title", "period", "currency", "reason"]
    whole = ["demands", "reached", "missed", "unknown"]
    types = {**dict.fromkeys(ECONOMY, "float64"), **dict.fromkeys(words, "str"), **dict.fromkeys(whole, "Int64")}
    return pd.DataFrame(rows, columns=ECONOMY).astype(types)


def _by_period(lines: Sequence[BudgetLine], area: str, demands: pd.DataFrame) -> list[dict[str, Any]]:
    periods = list(dict.fromkeys(account.period for line in lines for account in line.accounts)) or [""]
    return [{**_money(lines, period), **_quality(area, period, demands)} for period in periods]


def _money(lines: Sequence[BudgetLine], period: str) -> dict[str, Any]:
    amount = _sum([line.amount for line in lines])
    told: dict[str, Any] = {"period": period, "amount": amount, "reason": NO_AMOUNT if amount is None else ""}
    if not period:
        return told
    accounts = [next((one for one in line.accounts if one.period == period), None) for line in lines]
    outcome = _sum([account.outcome if account else None for account in accounts])
    forecast = _sum([account.forecast if account else None for account in accounts])
    deviation = None if forecast is None or amount is None else forecast - amount
    lacking = [NO_OUTCOME if outcome is None else "", NO_FORECAST if forecast is None else ""]
    return {
        **told,
        **{"outcome": outcome, "forecast": forecast, "deviation": deviation},
        "deviation_share": deviation / amount if deviation is not None and amount else None,
        "spent_share": outcome / amount if outcome is not None and amount else None,
        "reason": " ".join(part for part in (told["reason"], *lacking) if part),
    }


def _quality(area: str, period: str, demands: pd.DataFrame) -> dict[str, Any]:
    """Return how the area's targets stand, those of the period; nothing where the line has no area or no period."""
    if not area or not period:
        return {}
    own = demands[(demands["area"] == area) & (demands["period"] == period)]
    reached, missed = int((own["outcome"] == "nått").sum()), int((own["outcome"] == "ej nått").sum())
    return {"demands": len(own), "reached": reached, "missed": missed, "unknown": len(own) - reached - missed}


def _sum(amounts: Sequence[float | None]) -> float | None:
    """Return the sum where every amount is known: unknown is not zero."""
    known = [amount for amount in amounts if amount is not None]
    return float(sum(known)) if len(known) == len(amounts) else None


def _title(model: LogicModel, area: str, lines: Sequence[BudgetLine], otherwise: str) -> str:
    named = next((one.title for one in model.areas if one.id == area), "")
    return named or (lines[0].title if len(lines) == 1 else otherwise)
