"""How numbers and text are written where a person reads, by the language of what is being made; names made harmless.

Swedish: 1 234,5 and 78 %. English: 1,234.5 and 78%.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from finsam_eval.language import SWEDISH, language, said

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"

HIDDEN = "visas\N{NO-BREAK SPACE}inte"
NO_ANSWERS = "inga\N{NO-BREAK SPACE}svar"

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~^$@&\"'=:])")


def decimal(value: float, digits: int = 1) -> str:
    """Return a number with thousands apart: 1 234,5, or 1,234.5 in English."""
    text = f"{abs(value):,.{digits}f}"
    if language() == SWEDISH:
        text = text.replace(",", NBSP).replace(".", ",")
    return f"{MINUS}{text}" if value < 0 and float(f"{abs(value):.{digits}f}") else text


def percent(share: float, digits: int = 0) -> str:
    """Return a share between 0 and 1 as "78 %"; a share that only rounds to 0 or 100 says so with a sign."""
    if not digits and 0 < share < 0.005:
        return f"<1{_sign()}"
    if not digits and 0.995 <= share < 1:
        return f">99{_sign()}"
    return f"{decimal(100 * share, digits)}{_sign()}"


def percent_interval(lower: float, upper: float) -> str:
    """Return an interval of shares as "71–84 %"."""
    return f"{_whole(lower)}{DASH}{_whole(upper)}{_sign()}"


def points(difference: float) -> str:
    """Return a difference between shares in percentage points with its sign: "+5", "−3", "0"."""
    rounded = round(100 * difference)
    return f"{'+' if rounded > 0 else MINUS if rounded < 0 else ''}{abs(rounded)}"


def points_interval(lower: float, upper: float) -> str:
    """Return an interval of differences as "−9 till +4"; an end beside 0 keeps a decimal, "+0,4", and so its side."""
    return between(_end(lower), _end(upper))


def between(lower: str, upper: str) -> str:
    """Return "a till b"."""
    return said("{lower} till {upper}", lower=lower, upper=upper)


def _sign() -> str:
    """Return the percent sign, apart from its number in Swedish."""
    return f"{NBSP}%" if language() == SWEDISH else "%"


def _end(difference: float) -> str:
    if round(100 * difference) or abs(difference) < 0.0005:
        return points(difference)
    return f"{'+' if difference > 0 else MINUS}{decimal(abs(100 * difference))}"


def _whole(share: float) -> str:
    return str(round(100 * share))


def whole(number: float) -> str:
    """Return a count with thousands apart."""
    return decimal(number, 0)


def listing(words: Sequence[str]) -> str:
    """Return "a", "a och b" or "a, b och c"."""
    *first, last = words
    return said("{first} och {last}", first=", ".join(first), last=last) if first else last


def html_text(text: str) -> str:
    """Return text that is shown as it is in HTML."""
    return html.escape(text, quote=True)


def markdown_text(text: str) -> str:
    """Return text that is shown as it is in Markdown: no markup, no raw HTML, no line breaks."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
