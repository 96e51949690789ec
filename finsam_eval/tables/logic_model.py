"""What a logic model is shown: its indicators against their targets, its goals, and its chain in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from finsam_eval.logic_model import LEVEL_LABELS, LEVELS, LogicModel, folded, lint
from finsam_eval.logic_model.demands import box_lines, by_goal, by_level, joint
from finsam_eval.logic_model.model import Goal, Indicator
from finsam_eval.results import ALL, Status
from finsam_eval.swedish import DASH, HIDDEN, NBSP, decimal, listing, percent, percent_interval, whole
from finsam_eval.tables.shared import GENDER_LABELS, Table

AT = {">=": "minst", "<=": "högst", "=": "precis", "between": "mellan"}
WITHOUT = {
    Status.SUPPRESSED: HIDDEN,
    Status.NOT_APPLICABLE: f"kan{NBSP}inte bedömas",
    Status.NO_DATA: f"inga{NBSP}uppgifter",
}
YES_NO = {1.0: "ja", 0.0: "nej"}

PRINTED = 5
"""The place of the printed figure among the cells of an indicator."""

AREA_FACTS = {
    "target_group": "Målgrupp",
    "participants": "Deltagande",
    "partners": "Samverkan",
    "purpose": "Syfte",
    "duration": "Tid",
    "responsible": "Ansvarig",
}
"""What is told of an area, and what it is called."""

MOST = 60
"""More boxes or rows than this are told together, those of one section, or one area, as one."""


def target_matrix(model: LogicModel) -> Table | None:
    """What the plan says of each indicator: what it measures, from where to where, when, by which source, by whom.

    None of more than `MOST` indicators: a table of many pages is read in the document itself.
    """
    if not 0 < len(model.indicators) <= MOST:
        return None
    rows = [
        [
            f"{one.aim}: {one.title}" if one.aim else one.title,
            model.node(one.node).title,
            _stood(one),
            _aims(one) or DASH,
            ", ".join(part for part in (one.occasion, one.follow_up, _periods(one.targets)) if part) or DASH,
            one.source or DASH,
            one.responsible or DASH,
        ]
        for one in model.indicators
    ]
    columns = ["Indikator", "Mäter", "Läge före", "Mål", "När", "Källa", "Ansvarig"]
    kept = [place for place in range(len(columns)) if place < 4 or any(row[place] != DASH for row in rows)]
    return Table("Målmatrisen", [columns[p] for p in kept], [[row[p] for p in kept] for row in rows])


def areas(model: LogicModel) -> Table | None:
    """What each part of the document says of itself; None where none says more than its name."""
    told = {name: label for name, label in AREA_FACTS.items() if any(str(getattr(a, name)) for a in model.areas)}
    rows = [[area.title, *(str(getattr(area, name)) or DASH for name in told)] for area in model.areas]
    return table_or_none("Områden", ["Område", *told.values()], rows if told else [])


def _stood(indicator: Indicator) -> str:
    before = indicator.baseline
    if before is None:
        return DASH
    limit = {">": "mer än ", "<": "mindre än "}.get(before.operator or "", "")
    counts = f"{whole(before.x)} av {whole(before.n)}" if before.x is not None and before.n is not None else ""
    facts = ", ".join(part for part in (counts, before.period) if part)
    return f"{limit}{_number({'measure': indicator.measure}, before.value)}{f' ({facts})' if facts else ''}"


def _aims(indicator: Indicator) -> str:
    """Return the targets in words, each with the periods it is for."""
    same: dict[str, list[Goal]] = {}
    for goal in indicator.targets:
        same.setdefault(_planned(indicator, goal), []).append(goal)
    return "; ".join(f"{told} ({_periods(several)})" for told, several in same.items())


def _periods(goals: list[Goal]) -> str:
    return listing(list(dict.fromkeys(goal.period for goal in goals))) if goals else ""


def _planned(indicator: Indicator, goal: Goal) -> str:
    """Return a target in words, with whom it is for."""
    if goal.value is None:
        told = "ska minska" if indicator.direction == "decrease" else "ska öka"
    else:
        upper = goal.upper if goal.upper is not None else float("nan")
        row = {"target": goal.value, "target_upper": upper, "operator": indicator.operator(goal)}
        told = target_cell({**row, "measure": indicator.measure})
    whom = f"{GENDER_LABELS[goal.gender].lower()} " if goal.gender else ""
    return f"{whom}{told}"


def indicators(model: LogicModel, evaluation: pd.DataFrame) -> Table | None:
    """Every indicator that has a figure: the two lines side by side, the printed figure and its check, the source.

    None where no indicator has one.
    """
    shown, several = evaluation[~_empty(evaluation)], _several(evaluation)
    rows = [
        [
            row_name(row, several),
            target_cell(row),
            _outcome(row),
            _level(row),
            percent(row["probability"]) if pd.notna(row["probability"]) else DASH,
            _printed(row),
            _source(row),
        ]
        for row in shown.to_dict("records")
    ]
    columns = ["Indikator", "Mål", "Utfall", "Underliggande nivå", "Sannolikhet att nivån når målet"]
    columns += ["Tryckt siffra", "Källa"]
    if all(cells[PRINTED] == DASH for cells in rows):
        for cells in (columns, *rows):
            del cells[PRINTED]
    return table_or_none("Indikatorer och mål", columns, rows)


def without_figures(model: LogicModel, evaluation: pd.DataFrame) -> Table | None:
    """The indicators that nobody has a figure for: what is asked, and where it is to come from; None without any.

    More than `MOST` of them are told by area: how many, how many have a target, how many a source.
    """
    empty = evaluation[_empty(evaluation)]
    if len(empty) == len(evaluation) <= MOST:
        return None  # the target matrix has said it all
    if len(empty) > MOST and model.areas:
        return _by_area(model, empty)
    source = {indicator.id: indicator.source for indicator in model.indicators}
    several = _several(evaluation)
    rows = [
        [row_name(row, several), target_cell(row), source[row["indicator"]] or "sägs inte"]
        for row in empty.to_dict("records")
    ]
    return table_or_none("Indikatorer utan siffror", ["Indikator", "Mål", "Siffran ska komma från"], rows)


def remarks(evaluation: pd.DataFrame) -> Table | None:
    """Why an indicator is not judged, what a judgement assumes, which printed figures are wrong; None without any."""
    several, shown = _several(evaluation), evaluation[~_empty(evaluation)]
    rows = [[row_name(row, several), row["reason"]] for row in shown.to_dict("records") if row["reason"]]
    return table_or_none("Anmärkningar till siffrorna", ["Indikator", "Anmärkning"], rows)


def both_genders(evaluation: pd.DataFrame) -> Table | None:
    """The targets that women and men are to reach each, both at once; None where none has a figure."""
    rows = [
        [
            f"{row['title']}, {row['period']}",
            row["outcome"],
            whole(row["short"]) if pd.notna(row["short"]) else DASH,
            row["verdict"] or DASH,
            percent(row["probability"]) if pd.notna(row["probability"]) else DASH,
        ]
        for row in joint(evaluation).to_dict("records")
        if row["genders"] > 1 and row["outcome"]
    ]
    columns = ["Mål", "Utfall för båda", "Personer som fattas", "Underliggande nivå för båda"]
    caption = "Mål som både kvinnor och män ska nå"
    return table_or_none(caption, [*columns, "Sannolikhet att båda når målet"], rows)


def goals(model: LogicModel, evaluation: pd.DataFrame) -> Table | None:
    """How the demands stand, goal by goal, with all that leads to each; None where no indicator has a figure."""
    if _empty(evaluation).all():
        return None
    table = by_goal(model, evaluation)
    caption = "Hur det står till med varje mål i toppen av kedjan"
    return Table(caption, ["Mål", *_SUMMED], [_summed(row) for row in table.to_dict("records")])


def goal_levels(model: LogicModel, evaluation: pd.DataFrame) -> Table | None:
    """How the demands stand, level by level; None where no indicator has a figure."""
    if _empty(evaluation).all():
        return None
    table = by_level(model, evaluation)
    rows = [_summed(row) for row in table.to_dict("records")]
    caption = "Hur det står till på varje nivå i kedjan"
    return Table(caption, ["Nivå", *_SUMMED], rows, empty="modellen har inga indikatorer.")


def chain(model: LogicModel, evaluation: pd.DataFrame) -> Table:
    """Return the chain for those who cannot see the drawing: each box, where it stands and what it leads to.

    A model of more than `MOST` boxes is told with those of one section and level as one, as it is drawn.
    """
    shown, boxes = folded(model) if len(model.nodes) > MOST else (model, {node.id: [node.id] for node in model.nodes})
    lines, measured = box_lines(evaluation, boxes), {indicator.node for indicator in model.indicators}
    rows = [
        [
            node.title,
            LEVEL_LABELS[level],
            *(lines[node.id] if measured & set(boxes[node.id]) else ("ingen indikator", DASH)),
            "; ".join(shown.node(name).title for name in shown.leads_to(node.id)) or DASH,
        ]
        for level in LEVELS
        for node in shown.nodes
        if node.level == level
    ]
    columns = ["Ruta", "Nivå", "Utfall", "Underliggande nivå", "Ska leda till"]
    return Table("Kedjan i ord", columns, rows)


def table_or_none(caption: str, columns: list[str], rows: list[list[str]]) -> Table | None:
    """Return the table, None where it has no rows: then there is nothing to tell."""
    return Table(caption, columns, rows) if rows else None


def row_name(row: dict[str, Any], several: bool) -> str:
    """Return the indicator's title, with whom and when it is about where that is not everybody or one period only."""
    whom = GENDER_LABELS[row["gender"]].lower() if row["gender"] not in ("", ALL) else ""
    about = ", ".join(part for part in (whom, row["period"] if several else "") if part)
    return f"{row['title']} ({about})" if about else str(row["title"])


