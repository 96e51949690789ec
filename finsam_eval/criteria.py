"""The limits that decide a judgement, each with its source; set before the answers are seen."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from finsam_eval.codebook import Identifier
from finsam_eval.definitions import Definition, parse, read_yaml
from finsam_eval.errors import BadDefinition
from finsam_eval.study import Study


class Criterion(Definition):
    """A limit between 0 and 1, and who says that it is the right one."""

    value: float = Field(gt=0, lt=1)
    source: str = Field(min_length=1)


Kind = Literal["item", "dyad", "item_set", "forbund", "answers"]
"""What a property is measured by: a coefficient of the item itself, of the two sides of a matter, of the declared set
that the item is in, of förbund's means on it, or the item table (floor, ceiling, missing)."""


class Property(Definition):
    """A measurement property of a mätpunkt: by which number it is judged, what of it is good and what is bad.

    `label` is a word for the head of a column, `question` what the property asks, as a reader would say it.
    `good` and `bad` are values of `statistic`; where `against` names another statistic of the same item, that one's
    interval is the limit in place of them. `better` says which way is the better one; `nearer_zero` takes the number
    without its sign. `in_set` says that only items of a declared set have it, `items` that only those named do.
    `decisive` properties decide the proposal; the others stand beside it.
    """

    id: Identifier
    label: str = Field(min_length=1, max_length=12)
    question: str = Field(min_length=1)
    statistic: str = Field(min_length=1)
    kind: Kind = "item"
    better: Literal["higher", "lower", "nearer_zero"] = "higher"
    good: float | None = None
    bad: float | None = None
    against: str = ""
    in_set: bool = False
    items: list[Identifier] = []
    decisive: bool = True
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _limits(self) -> Self:
        if bool(self.against) == (self.good is not None) or (self.good is None) != (self.bad is None):
            raise ValueError(f"property {self.id}: give both good and bad, or name a statistic under against")
        if self.good is not None and self.bad is not None and self._the_wrong_way_round():
            raise ValueError(f"property {self.id}: good and bad have changed places, as {self.better} is better")
        return self

    def _the_wrong_way_round(self) -> bool:
        assert self.good is not None and self.bad is not None
        return self.good < self.bad if self.better == "higher" else self.good > self.bad


class Proposal(Definition):
    """When a mätpunkt is proposed to be dropped: one of `drop_if` is insufficient, or `drop_at` decisive ones are.

    Below that, one insufficient decisive property proposes a revision; all of them sufficient, that it is kept.
    """

    drop_if: list[Identifier] = []
    drop_at: int = Field(ge=2)
    source: str = Field(min_length=1)


class Judging(Definition):
    """How every mätpunkt is judged."""

    properties: list[Property] = Field(min_length=1)
    proposal: Proposal

    @model_validator(mode="after")
    def _hang_together(self) -> Self:
        names = [one.id for one in self.properties]
        if len(set(names)) < len(names):
            raise ValueError("two properties have the same id")
        unknown = sorted(set(self.proposal.drop_if) - {one.id for one in self.properties if one.decisive})
        if unknown:
            raise ValueError(f"proposal, drop_if: {unknown[0]} is no decisive property; they are {', '.join(names)}")
        return self


class Criteria(Definition):
    """What a study calls comparable, what it calls equal, and what it calls a good mätpunkt.

    comparable_reliability : how reliable a förbund's share must be, from 0 to 1, to be held against the country.
    equal_within : the largest difference between two shares that does not matter.
    judging : how the mätpunkter are judged, in a study that judges them.
    """

    decided_by: str = Field(min_length=1)
    decided_on: date
    comparable_reliability: Criterion
    equal_within: Criterion
    judging: Judging | None = None


def load_criteria(path: Path) -> Criteria:
    """Return what a study has decided.

    Raises
    ------
    BadDefinition
        When the file is missing, a limit has no source, or it is not yet filled in.
    """
    criteria = parse(Criteria, read_yaml(path), path.name)
    blank = [name for name, text in _texts(criteria).items() if "<" in text and ">" in text]
    if blank:
        raise BadDefinition(f"{path.name}, {blank[0]}: still to be filled in; no judgement rests on a limit without it")
    return criteria


def criteria_of(study: Study) -> Criteria | None:
    """Return what the study has decided, None where it names no criteria."""
    name = study.settings.criteria
    return load_criteria(study.folder / name) if name else None


def _texts(criteria: Criteria) -> dict[str, str]:
    limits = {"comparable_reliability": criteria.comparable_reliability, "equal_within": criteria.equal_within}
    told = {"decided_by": criteria.decided_by, **{name: limit.source for name, limit in limits.items()}}
    if criteria.judging is not None:
        told |= {f"judging → {one.id}": one.source for one in criteria.judging.properties}
        told["judging → proposal"] = criteria.judging.proposal.source
    return told
