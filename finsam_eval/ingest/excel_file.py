"""Excel workbooks: one sheet of values, as Excel last computed them."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from finsam_eval.errors import BadInput
from finsam_eval.ingest.cells import Delivered, as_text
from finsam_eval.ingest.cells import sheet as as_sheet
from finsam_eval.ingest.excel_beside import beside
from finsam_eval.ingest.personnummer import looks_like_personnummer, without_personnummer

UNPACKED = 400 * 2**20
"""Bytes a workbook may have when unpacked; ten times what a million answers need."""

MOST_CELLS = 2_000_000
"""Cells a sheet may have, and rows; a packed one can be small and still take minutes. As CSV ten times as many go."""

OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
"""How a workbook from before 2007 begins, and one with a password."""

BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What openpyxl and the readers under it raise on a file that is not what it says; they promise none in particular."""

Place = tuple[int, int]


def read_excel(file: str, content: bytes, *, sheet: str | None, heading_rows: int) -> Delivered:
    """Return one sheet of a workbook as text.

    Formulas give the value that Excel computed, dates are ISO, whole numbers have no decimals. Without `sheet` the
    workbook must have one sheet with content.

    Raises
    ------
    BadInput
        Locked, broken or too large; a sheet to choose or not there; a cell with an error, or with a formula that has
        never been computed.
    """
    _check_packing(file, content)
    name, rows, formulas = _values(file, content, sheet, computed=False)
    hidden = "a formula" if any(map(looks_like_personnummer, _written(rows, formulas))) else ""
    if formulas:
        name, rows, empty_texts = _values(file, content, name, computed=True)
        _check_computed(file, rows, formulas - empty_texts)
    width = max((len(record) for _, record in rows), default=0)
    records = [(number, record + [""] * (width - len(record))) for number, record in rows]
    delivered = as_sheet(file, records, f"Excel, blad {name}", heading_rows=heading_rows)
    with _whole(file):
        return replace(delivered, beside=hidden or beside(content, name, partial(_rows, file)))


def _check_packing(file: str, content: bytes) -> None:
    if content.startswith(OLD_OR_LOCKED):
        raise BadInput(f"{file} has a password or is an old .xls: save it as .xlsx without a password")
    with _whole(file), zipfile.ZipFile(io.BytesIO(content)) as packed:
        unpacked = sum(part.file_size for part in packed.infolist())
    if unpacked > UNPACKED:
        raise BadInput(f"{file} is larger than {UNPACKED // 2**20} MB when unpacked; export it in parts")


@contextmanager
def _whole(file: str) -> Iterator[None]:
    # The reader's warnings may quote a cell, so they are caught too; what they warn of comes as an error value.
    try:
        with warnings.catch_warnings(record=True):
            warnings.simplefilter("always")
            yield
    except BROKEN:
        raise BadInput(f"{file} is not an Excel file that can be read: open it in Excel and save it again") from None


def _values(
    file: str, content: bytes, sheet: str | None, *, computed: bool
) -> tuple[str, list[tuple[int, list[str]]], set[Place]]:
    """Return the sheet's name, its rows as text up to their last filled cell, and where its formulas are.

    With formulas `computed`, the places are instead where the value of one is the empty text.
    """
    rows: list[tuple[int, list[str]]] = []
    found: set[Place] = set()
    kind = "str" if computed else "f"
    with _whole(file):
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=computed)
        chosen = _chosen(file, book, sheet)
        for number, cells in enumerate(_rows(file, chosen), start=1):
            record = [as_text(cell.value) for cell in cells]
            kinds = {cell.data_type for cell in cells}
            if "e" in kinds:
                place = next(place for place, cell in enumerate(cells, start=1) if cell.data_type == "e")
                raise BadInput(f"{file}, cell {_cell(number, place)}: an error such as #N/A; correct it in Excel")
            if kind in kinds:
                found |= {(number, place) for place, cell in enumerate(cells, start=1) if cell.data_type == kind}
            while record and not record[-1]:
                record.pop()
            rows.append((number, record))
    return chosen.title, rows, found


def _rows(file: str, page: Any) -> Iterator[Any]:
    """Give the rows of a sheet, and refuse it as soon as they are too many."""
    cells = 0
    for row in page.iter_rows():
        cells += max(len(row), 1)
        if cells > MOST_CELLS:
            raise BadInput(f"{file} has more than {MOST_CELLS} cells; export it as CSV, or in parts")
        yield row


def _chosen(file: str, book: Any, sheet: str | None) -> Any:
    for page in book.worksheets:
        page.reset_dimensions()  # what a file says of its own size is not always true
    if sheet is not None:
        named = [page for page in book.worksheets if page.title == sheet]
        if not named:
            there = ", ".join(map(without_personnummer, book.sheetnames))
            wanted = without_personnummer(sheet)
            raise BadInput(f"{file} has no sheet {wanted}: it has {there}; correct sheet in study.yaml")
        return named[0]
    filled = [page for page in book.worksheets if any(c.value is not None for row in _rows(file, page) for c in row)]
    if len(filled) > 1:
        names = ", ".join(without_personnummer(page.title) for page in filled)
        raise BadInput(f"{file} has several sheets with content: {names}; name one as sheet in study.yaml")
    if not filled:
        raise BadInput(f"{file} has no heading: export it again, or take it out of study.yaml")
    return filled[0]


def _written(rows: list[tuple[int, list[str]]], places: set[Place]) -> list[str]:
    values = dict(rows)
    return ["".join(values[row][place - 1 : place]) for row, place in places]


def _check_computed(file: str, rows: list[tuple[int, list[str]]], formulas: set[Place]) -> None:
    values = dict(rows)
    for row, place in sorted(formulas):
        if not "".join(values[row][place - 1 : place]):
            raise BadInput(
                f"{file}, cell {_cell(row, place)}: a formula without a value; open the file in Excel and save it again"
            )


def _cell(row: int, place: int) -> str:
    return f"{get_column_letter(place)}{row}"
