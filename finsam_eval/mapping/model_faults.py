"""What is wrong in a filled-in template, gathered so that all of it can be mended at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from finsam_eval.errors import BadInput
from finsam_eval.ingest.personnummer import cell_holds_personnummer

MOST = 20
"""So many faults are told; then only how many more there are."""

LONGEST_SHOWN = 40
"""A longer text is not repeated: the cell says where it is."""


@dataclass(frozen=True)
class Row:
    """A row of a sheet: its number, its cells by our names for the columns, and the place of each.

    The sheet of facts is one row: each of its facts is a cell.
    """

    sheet: str
    number: int
    cells: Mapping[str, str]
    places: Mapping[str, str]


@dataclass
class Faults:
    """The faults of a file, in the order in which they are found, each cell's first.

    `called` says what a sheet is called in this file where that is not its name.
    """

    file: str
    called: dict[str, str] = field(default_factory=dict)
    told: dict[tuple[str, str], str] = field(default_factory=dict)

    def tell(self, sheet: str, cell: str, words: str, heading: str = "") -> None:
        """Note what is wrong in a cell, or in a whole sheet where `cell` is empty; of two in one cell the first."""
        place = f"{heading} (cell {cell})" if heading and cell else heading or (cell and f"cell {cell}")
        where = ", ".join(part for part in (self.file, f"bladet {self.called.get(sheet, sheet)}", place) if part)
        self.told.setdefault((sheet, cell or heading), f"{where}{words}")

    def at(self, row: Row, column: Any, words: str) -> None:
        """Note what is wrong in a row's cell of a column."""
        self.tell(row.sheet, row.places.get(column.key, ""), words, column.heading)

    def sound(self, row: Row) -> bool:
        """Return whether nothing is wrong in a row."""
        return not any((row.sheet, place) in self.told for place in row.places.values())

    def refusal(self) -> BadInput:
        """Return what has been found as an error: at most `MOST` lines, and how many more there are."""
        lines = list(self.told.values())
        more = [f"… och {len(lines) - MOST} fel till."] if len(lines) > MOST else []
        return BadInput("\n".join([*lines[:MOST], *more]))

    def stop(self) -> None:
        """Go on only where nothing has been found.

        Raises
        ------
        BadInput
            With what has been found, a line each.
        """
        if self.told:
            raise self.refusal()


def shown(said: str) -> str:
    """Return a short text of a plan in quotation marks; of a long one, or one about a person, only that it is there."""
    if len(said) > LONGEST_SHOWN or "\n" in said or cell_holds_personnummer(said):
        return "det som står där"
    return f"”{said}”"


def either(words: Iterable[str]) -> str:
    """Return "a", "a eller b" or "a, b eller c"."""
    *first, last = words
    return f"{', '.join(first)} eller {last}" if first else last
