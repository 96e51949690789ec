"""Numbers as people write them in a plan: read where they are one, and otherwise what to write in their place."""

from __future__ import annotations

import re

from finsam_eval.mapping.model_columns import Column
from finsam_eval.mapping.model_faults import shown
from finsam_eval.swedish import listing

NUMBER = re.compile(r"[+−-]?\d+([.,]\d+)?")
PERCENT = re.compile(r"([+−-]?\d+(?:[.,]\d+)?) ?(?:%|procent)", re.IGNORECASE)

MISSING = {"saknas", "uppgift saknas", "okänt", "okänd", "ej känt", "vet ej", "–", "-", "—", "−", "?"}
"""What people write where nothing is known."""

EMPTY = "Lämna cellen tom."

_SPACES = re.compile(r"[\s\u00a0\u202f]")
_IN_TEXT = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?")
_DIRECTION = re.compile(r"(ska |skall |bör )?(öka|minska|höjas|sänkas)\w*", re.IGNORECASE)
_THOUSANDS = re.compile(rf"({_IN_TEXT.pattern}) ?(tkr|kkr|tusen|mkr|mnkr|miljon)", re.IGNORECASE)
_FACTOR = {"tkr": 1e3, "kkr": 1e3, "tusen": 1e3, "mkr": 1e6, "mnkr": 1e6, "miljon": 1e6}
_OF = re.compile(r"(\d+) av (\d+)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SPAN = re.compile(r"(\d+(?:[.,]\d+)?) ?%? ?(?:–|-|till) ?(\d+(?:[.,]\d+)?) ?(%?)")
_LIMIT = re.compile(r"\b(minst|högst)\b", re.IGNORECASE)


def number_in(said: str) -> float | None:
    """Return a number written with a decimal comma or point, with or without spaces and kronor; None where it is none.

    >>> number_in("1 510 000 kr")
    1510000.0
    """
    bare = _SPACES.sub("", said).removesuffix("kr").removesuffix("kronor")
    return float(bare.replace(",", ".").replace("−", "-")) if NUMBER.fullmatch(bare) else None


def percent_in(said: str) -> float | None:
    """Return a share written in per cent; None where it is not."""
    found = PERCENT.fullmatch(said)
    return float(found[1].replace(",", ".").replace("−", "-")) / 100 if found else None


def no_number(column: Column, said: str) -> str:
    """Return what to say of a cell that should be a number: that it is none, and what to write where.

    What stands in one cell of a plan ("55 % (2025, 33 av 60)") has several columns here.
    """
    return f": {shown(said)} är inte ett tal. {_instead(column, said)}"


def _instead(column: Column, said: str) -> str:
    if said.casefold() in MISSING:
        return EMPTY
    if _DIRECTION.fullmatch(said):
        return "Lämna tomt; riktningen står under Ska på bladet Indikatorer."
    thousands = _THOUSANDS.search(said)
    if thousands:
        amount = float(_SPACES.sub("", thousands[1]).replace(",", ".")) * _FACTOR[thousands[2].casefold()]
        rest = " Det som står efter skrivs på en egen rad." if said[thousands.end() :].strip(" .") else ""
        return f"Skriv {amount:.0f}.{rest}"
    match column.key:
        case "baseline.value":
            return _parted(said, _before(said))
        case "value":
            return _span(said) or _parted(said, _goal(said))
    return _only_one(said, percent=column.kind == "value")


def _parted(said: str, others: list[str]) -> str:
    """Return which number stays in the cell, and where the others go."""
    rest = _YEAR.sub(" ", _OF.sub(" ", said))
    percent = PERCENT.search(rest)
    numbers = _IN_TEXT.findall(rest)
    here = f"{percent[1]} %" if percent else numbers[0] if len(numbers) == 1 else ""
    if here and others:
        return f"Skriv {here} här, och {listing(others)}."
    if others and not numbers:
        return f"Lämna cellen tom, och skriv {listing(others)}."
    return _only_one(said, percent=True)


def _before(said: str) -> list[str]:
    of, year = _OF.search(said), _YEAR.search(_OF.sub(" ", said))
    counts = [f"{of[1]} under Läge före, antal", f"{of[2]} under Läge före, av"] if of else []
    return [*counts, *([f"{year[0]} under Läge före, period"] if year else [])]


def _goal(said: str) -> list[str]:
    year, limit = _YEAR.search(said), _LIMIT.search(said)
    kept = [f"{limit[1].casefold()} under Minst eller högst"] if limit else []
    return [*kept, *([f"{year[0]} under Period"] if year else [])]


def _span(said: str) -> str:
    found = _SPAN.fullmatch(said)
    sign = " %" if found and found[3] else ""
    return f"Skriv {found[1]}{sign} här och {found[2]}{sign} under Till och med." if found else ""


def _only_one(said: str, *, percent: bool) -> str:
    found = PERCENT.search(said)
    if found and not percent:
        return "Skriv ett antal, inte procent, eller lämna cellen tom."
    numbers = [f"{found[1]} %"] if found else _IN_TEXT.findall(said)
    if len(numbers) == 1:
        return f"Skriv bara {numbers[0]}."
    return "Skriv ett tal med siffror, eller lämna cellen tom."
