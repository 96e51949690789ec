"""Models of ordered answers: the worlds in which their tests are tried, with nothing to find and with something.

Seven items with one factor, as in the coverage of alpha; in worlds of two groups each is half of the respondents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.inference.consistency_rows import SEVEN
from benchmarks.inference.trials import SHAPES, Floats, cuts
from finsam_eval.psychometrics.factors import cfa, invariance
from finsam_eval.psychometrics.factors.verdicts import FAILS
from finsam_eval.psychometrics.irt import dif
from finsam_eval.results import Status

SIZES = (200, 500, 1000)
LEVEL = 0.05

ITEMS = list("abcdefg")
MODEL = {"faktor": ITEMS}
ODD = 3
"""The place of the item that one group reads differently; its loading is the middle one."""

UNEQUAL = (0.8, 0.4)
"""The odd item's loading in each group where it is read differently at some scores only."""

STEPS = {"thresholds": "trösklar", "loadings": "laddningar", "intercepts": "utgångslägen"}
METHODS = {"ordinal logistic": "logistisk", "Mantel": "Mantel"}


class Drawn(NamedTuple):
    """Answers, and the group of each respondent."""

    items: pd.DataFrame
    group: NDArray[np.int64]


Said = dict[tuple[str, str], float]
"""By test and among which items: the share of tests that said no, nan where none could be made."""


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """What is drawn, by which tests it is judged, and how sure the shares are to be.

    error : the largest Monte-Carlo standard error that will do, in points; least : replicates that there always are.
    """

    name: str
    design: str
    n: int
    draw: Callable[[np.random.Generator], Drawn]
    judge: Callable[[Drawn], Said]
    error: float
    least: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How the second group differs from the first: in the factor, or in how it reads the odd item.

    impact, shift : in standard deviations, uncut. unequal : whether the odd item's loading differs.
    """

    impact: float = 0.0
    shift: float = 0.0
    unequal: bool = False


SAME = Reading()
READINGS = {
    "ingen fråga läses olika": SAME,
    "ingen fråga läses olika, grupperna ½ SD isär": Reading(impact=0.5),
    "en fråga läses olika, ½ SD": Reading(shift=0.5),
    "en fråga läses olika, 1 SD": Reading(shift=1.0),
    "en fråga läses olika, laddning 0,8 mot 0,4": Reading(unequal=True),
}
"""How groups differ. Where no item is odd each replicate has seven tests that may be wrong."""

AT_CEILING = {"ingen fråga läses olika", "en fråga läses olika, ½ SD"}


def worlds() -> Iterator[World]:
    """Give every test in every world."""
    for shape, shares in SHAPES.items():
        for n in SIZES:
            alike = partial(draw, n=n, shares=shares, reading=SAME)
            of_model = f"7 frågor, en faktor, {shape}"
            yield World(name="modell", design=of_model, n=n, draw=alike, judge=model_test, error=0.7, least=1000)
            of_groups = f"7 frågor, en faktor, två grupper, {shape}"
            yield World(name="invarians", design=of_groups, n=n, draw=alike, judge=steps_tests, error=1.0, least=500)
            for design, reading in READINGS.items():
                odd = reading.shift > 0 or reading.unequal
                if shape == "symmetriska" or design in AT_CEILING:
                    yield World(
                        name="DIF",
                        design=f"7 frågor, {design}, {shape}",
                        n=n,
                        draw=partial(draw, n=n, shares=shares, reading=reading),
                        judge=partial(dif_tests, odd=odd),
                        error=1.5 if odd else 0.75,
                        least=100,
                    )


def draw(rng: np.random.Generator, n: int, shares: tuple[float, ...], reading: Reading) -> Drawn:
    """Return answers on steps 0, 1, …, with these shares in the first group."""
    group = np.arange(n) % 2
    factor = rng.standard_normal(n) + reading.impact * group
    loadings = np.repeat(SEVEN.T, n, axis=0)
    if reading.unequal:
        loadings[:, ODD] = np.array(UNEQUAL)[group]
    latent = loadings * factor[:, np.newaxis] + np.sqrt(1 - loadings**2) * rng.standard_normal(loadings.shape)
    latent[:, ODD] += reading.shift * group
    steps: Floats = np.searchsorted(cuts(shares), latent.ravel()).reshape(latent.shape).astype(float)
    return Drawn(pd.DataFrame(steps, columns=ITEMS), group)


def model_test(drawn: Drawn) -> Said:
    """Judge by the scaled and shifted test that one factor is enough."""
    return {("WLSMV, skalat och förskjutet", ""): _no(cfa(drawn.items, MODEL).pvalue_scaled)}


def steps_tests(drawn: Drawn) -> Said:
    """Judge by the test of each step against the one before, and by the verdict that CFI has a part in."""
    found = invariance(drawn.items, MODEL, drawn.group)
    rows = found.steps.set_index("step") if found.status is Status.OK else pd.DataFrame(columns=["difference_p"])
    said: Said = {}
    for step, name in STEPS.items():
        p = rows["difference_p"].get(step)
        tested = p is not None and np.isfinite(p)
        said[f"invarians, {name}", ""] = _no(p if tested else None)
        said[f"invarians, {name}: {FAILS}", ""] = float(rows["verdict"][step] == FAILS) if tested else np.nan
    return said


def dif_tests(drawn: Drawn, odd: bool) -> Said:
    """Judge by each method's test alone, by the test adjusted over items, and by that and the class of its size."""
    said: Said = {}
    for method, name in METHODS.items():
        table = dif(drawn.items, drawn.group, method).items
        made = np.isfinite(table["p"].to_numpy())
        judged = {
            f"DIF {name}, p": table["p"] < LEVEL,
            f"DIF {name}, justerat p": table["p_adjusted"] < LEVEL,
            f"DIF {name}, flaggad": table["flagged"],
        }
        for test, rejected in judged.items():
            no = np.where(made, rejected, np.nan).astype(float)
            if odd:
                said[test, "den som läses olika"] = float(no[ODD])
            others = np.delete(no, ODD) if odd else no
            said[test, "de andra" if odd else "alla"] = float(np.nanmean(others)) if made.all() else np.nan
    return said


def _no(p: float | None) -> float:
    return float("nan") if p is None else float(p < LEVEL)
