"""The cells of a filled-in logic model template: read as text, and each as its column means it."""

from __future__ import annotations

import io
import re
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from finsam_eval.definitions import IDENTIFIER, PERIOD_ID
from finsam_eval.ingest.cells import as_text
from finsam_eval.ingest.delivered import deliver
from finsam_eval.ingest.personnummer import looks_like_personnummer
from finsam_eval.mapping.model_amounts import EMPTY, MISSING, no_number, number_in
from finsam_eval.mapping.model_columns import MARK, Column
from finsam_eval.mapping.model_faults import Faults, Row, either, shown
from finsam_eval.mapping.model_names import slug
from finsam_eval.mapping.model_sheets import COLUMNS, EARLIER, FIELD, MODEL, SAID

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR = re.compile(r"(?:19|20)\d\d")

Records = list[tuple[int, list[str]]]
"""The rows of a sheet as text, with their numbers."""


def opened(path: Path, faults: Faults) -> Any:
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
                words = ": texten eller kommentaren liknar ett personnummer. Ta bort det."
                faults.tell(page.title, cell.coordinate, words)
    faults.stop()
    return book


def read_sheets(book: Any, faults: Faults) -> dict[str, list[Row]]:
    """Return the rows of every sheet that have something in them; the sheet of facts as one row.

    Cells that Excel would show otherwise than they are are told among the faults.

    Raises
    ------
    BadInput
        When sheets or headings are not the template's: what stands under them cannot be read.
    """
    there = set(book.sheetnames)
    faults.called = {name: old for name, old in EARLIER.items() if old in there and name not in there}
    records = {name: _records_of(book, name, faults) for name in COLUMNS}
    rows = {name: (_facts if name == MODEL else _rows)(name, found, faults) for name, found in records.items()}
    if any(found is None for found in rows.values()):
        faults.stop()
    return {name: found for name, found in rows.items() if found is not None}


def _records_of(book: Any, name: str, faults: Faults) -> Records:
    called = faults.called.get(name, name)
    if called not in book.sheetnames:
        faults.tell(name, "", f" saknas. Filen har {', '.join(book.sheetnames)}. Lägg tillbaka det.")
        return []
    page = book[called]
    for merged in page.merged_cells.ranges:
        faults.tell(
            name, merged.coord, ": cellerna är sammanfogade. Dela dem, och skriv texten i varje rad den gäller."
        )
    for cell in (cell for row in page.iter_rows() for cell in row):
        if cell.data_type in ("f", "e"):
            faults.tell(name, cell.coordinate, ": en formel eller ett fel. Skriv själva värdet.")
    found = [(row[0].row, [as_text(cell.value) for cell in row]) for row in page.iter_rows()]
    if not found or not any(found[0][1]):
        faults.tell(name, "", ": första raden har inga rubriker. Lägg tillbaka dem.")
        return []
    return found


def _bare(heading: str) -> str:
    return heading.removesuffix(MARK.strip()).rstrip()


def _rows(name: str, records: Records, faults: Faults) -> list[Row] | None:
    """Return the rows that have something in them, by our names for the columns; None without their headings."""
    heading = [_bare(text) for text in records[0][1]] if records else []
    if not records or not _known(name, heading, faults):
        return None
    columns = {column.heading: column for column in COLUMNS[name]}
    at = {columns[text].key: n for n, text in enumerate(heading) if text}
    letters = {key: get_column_letter(n + 1) for key, n in at.items()}
    return [
        Row(name, number, {key: row[n] for key, n in at.items()}, {key: f"{letters[key]}{number}" for key in at})
        for number, row in records[1:]
        if any(row)
    ]


def _known(name: str, heading: list[str], faults: Faults) -> bool:
    """Return whether the headings are the template's, each once, with those that are needed."""
    columns = {column.heading: column for column in COLUMNS[name]}
    sound = True
    for place, text in enumerate(heading, start=1):
        if text and text not in columns:
            likest = get_close_matches(text, list(columns), n=1)
            meant = f"Menar ni {likest[0]}?" if likest else f"Här kan stå {either(columns)}."
            faults.tell(name, f"{get_column_letter(place)}1", f": {shown(text)} är ingen känd rubrik. {meant}")
            sound = False
        elif text and text in heading[: place - 1]:
            faults.tell(name, f"{get_column_letter(place)}1", f": rubriken {text} står två gånger. Ta bort den ena.")
            sound = False
    lacking = [column.heading for column in columns.values() if column.needed and column.heading not in heading]
    if lacking and sound:
        faults.tell(name, "", f": kolumnen {lacking[0]} saknas. Lägg tillbaka den.")
    return sound and not lacking


