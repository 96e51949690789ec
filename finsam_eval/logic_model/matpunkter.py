"""Which mätpunkter of the instrument an indicator seems to ask for, for a person to confirm."""

from __future__ import annotations

import re
from collections import Counter
from math import log, sqrt

import pandas as pd

from finsam_eval.codebook import Codebook, Karnindikator
from finsam_eval.logic_model.model import Indicator, LogicModel

ALIKE = 0.3
"""The least score that is proposed: in the documents of examples/ those below it are about other things."""

MOST = 2
"""So many kärnindikatorer are proposed for one indicator."""

ASKED = ("share", "mean", "qualitative", "undecided")
"""Measures that answers to a questionnaire can be."""

STEM = 6
"""Letters of a word that are held to carry its meaning; Swedish endings come after them."""

SYNONYMS = {
    "inflytande": ("makt", "egenmakt", "inflytand", "bestäm", "påverk", "medbestäm", "delaktig"),
    "hantera": ("makt", "egenmakt", "hanter", "symtom", "självständig", "situation"),
    "arbetsmarknad": (
        *("arbetsmark", "arbetsförbered", "stegförflytt", "anställningsbar", "närma", "närmre", "redo", "rusta"),
    ),
    "sammanhållet": ("samordnare", "koordinator", "kontaktperson", "team", "vända"),
    "tid": ("tiden", "tid"),
    "respekt": ("respekt", "förtroende"),
    "uppföljning": ("uppfölj", "utvärder"),
}
"""How words begin that people use for what the instrument asks, by what it is about; one may be about several."""

_SAYING_NOTHING = """
alla andel antal att av bedömer bra de delta deltagare deltagarna deltagaren den det egen egna eller en
enskilda ett fler fått för får gemensamma ha haft har han hen hon i individer insats insatser inte jag kan
kunna känner med mer mina mål målet någon och olika om ordinarie på projekt projektet sig sin sitt ska som
stöd till tillfälle under upplever vara varit varje verksamhet verksamheten vi vid vilken vilket är ökad ökat
över
"""
_EMPTY = frozenset(_SAYING_NOTHING.split())
"""Words that say nothing of what an indicator is about."""

COLUMNS = ["indicator", "title", "karnindikator", "heading", "items", "score", "confirmed"]


def propose_matpunkter(model: LogicModel, codebook: Codebook) -> pd.DataFrame:
    """Return which kärnindikatorer, with their mätpunkter, each indicator is likest in wording; nothing is decided.

    The title is held against the heading and each mätpunkt of every kärnindikator by the words they share, endings
    aside and words for the same thing taken together; rare words weigh more (cosine of idf weights, the best of them).
    What a person has confirmed stands in the model under `matpunkter`, and is told as such whatever its score.

    Returns
    -------
    DataFrame
        indicator, title, karnindikator (its number), heading, items (ids with a comma between), score (0 to 1),
        confirmed (by whom, empty where nobody has); the likest first, at most `MOST` for an indicator beside those
        confirmed.
    """
    texts = {one.number: [*map(_meanings, _said(one))] for one in codebook.karnindikatorer}
    weights = _weights([set().union(*several) for several in texts.values()])
    rows = [row for indicator in model.indicators for row in _rows(indicator, codebook, texts, weights)]
    types = {"karnindikator": "int64", "score": "float64"}
    return pd.DataFrame(rows, columns=COLUMNS).astype({**dict.fromkeys(COLUMNS, "str"), **types})


def _rows(
    indicator: Indicator, codebook: Codebook, texts: dict[int, list[set[str]]], weights: dict[str, float]
) -> list[dict[str, object]]:
    own = _meanings(f"{indicator.title} {indicator.numerator}")
    scores = {number: max(_cosine(own, text, weights) for text in several) for number, several in texts.items()}
    by = {point.item: point.confirmed_by for point in indicator.matpunkter}
    likest = sorted(scores, key=lambda number: (-scores[number], number))
    proposed = [n for n in likest if scores[n] >= ALIKE][:MOST] if indicator.measure in ASKED else []
    found = []
    for one in sorted(codebook.karnindikatorer, key=lambda one: likest.index(one.number)):
        items = [item.id for item in one.items]
        confirmed = [item for item in items if item in by]
        if confirmed or one.number in proposed:
            told = {
                "items": ", ".join(confirmed or items),
                "confirmed": ", ".join(dict.fromkeys(by[i] for i in confirmed)),
            }
            about = {"indicator": indicator.id, "title": indicator.title, "karnindikator": one.number}
            found.append({**about, "heading": one.heading, "score": scores[one.number], **told})
    return found


def _said(one: Karnindikator) -> list[str]:
    return [one.heading, *(item.wording for item in one.items)]


def _meanings(text: str) -> set[str]:
    """Return what a text is about: its words without endings, those for one thing as one."""
    words = [word for word in re.findall(r"[a-zåäö]+", text.casefold()) if word not in _EMPTY and len(word) > 2]
    return {meaning for word in words for meaning in _meaning(word)}


def _meaning(word: str) -> list[str]:
    meant = [name for name, starts in SYNONYMS.items() if word.startswith(starts)]
    return meant or [word[:STEM]]


def _weights(texts: list[set[str]]) -> dict[str, float]:
    """Return how rare each meaning is among the kärnindikatorer: log of their number by that of those that have it."""
    having = Counter(meaning for text in texts for meaning in text)
    return {meaning: log((1 + len(texts)) / number) for meaning, number in having.items()}


def _cosine(one: set[str], other: set[str], weights: dict[str, float]) -> float:
    """Return how much of what is said is said by both; a meaning that no kärnindikator has counts as the rarest."""
    rarest = max(weights.values(), default=1.0)
    common, own, others = (
        sum(weights.get(meaning, rarest) ** 2 for meaning in some) for some in (one & other, one, other)
    )
    return common / sqrt(own * others) if own and others else 0.0
