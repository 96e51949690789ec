"""How much likelier an outcome is for each step higher: logistic regression, förbund having levels of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from finsam_eval.psychometrics.answers import Array, Facts
from finsam_eval.psychometrics.validity.curves import ALL_ALIKE, NOBODY, SAME_ANSWER, Cluster, told
from finsam_eval.results import LEVEL, Estimate, Status, no_value, validate_level
from finsam_eval.stats.logistic import fit_logistic
from finsam_eval.stats.logistic_mixed import LogisticIntercept, between_limits, fit_logistic_intercept

COEFFICIENTS = ["term", "value", "lower", "upper", "se", "p", "odds_ratio", "odds_lower", "odds_upper"]
CONSTANT = "konstant"

MIXED, PLAIN = "Logistisk regression, slumpintercept, AGQ 25, Wald", "Logistisk regression, Wald"

FEW_CLUSTERS = 20
"""Below this an interval that allows for clusters is on the narrow side (Cameron & Miller 2015, section VI)."""

FEW = "Svaren kommer ur bara {} grupper; intervallet kan vara för smalt."
DEPENDENT = "Två av svaren säger detsamma: de går inte att skilja åt i en och samma modell."
SEPARATED = "Svaret skiljer helt dem som hade utfallet från de andra; oddsen har inget ändligt värde."


@dataclass(frozen=True, kw_only=True, slots=True)
class Prediction:
    """A logistic regression of an outcome.

    coefficients : a row per term, the constant first: term, value (log odds per step), lower, upper, se, p (Wald), and
        odds_ratio with odds_lower, odds_upper.
    `between` is the variance of the units' levels in logits with profile limits. `median_odds_ratio`: of two alike
    persons in two units drawn by chance, the odds of the one in the likelier unit over the other's, at the median
    (Larsen & Merlo 2005); 1 is no difference. All of these are None without units, or without a value; an upper limit
    is None where there is none. `had`, `had_not` count persons, `units` what they belong to.
    """

    coefficients: pd.DataFrame
    between: float | None
    between_lower: float | None
    between_upper: float | None
    median_odds_ratio: float | None
    median_odds_lower: float | None
    median_odds_upper: float | None
    n: int
    had: int
    had_not: int
    units: int
    level: float
    method: str
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row per term; none without a value."""
        return self.coefficients.copy()


def predict_outcome(
    scores: pd.DataFrame | ArrayLike, outcome: ArrayLike, unit: Cluster = None, *, level: float = LEVEL
) -> Prediction:
    """Return how the odds of an outcome change by a step of each score, persons of the same unit compared.

    scores : persons × scores, or one score; NaN = no answer. outcome : 1 had it, 0 had not, NaN not known. Who lacks
        any is left out.
    unit : one label per person, such as förbund, with a random intercept each; None, or one unit alone: none.
    The odds ratio is that within a unit, which is further from 1 than that of the whole country.
    A status in place of a value: no data; not applicable where all had or had not the outcome, all scored alike, or one
    score is made of the others; did not converge where the scores tell all apart.

    Raises
    ------
    WrongShape
        When lengths differ, scores are no numbers, outcome is not 0 and 1, or level not between 0 and 1.

    References: Pinheiro & Bates (1995), J Comp Graph Stat 4:12–35; median odds ratio: Larsen & Merlo (2005), Am J
    Epidemiol 161:81–88.
    In R: ``lme4::glmer(outcome ~ score + (1 | unit), family = binomial, nAGQ = 25)``
    """
    rows, groups = told(scores, outcome, unit)
    names = [str(name) for name in scores.columns] if isinstance(scores, pd.DataFrame) else _numbered(rows.shape[1] - 1)
    return _predicted(rows, groups, names, validate_level(level))


def log_odds(score: ArrayLike, outcome: ArrayLike, *, cluster: Cluster = None, level: float = LEVEL) -> Estimate:
    """Return the log odds of one score's step alone, without what `predict_outcome` tells of its units (`cluster`)."""
    rows, groups = told(score, outcome, cluster)
    level, design = validate_level(level), np.column_stack([np.ones(len(rows)), rows[:, :-1]])
    method, hindrance = _method(groups), _why_not(rows, design)
    if hindrance:
        return no_value(*hindrance, method=method, n=len(rows), level=level)
    fit = _fit(design, rows[:, -1], groups)
    if not fit.converged:
        return no_value(Status.NOT_CONVERGED, SEPARATED, method=method, n=len(rows), level=level)
    row = _rows(fit, [CONSTANT, "score"], level).iloc[1]
    limits: Facts = {name: float(row[name]) for name in ("value", "lower", "upper")}
    return Estimate(**limits, level=level, method=method, n=len(rows), reason=_thin(groups))


def predicted_elsewhere(scores: pd.DataFrame | ArrayLike, outcome: ArrayLike, unit: Cluster) -> pd.DataFrame:
    """Return each person's chance of the outcome by a model of all other units, which know nothing of the person.

    scores, outcome, unit : as for `predict_outcome`. NaN for a unit without which no model can be had.

    Returns
    -------
    DataFrame
        predicted (the chance, the mean over what units' levels can be), outcome, unit (0 …), one row per person of
        whom all is known.

    References: Steyerberg & Harrell (2016), J Clin Epidemiol 69:245–247, internal–external validation; the mean over
    units: Zeger, Liang & Albert (1988), Biometrics 44:1049–1060.
    """
    rows, groups = told(scores, outcome, unit)
    groups = np.zeros(len(rows), dtype=np.int64) if groups is None else groups
    design, predicted = np.column_stack([np.ones(len(rows)), rows[:, :-1]]), np.full(len(rows), np.nan)
    for own in range(int(groups.max(initial=-1)) + 1):
        others = groups != own
        if _why_not(rows[others], design[others]):
            continue
        fit = _fit(design[others], rows[others, -1], groups[others])
        if fit.converged:
            shrunk = np.sqrt(1 + LOGIT_TO_PROBIT * fit.between)
            predicted[~others] = special.expit(design[~others] @ fit.coefficients / shrunk)
    return pd.DataFrame({"predicted": predicted, "outcome": rows[:, -1], "unit": groups})


