"""What a column of the logic model template is: its heading, what may stand in it, and a word of help."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "id", "period", "number", "whole", "date", "value", "list", "degrees", "choice"]

MARK = " *"
"""Ends the heading of a column that is needed; read with it and without."""


@dataclass(frozen=True)
class Column:
    """A column: its Swedish heading, our name for it, what may stand in it, and what a person needs to know of it.

    `refers` names the sheet whose rows it points at, by id or by text. A column that is `needed` may not be empty.
    """

    heading: str
    key: str
    help: str
    kind: Kind = "text"
    choices: dict[str, object] = field(default_factory=dict)
    refers: str = ""
    needed: bool = False

    @property
    def shown(self) -> str:
        """The heading as it stands in the template, marked where something must be written."""
        return f"{self.heading}{MARK}" if self.needed else self.heading

    @property
    def told(self) -> str:
        """The help, with whether it is needed."""
        return f"Behövs. {self.help}" if self.needed else self.help

    @property
    def width(self) -> int:
        """How wide the column is, in signs: what is a sentence wraps."""
        return 40 if self.kind in ("text", "list") else 20
