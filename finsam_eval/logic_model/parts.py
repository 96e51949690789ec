"""What a programme theory is made of beside its indicators: boxes, arrows, the document's parts, money, an index."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from finsam_eval.codebook import Identifier
from finsam_eval.definitions import Definition

LEVELS = ["problem", "resurs", "aktivitet", "prestation", "resultat", "effekt_kort", "effekt_lang", "mal"]
"""From what is wrong, over what is put in and what is done, to what it is for."""

LEVEL_LABELS = {
    "problem": "Problem",
    "resurs": "Resurs",
    "aktivitet": "Aktivitet",
    "prestation": "Prestation",
    "resultat": "Resultat",
    "effekt_kort": "Effekt på kort sikt",
    "effekt_lang": "Effekt på lång sikt",
    "mal": "Mål",
}

Level = Literal["problem", "resurs", "aktivitet", "prestation", "resultat", "effekt_kort", "effekt_lang", "mal"]
About = Literal["individ", "organisation", "samhalle"]
Degree = Literal[1, 2, 3]


class Node(Definition):
    """One box of the chain: on which level, about whom (`target_level`), who does it (`actor`), in which `area`.

    `degrees` are the degrees of success it stands for: 1 direct effects (the project has worked), 2 indirect ones (the
    organisations use it), 3 effects in the system (the organisations have changed).
    """

    id: Identifier
    level: Level
    title: str = Field(min_length=1)
    description: str = ""
    target_level: About | None = None
    degrees: list[Degree] = []
    actor: str = ""
    area: Identifier | None = None


class Rival(Definition):
    """Another explanation of a change, and what speaks against it; a text alone is a rival that nobody has answered."""

    text: str = Field(min_length=1)
    answer: str = ""

    @model_validator(mode="before")
    @classmethod
    def _text_alone(cls, told: Any) -> Any:
        return {"text": told} if isinstance(told, str) else told


class Link(Definition):
    """An arrow: `tail` (from) is thought to lead to `head` (to), under an assumption, with rival explanations.

    `evidence` is what has been seen that speaks for it.
    """

    model_config = ConfigDict(populate_by_name=True)

    tail: Identifier = Field(alias="from")
    head: Identifier = Field(alias="to")
    assumption: str = ""
    evidence: str = ""
    rivals: list[Rival] = []


class Area(Definition):
    """A part of the document: a process, an area of work, or a block under a heading, as the document names it."""

    id: Identifier
    title: str = Field(min_length=1)
    section: str = ""
    description: str = ""
    target_group: str = ""
    participants: str = ""
    partners: str = ""
    purpose: str = ""
    benefit: str = ""
    duration: str = ""
    start: date | None = None
    end: date | None = None
    measured: str = ""
    follow_up: str = ""
    responsible: str = ""

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"area {self.id}: ends {self.end}, before it starts {self.start}; change places, or one")
        return self


class Account(Definition):
    """What a budget line had cost (or brought in) by the end of a period, and what was then expected for it all."""

    period: str = Field(min_length=1)
    outcome: float | None = Field(default=None, allow_inf_nan=False)
    forecast: float | None = Field(default=None, allow_inf_nan=False)


class BudgetLine(Definition):
    """A line of a budget, for an area where it names one. An amount that is not told is None, never 0."""

    id: Identifier
    title: str = Field(min_length=1)
    amount: float | None = Field(default=None, allow_inf_nan=False)
    positions: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    funding: str = ""
    area: Identifier | None = None
    accounts: list[Account] = []

    @model_validator(mode="after")
    def _one_account_a_period(self) -> Self:
        periods = [account.period for account in self.accounts]
        if len(set(periods)) < len(periods):
            raise ValueError(f"budget line {self.id}: two accounts for one period; keep one")
        return self


class Stated(Definition):
    """The budget's total as it is said in another place of the document."""

    where: str = Field(min_length=1)
    amount: float = Field(allow_inf_nan=False)


class Budget(Definition):
    """One table of money: its lines, the total printed below them, and the same total said elsewhere, in `currency`."""

    id: Identifier
    title: str = Field(min_length=1)
    kind: Literal["income", "cost"] = "cost"
    currency: str = "SEK"
    period: str = ""
    total: float | None = Field(default=None, allow_inf_nan=False)
    stated: list[Stated] = []
    lines: list[BudgetLine] = []

    @property
    def sum(self) -> float:
        """What the lines that have an amount come to; a part of the line above ("varav") is not counted twice."""
        parts = ("varav ", "därav ", "härav ")
        return float(
            sum(
                line.amount
                for line in self.lines
                if line.amount is not None and not (line.amount > 0 and line.title.casefold().startswith(parts))
            )
        )


class Printed(Definition):
    """An index as it was published in one place: points of the most points, and the printed percentage."""

    where: str = Field(min_length=1)
    points: float | None = Field(default=None, allow_inf_nan=False)
    most: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    percent: str = ""


class Composite(Definition):
    """An index of several indicators (Impact Index): the share of points to reach, and what was published of it."""

    id: Identifier
    title: str = Field(min_length=1)
    node: Identifier | None = None
    target: float | None = Field(default=None, ge=0, le=1)
    published: list[Printed] = []
