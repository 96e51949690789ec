"""What stands around a report, and the few words of its own that the package adds."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from finsam_eval.language import SWEDISH, Language, said, spoken

EPOCH = 1_735_689_600
"""The moment written into every file (2025-01-01 UTC), unless SOURCE_DATE_EPOCH says another."""

AUTHOR = "finsam-eval"

WORDS = {
    "skip": "Hoppa till innehållet",
    "contents": "Innehåll",
    "page": "Sida",
    "of": "av",
    "table": "Tabell",
    "figure": "Figur",
    "report": "Rapport",
    "status": "Status",
    "files": "Filer",
    "failed": "Kunde inte framställas",
    "counted": "Framställda rapporter: {made}. Rapporter som inte kunde framställas: {failed}.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Title and surroundings of a report. `banner` is shown on every page; it may be empty, and so may `footer`."""

    title: str
    subtitle: str = ""
    banner: str = ""
    footer: str = ""
    lang: Language = SWEDISH

    @property
    def words(self) -> dict[str, str]:
        """The package's own words in the page's language."""
        return words_in(self.lang)

    @property
    def texts(self) -> dict[str, str]:
        """Every text of the page by its name."""
        return {name: getattr(self, name) for name in ("title", "subtitle", "banner", "footer", "lang")}


def words_in(language: str) -> dict[str, str]:
    """Return the package's own words around a report, by what they are for."""
    with spoken(language):
        return {name: said(word) for name, word in WORDS.items()}


def epoch() -> int:
    """Return the seconds since 1970 that are written into files."""
    return int(os.environ.get("SOURCE_DATE_EPOCH", EPOCH))


def style() -> str:
    """Return the style sheet that every HTML page carries inside it."""
    return Path(__file__).with_name("page.css").read_text("utf-8")
