"""Which column is what: headings as ids, as mapped, as whole questions, or as code and question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from openpyxl.utils import get_column_letter

from finsam_eval.codebook import Item
from finsam_eval.errors import BadInput
from finsam_eval.ingest.cells import Delivered
from finsam_eval.ingest.rewording import as_compared, difference, likeness
from finsam_eval.ingest.text import normalised

CODE_FIRST = re.compile(r"\S{1,40}?[.:)] (.+)")
ID_FIRST = re.compile(r"([A-Za-z]\w{0,39})\s*(?:[.:)]|\s[-–])\s+(\S.*)", re.DOTALL)
GRID = re.compile(r"(.*?) ?\[(.+)\]")
GRID_FIRST = re.compile(r"\[([^\]]+)\] ?(.+)")

CUT_OFF = 40
"""Signs that a question must have left where a program has cut it off, to be told from another one."""


class Names:
    """What the items of a file may be called in it: its id, its wording, or only what it is `mapped` to by hand."""

    def __init__(self, items: Sequence[Item], mapped: Mapping[str, str] | None = None) -> None:
        self._asked = {item.id: item for item in items}
        self._items: dict[str, set[str]] = {}
        self._alike: dict[str, set[str]] = {}
        for item in items:
            by_hand = (mapped or {}).get(item.id)
            for name in map(normalised, [by_hand] if by_hand else [item.id, item.wording, item.text]):
                numbered = CODE_FIRST.fullmatch(name)
                for text in (name, numbered[1]) if numbered else (name,):
                    self._items.setdefault(text, set()).add(item.id)
                    self._alike.setdefault(as_compared(text), set()).add(item.id)

    def items(self, text: str) -> set[str]:
        """Return every item that `text` may mean: "X", "code. X", "stem [X]" and "stem [rest]" for "stem rest".

        What no reader would call another wording (see `as_compared`) counts only where nothing is the same to a sign.
        """
        readings = _readings(normalised(text))
        same = {item for reading in readings for item in self._items.get(reading, ())}
        return same or {item for reading in readings for item in self._alike.get(as_compared(reading), ())}

    def reworded(self, heading: str, question: str) -> tuple[str, tuple[str, str]] | None:
        """Return the item whose id stands beside a wording that is not its own, and what differs; else None."""
        named = self.items(heading)
        beside = [(next(iter(named)), question)] if len(named) == 1 and question else []
        found = [match for match in map(ID_FIRST.fullmatch, (heading.strip(), question.strip())) if match]
        beside += [(match[1], match[2]) for match in found if not self.items(match[0])]
        for name, said in beside:
            item = self._asked.get(name)
            if item is not None and not says(item, said):
                return item.id, difference(nearest(item, said), said) or (item.wording, said)
        return None


def says(item: Item, said: str) -> bool:
    """Return whether a text beside an item's id is the item's own: its wording, text, stem or id, or cut off."""
    own = [as_compared(text) for text in (item.id, item.wording, item.text, item.stem) if text]
    readings = [as_compared(reading) for reading in _readings(normalised(said))]
    cut = [reading.rstrip(". ") for reading in readings]
    whole = any(reading in own for reading in readings)
    return whole or any(len(part) >= CUT_OFF and text.startswith(part) for part in cut for text in own)


def nearest(item: Item, said: str) -> str:
    """Return the item's whole wording, or its text without the stem where the file has that."""
    whole, alone = likeness(item.wording, said), likeness(item.text, said)
    return item.text if item.stem and alone > whole else item.wording


def _readings(text: str) -> list[str]:
    found = [text]
    if after_code := CODE_FIRST.fullmatch(text):
        found += _readings(after_code[1])
    if grid := GRID.fullmatch(text):
        found += [grid[2], f"{grid[1]} {grid[2]}"]
    if turned := GRID_FIRST.fullmatch(text):
        found += [turned[1], f"{turned[2]} {turned[1]}"]
    return found


def places(
    file: str, delivered: Delivered, columns: Mapping[str, str], ignored: Sequence[str], names: Names
) -> dict[str, int]:
    """Return our name → place of its column, for every declared column and every item that the file has.

    columns is our name → heading, items mapped by hand among them; a heading declared there or ignored is never taken
    for an item.

    Raises
    ------
    BadInput
        A declared column that is missing, a heading that nobody declared, one that may mean several items, and one
        that stands there twice.
    """
    heading = [normalised(name) for name in delivered.heading]
    declared = {normalised(theirs) for theirs in columns.values()}
    lacking = [theirs for theirs in columns.values() if normalised(theirs) not in heading]
    if lacking:
        raise BadInput(
            f"{file}, row 1: column {', '.join(lacking)} was expected among {len(heading)} columns ({delivered.form}); "
            "correct the file, or the column's name in study.yaml"
        )
    skipped = {normalised(name) for name in ignored}
    found = [
        (_item(file, delivered, place, names), place)
        for place, name in enumerate(heading)
        if name not in declared | skipped
    ]
    known = [(ours, place) for ours, theirs in columns.items() for place in _all(heading, normalised(theirs))]
    times = Counter(ours for ours, _ in known + found)
    doubled = [columns.get(ours, ours) for ours, number in times.items() if number > 1]
    if doubled:
        raise BadInput(f"{file}, row 1: column {', '.join(doubled)} stands there more than once; keep one")
    return dict(known + found)


def _all(heading: list[str], name: str) -> list[int]:
    return [place for place, other in enumerate(heading) if other == name]


def _item(file: str, delivered: Delivered, place: int, names: Names) -> str:
    heading = delivered.heading[place]
    question = delivered.questions.get(heading, "")
    meant = names.items(heading) | names.items(question)
    where = f"{file}, row 1, column {_told(delivered, place)}"
    if len(meant) > 1:
        raise BadInput(
            f"{where}: its heading may mean {', '.join(sorted(meant))}; say which one under items in study.yaml"
        )
    if not names.items(question) and (reworded := names.reworded(heading, question)):
        item, differing = reworded
        told = " / ".join(f"{who}: {text}" for who, text in zip(("kodboken", "filen"), differing, strict=True))
        raise BadInput(
            f"{where}: {item} has another wording than the codebook's ({_printable(told)}); if it was asked as the "
            f"codebook says, name its heading for {item} under items in study.yaml, else list it under ignored"
        )
    if not meant:
        raise BadInput(
            f"{where}: its heading is neither a declared column nor an item that this group answers; correct it, map "
            "it under columns or items in study.yaml, or list it under ignored; what it may be is proposed by "
            f"finsam-eval map {file}"
        )
    return meant.pop()


def _told(delivered: Delivered, place: int) -> str:
    """Return which column it is, with its letter where a spreadsheet would show one."""
    return f"{place + 1}" if delivered.form.startswith("SPSS") else f"{place + 1} ({get_column_letter(place + 1)})"


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)
