"""What a logic model cannot mean, in Swedish and with the cell of the template that says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from finsam_eval.mapping.model_faults import Faults, Row
from finsam_eval.mapping.model_sheets import COLUMNS

Kind = TypeVar("Kind", bound=BaseModel)
Place = tuple[str | int, ...]

KEYS = {"item": "items"}
"""A field of the model whose column has another name."""


@dataclass(frozen=True)
class _Said:
    """A sentence of the model's own, the column whose cell is to be mended, and what to say there."""

    sentence: str
    key: str
    words: str


SAID = [
    _Said(
        r"x must be at most n, got x = (\d+) of n = (\d+)",
        "baseline.x",
        ": {0} av {1} går inte. Byt plats på talen, eller rätta det ena.",
    ),
    _Said(
        r"value .* is not x = (\d+) of n = (\d+)",
        "baseline.value",
        ": värdet är inte {0} av {1}. Rätta det ena, eller lämna cellen tom; då räknas det ut.",
    ),
    _Said(
        r"baseline: a share lies between 0 and 1",
        "baseline.value",
        ": en andel ligger mellan 0 och 100 %. Rätta värdet, eller välj ett annat mått.",
    ),
    _Said(
        r"baseline: x of n is a share",
        "baseline.n",
        ": antal av ett helt hör till måttet andel. Välj andel under Mått, eller lämna cellen tom.",
    ),
    _Said(
        r"two targets for one period: (\S+)", "period", ": perioden {0} står redan för den indikatorn. Ta bort en rad."
    ),
    _Said(
        r"period (\S+) has two targets for one gender",
        "gender",
        ": indikatorn har redan ett värde för båda. Ta bort en rad, eller töm Kvinnor och män på bladet Indikatorer.",
    ),
    _Said(
        r"period (\S+): [<>]= contradicts direction",
        "operator",
        " går åt andra hållet än Ska på bladet Indikatorer. Lämna cellen tom, eller ändra Ska.",
    ),
    _Said(
        r"period (\S+): what is described in words has no value",
        "value",
        ": måttet är i ord och har inget värde. Lämna cellen tom, eller välj ett annat mått på bladet Indikatorer.",
    ),
    _Said(
        r"period (\S+): without a measure",
        "value",
        ": måttet är inte bestämt och har inget värde. Välj ett mått på bladet Indikatorer, eller lämna cellen tom.",
    ),
    _Said(
        r"period (\S+): between cannot be asked here",
        "upper",
        ": ett spann går inte för ja eller nej. Lämna cellen tom.",
    ),
    _Said(
        r"period (\S+): a target share lies between 0 and 1",
        "value",
        ": ett mål för en andel ligger mellan 0 och 100 %, och är inte det som alltid nås. Rätta det.",
    ),
    _Said(
        r"period (\S+): a share is never exactly its target",
        "operator",
        ": en andel blir aldrig precis sitt mål. Välj minst eller högst.",
    ),
    _Said(
        r"period (\S+): upper goes with between",
        "operator",
        " går inte ihop med Till och med. Lämna den ena cellen tom.",
    ),
    _Said(
        r"period (\S+): upper .* must be above value", "upper", " ska vara mer än Värde. Byt plats på dem, eller rätta."
    ),
    _Said(r".*before it starts", "end", " ligger före Startdatum. Byt plats på dem, eller rätta det ena."),
]
"""What the model's own checks across fields say, that a template can give rise to."""

LACKING = {
    "baseline.value": " är tom, men inte resten av Läge före. Skriv värdet, eller både antal och av.",
    "confirmed_by": " är tom. Skriv rollen som har bekräftat mätpunkterna, eller lämna Mätpunkter tomt.",
    "amount": " är tom. Skriv summan, eller ta bort raden.",
    "items": " har något som inte kan vara en mätpunkt. Skriv till exempel K07a; K07b.",
}
"""What to say of a field that is empty or cannot be what it should be, by its column."""


def checked(kind: type[Kind], told: Mapping[str, Any], rows: Mapping[Place, Row], faults: Faults) -> Kind | None:
    """Return what is told as a part of the model; None where it cannot be one, which is then among the faults.

    rows : the row that each part of it stands in, by its place in the part; () for the part itself
    """
    try:
        return kind.model_validate(told)
    except ValidationError as error:
        for one in error.errors():
            _note(one, rows, faults)
    return None


def _note(error: ErrorDetails, rows: Mapping[Place, Row], faults: Faults) -> None:
    row, key = _place(error["loc"], rows)
    words = LACKING.get(key, f": {error['msg']}.")
    if error["type"] == "greater_than_equal":
        words = f" ska vara minst {error['ctx']['ge']:g}."
    for said in SAID if error["type"] == "value_error" else []:
        found = re.search(said.sentence, error["msg"])
        if found:
            key, words = said.key, said.words.format(*found.groups())
            row = _having(key, found[1] if found.groups() else "", row, rows)
            break
    column = next((one for one in COLUMNS[row.sheet] if one.key == key), None)
    if column:
        faults.at(row, column, words)
    else:
        faults.tell(row.sheet, next(iter(row.places.values()), ""), words)


def _place(loc: Place, rows: Mapping[Place, Row]) -> tuple[Row, str]:
    """Return the row of a place in the model, and the column of what is left of the way there."""
    depth = max(len(known) for known in rows if known == loc[: len(known)])
    left = [str(step) for step in loc[depth:] if isinstance(step, str)]
    left = left[-1:] if left[:1] == ["matpunkter"] else left
    return rows[loc[:depth]], ".".join(KEYS.get(step, step) for step in left)


def _having(key: str, period: str, row: Row, rows: Mapping[Place, Row]) -> Row:
    """Return the row that has the column: this one, or the last of the indicator's targets for the period."""
    if key in row.places:
        return row
    others = [one for one in rows.values() if key in one.places]
    return ([one for one in others if one.cells.get("period") == period] or others or [row])[-1]
