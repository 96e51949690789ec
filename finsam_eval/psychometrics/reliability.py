"""How well do items that are declared to belong together hang together? Alpha, Spearman–Brown, item statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.answers import (
    TINY,
    Array,
    Facts,
    absent,
    bootstrap,
    constant,
    fields,
    jackknife,
    numeric,
    obstacle,
)
from finsam_eval.results import LEVEL, Estimate, Status, validate_level
from finsam_eval.stats.resampling import Statistic

SHAPE = "respondents × items"

ITEM_COLUMNS = ["item", "n", "mean", "sd", "floor", "ceiling", "missing", "item_rest", "alpha_if_deleted"]

ONE_ITEM = "Bara en fråga: samstämmighet mellan frågor går inte att räkna. Det som gäller här är ett omtest."


@dataclass(frozen=True, kw_only=True, slots=True)
class Reliability(Estimate):
    """Reliability of the sum of `k` items. `n` counts respondents with complete answers.

    `lower` and `upper` are None beside a value whose uncertainty cannot be told; `reason` says so.
    """

    k: int

    def to_frame(self) -> pd.DataFrame:
        """One row with the columns of `RECORD_COLUMNS`, and k."""
        return Estimate.to_frame(self).assign(k=self.k)


def cronbach_alpha(items: pd.DataFrame, level: float = LEVEL, ci: str = "jackknife") -> Reliability:
    """Return Cronbach's alpha with an interval.

    items : DataFrame, respondents × items, numeric, reversed already. NaN = no answer; incomplete rows are dropped.
    ci : ``jackknife`` (one respondent left out at a time), ``bca`` (bootstrap over respondents), ``adf``
        (asymptotically distribution-free) or ``feldt`` (normal theory). The last three are for comparison only: too
        narrow for skewed answers of few.
    A status in place of a value: not applicable with one item; no data with fewer than two complete rows, a constant
    item or a constant sum.
    How often each holds the truth stands in benchmarks/inference/results/coverage.csv.

    Raises
    ------
    WrongShape
        When items is not a frame of numbers, or level not between 0 and 1.
    UnknownName
        For another `ci`.

    References: Cronbach (1951), Psychometrika 16:297–334; Efron (1987), JASA 82:171–185; Maydeu-Olivares, Coffman &
    Hartmann (2007), Psychological Methods 12:157–176; Feldt (1965), Psychometrika 30:357–370.
    In R: ``psych::alpha(na.omit(items))``; Feldt: ``psych::alpha.ci``
    """
    if ci not in INTERVALS:
        raise UnknownName(f"ci {ci!r} is not known; known are {', '.join(INTERVALS)}")
    complete = numeric(items, SHAPE).dropna()
    name, limits = INTERVALS[ci]
    facts: Facts = {"level": validate_level(level), "method": f"Cronbachs alfa, {name}", "n": len(complete)}
    facts["k"] = complete.shape[1]
    hindrance = why_none(complete)
    if hindrance:
        return Reliability(**absent(*hindrance, facts))
    rows = complete.to_numpy()
    value = float(alpha_of(rows)(_everyone(rows))[0])
    if not np.isfinite(value):
        return Reliability(**absent(Status.NO_DATA, "Svarens summa är densamma för alla.", facts))
    return Reliability(**fields(value, limits(rows, value, facts["level"]), facts))


def spearman_brown(items: pd.DataFrame, level: float = LEVEL) -> Reliability:
    """Return the reliability of the sum of two items, 2r / (1 + r), with a jackknife interval.

    items : DataFrame, respondents × 2 items, as for `cronbach_alpha`. One item is not applicable.

    Raises
    ------
    WrongShape
        With more than two items: alpha is the coefficient then.

    References: Spearman (1910), Brown (1910), Brit J Psychol 3:271–295 and 296–322; Eisinga, te Grotenhuis & Pelzer
    (2013), Int J Public Health 58:637–642.
    In R: ``r <- cor(na.omit(items))[1, 2]; 2 * r / (1 + r)``
    """
    complete = numeric(items, SHAPE).dropna()
    if complete.shape[1] > 2:
        raise WrongShape(f"spearman_brown takes two items, got {complete.shape[1]}; use cronbach_alpha for more")
    facts: Facts = {
        "level": validate_level(level),
        "method": "Spearman–Brown, jackknife (√(1 − värdet))",
        "n": len(complete),
    }
    facts["k"] = complete.shape[1]
    hindrance = why_none(complete)
    if hindrance:
        return Reliability(**absent(*hindrance, facts))
    rows = complete.to_numpy()
    value = float(_spearman_brown_of(rows)(_everyone(rows))[0])
    if not np.isfinite(value):
        return Reliability(**absent(Status.NO_DATA, "Svaren på de två frågorna tar ut varandra.", facts))
    return Reliability(**fields(value, _spearman_brown_limits(rows, facts["level"]), facts))


def item_statistics(items: pd.DataFrame, ends: Mapping[str, tuple[int, int]] | None = None) -> pd.DataFrame:
    """Return one row per item: how it is answered, and how it goes with the others.

    items : DataFrame, respondents × items, as for `cronbach_alpha`.
    ends : lowest and highest code of each item's scale; without it the lowest and highest answer to any item.

    Returns
    -------
    DataFrame
        Columns of `ITEM_COLUMNS`. n, mean, sd (divisor n − 1), floor and ceiling (shares at the ends) of all answers
        to the item; missing as a share of respondents; item_rest (correlation with the sum of the others) and
        alpha_if_deleted of complete rows. NaN where a number does not exist.

    In R: ``psych::alpha(na.omit(items))$item.stats$r.drop``, ``$alpha.drop$raw_alpha``
    """
    values = numeric(items, SHAPE)
    n = values.notna().sum()
    # Without any answer the fewest and the most are NaN, and so is every share.
    lowest, highest = _ends(values, ends)
    table = pd.DataFrame(
        {
            "item": [str(name) for name in values.columns],
            "n": n.to_numpy(dtype="int64"),
            "mean": values.mean().to_numpy(),
            "sd": values.std().to_numpy(),
            "floor": (values.eq(lowest).sum() / n.where(n > 0)).to_numpy(),
            "ceiling": (values.eq(highest).sum() / n.where(n > 0)).to_numpy(),
            "missing": (1 - n / max(len(values), 1)).to_numpy() if len(values) else np.nan,
        }
    )
    rest, deleted = _beside_the_others(values.dropna().to_numpy())
    return table.assign(item_rest=rest, alpha_if_deleted=deleted).astype({"item": "str"})[ITEM_COLUMNS]


def why_none(complete: pd.DataFrame) -> tuple[Status, str] | None:
    """Return why items of these complete rows have no coefficient in common; None where they have."""
    if complete.shape[1] == 1:
        return Status.NOT_APPLICABLE, ONE_ITEM
    same = constant(complete)
    if len(complete) > 1 and same:
        return Status.NO_DATA, f"Alla gav samma svar på {', '.join(same)}; utan skillnader finns inget att jämföra."
    return obstacle(complete.to_numpy())


def _everyone(rows: Array) -> Array:
    return np.ones((1, len(rows)))


def _moments_of(rows: Array) -> tuple[Array, int]:
    """Return centred answers, their squares and the squared sum side by side, and the number of items."""
    centred = rows - rows.mean(axis=0)
    return np.column_stack([centred, centred**2, centred.sum(axis=1) ** 2]), rows.shape[1]


def alpha_of(rows: Array) -> Statistic:
    """Return alpha as a function of the rows' weights; nan where the sum does not vary."""
    moments, k = _moments_of(rows)

    def alpha(weights: Array) -> Array:
        means = weights @ moments / weights.sum(axis=1, keepdims=True)
        items = (means[:, k : 2 * k] - means[:, :k] ** 2).sum(axis=1)
        total = means[:, -1] - means[:, :k].sum(axis=1) ** 2
        return k / (k - 1) * (1 - items / np.where(total > TINY, total, np.nan))

    return alpha