def _facts(name: str, records: Records, faults: Faults) -> list[Row] | None:
    """Return what the first sheet says of the model as a whole, as one row; None without its headings."""
    if not records or records[0][1][:2] != [FIELD, SAID]:
        faults.tell(name, "A1", f": här ska stå {FIELD}, och {SAID} i cell B1. Skriv tillbaka rubrikerna.")
        return None
    known = {column.heading: column.key for column in COLUMNS[name]}
    cells, places = {}, {}
    for number, (fact, said, *_) in records[1:]:
        key = known.get(_bare(fact))
        if key:
            cells[key], places[key] = said, f"B{number}"
        elif fact:
            faults.tell(name, f"A{number}", f": {shown(fact)} är ingen känd uppgift. Ta bort raden.")
    return [Row(name, 1, cells, places)]


def read_cell(row: Row, column: Column, said: str, faults: Faults) -> Any:
    """Return what a cell says as its column means it: one of our words, a number, a date, a list, or the text.

    None where it cannot be that, which is then among the faults with what to write.
    """
    if column.choices:
        return _chosen(row, column, said, faults)
    match column.kind:
        case "number" | "whole":
            return _number(row, column, said, faults)
        case "date" | "id" | "period" | "degrees":
            words = {"date": _no_date, "id": _no_id, "period": _no_period, "degrees": _no_degrees}[column.kind](said)
            words = f": {shown(said)}{words}" if words else ""
        case _:
            words = "" if column.needed or column.kind == "value" else _no_answer(column, said)
    if words:
        faults.at(row, column, words)
        return None
    match column.kind:
        case "list":
            return [_rival(part) if column.key == "rivals" else part for part in _parts(said)]
        case "degrees":
            return [int(degree) for degree in _degrees(said)]
    return said


def _chosen(row: Row, column: Column, said: str, faults: Faults) -> Any:
    if said.casefold() in column.choices:
        return column.choices[said.casefold()]
    likest = [word for word in column.choices if word.startswith(said.casefold())]
    likest = likest or get_close_matches(said.casefold(), list(column.choices), n=1)
    meant = f"Menar ni {either(likest)}? " if likest else ""
    empty = "" if column.needed else ", eller lämna cellen tom"
    words = f": {shown(said)} går inte att välja. {meant}Välj {either(column.choices)}{empty}."
    faults.at(row, column, words)
    return None


def _number(row: Row, column: Column, said: str, faults: Faults) -> float | int | None:
    value = number_in(said)
    if value is None:
        faults.at(row, column, no_number(column, said))
    elif column.kind == "whole" and not value.is_integer():
        faults.at(row, column, f": {shown(said)} är inget helt tal. Skriv ett antal utan decimaler.")
    else:
        return int(value) if column.kind == "whole" else value
    return None


def _no_answer(column: Column, said: str) -> str:
    if said.casefold() in MISSING:
        return f": {shown(said)} räknas som ett svar. {EMPTY}"
    if column.key == "rivals" and not all(_rival(part)["text"] for part in _parts(said)):
        return ": förklaringen saknas före =>. Skriv den där, och det som talar emot den efter."
    return ""


def _no_date(said: str) -> str:
    if _DATE.fullmatch(said) and _is_day(said):
        return ""
    if said.casefold() in MISSING:
        return f" är inget datum. {EMPTY}"
    year = _YEAR.fullmatch(said)
    if year:
        return (
            f" är inget datum. Skriv hela datumet, till exempel {year[0]}-03-31. Är bara året känt: lämna cellen tom, "
            "och skriv det under Tidsperiod."
        )
    return " är inget datum. Skriv det som 2026-03-31, eller lämna cellen tom."


def _is_day(said: str) -> bool:
    try:
        date.fromisoformat(said)
    except ValueError:
        return False
    return True


def _no_id(said: str) -> str:
    if re.fullmatch(IDENTIFIER, said):
        return ""
    return f" kan inte vara ett id: det har bara a–z, siffror och _. Skriv {slug(said)}, eller lämna cellen tom."


def _no_period(said: str) -> str:
    if re.fullmatch(PERIOD_ID, said) and not _DATE.fullmatch(said):
        return ""
    year = _YEAR.search(said)
    example = year[0] if year else "ett kort namn utan mellanslag, till exempel 2027"
    return f" kan inte vara en period. Skriv {example}; samma namn ska stå under periods i study.yaml."


def _no_degrees(said: str) -> str:
    return (
        "" if set(_degrees(said)) <= {"1", "2", "3"} else " är ingen framgångsgrad. Skriv 1, 2 eller 3; flera som 1; 2."
    )


def _degrees(said: str) -> list[str]:
    return [part for piece in _parts(said) for part in piece.replace(",", " ").split()]


def _parts(said: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;\n]", said) if part.strip()]


def _rival(part: str) -> dict[str, str]:
    text, _, answer = part.partition("=>")
    return {"text": text.strip(), "answer": answer.strip()}
