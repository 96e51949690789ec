"""A logic model, or an empty one, → the Excel template with Swedish headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from finsam_eval.errors import BadInput
from finsam_eval.files import write_atomically
from finsam_eval.logic_model import LogicModel
from finsam_eval.mapping.model_columns import Column
from finsam_eval.mapping.model_faults import either
from finsam_eval.mapping.model_guide import GUIDE
from finsam_eval.mapping.model_sheets import (
    AREAS,
    BUDGET,
    CHOICES_SHEET,
    FACTS,
    FIELD,
    HELP_SHEET,
    INDICATORS,
    LINKS,
    MODEL,
    NODES,
    SAID,
    SHEETS,
    SUM,
    TARGETS,
)
from finsam_eval.render.workbook import Sheet, Value, workbook

EMPTY_ROWS, FEWEST_EMPTY = 60, 20
"""Rows of an empty sheet that have a list of what may stand there, and such rows below what a model fills."""

WIDTHS = {"Vad": 32, "Hur": 80, FIELD: 20, SAID: 60, "Förklaring": 60}
"""How wide the columns of the first two sheets are."""


def write_template(path: Path, model: LogicModel | None = None) -> Path:
    """Write the template to a new .xlsx file, empty or filled in with a model, and return its path.

    A model's own data items, parts of a whole, accounts and indices have no column: they stand in YAML only.

    Raises
    ------
    BadInput
        When the name does not end in .xlsx, or there is such a file already.
    """
    if path.suffix.lower() != ".xlsx":
        raise BadInput(f"{path.name}: mallen är en Excelfil. Låt namnet sluta på .xlsx.")
    if path.exists():
        raise BadInput(f"{path.name} finns redan och lämnas som den är. Välj ett annat namn, eller ta bort den först.")
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
    about = model.model_dump(by_alias=True, exclude_defaults=True) if model else {}
    facts = [(column.shown, _cell(column, about), column.told) for column in FACTS]
    pages = [
        Sheet(title=HELP_SHEET, heading=("Vad", "Hur"), rows=[*GUIDE, *_column_help()], widths=WIDTHS),
        Sheet(title=MODEL, heading=(FIELD, SAID, "Förklaring"), rows=facts, widths=WIDTHS),
        *(_page(name, filled[name]) for name in SHEETS),
    ]
    chosen = {column.heading: column for columns in SHEETS.values() for column in columns if column.choices}
    return pages + [
        Sheet(
            title=_list_sheet(column), heading=(column.heading,), rows=[(word,) for word in column.choices], hidden=True
        )
        for column in chosen.values()
    ]


def _page(name: str, filled: list[dict[str, Any]]) -> Sheet:
    columns = SHEETS[name]
    rows: list[list[Value]] = [[_cell(column, row) for column in columns] for row in filled]
    return Sheet(
        title=name,
        heading=[column.shown for column in columns],
        rows=[*rows, *[[None] * len(columns)] * max(EMPTY_ROWS - len(rows), FEWEST_EMPTY)],
        choices={column.shown: _list_sheet(column) for column in columns if column.choices},
        suggestions={
            column.shown: (column.refers, _title_column(column.refers)) for column in columns if column.refers
        },
        prompts={column.shown: column.told for column in columns},
        widths={column.shown: column.width for column in columns},
    )


def _title_column(name: str) -> int:
    """Return which column of a sheet has the texts that its rows are pointed at by."""
    return [column.key for column in SHEETS[name]].index("title") + 1


def _list_sheet(column: Column) -> str:
    """Return the sheet that lists what may stand in a column; its name has no signs that a formula would trip over."""
    return f"{CHOICES_SHEET}_{''.join(sign for sign in column.heading if sign.isalnum())}"


def _column_help() -> Iterator[tuple[str, str]]:
    for name, columns in SHEETS.items():
        for column in columns:
            choices = f" Välj {either(column.choices)}." if column.choices else ""
            yield f"{name}: {column.shown}", f"{column.told}{choices}"


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
