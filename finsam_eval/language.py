"""The language of what is being made: Swedish as it stands in the code, English looked up by the Swedish.

A sentence a reader sees is written where it is made, in Swedish, and said: `said("{n} personer svarade.", n=whole(n))`.
The Swedish is the key to the English in `english.yaml`. What has no English is refused when English is asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Literal

from finsam_eval.definitions import Definition, parse, read_yaml
from finsam_eval.errors import BadDefinition, BadReport

Language = Literal["sv", "en"]
SWEDISH: Language = "sv"
ENGLISH: Language = "en"

CATALOGUE = Path(__file__).with_name("english.yaml")

_HEADING = re.compile(r"^(#+ )?(.*)$", re.DOTALL)
_PLAIN = re.compile(r"[^\s%]*[\dA-ZÅÄÖ][^\s%]*(\N{NO-BREAK SPACE}\d{3})*")
"""An id or a number: one word with a digit or a capital in it."""

_NUMBER = re.compile(r"(?<=\d)[,\N{NO-BREAK SPACE}](?=\d)")


class Sentence(Definition):
    """A sentence of the package in both languages; what stands in braces is filled in."""

    sv: str
    en: str


class Catalogue(Definition):
    """Every sentence that has English."""

    sentences: list[Sentence]


_language: ContextVar[Language] = ContextVar("language", default=SWEDISH)
_own_words: ContextVar[Mapping[str, str] | None] = ContextVar("own_words", default=None)


def language() -> Language:
    """Return the language of what is being made."""
    return _language.get()


def speak(wanted: str, own: Mapping[str, str] | None = None) -> None:
    """Make everything from here on in this language.

    own : the study's own words, Swedish → English: labels of its codebook, names of its periods.

    Raises
    ------
    BadReport
        For a language there is none of.
    """
    if wanted not in (SWEDISH, ENGLISH):
        raise BadReport(f"language {wanted!r} is not known; there are {SWEDISH} and {ENGLISH}")
    _language.set(ENGLISH if wanted == ENGLISH else SWEDISH)
    _own_words.set(own)


@contextmanager
def spoken(wanted: str, own: Mapping[str, str] | None = None) -> Iterator[None]:
    """Make what is made within in this language, and after it in the one before."""
    before, words = _language.get(), _own_words.get()
    speak(wanted, own)
    try:
        yield
    finally:
        _language.set(before)
        _own_words.set(words)


def said(swedish: str, **filled: object) -> str:
    """Return a sentence in the language of what is being made, with what stands in braces filled in.

    Without anything to fill in, braces are signs like others.

    Raises
    ------
    BadReport
        When English is asked for and the sentence has none: it names the sentence.
    """
    sentence = swedish if _language.get() == SWEDISH else _english(swedish)
    return sentence.format(**filled) if filled else sentence


def headings(*names: str) -> list[str]:
    """Return the headings of a table's columns."""
    return [said(name) for name in names]


def named(name: str) -> str:
    """Return a proper name: in English only where the study gives it one, else as it is."""
    return (_own_words.get() or {}).get(name, name) if _language.get() == ENGLISH else name


def retold(swedish: str) -> str:
    """Return sentences that stand finished in a table, such as why there is no number.

    Tables are Swedish whatever language is asked for. What was filled in is found again by the catalogue's sentence,
    whose braces stand for any text; numbers among it follow the language, names and ids stay.

    Raises
    ------
    BadReport
        When English is asked for and the catalogue has no such sentence.
    """
    if _language.get() == SWEDISH or not swedish:
        return swedish
    if told := _retold(swedish):
        return told
    for separator, between in ((r"(?<=\.) ", " "), ("; ", "; ")):
        parts = re.split(separator, swedish)
        if len(parts) > 1:
            return between.join(retold(part) for part in parts)
    return _english(swedish)


def in_markdown(swedish: str) -> str:
    """Return Markdown, paragraph by paragraph; a heading keeps its level."""
    if _language.get() == SWEDISH:
        return swedish
    return "\n\n".join(_paragraph(part) for part in re.split(r"\n{2,}", swedish.strip()))


@cache
def catalogue() -> dict[str, str]:
    """Return Swedish → English, read once.

    Raises
    ------
    BadDefinition
        When a sentence stands there twice.
    """
    sentences = parse(Catalogue, read_yaml(CATALOGUE), CATALOGUE.name).sentences
    found = {one.sv: one.en for one in sentences}
    if len(found) < len(sentences):
        doubled = next(sv for sv, times in Counter(one.sv for one in sentences).items() if times > 1)
        raise BadDefinition(f"{CATALOGUE.name}: {doubled!r} stands there twice; keep one of them")
    return found


def fields(sentence: str) -> list[str]:
    """Return the names in braces, in order; those without a name are empty."""
    return [name for _, name, _, _ in Formatter().parse(sentence) if name is not None]


def _paragraph(swedish: str) -> str:
    found = _HEADING.match(swedish)
    marks, text = found.groups() if found else ("", swedish)
    return f"{marks or ''}{said(' '.join(text.split()))}"


def _english(swedish: str) -> str:
    own = _own_words.get() or {}
    found = own.get(swedish) or catalogue().get(swedish)
    if found is None:
        raise BadReport(
            f"no English for {swedish!r}: add it to {CATALOGUE.name} in the package or, where the words are the "
            "study's own, under english: in its codebook or in the file that study.yaml names as english"
        )
    return found


def _retold(swedish: str) -> str:
    """Return the English of a finished sentence; empty where the catalogue does not have it."""
    own = _own_words.get() or {}
    if swedish in own or swedish in catalogue():
        return own.get(swedish) or catalogue()[swedish]
    for pattern, names, english in _patterns():
        found = pattern.fullmatch(swedish)
        values = [_filled(value) for value in found.groups()] if found else []
        if values and all(values):
            return english.format(*values, **dict(zip(names, values, strict=True)))
    return ""


@cache
def _patterns() -> list[tuple[re.Pattern[str], list[str], str]]:
    """Return the sentences with something to fill in, as patterns; the longest first, since it says most."""
    longest_first = sorted(catalogue().items(), key=lambda pair: -len(pair[0]))
    return [(_pattern(sv), fields(sv), en) for sv, en in longest_first if fields(sv)]


def _pattern(sentence: str) -> re.Pattern[str]:
    pieces = Formatter().parse(sentence)
    return re.compile("".join(re.escape(text) + ("" if name is None else "(.+?)") for text, name, _, _ in pieces))


def _filled(value: str) -> str:
    """Return what was filled in: known words, numbers and ids, one or several; empty for anything else."""
    words = {**catalogue(), **(_own_words.get() or {})}
    parts = value.split(", ")
    if all(part in words or _PLAIN.fullmatch(part) for part in parts):
        return ", ".join(words.get(part) or _NUMBER.sub(_english_sign, part) for part in parts)
    return _retold(value)


def _english_sign(sign: re.Match[str]) -> str:
    return "." if sign[0] == "," else ","
