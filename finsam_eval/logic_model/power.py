"""How many have to be counted before a target can be told from a lower level, decided before anybody is counted."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from finsam_eval.errors import WrongShape
from finsam_eval.results import LEVEL, Status, validate_level

Array = NDArray[np.float64]

POWER = 0.8
"""The chance of seeing a difference that is there, unless another is asked for (Cohen 1988, section 2.4)."""

ONE_SIDED = 0.05
MOST = 200_000
"""Nobody is asked to count more than this."""

NO_DIFFERENCE = "Nivåerna är lika: det finns ingen skillnad att se."
TOO_MANY = "Skillnaden är så liten att fler än 200 000 skulle behövas."


@dataclass(frozen=True, kw_only=True, slots=True)
class Needed:
    """How many are needed to tell the level `true` from the level `against`, with the chance `power`.

    `n` is the fewest by the rule that statuses follow (the Wilson interval), `stable` the fewest from which every
    larger number is enough too: the chance goes up and down with n, since persons are whole. `exact` and
    `exact_stable` are the same for the exact one-sided test at 5 %, `per_group` is for two groups of equal size.
    Blank unless `status` is OK.
    """

    true: float
    against: float
    power: float
    level: float
    n: int | None
    stable: int | None
    exact: int | None
    exact_stable: int | None
    per_group: int | None
    method: str
    status: Status
    reason: str


def power_at(n: ArrayLike, true: float, against: float, *, level: float = LEVEL) -> Array:
    """Return the chance that the Wilson interval of n answers lies wholly on the side of `against` where `true` is.

    n : whole numbers above 0. true, against : shares strictly between 0 and 1.

    Raises
    ------
    WrongShape
        When a share or the level is out of range.

    References: Wilson (1927), JASA 22:209–212: the lower limit is at least t where x ≥ nt + z·√(nt(1 − t)).
    In R, for true > against: ``pbinom(ceiling(n*t + z*sqrt(n*t*(1 - t))) - 1, n, true, lower.tail = FALSE)``
    """
    true, against, level = _share("true", true), _share("against", against), validate_level(level)
    if true < against:
        true, against = 1 - true, 1 - against
    size = np.asarray(n, dtype=float)
    limit = size * against + special.ndtri((1 + level) / 2) * np.sqrt(size * against * (1 - against))
    fewest = np.ceil(np.round(limit, 9))
    return np.where(fewest > size, 0.0, _at_least(fewest, size, true))


def needed(true: float, against: float, *, power: float = POWER, level: float = LEVEL) -> Needed:
    """Return how many are needed to see that the level `true` is another than `against`.

    30 against 22 % with power .80: 214, stably from 232; exactly 186 (204); two groups 471 each.

    Raises
    ------
    WrongShape
        When a share, the power or the level is out of range.

    References: Chow, Shao & Wang (2008), Sample Size Calculations in Clinical Research, section 4.1; Fleiss, Levin &
    Paik (2003), Statistical Methods for Rates and Proportions, equation 4.14.
    In R, two groups: ``power.prop.test(p1 = true, p2 = against, power = .8)``
    """
    true, against, level = _share("true", true), _share("against", against), validate_level(level)
    if not 0 < power < 1:
        raise WrongShape(f"power must lie between 0 and 1 (0.8 for 80 %), got {power}")
    facts: dict[str, Any] = {
        "true": true,
        "against": against,
        "power": power,
        "level": level,
        "method": "Wilson; exakt binomialtest",
    }
    if true == against:
        return _without(facts, Status.NOT_APPLICABLE, NO_DIFFERENCE)
    about = _approximately(true, against, power, level)
    if about > MOST:
        return _without(facts, Status.NOT_APPLICABLE, TOO_MANY)
    sizes = np.arange(1, 2 * ceil(about) + 200)
    by_rule = _enough(power_at(sizes, true, against, level=level) >= power, sizes)
    exactly = _enough(_exact_power(sizes, true, against) >= power, sizes)
    return Needed(
        **facts,
        n=by_rule[0],
        stable=by_rule[1],
        exact=exactly[0],
        exact_stable=exactly[1],
        per_group=ceil(_two_groups(true, against, power, level)),
        status=Status.OK,
        reason="",
    )


def _without(facts: dict[str, Any], status: Status, reason: str) -> Needed:
    blank: dict[str, Any] = dict.fromkeys(["n", "stable", "exact", "exact_stable", "per_group"])
    return Needed(**facts, **blank, status=status, reason=reason)


def _exact_power(sizes: NDArray[np.int64], true: float, against: float) -> Array:
    from scipy import stats

    if true < against:
        true, against = 1 - true, 1 - against
    fewest = stats.binom.ppf(1 - ONE_SIDED, sizes, against) + 1
    return np.where(fewest > sizes, 0.0, _at_least(fewest, sizes, true))


def _at_least(x: Array, n: ArrayLike, share: float) -> Array:
    """Return P(X ≥ x) of n draws; x − 1 below 0 counts as surely reached."""
    size = np.asarray(n, dtype=float)
    inside = np.clip(x, 1, size)
    chance: Array = special.betainc(inside, size - inside + 1, share)
    return np.where(x <= 0, 1.0, chance)


def _enough(reached: NDArray[np.bool_], sizes: NDArray[np.int64]) -> tuple[int, int]:
    """Return the first size that is enough, and the first after the last that is not."""
    missed = np.flatnonzero(~reached)
    return int(sizes[reached.argmax()]), int(sizes[missed[-1] + 1] if missed.size else sizes[0])


def _approximately(true: float, against: float, power: float, level: float) -> float:
    spread = _z((1 + level) / 2) * sqrt(against * (1 - against)) + _z(power) * sqrt(true * (1 - true))
    return (spread / (true - against)) ** 2


def _two_groups(first: float, second: float, power: float, level: float) -> float:
    middle = (first + second) / 2
    apart = sqrt(first * (1 - first) + second * (1 - second))
    spread = _z((1 + level) / 2) * sqrt(2 * middle * (1 - middle)) + _z(power) * apart
    return (spread / (first - second)) ** 2


def _z(share: float) -> float:
    return float(special.ndtri(share))


def _share(name: str, share: float) -> float:
    if not 0 < share < 1:
        raise WrongShape(f"{name} must be a share between 0 and 1 (0.3 for 30 %), got {share}")
    return float(share)
