"""Who answered, and does it matter: response by group, and how far the answering are from being all."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from finsam_eval.compare.strata import check_counts, some
from finsam_eval.errors import WrongShape
from finsam_eval.results import LEVEL, Estimate, Status, no_value, validate_level
from finsam_eval.stats.intervals import newcombe, wilson

Array = NDArray[np.float64]

COLUMNS = [
    "group",
    "answered",
    "invited",
    "rate",
    "lower",
    "upper",
    "difference",
    "difference_lower",
    "difference_upper",
]
METHOD = "svarsfrekvens, Wilson; skillnad mot övriga, Newcombe; R-indikator"
NOBODY = "Ingen har bjudits in."
ONE_GROUP = "Det finns bara en grupp; då finns inget att jämföra."


@dataclass(frozen=True, kw_only=True, slots=True)
class Nonresponse:
    """The rate of response of all and of every group, and one number for how alike the groups answer.

    `groups` has the columns of `COLUMNS`: the rate with Wilson limits, and the `difference` to all other groups
    together with Newcombe limits (nan where there are no others). `rate` is that of all. `representativity` is the
    R-indicator: 1 when all groups answer alike, lower the more they differ; its limits are approximate. `observed` is
    the same before chance differences are taken out. n counts the invited.
    """

    groups: pd.DataFrame
    rate: Estimate
    representativity: Estimate
    observed: float | None
    level: float
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row per group."""
        return self.groups.copy()


def nonresponse(answered: ArrayLike, invited: ArrayLike, group: ArrayLike, *, level: float = LEVEL) -> Nonresponse:
    """Return how many of the invited answered, by group, and whether the groups answered alike.

    The invited are all there are (a census), so chance is in who answers, not in who was invited.

    answered, invited : counts, one entry per group (several of one group are summed).
    group : the group of each entry; for several variables, their combination.
    Measured (1 500 simulations): with differing groups the indicator is right on average and its 95 % interval covers
    .936–.965; with groups that answer alike the observed one lies .10–.17 too low, this one .04, and .999 cover.
    A group nobody was invited in has no rate (nan). Without any invited the status is "inga data".

    Raises
    ------
    WrongShape
        When entries are not equally many whole numbers 0 ≤ answered ≤ invited, or an entry has no group.

    References: Schouten, Cobben & Bethlehem (2009), Survey Methodology 35:101–113, section 3 (R = 1 − 2 S);
    Shlomo, Skinner & Schouten (2012), J Stat Plan Inference 142:201–211 (chance taken out).
    In R, before chance is taken out: ``1 - 2 * sd(fitted(glm(answered ~ group, binomial)))``
    """
    level, table = validate_level(level), _table(answered, invited, group)
    x, n = table["answered"].to_numpy(float), table["invited"].to_numpy(float)
    total = int(n.sum())
    lower, upper = wilson(x, n, level)
    gap = newcombe(x, n, x.sum() - x, n.sum() - n, level)
    rest = (x.sum() - x) / some(n.sum() - n)
    rows = {"rate": x / some(n), "lower": lower, "upper": upper, "difference": x / some(n) - rest}
    groups = table.assign(**rows, difference_lower=gap[0], difference_upper=gap[1])[COLUMNS]
    observed, indicator = _representativity(x[n > 0], n[n > 0], level)
    return Nonresponse(
        groups=groups,
        rate=_rate(x.sum(), n.sum(), level),
        representativity=indicator,
        observed=observed,
        level=level,
        method=METHOD,
        n=total,
        status=Status.OK if total else Status.NO_DATA,
        reason="" if total else NOBODY,
    )


def _table(answered: ArrayLike, invited: ArrayLike, group: ArrayLike) -> pd.DataFrame:
    columns = {"answered": answered, "invited": invited, "group": group}
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    if any(values.ndim != 1 or values.size != arrays["group"].size for values in arrays.values()):
        raise WrongShape("answered, invited and group must be equally long rows, one entry per group")
    check_counts(arrays["answered"], arrays["invited"])
    table = pd.DataFrame(arrays)
    if table["group"].isna().any():
        raise WrongShape("group: an entry has no group; give those of unknown group a name of their own")
    return table.groupby("group", sort=False)[["answered", "invited"]].sum().astype(int).reset_index()


def _rate(x: float, n: float, level: float) -> Estimate:
    if not n:
        return no_value(Status.NO_DATA, NOBODY, method="Wilson", level=level)
    lower, upper = wilson(x, n, level)
    return Estimate(value=x / n, lower=float(lower), upper=float(upper), level=level, method="Wilson", n=int(n))


def _representativity(x: Array, n: Array, level: float) -> tuple[float | None, Estimate]:
    """Return the R-indicator as observed, and with chance taken out.

    Groups that answer alike still differ by chance: the variance between observed rates is on average too large by
    Σ p (1 − p) / N, which is subtracted. Its own variance is that of a quadratic form in independent rates.
    """
    facts: dict[str, Any] = {"method": "R-indikator", "n": int(n.sum()), "level": level}
    if x.size < 2:
        reason = (Status.NOT_APPLICABLE, ONE_GROUP) if x.size else (Status.NO_DATA, NOBODY)
        return None, no_value(*reason, **facts)
    total, rates = n.sum(), x / n
    apart = rates - x.sum() / total
    variance = float((n * apart**2).sum() / (total - 1))
    chance = rates * (1 - rates)
    spread = max(variance - float(chance.sum() / total), 0.0)
    error = sqrt((4 * n * apart**2 * chance + 2 * chance**2).sum()) / total
    half = float(special.ndtri((1 + level) / 2)) * error
    lower, value, upper = (1 - 2 * sqrt(max(spread + side * half, 0.0)) for side in (1, 0, -1))
    return 1 - 2 * sqrt(variance), Estimate(value=value, lower=lower, upper=upper, **facts)
