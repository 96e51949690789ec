"""Do groups that should differ do so? Their differences, two by two and in an order told beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.answers import NO_INTERVAL, TINY, Array, Facts, absent, numeric
from finsam_eval.psychometrics.detailed import Detailed
from finsam_eval.psychometrics.validity.curves import SAME_ANSWER, Cluster, limits_of_share, roc
from finsam_eval.results import LEVEL, Status, validate_level

GROUPS = ["group", "n", "mean", "sd"]
PAIRS = [
    *["first", "second", "n", "g", "g_lower", "g_upper", "above", "above_lower", "above_upper"],
    *["p", "p_adjusted", "status", "reason"],
]

NOBODY = "Ingen har både ett svar och en grupp."
ONE_GROUP = "Bara en grupp har svarat; då finns inget att jämföra."
TOO_SMALL = "En grupp har bara en person."


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownGroups(Detailed):
    """How groups differ that are expected to, in the order they were told.

    `value`, `lower`, `upper`: of two persons of different groups, how often the one of the later group has the higher
    value, equal ones counted half; .5 is no order. `p` tests that (two-sided; Jonckheere and Terpstra's with ties,
    which for two groups is Mann and Whitney's). `groups` has group, n, mean, sd (n − 1). `pairs` has a row per two
    groups, first the earlier: g (Hedges, second − first) and above (how often one of the second is above one of the
    first), with limits that hold for all pairs together (Bonferroni), p (Mann–Whitney), p_adjusted (Bonferroni), and a
    status with its reason where a pair cannot be compared.
    """

    p: float | None
    groups: pd.DataFrame
    pairs: pd.DataFrame


def known_groups(
    values: ArrayLike, group: Cluster, *, order: Sequence[object] | None = None, level: float = LEVEL
) -> KnownGroups:
    """Return how the values of groups that are known to differ do differ.

    values : one number per person, ordinal or not; NaN = no answer. group : one label per person; missing = in none.
    order : the groups from the one expected lowest to that expected highest; sorted where it is not told. Others are
        left out.
    A status in place of a value: no data where nobody has both, or a group has one person; not applicable with one
    group, or where all have the same value. Intervals treat persons as independent of each other.

    Raises
    ------
    WrongShape
        When values are no numbers, the two differ in length, or order holds a group twice.
    UnknownName
        When order holds a group that nobody is in.

    References: Hedges (1981), J Educ Stat 6:107–128; its limits by the noncentral t: Steiger & Fouladi (1997), in What
    If There Were No Significance Tests?, 221–257; above: DeLong, DeLong & Clarke-Pearson (1988), several groups by the
    jackknife over persons: Newson (2006), Stata Journal 6:309–334; order: Jonckheere (1954), Biometrika 41:133–145.
    In R: ``effsize::cohen.d(hedges.correction = TRUE, noncentral = TRUE)``, ``wilcox.test(exact = FALSE, correct =
    FALSE)``, ``cor.test(group, values, method = "kendall", exact = FALSE)``
    """
    rows, names = _told(values, group, order)
    level, place = validate_level(level), rows["place"].to_numpy()
    measured = rows["value"].to_numpy()
    parts = [measured[place == number] for number in range(len(names))]
    facts: Facts = {"level": level, "method": "Ordning mellan grupper, jackknife, logitskala", "n": len(rows)}
    tables = {"groups": _described(parts, names), "pairs": _pairs(parts, names, level)}
    hindrance = _why_none(parts)
    if hindrance:
        return KnownGroups(**absent(*hindrance, facts), p=None, **tables)
    if len(parts) == 2:
        found = roc(measured, place, level=level)
        facts["method"] = found.method
        known: Facts = {"value": found.value, "lower": found.lower, "upper": found.upper, "reason": found.reason}
    else:
        known = _ordered(measured, place, len(parts), level)
    return KnownGroups(**facts, **known, p=_trend_p(measured, place), **tables)


def _told(values: ArrayLike, group: Cluster, order: Sequence[object] | None) -> tuple[pd.DataFrame, list[object]]:
    given, belongs = pd.Series(values).reset_index(drop=True), pd.Series(group).reset_index(drop=True)
    if len(given) != len(belongs):
        raise WrongShape(f"values and group must have one entry per person, got {len(given)} and {len(belongs)}")
    measured = numeric(given.to_frame("value"), "values")["value"] if len(given) else given.astype(float)
    known = measured.notna() & belongs.notna()
    names = sorted(belongs[known].unique()) if order is None else list(order)
    if len(set(names)) < len(names):
        raise WrongShape("order must hold each group once")
    unknown = [name for name in names if not (belongs == name).any()]
    if unknown:
        raise UnknownName(f"order holds {unknown[0]!r}, and nobody is in it")
    places = belongs.map({name: number for number, name in enumerate(names)})
    rows = pd.DataFrame({"value": measured, "place": places})[known].dropna()
    return rows.astype({"place": "int64", "value": "float64"}), names


def _why_none(parts: list[Array]) -> tuple[Status, str] | None:
    every = np.concatenate(parts) if parts else np.empty(0)
    if not len(every):
        return Status.NO_DATA, NOBODY
    if sum(len(part) > 0 for part in parts) == 1:
        return Status.NOT_APPLICABLE, ONE_GROUP
    if min(len(part) for part in parts) < 2:
        return Status.NO_DATA, TOO_SMALL
    return (Status.NOT_APPLICABLE, SAME_ANSWER) if np.ptp(every) == 0 else None


def _described(parts: list[Array], names: list[object]) -> pd.DataFrame:
    rows = [
        [name, len(part), part.mean() if len(part) else np.nan, part.std(ddof=1) if len(part) > 1 else np.nan]
        for name, part in zip(names, parts, strict=True)
    ]
    return pd.DataFrame(rows, columns=GROUPS)


def _pairs(parts: list[Array], names: list[object], level: float) -> pd.DataFrame:
    several = list(combinations(range(len(parts)), 2))
    together = 1 - (1 - level) / max(len(several), 1)
    rows = [{"first": names[a], "second": names[b], **_pair(parts[a], parts[b], together)} for a, b in several]
    table = pd.DataFrame(rows, columns=[name for name in PAIRS if name != "p_adjusted"])
    adjusted = (table["p"].astype("float64") * len(several)).clip(upper=1.0)
    return table.assign(p_adjusted=adjusted)[PAIRS]


def _pair(first: Array, second: Array, level: float) -> Facts:
    n, numbers = len(first) + len(second), PAIRS[3:10]
    hindrance = _why_none([first, second])
    if hindrance:
        return {"n": n, **dict.fromkeys(numbers, np.nan), "status": hindrance[0], "reason": hindrance[1]}
    placed = np.repeat([0.0, 1.0], [len(first), len(second)])
    both = np.concatenate([first, second])
    area, g = roc(both, placed, level=level), _hedges(first, second, level)
    limits = [area.value, *(np.nan if limit is None else limit for limit in (area.lower, area.upper))]
    found = dict(zip(numbers, [*g, *limits, _trend_p(both, placed)], strict=True))
    return {"n": n, **found, "status": Status.OK, "reason": area.reason}


def _hedges(first: Array, second: Array, level: float) -> tuple[float, float, float]:
    """Return Hedges' g of second − first and its limits; nan where neither group varies."""
    from scipy import optimize

    freedom = len(first) + len(second) - 2
    squares = sum(((part - part.mean()) ** 2).sum() for part in (first, second))
    if squares < TINY:
        return float("nan"), float("nan"), float("nan")
    scale = float(np.sqrt(1 / len(first) + 1 / len(second)))
    t = float((second.mean() - first.mean()) / np.sqrt(squares / freedom) / scale)
    small = np.exp(special.gammaln(freedom / 2) - special.gammaln((freedom - 1) / 2)) / np.sqrt(freedom / 2)
    factor = float(scale * (small if freedom > 1 else 1.0))
    reach = 2 * float(special.ndtri((1 + level) / 2) * np.sqrt(1 + t**2 / (2 * freedom)))

    def short(centre: float, at: float) -> float:
        reached = float(special.nctdtr(freedom, centre, t))
        # Far out scipy has no number: there it is 0 or 1 as far as is seen.
        return (float(centre < t) if np.isnan(reached) else reached) - at

    ends = [
        float(optimize.brentq(short, t - reach, t + reach, args=(at,))) for at in ((1 + level) / 2, (1 - level) / 2)
    ]
    return t * factor, ends[0] * factor, ends[1] * factor


def _ordered(values: Array, place: NDArray[np.int64], groups: int, level: float) -> Facts:
    """Return the share of pairs from different groups that lie in the groups' order, with jackknife limits."""
    _, code = np.unique(values, return_inverse=True)
    table = np.zeros((groups, code.max() + 1))
    np.add.at(table, (place, np.asarray(code, dtype=np.int64)), 1)
    below = np.cumsum(table, axis=1) - table / 2
    above = table.sum(axis=1, keepdims=True) - below
    earlier = np.cumsum(below, axis=0) - below
    later = above.sum(axis=0) - np.cumsum(above, axis=0)
    right = (earlier + later)[place, code]
    others = len(values) - table.sum(axis=1)[place]
    share = float(right.sum() / others.sum())
    left_out = (right.sum() - 2 * right) / (others.sum() - 2 * others)
    n = len(values)
    variance = float((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum())
    lower, upper = limits_of_share(share, variance, float(special.ndtri((1 + level) / 2)))
    if not np.isfinite(lower):
        return {"value": share, "lower": None, "upper": None, "reason": NO_INTERVAL}
    return {"value": share, "lower": lower, "upper": upper, "reason": ""}


def _trend_p(values: Array, place: ArrayLike) -> float:
    """Return the p of no order, normal with ties: Kendall's S of group and value is Jonckheere and Terpstra's."""
    from scipy import stats

    return float(stats.kendalltau(place, values, method="asymptotic").pvalue)
