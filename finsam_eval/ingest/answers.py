"""What a respondent's answer says: a code on the scale, a reason why there is none, or nothing that can be used."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from finsam_eval.codebook import Scale
from finsam_eval.ingest.text import normalised

NOT_ANSWERED = "obesvarad"
UNUSABLE = "oläsligt svar"

OFF_SCALE = "utanför skalan"
NO_ANSWER = "ett helt tal eller skalans egna ord väntades; är det ett uteblivet svar, skriv det under missing"
UNDECLARED = "en siffra som study.yaml inte anger under answers"
CONTRADICTION = "siffran och orden hör inte ihop på kodbokens skala"

NUMBER = re.compile(r"[+-]?[0-9]{1,9}")
NUMBER_AND_WORDS = re.compile(r"([+-]?[0-9]{1,3}) ?(?:[.:=)-] ?| )([^\d\s].*)")
NUMBER_TWICE = re.compile(r"([+-]?[0-9]{1,3}) ?(?:[:=)]|[.-] ) ?(\1)")
WHOLE = re.compile(r"([+-]?[0-9]{1,9})[.,]0+")


@dataclass(frozen=True)
class Declared:
    """What is declared of one column's texts: codes of `answers`, reasons of `missing`, and a file's own `labels`."""

    answers: Mapping[str, int] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


class Answer(NamedTuple):
    """A code on the scale, or why it is `missing`; `reason` is why the text cannot be used, empty where it can."""

    value: int | None = None
    missing: str = UNUSABLE
    reason: str = ""


def read_answers(text: pd.Series, scale: Scale, declared: Declared) -> pd.DataFrame:
    """Return `value` (Int64, as delivered, not reversed), `missing` and `reason` for every text of a column.

    An answer is a whole code (with or without decimals that are all zero), the words of one, or both ("1 – Instämmer
    inte alls", or "2: 2" where a tool has no words for a code); a number and words that the scale does not join are a
    `CONTRADICTION`. Declared texts come first. Where a file labels its own codes with all the
    words of the scale, the words decide.
    """
    reader = _Reader(scale, declared)
    places, different = pd.factorize(text)
    answers = [reader.read(str(one)) for one in different]
    value = pd.array([answer.value for answer in answers], dtype="Int64")
    columns = {
        "value": value,
        "missing": np.array([answer.missing for answer in answers], dtype=object),
        "reason": np.array([answer.reason for answer in answers], dtype=object),
    }
    read = pd.DataFrame({name: pd.Series(column).take(places).array for name, column in columns.items()}, text.index)
    return read.astype({"missing": "str", "reason": "str"})


class _Reader:
    """Reads the texts of one column on one scale."""

    def __init__(self, scale: Scale, declared: Declared) -> None:
        self._scale = scale
        self._words = _words_of(scale)
        self._labels = {code: label for code, label in declared.labels.items() if code not in declared.missing}
        self._missing = {_key(text): reason for text, reason in declared.missing.items()}
        self._answers = {**self._decided_by_labels(), **{_key(text): code for text, code in declared.answers.items()}}
        self._numbers_declared = any(NUMBER.fullmatch(text) for text in self._answers)

    def read(self, text: str) -> Answer:
        key = _key(text)
        if not key:
            return Answer(missing=NOT_ANSWERED)
        if key in self._missing:
            return Answer(missing=self._missing[key])
        if key in self._answers:
            return self._coded(self._answers[key])
        if NUMBER.fullmatch(key):
            return self._number(key)
        return self._in_words(key)

    def _number(self, key: str) -> Answer:
        if self._numbers_declared:
            return Answer(reason=UNDECLARED)
        label = _key(self._labels.get(key, ""))
        both = _both(label)
        words = both[2] if both and both[1] == key else label
        return self._joined(int(key), words) if words else self._coded(int(key))

    def _in_words(self, key: str) -> Answer:
        if key in self._words:
            return self._coded(self._words[key])
        both = _both(key)
        if not both:
            return Answer(reason=NO_ANSWER)
        return Answer(reason=UNDECLARED) if self._numbers_declared else self._joined(int(both[1]), both[2])

    def _joined(self, code: int, words: str) -> Answer:
        """Return `code` where the scale may call it by these words; codes between two ends may have any.

        A number says nothing of its own: tools repeat the code where the instrument names the ends only.
        """
        if NUMBER.fullmatch(words):
            return self._coded(code)
        named = self._words.get(words)
        if named is None and code not in self._words.values():
            return self._coded(code)
        return self._coded(code) if named == code else Answer(reason=CONTRADICTION)

    def _coded(self, code: int) -> Answer:
        return Answer(value=code, missing="") if code in self._scale.codes else Answer(reason=OFF_SCALE)

    def _decided_by_labels(self) -> dict[str, int]:
        """Return the file's codes → codes on the scale, where its labels name every one and its codes are others."""
        meant = {code: self._meant(_key(label)) for code, label in self._labels.items()}
        scale = {code: on_scale for code, on_scale in meant.items() if on_scale is not None}
        own = all(code == str(on_scale) for code, on_scale in scale.items())
        return scale if sorted(scale.values()) == self._scale.codes and not own else {}

    def _meant(self, label: str) -> int | None:
        if NUMBER.fullmatch(label):
            return int(label)
        both = _both(label)
        return self._words.get(label, self._joined(int(both[1]), both[2]).value if both else None)


def _words_of(scale: Scale) -> dict[str, int]:
    """Return the words of a scale → code; words that stand for two codes name neither."""
    labels = scale.labels or {scale.min: scale.lowest, scale.max: scale.highest}
    times = Counter(_key(label) for label in labels.values())
    return {_key(label): code for code, label in labels.items() if times[_key(label)] == 1}


def _both(key: str) -> re.Match[str] | None:
    """Part a text that is the same number twice, or a number and words."""
    return NUMBER_TWICE.fullmatch(key) or NUMBER_AND_WORDS.fullmatch(key)


def _key(text: str) -> str:
    key = normalised(text).casefold()
    whole = WHOLE.fullmatch(key)
    return whole[1] if whole else key
