"""Do predicted chances hold? Of those said to have 30 %, 30 of 100 should have it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.answers import Array, Facts, absent
from finsam_eval.psychometrics.detailed import Detailed
from finsam_eval.psychometrics.validity.curves import ALL_ALIKE, NOBODY, Cluster, told
from finsam_eval.results import LEVEL, Status, validate_level
from finsam_eval.stats.intervals import wilson
from finsam_eval.stats.logistic import fit_logistic

METHOD = "Logistisk omkalibrering, Wald"
BINS = ["predicted", "observed", "lower", "upper", "n"]

SAME_CHANCE = "Alla har fått samma chans: lutningen går inte att räkna fram."
NO_SLOPE = "De beräknade chanserna skiljer helt dem som hade utfallet från de andra; lutningen har inget ändligt värde."


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration(Detailed):
    """How predicted chances stand against what happened.

    `value`, `lower`, `upper`: the slope of the outcome's log odds on the predicted; 1 is right, below 1 the chances are
    too extreme. `intercept` with limits: how much higher the true log odds are on the whole; 0 is right. `brier` is
    the mean squared error, `brier_of_share` that of giving all the common share. `bins` has a row per group of like
    chances: predicted (mean), observed (share), its Wilson limits lower and upper, n.
    """

    intercept: float | None
    intercept_lower: float | None
    intercept_upper: float | None
    brier: float | None
    brier_of_share: float | None
    bins: pd.DataFrame


def calibration(
    predicted: ArrayLike, outcome: ArrayLike, *, together: Cluster = None, bins: int = 10, level: float = LEVEL
) -> Calibration:
    """Return whether predicted chances agree with what happened.

    predicted : a chance per person, strictly between 0 and 1, that the model gave without having seen the person's
        outcome: on its own persons a logistic model always has slope 1. NaN = none.
    outcome : 1 had it, 0 had not, NaN not known.
    together : one label per person, for the table of bins, such as the answer that the chance was made of; None:
        `bins` groups of like chances, equally many in each where it goes.
    A status in place of a value: no data; not applicable where all had or had not the outcome or all have one chance;
    did not converge where the chances tell all apart. Intercept and Brier score may be there without a slope.

    Raises
    ------
    WrongShape
        When lengths differ, a chance is not between 0 and 1, outcome is not 0 and 1, or bins is below 2.

    References: Cox (1958), Biometrika 45:562–565; Brier (1950), Mon Weather Rev 78:1–3; Van Calster, McLernon,
    van Smeden, Wynants & Steyerberg (2019), BMC Medicine 17:230.
    In R: slope ``glm(outcome ~ qlogis(p), binomial)``, intercept ``glm(outcome ~ offset(qlogis(p)), binomial)``
    """
    rows, groups = told(predicted, outcome, together)
    level = validate_level(level)
    if bins < 2:
        raise WrongShape(f"bins must be 2 or more, got {bins}")
    if rows.shape[1] != 2 or (len(rows) and not ((rows[:, 0] > 0) & (rows[:, 0] < 1)).all()):
        raise WrongShape("predicted must be one chance per person, strictly between 0 and 1")
    facts: Facts = {"level": level, "method": METHOD, "n": len(rows)}
    if not len(rows) or np.ptp(rows[:, 1]) == 0:
        why = (Status.NOT_APPLICABLE, ALL_ALIKE) if len(rows) else (Status.NO_DATA, NOBODY)
        numbers: Facts = dict.fromkeys(["intercept", "intercept_lower", "intercept_upper", "brier", "brier_of_share"])
        return Calibration(**absent(*why, facts), **numbers, bins=_binned(rows, groups, bins, level))
    share = rows[:, 1].mean()
    brier: Facts = {
        "brier": float(((rows[:, 1] - rows[:, 0]) ** 2).mean()),
        "brier_of_share": float(share * (1 - share)),
    }
    table = _binned(rows, groups, bins, level)
    return Calibration(**_slope(rows, facts), **_intercept(rows, level), **brier, bins=table)


def _slope(rows: Array, facts: Facts) -> Facts:
    if np.ptp(rows[:, 0]) == 0:
        return absent(Status.NOT_APPLICABLE, SAME_CHANCE, facts)
    design = np.column_stack([np.ones(len(rows)), special.logit(rows[:, 0])])
    fit = fit_logistic(design, rows[:, 1], np.ones(len(rows)))
    if not fit.converged:
        return absent(Status.NOT_CONVERGED, NO_SLOPE, facts)
    value, half = float(fit.coefficients[1]), _z(facts["level"]) * float(np.sqrt(fit.covariance[1, 1]))
    return {**facts, "value": value, "lower": value - half, "upper": value + half}


def _intercept(rows: Array, level: float) -> Facts:
    """Return how far all log odds are moved for as many to be expected as there were."""
    from scipy import optimize

    logits, had = special.logit(rows[:, 0]), rows[:, 1].sum()
    far = float(np.abs(logits).max()) + abs(float(special.logit(had / len(rows)))) + 1
    value = float(optimize.brentq(lambda moved: special.expit(logits + moved).sum() - had, -far, far, xtol=1e-12))
    share = special.expit(logits + value)
    half = _z(level) / float(np.sqrt((share * (1 - share)).sum()))
    return {"intercept": value, "intercept_lower": value - half, "intercept_upper": value + half}


def _binned(rows: Array, groups: NDArray[np.int64] | None, bins: int, level: float) -> pd.DataFrame:
    """Return the groups told, or those of like chances: persons with the same chance are never parted then."""
    if not len(rows):
        return pd.DataFrame(columns=BINS, dtype="float64")
    if groups is None:
        groups = np.searchsorted(np.unique(np.quantile(rows[:, 0], np.linspace(0, 1, bins + 1)[1:-1])), rows[:, 0])
    parts = sorted((rows[groups == place] for place in np.unique(groups)), key=lambda part: float(part[:, 0].mean()))
    n = np.array([len(part) for part in parts], dtype=float)
    had = np.array([part[:, 1].sum() for part in parts])
    lower, upper = wilson(had, n, level)
    mean = [part[:, 0].mean() for part in parts]
    return pd.DataFrame({"predicted": mean, "observed": had / n, "lower": lower, "upper": upper, "n": n})


def _z(level: float) -> float:
    return float(special.ndtri((1 + level) / 2))
