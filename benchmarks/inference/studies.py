"""Whole reliability studies of a known country: how often their intervals hold the truth.

Each study has 36 förbund of unequal size whose participants answer one question, most of them on the top step; some
answer it again, and of others the staff rate the same matter a little more strictly.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.inference import worlds
from benchmarks.inference.trials import SHAPES, Floats, covariance, cuts, variance
from benchmarks.inference.unit_rows import LOG_SD, MEDIAN
from finsam_eval.psychometrics.aggregation import unit_reliability
from finsam_eval.psychometrics.agreement import both_sides_share, exact_agreement, icc, weighted_kappa
from finsam_eval.results import Estimate

SEED = 20150916
STUDIES = 2000

FORBUND, RETESTED, DYADS = 36, 120, 200
BETWEEN = 0.05
"""Of the variance of answers, uncut, that lies between förbund."""

AGAIN, BETWEEN_SIDES = 0.75, 0.5
"""How answers correlate, uncut, between two times and between participant and staff."""

PARTICIPANTS = SHAPES["tak 65 %"]
STAFF = (0.05, 0.08, 0.12, 0.25, 0.50)
TOP = (3, 4)


def run(replicates: int) -> pd.DataFrame:
    """Return one row per coefficient: shares in per cent, with the Monte-Carlo standard error of the coverage."""
    rng = np.random.default_rng(SEED)
    truth = _truth()
    found = np.array([_study(rng) for _ in range(replicates)])
    rows = []
    for place, (name, value) in enumerate(truth.items()):
        lower, upper = found[:, place].T
        covered = float(np.mean((lower <= value) & (value <= upper)))
        rows.append(
            {
                "coefficient": name,
                "truth": value,
                "covered": 100 * covered,
                "covered_se": 100 * np.sqrt(covered * (1 - covered) / replicates),
                "truth_below": 100 * np.mean(value < lower),
                "truth_above": 100 * np.mean(value > upper),
                "no_interval": 100 * np.mean(np.isnan(lower)),
            }
        )
    return pd.DataFrame(rows).assign(replicates=replicates, seed=SEED)


def _truth() -> dict[str, float]:
    again, unit = covariance(np.array([AGAIN, BETWEEN]), PARTICIPANTS) / variance(PARTICIPANTS)
    sides = worlds.pair_probabilities(BETWEEN_SIDES, PARTICIPANTS, STAFF)
    return {
        "omtest, ICC(2,1)": float(again),
        "förbund, ICC(1)": float(unit),
        "två sidor, kappa kvadratiska vikter": worlds.kappa(sides, "quadratic"),
        "två sidor, exakt lika": float(np.trace(sides)),
        "två sidor, båda positiva": float(sides[np.ix_(TOP, TOP)].sum()),
    }


def _study(rng: np.random.Generator) -> list[tuple[float, float]]:
    """Return the limits of each coefficient, in the order of `_truth`."""
    sizes = np.maximum(2, np.rint(np.exp(rng.normal(np.log(MEDIAN), LOG_SD, FORBUND)))).astype(int)
    forbund = np.repeat(np.arange(FORBUND), sizes)
    matter = np.sqrt(BETWEEN) * rng.standard_normal(FORBUND)[forbund]
    matter = matter + np.sqrt(1 - BETWEEN) * rng.standard_normal(len(forbund))
    first = _answered(matter, PARTICIPANTS)
    chosen = rng.permutation(len(forbund))
    retested, rated = chosen[:RETESTED], chosen[RETESTED : RETESTED + DYADS]
    again = _answered(_alike(rng, matter[retested], AGAIN), PARTICIPANTS)
    staff = _answered(_alike(rng, matter[rated], BETWEEN_SIDES), STAFF)
    unit = unit_reliability(first, forbund)
    own = first[rated]
    return [
        _limits(icc(pd.DataFrame({"first": first[retested], "second": again}))),
        (_known(unit.icc1_lower), _known(unit.icc1_upper)),
        _limits(weighted_kappa(own, staff, "quadratic")),
        _limits(exact_agreement(own, staff)),
        _limits(both_sides_share(own, staff, top=TOP)),
    ]


def _alike(rng: np.random.Generator, matter: Floats, correlation: float) -> Floats:
    """Return values that correlate so with those of the same persons."""
    return correlation * matter + np.sqrt(1 - correlation**2) * rng.standard_normal(len(matter))


def _answered(matter: Floats, shares: tuple[float, ...]) -> Floats:
    return np.searchsorted(cuts(shares), matter).astype(float)


def _limits(found: Estimate) -> tuple[float, float]:
    return _known(found.lower), _known(found.upper)


def _known(limit: float | None) -> float:
    return float("nan") if limit is None else limit
