"""When two texts are the same to a reader: what word processors and survey tools change unasked is set aside."""

from __future__ import annotations

import re
import unicodedata

SAME = str.maketrans(
    {
        **dict.fromkeys("\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH NO-BREAK SPACE}"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‘’‚‛′", "'"),
        **dict.fromkeys("\N{NON-BREAKING HYPHEN}\N{HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}", "-"),
        "…": "...",
    }
)


def normalised(text: str) -> str:
    """Return `text` as it is compared, never as it is shown.

    Composed letters (NFC), every kind of space as one plain space, no soft hyphens or zero-width marks, straight
    quotation marks, one kind of dash. Letters, their case and all other punctuation count.
    """
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text).translate(SAME)).strip()
