"""A number against a target, at least or at most: the same judgement from either side."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

import pandas as pd

from finsam_eval.compare import Verdict, judge_target, proportion_interval
from finsam_eval.compare.targets import TargetJudgement
from finsam_eval.results import LEVEL

Judged = dict[str, Any]
"""Columns of an evaluation, as far as known: value, limits, outcome, verdict, probability, short."""


def judge(x: int, n: int, target: float, operator: str, *, level: float = LEVEL) -> Judged:
    """Return how x of n stand against a target share; n is above 0.

    At most t is judged as at least 1 − t of the others, so that both ways follow one rule (`compare.judge_target`).
    `short` is then how many too many there are.
    """
    if operator == ">=":
        return _columns(judge_target(x, n, target, level=level))
    others = judge_target(n - x, n, float(1 - Fraction(str(target))), level=level)
    limits = {"value": x / n, "lower": _rest(others.upper), "upper": _rest(others.lower)}
    return {**_columns(others), **limits}


def judge_record(row: pd.Series, target: float, operator: str) -> Judged:
    """Return a record `mal` as columns; one of at most is turned, since records are judged as at least."""
    names = ["n", "value", "lower", "upper", "level", "method", "outcome", "verdict", "probability", "short"]
    told = {name: row[name] for name in names}
    x, n = round(float(row["value"]) * int(row["n"])), int(row["n"])
    told["x"] = x
    if operator == ">=":
        return told
    excess = max(x - floor(n * Fraction(str(target))), 0)
    return {
        **told,
        "outcome": str(Verdict.NOT_REACHED if excess else Verdict.REACHED),
        "verdict": _at_most(float(row["lower"]), float(row["upper"]), target),
        "probability": 1 - float(row["probability"]),
        "short": excess,
    }


def judge_between(x: int, fewest: int, most: int, target: float, operator: str) -> Judged:
    """Return what holds for x of n whichever n from `fewest` to `most` is true.

    The limits are those of the widest span, the outcome and the verdict those that both ends share: between them they
    cannot differ, since the share only falls as n grows. Probability and how many are short are left out.
    """
    ends = [judge(x, n, target, operator) for n in (fewest, most)]
    outcomes, verdicts = ({end[name] for end in ends} for name in ("outcome", "verdict"))
    return {
        "lower": min(end["lower"] for end in ends),
        "upper": max(end["upper"] for end in ends),
        "level": ends[0]["level"],
        "method": ends[0]["method"].partition(";")[0] + ", i båda ändar av möjliga n",
        "outcome": outcomes.pop() if len(outcomes) == 1 else str(Verdict.UNDECIDED),
        "verdict": verdicts.pop() if len(verdicts) == 1 else str(Verdict.UNDECIDED),
    }


def level_only(x: int, n: int) -> Judged:
    """Return the share of x in n with its interval, where no target is set."""
    share = proportion_interval(x, n)
    return {name: getattr(share, name) for name in ("value", "lower", "upper", "level", "method")}


def compare(value: float, target: float, operator: str) -> str:
    """Return whether a number that is no share reaches its target: a fact."""
    reached = {">=": value >= target, "<=": value <= target, "=": value == target}[operator]
    return str(Verdict.REACHED if reached else Verdict.NOT_REACHED)


def _at_most(lower: float, upper: float, target: float) -> str:
    if upper <= target:
        return str(Verdict.REACHED)
    return str(Verdict.NOT_REACHED if lower > target else Verdict.UNDECIDED)


def _columns(judged: TargetJudgement) -> Judged:
    names = ("value", "lower", "upper", "level", "method", "outcome", "verdict", "probability", "short")
    return {name: getattr(judged, name) for name in names}


def _rest(limit: float | None) -> float | None:
    return None if limit is None else 1 - limit
