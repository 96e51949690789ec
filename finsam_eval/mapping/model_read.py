"""The Excel template of a logic model, filled in → the model, or one sentence that says which cell to mend and how."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from finsam_eval.definitions import parse
from finsam_eval.errors import BadInput
from finsam_eval.files import write_atomically
from finsam_eval.logic_model import LogicModel
from finsam_eval.logic_model.model import Indicator
from finsam_eval.logic_model.parts import Area, Budget, Node
from finsam_eval.mapping.model_cells import Row, facts_of, number_in, opened, read_cell, records_of, rows_of
from finsam_eval.mapping.model_sheets import (
    AREAS,
    BUDGET,
    INDICATORS,
    LINKS,
    MODEL,
    NODES,
    SHEETS,
    SUM,
    TARGETS,
    Column,
)

WRITTEN = "# Skriven av finsam-eval model ur {file}. Ändra i Excel och kör om, eller fortsätt här och ta bort raden.\n"

PERCENT = re.compile(r"([+−-]?\d+(?:[.,]\d+)?) ?(?:%|procent)", re.IGNORECASE)
LONGEST = 40


def read_model(path: Path) -> LogicModel:
    """Return the logic model in a filled-in template.

    Boxes, areas and indicators without an id get one made of their text, and are pointed at by id or by text. A share
    is written as 30 % or 0,3; an empty cell is not known, never zero.

    Raises
    ------
    BadInput
        When a sheet, a heading or a needed cell is missing, cells are merged or hold a formula, a cell cannot be what
        its column means, or something points at what is not there; with file, sheet, cell and what to do.
    BadDefinition
        When what the sheets say contradicts itself: two targets for one period, x above n, an end before its start.
    """
    book = opened(path)
    rows = {name: rows_of(path, name, records_of(path, book, name)) for name in SHEETS}
    facts = facts_of(path, records_of(path, book, MODEL))
    named = {name: _names(path.name, rows[name]) for name in (AREAS, NODES, INDICATORS)}
    areas = [_checked(path, row, Area, _with_id(row, named[AREAS], path, named)) for row in rows[AREAS]]
    nodes = [_checked(path, row, Node, _with_id(row, named[NODES], path, named)) for row in rows[NODES]]
    told = {
        "title": path.stem,
        **facts,
        "id": facts.get("id") or _slug(str(facts.get("title") or path.stem)),
        "areas": areas,
        "nodes": nodes,
        "links": [_values(path, row, named) for row in rows[LINKS]],
        "indicators": _indicators(path, rows, named),
        "budgets": _budgets(path, rows[BUDGET], named),
    }
    return parse(LogicModel, told, path.name)


def write_model(path: Path) -> tuple[LogicModel, Path]:
    """Read a filled-in template, write it as YAML beside it under the same name, and return the model and the new path.

    Raises
    ------
    BadInput, BadDefinition
        As `read_model`; also when there is such a YAML file that was not written by this.
    """
    model, target = read_model(path), path.with_suffix(".yaml")
    if target.exists() and not target.read_text(encoding="utf-8").startswith(WRITTEN.split("{")[0]):
        raise BadInput(f"{target.name} is already there and was not made from Excel: rename it or take it away first")
    told = model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    text = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=120)
    write_atomically(target, lambda temporary: temporary.write_text(WRITTEN.format(file=path.name) + text, "utf-8"))
    return model, target


def _names(file: str, rows: list[Row]) -> dict[str, str]:
    """Return the id of every row, by id and by text in small letters; a text that several rows have names none."""
    names: dict[str, str] = {}
    texts: dict[str, list[str]] = {}
    for row in rows:
        own = row.cells.get("id") or _free(_slug(row.cells["title"]), names)
        if own in names:
            raise BadInput(f"{file}, sheet {row.sheet}, cell {row.places['id']}: {own} stands twice; rename one")
        names[own] = own
        texts.setdefault(row.cells["title"].casefold(), []).append(own)
    once = {text: ids[0] for text, ids in texts.items() if len(ids) == 1}
    return {**once, **names}


def _with_id(row: Row, names: dict[str, str], path: Path, named: Mapping[str, dict[str, str]]) -> dict[str, Any]:
    own = row.cells.get("id") or names.get(row.cells["title"].casefold())
    if own is None:
        raise BadInput(
            f"{path.name}, sheet {row.sheet}, cell {row.places['title']}: several rows have this text; give each an id"
        )
    return {**_values(path, row, named), "id": own}


def _indicators(path: Path, rows: dict[str, list[Row]], named: Mapping[str, dict[str, str]]) -> list[Indicator]:
    found, measures = [], {}
    for row in rows[INDICATORS]:
        told = _with_id(row, named[INDICATORS], path, named)
        before = {key.partition(".")[2]: told.pop(key) for key in list(told) if key.startswith("baseline.")}
        if before:
            told["baseline"] = _scaled(path, row, told.get("measure"), before, {"value": "baseline.value"})
        confirmed_by = told.pop("confirmed_by", "")
        told["matpunkter"] = [{"item": item, "confirmed_by": confirmed_by} for item in told.pop("items", [])]
        measures[told["id"]] = told.get("measure")
        found.append((row, told))
    goals: dict[str, list[dict[str, Any]]] = {}
    for row in rows[TARGETS]:
        told = {"value": None, **_values(path, row, named)}
        name = told.pop("indicator")
        goals.setdefault(name, []).append(
            _scaled(path, row, measures.get(name), told, {"value": "value", "upper": "upper"})
        )
    return [_checked(path, row, Indicator, {**told, "targets": goals.get(told["id"], [])}) for row, told in found]


def _scaled(path: Path, row: Row, measure: Any, told: dict[str, Any], keys: dict[str, str]) -> dict[str, Any]:
    """Return what is said with its values as the measure has them: a share from 0 to 1, yes as 1."""
    return {
        key: _amount(path, row, keys[key], measure, value) if key in keys and value is not None else value
        for key, value in told.items()
    }


def _amount(path: Path, row: Row, key: str, measure: Any, said: str) -> float:
    place = f"{path.name}, sheet {row.sheet}, cell {row.places[key]}"
    if said.casefold() in ("ja", "nej"):
        if measure != "yes_no":
            raise BadInput(f"{place}: expected a number; ja and nej go with the measure ja eller nej")
        return float(said.casefold() == "ja")
    per_cent = PERCENT.fullmatch(said)
    if per_cent:
        if measure != "share":
            raise BadInput(f"{place}: expected a number without %; per cent go with the measure andel")
        return float(per_cent[1].replace(",", ".").replace("−", "-")) / 100
    value = number_in(place, said)
    if measure == "share" and value > 1:
        raise BadInput(f"{place}: expected a share such as 30 % or 0,3; write the per cent sign")
    return value


def _budgets(path: Path, rows: list[Row], named: Mapping[str, dict[str, str]]) -> list[Budget]:
    tables: dict[str, list[Row]] = {}
    for row in rows:
        tables.setdefault(row.cells["budget"], []).append(row)
    taken: dict[str, str] = {}
    found = []
    for title, own in tables.items():
        taken[_free(_slug(title), taken)] = title
        told: dict[str, Any] = {"id": list(taken)[-1], "title": title, "lines": [], "stated": []}
        lines: dict[str, str] = {}
        for row in own:
            _note_money(told, _values(path, row, named), lines)
        found.append(_checked(path, own[0], Budget, told))
    return found


def _note_money(told: dict[str, Any], line: dict[str, Any], taken: dict[str, str]) -> None:
    """Add a row to its budget: a line, its total, or the total as it is said elsewhere."""
    about = {key: line.pop(key) for key in ("budget", "kind", "period") if key in line}
    told.update({key: about[key] for key in ("kind", "period") if key in about})
    first, _, where = str(line["title"]).casefold().partition(" enligt ")
    if first == SUM and where:
        told["stated"].append({"where": where, "amount": line.get("amount")})
    elif first == SUM:
        told["total"] = line.get("amount")
    else:
        own = _free(_slug(line["title"]), taken)
        taken[own] = own
        told["lines"].append({**line, "id": own})


def _values(path: Path, row: Row, named: Mapping[str, dict[str, str]]) -> dict[str, Any]:
    """Return the cells of a row that are filled in, each as its column means it."""
    found = {}
    for column in SHEETS[row.sheet]:
        said = row.cells.get(column.key, "")
        if not said:
            if column.needed:
                raise BadInput(f"{path.name}, sheet {row.sheet}, cell {row.places[column.key]}: is empty; fill it in")
            continue
        found[column.key] = (
            _pointed(path, row, column, said, named) if column.refers else read_cell(path, row, column, said)
        )
    return found


def _pointed(path: Path, row: Row, column: Column, said: str, named: Mapping[str, dict[str, str]]) -> str:
    names = named[column.refers]
    found = names.get(said) or names.get(said.casefold())
    if found is None:
        likest = get_close_matches(said.casefold(), list(names), n=1)
        meant = f"did you mean {likest[0]}?" if likest else "write the text or the id of one of its rows"
        place = f"{path.name}, sheet {row.sheet}, cell {row.places[column.key]}"
        raise BadInput(f"{place}: is not in the sheet {column.refers}, or is there twice; {meant}")
    return found


def _checked(path: Path, row: Row, kind: Any, told: dict[str, Any]) -> Any:
    return parse(kind, told, f"{path.name}, sheet {row.sheet}, row {row.number}")


def _slug(text: str) -> str:
    """Return an id made of a text: its letters without marks, its digits, and _ between words."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return (words if words[:1].isalpha() else f"x_{words}")[:LONGEST].rstrip("_")


def _free(wanted: str, taken: Mapping[str, str]) -> str:
    """Return the wanted id, or the first like it that is free."""
    return next(name for name in _candidates(wanted) if name not in taken)


def _candidates(wanted: str) -> Iterator[str]:
    yield wanted
    number = 2
    while True:
        yield f"{wanted[: LONGEST - len(str(number)) - 1]}_{number}"
        number += 1
