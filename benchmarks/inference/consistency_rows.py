"""How items hang together: the worlds in which the intervals of alpha and its relatives are tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pandas as pd

from benchmarks.inference.trials import ITERATIVE, REPLICATES, SHAPES, SIZES, Floats, Limits, Trial, answers, covariance
from finsam_eval.psychometrics import cronbach_alpha, spearman_brown
from finsam_eval.results import Estimate

SEVEN = np.linspace(0.5, 0.8, 7)
TWO = np.array([0.7, 0.7])

PER_INSATS = 10


def trials() -> Iterator[Trial]:
    """Give every estimator in every world; BCa, no default and slow, in fewer replicates."""
    for shape, shares in SHAPES.items():
        truth, paired = _alpha(covariance(SEVEN, shares)), _stepped_up(covariance(TWO, shares))
        for n in SIZES:
            draw, two = (partial(answers, n=n, loadings=loadings, shares=shares) for loadings in (SEVEN, TWO))
            for ci in ("jackknife", "bca", "adf", "feldt"):
                limits = _limits(partial(cronbach_alpha, ci=ci))
                yield Trial(
                    estimator=f"alfa, {ci}",
                    design=f"7 frågor, {shape}",
                    n=n,
                    truth=truth,
                    draw=draw,
                    limits=limits,
                    default=ci == "jackknife",
                    replicates=ITERATIVE if ci == "bca" else REPLICATES,
                )
            yield Trial(
                estimator="Spearman–Brown",
                design=f"2 frågor, {shape}",
                n=n,
                truth=paired,
                draw=two,
                limits=_limits(spearman_brown),
            )
            insats = np.arange(n) // PER_INSATS
            yield Trial(
                estimator="alfa, jackknife",
                design=f"7 frågor, {shape}, insatser om {PER_INSATS}",
                n=n,
                truth=truth,
                draw=partial(answers, n=n, loadings=SEVEN, shares=shares, cluster=insats),
                limits=_limits(cronbach_alpha),
            )


def _limits(estimate: Callable[[pd.DataFrame], Estimate]) -> Callable[[Floats], Limits]:
    def limits(rows: Floats) -> Limits:
        found = estimate(pd.DataFrame(rows))
        return found.lower, found.upper

    return limits


def _alpha(spread: Floats) -> float:
    k = len(spread)
    return float(k / (k - 1) * (1 - np.trace(spread) / spread.sum()))


def _stepped_up(spread: Floats) -> float:
    r = spread[0, 1] / np.sqrt(spread[0, 0] * spread[1, 1])
    return float(2 * r / (1 + r))
