"""Personnummer in text: recognised however they are written, and never repeated."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

MASK = "[personnummer]"
"""What stands in place of a personnummer where a text must be kept."""

SHORTENED = re.compile(r"\d{7,9}")
"""What a spreadsheet leaves of ten digits that begin with zeros: those born in 2000 to 2009."""

PSEUDONYM = re.compile(r"[0-9a-f]{16}")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_BETWEEN = r"(?:[^\w:]|_)"
"""What may part the digits. Not a colon: it would join a date to a time of day."""

_IN_GROUPS = re.compile(
    rf"(?<!\d)(?=((?:00{_BETWEEN}*)?((?:18|19|20){_BETWEEN}*)?"
    rf"(\d\d)({_BETWEEN}*)(\d\d)({_BETWEEN}*)(\d\d)({_BETWEEN}*)(\d{{4}}))(?!\d))"
)
_ONE_BY_ONE = re.compile(rf"(?<!\d)\d(?:{_BETWEEN}+\d(?!\d)){{5,}}(?:{_BETWEEN}*\d{{4}}(?!\d))?")
_DIGIT = re.compile(r"\d")
_WHOLE = re.compile(r"(?:00)?(18|19|20)?(\d{10})")
_NEXT_DATE = re.compile(r"([-./ ])\d\d\1\d\d(?!\d)")
_OF_A_LIST = re.compile(r"[,;]")
"""Between ten digits without a century: a list of answers, or of phone numbers."""

_UNSEEN = {"Cf", "Mn", "Me"}
"""Joiners, direction marks and the like, and marks that combine with a letter or a digit."""


class _Signs(dict[int, str]):
    """What each sign is read as, filled as signs are met."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        unseen = unicodedata.category(sign) in _UNSEEN
        self[code] = "" if unseen else str(unicodedata.decimal(sign)) if sign.isdecimal() else sign
        return self[code]


_SIGNS = _Signs()


class _Number(NamedTuple):
    """Where in an evened text a personnummer stands, and its ten digits."""

    start: int
    end: int
    digits: str


def evened(text: str) -> str:
    """Return `text` as it is searched: plain digits, and nothing that is not seen.

    Compatible signs are one (NFKC: full width, superscript, ligatures); digits of any script are 0 to 9; soft hyphens,
    zero-width and combining marks are gone. The same for a file that is pseudonymised and one that is read. Dashes need
    not be made one: any sign may part the digits.
    """
    return text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_SIGNS)


def looks_like_personnummer(text: str) -> bool:
    """Return whether `text` holds a personnummer or samordningsnummer: a real date and a right check digit.

    With or without century, "00" before it, and signs between its parts, or between all its digits.
    """
    return next(_numbers(evened(text)), None) is not None


def cell_holds_personnummer(cell: str) -> bool:
    """Return whether a cell holds a personnummer, its first zeros lost or not; a UUID holds none."""
    plain = evened(cell)
    if UUID.fullmatch(plain):
        return False
    return looks_like_personnummer(plain.zfill(10) if SHORTENED.fullmatch(plain) else plain)


def id_holds_personnummer(cell: str) -> bool:
    """Return whether an id is or holds a personnummer.

    In a bare pseudonym, letters and digits in turn, a number may stand by chance and is none.
    """
    if PSEUDONYM.fullmatch(cell):
        return False
    bare = cell.isalnum() and evened(cell) == cell
    return cell_holds_personnummer(cell) and not (bare and len(re.findall(r"\d+", cell)) > 1)


def ten_digits(text: str) -> str:
    """Return the ten digits of a personnummer that is all of `text`, however written; "" where it is something else."""
    plain = evened(text)
    whole = next((number for number in _numbers(plain)), None)
    rest = plain[: whole.start] + plain[whole.end :] if whole else ""
    return whole.digits if whole and not re.search(r"\w", rest) else ""


def masked(text: str) -> str:
    """Return a cell with `MASK` in place of each personnummer; any other cell as it is."""
    if not cell_holds_personnummer(text):
        return text
    plain = evened(text)
    made, end = "", 0
    for number in sorted(_numbers(plain)):
        if number.start >= end:
            made += plain[end : number.start] + MASK
            end = number.end
    return made + plain[end:] if made else MASK


def without_personnummer(text: str) -> str:
    """Return a name as it may stand in a message: "…" in place of one that holds a personnummer."""
    return "…" if looks_like_personnummer(text) else text


def _numbers(plain: str) -> Iterator[_Number]:
    if len(_DIGIT.findall(plain)) < 10:
        return
    for match in _IN_GROUPS.finditer(plain):
        _, century, year, first, month, second, day, third, last = match.groups()
        parted = bool(first or second)
        # A phone number of 4 and 6 digits, or two dates of 6, are parted in their middle only.
        halves = parted and not third
        interval = parted and last[:2] in {"19", "20"} and _NEXT_DATE.match(plain, match.end(1))
        listed = century is None and _OF_A_LIST.search(first + second + third)
        if not (halves or interval or listed) and _is_one(digits := year + month + day + last):
            yield _Number(*match.span(1), digits)
    for match in _ONE_BY_ONE.finditer(plain):
        whole = _WHOLE.fullmatch(re.sub(r"\D", "", match[0]))
        if whole and (whole[1] or not _OF_A_LIST.search(match[0])) and _is_one(whole[2]):
            yield _Number(*match.span(), whole[2])


def _is_one(digits: str) -> bool:
    return _is_date(digits[:2], digits[2:4], digits[4:6]) and _luhn(digits)


def _is_date(year: str, month: str, day: str) -> bool:
    # A samordningsnummer adds 60 to the day; 2000 is a leap year, so no birth day is missed.
    born = int(day) - 60 if int(day) > 60 else int(day)
    try:
        date(2000 if int(year) % 4 == 0 else 2001, int(month), born)
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits)]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0
