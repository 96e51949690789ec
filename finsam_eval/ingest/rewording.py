"""Whether two wordings are the same to a reader, how alike they are, and in which words they differ."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

from finsam_eval.ingest.text import normalised

MARK = ("⟦", "⟧")
"""What stands around the words that differ."""

ALMOST = 0.99
"""The score of texts that are not quite the same is never above this."""

_NUMBERING = re.compile(r"(\d{1,2}|[a-zåäö])[.)]", re.IGNORECASE)


def as_compared(text: str) -> str:
    """Return the words of a text without what no reader would call another wording.

    As `ingest.text.normalised`, and in small letters; the brackets around a grid's sub-question, its numbering, and
    full stops and colons after words are left out. Commas and question marks stay.
    """
    return " ".join(_key(word) for word in _words(text))


@lru_cache(maxsize=100_000)
def likeness(one: str, other: str) -> float:
    """Return how alike two wordings are, 0 to 1; 1 only where they are the same once normalised.

    The share of signs that belong to common runs (Ratcliff & Obershelp), which forgives endings and spelling.
    """
    first, second = as_compared(one), as_compared(other)
    if first == second:
        return 1.0
    return min(ALMOST, SequenceMatcher(None, first, second, autojunk=False).ratio())


def difference(one: str, other: str) -> tuple[str, str] | None:
    """Return both texts with the words that differ marked; None where the wording is the same."""
    if as_compared(one) == as_compared(other):
        return None
    first, second = _words(one), _words(other)
    runs = SequenceMatcher(None, [*map(_key, first)], [*map(_key, second)], autojunk=False).get_opcodes()
    ours = [_run(first[a:b], same=kind == "equal") for kind, a, b, _, _ in runs]
    theirs = [_run(second[a:b], same=kind == "equal") for kind, _, _, a, b in runs]
    return " ".join(ours), " ".join(theirs)


def _run(words: list[str], *, same: bool) -> str:
    text = " ".join(words)
    return text if same else f"{MARK[0]}{text}{MARK[1]}"


def _words(text: str) -> list[str]:
    """Return the words as written, numbering and lone signs left out."""
    words = re.sub(r"[\[\]]", " ", normalised(text)).split()
    return [word for word in words if _key(word) and not _NUMBERING.fullmatch(word)]


def _key(word: str) -> str:
    return word.casefold().rstrip(".:")
