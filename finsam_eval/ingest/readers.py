"""A delivered file → a frame of text with our column names, or one sentence about what to change."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

import pandas as pd

from finsam_eval.errors import BadInput
from finsam_eval.study import Source

ROW = "row"
"""Row of the file as a spreadsheet shows it: the heading is row 1."""

PERSONNUMMER = r"(?<!\d)(?:18|19|20)?(\d{2})(\d{2})(\d{2})[-+ ]?(\d{4})(?!\d)"


def read_source(folder: Path, source: Source, items: dict[str, str]) -> pd.DataFrame:
    """Return every record of a file as stripped text, columns renamed to ours, with its row number.

    Parameters
    ----------
    folder : Path
        The study's raw data.
    source : Source
        The file's declaration.
    items : dict
        Item → heading, for the item columns the file may have; those it lacks are left out.

    Raises
    ------
    BadInput
        File missing, not UTF-8, without rows, a declared column missing or doubled, a column nobody declared,
        a row of another width, or something that looks like a personnummer.
    """
    heading, *records = _records(folder / source.file)
    _check_heading(source, heading, items)
    _check_width(source.file, heading, records)
    text = pd.DataFrame(records, columns=heading, dtype="str").apply(lambda column: column.str.strip())
    _refuse_personnummer(source, text)
    ours = {**source.columns, **{item: name for item, name in items.items() if name in heading}}
    frame = pd.DataFrame({name: text[theirs] for name, theirs in ours.items()})
    frame.insert(0, ROW, range(2, len(frame) + 2))
    return frame


def _records(path: Path) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadInput(f"{path.name} is missing in data/raw: put it there, or correct its name in study.yaml") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path.name} is not UTF-8: export it again as CSV UTF-8") from None
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read ({error.strerror}); is it open in another program?") from None
    try:
        records = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True) if row]
    except csv.Error:
        raise BadInput(f"{path.name} is not CSV with ; between columns: a quotation mark is left open") from None
    if len(records) < 2:
        raise BadInput(f"{path.name} has no rows below its heading: export it again, or take it out of study.yaml")
    return records


def _check_heading(source: Source, heading: list[str], items: dict[str, str]) -> None:
    missing = [name for name in source.columns.values() if name not in heading]
    if missing:
        raise BadInput(
            f"{source.file}, row 1: column {', '.join(missing)} was expected among {len(heading)} columns with ; "
            "between them; correct the file, or the column's name in study.yaml"
        )
    doubled = sorted(
        {name for name in heading if heading.count(name) > 1} & {*source.columns.values(), *items.values()}
    )
    if doubled:
        raise BadInput(f"{source.file}, row 1: column {', '.join(doubled)} stands there more than once; keep one")
    declared = {*source.columns.values(), *items.values(), *source.ignored}
    for place, name in enumerate(heading, start=1):
        if name not in declared:
            raise BadInput(
                f"{source.file}, row 1, column {place}: its heading is neither a declared column nor an item that this "
                "group answers; correct it, map it under columns or items in study.yaml, or list it under ignored"
            )


def _check_width(file: str, heading: list[str], records: list[list[str]]) -> None:
    for number, record in enumerate(records, start=2):
        if len(record) != len(heading):
            raise BadInput(
                f"{file}, row {number}: expected {len(heading)} columns as in the heading, found {len(record)}; "
                "a ; inside an answer needs quotation marks around it"
            )


def _refuse_personnummer(source: Source, text: pd.DataFrame) -> None:
    # A pseudonym is a long run of letters and digits in which a number may hide by chance: there the whole cell counts.
    ids = {source.columns.get(name) for name in ("respondent", "participation")}
    for name in text.columns.difference([*source.not_personal]):
        column = text[name]
        pattern = f"^{PERSONNUMMER}$" if name in ids else PERSONNUMMER
        for place, value in column[column.str.contains(r"\d{6}", regex=True)].items():
            if looks_like_personnummer(str(value), pattern):
                raise BadInput(
                    f"{source.file}, row {int(str(place)) + 2}, column {name}: looks like a personnummer; "
                    "the data owner must pseudonymise the file, or list the column under not_personal in study.yaml "
                    "if it is something else"
                )


def looks_like_personnummer(text: str, pattern: str = PERSONNUMMER) -> bool:
    """Return whether `text` holds a personnummer or samordningsnummer: a real date and a right check digit."""
    found = (match.groups() for match in re.finditer(pattern, text))
    return any(_is_date(*parts[:3]) and _luhn("".join(parts)) for parts in found)


def _is_date(year: str, month: str, day: str) -> bool:
    # A samordningsnummer adds 60 to the day; 2000 is a leap year, so no birth day is missed.
    born = int(day) - 60 if int(day) > 60 else int(day)
    try:
        date(2000 if int(year) % 4 == 0 else 2001, int(month), born)
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits)]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0
