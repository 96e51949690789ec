"""Where on a scale do items measure, and how well? The graded response model."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from finsam_eval.psychometrics.answers import Array, Facts, constant, numeric
from finsam_eval.psychometrics.irt.graded_fit import FIT_COLUMNS, PAIR_COLUMNS, item_fit, local_dependence
from finsam_eval.psychometrics.ordinal import whole_steps
from finsam_eval.psychometrics.reliability import SHAPE
from finsam_eval.results import Status
from finsam_eval.stats.graded import NODES, STEEPEST, GradedFit, fit_graded, slopes_at, steps_at

Codes = NDArray[np.int64]

METHOD = "Graderad responsmodell (marginell ML, EM och Newton, 61 noder), EAP"

FINE = np.linspace(-6.0, 6.0, 1201)
RELIABILITIES = (0.7, 0.8, 0.9)

SCORE_COLUMNS = ["score", "se"]
ITEM_COLUMNS = ["item", "n", "discrimination", "se", "loading"]
THRESHOLD_COLUMNS = ["item", "step", "threshold", "se"]
REACH_COLUMNS = ["reliability", "lower", "upper", "share"]

FEW_ITEMS = "En responsmodell behöver tre frågor; {} räcker inte."
NOBODY = "Ingen har svarat på någon fråga."
UNANSWERED = "Ingen har svarat på {}."
SAME = "Alla gav samma svar på {}; utan skillnader finns inget att jämföra."
FEW = "{} svarande är färre än de {} tal som modellen ska skatta; ta färre frågor eller slå ihop svarssteg."
WHOLLY = (
    "{} följer det frågorna mäter helt (Heywood-fall), eller så finns ingen lösning; ta bort den eller den den liknar."
)
NO_SOLUTION = "Modellen hittar ingen lösning: frågorna har för lite gemensamt, eller svaren är för få."
GAPS = "Svarssteg som ingen valt räknas inte: {}."


@dataclass(frozen=True, kw_only=True, slots=True)
class GradedResponse:
    """A graded response model of one trait, standard normal among those who answered.

    items : a row per item: item, n (answers), discrimination (slope of the logit), se, and loading, the same on the
        scale of a factor loading. thresholds : a row per item and step above the lowest: step, the answer code;
        threshold, where on the trait half of the persons answer so or higher; se.
    scores : EAP and its standard error of each respondent, indexed as the answers; nan for who answered nothing.
    reliability : of these scores, their variance over it and the mean squared error.
    reach : where the items measure at least so reliably: reliability, lower, upper (nan where nowhere), and the share
        of respondents whose scores lie between.
    fit : S-X² of each item. dependence : Q3 of each pair, and how far above the mean.
    n counts those who answered any item. Without a model all tables but `scores` are empty and numbers None.
    """

    items: pd.DataFrame
    thresholds: pd.DataFrame
    log_likelihood: float | None
    parameters: int
    scores: pd.DataFrame
    reliability: float | None
    reach: pd.DataFrame
    fit: pd.DataFrame
    dependence: pd.DataFrame
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""
    _values: tuple[Array, ...] = field(default=(), repr=False, compare=False)

    def to_frame(self) -> pd.DataFrame:
        """One row per item."""
        return self.items.copy()

    def information(self, at: ArrayLike = NODES) -> pd.DataFrame:
        """Return how much items tell at places of the trait: trait, one column per item, test, se, reliability.

        test is the items' sum; se is 1 / √test; reliability is test / (test + 1): the trait's variance is 1.
        """
        trait = np.asarray(at, dtype=float)
        each = [information_at(own, trait) for own in self._values]
        test = np.sum(each, axis=0) if each else np.full(trait.shape, np.nan)
        columns = dict(zip(self.items["item"], each, strict=True))
        se = 1 / np.sqrt(np.where(test > 0, test, np.nan))
        return pd.DataFrame({"trait": trait, **columns, "test": test, "se": se, "reliability": test / (test + 1)})

    def category_curves(self, at: ArrayLike = NODES) -> pd.DataFrame:
        """Return how likely each answer is at places of the trait: item, step (from 0, those in use), trait, share."""
        trait = np.asarray(at, dtype=float)
        tables = []
        for name, own in zip(self.items["item"], self._values, strict=True):
            curves = steps_at(own, trait)
            steps = np.tile(np.arange(curves.shape[1]), len(trait))
            places = np.repeat(trait, curves.shape[1])
            tables.append(pd.DataFrame({"item": name, "step": steps, "trait": places, "share": curves.ravel()}))
        return (
            pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["item", "step", "trait", "share"])
        )


def graded_response(items: pd.DataFrame) -> GradedResponse:
    """Return the graded response model of items that measure one trait.

    Answers that are missing are left out of the likelihood: right where what is missing depends on nothing but the
    answers given.

    items : DataFrame, respondents × items, whole steps, reversed already. NaN = no answer.
    A status in place of a model: not applicable with fewer than three items, or fewer respondents than the model has
    parameters; no data without answers or with a constant item; not converged without a maximum, or where an item
    follows the trait wholly (discrimination above 25).

    Raises
    ------
    WrongShape
        When items is not a frame of whole numbers within 15 steps.

    References: Samejima (1969), Psychometrika Monograph 17; Bock & Aitkin (1981), Psychometrika 46:443–459; the errors:
    Louis (1982), J R Stat Soc B 44:226–233; EAP: Bock & Mislevy (1982), Appl Psychol Meas 6:431–444.
    In R: ``mirt::mirt(items, 1, itemtype = "graded", SE = TRUE, TOL = 1e-8)``, ``ltm::grm(items)``
    """
    answers = numeric(items, SHAPE)
    codes, used = _codes(answers)
    answering = (codes >= 0).any(axis=1)
    parameters = sum(len(steps) for steps in used)
    facts: Facts = {"method": METHOD, "n": int(answering.sum()), "parameters": parameters}
    obstacle = _obstacle(answers, facts["n"], parameters)
    if obstacle:
        return _none(answers, obstacle, facts)
    rows, place, counts = np.unique(codes[answering], axis=0, return_inverse=True, return_counts=True)
    fit = fit_graded(rows, counts.astype(float), [len(steps) for steps in used])
    names = [str(name) for name in answers.columns]
    if not fit.converged:
        return _none(answers, (Status.NOT_CONVERGED, _why_not(fit, names)), facts)
    return _model(answers, codes, fit, place, used, facts)


def information_at(values: Array, trait: Array) -> Array:
    """Return an item's information at places of the trait: squared slopes of its steps over their shares."""
    share, slope = steps_at(values, trait), slopes_at(values, trait)
    told: Array = np.divide(slope**2, share, out=np.zeros_like(share), where=share > 0).sum(axis=1)
    return told


