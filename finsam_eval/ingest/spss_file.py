"""SPSS files: codes with their labels, and which of them mean that no answer was given."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from finsam_eval.errors import BadInput
from finsam_eval.ingest import spss_contents
from finsam_eval.ingest.cells import Delivered, as_text, sheet
from finsam_eval.ingest.personnummer import looks_like_personnummer

MOST_CELLS = 50_000_000
"""Cells a file may say that it has: a packed file can be small and still fill the memory."""


def read_spss(path: Path) -> Delivered:
    """Return a .sav or .zsav file: variables as headings, variable labels as questions, cases numbered from 1.

    A code that the file declares as missing stays in its cell; `missing` says why, by its label or, where it has
    none, "angivet som saknat". A system-missing value is an empty cell.

    Raises
    ------
    BadInput
        When the file is broken, or has no variables.
    """
    told = _contents(path)
    columns = told["columns"]
    cells = {name: [as_text(value) for value in values] for name, values in columns.items()}
    heading = [(0, list(cells))]
    records = [(case, list(row)) for case, row in enumerate(zip(*cells.values(), strict=True), start=1)]
    whole = sheet(path.name, heading + records, f"SPSS, {told['encoding'] or 'okänd teckenkodning'}", heading_rows=1)
    labels = {
        name: {as_text(code): str(label).strip() for code, label in named.items()}
        for name, named in told["labels"].items()
    }
    missing = {name: _missing(columns[name], ranges, labels.get(name, {})) for name, ranges in told["missing"].items()}
    return Delivered(
        heading=whole.heading,
        rows=whole.rows,
        numbers=whole.numbers,
        form=whole.form,
        questions={name: str(label).strip() for name, label in told["questions"].items() if label},
        labels=labels,
        missing=missing,
        beside="its label or notes" if any(map(looks_like_personnummer, told["notes"])) else "",
    )


def _contents(path: Path) -> dict[str, Any]:
    """Return what `spss_contents` finds in the file, whatever becomes of the process that reads it."""
    script = str(Path(spss_contents.__file__))
    reading = subprocess.run(
        [sys.executable, "-P", script, str(path), str(MOST_CELLS)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # the reader's own messages quote the file
        check=False,
    )
    if reading.returncode == spss_contents.TOO_LARGE:
        raise BadInput(f"{path.name} has more than {MOST_CELLS} cells; export it in parts")
    if reading.returncode:
        raise _refusal(path)
    told: dict[str, Any] = pickle.loads(reading.stdout)
    if not all(isinstance(name, str) for name in told["columns"]):
        raise _refusal(path)
    return told


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