def target_cell(row: dict[str, Any]) -> str:
    """Return the target in words: "minst 30 %", "mellan 30 och 40"."""
    if pd.isna(row["target"]):
        return DASH
    value = _number(row, row["target"])
    if row["measure"] == "yes_no":
        return value
    over = f" och {_number(row, row['target_upper'])}" if row["operator"] == "between" else ""
    return f"{AT[row['operator']]} {value}{over}"


_SUMMED = ["Krav", "Utfall", "Nådda · ej nådda · okända", "Underliggande nivå", "Nådda · ej nådda · osäkra · okända"]


def _summed(row: dict[str, Any]) -> list[str]:
    outcome = [row[name] for name in ("reached", "missed", "unknown")]
    level = [row[f"level_{name}"] for name in ("reached", "missed", "undecided", "unknown")]
    counts = [" · ".join(str(number) for number in numbers) for numbers in (outcome, level)]
    if not row["demands"]:
        return [row["title"], "0", "inga krav", DASH, "inga krav", DASH]
    return [row["title"], str(row["demands"]), row["outcome"], counts[0], row["verdict"], counts[1]]


def _by_area(model: LogicModel, empty: pd.DataFrame) -> Table:
    """Return how many indicators have no figure, area by area, in the model's order."""
    areas = {area.id: area.title for area in model.areas}
    area_of = {node.id: areas.get(node.area or "", "Utan område") for node in model.nodes}
    without = [one.indicator for one in lint(model) if one.rule == "indicator_without_source"]
    by_area = empty.assign(
        area=empty["node"].map(area_of), aims=empty["target"].notna(), sourced=~empty["indicator"].isin(without)
    ).groupby("area", sort=False)
    rows = [
        [str(area), str(len(rows)), str(int(rows["aims"].sum())), str(int(rows["sourced"].sum()))]
        for area, rows in by_area
    ]
    columns = ["Område", "Indikatorer utan siffra", "av dem med ett mål", "av dem med en källa"]
    return Table("Indikatorer utan siffror, område för område", columns, rows)


