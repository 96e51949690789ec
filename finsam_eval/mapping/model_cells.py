"""The cells of a filled-in logic model template: read as text, and each as its column means it."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from finsam_eval.errors import BadInput
from finsam_eval.ingest.cells import as_text
from finsam_eval.ingest.delivered import deliver
from finsam_eval.ingest.personnummer import looks_like_personnummer
from finsam_eval.mapping.model_sheets import FACTS, FIELD, MODEL, SAID, SHEETS, Column

NUMBER = re.compile(r"[+−-]?\d+([.,]\d+)?")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

Records = list[tuple[int, list[str]]]
"""The rows of a sheet as text, with their numbers."""


@dataclass(frozen=True)
class Row:
    """A row of a sheet: where it stands, its cells by our names for the columns, and the cell of each."""

    sheet: str
    number: int
    cells: dict[str, str]
    places: dict[str, str]


def opened(path: Path) -> Any:
    """Return the workbook, with its formulas as they are written and its comments.

    Raises
    ------
    BadInput
        When it is no Excel file that can be read, lacks the sheet of facts, or holds what looks like a personnummer.
    """
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


def records_of(path: Path, book: Any, name: str) -> Records:
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
    found = [(row[0].row, [as_text(cell.value) for cell in row]) for row in page.iter_rows()]
    if not found or not any(found[0][1]):
        raise BadInput(f"{path.name}, sheet {name}: the first row has no headings; put them back")
    return found


def rows_of(path: Path, name: str, records: Records) -> list[Row]:
    """Return the rows that have something in them, by our names for the columns.

    Raises
    ------
    BadInput
        When a heading is unknown or stands twice, or a column that is needed is missing.
    """
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
        Row(name, number, {key: row[n] for key, n in places}, {key: f"{at}{number}" for key, at in letters.items()})
        for number, row in records[1:]
        if any(row)
    ]


def facts_of(path: Path, records: Records) -> dict[str, Any]:
    """Return what the first sheet says of the model as a whole, by our names.

    Raises
    ------
    BadInput
        When its headings are not the template's, a fact is unknown, or a cell cannot be what it means.
    """
    if records[0][1][:2] != [FIELD, SAID]:
        raise BadInput(f"{path.name}, sheet {MODEL}: expected {FIELD} and {SAID} in cells A1 and B1; put them back")
    known = {column.heading: column for column in FACTS}
    found = {}
    for number, (name, said, *_) in records[1:]:
        if name and name not in known:
            raise BadInput(f"{path.name}, sheet {MODEL}, cell A{number}: {name} is no known fact; take the row out")
        if name and said:
            key = known[name].key
            found[key] = read_cell(path, Row(MODEL, number, {}, {key: f"B{number}"}), known[name], said)
    return found


def read_cell(path: Path, row: Row, column: Column, said: str) -> Any:
    """Return what a cell says as its column means it: one of our words, a number, a date, a list, or the text.

    Raises
    ------
    BadInput
        When it cannot be that, with its place and what to write.
    """
    place = f"{path.name}, sheet {row.sheet}, cell {row.places[column.key]}"
    if column.choices:
        if said.casefold() not in column.choices:
            raise BadInput(f"{place}: expected one of {', '.join(column.choices)}; choose one")
        return column.choices[said.casefold()]
    match column.kind:
        case "number":
            return number_in(place, said)
        case "whole":
            value = number_in(place, said)
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


def number_in(place: str, said: str) -> float:
    """Return a number written with a decimal comma or point, with or without spaces and kronor.

    Raises
    ------
    BadInput
        When it is none.
    """
    bare = re.sub(r"[\s\u00a0\u202f]", "", said).removesuffix("kr").removesuffix("kronor")
    if not NUMBER.fullmatch(bare):
        raise BadInput(f"{place}: expected a number")
    return float(bare.replace(",", ".").replace("−", "-"))
