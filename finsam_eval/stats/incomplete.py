"""Answers with gaps: the mean and covariance behind them, values to fill the gaps with, and what filling costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

STEPS, SETTLED = 5000, 1e-10
ENOUGH, FEW_STEPS, AGAIN = 1e-5, 300, 5
"""A fit to drawn rows need not be sharper than this; one that takes more steps, or fails as often, is none."""
ROUNDING = 1e-12
SINGULAR = 1e-10
"""A covariance whose smallest eigenvalue is below this share of its largest is singular."""


class Pattern(NamedTuple):
    """Rows with the same gaps: where they are, which columns they have, how many, their mean and scatter around it."""

    rows: NDArray[np.int64]
    seen: NDArray[np.bool_]
    n: int
    mean: Array
    scatter: Array


@dataclass(frozen=True, kw_only=True, slots=True)
class NormalFit:
    """Mean (columns,) and covariance (columns × columns, divisor n) most likely under a normal model.

    Where `converged` is False there is no such covariance, or none was reached.
    """

    mean: Array
    covariance: Array
    n: int
    converged: bool


def patterns(values: Array) -> list[Pattern]:
    """Return the patterns of gaps (NaN) in rows × columns, those with the fewest gaps first, but for empty rows."""
    seen = np.isfinite(values)
    kinds, place = np.unique(~seen, axis=0, return_inverse=True)
    order = np.lexsort([*kinds.T[::-1], kinds.sum(axis=1)])
    found = []
    for kind in order:
        rows, columns = np.flatnonzero(place.ravel() == kind), ~kinds[kind]
        if columns.any():
            part = values[np.ix_(rows, columns)]
            apart = part - part.mean(axis=0)
            found.append(Pattern(rows, columns, rows.size, part.mean(axis=0), apart.T @ apart))
    return found


def normal_fit(values: Array, settled: float = SETTLED, steps: int = STEPS) -> NormalFit:
    """Return mean and covariance by maximum likelihood from rows × columns with gaps (NaN), by the EM algorithm.

    settled, steps : it ends when nothing moves by more than this many standard deviations, or after so many steps.

    References: Dempster, Laird & Rubin (1977), JRSS B 39:1–38; Little & Rubin (2002), Statistical Analysis with
    Missing Data, section 11.2.
    In R: ``norm::em.norm(norm::prelim.norm(values))``
    """
    parts = patterns(values)
    n, mean = sum(part.n for part in parts), np.nanmean(values, axis=0)
    covariance = np.diag(np.nanvar(values, axis=0))
    scale = np.sqrt(np.diag(covariance))
    for _ in range(steps):
        if _singular(covariance):
            break
        before = mean, covariance
        mean, covariance = _maximised(parts, mean, covariance, n)
        moved = (
            np.abs((mean - before[0]) / scale).max(),
            np.abs((covariance - before[1]) / np.outer(scale, scale)).max(),
        )
        if max(moved) < settled:
            return NormalFit(mean=mean, covariance=covariance, n=n, converged=not _singular(covariance))
    return NormalFit(mean=mean, covariance=covariance, n=n, converged=False)


def _singular(covariance: Array) -> bool:
    values = np.linalg.eigvalsh(covariance)
    return bool(values[0] <= SINGULAR * values[-1])


def _filled_by(seen: NDArray[np.bool_], covariance: Array) -> tuple[Array, Array]:
    """Return how all columns follow from those seen, and the covariance that is left of those not seen."""
    follows = np.asarray(np.linalg.solve(covariance[np.ix_(seen, seen)], covariance[seen]).T, dtype=np.float64)
    return follows, covariance - follows @ covariance[seen]


def _maximised(parts: list[Pattern], mean: Array, covariance: Array, n: int) -> tuple[Array, Array]:
    sums: Array = np.zeros(mean.size)
    squares: Array = np.zeros_like(covariance)
    for part in parts:
        follows, left = _filled_by(part.seen, covariance)
        centre = follows @ (part.mean - mean[part.seen])
        sums += part.n * centre
        squares += follows @ part.scatter @ follows.T + part.n * (np.outer(centre, centre) + left)
    moved: Array = sums / n
    spread: Array = squares / n - np.outer(moved, moved)
    return mean + moved, spread


def little(values: Array, fit: NormalFit) -> tuple[float, int, int]:
    """Return Little's d², its degrees of freedom and the number of patterns.

    Σ over patterns of n · the squared distance of the pattern's mean from the fitted one, in the fitted covariance.

    References: Little (1988), JASA 83:1198–1202, equation 5 (the covariance of maximum likelihood).
    In R: ``naniar::mcar_test(values)``
    """
    parts = patterns(values)
    distance = 0.0
    for part in parts:
        apart = part.mean - fit.mean[part.seen]
        distance += part.n * float(apart @ np.linalg.solve(fit.covariance[np.ix_(part.seen, part.seen)], apart))
    return distance, sum(int(part.seen.sum()) for part in parts) - values.shape[1], len(parts)


def imputations(values: Array, count: int, seed: int) -> Iterator[Array]:
    """Give rows × columns with every gap filled, `count` times: drawn from a normal model of rows drawn anew.

    A model is fitted to each bootstrap sample, so that what is not known about the model is drawn, too. Rows without
    any answer stay empty; values are not rounded to steps. A sample without a model of its own is drawn again; where
    none can be had nothing more is given.

    References: Honaker & King (2010), Am J Political Science 54:561–581 (EMB).
    In R: ``Amelia::amelia(values, m = count)``
    """
    rng, parts = np.random.default_rng(seed), patterns(values)
    answering = np.flatnonzero(np.isfinite(values).any(axis=1))
    for _ in range(count):
        fit = _drawn_fit(values[answering], rng)
        if fit is None:
            return
        yield _imputed(values, parts, fit, rng)


def _drawn_fit(values: Array, rng: np.random.Generator) -> NormalFit | None:
    for _ in range(AGAIN):
        drawn = values[rng.integers(0, len(values), len(values))]
        enough = np.isfinite(drawn).sum(axis=0) > 1
        if enough.all() and (np.nanvar(drawn, axis=0) > 0).all():
            fit = normal_fit(drawn, ENOUGH, FEW_STEPS)
            if fit.converged:
                return fit
    return None


def _imputed(values: Array, parts: list[Pattern], fit: NormalFit, rng: np.random.Generator) -> Array:
    filled = values.copy()
    for part in parts:
        gaps = ~part.seen
        if gaps.any():
            follows, left = _filled_by(part.seen, fit.covariance)
            seen = values[np.ix_(part.rows, part.seen)] - fit.mean[part.seen]
            noise = rng.standard_normal((part.n, int(gaps.sum()))) @ np.linalg.cholesky(left[np.ix_(gaps, gaps)]).T
            filled[np.ix_(part.rows, gaps)] = fit.mean[gaps] + seen @ follows[gaps].T + noise
    return filled


@dataclass(frozen=True, kw_only=True, slots=True)
class Pooled:
    """An estimate over imputations, its standard error, degrees of freedom, and the share of information missing."""

    value: float
    error: float
    freedom: float
    missing: float

    def limits(self, level: float) -> tuple[float, float]:
        """Return value ± t · error."""
        half = float(special.stdtrit(self.freedom, (1 + level) / 2)) * self.error
        return self.value - half, self.value + half


def pooled(values: Array, errors: Array, complete: float) -> Pooled:
    """Return Rubin's pooled estimate of `values` with standard `errors`, one for each imputation.

    complete : degrees of freedom that the estimate would have without gaps.

    References: Rubin (1987), Multiple Imputation, ch. 3; Barnard & Rubin (1999), Biometrika 86:948–955.
    In R: ``mice::pool.scalar(values, errors^2, n = complete + 1)``
    """
    count = values.size
    within, between = float(np.mean(errors**2)), float(values.var(ddof=1))
    total = within + (1 + 1 / count) * between
    share = (1 + 1 / count) * between / total if total > 0 else 0.0
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    share = share if share > ROUNDING else 0.0
    freedom = observed if share == 0 else 1 / (share**2 / (count - 1) + 1 / observed)
    # The share of information that is missing, which is none at all where imputations do not differ.
    missing = share + (1 - share) * 2 / (freedom + 3) if share > 0 else 0.0
    return Pooled(value=float(values.mean()), error=float(np.sqrt(total)), freedom=float(freedom), missing=missing)
