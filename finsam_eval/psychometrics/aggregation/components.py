"""Where does the variance of an answer lie: between förbund, insatser, periods, persons, or in none of these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.answers import TINY, Facts, numeric
from finsam_eval.results import LEVEL, Status, validate_level
from finsam_eval.stats.nested import NestedIntercepts, nested_intercepts

REST = "rest"
FEWEST = 3
METHOD = "nästlade slumpmässiga nivåer, REML, profilgränser"
COMPONENT_COLUMNS = ["component", "units", "variance", "lower", "upper", "share", "share_lower", "share_upper"]

NO_ANSWERS = "Färre än tre svar: variansen går inte att dela upp."
ALL_EQUAL = "Alla svar är lika; det finns inga skillnader att dela upp."
NO_LEVEL = "Ingen nivå går att skilja från resten."
SAME_AS_OUTSIDE = (
    "Nivån {} har en enda enhet inom varje enhet utanför och går inte att skilja från den; den är utelämnad."
)
NO_REPEATS = "Nivån {} har bara ett svar i varje enhet och går inte att skilja från resten; den är utelämnad."
NO_REST = "Svaren skiljer sig inte inom någon enhet; vad som är rest går inte att skatta."
ONE_UNIT = "Bara en enhet på nivån {}: skillnader mellan enheter går inte att skatta; nivån är utelämnad."
NOT_FOUND = "Enheterna skiljer sig så mycket att modellen inte kan skatta hur mycket."


@dataclass(frozen=True, kw_only=True, slots=True)
class VarianceComponents:
    """The variance of an answer, by level.

    `components` has the columns of `COMPONENT_COLUMNS`, outermost first, `rest` last: what differs between answers in
    one innermost unit. n counts answers; `mean` is a typical level.

    `share` is the component's part of the whole; its limits hold the other components at their estimates. The rest has
    no limits. Empty, and `reason` says why, unless `status` is OK.
    """

    components: pd.DataFrame
    mean: float | None
    level: float
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row per component, with level, method, n, status and reason."""
        told = {"level": self.level, "method": self.method, "n": self.n, "status": self.status, "reason": self.reason}
        return self.components.assign(**told)


def variance_components(values: ArrayLike, levels: pd.DataFrame, level: float = LEVEL) -> VarianceComponents:
    """Return how much of the variance of answers lies between units at each level, nested in each other.

    values : one answer per row. NaN = no answer: dropped.
    levels : DataFrame, one row per answer, one column per level from the outermost to the innermost, such as forbund,
        insats, period, person. A name is read within the level before (insats "1" of two förbund are two), so periods
        here are an insats' own swings; a swing that all the country shares counts as such. A row with a name missing is
        dropped. A level of one unit, or whose units have one answer each, is left out, and `reason` says so.
    A status in place of components: no data with fewer than three answers, when all are equal, or when none differ
    within units; did not converge where units differ beyond measure.
    Answers are taken as numbers. Profile limits are about normal variation between units.

    Raises
    ------
    WrongShape
        When the two are not equally many, values not numbers, or levels has no column.

    References: Searle, Casella & McCulloch (1992), Variance Components, ch. 6; Brennan (2001), Generalizability Theory.
    In R: ``lme4::lmer(values ~ 1 + (1 | forbund) + (1 | forbund:insats))``, ``confint(…)``
    """
    answers, places, names, remarks = _arranged(values, levels)
    facts: Facts = {"level": validate_level(level), "method": METHOD, "n": len(answers)}
    hindrance = _obstacle(answers, places)
    if hindrance:
        return VarianceComponents(components=_EMPTY, mean=None, status=Status.NO_DATA, reason=hindrance, **facts)
    fitted = nested_intercepts(answers, places, facts["level"])
    if not fitted.converged:
        return VarianceComponents(components=_EMPTY, mean=None, status=Status.NOT_CONVERGED, reason=NOT_FOUND, **facts)
    table = _table(fitted, [*names, REST], [*(len(np.unique(place)) for place in places), len(answers)])
    return VarianceComponents(components=table, mean=fitted.mean, reason=" ".join(remarks), **facts)


_EMPTY = pd.DataFrame(columns=COMPONENT_COLUMNS)


def _arranged(values: ArrayLike, levels: pd.DataFrame) -> tuple[np.ndarray, list[np.ndarray], list[str], list[str]]:
    """Return the answers, each one's unit at each level that can be told apart, the levels' names, and remarks."""
    rows = numeric(pd.DataFrame({"value": pd.Series(values).reset_index(drop=True)}), "one answer per row")["value"]
    if not isinstance(levels, pd.DataFrame) or levels.shape[1] == 0 or len(levels) != len(rows):
        came = f"{levels.shape}" if isinstance(levels, pd.DataFrame) else type(levels).__name__
        raise WrongShape(
            f"levels must be a DataFrame with one row per answer ({len(rows)}) and a column per level; got {came}"
        )
    frame = levels.reset_index(drop=True)
    kept = rows.notna() & frame.notna().all(axis=1)
    frame, answers = frame[kept], rows[kept].to_numpy()
    places, names, remarks = [], [], []
    units = 1
    for depth, name in enumerate(frame.columns, start=1):
        place = frame.groupby(list(frame.columns[:depth]), sort=False).ngroup().to_numpy()
        remark = _remark(place, units, str(name))
        if remark:
            remarks.append(remark)
        else:
            places.append(place)
            names.append(str(name))
            units = len(np.unique(place))
    return answers, places, names, remarks


def _remark(place: np.ndarray, outside: int, name: str) -> str:
    """Return why a level cannot be told from the one outside it or from the rest; empty where it can."""
    units = len(np.unique(place))
    if units <= 1:
        return ONE_UNIT.format(name)
    if units == outside:
        return SAME_AS_OUTSIDE.format(name)
    return NO_REPEATS.format(name) if units == len(place) else ""


def _obstacle(answers: np.ndarray, places: list[np.ndarray]) -> str:
    if len(answers) < FEWEST:
        return NO_ANSWERS
    if np.ptp(answers) < TINY:
        return ALL_EQUAL
    if not places:
        return NO_LEVEL
    within = pd.Series(answers).groupby(places[-1])
    return "" if (within.max() - within.min()).max() > TINY else NO_REST


def _table(fitted: NestedIntercepts, names: list[str], units: list[int]) -> pd.DataFrame:
    others = fitted.variances.sum() - fitted.variances
    at = {"": fitted.variances, "_lower": fitted.lower, "_upper": fitted.upper}
    shares = {f"share{limit}": 1 / (1 + others / np.where(found > 0, found, np.nan)) for limit, found in at.items()}
    return pd.DataFrame(
        {
            "component": names,
            "units": units,
            "variance": fitted.variances,
            "lower": fitted.lower,
            "upper": fitted.upper,
            **{name: np.where(at[name[5:]] == 0, 0.0, share) for name, share in shares.items()},
        }
    )[COMPONENT_COLUMNS]
