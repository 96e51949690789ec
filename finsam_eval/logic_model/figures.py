"""One observed figure, published or entered: judged as far as it goes, and checked against itself."""

from __future__ import annotations

from typing import Any

import pandas as pd

from finsam_eval.logic_model.judging import compare, judge_goal, level_only, shared_judgement
from finsam_eval.logic_model.model import Goal, Indicator
from finsam_eval.logic_model.printed import fits, possible_bases, possible_counts
from finsam_eval.results import Status
from finsam_eval.swedish import DASH, percent

NOTHING = "Ingen uppgift finns."
ONLY_PERCENT = "Hur många det är sägs inte, bara hur stor andel: den kan varken kontrolleras eller bedömas."
NO_SHARE = "Hur många som nådde dit sägs inte, och inte heller hur stor andel de är."
NO_BASE = "Hur många det räknas på är inte känt och går inte att räkna ut."
NOT_DRAWN = "Bara utfallet bedöms: måttet är inget urval av svar som slumpen kan räknas på."
NO_SPREAD = "Bara utfallet bedöms: spridningen bakom medelvärdet är inte känd."
NO_TARGET = "Inget mål är satt."
NO_EVIDENCE = "Ett ja utan underlag bedöms inte: skriv vilket dokument som visar det."
IN_WORDS = "Beskrivs i ord och bedöms av den som läser underlaget."
UNJUDGED = {"qualitative": IN_WORDS, "undecided": "Måttet är inte bestämt, så siffran går inte att bedöma."}
"""Why no figure of a measure is judged."""

FITS, DOES_NOT_FIT = "stämmer", "stämmer inte"


def judge_figure(indicator: Indicator, goal: Goal | None, row: pd.Series | None) -> dict[str, Any]:
    """Return one row of `observations` as columns of an evaluation; without a row there is no data.

    A share needs x and n. With a printed percentage and only one of them, the target is judged at both ends of what
    the other can be; a percentage alone is never judged. A yes needs a source: the document that shows it. A hidden row
    keeps its status and reason.
    """
    if row is None:
        return missing(Status.NO_DATA, NOTHING)
    about = {name: row[name] for name in ("kind", "source", "printed", "printed_status", "x", "n")}
    if row.get("status", Status.OK) != Status.OK:
        return {**about, **missing(Status(row["status"]), row["reason"])}
    goal = goal if goal and goal.value is not None else None
    if indicator.measure in UNJUDGED:
        reason = UNJUDGED[indicator.measure]
        return {**about, **(missing(Status.NOT_APPLICABLE, reason) if row["source"] else _nothing())}
    return {**about, **(_share if indicator.measure == "share" else _outcome_only)(indicator, goal, row)}


def missing(status: Status, reason: str) -> dict[str, Any]:
    """Return the columns of a number that does not exist, and why."""
    return {"status": status, "reason": reason}


def _nothing() -> dict[str, Any]:
    return missing(Status.NO_DATA, NOTHING)


def _share(indicator: Indicator, goal: Goal | None, row: pd.Series) -> dict[str, Any]:
    knows_x, knows_n = pd.notna(row["x"]), pd.notna(row["n"])
    if knows_x and knows_n:
        return _counted(indicator, goal, int(row["x"]), int(row["n"]), row["printed"])
    if knows_x:
        return _without_n(indicator, goal, row)
    if knows_n and row["printed"]:
        return _without_x(indicator, goal, int(row["n"]), row["printed"])
    if knows_n and pd.isna(row["value"]):
        return missing(Status.NOT_APPLICABLE, NO_SHARE)
    told = row["printed"] or pd.notna(row["value"])
    return missing(Status.NOT_APPLICABLE, ONLY_PERCENT) if told else _nothing()


def _counted(indicator: Indicator, goal: Goal | None, x: int, n: int, printed: str) -> dict[str, Any]:
    """Judge x of n, and check the percentage that was printed beside them."""
    if n == 0:
        return _nothing()
    told = judge_goal(x, n, indicator, goal) if goal else level_only(x, n)
    check = "" if not printed else FITS if fits(x, n, printed) else DOES_NOT_FIT
    wrong = f"{x} av {n} är {_as_printed(x / n, printed)}, tryckt är {_sign(printed)}." if check == DOES_NOT_FIT else ""
    return {**told, "check": check, "status": Status.OK, "reason": _sentences(wrong, "" if goal else NO_TARGET)}


