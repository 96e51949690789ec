"""The Excel template of a logic model, filled in → the model, or one sentence that says which cell to mend and how."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import openpyxl
import yaml
from openpyxl.utils import get_column_letter

from finsam_eval.definitions import parse
from finsam_eval.errors import BadInput
from finsam_eval.files import write_atomically
from finsam_eval.ingest.cells import as_text
from finsam_eval.ingest.delivered import deliver
from finsam_eval.ingest.personnummer import looks_like_personnummer
from finsam_eval.logic_model import LogicModel
from finsam_eval.logic_model.model import Indicator
from finsam_eval.logic_model.parts import Area, Budget, Node
from finsam_eval.mapping.model_sheets import (
    AREAS,
    BUDGET,
    FACTS,
    FIELD,
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

WRITTEN = "# Skriven av finsam-eval model ur {file}. Ändra i Excel och kör om, eller fortsätt här och ta bort raden.\n"

NUMBER = re.compile(r"[+−-]?\d+([.,]\d+)?")
PERCENT = re.compile(r"([+−-]?\d+(?:[.,]\d+)?) ?(?:%|procent)", re.IGNORECASE)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LONGEST = 40


@dataclass(frozen=True)
class _Row:
    """A row of a sheet: where it stands, its cells by our names for the columns, and the cell of each."""

    sheet: str
    number: int
    cells: dict[str, str]
    places: dict[str, str]


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
    book = _opened(path)
    rows = {name: _rows(path, name, _records(path, book, name)) for name in SHEETS}
    facts = _facts(path, _records(path, book, MODEL))
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


def _opened(path: Path) -> Any:
    # The door refuses what is no Excel file, locked, too large or broken. Its search through the other sheets takes an
    # amount such as 52565000 for a number that has lost its zeros, so they are searched here, where text may hold one.
    deliver(path, sheet=MODEL)
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    for page in book.worksheets:
        for cell in (cell for row in page.iter_rows() for cell in row):
            told = [cell.value if isinstance(cell.value, str) else "", cell.comment.text if cell.comment else ""]
            if any(map(looks_like_personnummer, told)):
                place = f"{path.name}, sheet {page.title}, cell {cell.coordinate}"
                raise BadInput(f"{place}: the text or its comment looks like a personnummer; take it out")
    return book


def _records(path: Path, book: Any, name: str) -> list[tuple[int, list[str]]]:
    """Return the rows of a sheet as text with their numbers; what Excel would show otherwise than it is, is refused."""
    if name not in book.sheetnames:
        raise BadInput(f"{path.name} has no sheet {name}: it has {', '.join(book.sheetnames)}; put it back")
    page = book[name]
    for merged in page.merged_cells.ranges:
        raise BadInput(
            f"{path.name}, sheet {name}, cells {merged.coord}: are merged; take the merging away and write the text in "
            "each row it holds for"
        )
    for cell in (cell for row in page.iter_rows() for cell in row):
        if cell.data_type in ("f", "e"):
            place = f"{path.name}, sheet {name}, cell {cell.coordinate}"
            raise BadInput(f"{place}: a formula or an error; write the value itself")
    return [(row[0].row, [as_text(cell.value) for cell in row]) for row in page.iter_rows()]


def _rows(path: Path, name: str, records: list[tuple[int, list[str]]]) -> list[_Row]:
    columns, heading = {column.heading: column for column in SHEETS[name]}, records[0][1]
    for place, text in enumerate(heading, start=1):
        if text and text not in columns:
            likest = get_close_matches(text, list(columns), n=1)
            meant = f"; did you mean {likest[0]}?" if likest else f"; known are {', '.join(columns)}"
            raise BadInput(f"{path.name}, sheet {name}, cell {get_column_letter(place)}1: an unknown heading{meant}")
        if text and text in heading[: place - 1]:
            raise BadInput(
                f"{path.name}, sheet {name}, cell {get_column_letter(place)}1: {text} stands twice; take one out"
            )
    lacking = [column.heading for column in columns.values() if column.needed and column.heading not in heading]
    if lacking:
        raise BadInput(f"{path.name}, sheet {name}: the column {lacking[0]} is missing; put it back")
    places = [(columns[text].key, n) for n, text in enumerate(heading) if text]
    letters = {key: get_column_letter(n + 1) for key, n in places}
    return [
        _Row(name, number, {key: row[n] for key, n in places}, {key: f"{at}{number}" for key, at in letters.items()})
        for number, row in records[1:]
        if any(row)
    ]


def _facts(path: Path, records: list[tuple[int, list[str]]]) -> dict[str, Any]:
    if records[0][1][:2] != [FIELD, SAID]:
        raise BadInput(f"{path.name}, sheet {MODEL}: expected {FIELD} and {SAID} in cells A1 and B1; put them back")
    known = {column.heading: column for column in FACTS}
    found = {}
    for number, (name, said, *_) in records[1:]:
        if name and name not in known:
            raise BadInput(f"{path.name}, sheet {MODEL}, cell A{number}: {name} is no known fact; take the row out")
        if name and said:
            key = known[name].key
            found[key] = _read(path, _Row(MODEL, number, {}, {key: f"B{number}"}), known[name], said)
    return found


def _names(file: str, rows: list[_Row]) -> dict[str, str]:
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


def _with_id(row: _Row, names: dict[str, str], path: Path, named: Mapping[str, dict[str, str]]) -> dict[str, Any]:
    own = row.cells.get("id") or names.get(row.cells["title"].casefold())
    if own is None:
        raise BadInput(
            f"{path.name}, sheet {row.sheet}, cell {row.places['title']}: several rows have this text; give each an id"
        )
    return {**_values(path, row, named), "id": own}


def _indicators(path: Path, rows: dict[str, list[_Row]], named: Mapping[str, dict[str, str]]) -> list[Indicator]:
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


def _scaled(path: Path, row: _Row, measure: Any, told: dict[str, Any], keys: dict[str, str]) -> dict[str, Any]:
    """Return what is said with its values as the measure has them: a share from 0 to 1, yes as 1."""
    return {
        key: _amount(path, row, keys[key], measure, value) if key in keys and value is not None else value
        for key, value in told.items()
    }


def _amount(path: Path, row: _Row, key: str, measure: Any, said: str) -> float:
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
    value = _number(place, said)
    if measure == "share" and value > 1:
        raise BadInput(f"{place}: expected a share such as 30 % or 0,3; write the per cent sign")
    return value


def _budgets(path: Path, rows: list[_Row], named: Mapping[str, dict[str, str]]) -> list[Budget]:
    tables: dict[str, list[_Row]] = {}
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


def _values(path: Path, row: _Row, named: Mapping[str, dict[str, str]]) -> dict[str, Any]:
    """Return the cells of a row that are filled in, each as its column means it."""
    found = {}
    for column in SHEETS[row.sheet]:
        said = row.cells.get(column.key, "")
        if not said:
            if column.needed:
                raise BadInput(f"{path.name}, sheet {row.sheet}, cell {row.places[column.key]}: is empty; fill it in")
            continue
        found[column.key] = (
            _pointed(path, row, column, said, named) if column.refers else _read(path, row, column, said)
        )
    return found


def _pointed(path: Path, row: _Row, column: Column, said: str, named: Mapping[str, dict[str, str]]) -> str:
    names = named[column.refers]
    found = names.get(said) or names.get(said.casefold())
    if found is None:
        likest = get_close_matches(said.casefold(), list(names), n=1)
        meant = f"did you mean {likest[0]}?" if likest else "write the text or the id of one of its rows"
        place = f"{path.name}, sheet {row.sheet}, cell {row.places[column.key]}"
        raise BadInput(f"{place}: is not in the sheet {column.refers}, or is there twice; {meant}")
    return found


def _read(path: Path, row: _Row, column: Column, said: str) -> Any:
    place = f"{path.name}, sheet {row.sheet}, cell {row.places[column.key]}"
    if column.choices:
        if said.casefold() not in column.choices:
            raise BadInput(f"{place}: expected one of {', '.join(column.choices)}; choose one")
        return column.choices[said.casefold()]
    match column.kind:
        case "number":
            return _number(place, said)
        case "whole":
            value = _number(place, said)
            if not value.is_integer():
                raise BadInput(f"{place}: expected a whole number")
            return int(value)
        case "date":
            if not DATE.fullmatch(said):
                raise BadInput(f"{place}: expected a date such as 2025-03-31")
            return said
        case "list":
            return [_rival(part) if column.key == "rivals" else part for part in _parts(said)]
        case "degrees":
            degrees = [part for piece in _parts(said) for part in piece.replace(",", " ").split()]
            if not set(degrees) <= {"1", "2", "3"}:
                raise BadInput(f"{place}: expected 1, 2 or 3, several with a semicolon between")
            return [int(degree) for degree in degrees]
    return said


def _parts(said: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;\n]", said) if part.strip()]


def _rival(part: str) -> dict[str, str]:
    text, _, answer = part.partition("=>")
    return {"text": text.strip(), "answer": answer.strip()}


def _number(place: str, said: str) -> float:
    bare = re.sub(r"[\s\u00a0\u202f]", "", said).removesuffix("kr").removesuffix("kronor")
    if not NUMBER.fullmatch(bare):
        raise BadInput(f"{place}: expected a number")
    return float(bare.replace(",", ".").replace("−", "-"))


def _checked(path: Path, row: _Row, kind: Any, told: dict[str, Any]) -> Any:
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
