"""How sure is an order between förbund? Nearly always: not very, and the intervals of the ranks show it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finsam_eval.compare.shrinkage import Shrunken
from finsam_eval.errors import WrongShape
from finsam_eval.results import Status
from finsam_eval.stats.resampling import SEED

Array = NDArray[np.float64]

DRAWS = 10_000
QUARTER = 0.25
METHOD = "rangordning av dragningar ur de krympta nivåernas fördelningar"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranks:
    """What is known of each unit's rank, 1 for the highest level; units in the order given, which is no ranking.

    `units` has a row per unit: rank (the mean over draws), lower, upper (whole ranks), p_highest and p_lowest (the
    probability of being among the highest and lowest quarter), status and reason. `rankability` is how much of the
    spread between units is not chance: between / (between + the median sampling variance); None unless status is OK.
    """

    units: pd.DataFrame
    rankability: float | None
    tested: int
    n: int
    draws: int
    seed: int
    level: float
    method: str
    status: Status
    reason: str

    def to_frame(self) -> pd.DataFrame:
        """One row per unit, with rankability and the method in every row."""
        return self.units.reset_index().assign(rankability=self.rankability, level=self.level, method=self.method)


def ranks(shrunken: Shrunken, *, draws: int = DRAWS, seed: int = SEED) -> Ranks:
    """Return rank intervals by drawing every unit's level anew and ranking the units in each draw.

    A quarter is a fourth of the units with answers, rounded down, at least one.
    Missing: units without answers have no rank. Where the shrunken units have no levels their status and reason are
    passed on.

    Raises
    ------
    WrongShape
        When draws is below 1.

    References: Goldstein & Spiegelhalter (1996), J R Stat Soc A 159:385–443; Lingsma et al. (2010), QJM
        103:99–108; van Dishoeck et al. (2011), BMJ Qual Saf 20:869–874, for rankability.
    In R: ``apply(-matrix(rnorm(k * draws, position, own_se), k), 2, rank)``
    """
    if draws < 1:
        raise WrongShape(f"draws must be 1 or above, got {draws}")
    units, known = shrunken.units, shrunken.units["position"].notna().to_numpy()
    found = {name: np.full(len(units), np.nan) for name in ("rank", "lower", "upper", "p_highest", "p_lowest")}
    if known.any():
        for name, column in _ranked(units[known], draws, seed, shrunken.level).items():
            found[name][known] = column
    return Ranks(
        units=pd.DataFrame({"n": units["n"], **found, "status": units["status"], "reason": units["reason"]}),
        rankability=_rankability(units["reliability"].to_numpy()[known]) if known.any() else None,
        tested=int(known.sum()),
        n=shrunken.n,
        draws=draws,
        seed=seed,
        level=shrunken.level,
        method=METHOD,
        status=shrunken.status,
        reason=shrunken.reason,
    )


def _rankability(reliability: Array) -> float:
    """Return between / (between + the median sampling variance) from between / (between + sampling variance)."""
    if not reliability.all():  # no variance between units
        return 0.0
    return float(1 / (1 + np.median(1 / reliability - 1)))


def _ranked(units: pd.DataFrame, draws: int, seed: int, level: float) -> dict[str, Array]:
    rng, k = np.random.default_rng(seed), len(units)
    drawn = rng.normal(units["position"], units["own_se"], size=(draws, k))
    rank = np.argsort(np.argsort(-drawn, axis=1), axis=1) + 1
    quarter = max(1, int(QUARTER * k))
    lower, upper = np.quantile(rank, [(1 - level) / 2, (1 + level) / 2], axis=0, method="inverted_cdf")
    return {
        "rank": rank.mean(axis=0),
        "lower": lower,
        "upper": upper,
        "p_highest": (rank <= quarter).mean(axis=0),
        "p_lowest": (rank > k - quarter).mean(axis=0),
    }
