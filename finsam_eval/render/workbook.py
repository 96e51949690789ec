"""Rows → an Excel file whose cells are text or numbers, never formulas, with the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import openpyxl
import pandas as pd
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from finsam_eval.render.packing import moment, packed
from finsam_eval.render.page import AUTHOR

Value = str | float | int | bool | None

READ_AS_FORMULA = ("=", "+", "-", "@", "#", "\t", "\r", "\n")
"""How a text begins that some program may take for a formula or an error, in this file or once copied from it."""

NARROWEST, WIDEST = 9, 60
"""Width of a column, in characters."""

LINE_HEIGHT = 15
"""Points."""

LOOKED_AT = 200
"""Rows that decide how wide a column is."""

_HEAD = PatternFill("solid", start_color="0B4F6C")
_BANNER = PatternFill("solid", start_color="7A1F1F")
_WRAPPED = Alignment(wrap_text=True, vertical="top")

LONGEST_PROMPT, LONGEST_TITLE = 255, 32
"""Signs that Excel allows in what it shows beside a chosen cell; with more it calls the file broken."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: its heading and its rows, below a `banner` alone in the first row where it is given.

    `choices` says, by column, which sheet's first column lists what may stand in it; `suggestions` which sheet, and
    which of its columns by number, has what is offered where anything else may be written too. `prompts` are words
    shown when a heading is chosen. In a sheet with `widths`, by column, every cell wraps and begins at the top: it is
    there to be written in. A `hidden` sheet is there for the lists of others.
    """

    title: str
    heading: Sequence[str]
    rows: Sequence[Sequence[Value]]
    banner: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    suggestions: dict[str, tuple[str, int]] = field(default_factory=dict)
    prompts: dict[str, str] = field(default_factory=dict)
    widths: dict[str, int] = field(default_factory=dict)
    hidden: bool = False


def workbook(sheets: Sequence[Sheet], *, title: str) -> bytes:
    """Return an Excel file of these sheets.

    Text that a spreadsheet program may take for a formula or an error is marked as text; control characters are left
    out; NaN and None are empty.
    """
    book = openpyxl.Workbook(write_only=True)
    book.properties.creator, book.properties.title = AUTHOR, _clean(title)
    book.properties.created = moment()
    filled = {sheet.title: len(sheet.rows) for sheet in sheets}
    for sheet in sheets:
        _fill(book.create_sheet(sheet.title), sheet, filled)
    saved = io.BytesIO()
    book.save(saved)
    return packed(saved.getvalue())


def _fill(page: Worksheet, sheet: Sheet, filled: dict[str, int]) -> None:
    # Widths, panes and choices come first: rows are written as they are given.
    first = 3 if sheet.banner else 2
    page.freeze_panes = f"A{first}"
    page.auto_filter.ref = f"A{first - 1}:{get_column_letter(len(sheet.heading))}{first - 1 + len(sheet.rows)}"
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{first - 1}:{first - 1}"
    page.sheet_state = "hidden" if sheet.hidden else "visible"
    widths, wraps = _widths(sheet), bool(sheet.widths)
    for column, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
        if wraps:
            page.column_dimensions[get_column_letter(column)].alignment = _WRAPPED
    page.data_validations.dataValidation = list(_rules(sheet, first, filled))
    if sheet.banner:
        page.append([_head(page, sheet.banner, _BANNER)])
    page.append([_head(page, text, _HEAD) for text in sheet.heading])
    for number, row in enumerate(sheet.rows, start=first):
        page.row_dimensions[number].height = _height(row, widths if wraps else [WIDEST] * len(widths))
        page.append([_cell(page, value, wraps) for value in row])


def _rules(sheet: Sheet, first: int, filled: dict[str, int]) -> Iterator[DataValidation]:
    letters = {name: get_column_letter(number) for number, name in enumerate(sheet.heading, start=1)}
    last = first + max(len(sheet.rows), 1) - 1
    for name, other in sheet.choices.items():
        listed = f"{other}!$A$2:$A${filled[other] + 1}"
        yield _choice(listed, f"{letters[name]}{first}:{letters[name]}{last}")
    for name, (other, number) in sheet.suggestions.items():
        letter = get_column_letter(number)
        column = f"{other}!${letter}$2:${letter}${max(filled[other], 1) + 1}"
        # Only as many as are written: a list with empty rows opens at the first of them.
        written = f"OFFSET({other}!${letter}$2,0,0,MAX(1,COUNTA({column})),1)"
        where = f"{letters[name]}{first}:{letters[name]}{last}"
        yield DataValidation(sqref=where, type="list", formula1=written, allow_blank=True, showErrorMessage=False)
    for name, told in sheet.prompts.items():
        rule = DataValidation(sqref=f"{letters[name]}{first - 1}", showInputMessage=True)
        rule.promptTitle, rule.prompt = _clean(name)[:LONGEST_TITLE], _clean(told)[:LONGEST_PROMPT]
        yield rule


def _head(page: Worksheet, text: str, fill: PatternFill) -> Cell:
    cell = _text(page, _clean(text))
    cell.font, cell.fill = Font(name="Calibri", size=11, bold=True, color="FFFFFF"), fill
    return cell


def _choice(allowed: str, where: str) -> DataValidation:
    rule = DataValidation(sqref=where, type="list", formula1=allowed, allow_blank=True, showErrorMessage=True)
    rule.errorTitle, rule.error = "Okänt namn", "Välj ett namn ur listan."
    return rule


def _cell(page: Worksheet, value: Value, wraps: bool) -> Cell | Value:
    if isinstance(value, str):
        text = _clean(value)
        plain = not text.startswith(READ_AS_FORMULA) and len(text) <= WIDEST and not wraps
        return text or None if plain or not text else _text(page, text, wraps)
    if value is None or pd.isna(value):
        return None
    return _top(WriteOnlyCell(page, value)) if wraps else value


def _top(cell: Cell) -> Cell:
    cell.alignment = _WRAPPED
    return cell


def _text(page: Worksheet, text: str, wraps: bool = False) -> Cell:
    cell = WriteOnlyCell(page, text)
    # openpyxl judges by looks whether a text is a formula or an error.
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(READ_AS_FORMULA)
    return _top(cell) if wraps or len(text) > WIDEST else cell


def _clean(text: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("", text)


def _height(row: Sequence[Value], widths: Sequence[int]) -> float | None:
    """Return the height of a row whose longest text is wrapped; programs other than Excel do not find it themselves."""
    pairs = zip(row, widths, strict=True)
    lines = max(-(-len(value) // width) if isinstance(value, str) else 1 for value, width in pairs)
    return LINE_HEIGHT * lines if lines > 1 else None


def _widths(sheet: Sheet) -> list[int]:
    """Return the width of each column by its heading and its first rows."""
    columns = zip(sheet.heading, *sheet.rows[:LOOKED_AT], strict=True)
    longest = (max(len(str(value)) for value in column if value is not None) for column in columns)
    found = [min(max(long + 2, NARROWEST), WIDEST) for long in longest]
    return [sheet.widths.get(name, width) for name, width in zip(sheet.heading, found, strict=True)]
