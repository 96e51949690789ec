"""What free text may not hold: a personnummer, however it is written, or a way to reach a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from finsam_eval.ingest.personnummer import looks_like_personnummer

Fault = tuple[int, str]
"""Row, and what is wrong there and what to do."""

_JOINED_DIGITS = re.compile(r"\d(?:[\d\s.+/_()-]|[,:;](?=\d))*")
_EMAIL = re.compile(
    r"\S\s?(@|[(\[](at|a|snabel-?a)[)\]])\s?[\w-]+(\.|\s?[(\[](punkt|dot)[)\]])"
    r"|\bsnabel-?a\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\d.,/-])(\+\d|00\d|0)(([\s()/-]*\d){7,13}|(\.?\d){8,12})(?!\d)")


def personnummer_in(rows: list[str]) -> Fault | None:
    """Return the first row where a number, or several read as one, may be a personnummer."""
    text = _plain(rows)
    for match in _JOINED_DIGITS.finditer(text):
        if any(looks_like_personnummer(number) for number in _numbers(match[0])):
            row = text.count("\n", 0, match.start()) + 1
            return row, "något ser ut som ett personnummer; ta bort det, eller skriv talet på ett annat sätt"
    return None


def _numbers(digits: str) -> Iterator[str]:
    """Return every run of neighbouring numbers that together have the length of a personnummer."""
    parts = re.findall(r"\d+", digits)
    for first in range(len(parts)):
        joined = ""
        for part in parts[first:]:
            joined += part
            if len(joined) in (10, 12):
                yield joined
            if len(joined) >= 12:
                break


def contact_in(rows: list[str]) -> Fault | None:
    """Return the first row with what may be an e-mail address or a phone number."""
    what = {_EMAIL: "en e-postadress", _PHONE: "ett telefonnummer"}
    for row, line in enumerate(_plain(rows).split("\n"), start=1):
        for pattern, name in what.items():
            if pattern.search(line):
                return row, f"något ser ut som {name}; ta bort det, rapporten ska inte peka ut någon person"
    return None


def _plain(rows: list[str]) -> str:
    """Return the text with every kind of digit, dash and space written in one way, row for row."""
    told = unicodedata.normalize("NFKC", "\n".join(rows).replace("\N{SOFT HYPHEN}", ""))
    return "".join(_plain_sign(sign) for sign in told)


def _plain_sign(sign: str) -> str:
    if sign == "\N{MINUS SIGN}" or unicodedata.category(sign) == "Pd":
        return "-"
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign
