"""How often a funnel flags a förbund that is as all others, and how often one that is not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from benchmarks.inference.designs import FLAGS, Countries, draw
from finsam_eval.compare import funnel
from finsam_eval.compare.clusters import CV2_DECIMALS, ICC_DECIMALS
from finsam_eval.stats import design_effect, pooled_icc, size_cv2

SEED = 20150916
BH = 0.05

Sides = NDArray[np.int64]
Judge = Callable[..., Sides]
"""From x, n and design effect of each förbund: −1 where it lies below the line, 1 above it, 0 inside; a row for each of
the two levels, and one for p adjusted over the förbund below `BH` where the estimator has such."""


def run(replicates: int) -> pd.DataFrame:
    """Return one row per design and estimator: rates in per cent with their Monte-Carlo standard errors."""
    return pd.concat([_design_rows(place, replicates) for place in range(len(FLAGS))], ignore_index=True)


def _design_rows(place: int, replicates: int) -> pd.DataFrame:
    design = FLAGS[place]
    countries = draw(design, replicates, SEED + place)
    effects = [_effects(countries, replicate) for replicate in range(replicates)]
    rows = []
    for name, (judge, effect) in ESTIMATORS.items():
        sides = np.array([judge(*_totals(countries, each), effects[each][effect]) for each in range(replicates)])
        rows.append({"design": design.name, "estimator": name, **_rates(sides, countries.deviates)})
    return pd.DataFrame(rows).assign(replicates=replicates, seed=SEED + place)


def _totals(countries: Countries, replicate: int) -> tuple[Sides, Sides]:
    return countries.x[replicate].sum(axis=-1), countries.n[replicate].sum(axis=-1)


def _effects(countries: Countries, replicate: int) -> dict[str, NDArray[np.float64]]:
    """Return each förbund's design effect with the ICC pooled over the country.

    By "within", as the records have it, CV² is pooled within förbund; by "country" it is that of all the country's
    insatser, which counts large förbund as uneven ones.
    """
    n, x = countries.n[replicate], countries.x[replicate]
    forbund, insats = np.nonzero(n)
    sizes, reached = n[forbund, insats], x[forbund, insats]
    values = np.repeat([1.0, 0.0], len(sizes))
    weights = np.concatenate([reached, sizes - reached])
    some = weights > 0
    cluster, stratum = np.tile(np.arange(len(sizes)), 2), np.tile(forbund, 2)
    icc = round(pooled_icc(values[some], cluster[some], stratum[some], weights[some]).value, ICC_DECIMALS)
    total, k = n.sum(axis=1), (n > 0).sum(axis=1)
    return {
        "none": np.ones(len(total)),
        "country": design_effect(total, k, icc, round(size_cv2(sizes, np.zeros(len(sizes))), CV2_DECIMALS)),
        "within": design_effect(total, k, icc, round(size_cv2(sizes, forbund), CV2_DECIMALS)),
    }


def _rates(sides: NDArray[np.int64], deviates: NDArray[np.bool_]) -> dict[str, float]:
    """Return shares of förbund, replicate by replicate, since flags within one country hang together."""
    rates: dict[str, float] = {}
    for level, flagged in zip(("95", "99.8", "bh"), np.moveaxis(sides, 1, 0), strict=False):
        groups = {f"false_{level}": (flagged != 0, ~deviates), f"found_{level}": (flagged != 0, deviates)}
        if level == "95":
            groups |= {"false_95_below": (flagged < 0, ~deviates), "false_95_above": (flagged > 0, ~deviates)}
        for name, (hits, among) in groups.items():
            share = (hits & among).sum(axis=1) / np.where(among.any(axis=1), among.sum(axis=1), np.nan)
            rates[name] = 100 * share.mean()
            rates[f"{name}_se"] = 100 * share.std(ddof=1) / np.sqrt(len(share))
    return rates


def _funnel(spread: str | None, winsorise: float, x: Sides, n: Sides, deff: NDArray[np.float64]) -> Sides:
    units = funnel(x, n, deff=deff, overdispersion=spread, winsorise=winsorise).units
    value, p = units["value"].to_numpy(), units["p_adjusted"].to_numpy()
    lines = [(units[f"lower_{level}"].to_numpy(), units[f"upper_{level}"].to_numpy()) for level in ("95", "99.8")]
    sides = [(value > upper).astype(int) - (value < lower) for lower, upper in lines]
    return np.array([*sides, np.sign(value - x.sum() / n.sum()) * (p < BH)], dtype=np.int64)


def _as_printed(x: Sides, n: Sides, deff: NDArray[np.float64]) -> Sides:
    """Interpolated limits as printed in 2005: r − (F(r) − p) / (F(r) − F(r − 1)) at p and at 1 − p."""
    share, sides = x.sum() / n.sum(), []
    for tail in (0.025, 0.001):
        limits = []
        for p in (tail, 1 - tail):
            r = stats.binom.ppf(p, n, share)
            reached, before = stats.binom.cdf(r, n, share), stats.binom.cdf(r - 1, n, share)
            limits.append(r - (reached - p) / (reached - before))
        sides.append((x > limits[1]).astype(int) - (x < limits[0]))
    return np.array(sides, dtype=np.int64)


def _plain_arcsine(x: Sides, n: Sides, deff: NDArray[np.float64]) -> Sides:
    """Limits on the plain arcsine of the square root of the share, variance deff / 4n."""
    z = (np.arcsin(np.sqrt(x / n)) - np.arcsin(np.sqrt(x.sum() / n.sum()))) * np.sqrt(4 * n / deff)
    return np.array([np.sign(z) * (np.abs(z) > limit) for limit in (1.959964, 3.090232)], dtype=np.int64)


WIDENINGS: dict[str, tuple[str | None, float]] = {
    "ingen överspridning": (None, 0.0),
    "φ rå": ("phi", 0.0),
    "φ winsoriserad": ("phi", 0.1),
    "τ² rå": ("tau2", 0.0),
    "τ² winsoriserad": ("tau2", 0.1),
}
ESTIMATORS: dict[str, tuple[Judge, str]] = {
    "gränser som tryckta 2005": (_as_printed, "none"),
    **{name: (partial(_funnel, *widening), "none") for name, widening in WIDENINGS.items()},
    "ingen överspridning, deff": (partial(_funnel, None, 0.0), "country"),
    "ren arcsinus, deff inom": (_plain_arcsine, "within"),
    **{f"{name}, deff inom": (partial(_funnel, *widening), "within") for name, widening in WIDENINGS.items()},
}
"""Name → how it judges, and which design effects it is given."""
