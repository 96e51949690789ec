"""The sentence as a result, and sentences that every report shares."""

from __future__ import annotations

from dataclasses import dataclass

SYNTHETIC = "SYNTETISKA DATA – påhittade förbund och simulerade svar"


@dataclass(frozen=True)
class Text:
    """Sentences in Markdown; names from data are escaped when it is made."""

    markdown: str

    def _repr_markdown_(self) -> str:
        return self.markdown


def counted(number: int, one: str, several: str) -> str:
    """Return "1 skillnad" or "2 skillnader"."""
    return f"{number} {one if number == 1 else several}"
