"""Counts → records: levels, differences and targets, each with its interval.

A record rests on one cell, or on two when it compares. Answers within one insats are alike; intervals are therefore
those of the effective n, with the design effect of `design`.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.compare.cells import Periods, tabulate_cells
from finsam_eval.compare.clusters import cell_design, design
from finsam_eval.compare.courses import Course, course
from finsam_eval.compare.equality import Equality, Equivalence, Margin, equivalence
from finsam_eval.compare.funnels import Funnel, funnel, funnel_means, funnel_of_means
from finsam_eval.compare.gaps import difference, gender_records, period_records
from finsam_eval.compare.levels import mean_records, median_records, proportion_interval, share_records
from finsam_eval.compare.nested import TIERS, tiers
from finsam_eval.compare.paired import PairedChange, paired_change
from finsam_eval.compare.pooled import PooledDifference, mantel_haenszel
from finsam_eval.compare.ranking import Ranks, ranks
from finsam_eval.compare.response import Nonresponse, nonresponse
from finsam_eval.compare.shrinkage import (
    Shrunken,
    answers_needed,
    moments,
    shrink_means,
    shrink_moments,
    shrink_proportions,
)
from finsam_eval.compare.standardisation import Standardised, standardise
from finsam_eval.compare.targets import (
    Target,
    TargetJudgement,
    Verdict,
    check_target,
    judge_target,
    load_targets,
    target_records,
)
from finsam_eval.compare.trends import Signal, Trend, TrendPart, trend
from finsam_eval.compare.weights import Calibration, calibration_weights, weighted_share
from finsam_eval.results import LEVEL, validate_level

__all__ = [
    "TIERS",
    "Calibration",
    "Course",
    "Equality",
    "Equivalence",
    "Funnel",
    "Margin",
    "Nonresponse",
    "PairedChange",
    "PooledDifference",
    "Ranks",
    "Shrunken",
    "Signal",
    "Standardised",
    "Target",
    "TargetJudgement",
    "Trend",
    "TrendPart",
    "Verdict",
    "answers_needed",
    "calibration_weights",
    "check_target",
    "course",
    "design",
    "difference",
    "equivalence",
    "funnel",
    "funnel_means",
    "funnel_of_means",
    "judge_target",
    "load_targets",
    "mantel_haenszel",
    "moments",
    "nonresponse",
    "paired_change",
    "proportion_interval",
    "ranks",
    "records",
    "shrink_means",
    "shrink_moments",
    "shrink_proportions",
    "standardise",
    "tiers",
    "trend",
    "weighted_share",
]


def records(
    counts: pd.DataFrame,
    *,
    codebook: Codebook,
    periods: Periods,
    targets: Sequence[Target] = (),
    level: float = LEVEL,
) -> pd.DataFrame:
    """Return every level, difference and judged target of every unit, the country included.

    Statistics are `andel`, `medel`, `median`, `skillnad` (women minus men, and each period minus the one before it of
    its kind) and `mal`. Every series that the country has gets rows for every unit and period, for women and men where
    the country has any; without answers their status is "inga data".

    counts : the cube, one row per atom.
    periods : kind → reporting period → its atoms; kinds from the shortest to the longest, periods in time order.

    Returns
    -------
    DataFrame
        Columns of `compare.frames.COLUMNS`; a key that does not apply is empty, a number that does not apply nan.

    Raises
    ------
    WrongShape
        When the cube lacks a column or holds a gender, category or n it cannot hold, or level is out of range.
    UnknownName, BadDefinition
        When an item is not in the codebook, or a target asks what nobody answers.
    """
    level = validate_level(level)
    for target in targets:
        check_target(target, codebook)
    cells = tabulate_cells(counts, codebook=codebook, periods=periods, also=[target.series for target in targets])
    table = cell_design(cells, counts, periods)
    kinds = (share_records, mean_records, median_records, gender_records, period_records)
    parts = [make(cells, table, level) for make in kinds]
    parts += [target_records(cells, table, target, level) for target in targets]
    return pd.concat(parts, ignore_index=True)