def _codes(answers: pd.DataFrame) -> tuple[Codes, list[Array]]:
    """Return steps in use from 0, −1 where there is no answer, and the answer codes that the steps stand for."""
    codes, used = np.full(answers.shape, -1, dtype=np.int64), []
    for item, name in enumerate(answers.columns):
        known = answers[[name]].dropna()
        whole_steps(known)
        steps, place = np.unique(known.to_numpy()[:, 0], return_inverse=True)
        codes[answers[name].notna().to_numpy(), item] = place
        used.append(steps)
    return codes, used


def _obstacle(answers: pd.DataFrame, n: int, parameters: int) -> tuple[Status, str] | None:
    if answers.shape[1] < 3:
        return Status.NOT_APPLICABLE, FEW_ITEMS.format("en" if answers.shape[1] == 1 else "två")
    if n == 0:
        return Status.NO_DATA, NOBODY
    left = [str(name) for name in answers if answers[name].isna().all()]
    if left:
        return Status.NO_DATA, UNANSWERED.format(", ".join(left))
    same = constant(answers)
    if same:
        return Status.NO_DATA, SAME.format(", ".join(same))
    return (Status.NOT_APPLICABLE, FEW.format(n, parameters)) if n < parameters else None


def _why_not(fit: GradedFit, names: list[str]) -> str:
    steep = [name for name, own in zip(names, fit.values, strict=True) if abs(own[-1]) > STEEPEST]
    return WHOLLY.format(", ".join(steep)) if steep else NO_SOLUTION


