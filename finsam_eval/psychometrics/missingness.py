"""Which answers are missing, and is it by chance alone? Patterns of gaps, and Little's test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from finsam_eval.psychometrics.answers import TINY, Array, Facts, numeric
from finsam_eval.psychometrics.reliability import SHAPE
from finsam_eval.results import Status
from finsam_eval.stats.incomplete import little, normal_fit, patterns

NOBODY = "Ingen har svarat på någon fråga."
NO_GAPS = "Ingen har hoppat över någon fråga; då finns inget att pröva."
ONE_PATTERN = "Alla som svarat har hoppat över samma frågor; då finns inget att jämföra."
NO_MODEL = "Frågornas samvariation går inte att skatta: för få svar, eller så följs frågor åt helt."


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingPatterns:
    """Which items are left out together.

    patterns : one row per pattern, the most common first: n, share, gaps (items left out), and a column per item that
        is True where it was answered. items : one row per item: item, n (answers), missing, share (missing).
    complete : the share that answered every item; None without respondents. n counts respondents.
    """

    patterns: pd.DataFrame
    items: pd.DataFrame
    complete: float | None
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row per pattern."""
        return self.patterns.copy()


@dataclass(frozen=True, kw_only=True, slots=True)
class LittleMcar:
    """Little's test that gaps come by chance alone. None where there is no test; n counts who answered anything."""

    statistic: float | None
    df: int | None
    p: float | None
    patterns: int
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([{name: getattr(self, name) for name in self.__slots__}])


def missing_patterns(items: pd.DataFrame) -> MissingPatterns:
    """Return which items are left out together, and how often.

    items : DataFrame, respondents × items, numeric. NaN = no answer.
    A status in place of shares: no data without respondents.

    Raises
    ------
    WrongShape
        When items is not a frame of numbers.

    In R: ``mice::md.pattern(items)``
    """
    values = numeric(items, SHAPE)
    names, n = [str(name) for name in values.columns], len(values)
    kinds, counts = np.unique(values.notna().to_numpy(), axis=0, return_counts=True)
    table = pd.DataFrame(kinds, columns=names)
    table.insert(0, "gaps", (~kinds).sum(axis=1))
    table.insert(0, "share", counts / max(n, 1))
    table.insert(0, "n", counts)
    table = table.sort_values(["n", "gaps", *names], ascending=[False, True, *[False] * len(names)], ignore_index=True)
    answered = values.notna().sum().to_numpy(dtype="int64")
    missing = n - answered
    each = pd.DataFrame({"item": names, "n": answered, "missing": missing, "share": missing / n if n else np.nan})
    return MissingPatterns(
        patterns=table,
        items=each.astype({"item": "str"}),
        complete=float(values.notna().all(axis=1).mean()) if n else None,
        method="Mönster av uteblivna svar",
        n=n,
        status=Status.OK if n else Status.NO_DATA,
        reason="" if n else NOBODY,
    )


def little_mcar(items: pd.DataFrame) -> LittleMcar:
    """Return Little's test of whether answers are missing completely at random.

    A small p says that those who leave different items out also answer the others differently. A large one does not
    prove chance: that gaps depend on the very answer that is missing cannot be seen.

    items : as for `missing_patterns`. Rows without any answer are left out. The mean and covariance are those of a
    normal model by maximum likelihood (EM).
    A status in place of a test: no data without answers; not applicable without gaps, or where all left out the same;
    not converged where the covariance is singular.

    References: Little (1988), JASA 83:1198–1202.
    In R: ``naniar::mcar_test(items)``
    """
    values = numeric(items, SHAPE).to_numpy()
    answering = values[np.isfinite(values).any(axis=1)]
    kinds = len(patterns(answering)) if len(answering) else 0
    facts: Facts = {"patterns": kinds, "method": "Littles MCAR-test (EM, normalmodell)", "n": len(answering)}
    nothing: Facts = {"statistic": None, "df": None, "p": None, **facts}
    if not kinds:
        return LittleMcar(**nothing, status=Status.NO_DATA, reason=NOBODY)
    if kinds == 1:
        reason = NO_GAPS if np.isfinite(answering).all() else ONE_PATTERN
        return LittleMcar(**nothing, status=Status.NOT_APPLICABLE, reason=reason)
    fit = normal_fit(answering) if can_vary(answering) else None
    if fit is None or not fit.converged:
        return LittleMcar(**nothing, status=Status.NOT_CONVERGED, reason=NO_MODEL)
    statistic, df, _ = little(answering, fit)
    return LittleMcar(statistic=statistic, df=df, p=float(special.chdtrc(df, statistic)), **facts)


def can_vary(values: Array) -> bool:
    """Return whether every column holds different answers, so that a covariance can be had."""
    if (np.isfinite(values).sum(axis=0) < 2).any():
        return False
    return bool((np.nanvar(values, axis=0) > TINY).all())
