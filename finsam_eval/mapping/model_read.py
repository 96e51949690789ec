"""The Excel template of a logic model, filled in → the model, or a sentence for every cell to mend and how."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from finsam_eval.errors import BadInput
from finsam_eval.files import write_atomically
from finsam_eval.logic_model import LogicModel
from finsam_eval.logic_model.model import Indicator
from finsam_eval.logic_model.parts import Area, Budget, Node
from finsam_eval.mapping.model_amounts import no_number, number_in, percent_in
from finsam_eval.mapping.model_cells import opened, read_cell, read_sheets
from finsam_eval.mapping.model_columns import Column
from finsam_eval.mapping.model_errors import Place, checked
from finsam_eval.mapping.model_faults import Faults, Row, either, shown
from finsam_eval.mapping.model_names import Names, free, names_of, slug
from finsam_eval.mapping.model_sheets import (
    AREAS,
    BUDGET,
    COLUMNS,
    INDICATORS,
    LINKS,
    MODEL,
    NODES,
    SUM,
    TARGETS,
)

WRITTEN = "# Skriven av finsam-eval model ur {file}. Ändra i Excel och kör om, eller fortsätt här och ta bort raden.\n"

Called = Mapping[str, Names]
"""What the rows of each sheet that others point at are called."""


def read_model(path: Path) -> LogicModel:
    """Return the logic model in a filled-in template.

    Boxes, areas and indicators without an id get one made of their text, and are pointed at by id or by text. A share
    is written as 30 % or 0,3; an empty cell is not known, never zero.

    Raises
    ------
    BadInput
        When a sheet, a heading or a needed cell is missing, cells are merged or hold a formula, a cell cannot be what
        its column means, something points at what is not there, or what the cells say contradicts itself. All of a
        file's faults at once, a line each with sheet, heading, cell and what to write, in Swedish.
    """
    faults = Faults(path.name)
    return model_in(opened(path, faults), faults)


def model_in(book: Any, faults: Faults) -> LogicModel:
    """Return the logic model in an opened template.

    Raises
    ------
    BadInput
        As `read_model`.
    """
    rows = read_sheets(book, faults)
    named = {name: _names(rows[name], faults) for name in (AREAS, NODES, INDICATORS)}
    (about,) = rows[MODEL]
    facts = _values(about, named, faults)
    told = {
        **facts,
        "id": facts.get("id") or slug(str(facts.get("title", ""))),
        "areas": [_built(Area, row, named, faults) for row in rows[AREAS]],
        "nodes": [_built(Node, row, named, faults) for row in rows[NODES]],
        "links": _links(rows[LINKS], named, faults),
        "indicators": _indicators(rows, named, faults),
        "budgets": _budgets(rows[BUDGET], named, faults),
    }
    if not rows[NODES]:
        faults.tell(NODES, "", ": inga rutor är ifyllda. Skriv minst en.")
    faults.stop()
    model = checked(LogicModel, told, {(): about}, faults)
    if model is None:
        raise faults.refusal()
    return model


def write_model(path: Path) -> tuple[LogicModel, Path]:
    """Read a filled-in template, write it as YAML beside it under the same name, and return the model and the new path.

    Raises
    ------
    BadInput
        As `read_model`; also when there is such a YAML file that was not written by this.
    """
    model, target = read_model(path), path.with_suffix(".yaml")
    if target.exists() and not target.read_text(encoding="utf-8").startswith(WRITTEN.split("{")[0]):
        raise BadInput(
            f"{target.name} finns redan och är inte gjord ur Excel. Byt namn på den, eller ta bort den först."
        )
    told = model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    text = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=120)
    write_atomically(target, lambda temporary: temporary.write_text(WRITTEN.format(file=path.name) + text, "utf-8"))
    return model, target


def _names(rows: list[Row], faults: Faults) -> Names:
    seen: dict[str, str] = {}
    for row in rows:
        own = row.cells.get("id", "")
        if own in seen:
            faults.tell(row.sheet, row.places["id"], f": {own} står redan i {seen[own]}. Byt namn på en av dem.", "Id")
        elif own:
            seen[own] = row.places["id"]
    return names_of(rows)


def _built(kind: Any, row: Row, named: Called, faults: Faults) -> Any:
    told = {**_values(row, named, faults), "id": named[row.sheet].own.get(row.number)}
    return checked(kind, told, {(): row}, faults) if faults.sound(row) else None


def _links(rows: list[Row], named: Called, faults: Faults) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    seen: dict[tuple[Any, Any], int] = {}
    to = next(column for column in COLUMNS[LINKS] if column.key == "to")
    for row in rows:
        told = _values(row, named, faults)
        pair = (told.get("from"), told.get("to"))
        if faults.sound(row) and pair[0] == pair[1]:
            faults.at(row, to, ": pilen går till samma ruta som den börjar vid. Välj en annan.")
        elif faults.sound(row) and pair in seen:
            faults.at(row, to, f": pilen står redan på rad {seen[pair]}. Ta bort den ena.")
        seen.setdefault(pair, row.number)
        found.append(told)
    return found


def _indicators(rows: Mapping[str, list[Row]], named: Called, faults: Faults) -> list[Indicator | None]:
    told = [(row, _indicator(row, named, faults)) for row in rows[INDICATORS]]
    measures = {one["id"]: one.get("measure") for _, one in told}
    goals: dict[str, list[tuple[Row, dict[str, Any]]]] = {}
    for row in rows[TARGETS]:
        goal = {"value": None, **_values(row, named, faults)}
        name = goal.pop("indicator", "")
        scaled = _scaled(row, measures.get(name), goal, ("value", "upper"), faults)
        if faults.sound(row):
            goals.setdefault(name, []).append((row, scaled))
    return [_with_goals(row, one, goals.get(one["id"], []), faults) for row, one in told]


def _indicator(row: Row, named: Called, faults: Faults) -> dict[str, Any]:
    values = {**_values(row, named, faults), "id": named[INDICATORS].own.get(row.number)}
    measure = values.get("measure")
    told = _scaled(row, measure, values, ("baseline.value",), faults)
    before = {key.partition(".")[2]: told.pop(key) for key in list(told) if key.startswith("baseline.")}
    confirmed_by = told.pop("confirmed_by", "")
    told["matpunkter"] = [{"item": item, "confirmed_by": confirmed_by} for item in told.pop("items", [])]
    return {**told, "baseline": before} if before else told


def _with_goals(
    row: Row, told: dict[str, Any], goals: list[tuple[Row, dict[str, Any]]], faults: Faults
) -> Indicator | None:
    if not faults.sound(row):
        return None
    rows: dict[Place, Row] = {(): row, **{("targets", n): where for n, (where, _) in enumerate(goals)}}
    return checked(Indicator, {**told, "targets": [goal for _, goal in goals]}, rows, faults)


def _scaled(row: Row, measure: Any, told: Mapping[str, Any], keys: tuple[str, ...], faults: Faults) -> dict[str, Any]:
    """Return what is said with the values under `keys` as the measure has them: a share from 0 to 1, yes as 1."""
    columns = {column.key: column for column in COLUMNS[row.sheet]}
    return {
        key: _amount(row, columns[key], measure, value, faults) if key in keys and value is not None else value
        for key, value in told.items()
    }


def _amount(row: Row, column: Column, measure: Any, said: str, faults: Faults) -> float | None:
    yes, share, value = said.casefold() in ("ja", "nej"), percent_in(said), number_in(said)
    words = ""
    if yes and measure not in ("yes_no", None):
        words = f": {shown(said)} är inte ett tal. Ja och nej hör till måttet ja eller nej."
    elif not yes and measure == "yes_no":
        words = f": {shown(said)} är varken ja eller nej, som måttet är. Skriv ja eller nej, eller byt mått."
    elif share is not None and measure not in ("share", None):
        words = f": {shown(said)} är i procent, men måttet är inte andel. Skriv utan %, eller byt mått till andel."
    elif share is None and value is not None and measure == "share" and value > 1:
        words = f": {shown(said)} är ingen andel. Skriv {said} %."
    elif not yes and share is None and value is None:
        words = no_number(column, said)
    if words:
        faults.at(row, column, words)
        return None
    return float(said.casefold() == "ja") if yes else value if share is None else share


def _budgets(rows: list[Row], named: Called, faults: Faults) -> list[Budget | None]:
    tables: dict[str, list[tuple[Row, dict[str, Any]]]] = {}
    for row in rows:
        values = _values(row, named, faults)
        if faults.sound(row):
            tables.setdefault(values["budget"], []).append((row, values))
    taken: list[str] = []
    for title in tables:
        taken.append(free(slug(title), taken))
    return [_budget(own, title, tables[title], faults) for own, title in zip(taken, tables, strict=True)]


def _budget(own: str, title: str, lines: list[tuple[Row, dict[str, Any]]], faults: Faults) -> Budget | None:
    told: dict[str, Any] = {"id": own, "title": title, "lines": [], "stated": []}
    rows: dict[Place, Row] = {(): lines[0][0]}
    for row, line in lines:
        about = {key: line.pop(key) for key in ("budget", "kind", "period") if key in line}
        told.update({key: about[key] for key in ("kind", "period") if key in about})
        first, _, where = str(line["title"]).casefold().partition(" enligt ")
        if first == SUM and where:
            rows["stated", len(told["stated"])] = row
            told["stated"].append({"where": where, "amount": line.get("amount")})
        elif first == SUM:
            told["total"] = line.get("amount")
        else:
            rows["lines", len(told["lines"])] = row
            told["lines"].append({**line, "id": free(slug(line["title"]), [one["id"] for one in told["lines"]])})
    return checked(Budget, told, rows, faults)


def _values(row: Row, named: Called, faults: Faults) -> dict[str, Any]:
    """Return the cells of a row that are filled in, each as its column means it."""
    found = {}
    for column in COLUMNS[row.sheet]:
        said = row.cells.get(column.key, "")
        if not said:
            if column.needed:
                faults.at(row, column, f" är tom. {_to_fill_in(column)}")
            continue
        value = _pointed(row, column, said, named, faults) if column.refers else read_cell(row, column, said, faults)
        if value is not None:
            found[column.key] = value
    return found


def _to_fill_in(column: Column) -> str:
    if column.choices:
        return f"Välj {either(column.choices)}."
    return "Fyll i den." if column.kind != "period" else "Skriv året, till exempel 2027."


def _pointed(row: Row, column: Column, said: str, named: Called, faults: Faults) -> str | None:
    names = named[column.refers]
    found = names.find(said)
    if found is None:
        faults.at(row, column, names.unknown(said, faults.called.get(column.refers, column.refers)))
    return found