def _without_x(indicator: Indicator, goal: Goal | None, n: int, printed: str) -> dict[str, Any]:
    """Judge the counts that n and the printed percentage allow."""
    counts = possible_counts(n, printed) if n else None
    if counts is None:
        none = f"Inget antal av {n} är {_sign(printed)}." if n else NOTHING
        return {
            **missing(Status.NOT_APPLICABLE if n else Status.NO_DATA, none),
            "check": DOES_NOT_FIT if n else "",
        }
    assumed = f"Antalet är inte tryckt; {_sign(printed)} av {n} är {_span(*counts)}."
    if counts[0] == counts[1]:
        told = _counted(indicator, goal, counts[0], n, "")
        return {**told, "x": counts[0], "reason": _sentences(assumed, told["reason"])}
    return {
        **_at_both_ends(indicator, goal, [(x, n) for x in counts]),
        **_ok(_sentences(assumed, _judged_how(goal))),
    }


def _without_n(indicator: Indicator, goal: Goal | None, row: pd.Series) -> dict[str, Any]:
    """Judge x at both ends of the n that its printed percentage allows."""
    x, printed = int(row["x"]), row["printed"]
    if not printed:
        return missing(Status.NOT_APPLICABLE, NO_BASE)
    bases = possible_bases(x, printed)
    if bases is None:
        told = missing(Status.NOT_APPLICABLE, f"Inget antal finns som {x} är {_sign(printed)} av.")
        return {**told, "check": DOES_NOT_FIT}
    fewest, most = bases
    named = _mentioned(x, row["mentioned"], printed)
    check = {"base_low": fewest, "base_high": most, "check": DOES_NOT_FIT if named else ""}
    if most is None:
        unknown = "Hur många det räknas på är inte tryckt och går inte att räkna ut."
        return {**missing(Status.NOT_APPLICABLE, unknown), **check}
    assumed = f"Hur många det räknas på är inte tryckt; {x} blir {_sign(printed)} av {_span(fewest, most)}."
    judged = _at_both_ends(indicator, goal, [(x, fewest), (x, most)])
    also = _also_of(indicator, goal, x, row["mentioned"], judged) if named else ""
    return {**judged, **check, **_ok(_sentences(assumed, _judged_how(goal), named, also))}


def _at_both_ends(indicator: Indicator, goal: Goal | None, ends: list[tuple[int, int]]) -> dict[str, Any]:
    return shared_judgement([judge_goal(x, n, indicator, goal) for x, n in ends]) if goal else {}


def _also_of(indicator: Indicator, goal: Goal | None, x: int, mentioned: int, judged: dict[str, Any]) -> str:
    """Say what the outcome had been with the number that is named instead."""
    if goal is None or mentioned < max(x, 1):
        return ""
    outcome = judge_goal(x, int(mentioned), indicator, goal)["outcome"]
    same = "också då" if outcome == judged["outcome"] else "då"
    return f"Räknat på {mentioned} är utfallet {same} {outcome}."


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
        return _nothing()
    if indicator.measure == "yes_no" and value == 1 and not row["source"]:
        return missing(Status.NOT_APPLICABLE, NO_EVIDENCE)
    told = {"value": float(value), "method": "utfall", "status": Status.OK}
    if goal is None:
        return {**told, "reason": NO_TARGET}
    outcome = compare(float(value), indicator, goal)
    return {**told, "outcome": outcome, "reason": NO_SPREAD if indicator.measure == "mean" else NOT_DRAWN}


def _ok(reason: str) -> dict[str, Any]:
    return {"status": Status.OK, "reason": reason}


def _judged_how(goal: Goal | None) -> str:
    return "Målet är bedömt vid båda ändarna." if goal else NO_TARGET


def _span(fewest: int, most: int) -> str:
    return f"{fewest}" if fewest == most else f"{fewest}{DASH}{most}"


def _sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _as_printed(share: float, printed: str) -> str:
    return percent(share, len(printed.partition(".")[2]))


def _sign(printed: str) -> str:
    return f"{printed.replace('.', ',')}\N{NO-BREAK SPACE}%"
