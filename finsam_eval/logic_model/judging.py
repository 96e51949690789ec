"""A number against a target, at least, at most or between: the same judgement from every side."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import Any

import pandas as pd

from finsam_eval.compare import Verdict, judge_target, proportion_interval
from finsam_eval.compare.targets import TargetJudgement
from finsam_eval.logic_model.model import Goal, Indicator
from finsam_eval.results import LEVEL

Judged = dict[str, Any]
"""Columns of an evaluation, as far as known: value, limits, outcome, verdict, probability, short."""

BOTH_ENDS = ", i båda ändar av det möjliga"


def judge(x: int, n: int, target: float, operator: str, *, upper: float = 1.0, level: float = LEVEL) -> Judged:
    """Return how x of n stand against a target share; n is above 0.

    At most t is judged as at least 1 − t of the others, so that both ways follow one rule (`compare.judge_target`).
    `short` is then how many too many there are. Between `target` and `upper` asks for both.
    """
    if operator == "between":
        return _between(x, n, target, upper, level)
    if operator == ">=":
        return _columns(judge_target(x, n, target, level=level))
    others = judge_target(n - x, n, float(1 - Fraction(str(target))), level=level)
    limits = {"value": x / n, "lower": _rest(others.upper), "upper": _rest(others.lower)}
    return {**_columns(others), **limits}


def judge_goal(x: int, n: int, indicator: Indicator, goal: Goal) -> Judged:
    """Return how x of n stand against a goal that has a value."""
    upper = {} if goal.upper is None else {"upper": goal.upper}
    return judge(x, n, float(goal.value or 0), indicator.operator(goal), **upper)


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


def shared_judgement(ends: Sequence[Judged]) -> Judged:
    """Return what holds whichever of these judgements is the true one.

    They are of the least and the greatest share that can be meant, so that between them nothing else can hold. The
    limits are those of the widest span; probability and how many are short are left out.
    """
    outcomes, verdicts = ({end[name] for end in ends} for name in ("outcome", "verdict"))
    return {
        "lower": min(end["lower"] for end in ends),
        "upper": max(end["upper"] for end in ends),
        "level": ends[0]["level"],
        "method": ends[0]["method"].partition(";")[0] + BOTH_ENDS,
        "outcome": outcomes.pop() if len(outcomes) == 1 else str(Verdict.UNDECIDED),
        "verdict": verdicts.pop() if len(verdicts) == 1 else str(Verdict.UNDECIDED),
    }


def level_only(x: int, n: int) -> Judged:
    """Return the share of x in n with its interval, where no target is set."""
    share = proportion_interval(x, n)
    return {name: getattr(share, name) for name in ("value", "lower", "upper", "level", "method")}


def compare(value: float, indicator: Indicator, goal: Goal) -> str:
    """Return whether a number that is no share reaches its goal, which has a value: a fact."""
    target, operator = float(goal.value or 0), indicator.operator(goal)
    top = target if goal.upper is None else goal.upper
    reached = {
        ">=": value >= target,
        "<=": value <= target,
        "=": value == target,
        "between": target <= value <= top,
    }[operator]
    return str(Verdict.REACHED if reached else Verdict.NOT_REACHED)


def all_reach(said: Sequence[str]) -> str:
    """Return what holds of a demand on several at once: reached when all are, not when one is not.

    An empty word stands for what is not judged: it can be outweighed by one that is not reached, never by those that
    are. Without anything judged the answer is empty.
    """
    if not any(said):
        return ""
    if Verdict.NOT_REACHED in said:
        return str(Verdict.NOT_REACHED)
    return str(Verdict.REACHED if set(said) == {Verdict.REACHED.value} else Verdict.UNDECIDED)


def _between(x: int, n: int, target: float, top: float, level: float) -> Judged:
    """Judge from both sides: at least the one, at most the other; no one can be short and too many at once."""
    low, high = judge(x, n, target, ">=", level=level), judge(x, n, top, "<=", level=level)
    return {
        **low,
        "outcome": all_reach([low["outcome"], high["outcome"]]),
        "verdict": all_reach([low["verdict"], high["verdict"]]),
        "probability": max(low["probability"] + high["probability"] - 1, 0.0),
        "short": low["short"] + high["short"],
    }


def _at_most(lower: float, upper: float, target: float) -> str:
    if upper <= target:
        return str(Verdict.REACHED)
    return str(Verdict.NOT_REACHED if lower > target else Verdict.UNDECIDED)


def _columns(judged: TargetJudgement) -> Judged:
    names = ("value", "lower", "upper", "level", "method", "outcome", "verdict", "probability", "short")
    return {name: getattr(judged, name) for name in names}


def _rest(limit: float | None) -> float | None:
    return None if limit is None else 1 - limit
