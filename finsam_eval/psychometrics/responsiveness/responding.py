"""Everything that two answers by the same persons, an anchor and a retest can tell of responsiveness, in one record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.agreement import icc, measurement_error
from finsam_eval.psychometrics.answers import TINY, numeric, pair
from finsam_eval.psychometrics.responsiveness.important import Anchored, minimal_important_change
from finsam_eval.psychometrics.responsiveness.sizes import effect_size, mean_change, standardised_mean
from finsam_eval.psychometrics.responsiveness.towards_mean import towards_mean
from finsam_eval.results import LEVEL, RECORD_COLUMNS, Estimate, Status, no_value, validate_level
from finsam_eval.stats.intervals import wilson

NO_RETEST = "Inget omtest av personer som inte har ändrats, så det går inte att säga vad mätfel ensamt gör."
STABLE_ALIKE = "De som inte har ändrats svarade lika båda gångerna, så det finns ingen spridning att mäta mot."
NO_PAIRS = "Ingen har svarat båda gångerna."


@dataclass(frozen=True, kw_only=True, slots=True)
class Responsiveness:
    """How the answers of the same persons changed. Everything in scale steps unless said otherwise.

    change : the mean of after − before. srm, es, d_av : in standard deviations of the changes, of the answers before,
    and of both occasions together. guyatt : in standard deviations of the differences among those who had not changed.
    improved, worse : shares whose answer rose or fell by more than `sdc`, the smallest change of one person that is
    hardly measurement error.
    anchored : the minimal important change by four methods. beginnings : regression to the mean, columns of
    `towards_mean.BEGINNING_COLUMNS`.
    n counts pairs; `only_before` and `only_after` those who answered one time.
    """

    change: Estimate
    srm: Estimate
    es: Estimate
    d_av: Estimate
    guyatt: Estimate
    sdc: Estimate
    improved: Estimate
    worse: Estimate
    anchored: Anchored
    beginnings: pd.DataFrame
    only_before: int
    only_after: int
    level: float
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row per number: statistic and the columns of `RECORD_COLUMNS`."""
        rows = [found.to_frame()[RECORD_COLUMNS].assign(statistic=name) for name, found in self._estimates()]
        return pd.concat([row.astype("object") for row in rows], ignore_index=True)[["statistic", *RECORD_COLUMNS]]

    def _estimates(self) -> Iterator[tuple[str, Estimate]]:
        for name in ("change", "srm", "es", "d_av", "guyatt", "sdc", "improved", "worse"):
            yield name, getattr(self, name)
        for name in ("correlation", "auc", "mean", "roc", "predictive", "adjusted"):
            yield f"anchor_{name}" if name in ("correlation", "auc") else f"mic_{name}", getattr(self.anchored, name)


