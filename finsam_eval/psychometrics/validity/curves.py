"""Does a higher answer go with what happened? The area under the ROC curve, and two areas compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.answers import NO_INTERVAL, TINY, Array, Facts, absent, numeric
from finsam_eval.psychometrics.detailed import Detailed
from finsam_eval.results import LEVEL, Status, validate_level
from finsam_eval.stats.concordance import concordance

Cluster: TypeAlias = Sequence[object] | pd.Series | NDArray[Any] | None
"""What each person belongs to, in the order of the answers; None where persons are independent of each other."""

INTERVALS = {"logit": "logitskala", "delong": "på ytans egen skala"}

NOBODY = "Ingen har både ett svar och ett känt utfall."
ALL_ALIKE = "Utfallet är detsamma för alla: det finns inget att skilja åt."
ONE_OF_A_KIND = "Bara en person hade utfallet, eller bara en saknade det."
SAME_ANSWER = "Alla har svarat likadant: svaret skiljer ingen åt."
SAME_ORDER = "De två ordnar alla likadant: det finns ingen skillnad att pröva."
ONE_CLUSTER = "Alla hör till samma förbund eller grupp; osäkerheten mellan grupper går inte att räkna fram."


@dataclass(frozen=True, kw_only=True, slots=True)
class Roc(Detailed):
    """The area under a ROC curve: how often, of one who had the outcome and one who had not, the former scored higher.

    `value`, `lower`, `upper`: the area. `se` is its standard error, `had` and `had_not` count persons, `clusters` what
    they belong to (0: independent). `curve` has a row per threshold: threshold (the outcome is expected from this
    score on; infinite: from none), sensitivity, specificity, and `expected`, how many score as high.
    """

    se: float | None
    had: int
    had_not: int
    clusters: int
    curve: pd.DataFrame


@dataclass(frozen=True, kw_only=True, slots=True)
class RocDifference(Detailed):
    """How much better one score tells an outcome than another of the same persons: `value` is first − second.

    `first`, `second` : the two areas among the persons who have both scores; `se`, `p` (two-sided) of the difference.
    """

    first: float | None
    second: float | None
    se: float | None
    p: float | None
    had: int
    had_not: int
    clusters: int


def roc(
    score: ArrayLike, outcome: ArrayLike, *, cluster: Cluster = None, ci: str = "logit", level: float = LEVEL
) -> Roc:
    """Return how well a score tells those who had an outcome from those who had not.

    score : one number per person, higher where the outcome is expected; NaN = no answer.
    outcome : 1 had it, 0 had not, NaN not known. Who lacks either is left out. Series are paired by position.
    cluster : one label per person, such as förbund; the error then allows for persons of one being alike, with
        Student's t on the clusters less one (coverage .93 to .96 at 5, 10 and 36 clusters of 20, ICC .05 and .20).
    ci : "logit" keeps the limits between 0 and 1 and is the default: it covers .94 to .98 where "delong", the plain one
        that pROC gives, covers .84 to .95 (areas .7 and .9; 10 + 10, 10 + 40, 40 + 80 persons; 1 500 samples each).
    A status in place of a value: no data where nobody, or only one, had or had not the outcome; not applicable where
    all had or had not, or all scored alike. Where the two are told apart without fault there is a value, no interval.

    Raises
    ------
    WrongShape
        When the three are not equally long, score not numbers, outcome not 0 and 1, or level not between 0 and 1.
    UnknownName
        For another ci.

    References: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44:837–845; Pepe (2003), The Statistical Evaluation
    of Medical Tests, ch. 5; clusters: Obuchowski (1997), Biometrics 53:567–578.
    In R: ``pROC::ci.auc(outcome, score, direction = "<")`` gives "delong"
    """
    if ci not in INTERVALS:
        raise UnknownName(f"ci must be one of {', '.join(INTERVALS)}; got {ci!r}")
    rows, groups = told(score, outcome, cluster)
    facts = _facts(rows, groups, validate_level(level), f"AUC, {_named(groups)}, {INTERVALS[ci]}")
    curve = _curve(rows)
    hindrance = why_none(rows)
    if hindrance:
        return Roc(**absent(*hindrance, facts), se=None, curve=curve)
    found = concordance(rows[:, :1], rows[:, -1] == 1, groups)
    area, variance = float(found.areas[0]), float(found.covariance[0, 0])
    lower, upper = limits_of_share(area, variance, _quantile(facts), logit=ci == "logit")
    return Roc(**_known(area, (lower, upper), variance, facts), curve=curve)


def compare_roc(
    first: ArrayLike, second: ArrayLike, outcome: ArrayLike, *, cluster: Cluster = None, level: float = LEVEL
) -> RocDifference:
    """Return how much better the first score tells the outcome than the second, both of the same persons.

    first, second, outcome, cluster : as for `roc`; who lacks any of the three is left out.
    A status in place of a value: as for `roc`. Where both order all persons alike the value is 0 without an interval.

    Raises
    ------
    WrongShape
        As for `roc`.

    References: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44:837–845; clusters: Obuchowski (1997).
    In R: ``pROC::roc.test(roc1, roc2, paired = TRUE)``
    """
    scores = {name: pd.Series(score).reset_index(drop=True) for name, score in (("a", first), ("b", second))}
    if len(scores["a"]) != len(scores["b"]):
        raise WrongShape(f"first and second must be of the same persons, got {len(scores['a'])} and {len(scores['b'])}")
    rows, groups = told(pd.DataFrame(scores), outcome, cluster)
    facts = _facts(rows, groups, validate_level(level), f"Skillnad i AUC, parad, {_named(groups)}")
    hindrance = why_none(rows)
    if hindrance:
        return RocDifference(**absent(*hindrance, facts), first=None, second=None, se=None, p=None)
    found = concordance(rows[:, :2], rows[:, -1] == 1, groups)
    areas: Facts = {"first": float(found.areas[0]), "second": float(found.areas[1])}
    apart, contrast = areas["first"] - areas["second"], np.array([1.0, -1.0])
    variance = float(contrast @ found.covariance @ contrast)
    if not variance > TINY**2:
        reason = SAME_ORDER if apart == 0 else NO_INTERVAL
        return RocDifference(
            **{**facts, "reason": reason}, value=apart, lower=None, upper=None, se=None, p=None, **areas
        )
    half = _quantile(facts) * np.sqrt(variance)
    return RocDifference(
        **_known(apart, (apart - half, apart + half), variance, facts), p=_p(apart / np.sqrt(variance), facts), **areas
    )


def told(
    scores: pd.DataFrame | ArrayLike, outcome: ArrayLike, cluster: Cluster = None
) -> tuple[Array, NDArray[np.int64] | None]:
    """Return the persons of whom all is known, scores and then outcome in columns, and their clusters as 0, 1 ….

    Raises
    ------
    WrongShape
        When lengths differ, scores are no numbers, or outcome anything but 1, 0 and NaN.
    """
    given, happened = pd.DataFrame(scores).reset_index(drop=True), pd.Series(outcome).reset_index(drop=True)
    given.columns = pd.RangeIndex(given.shape[1])
    given = given if given.shape[1] else given.reindex(columns=[0])  # an empty list has no columns
    if not len(given) == len(happened) == (len(given) if cluster is None else len(cluster)):
        raise WrongShape("score, outcome and cluster must have one entry for each person, in the same order")
    shape = "scores and outcomes"
    both = numeric(given.assign(outcome=happened), shape) if len(given) else given.assign(outcome=happened)
    if not both["outcome"].dropna().isin([0, 1]).all():
        raise WrongShape("outcome must be 1 where it happened, 0 where it did not, NaN where it is not known")
    known = both.notna().all(axis=1)
    if cluster is None:
        return both[known].to_numpy(dtype=float), None
    belongs = pd.Series(cluster).reset_index(drop=True)
    known &= belongs.notna()
    return both[known].to_numpy(dtype=float), np.asarray(pd.factorize(belongs[known])[0], dtype=np.int64)


def why_none(rows: Array) -> tuple[Status, str] | None:
    """Return why these persons, outcome last, tell nothing of an outcome; None where they do."""
    if not len(rows):
        return Status.NO_DATA, NOBODY
    had = int(rows[:, -1].sum())
    if had in (0, len(rows)):
        return Status.NOT_APPLICABLE, ALL_ALIKE
    if had == 1 or had == len(rows) - 1:
        return Status.NO_DATA, ONE_OF_A_KIND
    if (np.ptp(rows[:, :-1], axis=0) == 0).any():
        return Status.NOT_APPLICABLE, SAME_ANSWER
    return None


def limits_of_share(share: float, variance: float, quantile: float, *, logit: bool = True) -> tuple[float, float]:
    """Return the limits of a share of pairs, on the logit scale or its own; nan where there is no spread to go by."""
    if not variance > TINY**2:
        return float("nan"), float("nan")
    half = quantile * float(np.sqrt(variance))
    if not logit:
        return max(share - half, 0.0), min(share + half, 1.0)
    if not 0 < share < 1:
        return float("nan"), float("nan")
    centre, width = float(special.logit(share)), half / (share * (1 - share))
    return float(special.expit(centre - width)), float(special.expit(centre + width))


def _named(groups: NDArray[np.int64] | None) -> str:
    return "DeLong" if groups is None else "Obuchowski (klustrat)"


def _facts(rows: Array, groups: NDArray[np.int64] | None, level: float, method: str) -> Facts:
    had = int(rows[:, -1].sum()) if len(rows) else 0
    number = 0 if groups is None else len(np.unique(groups))
    whose = {"had": had, "had_not": len(rows) - had, "clusters": number}
    return {"level": level, "method": method, "n": len(rows), **whose}


def _quantile(facts: Facts) -> float:
    upper = (1 + facts["level"]) / 2
    if not facts["clusters"]:
        return float(special.ndtri(upper))
    return float(special.stdtrit(facts["clusters"] - 1, upper)) if facts["clusters"] > 1 else float("nan")


def _p(z: float, facts: Facts) -> float:
    tail = special.stdtr(facts["clusters"] - 1, -abs(z)) if facts["clusters"] else special.ndtr(-abs(z))
    return float(2 * tail)


def _known(value: float, limits: tuple[float, float], variance: float, facts: Facts) -> Facts:
    """Return the fields of a record whose value exists; `reason` says why there are no limits."""
    lower, upper = (float(limit) if np.isfinite(limit) else None for limit in limits)
    reason = "" if lower is not None else ONE_CLUSTER if facts["clusters"] == 1 else NO_INTERVAL
    se = float(np.sqrt(variance)) if np.isfinite(variance) else None
    return {**facts, "value": value, "lower": lower, "upper": upper, "se": se, "reason": reason}


def _curve(rows: Array) -> pd.DataFrame:
    """Return the curve from the corner where nobody is expected to have the outcome to that where all are."""
    had, score = rows[:, -1] == 1, rows[:, 0]
    if not had.any() or had.all():
        return pd.DataFrame({name: [] for name in CURVE}, dtype="float64")
    thresholds = np.append(np.inf, np.unique(score)[::-1])
    highs, lows = np.sort(score[had]), np.sort(score[~had])
    reached, false = (len(part) - np.searchsorted(part, thresholds, "left") for part in (highs, lows))
    return pd.DataFrame(
        {
            "threshold": thresholds,
            "sensitivity": reached / len(highs),
            "specificity": 1 - false / len(lows),
            "expected": (reached + false).astype("float64"),
        }
    )


CURVE = ["threshold", "sensitivity", "specificity", "expected"]