def _model(
    answers: pd.DataFrame, codes: Codes, fit: GradedFit, place: Codes, used: list[Array], facts: Facts
) -> GradedResponse:
    names = [str(name) for name in answers.columns]
    answering = (codes >= 0).any(axis=1)
    means = fit.posterior @ NODES
    errors = np.sqrt(np.maximum(fit.posterior @ NODES**2 - means**2, 0.0))
    scores = pd.DataFrame(np.nan, index=answers.index, columns=SCORE_COLUMNS)
    scores.loc[answering, "score"], scores.loc[answering, "se"] = means[place], errors[place]
    own = means[place]
    complete = (codes >= 0).all(axis=1)
    table, thresholds = _parameter_tables(fit, names, used)
    gaps = [name for name, steps in zip(names, used, strict=True) if (np.diff(steps) > 1).any()]
    spread = float(own.var(ddof=1))
    return GradedResponse(
        items=table.assign(n=(codes >= 0).sum(axis=0))[ITEM_COLUMNS],
        thresholds=thresholds,
        log_likelihood=fit.log_likelihood,
        scores=scores,
        reliability=spread / (spread + float((errors[place] ** 2).mean())),
        reach=_reach(fit.values, own),
        fit=item_fit(fit.values, codes[complete], names) if complete.any() else pd.DataFrame(columns=FIT_COLUMNS),
        dependence=local_dependence(fit.values, codes[answering], own, names),
        reason=GAPS.format(", ".join(gaps)) if gaps else "",
        _values=fit.values,
        **facts,
    )


def _parameter_tables(fit: GradedFit, names: list[str], used: list[Array]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return items' discriminations and thresholds, −cut / slope, with errors by the delta method."""
    items, thresholds, start = [], [], 0
    for name, own, steps in zip(names, fit.values, used, strict=True):
        spread = fit.covariance[start : start + len(own), start : start + len(own)]
        start += len(own)
        slope, cuts = own[-1], own[:-1]
        # 1.702 makes the logistic curve that of a normal error; the loading is the slope's share of all variance.
        loading = slope / np.sqrt(slope**2 + 1.702**2)
        items.append((name, slope, np.sqrt(spread[-1, -1]), loading))
        by_cut, by_slope = -1 / slope, cuts / slope**2
        variance = by_cut**2 * np.diag(spread)[:-1] + by_slope**2 * spread[-1, -1]
        variance = variance + 2 * by_cut * by_slope * spread[:-1, -1]
        columns = {
            "item": name,
            "step": steps[1:].astype(np.int64),
            "threshold": -cuts / slope,
            "se": np.sqrt(variance),
        }
        thresholds.append(pd.DataFrame(columns))
    table = pd.DataFrame(items, columns=["item", "discrimination", "se", "loading"])
    return table, pd.concat(thresholds, ignore_index=True)[THRESHOLD_COLUMNS]


def _reach(values: tuple[Array, ...], scores: Array) -> pd.DataFrame:
    test = np.sum([information_at(own, FINE) for own in values], axis=0)
    rows = []
    for reliability in RELIABILITIES:
        enough = FINE[test / (test + 1) >= reliability]
        lower, upper = (enough[0], enough[-1]) if enough.size else (np.nan, np.nan)
        share = float(((scores >= lower) & (scores <= upper)).mean()) if enough.size else 0.0
        rows.append((reliability, lower, upper, share))
    return pd.DataFrame(rows, columns=REACH_COLUMNS)


def _none(answers: pd.DataFrame, obstacle: tuple[Status, str], facts: Facts) -> GradedResponse:
    return GradedResponse(
        items=pd.DataFrame(columns=ITEM_COLUMNS),
        thresholds=pd.DataFrame(columns=THRESHOLD_COLUMNS),
        log_likelihood=None,
        scores=pd.DataFrame(np.nan, index=answers.index, columns=SCORE_COLUMNS),
        reliability=None,
        reach=pd.DataFrame(columns=REACH_COLUMNS),
        fit=pd.DataFrame(columns=FIT_COLUMNS),
        dependence=pd.DataFrame(columns=PAIR_COLUMNS),
        status=obstacle[0],
        reason=obstacle[1],
        **facts,
    )
