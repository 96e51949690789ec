"""What the rows of a template are called: by id, by text, and by an id made of the text where they have none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from finsam_eval.definitions import IDENTIFIER
from finsam_eval.mapping.model_faults import Row, shown

LONGEST = 40
"""Signs of an id."""


@dataclass(frozen=True)
class Names:
    """What the rows of a sheet are called: `own` by row, `ids` by id and by text in small letters, `texts` as written.

    A text that several rows have is among `twice`, and names none of them.
    """

    own: dict[int, str]
    ids: dict[str, str]
    texts: dict[str, str]
    twice: dict[str, list[str]]

    def find(self, said: str) -> str | None:
        """Return the id that a cell points at by id or by text; None where nothing, or more than one, is called so."""
        return self.ids.get(said) or self.ids.get(said.casefold())

    def unknown(self, said: str, sheet: str) -> str:
        """Return what to say of a cell that points at nothing, or at more than one."""
        if said.casefold() in self.twice:
            cells = ", ".join(self.twice[said.casefold()])
            return (
                f": {shown(said)} står på flera rader på bladet {sheet} ({cells}). Ge dem var sitt id, och skriv det."
            )
        likest = [name for name in self.texts if said.casefold() in name]
        likest = likest or get_close_matches(said.casefold(), [*self.texts, *self.ids], n=1)
        meant = self.texts.get(likest[0], likest[0]) if likest else ""
        way = f"Menar ni ”{meant}”?" if meant else "Välj ur listan, eller skriv raden där först."
        return f": {shown(said)} står inte på bladet {sheet}. {way}"


def names_of(rows: list[Row]) -> Names:
    """Return what rows are called; a row with neither id nor text is called nothing.

    An id that cannot be one, or stands twice, is another's fault to tell: what points at its row still finds it.
    """
    own: dict[int, str] = {}
    ids: dict[str, str] = {}
    texts: dict[str, str] = {}
    having: dict[str, list[tuple[str, str]]] = {}
    written = {row.cells["id"] for row in rows if row.cells.get("id")}
    for row in rows:
        title = row.cells.get("title", "")
        if title or row.cells.get("id"):
            given, taken = row.cells.get("id", ""), set(own.values())
            usable = given not in taken and re.fullmatch(IDENTIFIER, given)
            own[row.number] = given if usable else free(slug(given or title), written | taken)
            ids.setdefault(given or own[row.number], own[row.number])
            texts.setdefault(title.casefold(), title)
            having.setdefault(title.casefold(), []).append((own[row.number], row.places["title"]))
    once = {text: having[text][0][0] for text in texts if text and len(having[text]) == 1}
    twice = {text: [cell for _, cell in several] for text, several in having.items() if text and len(several) > 1}
    return Names(own, {**once, **ids}, {text: written for text, written in texts.items() if text}, twice)


def slug(text: str) -> str:
    """Return an id made of a text: its letters without marks, its digits, and _ between words."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return (words if words[:1].isalpha() else f"x_{words}")[:LONGEST].rstrip("_")


def free(wanted: str, taken: Container[str]) -> str:
    """Return the wanted id, or the first like it that is free."""
    return next(name for name in _candidates(wanted) if name not in taken)


def _candidates(wanted: str) -> Iterator[str]:
    yield wanted
    number = 2
    while True:
        yield f"{wanted[: LONGEST - len(str(number)) - 1]}_{number}"
        number += 1
