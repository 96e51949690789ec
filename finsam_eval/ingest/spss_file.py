"""SPSS files: codes with their labels, and which of them mean that no answer was given."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyreadstat

from finsam_eval.errors import BadInput
from finsam_eval.ingest.cells import Delivered, as_text, sheet

MOST_CELLS = 50_000_000
"""Cells a file may say that it has: a packed file can be small and still fill the memory."""

BROKEN = (
    pyreadstat.ReadstatError,
    pyreadstat.PyreadstatError,
    LookupError,
    MemoryError,
    OSError,
    OverflowError,
    TypeError,
    ValueError,
    Warning,
)
"""What the reader raises, or warns of, on a file that is not what it says."""


def read_spss(path: Path) -> Delivered:
    """Return a .sav or .zsav file: variables as headings, variable labels as questions, cases numbered from 1.

    A code that the file declares as missing stays in its cell; `missing` says why, by its label or, where it has
    none, "angivet som saknat". A system-missing value is an empty cell.

    Raises
    ------
    BadInput
        When the file is broken, or has no rows.
    """
    columns, told = _contents(path)
    cells = {name: [as_text(value) for value in values] for name, values in columns.items()}
    heading = [(0, list(cells))]
    records = [(case, list(row)) for case, row in enumerate(zip(*cells.values(), strict=True), start=1)]
    whole = sheet(path.name, heading + records, f"SPSS, {told.file_encoding or 'okänd teckenkodning'}", heading_rows=1)
    labels = {
        name: {as_text(code): str(label).strip() for code, label in named.items()}
        for name, named in told.variable_value_labels.items()
    }
    missing = {
        name: _missing(columns[name], ranges, labels.get(name, {})) for name, ranges in told.missing_ranges.items()
    }
    return Delivered(
        heading=whole.heading,
        rows=whole.rows,
        numbers=whole.numbers,
        form=whole.form,
        questions={name: str(label).strip() for name, label in told.column_names_to_labels.items() if label},
        labels=labels,
        missing=missing,
    )


def _contents(path: Path) -> tuple[dict[str, list[Any]], Any]:
    """Return the columns and what the file says of them."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # the reader warns of names that stand twice, and would quote them
            _, told = pyreadstat.read_sav(str(path), metadataonly=True)
            width = max(len(told.column_names), 1)
            if (told.number_rows or 0) * width > MOST_CELLS:
                raise BadInput(f"{path.name} has more than {MOST_CELLS} cells; export it in parts")
            columns, told = pyreadstat.read_sav(
                str(path), user_missing=True, output_format="dict", row_limit=MOST_CELLS // width
            )
    except BROKEN:
        raise _refusal(path) from None
    if not all(isinstance(name, str) for name in columns):
        raise _refusal(path)
    return columns, told


def _refusal(path: Path) -> BadInput:
    return BadInput(f"{path.name} is not an SPSS file that can be read: save it again from SPSS")


def _missing(values: Iterable[Any], ranges: Iterable[Any], labels: dict[str, str]) -> dict[str, str]:
    """Return the codes of a column that lie in its declared ranges, among its values and its labels."""
    codes = {as_text(value): value for value in values if value is not None}
    declared = {code for code, value in codes.items() if any(_within(value, span) for span in ranges)}
    return {code: labels.get(code, "angivet som saknat") for code in sorted(declared)}


def _within(value: Any, span: Any) -> bool:
    if isinstance(value, str) or isinstance(span["lo"], str):
        return str(value).strip() == str(span["lo"]).strip()
    return bool(span["lo"] <= value <= span["hi"])