LOGIT_TO_PROBIT = (16 * np.sqrt(3) / (15 * np.pi)) ** 2
"""c² of Zeger, Liang & Albert: logit and probit have the same middle when one is stretched by c."""


def _predicted(rows: Array, groups: NDArray[np.int64] | None, names: list[str], level: float) -> Prediction:
    had, design = int(rows[:, -1].sum()) if len(rows) else 0, np.column_stack([np.ones(len(rows)), rows[:, :-1]])
    facts: Facts = {"n": len(rows), "had": had, "had_not": len(rows) - had, "level": level, "method": _method(groups)}
    facts["units"] = 0 if groups is None else _number(groups)
    hindrance = _why_not(rows, design)
    fit = None if hindrance else _fit(design, rows[:, -1], groups)
    if fit is None or not fit.converged:
        status, reason = hindrance or (Status.NOT_CONVERGED, SEPARATED)
        table = pd.DataFrame(columns=COEFFICIENTS, dtype="float64")
        return Prediction(coefficients=table, **_units(None, None), **facts, status=status, reason=reason)
    limits = None
    if groups is not None and _number(groups) > 1:
        limits = _between(design, rows[:, -1], groups, level)
    table = _rows(fit, [CONSTANT, *names], level)
    return Prediction(coefficients=table, **_units(fit, limits), **facts, reason=_thin(groups))


def _fit(design: Array, outcome: Array, groups: NDArray[np.int64] | None) -> LogisticIntercept:
    """Return the model of a design whose first column is the constant, in the units of its scores."""
    back = _back(design)
    found = _even_fit(design @ back, outcome, groups)
    return replace(found, coefficients=back @ found.coefficients, covariance=back @ found.covariance @ back.T)


def _between(design: Array, outcome: Array, groups: NDArray[np.int64], level: float) -> tuple[float, float]:
    even = design @ _back(design)
    return between_limits(even, outcome, np.ones(len(even)), groups, _even_fit(even, outcome, groups), level)


def _even_fit(even: Array, outcome: Array, groups: NDArray[np.int64] | None) -> LogisticIntercept:
    ones = np.ones(len(even))
    if groups is not None and _number(groups) > 1:
        return fit_logistic_intercept(even, outcome, ones, groups)
    plain = fit_logistic(even, outcome, ones)
    return LogisticIntercept(
        coefficients=plain.coefficients,
        covariance=plain.covariance,
        between=0.0,
        log_likelihood=float("nan"),
        converged=plain.converged,
    )


def _back(design: Array) -> Array:
    """Return what takes the design to scores with mean 0 and sd 1, and their coefficients back to the scores' own."""
    mean, sd = design[:, 1:].mean(axis=0), design[:, 1:].std(axis=0)
    back = np.diag(np.concatenate([[1.0], 1 / sd]))
    back[0, 1:] = -mean / sd
    return back


def _why_not(rows: Array, design: Array) -> tuple[Status, str] | None:
    if not len(rows):
        return Status.NO_DATA, NOBODY
    if np.ptp(rows[:, -1]) == 0:
        return Status.NOT_APPLICABLE, ALL_ALIKE
    if (np.ptp(rows[:, :-1], axis=0) == 0).any():
        return Status.NOT_APPLICABLE, SAME_ANSWER
    if np.linalg.matrix_rank(design @ _back(design)) < design.shape[1]:
        return Status.NOT_APPLICABLE, DEPENDENT
    return None


def _rows(fit: LogisticIntercept, names: list[str], level: float) -> pd.DataFrame:
    se, half = np.sqrt(np.diag(fit.covariance)), float(special.ndtri((1 + level) / 2))
    value = fit.coefficients
    table = {"value": value, "lower": value - half * se, "upper": value + half * se, "se": se}
    p = 2 * special.ndtr(-np.abs(value / se))
    with np.errstate(over="ignore"):  # the odds of a step that is a million times the spread are infinite
        odds = {to: np.exp(table[of]) for to, of in zip(COEFFICIENTS[-3:], ("value", "lower", "upper"), strict=True)}
    return pd.DataFrame({"term": names, **table, "p": p, **odds})[COEFFICIENTS]


def _units(fit: LogisticIntercept | None, limits: tuple[float, float] | None) -> Facts:
    names = [f"{what}{end}" for what in ("between", "median_odds") for end in ("", "_lower", "_upper")]
    names[3] = "median_odds_ratio"
    if fit is None or limits is None:
        return dict.fromkeys(names)
    variances = [fit.between, *(limit if np.isfinite(limit) else None for limit in limits)]
    return dict(zip(names, [*variances, *(_median_odds(variance) for variance in variances)], strict=True))


def _median_odds(variance: float | None) -> float | None:
    return None if variance is None else float(np.exp(np.sqrt(2 * variance) * special.ndtri(0.75)))


def _number(groups: NDArray[np.int64]) -> int:
    return len(np.unique(groups))


def _numbered(count: int) -> list[str]:
    return ["score"] if count == 1 else [f"score {place + 1}" for place in range(count)]


def _method(groups: NDArray[np.int64] | None) -> str:
    return MIXED if groups is not None and _number(groups) > 1 else PLAIN


def _thin(groups: NDArray[np.int64] | None) -> str:
    number = FEW_CLUSTERS if groups is None else _number(groups)
    return FEW.format(number) if 1 < number < FEW_CLUSTERS else ""
