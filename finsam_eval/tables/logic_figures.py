"""What a logic model's figures rest on: the level before, how many it takes, money, indices and unprinted bases."""

from __future__ import annotations

from typing import Any

import pandas as pd

from finsam_eval.logic_model.change import enough, since_baseline
from finsam_eval.logic_model.composite import composites
from finsam_eval.logic_model.cost import costs
from finsam_eval.logic_model.model import LogicModel
from finsam_eval.logic_model.money import economy
from finsam_eval.logic_model.parts import Budget
from finsam_eval.logic_model.unprinted import bases
from finsam_eval.logic_model.wholes import sums
from finsam_eval.results import Status
from finsam_eval.swedish import (
    DASH,
    MINUS,
    NBSP,
    decimal,
    percent,
    percent_interval,
    points,
    points_interval,
    whole,
)
from finsam_eval.tables.logic_model import MOST, row_name, table_or_none, target_cell
from finsam_eval.tables.shared import Table

OVER = {">": "mer än", "<": "mindre än"}
"""A level before of which only a limit is known."""


def against_baseline(model: LogicModel, evaluation: pd.DataFrame) -> Table | None:
    """How far each indicator has moved from where it stood, and whether chance can have moved it; None without any."""
    rows = [
        [
            f"{row['title']}, {row['period']}",
            _before(row),
            _now(row),
            _moved(row),
            row["outcome"] or DASH,
            _verdict(row),
        ]
        for row in since_baseline(model, evaluation).to_dict("records")
    ]
    columns = ["Indikator", "Utgångsläge", "Nu", "Förändring", "Utfall", "Underliggande nivå"]
    return table_or_none("Jämfört med utgångsläget", columns, rows)


def enough_counted(model: LogicModel, evaluation: pd.DataFrame) -> Table | None:
    """How many it takes to tell a target from the level before, beside how many were counted; None without any."""
    rows = [
        [
            row_name(row, several=True),
            f"{percent(row['target'])} mot {percent(row['against'])}",
            _size(row),
            percent(row["chance"]) if pd.notna(row["chance"]) else DASH,
            *(_needed(row) if row["status"] == Status.OK else [str(row["reason"]), DASH, DASH]),
        ]
        for row in enough(model, evaluation).to_dict("records")
    ]
    columns = ["Indikator", "Mål mot utgångsläge", "Antal nu", "Chans att se skillnaden nu"]
    columns += ["Antal som behövs", "Ensidigt exakt test (5 %)", "I var och en av två grupper"]
    return table_or_none("Hur många som behövs för att se skillnaden", columns, rows)


def cost_of_each(model: LogicModel, evaluation: pd.DataFrame) -> Table | None:
    """What it cost for each one who got there; None where nothing is asked."""
    rows = [
        [
            f"{row['title']}, {row['period']}",
            f"{_kronor(row['cost'])} ({row['basis']})",
            f"{whole(row['x'])} av {whole(row['n'])}",
            _kronor(row["value"]) if pd.notna(row["value"]) else DASH,
            f"{whole(row['lower'])}{DASH}{whole(row['upper'])}" if pd.notna(row["lower"]) else str(row["reason"]),
        ]
        for row in costs(model, evaluation).to_dict("records")
    ]
    columns = ["Indikator", "Kostnad", "Nådde dit", "Kostnad per person som nådde dit", "Med slumpen inräknad (95 %)"]
    return table_or_none("Kostnad per person", columns, rows)


def budgets(model: LogicModel) -> Table | None:
    """Every budget: what its lines come to, how many do not tell their amount, the printed total; None without any."""
    rows = [
        [
            budget.title,
            "intäkter" if budget.kind == "income" else "kostnader",
            _lines(len(budget.lines), sum(line.amount is None for line in budget.lines)),
            f"{whole(budget.sum)} {_currency(budget)}",
            "sägs inte" if budget.total is None else f"{whole(budget.total)} {_currency(budget)}",
        ]
        for budget in model.budgets
    ]
    columns = ["Budget", "Slag", "Poster", "Summa av de poster som har belopp", "Summa enligt planen"]
    return table_or_none("Budget", columns, rows)


