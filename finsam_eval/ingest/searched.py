"""A delivered file searched for personnummer, wherever in it one may stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from finsam_eval.errors import BadInput
from finsam_eval.ingest.cells import Delivered
from finsam_eval.ingest.personnummer import cell_holds_personnummer, id_holds_personnummer, looks_like_personnummer
from finsam_eval.ingest.text import normalised


def refuse_personnummer(file: str, delivered: Delivered, *, ids: Iterable[str], not_personal: Iterable[str]) -> None:
    """Refuse a file with a personnummer in any cell, heading, question or label, outside the columns `not_personal`.

    In a column of `ids` a bare pseudonym is none, see `id_holds_personnummer`. What lies beside the table, other sheets
    and comments, is searched as well.

    Raises
    ------
    BadInput
        With the place, never the number.
    """
    exempt, pseudonyms = ({normalised(name) for name in names} for names in (not_personal, ids))
    for place, name in enumerate(delivered.heading, start=1):
        if any(looks_like_personnummer(text) for text in told_of(delivered, name)):
            raise BadInput(f"{file}, heading or labels of column {place}: {_remedy('correct the heading')}")
    if looks_like_personnummer(delivered.form):
        raise BadInput(f"{file}, name of the sheet: {_remedy('rename the sheet')}")
    refuse_beside(file, delivered)
    for place, name in enumerate(delivered.heading):
        if normalised(name) not in exempt:
            holds = id_holds_personnummer if normalised(name) in pseudonyms else cell_holds_personnummer
            _check_column(file, delivered, place, holds)


def told_of(delivered: Delivered, name: str) -> list[str]:
    """Return every text that a file gives about one column: heading, question, codes and what they are called."""
    named = [*delivered.labels.get(name, {}).items(), *delivered.missing.get(name, {}).items()]
    return [name, delivered.questions.get(name, ""), *(text for pair in named for text in pair)]


def refuse_beside(file: str, delivered: Delivered) -> None:
    """Refuse a file with a personnummer outside its table, where no column can be declared to hold something else.

    Raises
    ------
    BadInput
        With the place, never the number.
    """
    if delivered.beside:
        raise BadInput(f"{file}, {delivered.beside}: {_remedy('take it out of the file')}")


def refuse_names(names: Iterable[str], place: str = "") -> None:
    """Refuse names of files where one holds a personnummer; a name would go on into tables, receipts and messages.

    Raises
    ------
    BadInput
        Without the name.
    """
    if any(map(looks_like_personnummer, names)):
        raise BadInput(
            f"a file {place}has a personnummer in its name, or a number that looks like one: rename it, and correct "
            "its name in study.yaml if it stands there"
        )


def _check_column(file: str, delivered: Delivered, place: int, holds: Callable[[str], bool]) -> None:
    cells = [record[place] for record in delivered.rows]
    found = {cell for cell in set(cells) if holds(cell)}
    for number, cell in zip(delivered.numbers, cells, strict=True):
        if cell in found:
            column = delivered.heading[place] or place + 1
            other = "list the column under not_personal in study.yaml if it is something else"
            raise BadInput(f"{file}, row {number}, column {column}: {_remedy(other)}")


def _remedy(other: str) -> str:
    return f"looks like a personnummer; the data owner must pseudonymise the file, or {other}"
