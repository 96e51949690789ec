"""Personnummer: recognised wherever they stand, and never repeated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from finsam_eval.errors import BadInput
from finsam_eval.ingest.cells import Delivered
from finsam_eval.ingest.text import normalised

PERSONNUMMER = r"(?<!\d)(?:18|19|20)?(\d{2})(\d{2})(\d{2})\s?[-+\N{NON-BREAKING HYPHEN}\N{EN DASH}]?\s?(\d{4})(?!\d)"

SHORTENED = re.compile(r"\d{7,9}")
"""What a spreadsheet leaves of ten digits that begin with zeros: those born in 2000 to 2009."""


def refuse_personnummer(file: str, delivered: Delivered, *, ids: Iterable[str], not_personal: Iterable[str]) -> None:
    """Refuse a file with a personnummer in any cell, heading, question or label, outside the columns `not_personal`.

    In a column of `ids` only a whole cell counts: in a pseudonym, a long run of letters and digits, a number may hide
    by chance.

    Raises
    ------
    BadInput
        With the place, never the number.
    """
    exempt, whole = ({normalised(name) for name in names} for names in (not_personal, ids))
    for place, name in enumerate(delivered.heading, start=1):
        texts = [name, delivered.questions.get(name, ""), *delivered.labels.get(name, {}).values()]
        if any(looks_like_personnummer(text) for text in texts):
            raise BadInput(f"{file}, heading or labels of column {place}: {_remedy('correct the heading')}")
    if looks_like_personnummer(delivered.form):
        raise BadInput(f"{file}, name of the sheet: {_remedy('rename the sheet')}")
    for place, name in enumerate(delivered.heading):
        if normalised(name) not in exempt:
            pattern = f"^{PERSONNUMMER}$" if normalised(name) in whole else PERSONNUMMER
            _check_column(file, delivered, place, pattern)


def _check_column(file: str, delivered: Delivered, place: int, pattern: str) -> None:
    cells = [record[place] for record in delivered.rows]
    found = {cell for cell in set(cells) if _may_hold_one(cell, pattern)}
    for number, cell in zip(delivered.numbers, cells, strict=True):
        if cell in found:
            column = delivered.heading[place] or place + 1
            other = "list the column under not_personal in study.yaml if it is something else"
            raise BadInput(f"{file}, row {number}, column {column}: {_remedy(other)}")


def _remedy(other: str) -> str:
    return f"looks like a personnummer; the data owner must pseudonymise the file, or {other}"


def _may_hold_one(cell: str, pattern: str) -> bool:
    ten = cell.zfill(10) if SHORTENED.fullmatch(cell) else cell
    return looks_like_personnummer(ten, pattern)


def looks_like_personnummer(text: str, pattern: str = PERSONNUMMER) -> bool:
    """Return whether `text` holds a personnummer or samordningsnummer: a real date and a right check digit."""
    found = (match.groups() for match in re.finditer(pattern, text))
    return any(_is_date(*parts[:3]) and _luhn("".join(parts)) for parts in found)


def without_personnummer(text: str) -> str:
    """Return a name as it may stand in a message: "…" in place of one that holds a personnummer."""
    return "…" if looks_like_personnummer(text) else text


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
