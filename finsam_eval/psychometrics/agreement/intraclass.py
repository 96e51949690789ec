"""How much of what differs between answers is differences between persons, and how large is the rest? ICC, SEM, SDC."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from finsam_eval.errors import UnknownName
from finsam_eval.psychometrics.agreement.ratings import ONE_CATEGORY, subjects_by_raters
from finsam_eval.psychometrics.answers import TINY, Array, Facts, absent, fields, obstacle, pair
from finsam_eval.psychometrics.detailed import Detailed
from finsam_eval.psychometrics.scales import LOG, Scale, intraclass, limits_on
from finsam_eval.results import LEVEL, Estimate, Status, validate_level
from finsam_eval.stats.resampling import Statistic, unique_rows

SAME_MEANS = "Bedömningarna tar ut varandra: alla har samma medelvärde, och det finns inga skillnader att mäta."

DETECTABLE = 1.96 * 2**0.5
"""A change of one person larger than this many SEM is seldom (one time in twenty) measurement error alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasurementError(Detailed):
    """The smallest detectable change of one person, in scale steps (`value`), and the error it rests on.

    `sem` is the standard error of measurement; None where there is none. n counts subjects.
    """

    sem: float | None
    sem_lower: float | None
    sem_upper: float | None


def icc(ratings: pd.DataFrame, form: str = "ICC(2,1)", level: float = LEVEL) -> Estimate:
    """Return an intraclass correlation, with a jackknife interval over subjects.

    ratings : DataFrame, subjects × raters (or occasions), numeric. NaN = none; incomplete subjects are dropped.
    form : ``ICC(1,1)`` each subject has raters of its own, ``ICC(2,1)`` raters are a sample and their difference in
        level counts as error, ``ICC(3,1)`` these raters only and their difference in level does not count: the
        reliability of one rating. ``ICC(1,k)``, ``ICC(2,k)``, ``ICC(3,k)``: that of the mean of all k.
    A status in place of a value: no data with fewer than two subjects, or when all ratings are the same.
    The interval is symmetric on Fisher's scale for k raters, ½ log((1 + (k − 1)r) / (1 − r)), and that of a mean is
    that of one rating, stepped up. It is about other subjects and the same raters: how much other raters would differ
    in level, two or three cannot tell. F intervals, as other programs print them, are not used: on skewed answers they
    are too narrow however many the subjects.
    How often the interval holds the truth stands in benchmarks/inference/results/coverage.csv.

    Raises
    ------
    WrongShape
        When there are fewer than two raters, or more raters than subjects (transposed).
    UnknownName
        For another form.

    References: Shrout & Fleiss (1979), Psychol Bull 86:420–428; McGraw & Wong (1996), Psychol Methods 1:30–46; the
    scale: Fisher (1925), Statistical Methods for Research Workers, sec. 39.
    In R: ``psych::ICC(ratings, lmer = FALSE)``
    """
    if form not in FORMS:
        raise UnknownName(f"form {form!r} is not known; known are {', '.join(FORMS)}")
    rows = subjects_by_raters(ratings).dropna().to_numpy()
    facts: Facts = {"level": validate_level(level), "method": f"{form}, jackknife", "n": len(rows)}
    hindrance = obstacle(rows) or ((Status.NO_DATA, ONE_CATEGORY) if np.ptp(rows) == 0 else None)
    if hindrance:
        return Estimate(**absent(*hindrance, facts))
    formula, of_mean = FORMS[form]
    raters = rows.shape[1]
    value, *limits = _with_limits(rows, formula, intraclass(raters), facts["level"])
    if of_mean:
        value, *limits = (_stepped_up(single, raters) for single in (value, *limits))
    if not np.isfinite(value):
        return Estimate(**absent(Status.NO_DATA, SAME_MEANS, facts))
    return Estimate(**fields(value, limits, facts))


