"""Invented coefficients of change and hypotheses, so that tables, figures and sentences can be checked word by word."""

from __future__ import annotations

from datetime import date

from finsam_eval.hypotheses import Hypotheses
from finsam_eval.psychometrics.change_rows import A_CHANGE_ALREADY, LINKING, WEAK
from finsam_eval.psychometrics.questionnaires import ANOTHER_MEANING
from tests.psychometric_frames import Row, coefficient, nothing

EXIT = {"respondent_group": "deltagare", "occasion": "avslut"}


def change(
    item: str = "K01b", srm: float = 0.3, lower: float = 0.1, upper: float = 0.5, least: float | None = None
) -> list[Row]:
    """Every coefficient of a question asked twice; without `least` its anchor is weak."""
    rows = [
        coefficient("item", item, "medelforandring", 0.25, 0.1, 0.4, 120),
        coefficient("item", item, "srm", srm, lower, upper, 120),
        coefficient("item", item, "es", 0.28, 0.12, 0.44, 120),
        coefficient("item", item, "forandring_lag_start", 0.8, float("nan"), float("nan"), 60),
        coefficient("item", item, "slump_lag_start", 0.2, float("nan"), float("nan"), 60),
        *(coefficient("item", item, name, least or 0, 0.1, 1.9, 118) for name in ("mic_ankare", "mic_prediktiv")),
    ]
    if least is None:
        rows[5:] = [{**nothing(row, "ej tillämpligt", 118), "reason": WEAK} for row in rows[5:]]
    return [{**row, **EXIT} for row in rows]


def flagged(item: str) -> list[Row]:
    """A question that is not differenced."""
    reason = A_CHANGE_ALREADY if item.startswith("K07") else ANOTHER_MEANING
    names = ("medelforandring", "srm", "es", "mic_ankare", "mic_prediktiv")
    rows = [coefficient("item", item, name, 0, 0, 0, 90) for name in names]
    return [{**nothing(row, "ej tillämpligt", 90), **EXIT, "reason": reason} for row in rows]


def sdc(item: str = "K01a", value: float = 1.45) -> Row:
    """The smallest detectable change of a question asked again during the insats."""
    return coefficient("item", item, "sdc", value, 1.2, 1.7, 160)


def links() -> list[Row]:
    """How many can be followed."""
    rows = [
        coefficient(LINKING, "deltagare", "lankade", 0.7, 0.66, 0.74, 650),
        coefficient(LINKING, "deltagare", "anonyma", 0.05, 0.04, 0.07, 1600),
    ]
    return [{**row, **EXIT} for row in rows]


EXPECTED = [{"sign": "positiv", "at_least": 0.3}, {"at_least": -0.3, "at_most": 0.3}, {"sign": "negativ"}]


def hypotheses() -> Hypotheses:
    """One of each kind."""
    kinds = [
        {"kind": "korrelation", "measure_a": "K01b", "measure_b": "K02b"},
        {"kind": "skillnad", "measure_a": "K01b", "groups": "kon"},
        {"kind": "forandring", "measure_a": "K02a"},
    ]
    rows = [
        {"id": f"H{n}", "text": f"Påstående <{n}>", "source": "s", **kind, "expected": expected}
        for n, (kind, expected) in enumerate(zip(kinds, EXPECTED, strict=True), 1)
    ]
    return Hypotheses(decided_by="Styr<grupp>", decided_on=date(2024, 11, 15), hypotheses=rows)


def found(share: float = 2 / 3, held: str = "obestämd") -> list[Row]:
    """What came of them."""
    rows = [
        {**coefficient("hypotes", "H1", "korrelation", 0.5, 0.4, 0.6, 600), "reason": "bekräftad"},
        {**coefficient("hypotes", "H2", "skillnad", 0.01, -0.15, 0.16, 620), "reason": "bekräftad"},
        {**coefficient("hypotes", "H3", "forandring", -0.05, -0.14, 0.04, 440), "reason": "obestämd"},
        {**coefficient("hypotes", "alla", "andel_bekraftade", share, share, 1, 440), "reason": held, "k": 3},
    ]
    return [{**row, **EXIT} for row in rows]