def _spearman_brown_of(rows: Array) -> Statistic:
    moments, _ = _moments_of(rows)

    def stepped_up(weights: Array) -> Array:
        means = weights @ moments / weights.sum(axis=1, keepdims=True)
        first, second = (means[:, 2 + i] - means[:, i] ** 2 for i in (0, 1))
        together = (means[:, -1] - (means[:, 0] + means[:, 1]) ** 2 - first - second) / 2
        spread = first * second
        r = together / np.sqrt(np.where(spread > TINY**2, spread, np.nan))
        return 2 * r / np.where(1 + r > TINY, 1 + r, np.nan)

    return stepped_up


def _spearman_brown_limits(rows: Array, level: float) -> tuple[float, float]:
    """Return jackknife limits found on the scale √(1 − value), where chance is more alike on both sides."""

    def root_of(unique: Array) -> Statistic:
        stepped_up = _spearman_brown_of(unique)
        return lambda weights: np.sqrt(np.maximum(0.0, 1 - stepped_up(weights)))

    least, most = jackknife(rows, root_of, level, within=(0.0, np.inf))
    return 1 - most**2, 1 - least**2


def _jackknife(rows: Array, alpha: float, level: float) -> tuple[float, float]:
    return jackknife(rows, alpha_of, level)


def _bca(rows: Array, alpha: float, level: float) -> tuple[float, float]:
    return bootstrap(rows, alpha_of, level)


