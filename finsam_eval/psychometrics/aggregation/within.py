"""Do those in one unit answer alike? rwg, rwg(j) and the average deviation, unit by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.answers import Array, Facts, absent, numeric
from finsam_eval.psychometrics.detailed import Detailed
from finsam_eval.results import LEVEL, Status, validate_level

FEWEST = 2
"""Complete answers in a unit for its own agreement: one person always agrees with himself."""

UNIT_COLUMNS = ["unit", "n", "rwg", "ad", "beyond"]

NO_UNIT = "Ingen enhet har två svar; då finns inget att jämföra."
ONE_UNIT = "Bara en enhet har två svar: hur säkert medelvärdet är går inte att räkna fram."
NO_SPREAD = "Svarsskalan har bara ett steg; ange hur många steg den har."
BEYOND = "I en eller flera enheter skiljer sig svaren mer än om de getts på måfå; deras värde är satt till 0."


@dataclass(frozen=True, kw_only=True, slots=True)
class WithinGroup(Detailed):
    """The mean over units of rwg, or of rwg(j) with several items (`value`); n counts units with two answers.

    `ad` is the mean of their average deviations from the item mean, in scale steps. `null` is the variance of an answer
    at random, in squared steps, that rwg holds the units' own against. `units` has a row per unit: its n, rwg, ad and
    whether it is `beyond`: answers differ more than at random, and rwg is 0.
    """

    ad: float | None
    null: float | None
    k: int
    units: pd.DataFrame


def within_group_agreement(
    items: pd.DataFrame,
    unit: Sequence[object] | pd.Series,
    categories: int | None = None,
    null: Sequence[float] | None = None,
    level: float = LEVEL,
) -> WithinGroup:
    """Return how much those in one unit answer alike, against answers at random.

    rwg is 1 − s² / σ², the unit's variance over that of answers at random; rwg(j), for k items, is the Spearman–Brown
    of the mean rwg. At random is uniform over the scale's steps unless `null` says otherwise: with answers heaped at
    the top all units agree by that measure, and a null as skewed as answers usually are says more. The interval of
    the mean is Student's over units; it is about units of these sizes.

    items : DataFrame, respondents × items, numeric, all on one scale. NaN = no answer; incomplete rows are dropped.
    unit : one per row of items, in the same order. A row whose unit is missing is dropped.
    categories : steps of the scale; without it from the lowest to the highest code that anybody gave.
    null : the share of answers at random on each step, lowest first; without it all equal.
    A status in place of a value: no data without a unit of two, or on a scale of one step.

    Raises
    ------
    WrongShape
        When unit is not as long as items, null is not one share per step with the sum 1, or an answer lies outside.

    References: James, Demaree & Wolf (1984), J Appl Psychol 69:85–98; AD: Burke, Finkelstein & Dusig (1999), Organ Res
    Methods 2:49–68; the choice of null: LeBreton & Senter (2008), Organ Res Methods 11:815–852.
    In R: ``multilevel::rwg(x, unit, ranvar = (A^2 - 1) / 12)``, ``rwg.j``, ``ad.m(x, unit, type = "mean")``
    """
    complete, units = answers_in_units(items, unit)
    k, method = complete.shape[1], _method(complete.shape[1], null)
    facts: Facts = {"level": validate_level(level), "method": method}
    expected = _null_variance(complete, categories, null)
    table = _by_unit(complete, units, expected)
    known = table[table["n"] >= FEWEST]
    facts["n"] = len(known)
    parts: Facts = {"k": k, "units": table, "null": expected if expected > 0 else None}
    if known.empty or expected <= 0:
        reason = NO_UNIT if known.empty else NO_SPREAD
        return WithinGroup(**absent(Status.NO_DATA, reason, facts), ad=None, **parts)
    lower, upper = _mean_limits(known["rwg"].to_numpy(), facts["level"])
    remarks = [BEYOND] if known["beyond"].any() else []
    remarks += [ONE_UNIT] if len(known) == 1 else []
    return WithinGroup(
        value=float(known["rwg"].mean()),
        lower=lower,
        upper=upper,
        reason=" ".join(remarks),
        ad=float(known["ad"].mean()),
        **parts,
        **facts,
    )


def answers_in_units(values: pd.DataFrame, unit: Sequence[object] | pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    """Return the complete rows whose unit is known, and their units, with the same fresh index.

    Raises
    ------
    WrongShape
        When the two are not equally many, or values are not numbers.
    """
    rows = numeric(values, "respondents × items").reset_index(drop=True)
    names = pd.Series(unit).reset_index(drop=True)
    if len(names) != len(rows):
        raise WrongShape(f"unit must have one entry per row of answers, got {len(names)} and {len(rows)}")
    kept = rows.notna().all(axis=1) & names.notna()
    return rows[kept].reset_index(drop=True), names[kept].reset_index(drop=True)


def _method(k: int, null: Sequence[float] | None) -> str:
    name = "rwg" if k == 1 else f"rwg(j), {k} frågor"
    return f"{name} mot {'jämn fördelning' if null is None else 'angiven fördelning'}, medel över enheter, t"


def _null_variance(items: pd.DataFrame, categories: int | None, null: Sequence[float] | None) -> float:
    """Return the variance of an answer at random; 0 on a scale of one step."""
    span = 0 if items.empty else int(items.max(axis=None) - items.min(axis=None)) + 1
    steps = len(null) if null is not None else span if categories is None else categories
    if steps < span or (categories is not None and steps != categories):
        raise WrongShape(
            f"categories and null must name every step of the scale; {steps} steps cannot hold the answers"
        )
    if null is None:
        return (steps**2 - 1) / 12
    shares = np.asarray(null, dtype=float)
    if (shares < 0).any() or abs(shares.sum() - 1) > 1e-6:
        raise WrongShape("null must be one share per step of the scale, with the sum 1")
    places = np.arange(len(shares))
    return float(shares @ places**2 - (shares @ places) ** 2)


def _by_unit(items: pd.DataFrame, units: pd.Series, expected: float) -> pd.DataFrame:
    """Return one row per unit, in the order they first come; nan where a unit has one answer."""
    place, names = pd.factorize(units)
    n = np.bincount(place, minlength=len(names))
    several = np.where(n >= FEWEST, n, np.nan)

    def in_unit(columns: Array) -> Array:
        """Return each unit's sum of each column."""
        return np.array([np.bincount(place, column, len(names)) for column in columns.T]).T

    rows = items.to_numpy()
    off = rows - (in_unit(rows) / n[:, np.newaxis])[place]
    spread = in_unit(off**2).mean(axis=1) / (several - 1)
    share = np.maximum(0, 1 - spread / expected) if expected > 0 else spread * np.nan
    k = items.shape[1]
    return pd.DataFrame(
        {
            "unit": names,
            "n": n,
            "rwg": k * share / (1 + (k - 1) * share),
            "ad": in_unit(np.abs(off)).mean(axis=1) / several,
            "beyond": spread > expected,
        }
    )[UNIT_COLUMNS]


def _mean_limits(values: Array, level: float) -> tuple[float | None, float | None]:
    n = len(values)
    if n < 2:
        return None, None
    half = special.stdtrit(n - 1, (1 + level) / 2) * values.std(ddof=1) / np.sqrt(n)
    mean = values.mean()
    return float(max(mean - half, 0.0)), float(min(mean + half, 1.0))
