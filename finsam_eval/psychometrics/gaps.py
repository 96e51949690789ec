"""What would the missing answers change? Alpha and means by three ways to handle gaps, side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from finsam_eval.psychometrics.answers import TINY, Array, Facts, absent, fields, jackknife, numeric
from finsam_eval.psychometrics.missingness import NO_MODEL, NOBODY, can_vary
from finsam_eval.psychometrics.reliability import SHAPE, Reliability, alpha_and_error, cronbach_alpha, why_none
from finsam_eval.results import LEVEL, RECORD_COLUMNS, Estimate, Status, no_value, validate_level
from finsam_eval.stats.incomplete import Pooled, imputations, pooled
from finsam_eval.stats.intervals import mean_interval
from finsam_eval.stats.resampling import SEED, Statistic

COMPLETE, PAIRWISE, IMPUTED = "fullständiga svar", "parvis", "multipel imputering"
IMPUTATIONS = 20

NOT_TOGETHER = "Det finns frågor som ingen har svarat på samtidigt."
ONE_ANSWER = "Bara en har svarat: osäkerheten går inte att räkna fram."

COMPARED_COLUMNS = ["handling", "statistic", "item", *RECORD_COLUMNS]


@dataclass(frozen=True, kw_only=True, slots=True)
class Handled:
    """Alpha and means by each way to handle gaps: one row per handling × statistic, columns of `COMPARED_COLUMNS`.

    `statistic` is ``alfa``, ``medel`` (the mean of one item) or ``skala`` (the mean of the respondent's mean answer).
    `missing_information` is the share that gaps take of what is known of alpha; None without imputations.
    """

    estimates: pd.DataFrame
    missing_information: float | None
    n: int

    def to_frame(self) -> pd.DataFrame:
        """One row per handling × statistic."""
        return self.estimates.copy()


def handled_gaps(items: pd.DataFrame, level: float = LEVEL, seed: int = SEED) -> Handled:
    """Return alpha and means from complete answers, pairwise and by multiple imputation, side by side.

    Complete answers use who answered everything. Pairwise uses what each pair of items has (alpha) and all answers to
    an item (its mean). Imputation draws each gap `IMPUTATIONS` times from a normal model of all items and pools by
    Rubin's rules; it is right where gaps depend on the answers that were given, which neither of the others is.

    items : DataFrame, respondents × items, reversed already. NaN = no answer; who answered nothing is left out.
    seed : of the imputations: the same data give the same numbers.
    Each row has a status: no data, not applicable with one item, or not converged where no model can be had.

    Raises
    ------
    WrongShape
        When items is not a frame of numbers, or level not between 0 and 1.

    References: Rubin (1987), Multiple Imputation; Honaker & King (2010), Am J Political Science 54:561–581;
    Enders (2010), Applied Missing Data Analysis, ch. 2 and 8.
    In R: pairwise ``psych::alpha(items, use = "pairwise")``; imputed ``Amelia::amelia``, ``mice::pool.scalar``
    """
    level = validate_level(level)
    answering = numeric(items, SHAPE).dropna(how="all")
    names = [str(name) for name in answering.columns]
    complete = answering.dropna()
    rows = [
        _row(COMPLETE, "alfa", "", cronbach_alpha(complete, level)),
        *_mean_rows(COMPLETE, complete, level),
        _row(PAIRWISE, "alfa", "", pairwise_alpha(answering, level)),
        *_mean_rows(PAIRWISE, answering, level),
    ]
    imputed, missing = _imputed_rows(answering, names, level, seed)
    table = pd.DataFrame([*rows, *imputed], columns=COMPARED_COLUMNS)
    numbers = {name: "float64" for name in ("value", "lower", "upper", "level")}
    return Handled(estimates=table.astype(numbers), missing_information=missing, n=len(answering))


def _row(handling: str, statistic: str, item: str, found: Estimate) -> dict[str, object]:
    record = {name: getattr(found, name) for name in RECORD_COLUMNS}
    return {"handling": handling, "statistic": statistic, "item": item, **record}


def _mean_rows(handling: str, answers: pd.DataFrame, level: float) -> list[dict[str, object]]:
    means = [_row(handling, "medel", str(name), _mean(answers[name], level)) for name in answers.columns]
    return [*means, _row(handling, "skala", "", _mean(answers.mean(axis=1), level))]


def _mean(values: pd.Series, level: float) -> Estimate:
    given = values.dropna().to_numpy()
    facts: Facts = {"level": level, "method": "Medelvärde, Student", "n": len(given)}
    if not len(given):
        return no_value(Status.NO_DATA, NOBODY, **facts)
    if len(given) == 1:
        return Estimate(value=float(given[0]), lower=None, upper=None, reason=ONE_ANSWER, **facts)
    lower, upper = mean_interval(given.mean(), given.std(ddof=1), len(given), level)
    return Estimate(value=float(given.mean()), lower=float(lower), upper=float(upper), **facts)


def pairwise_alpha(items: pd.DataFrame, level: float = LEVEL) -> Reliability:
    """Return Cronbach's alpha of covariances that each rest on all who answered both items, with a jackknife interval.

    items : as for `cronbach_alpha`, but incomplete rows are kept; n counts who answered anything.
    A status in place of a value: as there; no data where two items were never answered together.

    In R: ``psych::alpha(items, use = "pairwise")$total$raw_alpha``
    """
    answering = numeric(items, SHAPE).dropna(how="all")
    k = answering.shape[1]
    facts: Facts = {"level": validate_level(level), "method": "Cronbachs alfa, parvis, jackknife", "n": len(answering)}
    facts["k"] = k
    hindrance = why_none(answering)
    if hindrance:
        return Reliability(**absent(*hindrance, facts))
    rows = answering.to_numpy()
    value = float(_pairwise_alpha_of(rows)(np.ones((1, len(rows))))[0])
    if not np.isfinite(value):
        return Reliability(**absent(Status.NO_DATA, NOT_TOGETHER, facts))
    return Reliability(**fields(value, jackknife(rows, _pairwise_alpha_of, facts["level"]), facts))


def _pairwise_alpha_of(rows: Array) -> Statistic:
    """Return alpha as a function of the rows' weights; a covariance has the divisor of its own pairs less one."""
    seen = np.isfinite(rows)
    filled, k = np.where(seen, rows - np.nanmean(rows, axis=0), 0.0), rows.shape[1]
    shape = (len(rows), k * k)
    both = (seen[:, :, np.newaxis] & seen[:, np.newaxis, :]).reshape(shape).astype(float)
    products = (filled[:, :, np.newaxis] * filled[:, np.newaxis, :]).reshape(shape)
    firsts = (filled[:, :, np.newaxis] * seen[:, np.newaxis, :]).reshape(shape)

    def alpha(weights: Array) -> Array:
        pairs, crossed, first = ((weights @ part).reshape(-1, k, k) for part in (both, products, firsts))
        pairs = np.where(pairs > 1, pairs, np.nan)
        spread = (crossed - first * first.transpose(0, 2, 1) / pairs) / (pairs - 1)
        whole = spread.sum(axis=(1, 2))
        return k / (k - 1) * (1 - np.einsum("dii->d", spread) / np.where(whole > TINY, whole, np.nan))

    return alpha


def _imputed_rows(
    answering: pd.DataFrame, names: list[str], level: float, seed: int
) -> tuple[list[dict[str, object]], float | None]:
    values, n = answering.to_numpy(), len(answering)
    facts: Facts = {"level": level, "method": f"{IMPUTATIONS} imputeringar (EMB), Rubin", "n": n}
    asked = [("alfa", ""), *(("medel", name) for name in names), ("skala", "")]
    hindrance = _no_model(answering)
    filled = np.array([] if hindrance else list(imputations(values, IMPUTATIONS, seed)))
    if len(filled) < IMPUTATIONS:
        status, reason = hindrance or (Status.NOT_CONVERGED, NO_MODEL)
        return [_row(IMPUTED, *about, no_value(status, reason, **facts)) for about in asked], None
    means = np.concatenate([filled, filled.mean(axis=2, keepdims=True)], axis=2)
    errors = np.sqrt(means.var(axis=1, ddof=1) / n)
    found = [pooled(column, error, n - 1) for column, error in zip(means.mean(axis=1).T, errors.T, strict=True)]
    alpha = pooled(*_alphas(filled), n - 1) if len(names) > 1 else None
    rows = [_row(IMPUTED, *about, _pooled(one, facts)) for about, one in zip(asked[1:], found, strict=True)]
    if alpha is None:
        one = cronbach_alpha(answering, level)
        return [_row(IMPUTED, "alfa", "", no_value(one.status, one.reason, **facts)), *rows], None
    return [_row(IMPUTED, "alfa", "", _pooled(alpha, facts)), *rows], alpha.missing


def _no_model(answering: pd.DataFrame) -> tuple[Status, str] | None:
    if not len(answering):
        return Status.NO_DATA, NOBODY
    values = answering.to_numpy()
    if len(values) <= values.shape[1] or not can_vary(values):
        return Status.NOT_CONVERGED, NO_MODEL
    return None


def _pooled(found: Pooled, facts: Facts) -> Estimate:
    lower, upper = found.limits(facts["level"])
    return Estimate(value=found.value, lower=lower, upper=upper, **facts)


def _alphas(filled: Array) -> tuple[Array, Array]:
    values, errors = zip(*(alpha_and_error(rows) for rows in filled), strict=True)
    return np.array(values), np.array(errors)
