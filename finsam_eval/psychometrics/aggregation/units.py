"""Is a unit's mean reliable? ICC(1), ICC(2), and how many answers it takes, each with its uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.aggregation.within import answers_in_units
from finsam_eval.psychometrics.answers import NO_INTERVAL, TINY, Array, Facts, absent
from finsam_eval.psychometrics.detailed import Detailed
from finsam_eval.psychometrics.scales import intraclass
from finsam_eval.results import LEVEL, Status, validate_level
from finsam_eval.stats.clustering import MeanSquares, mean_squares
from finsam_eval.stats.resampling import limits_of_pulls, unique_rows

ENOUGH = 0.7
"""The reliability that `needed` answers give a unit's mean unless another is asked for (Bliese 2000)."""

METHOD = "ICC(2) ur medelkvadrater, jackknife över enheter"
TOO_FEW_UNITS = "Det behövs två enheter, och två svar i någon av dem, för att skilja enheter från slump."
NO_SPREAD = "Svaren skiljer sig inte inom någon enhet; vad som är slump går inte att skatta."
SAME_MEANS = "Enheternas medelvärden är exakt lika: det finns inget att skilja dem åt med."
NEVER = "Inget antal svar räcker: enheterna skiljer sig inte mer än slumpen ger."
PERHAPS_NEVER = "Övre gräns saknas: att enheterna inte skiljer sig alls kan inte uteslutas."


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitReliability(Detailed):
    """The reliability of the units' means, ICC(2), as large as they are here (`value`); n counts answers, k units.

    `icc1` is that of one answer: the share of the variance that lies between units. `needed` answers a unit would
    give its mean the reliability `reliability`; infinite where no number would. Each has limits. `size` is the number
    of answers that units of unequal size count as.
    """

    icc1: float | None
    icc1_lower: float | None
    icc1_upper: float | None
    needed: float | None
    needed_lower: float | None
    needed_upper: float | None
    reliability: float
    size: float | None
    k: int

    @property
    def icc2(self) -> float | None:
        """The value, by its usual name."""
        return self.value


def unit_reliability(
    values: ArrayLike, unit: Sequence[object] | pd.Series, level: float = LEVEL, reliability: float = ENOUGH
) -> UnitReliability:
    """Return how reliable the means of units are (förbund, insatser), and how many answers a unit needs.

    From one-way mean squares: ICC(1) = (B − W) / (B + (n0 − 1) W), ICC(2) = (B − W) / B, and for a mean of reliability
    r the number r (1 − ICC(1)) / ((1 − r) ICC(1)). With unequal sizes n0 stands for the size. The limits are the
    jackknife's for ICC(1), a unit left out at a time, turned round for the others: F limits fall short with units of
    unequal size. With few units they are wide: at 11 units of 40 answers and a true ICC of .05 the number runs from
    some 20 to none that suffices. Insatser that differ of their own make ICC(1) of förbund too large:
    `variance_components` parts the two.
    How often the interval holds the truth stands in benchmarks/inference/results/coverage.csv.

    values : one answer per person. NaN = no answer: dropped. unit : one per value, in the same order.
    reliability : what `needed` is for.
    A status in place of a value: no data with fewer than two units, no unit of two answers, no difference within
    units, or exactly the same mean in all. An estimate below 0 stands, and `reason` says that units do not differ.

    Raises
    ------
    WrongShape
        When the two are not equally many, values not numbers, or reliability not between 0 and 1.

    References: Bliese (2000), in Klein & Kozlowski (eds), Multilevel Theory, 349–381; Searle, Casella & McCulloch
    (1992), Variance Components, ch. 3; limits: Arvesen (1969), Ann Math Stat 40:2076–2100.
    In R: ``multilevel::ICC2(aov(values ~ factor(unit)))``; ``multilevel::ICC1`` where units are equally large (it takes
    the mean size for n0)
    """
    if not 0 < reliability < 1:
        raise WrongShape(f"reliability must lie between 0 and 1, got {reliability}")
    frame, units = answers_in_units(pd.DataFrame({"value": pd.Series(values).reset_index(drop=True)}), unit)
    facts: Facts = {"level": validate_level(level), "method": METHOD, "n": len(frame)}
    found: Facts = {"reliability": reliability, "k": int(units.nunique())}
    hindrance = _obstacle(frame["value"], units)
    if hindrance:
        return UnitReliability(**absent(Status.NO_DATA, hindrance, facts), **found, **_NOTHING)
    answers = _Answers(*unique_rows(np.column_stack([pd.factorize(units)[0], frame["value"]])))
    at = _squares(answers)
    if at.between < TINY:
        return UnitReliability(**absent(Status.NO_DATA, SAME_MEANS, facts), **found, **_NOTHING)
    single = _single(at)
    lower, upper = _limits(answers, single, at.n0, facts["level"])
    return UnitReliability(
        value=_of_mean(single, at.n0),
        lower=_of_mean(lower, at.n0) if np.isfinite(lower) else None,
        upper=_of_mean(upper, at.n0) if np.isfinite(upper) else None,
        reason=_remarks(single, lower),
        icc1=single,
        icc1_lower=lower if np.isfinite(lower) else None,
        icc1_upper=upper if np.isfinite(upper) else None,
        needed=_needed(single, reliability),
        needed_lower=_needed(upper, reliability) if np.isfinite(upper) else None,
        needed_upper=_needed(lower, reliability) if np.isfinite(lower) else None,
        size=at.n0,
        **facts,
        **found,
    )