def measurement_error(a: ArrayLike, b: ArrayLike, level: float = LEVEL) -> MeasurementError:
    """Return the smallest detectable change (value) and the SEM, in scale steps, with jackknife intervals over pairs.

    SEM is that of agreement: the square root of the variance between occasions plus the residual, both components of
    the ICC(2,1), the former never below 0. SDC = 1.96 · √2 · SEM, for one person. The interval is symmetric for
    log SEM.

    a, b : answers of the same persons in the same order. NaN = no answer; incomplete pairs are dropped.
    A status in place of a value: no data with fewer than two pairs. Where all pairs agree both are 0, without an
    interval.

    Raises
    ------
    WrongShape
        When a and b are not equally many numbers.

    References: de Vet, Terwee, Knol & Bouter (2006), J Clin Epidemiol 59:1033–1039.
    In R: ``s <- psych::ICC(cbind(a, b), lmer = FALSE)$summary[[1]][, "Mean Sq"]; sqrt((s[2] - s[3]) / n + s[3])``
    """
    pairs = pair(a, b)
    method = "SDC = 1,96 · √2 · SEM (ICC(2,1)), jackknife"
    facts: Facts = {"level": validate_level(level), "method": method, "n": len(pairs)}
    hindrance = obstacle(pairs)
    if hindrance:
        return MeasurementError(**absent(*hindrance, facts), sem=None, sem_lower=None, sem_upper=None)
    sem, *limits = _with_limits(pairs, _sem, LOG, facts["level"])
    record = fields(DETECTABLE * sem, [DETECTABLE * limit for limit in limits], facts)
    lower, upper = (float(limit) if np.isfinite(limit) else None for limit in limits)
    return MeasurementError(**record, sem=sem, sem_lower=lower, sem_upper=upper)


class _Squares(NamedTuple):
    """Mean squares of subjects × raters: between subjects, between raters, residual, within subjects."""

    subjects: Array
    raters: Array
    residual: Array
    within: Array
    n: Array
    k: int


def _one_way(at: _Squares) -> Array:
    return _share(at.subjects - at.within, at.subjects + (at.k - 1) * at.within)


def _two_way_random(at: _Squares) -> Array:
    between_raters = at.k * (at.raters - at.residual) / at.n
    return _share(at.subjects - at.residual, at.subjects + (at.k - 1) * at.residual + between_raters)


def _two_way_fixed(at: _Squares) -> Array:
    return _share(at.subjects - at.residual, at.subjects + (at.k - 1) * at.residual)


def _share(part: Array, whole: Array) -> Array:
    return part / np.where(whole > TINY, whole, np.nan)


def _sem(at: _Squares) -> Array:
    return np.sqrt(np.maximum(0.0, (at.raters - at.residual) / at.n) + np.maximum(0.0, at.residual))


FORMS = {
    "ICC(1,1)": (_one_way, False),
    "ICC(2,1)": (_two_way_random, False),
    "ICC(3,1)": (_two_way_fixed, False),
    "ICC(1,k)": (_one_way, True),
    "ICC(2,k)": (_two_way_random, True),
    "ICC(3,k)": (_two_way_fixed, True),
}
"""Name → the reliability of one rating from mean squares, and whether it is stepped up to that of the mean."""


def _stepped_up(single: float, k: int) -> float:
    """Return Spearman–Brown's k r / (1 + (k − 1) r); nan beyond its pole."""
    whole = 1 + (k - 1) * single
    return k * single / whole if whole > TINY else float("nan")


def _with_limits(
    rows: Array, formula: Callable[[_Squares], Array], scale: Scale, level: float
) -> tuple[float, float, float]:
    """Return the value of a formula of mean squares and its limits."""
    unique, counts = unique_rows(rows)
    statistic = _of_squares(unique, formula)
    value = float(statistic(counts[np.newaxis].astype(float))[0])
    return value, *limits_on(scale, statistic, counts, level)


def _of_squares(rows: Array, formula: Callable[[_Squares], Array]) -> Statistic:
    centred, k = rows - rows.mean(), rows.shape[1]
    sums = np.column_stack([centred, centred.mean(axis=1) ** 2, (centred**2).sum(axis=1)])

    def statistic(weights: Array) -> Array:
        n = weights.sum(axis=1)
        means = weights @ sums / n[:, np.newaxis]
        grand = means[:, :k].mean(axis=1)
        total = n * (means[:, -1] - k * grand**2)
        subjects = n * k * (means[:, k] - grand**2)
        raters = n * ((means[:, :k] ** 2).sum(axis=1) - k * grand**2)
        free = np.where(n > 1, n - 1, np.nan)
        residual = (total - subjects - raters) / (free * (k - 1))
        within = (total - subjects) / (n * (k - 1))
        return formula(_Squares(subjects / free, raters / (k - 1), residual, within, n, k))

    return statistic