def alpha_and_error(rows: Array) -> tuple[float, float]:
    """Return alpha and its standard error from each respondent's pull on alpha; no distribution is assumed.

    References: Maydeu-Olivares, Coffman & Hartmann (2007), Psychological Methods 12:157–176.
    """
    n, k = rows.shape
    centred = rows - rows.mean(axis=0)
    items, total = centred.var(axis=0).sum(), centred.sum(axis=1).var()
    own_items, own_total = (centred**2).sum(axis=1), centred.sum(axis=1) ** 2
    pull = k / (k - 1) * (items * own_total / total**2 - own_items / total)
    return float(k / (k - 1) * (1 - items / total)), float(np.sqrt(pull.var(ddof=1) / n))


def _adf(rows: Array, alpha: float, level: float) -> tuple[float, float]:
    half = float(special.ndtri((1 + level) / 2)) * alpha_and_error(rows)[1]
    return alpha - half, alpha + half


def _feldt(rows: Array, alpha: float, level: float) -> tuple[float, float]:
    n, k = rows.shape
    quantiles = special.fdtri(n - 1, (n - 1) * (k - 1), np.array([(1 + level) / 2, (1 - level) / 2]))
    lower, upper = 1 - (1 - alpha) * quantiles
    return float(lower), float(upper)


INTERVALS = {
    "jackknife": ("jackknife", _jackknife),
    "bca": ("BCa", _bca),
    "adf": ("ADF", _adf),
    "feldt": ("Feldt", _feldt),
}


def _ends(values: pd.DataFrame, ends: Mapping[str, tuple[int, int]] | None) -> tuple[pd.Series, pd.Series]:
    if ends is not None:
        low, high = zip(*(ends[str(name)] for name in values.columns), strict=True)
        return pd.Series(low, index=values.columns), pd.Series(high, index=values.columns)
    least, most = values.min().min(), values.max().max()
    return pd.Series(least, index=values.columns), pd.Series(most, index=values.columns)


def _beside_the_others(rows: Array) -> tuple[Array, Array]:
    """Return each item's correlation with the sum of the others, and alpha without it; nan where there is none."""
    n, k = rows.shape
    nothing = np.full(k, np.nan)
    if n < 2 or k < 2:
        return nothing, nothing
    rest = np.array([_correlation(rows[:, i], np.delete(rows, i, axis=1).sum(axis=1)) for i in range(k)])
    if k == 2:
        return rest, nothing
    deleted = [alpha_of(np.delete(rows, i, axis=1))(_everyone(rows))[0] for i in range(k)]
    return rest, np.array(deleted)


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    x, y = x - x.mean(), y - y.mean()
    spread = float(x @ x) * float(y @ y)
    return float(x @ y) / float(np.sqrt(spread)) if spread > TINY else float("nan")