def budget_lines(model: LogicModel) -> Table | None:
    """Every line of the budgets; None where there are more than `MOST`, or none."""
    rows = [row for budget in model.budgets for row in _budget_rows(budget)]
    currencies = {_currency(budget) for budget in model.budgets}
    unit = f" ({currencies.pop()})" if len(currencies) == 1 else ""
    columns = ["Budget", "Post", f"Belopp{unit}", "Årsarbetare", "Finansiering"]
    return table_or_none("Budgetens poster", columns, rows if len(rows) <= MOST else [])


def _budget_rows(budget: Budget) -> list[list[str]]:
    """Return the lines of a budget, and what of its total they do not tell."""
    rows = [
        [budget.title, line.title, _amount(line.amount), _positions(line.positions), line.funding or DASH]
        for line in budget.lines
    ]
    left = 0.0 if budget.total is None else round(budget.total - budget.sum, 2)
    return [*rows, [budget.title, "Inte redovisat", whole(left), DASH, DASH]] if rows and left > 0 else rows


def _currency(budget: Budget) -> str:
    return "kr" if budget.currency == "SEK" else budget.currency


def _positions(number: float | None) -> str:
    return DASH if number is None else decimal(number, 0 if float(number).is_integer() else 2)


def money_and_goals(model: LogicModel, evaluation: pd.DataFrame) -> Table | None:
    """Budget, spent, forecast and deviation for each area, beside how its goals stand; None where nobody has told."""
    table = economy(model, evaluation)
    rows = [
        [
            str(row["title"]),
            str(row["period"]),
            *(_amount(row[name]) for name in ("amount", "outcome", "forecast")),
            _deviation(row),
            _goals(row),
        ]
        for row in table[table["period"] != ""].to_dict("records")
    ]
    currency = {_currency(budget) for budget in model.budgets}
    unit = f" ({currency.pop()})" if len(currency) == 1 else ""
    columns = ["Område", "Period", f"Budget{unit}", "Utfall", "Prognos helår", "Avvikelse, prognos mot budget"]
    return table_or_none("Ekonomi och mål", [*columns, "Områdets mål"], rows)


def published_indices(model: LogicModel) -> Table | None:
    """Indices made of points, counted again; None without any."""
    rows = [
        [
            str(row["title"]),
            str(row["where"]),
            _points(row),
            percent(row["value"], 1) if pd.notna(row["value"]) else DASH,
            f"{row['printed']}{NBSP}%" if row["printed"] else DASH,
            row["check"] or DASH,
            f"{row['outcome']} (minst {percent(row['target'])})" if row["outcome"] else DASH,
        ]
        for row in composites(model).to_dict("records")
    ]
    columns = ["Index", "Var det står", "Poäng", "Räknat på nytt", "Tryckt", "Kontroll", "Mot målet"]
    return table_or_none("Sammanvägda index", columns, rows)


def unprinted_bases(model: LogicModel, evaluation: pd.DataFrame) -> Table | None:
    """How many the percentages that were printed without a number can have been counted on; None without any."""
    rows = [
        [
            str(row["title"]),
            f"{whole(row['x'])} personer, tryckt {row['printed'].replace('.', ',')}{NBSP}%",
            _span(row["base_low"], row["base_high"]),
            _span(row["shared_low"], row["shared_high"]) if pd.notna(row["shared_low"]) else DASH,
            target_cell({**row, "measure": "share"}),
            row["outcome"] or DASH,
            f"{row['verdict']} ({percent_interval(row['lower'], row['upper'])})" if row["verdict"] else DASH,
        ]
        for row in bases(model, evaluation).to_dict("records")
    ]
    columns = ["Indikator", "Publicerat", "Kan vara räknat på", "Om alla gäller samma personer", "Mål"]
    caption = "Hur många som procentsatserna kan vara räknade på"
    return table_or_none(caption, [*columns, "Utfall", "Underliggande nivå"], rows)


