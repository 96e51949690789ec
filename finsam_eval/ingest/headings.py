"""Which column is what: headings as ids, as mapped, as whole questions, or as code and question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from finsam_eval.errors import BadInput
from finsam_eval.ingest.cells import Delivered
from finsam_eval.ingest.text import normalised

CODE_FIRST = re.compile(r"\S{1,40}?[.:)] (.+)")
GRID = re.compile(r"(.*?) ?\[(.+)\]")


class Names:
    """What the items of a file may be called in it: item → its texts, such as its id and its wording."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        self._items: dict[str, set[str]] = {}
        for item, names in texts.items():
            for name in map(normalised, names):
                numbered = CODE_FIRST.fullmatch(name)
                for text in (name, numbered[1]) if numbered else (name,):
                    self._items.setdefault(text, set()).add(item)

    def items(self, text: str) -> set[str]:
        """Return every item that `text` may mean: "X", "code. X", "stem [X]" and "stem [rest]" for "stem rest"."""
        return {item for reading in _readings(normalised(text)) for item in self._items.get(reading, ())}


def _readings(text: str) -> list[str]:
    found = [text]
    if after_code := CODE_FIRST.fullmatch(text):
        found += _readings(after_code[1])
    if grid := GRID.fullmatch(text):
        found += [grid[2], f"{grid[1]} {grid[2]}"]
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
    meant = names.items(heading) | names.items(delivered.questions.get(heading, ""))
    if len(meant) > 1:
        raise BadInput(
            f"{file}, row 1, column {place + 1}: its heading may mean {', '.join(sorted(meant))}; say which one under "
            "items in study.yaml"
        )
    if not meant:
        raise BadInput(
            f"{file}, row 1, column {place + 1}: its heading is neither a declared column nor an item that this group "
            "answers; correct it, map it under columns or items in study.yaml, or list it under ignored"
        )
    return meant.pop()
