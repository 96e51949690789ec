"""How well does a model fit? CFI, TLI, RMSEA with its interval, from a test and that of a model without factors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

RMSEA_LEVEL = 0.90
"""Customary for RMSEA: its lower limit above .05 rejects close fit at 5 %."""


class ChiSquare(NamedTuple):
    """A chi-square and its degrees of freedom. `spread`: what it is on average where the model holds, if not df."""

    chisq: float
    df: int
    spread: float | None = None

    @property
    def p(self) -> float | None:
        """None without degrees of freedom."""
        return float(special.chdtrc(self.df, max(self.chisq, 0.0))) if self.df > 0 else None


def cfi(model: ChiSquare, baseline: ChiSquare) -> float:
    """Return the comparative fit index: 1 − misfit of the model / misfit of no factors.

    References: Bentler (1990), Psychological Bulletin 107:238–246.
    """
    own = max(model.chisq - model.df, 0.0)
    none = max(model.chisq - model.df, baseline.chisq - baseline.df, 0.0)
    return 1.0 if none == 0 else 1 - own / none


def tli(model: ChiSquare, baseline: ChiSquare) -> float | None:
    """Return the Tucker–Lewis index; None where the model has no degrees of freedom, or nothing is there to explain.

    References: Tucker & Lewis (1973), Psychometrika 38:1–10.
    """
    worst = (baseline.chisq - baseline.df) * model.df
    return None if worst <= 0 else 1 - (model.chisq - model.df) * baseline.df / worst


def rmsea(model: ChiSquare, n: int, groups: int = 1) -> float:
    """Return the root mean square error of approximation; over groups √groups times as large.

    References: Steiger (1998), Structural Equation Modeling 5:411–419.
    """
    df = model.df if model.spread is None else model.spread
    return 0.0 if model.df <= 0 else float(np.sqrt(max(model.chisq / df - 1, 0.0) / n * groups))


def rmsea_limits(model: ChiSquare, n: int, groups: int = 1) -> tuple[float, float]:
    """Return the limits of RMSEA at `RMSEA_LEVEL`, from the noncentral chi-square distribution.

    References: Browne & Cudeck (1993), Alternative ways of assessing model fit.
    """
    df = model.df if model.spread is None else model.spread
    if model.df <= 0:
        return 0.0, 0.0
    shares = (1 + RMSEA_LEVEL) / 2, (1 - RMSEA_LEVEL) / 2
    lower, upper = (np.sqrt(_noncentrality(model.chisq, df, share) / (n * df) * groups) for share in shares)
    return float(lower), float(upper)


def _noncentrality(chisq: float, df: float, share: float) -> float:
    """Return the noncentrality under which so large a share lies below chi-square; 0 where there is none."""
    if special.chdtr(df, max(chisq, 0.0)) < share:
        return 0.0
    return float(special.chndtrinc(chisq, df, share))
