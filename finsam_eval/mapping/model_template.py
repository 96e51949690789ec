"""A logic model, or an empty one, → the Excel template with Swedish headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from finsam_eval.errors import BadInput
from finsam_eval.files import write_atomically
from finsam_eval.logic_model import LogicModel
from finsam_eval.mapping.model_sheets import (
    AREAS,
    BUDGET,
    CHOICES_SHEET,
    FACTS,
    FIELD,
    GUIDE,
    HELP_SHEET,
    INDICATORS,
    LINKS,
    MODEL,
    NODES,
    SAID,
    SHEETS,
    SUM,
    TARGETS,
    Column,
)
from finsam_eval.render.workbook import Sheet, Value, workbook

EMPTY_ROWS = 60
"""Rows of an empty sheet that have a list of what may stand there."""


def write_template(path: Path, model: LogicModel | None = None) -> Path:
    """Write the template to a new .xlsx file, empty or filled in with a model, and return its path.

    A model's own data items, parts of a whole, accounts and indices have no column: they stand in YAML only.

    Raises
    ------
    BadInput
        When the name does not end in .xlsx, or there is such a file already.
    """
    if path.suffix.lower() != ".xlsx":
        raise BadInput(f"{path.name}: the template is an Excel file; let its name end in .xlsx")
    if path.exists():
        raise BadInput(f"{path.name} is already there and is left as it is: rename it or take it away first")
    made = workbook(_sheets(model), title="Logikmodell")
    write_atomically(path, lambda temporary: temporary.write_bytes(made))
    return path


def _sheets(model: LogicModel | None) -> list[Sheet]:
    told = model.model_dump(by_alias=True) if model else {}
    filled = {
        AREAS: told.get("areas", []),
        NODES: told.get("nodes", []),
        LINKS: told.get("links", []),
        INDICATORS: [_with_matpunkter(row) for row in told.get("indicators", [])],
        TARGETS: list(_targets(told)),
        BUDGET: list(_budget_rows(told)),
    }
    facts = [(column.heading, _cell(column, told), column.help) for column in FACTS]
    pages = [
        Sheet(title=HELP_SHEET, heading=("Vad", "Hur"), rows=[*GUIDE, *_column_help()]),
        Sheet(title=MODEL, heading=(FIELD, SAID, "Förklaring"), rows=facts),
    ]
    chosen = {column.heading: column for columns in SHEETS.values() for column in columns if column.choices}
    for name, columns in SHEETS.items():
        rows = [[_cell(column, row) for column in columns] for row in filled[name]]
        rows += [[None] * len(columns)] * max(EMPTY_ROWS - len(rows), 5)
        lists = {column.heading: _list_sheet(column) for column in columns if column.choices}
        pages.append(Sheet(title=name, heading=[column.heading for column in columns], rows=rows, choices=lists))
    return pages + [
        Sheet(title=_list_sheet(column), heading=(column.heading,), rows=[(word,) for word in column.choices])
        for column in chosen.values()
    ]


def _list_sheet(column: Column) -> str:
    """Return the sheet that lists what may stand in a column; its name has no signs that a formula would trip over."""
    return f"{CHOICES_SHEET}_{''.join(sign for sign in column.heading if sign.isalnum())}"


def _column_help() -> Iterator[tuple[str, str]]:
    for name, columns in SHEETS.items():
        for column in columns:
            words = [column.help or "", f"Välj: {', '.join(column.choices)}." if column.choices else ""]
            needed = "Behövs. " if column.needed else ""
            yield f"{name}: {column.heading}", (needed + " ".join(word for word in words if word)).strip() or "Fritt."


def _with_matpunkter(row: dict[str, Any]) -> dict[str, Any]:
    by = dict.fromkeys(point["confirmed_by"] for point in row["matpunkter"])
    return {**row, "items": [point["item"] for point in row["matpunkter"]], "confirmed_by": ", ".join(by)}


def _targets(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for indicator in told.get("indicators", []):
        for goal in indicator["targets"]:
            yield {**goal, "indicator": indicator["id"], "measure": indicator["measure"]}


def _budget_rows(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for budget in told.get("budgets", []):
        about = {"budget": budget["title"], "kind": budget["kind"], "period": budget["period"]}
        for line in budget["lines"]:
            yield {**line, **about}
        if budget["total"] is not None:
            yield {**about, "title": SUM.capitalize(), "amount": budget["total"]}
        for stated in budget["stated"]:
            yield {**about, "title": f"{SUM.capitalize()} enligt {stated['where']}", "amount": stated["amount"]}


def _cell(column: Column, row: Mapping[str, Any]) -> Value:
    """Return what stands in a cell: choices by their Swedish word, shares in per cent, lists with semicolons."""
    value = _at(row, column.key)
    if value is None or value == "" or value == []:
        return None
    if column.choices:
        return next(
            (word for word, ours in column.choices.items() if ours == value and type(ours) is type(value)), None
        )
    if column.kind == "list":
        return "; ".join(_item(one) for one in value)
    if column.kind == "degrees":
        return "; ".join(map(str, value))
    if column.kind == "value" and row.get("measure") == "share":
        return f"{float(value) * 100:.10g} %".replace(".", ",")
    if column.kind == "value" and row.get("measure") == "yes_no":
        return "ja" if value else "nej"
    if column.kind == "date":
        return str(value.isoformat())
    return value if isinstance(value, int | float) else str(value)


def _item(one: Any) -> str:
    if isinstance(one, dict):
        return f"{one['text']} => {one['answer']}" if one["answer"] else str(one["text"])
    return str(one)


def _at(row: Mapping[str, Any], key: str) -> Any:
    found: Any = row
    for step in key.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