def parts_of_wholes(model: LogicModel, evaluation: pd.DataFrame) -> Table | None:
    """Parts of a whole, and their sum where they may be added; None where nothing is asked."""
    rows = [
        [
            f"{row['title']}, {row['period']}",
            _number(row["number"]),
            str(row["part_title"]),
            _number(row["part_number"]),
            _number(row["sum"]) if pd.notna(row["sum"]) else "läggs inte ihop",
            row["reason"] or row["check"] or DASH,
        ]
        for row in sums(model, evaluation).to_dict("records")
    ]
    columns = ["Helhet", "Antal", "Del", "Antal i delen", "Delarnas summa", "Anmärkning"]
    return table_or_none("Delar av en helhet", columns, rows)


def _lines(number: int, unknown: int) -> str:
    return f"{number}, {unknown} utan belopp" if unknown else str(number)


def _before(row: dict[str, Any]) -> str:
    if row["before_operator"]:
        value = percent(row["before"]) if row["measure"] == "share" else decimal(row["before"])
        return f"{OVER[row['before_operator']]} {value}"
    if row["measure"] != "share":
        return decimal(row["before"])
    if pd.notna(row["before_x"]):
        return f"{percent(row['before'])} ({whole(row['before_x'])} av {whole(row['before_n'])})"
    return f"{percent(row['before'])} (okänt antal)"


def _now(row: dict[str, Any]) -> str:
    if pd.isna(row["value"]):
        return f"{whole(row['x'])} av {_span(row['base_low'], row['base_high'])}" if pd.notna(row["base_low"]) else DASH
    if row["measure"] != "share":
        return decimal(row["value"])
    return f"{percent(row['value'])} ({whole(row['x'])} av {whole(row['n'])})"


def _moved(row: dict[str, Any]) -> str:
    if pd.isna(row["change"]):
        return DASH
    if row["measure"] == "share":
        return f"{points(row['change'])} procentenheter"
    return f"{'+' if row['change'] > 0 else ''}{decimal(row['change'])}"


def _verdict(row: dict[str, Any]) -> str:
    if not row["verdict"]:
        return DASH
    return f"{row['verdict']} ({points_interval(row['lower'], row['upper'])})"


def _needed(row: dict[str, Any]) -> list[str]:
    return [_stably(row["needed"], row["stable"]), _stably(row["exact"], row["exact_stable"]), whole(row["per_group"])]


def _size(row: dict[str, Any]) -> str:
    """Return how many are counted, or are expected to be."""
    if pd.notna(row["expected"]):
        return f"väntat {whole(row['expected'])}"
    return whole(row["n"]) if pd.notna(row["n"]) else DASH


def _stably(number: int, stable: int) -> str:
    return whole(number) if number == stable else f"{whole(number)} (säkert från {whole(stable)})"


def _kronor(amount: float) -> str:
    return f"{whole(amount)}{NBSP}kr"


def _amount(amount: float | None) -> str:
    return DASH if amount is None or pd.isna(amount) else whole(amount)


def _deviation(row: dict[str, Any]) -> str:
    if pd.isna(row["deviation"]):
        return row["reason"] or DASH
    sign = "+" if row["deviation"] > 0 else MINUS if row["deviation"] < 0 else ""
    share = f" ({sign}{percent(abs(row['deviation_share']))})" if pd.notna(row["deviation_share"]) and sign else ""
    return f"{sign}{whole(abs(row['deviation']))}{share}"


def _goals(row: dict[str, Any]) -> str:
    if pd.isna(row["demands"]):
        return DASH
    if not row["demands"]:
        return "inga mål för perioden"
    return f"{row['reached']} nådda, {row['missed']} ej nådda, {row['unknown']} okända"


def _points(row: dict[str, Any]) -> str:
    if pd.isna(row["points"]) or pd.isna(row["most"]):
        return "inte tryckta"
    return f"{_number(row['points'])} av {_number(row['most'])}"


def _span(low: int, high: int) -> str:
    return whole(low) if low == high else f"{whole(low)}{DASH}{whole(high)}"


def _number(number: float) -> str:
    return "okänt" if pd.isna(number) else decimal(number, 0 if float(number).is_integer() else 1)
