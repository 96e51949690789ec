"""Worse and worsening: a level below the country's and a trend downwards, both shown and not only seen."""

from __future__ import annotations

from enum import StrEnum

from finsam_eval.compare.trends import TrendPart
from finsam_eval.results import Estimate


class Course(StrEnum):
    """Level and direction together."""

    WORSE_AND_WORSENING = "sämre och blir sämre"
    WORSE = "sämre"
    WORSENING = "blir sämre"
    NEITHER = "varken sämre eller på väg nedåt, så långt det kan visas"
    UNDECIDED = "kan inte avgöras"


def course(gap: Estimate, part: TrendPart) -> Course:
    """Return whether a unit is worse than the country and on its way down, each only where its interval says so.

    gap : the unit's level minus the country's, as from `difference`; higher is better.
    part : the unit's latest stretch, `Trend.latest`.
    Without either of them nothing is said of both: "kan inte avgöras".
    """
    if gap.upper is None or part.upper is None:
        return Course.UNDECIDED
    words = {
        (True, True): Course.WORSE_AND_WORSENING,
        (True, False): Course.WORSE,
        (False, True): Course.WORSENING,
        (False, False): Course.NEITHER,
    }
    return words[gap.upper < 0, part.upper < 0]
