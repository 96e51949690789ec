"""Parts of a whole: added up only where nobody can be in two of them and none is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from finsam_eval.logic_model.model import Indicator, LogicModel
from finsam_eval.results import Status

SUMS = ["whole", "title", "period", "gender", "number", "part", "part_title", "part_number", "sum", "check", "reason"]
"""Columns of `sums`."""

OVERLAPPING = "En person kan räknas i flera delar, så de läggs inte ihop."
NOT_SAID = "Det sägs inte om en person kan räknas i flera delar, så de läggs inte ihop."
UNKNOWN = "Minst en del är okänd. Okänt är inte noll, så ingen summa sägs."
MORE = "Delarna är tillsammans fler än helheten: någon är räknad i flera."
LESS = "Delarna är tillsammans färre än helheten: någon är inte med i någon del."
FITS, DOES_NOT_FIT = "stämmer", "stämmer inte"


def sums(model: LogicModel, evaluation: pd.DataFrame) -> pd.DataFrame:
    """Return every whole with its parts, one row a part, and their sum where there is one.

    An indicator is a part through `part_of`; the whole's `parts` says "separate" or "overlapping". Only separate parts
    that are all known are added, and `check` tells whether they come to the whole. Where parts that are not said to be
    separate come to more than the whole, `reason` says that they overlap.

    Returns
    -------
    DataFrame
        Columns of `SUMS`; numbers of persons or things, blank where not known.
    """
    rows = []
    for whole in model.indicators:
        parts = [indicator for indicator in model.indicators if indicator.part_of == whole.id]
        for period, gender in _cells(evaluation, [whole, *parts]) if parts else []:
            rows += _of_one(whole, parts, evaluation, period, gender)
    whole_numbers = ["number", "part_number", "sum"]
    types = {name: "float64" if name in whole_numbers else "str" for name in SUMS}
    return pd.DataFrame(rows, columns=SUMS).astype(types)


def _cells(evaluation: pd.DataFrame, indicators: Sequence[Indicator]) -> list[tuple[str, str]]:
    own = evaluation[evaluation["indicator"].isin([one.id for one in indicators]) & (evaluation["status"] == Status.OK)]
    return list(dict.fromkeys(zip(own["period"], own["gender"], strict=True)))


def _of_one(
    whole: Indicator, parts: Sequence[Indicator], evaluation: pd.DataFrame, period: str, gender: str
) -> list[dict[str, Any]]:
    number = _number(evaluation, whole, period, gender)
    counts = [_number(evaluation, part, period, gender) for part in parts]
    known = [count for count in counts if count is not None]
    complete = len(known) == len(counts)
    told = {"whole": whole.id, "title": whole.title, "period": period, "gender": gender, "number": number}
    added = sum(known) if whole.parts == "separate" and complete else None
    told |= {"sum": added, "check": _check(added, number), "reason": _reason(whole, known, complete, number)}
    return [
        {**told, "part": part.id, "part_title": part.title, "part_number": count}
        for part, count in zip(parts, counts, strict=True)
    ]


def _number(evaluation: pd.DataFrame, indicator: Indicator, period: str, gender: str) -> float | None:
    """Return how many an indicator counts: x, or the value of a count or an amount; None where it is not known."""
    same = (evaluation["indicator"] == indicator.id) & (evaluation["period"] == period)
    rows = evaluation[same & (evaluation["gender"] == gender) & (evaluation["status"] == Status.OK)]
    if rows.empty:
        return None
    row = rows.iloc[0]
    number = row["value"] if indicator.measure in ("count", "amount") else row["x"]
    return None if pd.isna(number) else float(number)


def _check(added: float | None, number: float | None) -> str:
    if added is None or number is None:
        return ""
    return FITS if added == number else DOES_NOT_FIT


def _reason(whole: Indicator, known: Sequence[float], complete: bool, number: float | None) -> str:
    too_many = MORE if number is not None and sum(known) > number else ""
    if whole.parts == "separate":
        too_few = LESS if complete and number is not None and sum(known) < number else ""
        return " ".join(part for part in ("" if complete else UNKNOWN, too_many, too_few) if part)
    return " ".join(part for part in (OVERLAPPING if whole.parts else NOT_SAID, too_many) if part)
