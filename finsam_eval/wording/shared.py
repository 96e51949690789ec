"""The sentence as a result, and sentences that every report shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from finsam_eval.language import said
from finsam_eval.psychometrics.structure import Structure
from finsam_eval.swedish import listing, markdown_text

SYNTHETIC = "SYNTETISKA DATA – påhittade förbund och simulerade svar"


@dataclass(frozen=True)
class Text:
    """Sentences in Markdown; names from data are escaped when it is made."""

    markdown: str

    def _repr_markdown_(self) -> str:
        return self.markdown


def counted(number: int, one: str, several: str) -> str:
    """Return "1 skillnad" or "2 skillnader"; the catalogue has "1 skillnad" and "{number} skillnader"."""
    return said(f"1 {one}") if number == 1 else said(f"{{number}} {several}", number=number)


def together(*sentences: str) -> str:
    """Return sentences after each other, those that are empty left out."""
    return " ".join(sentence for sentence in sentences if sentence)


def each_set(found: Sequence[Structure], sentence: Callable[[Structure], str]) -> str:
    """Tell each item set's sentence, once for all sets that share it."""
    told: dict[str, list[str]] = {}
    for one in found:
        told.setdefault(sentence(one), []).append(one.item_set.label)
    whose = {words: listing([f"*{markdown_text(name)}*" for name in names]) for words, names in told.items()}
    return " ".join(f"{names}: {words}" for words, names in whose.items() if words)
