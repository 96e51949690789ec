"""What it cost for each one who got there, and how sure that is."""

from __future__ import annotations

from typing import Any

import pandas as pd

from finsam_eval.compare import proportion_interval
from finsam_eval.errors import WrongShape
from finsam_eval.logic_model.model import LogicModel
from finsam_eval.results import LEVEL, Estimate, Status, no_value

METHOD = "Wilson, fast kostnad"
NOBODY = "Ingen nådde dit, så det finns ingen kostnad för var och en."
FIXED = "Kostnaden är tagen som fast; bara slumpen i hur många som nådde dit är med."

COSTS = ["indicator", "title", "period", "area", "cost", "basis", "x", "n", "value", "lower", "upper", "level"]
COSTS += ["method", "status", "reason"]
"""Columns of `costs`."""


def cost_per_person(cost: float, x: int, n: int, *, level: float = LEVEL) -> Estimate:
    """Return the cost for each of the x of n who got there, with the limits that the Wilson interval of x / n gives.

    The cost is fixed: had more got there it would have cost the same. Nobody → no value.
    1.3 million for 12 of 60: 108 333, from 68 173 to 183 173.

    cost : a whole amount of money for all n, above 0.

    Raises
    ------
    WrongShape
        When x and n are not whole numbers with 0 ≤ x ≤ n, or the cost is not above 0 and finite.
    """
    share = proportion_interval(x, n, level=level)
    if not 0 < cost < float("inf"):
        raise WrongShape(f"cost must be an amount above 0 for all n together, got {cost}")
    if share.lower is None or share.upper is None:
        return no_value(Status.NO_DATA, share.reason, method=METHOD, level=level)
    if x == 0:
        return no_value(Status.NOT_APPLICABLE, NOBODY, method=METHOD, n=n, level=level)
    each = [cost / (n * limit) for limit in (share.upper, share.lower)]
    return Estimate(
        value=cost / x, lower=each[0], upper=each[1], level=level, method=METHOD, n=n, status=Status.OK, reason=FIXED
    )


def costs(model: LogicModel, evaluation: pd.DataFrame) -> pd.DataFrame:
    """Return the cost for each person who got there, where a budget line and a share are of the same area.

    The cost is what the area's line had cost by the share's period where that is told, else the amount budgeted
    (`basis` "utfall" or "budget"). Areas with several lines count their sum; an area with a line whose amount is not
    told has no cost, since unknown is not zero, and neither has one that stands in two budgets.

    Returns
    -------
    DataFrame
        Columns of `COSTS`, one row per counted share of women and men together in an area with money.
    """
    area_of = {node.id: node.area for node in model.nodes if node.area}
    unit = {indicator.id: indicator.unit for indicator in model.indicators}
    rows = []
    for row in evaluation[evaluation["gender"].isin(["", "alla"])].to_dict("records"):
        area = area_of.get(row["node"], "")
        if area and row["measure"] == "share" and unit[row["indicator"]] == "personer" and pd.notna(row["x"]):
            rows += _of_area(model, row, area)
    words = ["indicator", "title", "period", "area", "basis", "method", "status", "reason"]
    types = {**dict.fromkeys(COSTS, "float64"), **dict.fromkeys(words, "str"), "x": "Int64", "n": "Int64"}
    return pd.DataFrame(rows, columns=COSTS).astype(types)


def spent(model: LogicModel, area: str, period: str) -> tuple[float | None, str]:
    """Return what an area had cost by a period, and whether that is "utfall" or only "budget"; None if not known."""
    tables = [[line for line in one.lines if line.area == area] for one in model.budgets if one.kind == "cost"]
    lines = [line for own in tables for line in own]
    if sum(1 for own in tables if own) > 1:
        return None, ""  # two tables may tell of the same money
    outcomes = [account.outcome for line in lines for account in line.accounts if account.period == period]
    if lines and len(outcomes) == len(lines) and None not in outcomes:
        return float(sum(one for one in outcomes if one is not None)), "utfall"
    amounts = [line.amount for line in lines]
    if not lines or None in amounts:
        return None, ""
    return float(sum(amount for amount in amounts if amount is not None)), "budget"


def _of_area(model: LogicModel, row: dict[str, Any], area: str) -> list[dict[str, Any]]:
    cost, basis = spent(model, area, row["period"])
    if not cost or pd.isna(row["n"]):
        return []
    each = cost_per_person(cost, int(row["x"]), int(row["n"]))
    names = ("value", "lower", "upper", "level", "method", "status", "reason")
    about = {name: row[name] for name in ("indicator", "title", "period", "x", "n")}
    return [{**about, "area": area, "cost": cost, "basis": basis, **{name: getattr(each, name) for name in names}}]
