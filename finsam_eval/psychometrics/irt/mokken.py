"""Do items order persons, without a curve of any given form? Mokken's scale analysis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.answers import Array, Facts, absent, fields, numeric
from finsam_eval.psychometrics.detailed import Detailed
from finsam_eval.psychometrics.irt.item_ordering import COLUMNS as ORDERING_COLUMNS
from finsam_eval.psychometrics.irt.item_ordering import item_ordering, person_scalability
from finsam_eval.psychometrics.irt.monotonicity import COLUMNS, monotonicity, smallest_group
from finsam_eval.psychometrics.irt.selection import select_scales
from finsam_eval.psychometrics.ordinal import Steps, whole_steps
from finsam_eval.psychometrics.reliability import SHAPE, why_none
from finsam_eval.results import LEVEL, validate_level
from finsam_eval.stats.scalability import Scalability, scalability

LOWEST = 0.3
"""An item with a lower H adds little to a scale (Mokken 1971, ch. 5)."""

ALPHA = 0.05

FEW = "För få svar för att pröva monotonicitet och frågornas ordning: det behövs två grupper om minst {} personer."

PAIR_COLUMNS = ["first", "second", "h", "se", "lower", "upper"]
ITEM_COLUMNS = ["item", "mean", "h", "se", "lower", "upper", "scale"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mokken(Detailed):
    """H of all items (`value`), with its standard error and a range-preserving interval; `n` counts complete rows.

    pairs : a row per pair: first, second, h, se, lower, upper. items : a row per item: item, mean, h, se, lower, upper,
        and scale, the number of the scale that the search put it in (0: in none).
    monotonicity : a row per item, as `irt.monotonicity.monotonicity` gives; empty where answers are too few.
    ordering : a row per item, as `irt.item_ordering.item_ordering` gives, where all items have one scale; empty as
        above. ht : how alike persons order the items; from .3 the order says something (Ligtvoet et al. 2010).
    scales : how many scales the search found at H of at least `lowest`; None without a value.
    """

    se: float | None
    k: int
    lowest: float
    scales: int | None
    pairs: pd.DataFrame
    items: pd.DataFrame
    monotonicity: pd.DataFrame
    ordering: pd.DataFrame
    ht: float | None


def mokken(items: pd.DataFrame, lowest: float = LOWEST, level: float = LEVEL) -> Mokken:
    """Return Mokken's scale analysis: H of pairs, items and all, scales, monotonicity, and the order of the items.

    H is the items' covariance over the highest that their margins allow: 1 where all persons are ordered alike by all
    items, 0 where items have nothing in common. Negative H of a pair says that an item is keyed the other way, or does
    not belong. Intervals are normal on the scale log(1 − H).

    items : DataFrame, respondents × items, whole steps, reversed already. NaN = no answer; incomplete rows are dropped.
    lowest : H that an item must have to belong to a scale, in the search for scales.
    A status in place of values: as for `cronbach_alpha`.

    Raises
    ------
    WrongShape
        When items is not a frame of whole numbers within 15 steps, or lowest or level not between 0 and 1.

    References: Mokken (1971), A Theory and Procedure of Scale Analysis; Sijtsma & Molenaar (2002), Introduction to
    Nonparametric Item Response Theory; errors: Kuijpers, Van der Ark & Croon (2013), Sociological Methodology 43:42–69;
    intervals: Koopman, Zijlstra & Van der Ark (2022), Qual Life Res 31:25–36.
    In R: ``x <- na.omit(items); mokken::coefH(x); mokken::aisp(x); mokken::check.monotonicity(x);
    mokken::check.iio(x)``
    """
    if not 0 <= lowest < 1:
        raise WrongShape(f"lowest must lie between 0 and 1 (0.3 is usual), got {lowest}")
    complete = numeric(items, SHAPE).dropna()
    steps, names = whole_steps(complete), [str(name) for name in complete.columns]
    facts: Facts = {"level": validate_level(level), "method": _method(lowest), "n": len(complete)}
    facts |= {"k": len(names), "lowest": lowest}
    obstacle = why_none(complete)
    if obstacle:
        return _none(absent(*obstacle, facts))
    rows, counts = np.unique(steps, axis=0, return_counts=True)
    found = scalability(rows, counts.astype(float))
    variances = steps.var(axis=0)
    scale = select_scales(found.covariance, found.highest, variances, len(steps), lowest, ALPHA)
    limits = _limits(np.array([found.whole]), np.array([found.whole_se]), level)
    record = fields(found.whole, (float(limits[0][0]), float(limits[1][0])), facts)
    order = monotonicity(steps, names)
    if order.empty:
        record["reason"] = f"{record['reason']} {FEW.format(smallest_group(len(steps)))}".strip()
    return Mokken(
        se=found.whole_se,
        scales=int(scale.max()),
        pairs=_pair_table(found, names, level),
        items=_item_table(found, names, complete.mean().to_numpy(), scale, level),
        monotonicity=order,
        ordering=item_ordering(complete.to_numpy(), names),
        ht=ht if np.isfinite(ht := person_scalability(complete.to_numpy())) else None,
        **record,
    )


def _method(lowest: float) -> str:
    limit = f"{lowest:g}".replace(".", ",")
    return f"Mokkens H, delta-metoden (log(1 − H)); sökning efter skalor med H ≥ {limit}, alfa 0,05 (Bonferroni)"


def _none(record: Facts) -> Mokken:
    return Mokken(
        se=None,
        scales=None,
        pairs=pd.DataFrame(columns=PAIR_COLUMNS),
        items=pd.DataFrame(columns=ITEM_COLUMNS),
        monotonicity=pd.DataFrame(columns=COLUMNS),
        ordering=pd.DataFrame(columns=ORDERING_COLUMNS),
        ht=None,
        **record,
    )


def _limits(h: Array, se: Array, level: float) -> tuple[Array, Array]:
    """Return limits that stay below 1; nan where H is 1 or nobody's answers make a difference to it."""
    left = np.where((h < 1) & (se > 0), 1 - h, np.nan)
    reach = np.exp(special.ndtri((1 + level) / 2) * se / left)
    return 1 - left * reach, 1 - left / reach


def _pair_table(found: Scalability, names: list[str], level: float) -> pd.DataFrame:
    first, second = np.triu_indices(len(names), 1)
    h, se = found.pairs[first, second], found.pairs_se[first, second]
    lower, upper = _limits(h, se, level)
    labels = np.array(names, dtype=object)
    return pd.DataFrame(
        {"first": labels[first], "second": labels[second], "h": h, "se": se, "lower": lower, "upper": upper}
    )[PAIR_COLUMNS]


def _item_table(found: Scalability, names: list[str], means: Array, scale: Steps, level: float) -> pd.DataFrame:
    lower, upper = _limits(found.items, found.items_se, level)
    table = pd.DataFrame({"item": pd.Series(names, dtype="str"), "mean": means, "h": found.items})
    return table.assign(se=found.items_se, lower=lower, upper=upper, scale=scale)[ITEM_COLUMNS]