_NOTHING: Facts = dict.fromkeys(
    [*(f"{name}{limit}" for name in ("icc1", "needed") for limit in ("", "_lower", "_upper")), "size"]
)


def _obstacle(values: pd.Series, units: pd.Series) -> str:
    if units.nunique() < 2 or not units.duplicated().any():
        return TOO_FEW_UNITS
    within = values.groupby(units).agg(lambda answers: answers.max() - answers.min())
    return "" if within.max() > 0 else NO_SPREAD


class _Answers(NamedTuple):
    """Unit and answer, side by side, and how many there are of each kind."""

    rows: Array
    counts: NDArray[np.int64]


def _squares(answers: _Answers) -> MeanSquares:
    return mean_squares(answers.rows[:, 1], answers.rows[:, 0], weights=answers.counts)


def _single(at: MeanSquares) -> float:
    whole = at.between + (at.n0 - 1) * at.within
    return (at.between - at.within) / whole if whole > TINY else float("nan")


def _limits(answers: _Answers, single: float, size: float, level: float) -> tuple[float, float]:
    """Return the jackknife limits of ICC(1), a unit left out at a time, on Fisher's scale for units of this size."""
    scale = intraclass(size)
    places = answers.rows[:, 0]
    others = [places != place for place in np.unique(places)]
    without = np.array([_single(_squares(_Answers(answers.rows[kept], answers.counts[kept]))) for kept in others])
    estimate, left_out = scale.there(np.array([single])), scale.there(without)
    found = limits_of_pulls(float(estimate[0]), left_out, np.ones(len(without), dtype=np.int64), level=level)
    lower, upper = scale.back(np.array(found))
    if not 1 + (size - 1) * lower > TINY:  # so wide that the mean's reliability has no lower limit
        return float("nan"), float("nan")
    return float(lower), float(upper)


def _remarks(single: float, lower: float) -> str:
    if not np.isfinite(lower):
        return NO_INTERVAL if single > 0 else f"{NEVER} {NO_INTERVAL}"
    return NEVER if single <= 0 else PERHAPS_NEVER if lower <= 0 else ""


def _of_mean(single: float, size: float) -> float:
    return size * single / (1 + (size - 1) * single)


def _needed(single: float, reliability: float) -> float:
    return reliability / (1 - reliability) * (1 - single) / single if single > 0 else np.inf
