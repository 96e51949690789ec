"""How alike do several raters answer, when not all have rated everything? Gwet's AC1 and AC2, Krippendorff's alpha."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.agreement.ratings import ONE_CATEGORY, disagreement, subjects_by_raters
from finsam_eval.psychometrics.answers import TINY, Array, Facts, absent, fields
from finsam_eval.psychometrics.scales import FISHER, Scale, intraclass, limits_on
from finsam_eval.results import LEVEL, Estimate, Status, validate_level
from finsam_eval.stats.resampling import Statistic, unique_rows

FEW = 150
"""Subjects below which the interval of alpha on a ratio scale is too narrow where answers are heaped at the top."""

NARROW = "Intervallet på kvotskala är för smalt när svaren är få och samlade på ett steg."
NOT_RATED_TWICE = "Färre än två har bedömts av minst två; då finns inget att jämföra."
ONE_STEP = "Alla svar är desamma; ange skalans alla steg, så kan överensstämmelsen räknas."


def gwet_ac(
    ratings: pd.DataFrame,
    weights: str | None = None,
    categories: Collection[float] | None = None,
    level: float = LEVEL,
) -> Estimate:
    """Return Gwet's AC1 (``weights=None``) or AC2 (``linear``, ``quadratic``), with a jackknife interval over subjects.

    Less sensitive than kappa to answers heaped on one step: agreement by chance is smallest where they are.

    ratings : DataFrame, subjects × raters (or occasions), numeric. NaN = not rated. Agreement is that of subjects rated
        twice or more, and n counts these; how often each code is given is that of all subjects.
    categories : all codes of the scale; without it those that somebody gave. The value depends on how many there are.
    A status in place of a value: no data with fewer than two subjects rated twice, or when there is only one category.
    How often the interval holds the truth stands in benchmarks/inference/results/coverage.csv.

    Raises
    ------
    WrongShape
        When there are fewer than two raters, more raters than subjects (transposed), or ratings outside categories.
    UnknownName
        For other weights.

    References: Gwet (2008), Br J Math Stat Psychol 61:29–48; Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed.,
    ch. 4 and 5 (weights, missing ratings).
    In R: ``irrCAC::gwet.ac1.raw(ratings, weights = "unweighted", categ.labels = categories)``
    """
    name, distance = disagreement(weights)
    kind = "Gwets AC1" if weights is None else f"Gwets AC2 {name}"
    facts: Facts = {"level": validate_level(level), "method": f"{kind}, jackknife"}
    codes, counts = _tallied(ratings, categories)
    if len(codes) == 1 and (counts.sum(axis=1) > 1).sum() > 1:
        return Estimate(**absent(Status.NO_DATA, ONE_STEP, facts | {"n": int((counts.sum(axis=1) > 1).sum())}))
    return _estimate(counts, lambda rows: _gwet_of(rows, codes, distance), FISHER, facts)


def krippendorff_alpha(ratings: pd.DataFrame, level_of_measurement: str = "ordinal", level: float = LEVEL) -> Estimate:
    """Return Krippendorff's alpha with a jackknife interval over subjects.

    ratings : DataFrame, subjects × raters (or occasions), numeric. NaN = not rated; subjects rated once are left out
        and n counts the others.
    level_of_measurement : ``nominal``, ``ordinal``, ``interval`` or ``ratio``: how much two answers differ. Of
        ``ratio`` the interval does not hold with few subjects; `reason` says so there.
    A status in place of a value: no data with fewer than two subjects rated twice, or when all answers are the same.
    How often the interval holds the truth stands in benchmarks/inference/results/coverage.csv.

    Raises
    ------
    WrongShape
        When there are fewer than two raters, more raters than subjects (transposed), or a ratio of negative answers.
    UnknownName
        For another level of measurement.

    References: Krippendorff (2011), Computing Krippendorff's alpha-reliability, Univ. of Pennsylvania; Hayes &
    Krippendorff (2007), Commun Methods Meas 1:77–89.
    In R: ``irr::kripp.alpha(t(ratings), "ordinal")``
    """
    if level_of_measurement not in METRICS:
        raise UnknownName(f"level_of_measurement {level_of_measurement!r} is not known; known are {', '.join(METRICS)}")
    name, squares = METRICS[level_of_measurement]
    facts: Facts = {"level": validate_level(level), "method": f"Krippendorffs alfa, {name}, jackknife"}
    codes, counts = _tallied(ratings)
    if level_of_measurement == "ratio" and codes.size and codes[0] < 0:
        raise WrongShape("ratings on a ratio scale must be 0 or above")
    paired = counts[counts.sum(axis=1) > 1]
    if len(paired) > 1 and (paired.sum(axis=0) > 0).sum() == 1:
        return Estimate(**absent(Status.NO_DATA, ONE_CATEGORY, facts | {"n": len(paired)}))
    scale = intraclass(paired.sum() / len(paired)) if len(paired) else FISHER
    found = _estimate(paired, lambda rows: _krippendorff_of(rows, codes, squares), scale, facts)
    if level_of_measurement == "ratio" and found.lower is not None and found.n < FEW:
        return replace(found, reason=f"{found.reason} {NARROW}".strip())
    return found


def _tallied(ratings: pd.DataFrame, categories: Collection[float] | None = None) -> tuple[Array, Array]:
    """Return the codes, and how many raters gave each, one row per subject rated at all."""
    values = subjects_by_raters(ratings).to_numpy()
    given = np.unique(values[~np.isnan(values)])
    codes = given if categories is None else np.unique(np.asarray(list(categories), dtype=float))
    if np.setdiff1d(given, codes).size:
        raise WrongShape("ratings must be among categories; there are others")
    counts = (values[:, :, np.newaxis] == codes).sum(axis=1).astype(float)
    return codes, counts[counts.sum(axis=1) > 0]


def _estimate(counts: Array, statistic_of: Callable[[Array], Statistic], scale: Scale, facts: Facts) -> Estimate:
    facts = facts | {"n": int((counts.sum(axis=1) > 1).sum())}
    if facts["n"] < 2:
        return Estimate(**absent(Status.NO_DATA, NOT_RATED_TWICE, facts))
    rows, times = unique_rows(counts)
    statistic = statistic_of(rows)
    value = float(statistic(times[np.newaxis].astype(float))[0])
    return Estimate(**fields(value, limits_on(scale, statistic, times, facts["level"]), facts))


def _gwet_of(counts: Array, codes: Array, distance: Callable[[Array], Array]) -> Statistic:
    steps = distance(codes[:, np.newaxis] - codes)
    weight = 1 - steps / steps.max()
    raters = counts.sum(axis=1)
    twice = (raters > 1).astype(float)
    pairs = np.where(raters > 1, raters * (raters - 1), 1.0)
    agreeing = twice * (counts * (counts @ weight - 1)).sum(axis=1) / pairs
    shares = counts / raters[:, np.newaxis]
    factor = weight.sum() / (len(codes) * (len(codes) - 1))

    def coefficient(weights: Array) -> Array:
        rated = weights @ twice
        observed = weights @ agreeing / np.where(rated > 0, rated, np.nan)
        given = weights @ shares / weights.sum(axis=1, keepdims=True)
        chance = factor * (given * (1 - given)).sum(axis=1)
        return (observed - chance) / (1 - chance)

    return coefficient


def _krippendorff_of(counts: Array, codes: Array, squares: Callable[[Array, Array], Array]) -> Statistic:
    raters = counts.sum(axis=1)
    pairs = counts[:, :, np.newaxis] * counts[:, np.newaxis, :]
    pairs -= counts[:, :, np.newaxis] * np.eye(len(codes))
    coincidences = (pairs / (raters - 1)[:, np.newaxis, np.newaxis]).reshape(len(counts), -1)

    def alpha(weights: Array) -> Array:
        found = (weights @ coincidences).reshape(len(weights), len(codes), len(codes))
        margins = found.sum(axis=2)
        n, apart = margins.sum(axis=1), squares(codes, margins)
        observed = (found * apart).sum(axis=(1, 2))
        expected = (margins[:, :, np.newaxis] * margins[:, np.newaxis, :] * apart).sum(axis=(1, 2))
        return 1 - (n - 1) * observed / np.where(expected > TINY, expected, np.nan)

    return alpha


def _nominal(codes: Array, margins: Array) -> Array:
    return (codes[:, np.newaxis] != codes).astype(float)


def _ordinal(codes: Array, margins: Array) -> Array:
    """Return the squared number of answers from one code to another, half of those at both ends."""
    ranks = np.cumsum(margins, axis=1) - margins / 2
    return (ranks[:, :, np.newaxis] - ranks[:, np.newaxis, :]) ** 2


def _interval(codes: Array, margins: Array) -> Array:
    return (codes[:, np.newaxis] - codes) ** 2


def _ratio(codes: Array, margins: Array) -> Array:
    total = codes[:, np.newaxis] + codes
    return ((codes[:, np.newaxis] - codes) / np.where(total > 0, total, 1.0)) ** 2


METRICS: dict[str, tuple[str, Callable[[Array, Array], NDArray[np.float64]]]] = {
    "nominal": ("nominal", _nominal),
    "ordinal": ("ordinal", _ordinal),
    "interval": ("intervall", _interval),
    "ratio": ("kvot", _ratio),
}
