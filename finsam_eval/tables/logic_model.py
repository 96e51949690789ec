"""What a logic model is shown: its indicators against their targets, its findings, and its chain in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from finsam_eval.logic_model import LEVEL_LABELS, LEVELS, Finding, LogicModel, Standing, standing
from finsam_eval.results import ALL, Status
from finsam_eval.swedish import DASH, HIDDEN, NBSP, decimal, percent, percent_interval, whole
from finsam_eval.tables.shared import GENDER_LABELS, Table

AT = {">=": "minst", "<=": "högst", "=": "precis"}
WITHOUT = {
    Status.SUPPRESSED: HIDDEN,
    Status.NOT_APPLICABLE: f"kan{NBSP}inte bedömas",
    Status.NO_DATA: f"inga{NBSP}uppgifter",
}
YES_NO = {1.0: "ja", 0.0: "nej"}
STANDING_WORDS = {
    Standing.REACHED: "nått",
    Standing.NOT_REACHED: "ej nått",
    Standing.UNDECIDED: "kan inte avgöras",
    Standing.UNKNOWN: "kan inte bedömas",
}


def indicators(model: LogicModel, evaluation: pd.DataFrame) -> Table:
    """Every indicator against its target: the two lines, the printed figure and its check, and the source."""
    several = _several(evaluation)
    rows = [
        [
            _name(row, several),
            _target(row),
            _outcome(row),
            _level(row),
            percent(row["probability"]) if pd.notna(row["probability"]) else DASH,
            _printed(row),
            _source(row),
        ]
        for row in evaluation.to_dict("records")
    ]
    columns = ["Indikator", "Mål", "Utfall", "Underliggande nivå", "Sannolikhet att nivån når målet"]
    return Table(
        f"{model.title}: indikatorer och mål",
        [*columns, "Tryckt siffra", "Källa"],
        rows,
        empty="modellen har inga indikatorer.",
    )


def remarks(model: LogicModel, evaluation: pd.DataFrame) -> Table:
    """Why an indicator is not judged, what a judgement assumes, and which printed figures contradict themselves."""
    several = _several(evaluation)
    rows = [[_name(row, several), row["reason"]] for row in evaluation.to_dict("records") if row["reason"]]
    caption = f"{model.title}: anmärkningar till siffrorna"
    return Table(caption, ["Indikator", "Anmärkning"], rows, empty="det finns inga.")


def findings(model: LogicModel, found: Sequence[Finding]) -> Table:
    """What in the model cannot be evaluated as it stands, and the way out."""
    rows = [[_place(model, one), one.sentence, one.remedy] for one in found]
    return Table(
        f"{model.title}: det som inte går att utvärdera som det står",
        ["Var", "Vad", "Vad man kan göra"],
        rows,
        empty="reglerna har inte hittat något.",
    )


def chain(model: LogicModel, evaluation: pd.DataFrame) -> Table:
    """Return the chain for those who cannot see the drawing: each box, where it stands and what it leads to."""
    stands = standing(model, evaluation)
    rows = [
        [
            node.title,
            LEVEL_LABELS[level],
            STANDING_WORDS[stands[node.id]] if model.indicators_of(node.id) else "ingen indikator",
            "; ".join(model.node(name).title for name in model.leads_to(node.id)) or DASH,
        ]
        for level in LEVELS
        for node in model.nodes
        if node.level == level
    ]
    return Table(f"{model.title}: kedjan i ord", ["Ruta", "Nivå", "Läge", "Ska leda till"], rows)


def _several(evaluation: pd.DataFrame) -> bool:
    return len(set(evaluation["period"]) - {""}) > 1


def _name(row: dict[str, Any], several: bool) -> str:
    whom = GENDER_LABELS[row["gender"]].lower() if row["gender"] not in ("", ALL) else ""
    about = ", ".join(part for part in (whom, row["period"] if several else "") if part)
    return f"{row['title']} ({about})" if about else str(row["title"])


def _target(row: dict[str, Any]) -> str:
    if pd.isna(row["target"]):
        return DASH
    value = _number(row, row["target"])
    return value if row["measure"] == "yes_no" else f"{AT[row['operator']]} {value}"


def _outcome(row: dict[str, Any]) -> str:
    if row["status"] != Status.OK:
        return WITHOUT.get(row["status"], str(row["status"]))
    told = [_counted(row), row["outcome"]]
    if pd.notna(row["short"]) and row["short"] > 0:
        told.append(f"{whole(row['short'])} {'till behövdes' if row['operator'] == '>=' else 'för många'}")
    return ", ".join(part for part in told if part)


def _counted(row: dict[str, Any]) -> str:
    if pd.isna(row["value"]):
        return _of_unknown(row) if pd.notna(row["base_low"]) else ""
    if row["measure"] == "share":
        return f"{percent(row['value'])} ({whole(row['x'])} av {whole(row['n'])})"
    return _number(row, row["value"])


def _of_unknown(row: dict[str, Any]) -> str:
    fewest, most = whole(row["base_low"]), whole(row["base_high"])
    return f"{whole(row['x'])} av {fewest if fewest == most else f'{fewest}{DASH}{most}'}"


def _level(row: dict[str, Any]) -> str:
    if pd.isna(row["lower"]):
        return DASH
    interval = percent_interval(row["lower"], row["upper"])
    return f"{row['verdict']} ({interval})" if row["verdict"] else interval


def _printed(row: dict[str, Any]) -> str:
    figure = f"{row['printed'].replace('.', ',')}{NBSP}%" if row["printed"] else ""
    return ", ".join(part for part in (figure, row["printed_status"], row["check"]) if part) or DASH


def _source(row: dict[str, Any]) -> str:
    kind = {"published": "Publicerad", "entered": "Inlämnad", "study": "Studiens data"}.get(row["kind"])
    return ": ".join(part for part in (kind, row["source"]) if part) or DASH


def _number(row: dict[str, Any], value: float) -> str:
    if row["measure"] == "share":
        return percent(value)
    if row["measure"] == "yes_no":
        return YES_NO.get(value, decimal(value))
    return decimal(value, 0 if float(value).is_integer() else 1)


def _place(model: LogicModel, found: Finding) -> str:
    if found.indicator:
        return f"Indikator {found.indicator}"
    return f"{LEVEL_LABELS[model.node(found.node).level]} {found.node}"
