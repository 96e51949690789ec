"""The limits that decide a judgement, each with its source; set before the answers are seen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field

from finsam_eval.definitions import Definition, parse, read_yaml
from finsam_eval.errors import BadDefinition
from finsam_eval.study import Study


class Criterion(Definition):
    """A limit between 0 and 1, and who says that it is the right one."""

    value: float = Field(gt=0, lt=1)
    source: str = Field(min_length=1)


class Criteria(Definition):
    """What a study calls comparable and what it calls equal.

    comparable_reliability : how reliable a förbund's share must be, from 0 to 1, to be held against the country.
    equal_within : the largest difference between two shares that does not matter.
    """

    decided_by: str = Field(min_length=1)
    decided_on: date
    comparable_reliability: Criterion
    equal_within: Criterion


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
    return {"decided_by": criteria.decided_by, **{name: limit.source for name, limit in limits.items()}}
