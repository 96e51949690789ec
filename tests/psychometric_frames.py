"""Invented coefficients, so that tables, figures and sentences can be checked word by word."""

from __future__ import annotations

import numpy as np
import pandas as pd

from finsam_eval.psychometrics.rows import COEFFICIENT_COLUMNS

UNDER = {"respondent_group": "deltagare", "occasion": "under"}

Row = dict[str, object]


def coefficients(*rows: Row) -> pd.DataFrame:
    """A frame of coefficients."""
    return pd.DataFrame(rows, columns=COEFFICIENT_COLUMNS)


def coefficient(kind: str, subject: str, statistic: str, value: float, lower: float, upper: float, n: int) -> Row:
    """One coefficient that exists."""
    row = {"kind": kind, "subject": subject, "label": subject, **UNDER, "statistic": statistic, "value": value}
    row |= {"lower": lower, "upper": upper, "level": 0.95, "method": f"{statistic}, jackknife", "n": n, "status": "ok"}
    return {**row, "reason": "", "k": 1}


def nothing(row: Row, status: str, n: object = pd.NA) -> Row:
    """The same without a number."""
    return {**row, "value": np.nan, "lower": np.nan, "upper": np.nan, "n": n, "status": status, "reason": "r"}


def item_set(value: float, lower: float, upper: float, n: int, subject: str = "under") -> Row:
    """Alpha of a declared set."""
    row = coefficient("item_set", subject, "alfa", value, lower, upper, n)
    return {**row, "label": "Deltagarpåståenden under insatsen", "k": 7}


def indicator(number: str, *, k: int, n: int, statistic: str = "alfa", **other: str) -> Row:
    """The coefficient of a kärnindikator."""
    row = coefficient("karnindikator", number, statistic, 0.7, 0.6, 0.8, n)
    return {**row, "label": "Rubrik", "k": k, **other}


def retest(item: str, kappa: float = 0.747, lower: float = 0.645, upper: float = 0.821) -> list[Row]:
    """Every coefficient of one item asked twice."""
    return [
        coefficient("item", item, "exakt", 0.61, 0.54, 0.68, 163),
        coefficient("item", item, "vagd_kappa", kappa, lower, upper, 163),
        coefficient("item", item, "icc", 0.741, 0.642, 0.811, 163),
        coefficient("item", item, "sem", 0.522, 0.46, 0.618, 163),
        coefficient("item", item, "sdc", 1.448, 1.275, 1.714, 163),
    ]


def dyad() -> list[Row]:
    """Every coefficient of a matter that both sides answer about."""
    rows = [
        coefficient("dyad", "K03a", "exakt", 0.5, 0.44, 0.55, 313),
        coefficient("dyad", "K03a", "vagd_kappa", 0.51, 0.4, 0.61, 313),
        coefficient("dyad", "K03a", "icc", 0.51, 0.4, 0.61, 313),
    ]
    return [{**row, "label": "K03a och K03c", "k": 2} for row in rows]


def item_row(**other: object) -> Row:
    """The statistics of one item."""
    row = {**UNDER, "item_set": "under", "item": "K01a", "n": 1148, "mean": 4.183, "sd": 0.992, "floor": 0.0218}
    row |= {"ceiling": 0.481, "missing": 0.03, "item_rest": 0.635, "alpha_if_deleted": 0.818}
    return {**row, **other}
