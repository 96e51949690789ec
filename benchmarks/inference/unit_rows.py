"""What the mean of a unit is worth: the worlds in which these intervals are tried; n is the number of units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from benchmarks.inference.trials import ITERATIVE, SEED, SHAPES, Floats, Limits, Trial, covariance, cuts, variance
from finsam_eval.psychometrics.aggregation import unit_reliability, variance_components, within_group_agreement
from finsam_eval.stats import mean_squares

UNITS = (11, 36, 75)
MEDIAN, LOG_SD = 40, 0.8
BETWEEN = 0.05
"""Of the variance of answers, uncut, that lies between units; and between insatser in these, where there are any."""

INSATSER, PER_INSATS = 4, 10
MANY = 20_000


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers, and which unit and insats each comes from."""

    given: Floats
    unit: NDArray[np.int64]
    insats: NDArray[np.int64]


def trials() -> Iterator[Trial]:
    """Give every estimator in every world."""
    for shape, shares in SHAPES.items():
        single = _part(BETWEEN, shares)
        for k in UNITS:
            draw = partial(uneven, k=k, shares=shares)
            world = {"design": f"förbund olika stora, {shape}", "n": k, "draw": draw}
            yield Trial(estimator="enheters ICC(1)", truth=single, limits=_single, **world)
            yield Trial(estimator="enheters ICC(1), F", truth=single, limits=_f_limits, default=False, **world)
            needed = 7 / 3 * (1 - single) / single
            yield Trial(estimator="svar som behövs för ,7", truth=needed, limits=_needed, **world)
            even = {"design": f"förbund om {MEDIAN} svar, {shape}", "n": k, "draw": partial(equal, k=k, shares=shares)}
            yield Trial(estimator="rwg, medel över enheter", truth=_mean_rwg(shares), limits=_rwg, **even)
        nested = {
            "design": f"förbund med {INSATSER} insatser om {PER_INSATS}, {shape}",
            "n": 36,
            "draw": partial(nested_answers, k=36, shares=shares),
            "replicates": ITERATIVE,
        }
        both = _part(2 * BETWEEN, shares)
        yield Trial(estimator="variansandel, förbund", truth=single, limits=partial(_share, place=0), **nested)
        yield Trial(estimator="variansandel, insatser", truth=both - single, limits=partial(_share, place=1), **nested)


def uneven(rng: np.random.Generator, k: int, shares: tuple[float, ...]) -> Answers:
    """Return k units of lognormal sizes."""
    sizes = np.maximum(2, np.rint(np.exp(rng.normal(np.log(MEDIAN), LOG_SD, k)))).astype(int)
    return _answered(rng, np.repeat(np.arange(k), sizes), shares)


def equal(rng: np.random.Generator, k: int, shares: tuple[float, ...]) -> Answers:
    """Return k units of the same size."""
    return _answered(rng, np.repeat(np.arange(k), MEDIAN), shares)


def nested_answers(rng: np.random.Generator, k: int, shares: tuple[float, ...]) -> Answers:
    """Return k units of insatser that differ as much as the units do."""
    insats = np.repeat(np.arange(k * INSATSER), PER_INSATS)
    return _answered(rng, insats // INSATSER, shares, insats)


def _answered(
    rng: np.random.Generator,
    unit: NDArray[np.int64],
    shares: tuple[float, ...],
    insats: NDArray[np.int64] | None = None,
) -> Answers:
    latent = np.sqrt(BETWEEN) * rng.standard_normal(unit.max() + 1)[unit]
    own = 1 - BETWEEN
    if insats is not None:
        latent = latent + np.sqrt(BETWEEN) * rng.standard_normal(insats.max() + 1)[insats]
        own -= BETWEEN
    latent = latent + np.sqrt(own) * rng.standard_normal(len(unit))
    return Answers(np.searchsorted(cuts(shares), latent).astype(float), unit, unit if insats is None else insats)


def _part(shared: float, shares: tuple[float, ...]) -> float:
    """Return the part of an answer's variance that two answers share when they share so much of it uncut."""
    return float(covariance(np.array(shared), shares)) / variance(shares)


def _single(drawn: Answers) -> Limits:
    found = unit_reliability(drawn.given, drawn.unit)
    return found.icc1_lower, found.icc1_upper


def _needed(drawn: Answers) -> Limits:
    found = unit_reliability(drawn.given, drawn.unit)
    return found.needed_lower, found.needed_upper


def _f_limits(drawn: Answers) -> Limits:
    at = mean_squares(drawn.given, drawn.unit)
    tails = special.fdtri(at.df_between, at.df_within, np.array([0.975, 0.025]))
    low, high = at.between / at.within / tails
    return (low - 1) / (low + at.n0 - 1), (high - 1) / (high + at.n0 - 1)


def _rwg(drawn: Answers) -> Limits:
    found = within_group_agreement(pd.DataFrame({"item": drawn.given}), drawn.unit, categories=5)
    return found.lower, found.upper


@cache
def _mean_rwg(shares: tuple[float, ...]) -> float:
    """Return the mean rwg of endless units of this size: a unit that differs more than at random counts as 0."""
    drawn = equal(np.random.default_rng(SEED), MANY, shares)
    spread = drawn.given.reshape(MANY, MEDIAN).var(axis=1, ddof=1)
    return float(np.maximum(0, 1 - spread / 2).mean())


def _share(drawn: Answers, place: int) -> Limits:
    levels = pd.DataFrame({"forbund": drawn.unit, "insats": drawn.insats})
    found = variance_components(drawn.given, levels).components
    return found["share_lower"].iloc[place], found["share_upper"].iloc[place]
