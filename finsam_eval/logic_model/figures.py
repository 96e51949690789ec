"""One observed figure, published or entered: judged as far as it goes, and checked against itself."""

from __future__ import annotations

from typing import Any

import pandas as pd

from finsam_eval.logic_model.judging import compare, judge, judge_between, level_only
from finsam_eval.logic_model.model import Goal, Indicator
from finsam_eval.logic_model.printed import fits, possible_bases
from finsam_eval.results import Status
from finsam_eval.swedish import DASH, percent

NOTHING = "Ingen uppgift finns."
ONLY_PERCENT = "Hur många det är sägs inte, bara hur stor andel: den kan varken kontrolleras eller bedömas."
NO_BASE = "Hur många det räknas på är inte känt och går inte att räkna ut."
NOT_DRAWN = "Bara utfallet bedöms: måttet är inget urval av svar som slumpen kan räknas på."
NO_SPREAD = "Bara utfallet bedöms: spridningen bakom medelvärdet är inte känd."
NO_TARGET = "Inget mål är satt."
FITS, DOES_NOT_FIT = "stämmer", "stämmer inte"


def judge_figure(indicator: Indicator, goal: Goal | None, row: pd.Series | None) -> dict[str, Any]:
    """Return one row of `observations` as columns of an evaluation; without a row there is no data.

    A share needs x and n. With x and a printed percentage but no n, the target is judged at both ends of the n that
    give that percentage; a percentage alone is never judged. A hidden row keeps its status and reason.
    """
    if row is None:
        return missing(Status.NO_DATA, NOTHING)
    about = {name: row[name] for name in ("kind", "source", "printed", "printed_status", "x", "n")}
    if row.get("status", Status.OK) != Status.OK:
        return {**about, **missing(Status(row["status"]), row["reason"])}
    if indicator.measure != "share":
        return {**about, **_outcome_only(indicator, goal, row)}
    target = (goal.value, indicator.operator(goal)) if goal and goal.value is not None else None
    if pd.notna(row["x"]) and pd.notna(row["n"]):
        return {**about, **_counted(int(row["x"]), int(row["n"]), row["printed"], target)}
    if pd.notna(row["x"]):
        return {**about, **_without_n(row, target)}
    told = row["printed"] or pd.notna(row["value"]) or pd.notna(row["n"])
    return {**about, **(missing(Status.NOT_APPLICABLE, ONLY_PERCENT) if told else missing(Status.NO_DATA, NOTHING))}


def _counted(x: int, n: int, printed: str, target: tuple[float, str] | None) -> dict[str, Any]:
    """Judge x of n, and check the percentage that was printed beside them."""
    if n == 0:
        return missing(Status.NO_DATA, NOTHING)
    told = judge(x, n, *target) if target else level_only(x, n)
    check = "" if not printed else FITS if fits(x, n, printed) else DOES_NOT_FIT
    wrong = f"{x} av {n} är {_as_printed(x / n, printed)}, tryckt är {_sign(printed)}." if check == DOES_NOT_FIT else ""
    return {**told, "check": check, "status": Status.OK, "reason": _sentences(wrong, "" if target else NO_TARGET)}


def _without_n(row: pd.Series, target: tuple[float, str] | None) -> dict[str, Any]:
    """Judge x at both ends of the n that its printed percentage allows."""
    x, printed = int(row["x"]), row["printed"]
    if not printed:
        return missing(Status.NOT_APPLICABLE, NO_BASE)
    bases = possible_bases(x, printed)
    if bases is None:
        return {
            **missing(Status.NOT_APPLICABLE, f"Inget antal finns som {x} är {_sign(printed)} av."),
            "check": DOES_NOT_FIT,
        }
    fewest, most = bases
    named = _mentioned(x, row["mentioned"], printed)
    check = {"base_low": fewest, "base_high": most, "check": DOES_NOT_FIT if named else ""}
    if most is None:
        return {
            **missing(Status.NOT_APPLICABLE, "Hur många det räknas på är inte tryckt och går inte att räkna ut."),
            **check,
        }
    span = f"{fewest}" if fewest == most else f"{fewest}{DASH}{most}"
    assumed = f"Hur många det räknas på är inte tryckt; {x} blir {_sign(printed)} av {span}."
    judged = judge_between(x, fewest, most, *target) if target else {}
    judged_at = "Målet är bedömt vid båda ändarna." if target else NO_TARGET
    return {**judged, **check, "status": Status.OK, "reason": _sentences(assumed, judged_at, named)}


def _mentioned(x: int, mentioned: Any, printed: str) -> str:
    """Say that the number named beside a share cannot be what it is a share of; nothing where it can."""
    if pd.isna(mentioned) or (mentioned >= x and fits(x, mentioned, printed)):
        return ""
    if mentioned < max(x, 1):
        return f"Det nämnda talet {mentioned} är mindre än {x}."
    return f"Det nämnda talet {mentioned} ger {_as_printed(x / mentioned, printed)}, tryckt är {_sign(printed)}."


def _outcome_only(indicator: Indicator, goal: Goal | None, row: pd.Series) -> dict[str, Any]:
    """Compare a count, a mean, an amount or a yes with its target: a fact, without interval."""
    value = row["x"] if indicator.measure == "count" and pd.isna(row["value"]) else row["value"]
    if pd.isna(value):
        return missing(Status.NO_DATA, NOTHING)
    told = {"value": float(value), "method": "utfall", "status": Status.OK}
    if goal is None or goal.value is None:
        return {**told, "reason": NO_TARGET}
    outcome = compare(float(value), goal.value, indicator.operator(goal))
    return {**told, "outcome": outcome, "reason": NO_SPREAD if indicator.measure == "mean" else NOT_DRAWN}


def missing(status: Status, reason: str) -> dict[str, Any]:
    """Return the columns of a number that does not exist, and why."""
    return {"status": status, "reason": reason}


def _sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _as_printed(share: float, printed: str) -> str:
    return percent(share, len(printed.partition(".")[2]))


def _sign(printed: str) -> str:
    return f"{printed.replace('.', ',')}\N{NO-BREAK SPACE}%"
