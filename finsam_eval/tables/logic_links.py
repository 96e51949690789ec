"""What the answers say of a chain's arrows: associations, steps between, missing arrows, support, weakest arrow."""

from __future__ import annotations

from math import exp
from typing import Any

import pandas as pd

from finsam_eval.logic_model.model import LogicModel
from finsam_eval.logic_model.support import chains, something_known
from finsam_eval.logic_model.tested import NOT_MEASURED
from finsam_eval.results import Status
from finsam_eval.swedish import DASH, MINUS, decimal, percent, points, points_interval, whole
from finsam_eval.tables.logic_model import table_or_none
from finsam_eval.tables.shared import Table

HELD = {"kvinna": "kön"}
"""What is held equal beside boxes, as a reader calls it."""


def associations(model: LogicModel, tested: pd.DataFrame) -> Table | None:
    """Every arrow that could be held against the answers; None without any, those that could not are left out."""
    shown = tested[tested["reason"] != NOT_MEASURED]
    rows = [_association(model, row) for row in shown.to_dict("records")]
    columns = ["Pil", "Når dit, om rutan före är nådd", "Når dit, om den inte är det", "Oddskvot eller skillnad (95 %)"]
    return table_or_none("Samband längs pilarna", [*columns, "Samband", "Hålls lika", "Personer"], rows)


def steps_between(model: LogicModel, tested: pd.DataFrame) -> Table | None:
    """How much of an association over two arrows goes by way of the box between; None without any."""
    rows = [
        [
            f"{model.node(row['first']).title} → {model.node(row['last']).title}",
            model.node(row["between"]).title,
            *(_divided(row) if row["status"] == Status.OK else [str(row["reason"]), DASH, DASH]),
            whole(row["n"]),
        ]
        for row in tested.to_dict("records")
    ]
    columns = ["Samband", "Genom", "Hela sambandet", "Den del som går genom rutan (95 %)", "Den del som går förbi"]
    return table_or_none("Går sambandet genom det som står emellan?", [*columns, "Personer"], rows)


def missing_arrows(model: LogicModel, tested: pd.DataFrame) -> Table | None:
    """Pairs that no arrow joins, and whether the answers speak against that; None without any."""
    rows = [
        [
            f"{model.node(row['first']).title} och {model.node(row['second']).title}",
            ", ".join(model.node(name).title for name in row["given"].split(", ") if name) or "inget",
            _correlation(row),
            row["verdict"] or str(row["reason"]),
            whole(row["n"]),
        ]
        for row in tested.to_dict("records")
    ]
    columns = ["Rutor utan pil emellan", "När detta hålls lika", "Återstående samband (95 %)", "Svaren", "Personer"]
    return table_or_none("Pilar som inte är ritade", columns, rows)


def support_of_arrows(model: LogicModel, judged: pd.DataFrame) -> Table | None:
    """What speaks for and against each arrow that anything is known of; None where nothing is known of any."""
    rows = [
        [
            f"{model.node(row['tail']).title} → {model.node(row['head']).title}",
            row["assumption"] or "inget skrivet",
            row["association"] or "inte prövat",
            row["evidence"] or "inget beskrivet",
            _rivals(row),
            f"{row['support']}: {row['why']}",
        ]
        for row in judged[something_known(judged)].to_dict("records")
    ]
    columns = ["Pil", "Antagande", "Samband i svaren", "Underlag", "Andra förklaringar", "Stöd"]
    return table_or_none("Vad som talar för och emot varje pil", columns, rows)


def weakest_arrows(model: LogicModel, judged: pd.DataFrame) -> Table | None:
    """How well the best way to each end of the chain is supported; None where nothing is known of any arrow."""
    rows = [
        [
            str(row["title"]),
            f"”{model.node(row['way'][0]).title}”, {len(row['way']) - 1} steg",
            str(row["support"]),
            _weakest(model, row),
        ]
        for row in chains(model, judged).to_dict("records")
    ]
    columns = ["Kedjans slut", "Bäst stödda väg dit från", "Stöd", "Svagaste pil"]
    return table_or_none("Kedjornas stöd", columns, rows if something_known(judged).any() else [])


def _weakest(model: LogicModel, row: dict[str, Any]) -> str:
    if not row["weakest_tail"]:
        return "alla lika"
    return f"{model.node(row['weakest_tail']).title} → {model.node(row['weakest_head']).title}"


def _association(model: LogicModel, row: dict[str, Any]) -> list[str]:
    arrow = f"{model.node(row['tail']).title} → {model.node(row['head']).title}"
    held = ", ".join(HELD.get(name, "") or model.node(name).title for name in str(row["controls"]).split(", ") if name)
    if row["status"] != Status.OK:
        return [arrow, DASH, DASH, DASH, str(row["reason"]), held or DASH, whole(row["n"])]
    ends = [f"{percent(row[f'among_{side}'])} av {whole(row[f'n_{side}'])}" for side in ("high", "low")]
    remark = f" {row['reason']}" if row["reason"] else ""
    return [arrow, *ends, _strength(row), f"{row['verdict']}{remark}", held or "inget", whole(row["n"])]


def _strength(row: dict[str, Any]) -> str:
    if row["kind"] == "logistic":
        value, lower, upper = (decimal(exp(row[name])) for name in ("value", "lower", "upper"))
        return f"{value} ({lower}{DASH}{upper})"
    return f"{points(row['value'])} ({points_interval(row['lower'], row['upper'])}) procentenheter"


def _divided(row: dict[str, Any]) -> list[str]:
    known = pd.notna(row["lower"]) and pd.notna(row["upper"])
    limits = f" ({points_interval(row['lower'], row['upper'])})" if known else ""
    return [points(row["total"]), f"{points(row['value'])}{limits}", points(row["direct"])]


def _correlation(row: dict[str, Any]) -> str:
    if row["status"] != Status.OK:
        return DASH
    value, lower, upper = (_signed(row[name]) for name in ("value", "lower", "upper"))
    return f"{value} ({lower} till {upper})"


def _signed(number: float) -> str:
    rounded = round(number, 2)
    sign = "+" if rounded > 0 else MINUS if rounded < 0 else ""
    return f"{sign}{decimal(abs(rounded), 2)}"


def _rivals(row: dict[str, Any]) -> str:
    told = [
        f"{rival}: {answer}" if answer else f"{rival} (inte bemött)"
        for rival, answer in zip(row["rivals"], row["answered"], strict=True)
    ]
    return "; ".join(told) or "ingen nämnd"
