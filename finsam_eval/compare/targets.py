"""Two lines about a target, never mixed: what these people reached, and what that says of the underlying level."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pydantic import Field

from finsam_eval.codebook import Codebook, Identifier
from finsam_eval.compare.cells import GENDERS, MEN, WOMEN, Cells
from finsam_eval.compare.clusters import clustered, effects
from finsam_eval.compare.frames import (
    EFFECTIVE,
    NO_ANSWERS,
    TARGET_COLUMNS,
    methods,
    ratio,
    record_rows,
    shares,
    statuses,
    validate_count,
    validate_deff,
)
from finsam_eval.definitions import Definition, parse, read_yaml
from finsam_eval.errors import BadDefinition, WrongShape
from finsam_eval.results import ALL, LEVEL, RECORD_COLUMNS, Status, validate_level
from finsam_eval.stats import jeffreys_probability, wilson
from finsam_eval.study import Study

METHOD = "Wilson"
PRIOR = "; sannolikhet med Jeffreys prior"


class Verdict(StrEnum):
    """Whether a target is reached; an outcome is never undecided, an underlying level may be."""

    REACHED = "nått"
    NOT_REACHED = "ej nått"
    UNDECIDED = "kan inte avgöras"


class Target(Definition):
    """A decided level: at least `share` of the answers in the scale's top codes.

    `gender_rule: each` asks it of women and of men, `pooled` of all together. `indicator` names the logic model's
    indicator that the target belongs to, "model:indicator"; it is empty for a målnivå of the study itself.
    """

    item: Identifier
    respondent_group: Identifier
    occasion: Identifier
    share: float = Field(gt=0, le=1)
    gender_rule: Literal["pooled", "each"]
    origin: str
    decided_on: date
    decided_by: str
    indicator: str = ""

    @property
    def series(self) -> tuple[str, str, str]:
        """Respondent group, occasion and item."""
        return self.respondent_group, self.occasion, self.item

    @property
    def genders(self) -> list[str]:
        """The genders that must reach the target."""
        return [ALL] if self.gender_rule == "pooled" else [WOMEN, MEN]


class Targets(Definition):
    """The content of a study's file of målnivåer."""

    targets: list[Target] = Field(min_length=1)


def load_targets(study: Study) -> list[Target]:
    """Return the study's målnivåer, none where it has no file of them.

    Raises
    ------
    BadDefinition
        When one names an item that its group does not answer at its occasion.
    """
    if study.settings.targets is None:
        return []
    path = study.folder / study.settings.targets
    targets = parse(Targets, read_yaml(path), path.name).targets
    for target in targets:
        check_target(target, study.codebook)
    return targets


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetJudgement:
    """One share against a target.

    `outcome` is the fact about these people, `short` how many more of them were needed. `verdict` follows the interval
    alone; `probability` is that of the underlying level lying at the target or above. Blank unless `status` is OK.
    """

    value: float | None
    lower: float | None
    upper: float | None
    level: float
    method: str
    n: int
    status: Status
    reason: str
    target: float
    outcome: str
    verdict: str
    probability: float | None
    short: int | None

    def to_frame(self) -> pd.DataFrame:
        """One row with the columns of `RECORD_COLUMNS` and those of a target."""
        return pd.DataFrame([asdict(self)])[[*RECORD_COLUMNS, *TARGET_COLUMNS]]


def judge_target(x: int, n: int, target: float, *, deff: float = 1.0, level: float = LEVEL) -> TargetJudgement:
    """Return whether x of n reach the target share, and whether the underlying level does.

    The outcome compares whole numbers; the verdict compares the Wilson interval on n / deff answers. Where women and
    men must both reach it, the product of their probabilities is that of both doing so.

    Raises
    ------
    WrongShape
        When x and n are not whole numbers with 0 ≤ x ≤ n, or target, deff or level is out of range.
    """
    (x, n), level, deff = validate_count(x, n), validate_level(level), validate_deff(deff)
    if not 0 < target <= 1:
        raise WrongShape(f"target must be a share above 0 and at most 1 (0.3 for 30 %), got {target}")
    judged = {name: values.item() for name, values in _judge(np.array(x), np.array(n), target, deff, level).items()}
    judged = {name: value if n else None for name, value in judged.items()}
    return TargetJudgement(
        value=ratio(x, n) if n else None,
        lower=judged["lower"],
        upper=judged["upper"],
        level=level,
        method=METHOD + (EFFECTIVE if deff != 1 else "") + PRIOR,
        n=n,
        status=Status.OK if n else Status.NO_DATA,
        reason="" if n else NO_ANSWERS,
        target=float(target),
        outcome=judged["outcome"] or "",
        verdict=judged["verdict"] or "",
        probability=judged["probability"],
        short=judged["short"],
    )


def target_records(cells: Cells, design: pd.DataFrame, target: Target, level: float) -> pd.DataFrame:
    """Return the records `mal`: the target for every unit and every period of the coarsest kind."""
    at = np.zeros_like(cells.expected)
    coarsest = cells.kind == cells.kind.max(initial=0)
    asked = np.isin(GENDERS, target.genders)
    at[:, cells.series.get_loc(target.series)] = coarsest[:, np.newaxis] & asked
    x, n = cells.x[at], cells.n[at]
    known = clustered(cells, design, "icc_share")[at]
    columns = {
        "statistic": "mal",
        "value": shares(cells, at),
        "method": np.char.add(methods(METHOD, known), PRIOR),
        "n": n,
        "target": target.share,
        "indicator": target.indicator,
        **_judge(x, n, target.share, effects(cells, design, "icc_share")[at], level),
        **statuses(n),
    }
    return record_rows(cells.keys(at), columns, level=level)


def check_target(target: Target, codebook: Codebook) -> None:
    """Refuse a target that the instrument cannot answer.

    Raises
    ------
    UnknownName
        When its item is not in the codebook.
    BadDefinition
        When its group is not asked the item at its occasion.
    """
    item = codebook.item(target.item)
    if target.respondent_group not in item.respondent_groups or target.occasion not in item.occasions:
        raise BadDefinition(
            f"target for {target.item}: it is not answered by {target.respondent_group} at {target.occasion}, "
            f"only by {', '.join(item.respondent_groups)} at {', '.join(item.occasions)}"
        )


def _judge(x: NDArray[Any], n: NDArray[Any], target: float, deff: ArrayLike, level: float) -> dict[str, NDArray[Any]]:
    lower, upper = wilson(x, n, level, deff)
    short = np.maximum(_needed(n, target) - x, 0)
    levels = [lower >= target, upper < target]
    return {
        "lower": lower,
        "upper": upper,
        "outcome": np.select([n == 0, short == 0], ["", Verdict.REACHED.value], Verdict.NOT_REACHED.value),
        "verdict": np.select(
            [n == 0, *levels], ["", Verdict.REACHED.value, Verdict.NOT_REACHED.value], Verdict.UNDECIDED.value
        ),
        "probability": jeffreys_probability(x, n, target, deff),
        "short": short,
    }


def _needed(n: NDArray[Any], target: float) -> NDArray[np.int64]:
    """Return the fewest of n that reach the target, in whole numbers: .07 · 100 is more than 7 in floating point."""
    exact = Fraction(str(target))
    return np.asarray(-(-n.astype(object) * exact.numerator // exact.denominator), dtype=np.int64)
