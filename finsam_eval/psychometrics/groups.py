"""Does a coefficient differ between women and men? Each on its own, and the difference between them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from finsam_eval.errors import WrongShape
from finsam_eval.results import RECORD_COLUMNS, Estimate, Status, no_value
from finsam_eval.stats.intervals import difference_limits

FEWEST = 30
"""Persons in a group, at least, for a coefficient of its own: fewer is a poor sample by COSMIN's checklist (Terwee,
Mokkink, Knol, Ostelo, Bouter & de Vet 2012, Qual Life Res 21:651–657)."""

WOMEN, MEN, BETWEEN = "kvinna", "man", "kvinna − man"

TOO_FEW = "Färre än {} svar i gruppen: för få för en egen koefficient."
ONE_TOO_SMALL = "Färre än {} svar i en av grupperna: skillnaden går inte att pröva."
ONE_UNKNOWN = "Värdet eller dess osäkerhet saknas i en av grupperna."

METHOD = "skillnad mellan oberoende grupper, MOVER"


def estimate_difference(first: Estimate, second: Estimate, fewest: int = FEWEST) -> Estimate:
    """Return first − second, estimates of the same coefficient in two independent groups, with an interval.

    The interval is made of the two (MOVER): it is as lopsided as they are and asks for no standard error. The groups
    differ at level where it does not hold 0. n is that of both.
    A status in place of a value: cannot be compared where a group has fewer than `fewest`, or lacks value or limits.

    Raises
    ------
    WrongShape
        When the two have intervals of different levels.

    References: Zou & Donner (2008), Stat Med 27:1693–1702; for correlations: Zou (2007), Psychol Methods 12:399–413.
    In R: ``d <- a - b; c(d - sqrt((a - la)^2 + (ub - b)^2), d + sqrt((ua - a)^2 + (b - lb)^2))``
    """
    if first.level != second.level:
        raise WrongShape(f"first and second must have intervals of one level, got {first.level} and {second.level}")
    level, n = first.level, first.n + second.n
    if min(first.n, second.n) < fewest:
        return no_value(Status.NOT_COMPARABLE, ONE_TOO_SMALL.format(fewest), method=METHOD, n=n, level=level)
    values = [(found.value, found.lower, found.upper) for found in (first, second)]
    (a, la, ua), (b, lb, ub) = values
    if a is None or la is None or ua is None or b is None or lb is None or ub is None:
        return no_value(Status.NOT_COMPARABLE, ONE_UNKNOWN, method=METHOD, n=n, level=level)
    lower, upper = difference_limits(a, (la, ua), b, (lb, ub))
    return Estimate(value=a - b, lower=float(lower), upper=float(upper), level=level, method=METHOD, n=n)


def women_and_men(
    answers: pd.DataFrame, gender: pd.Series, coefficient: Callable[[pd.DataFrame], Estimate], fewest: int = FEWEST
) -> pd.DataFrame:
    """Return a coefficient of women, of men, and the difference between them.

    answers : DataFrame that `coefficient` takes, one row per person.
    gender : one per row of `answers`, in the same order; others than kvinna and man are in neither group.

    Returns
    -------
    DataFrame
        gender (kvinna, man, kvinna − man) and the columns of a record. A group with fewer than `fewest` has no value:
        its status is "kan inte jämföras".

    Raises
    ------
    WrongShape
        When gender and answers are not equally many.
    """
    if len(gender) != len(answers):
        raise WrongShape(f"gender must have one entry per row of answers, got {len(gender)} and {len(answers)}")
    found = {name: coefficient(answers[(gender == name).to_numpy()]) for name in (WOMEN, MEN)}
    rows = {name: _refused_if_few(own, fewest) for name, own in found.items()}
    rows[BETWEEN] = estimate_difference(found[WOMEN], found[MEN], fewest)
    frames = [own.to_frame()[RECORD_COLUMNS].assign(gender=name) for name, own in rows.items()]
    return pd.concat(frames, ignore_index=True)[["gender", *RECORD_COLUMNS]]


def _refused_if_few(found: Estimate, fewest: int) -> Estimate:
    if found.n >= fewest:
        return found
    return no_value(Status.NOT_COMPARABLE, TOO_FEW.format(fewest), method=found.method, n=found.n, level=found.level)