def _empty(evaluation: pd.DataFrame) -> pd.Series:
    """Return which rows have nothing to tell but that nothing is known."""
    return (evaluation["status"] == Status.NO_DATA) & (evaluation["printed"] == "")


def _several(evaluation: pd.DataFrame) -> bool:
    return len(set(evaluation["period"]) - {""}) > 1


def _outcome(row: dict[str, Any]) -> str:
    if row["status"] != Status.OK:
        return WITHOUT.get(row["status"], str(row["status"]))
    told = [_counted(row), row["outcome"]]
    if pd.notna(row["short"]) and row["short"] > 0:
        told.append(f"{whole(row['short'])} {_lacking(row)}")
    return ", ".join(part for part in told if part)


def _lacking(row: dict[str, Any]) -> str:
    """Return on which side the persons are that stand between the outcome and the target."""
    too_many = row["operator"] == "<=" or (row["operator"] == "between" and row["value"] > row["target_upper"])
    return "för många" if too_many else "till behövdes"


def _counted(row: dict[str, Any]) -> str:
    if pd.isna(row["value"]):
        return _of_unknown(row) if pd.notna(row["base_low"]) else _unknown_of(row)
    if row["measure"] == "share":
        return f"{percent(row['value'])} ({whole(row['x'])} av {whole(row['n'])})"
    return _number(row, row["value"])


def _of_unknown(row: dict[str, Any]) -> str:
    fewest, most = whole(row["base_low"]), whole(row["base_high"])
    return f"{whole(row['x'])} av {fewest if fewest == most else f'{fewest}{DASH}{most}'}"


def _unknown_of(row: dict[str, Any]) -> str:
    return f"okänt antal av {whole(row['n'])}" if pd.notna(row["n"]) else ""


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
