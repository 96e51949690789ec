"""What was said beforehand beside what the answers show, as a table."""

from __future__ import annotations

import pandas as pd

from finsam_eval.hypotheses import FORANDRING, KORRELATION, SKILLNAD, Expected, Hypotheses
from finsam_eval.language import headings, said
from finsam_eval.psychometrics.hypotheses import HYPOTES
from finsam_eval.results import Status
from finsam_eval.swedish import DASH, decimal, whole
from finsam_eval.tables.reliability import value_cell
from finsam_eval.tables.shared import Table

MEASURES = {KORRELATION: "korrelation", SKILLNAD: "skillnad i SD", FORANDRING: "förändring i SD"}


def hypotheses_tried(hypotheses: Hypotheses | None, coefficients: pd.DataFrame) -> Table | None:
    """Per hypothesis: what was expected, what was found with its interval, and the verdict; None without any."""
    found = tried(coefficients)
    rows = [
        [
            f"{one.id} {said(one.text)}",
            f"{said(MEASURES[one.kind])} {expected_words(one.expected)}",
            value_cell(found[one.id]),
            whole(found[one.id]["n"]) if found[one.id]["status"] == Status.OK else DASH,
            verdict_of(found[one.id]),
        ]
        for one in (hypotheses.hypotheses if hypotheses else [])
        if one.id in found
    ]
    columns = headings("Hypotes", "Väntat", "Funnet", "Personer", "Omdöme")
    return Table(said("Hypoteser som sattes före svaren"), columns, rows) if rows else None


def tried(coefficients: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the row of each hypothesis, and of all together, by id."""
    rows = coefficients[coefficients["kind"] == HYPOTES]
    return {str(row["subject"]): row for _, row in rows.iterrows()}


def verdict_of(row: pd.Series) -> str:
    """Return a hypothesis' verdict, a dash where it could not be tried or may not be shown."""
    return said(str(row["reason"])) if row["status"] == Status.OK else DASH


def expected_words(expected: Expected) -> str:
    """Return where a value was expected to lie: "minst 0,30", "från −0,30 till 0,30", "över 0"."""
    low, high = expected.at_least, expected.at_most
    if low is not None and high is not None:
        return said("från {low} till {high}", low=decimal(low, 2), high=decimal(high, 2))
    sides = {"positiv": "över {limit}", "negativ": "under {limit}"}
    side = said(sides[expected.sign], limit=0) if expected.sign else ""
    if low is not None:
        told = said("minst {limit}", limit=decimal(low, 2))
        return f"{told}, {side}" if expected.sign == "negativ" else told
    if high is not None:
        told = said("högst {limit}", limit=decimal(high, 2))
        return f"{side}, {told}" if expected.sign == "positiv" else told
    return side