def responsiveness(
    before: ArrayLike,
    after: ArrayLike,
    anchor: ArrayLike | None = None,
    *,
    retest: pd.DataFrame | None = None,
    anchor_reliability: float | None = None,
    level: float = LEVEL,
) -> Responsiveness:
    """Return how much answers changed, beside what measurement error does and what matters to persons.

    before, after : answers of the same persons in the same order, higher is better. NaN = no answer; who lacks either
        is no pair.
    anchor : 1 where the person is importantly better, 0 where not, in the same order. Not a question that is itself
        differenced here.
    retest : DataFrame, persons × 2: two answers to the same question by persons who had not changed in between.
    anchor_reliability : that of the anchor's ratings, where known.
    Without pairs, anchor or retest the numbers that rest on them have a status with a reason.

    Raises
    ------
    WrongShape
        When before, after and anchor are not equally many numbers, the anchor is anything but 0 and 1, or retest has
        not two columns.

    References: Mokkink et al. (2010), Qual Life Res 19:539–549; Guyatt, Walter & Norman (1987), J Chron Dis
    40:171–178; de Vet, Terwee, Mokkink & Knol (2011), Measurement in Medicine, ch. 7–8. See also the functions called.
    """
    level, again = validate_level(level), _retest(retest)
    pairs, (first, later) = pair(before, after), _both(before, after)
    error = measurement_error(again["first"], again["second"], level)
    sdc = no_value(Status.NO_DATA, NO_RETEST, method=error.method, level=level) if again.empty else _plain(error)
    change = mean_change(before, after, level)
    steps = np.asarray(later - first)
    return Responsiveness(
        change=change,
        srm=standardised_mean(before, after, level),
        es=effect_size(before, after, level),
        d_av=effect_size(before, after, level, both=True),
        guyatt=_guyatt(change, again),
        sdc=sdc,
        improved=_share(pairs[:, 1] - pairs[:, 0], sdc, level),
        worse=_share(pairs[:, 0] - pairs[:, 1], sdc, level),
        anchored=minimal_important_change(steps, anchor, anchor_reliability=anchor_reliability, level=level),
        beginnings=towards_mean(before, after, _reliability(again)),
        only_before=int((first.notna() & later.isna()).sum()),
        only_after=int((first.isna() & later.notna()).sum()),
        level=level,
        method="Samma personer två gånger; ankare och omtest där de finns",
        n=len(pairs),
        status=Status.OK if len(pairs) else Status.NO_DATA,
        reason="" if len(pairs) else NO_PAIRS,
    )


def _both(before: ArrayLike, after: ArrayLike) -> tuple[pd.Series, pd.Series]:
    first, later = pd.Series(before).reset_index(drop=True), pd.Series(after).reset_index(drop=True)
    return first.astype("float64"), later.astype("float64")


def _retest(retest: pd.DataFrame | None) -> pd.DataFrame:
    if retest is None:
        return pd.DataFrame({"first": [], "second": []}, dtype="float64")
    frame = numeric(retest, "persons × 2, the same question twice")
    if frame.shape[1] != 2:
        raise WrongShape(f"retest must be persons × 2, the same question twice; got {frame.shape}")
    return frame.set_axis(["first", "second"], axis=1).dropna()


def _plain(found: Estimate) -> Estimate:
    return Estimate(**{name: getattr(found, name) for name in Estimate.__dataclass_fields__})


def _guyatt(change: Estimate, again: pd.DataFrame) -> Estimate:
    """Return the mean change in SD of the differences among those who had not changed; that SD is taken as known."""
    method = "Guyatts kvot: medelförändring / SD för oförändrades skillnader, den senare tagen som säker"
    sd = float((again["second"] - again["first"]).std(ddof=1)) if len(again) > 1 else np.nan
    if change.value is None:
        return no_value(change.status, change.reason, method=method, n=change.n, level=change.level)
    if np.isnan(sd):
        return no_value(Status.NO_DATA, NO_RETEST, method=method, n=change.n, level=change.level)
    if sd**2 < TINY:
        return no_value(Status.NOT_APPLICABLE, STABLE_ALIKE, method=method, n=change.n, level=change.level)
    lower, upper = (None if limit is None else limit / sd for limit in (change.lower, change.upper))
    reason, n = change.reason, change.n
    return Estimate(
        value=change.value / sd, lower=lower, upper=upper, level=change.level, method=method, n=n, reason=reason
    )


def _share(rise: np.ndarray, sdc: Estimate, level: float) -> Estimate:
    method = "Andel vars svar ändrats mer än SDC, Wilson"
    if sdc.value is None or not len(rise):
        reason = sdc.reason if sdc.value is None else NO_PAIRS
        return no_value(Status.NO_DATA, reason, method=method, n=len(rise), level=level)
    x = int((rise > sdc.value + TINY).sum())
    lower, upper = wilson(x, len(rise), level)
    return Estimate(
        value=x / len(rise), lower=float(lower), upper=float(upper), level=level, method=method, n=len(rise)
    )


def _reliability(again: pd.DataFrame) -> float | None:
    found = icc(again).value if len(again) > 1 else None
    return None if found is None else float(np.clip(found, 0, 1))
