"""A delivered file as text, whatever program it was made by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from finsam_eval.errors import BadInput

LARGEST = 100 * 2**20
"""Bytes a file may have: some 25 million answers as CSV."""

MOST_COLUMNS = 16_384
"""Columns a sheet of Excel may have."""


@dataclass(frozen=True)
class Delivered:
    """A delivered file as it is, before anybody has said what its columns mean.

    `heading` has one text per column, two heading rows as "stem [sub]". Every cell of `rows` is stripped text, empty
    where the file has nothing; `numbers` says which row of the file each is, as a spreadsheet shows it (SPSS: which
    case). `form` tells a Swedish reader what kind of file it was. Where the file knows them, by heading: the whole
    question, what codes are called (`labels`), and which codes mean that no answer was given, and why (`missing`).
    `beside` says where outside the table something looks like a personnummer, in one place; empty where nothing does.
    """

    heading: list[str]
    rows: list[list[str]]
    numbers: list[int]
    form: str
    questions: dict[str, str] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    missing: dict[str, dict[str, str]] = field(default_factory=dict)
    beside: str = ""


def as_text(value: object) -> str:
    """Return a cell as text: whole numbers without decimals, dates as 2025-03-31, nothing as the empty text."""
    match value:
        case None:
            return ""
        case bool():
            return "SANT" if value else "FALSKT"
        case float() if value != value:
            return ""
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
    return str(value).strip()


def sheet(
    file: str, records: Sequence[tuple[int, list[str]]], form: str, *, heading_rows: int, between: str = ""
) -> Delivered:
    """Return numbered records as a delivered file: heading first, empty rows and wholly empty columns left out.

    A heading without rows is a delivery of nobody: so a file is left when the last person in it is forgotten.

    Raises
    ------
    BadInput
        No heading, too many columns, or a row of another width than the heading.
    """
    filled = [(number, record) for number, record in records if any(record)]
    if len(filled) < heading_rows:
        raise BadInput(f"{file} has no heading: export it again, or take it out of study.yaml")
    width = len(filled[0][1])
    if width > MOST_COLUMNS:
        raise BadInput(f"{file} has {width} columns; at most {MOST_COLUMNS} can be read: export it again")
    for number, record in filled:
        if len(record) != width:
            raise BadInput(
                f"{file}, row {number}: expected {width} columns as in the heading, found {len(record)}"
                + (f"; a {between} inside an answer needs quotation marks around it" if between else "")
            )
    heading = _heading([record for _, record in filled[:heading_rows]])
    below = filled[heading_rows:]
    used = [place for place, name in enumerate(heading) if name or any(record[place] for _, record in below)]
    whole = len(used) == width
    return Delivered(
        heading=[heading[place] for place in used],
        rows=[record if whole else [record[place] for place in used] for _, record in below],
        numbers=[number for number, _ in below],
        form=form,
    )


def _heading(rows: list[list[str]]) -> list[str]:
    """Join two heading rows: a merged stem stands in its first cell only and holds for the empty ones after it."""
    if len(rows) == 1:
        return rows[0]
    stems: list[str] = []
    for text in rows[0]:
        stems.append(text or (stems[-1] if stems else ""))
    joined = zip(rows[0], stems, rows[1], strict=True)
    return [f"{stem} [{sub}]" if sub and stem else sub or own for own, stem, sub in joined]
