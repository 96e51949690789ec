"""How alike two answers are: the worlds in which the intervals of agreement are tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from benchmarks.inference import worlds
from benchmarks.inference.trials import SHAPES, SIZES, Floats, Limits, Trial, answers, covariance, variance
from finsam_eval.psychometrics import agreement
from finsam_eval.psychometrics.groups import estimate_difference
from finsam_eval.results import Estimate

CORRELATION = 0.7
"""Of two answers to one question, uncut: what is left is what a person answers otherwise another time."""

LOADINGS = np.full((2, 1), np.sqrt(CORRELATION))
THREE = np.full((3, 1), np.sqrt(CORRELATION))
MISSING = 0.1
TOP = (3, 4)
PER_INSATS = 10

NOT_DEFAULT = {"kappa kvadratiska vikter, FCE", "ICC(1,1), F", "nedre gräns, Bland–Altman 1986", "Krippendorff ratio"}


def trials() -> Iterator[Trial]:
    """Give every estimator in every world."""
    for shape, shares in SHAPES.items():
        for n in SIZES:
            insats = np.arange(n) // PER_INSATS
            drawn = {
                f"två tillfällen, {shape}": (_two(shares), partial(answers, n=n, loadings=LOADINGS, shares=shares)),
                f"tre bedömare, var tionde saknas, {shape}": (_three(shares), partial(_with_gaps, n=n, shares=shares)),
                f"tre bedömare, {shape}": (_means(shares), partial(answers, n=n, loadings=THREE, shares=shares)),
                f"två oberoende grupper, {shape}": (_groups(), partial(_two_groups, n=n, shares=shares)),
                f"två tillfällen, {shape}, insatser om {PER_INSATS}": (
                    _clustered(shares),
                    partial(answers, n=n, loadings=LOADINGS, shares=shares, cluster=insats),
                ),
            }
            for design, (estimators, draw) in drawn.items():
                for name, (truth, limits) in estimators.items():
                    yield Trial(
                        estimator=name,
                        design=design,
                        n=n,
                        truth=truth,
                        draw=draw,
                        limits=limits,
                        default=name not in NOT_DEFAULT,
                    )


Estimators = dict[str, tuple[float, Callable[[Any], Limits]]]


def _two(shares: tuple[float, ...]) -> Estimators:
    joint = worlds.pair_probabilities(CORRELATION, shares, shares)
    _, sd = worlds.difference_moments(joint)
    same, top = float(np.trace(joint)), float(joint[np.ix_(TOP, TOP)].sum())
    codes = range(len(shares))
    found: Estimators = {
        "exakt lika": (same, _ends(agreement.exact_agreement)),
        "båda sidor positiva": (top, _ends(partial(agreement.both_sides_share, top=TOP))),
        "båda sidor positiva, skillnad": (0.0, _fields(partial(agreement.both_sides_share, top=TOP), "bias")),
        "ICC(1,1)": (_icc(shares), _framed(partial(agreement.icc, form="ICC(1,1)"))),
        "ICC(2,1)": (_icc(shares), _framed(agreement.icc)),
        "ICC(1,1), F": (_icc(shares), _f_limits),
        "SEM": (sd / np.sqrt(2), _fields(agreement.measurement_error, "sem")),
        "medelskillnad": (0.0, _ends(agreement.bland_altman)),
        "nedre gräns, Bland–Altman": (-1.96 * sd, _fields(agreement.bland_altman, "low")),
        "övre gräns, Bland–Altman": (1.96 * sd, _fields(agreement.bland_altman, "high")),
        "nedre gräns, Bland–Altman 1986": (-1.96 * sd, _printed_limits),
    }
    for weights, label in ((None, "utan vikter"), ("linear", "linjära vikter"), ("quadratic", "kvadratiska vikter")):
        of_pair = partial(agreement.weighted_kappa, weights=weights)
        found[f"kappa {label}"] = (worlds.kappa(joint, weights), _ends(of_pair))
        of_frame = partial(agreement.gwet_ac, weights=weights, categories=codes)
        found[f"Gwets AC {label}"] = (worlds.gwet(joint, weights), _framed(of_frame))
    found["kappa kvadratiska vikter, FCE"] = (worlds.kappa(joint, "quadratic"), _large_sample)
    return found


def _three(shares: tuple[float, ...]) -> Estimators:
    joint = worlds.pair_probabilities(CORRELATION, shares, shares)
    found: Estimators = {}
    for metric in ("nominal", "ordinal", "interval", "ratio"):
        alpha = partial(agreement.krippendorff_alpha, level_of_measurement=metric)
        found[f"Krippendorff {metric}"] = (worlds.krippendorff(joint, metric), _framed(alpha, 1))
    of_frame = partial(agreement.gwet_ac, weights="quadratic", categories=range(len(shares)))
    found["Gwets AC kvadratiska vikter"] = (worlds.gwet(joint, "quadratic"), _framed(of_frame))
    return found


def _means(shares: tuple[float, ...]) -> Estimators:
    truth = worlds.spearman_brown(_icc(shares), 3)
    return {form: (truth, _framed(partial(agreement.icc, form=form))) for form in ("ICC(1,k)", "ICC(2,k)", "ICC(3,k)")}


def _groups() -> Estimators:
    return {"skillnad i kappa kvadratiska vikter": (0.0, _of_difference)}


def _clustered(shares: tuple[float, ...]) -> Estimators:
    joint = worlds.pair_probabilities(CORRELATION, shares, shares)
    of_pair = partial(agreement.weighted_kappa, weights="quadratic")
    top = float(joint[np.ix_(TOP, TOP)].sum())
    return {
        "kappa kvadratiska vikter": (worlds.kappa(joint, "quadratic"), _ends(of_pair)),
        "ICC(2,1)": (_icc(shares), _framed(agreement.icc)),
        "exakt lika": (float(np.trace(joint)), _by_insats(agreement.exact_agreement)),
        "båda sidor positiva": (top, _by_insats(partial(agreement.both_sides_share, top=TOP))),
    }


def _icc(shares: tuple[float, ...]) -> float:
    return float(covariance(np.array(CORRELATION), shares)) / variance(shares)


def _with_gaps(rng: np.random.Generator, n: int, shares: tuple[float, ...]) -> Floats:
    rows = answers(rng, n, THREE, shares)
    return np.where(rng.random(rows.shape) < MISSING, np.nan, rows)


@dataclass(frozen=True, slots=True)
class _Groups:
    women: Floats
    men: Floats


def _two_groups(rng: np.random.Generator, n: int, shares: tuple[float, ...]) -> _Groups:
    return _Groups(answers(rng, n, LOADINGS, shares), answers(rng, n, LOADINGS, shares))


def _of_difference(groups: _Groups) -> Limits:
    women, men = (agreement.weighted_kappa(*rows.T, "quadratic") for rows in (groups.women, groups.men))
    found = estimate_difference(women, men)
    return found.lower, found.upper


def _ends(estimate: Callable[..., Estimate]) -> Callable[[Floats], Limits]:
    def limits(rows: Floats) -> Limits:
        found = estimate(rows[:, 0], rows[:, 1])
        return found.lower, found.upper

    return limits


def _by_insats(estimate: Callable[..., Estimate]) -> Callable[[Floats], Limits]:
    def limits(rows: Floats) -> Limits:
        found = estimate(rows[:, 0], rows[:, 1], unit=np.arange(len(rows)) // PER_INSATS)
        return found.lower, found.upper

    return limits


def _fields(estimate: Callable[..., Estimate], name: str) -> Callable[[Floats], Limits]:
    def limits(rows: Floats) -> Limits:
        found = estimate(rows[:, 0], rows[:, 1])
        return getattr(found, f"{name}_lower"), getattr(found, f"{name}_upper")

    return limits


def _framed(estimate: Callable[[pd.DataFrame], Estimate], lowest: int = 0) -> Callable[[Floats], Limits]:
    def limits(rows: Floats) -> Limits:
        found = estimate(pd.DataFrame(rows + lowest))
        return found.lower, found.upper

    return limits


def _large_sample(rows: Floats) -> Limits:
    found = agreement.weighted_kappa(*rows.T, "quadratic")
    if found.value is None or found.se is None:
        return None, None
    return found.value - 1.96 * found.se, found.value + 1.96 * found.se


def _f_limits(rows: Floats) -> Limits:
    """Return the F limits of ICC(1,1) that other programs print (Shrout & Fleiss 1979, p. 424)."""
    n, k = rows.shape
    within = ((rows - rows.mean(axis=1, keepdims=True)) ** 2).sum() / (n * (k - 1))
    if within == 0:
        return None, None
    ratio = k * rows.mean(axis=1).var(ddof=1) / within
    low, high = ratio / special.fdtri(n - 1, n * (k - 1), 0.975), ratio * special.fdtri(n * (k - 1), n - 1, 0.975)
    return (low - 1) / (low + k - 1), (high - 1) / (high + k - 1)


def _printed_limits(rows: Floats) -> Limits:
    """Return the lower limit of agreement ± t · √3 sd / √n (Bland & Altman 1986)."""
    steps = rows[:, 0] - rows[:, 1]
    n, sd = len(steps), steps.std(ddof=1)
    half = special.stdtrit(n - 1, 0.975) * np.sqrt(3 / n) * sd
    return steps.mean() - 1.96 * sd - half, steps.mean() - 1.96 * sd + half
