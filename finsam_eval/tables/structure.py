"""What the declared item sets measure, as released, in tables; None where the study has no set."""

from __future__ import annotations

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.language import headings, retold, said
from finsam_eval.psychometrics.rows import ITEM, ITEM_SET
from finsam_eval.results import Status
from finsam_eval.swedish import DASH, decimal, whole
from finsam_eval.tables.instrument import briefly
from finsam_eval.tables.reliability import grouped, value_cell
from finsam_eval.tables.shared import Table

FIT = {"cfi": "CFI", "tli": "TLI", "rmsea": "RMSEA", "srmr": "SRMR", "H": "H"}
STEPS = {"thresholds": "Samma trösklar", "loadings": "Samma laddningar", "intercepts": "Samma intercept"}
OF_ITEM = {"laddning": "Laddning", "H_i": "H för frågan", "dif_kon": "Kvinnor mot män, log-odds"}


def set_structure(coefficients: pd.DataFrame) -> Table | None:
    """Per declared set: how well one factor and one scale describe it."""
    rows = [
        [
            said(str(found["cfi"]["label"])),
            whole(found["cfi"]["k"]),
            _count(found["cfi"]),
            *(value_cell(found.get(name), _two) for name in FIT),
        ]
        for _, found in grouped(coefficients, ITEM_SET)
        if "cfi" in found
    ]
    columns = headings("Grupp av frågor", "Frågor", "Personer", *FIT.values())
    return Table(said("Beskriver en faktor gruppen?"), columns, rows) if rows else None


def item_structure(codebook: Codebook, coefficients: pd.DataFrame) -> Table | None:
    """Per question of a declared set: loading, scalability, and whether women and men on one level answer alike."""
    rows = [
        [
            briefly(codebook, *key),
            _count(found["laddning"]),
            *(value_cell(found.get(name), _two) for name in OF_ITEM),
        ]
        for key, found in grouped(coefficients, ITEM)
        if "laddning" in found
    ]
    columns = headings("Fråga och vem", "Personer", *OF_ITEM.values())
    return Table(said("Frågorna i sin grupp (95-procentsintervall)"), columns, rows) if rows else None


def same_for_both(coefficients: pd.DataFrame) -> Table | None:
    """Per declared set: how much the fit falls when women and men have the same thresholds, loadings, intercepts."""
    rows = [
        [said(str(next(iter(found.values()))["label"])), *(_fall(found.get(f"invarians_kon:{step}")) for step in STEPS)]
        for _, found in grouped(coefficients, ITEM_SET)
        if f"invarians_kon:{next(iter(STEPS))}" in found
    ]
    columns = headings("Grupp av frågor", *STEPS.values())
    return Table(said("Så mycket faller CFI när kvinnor och män får samma modell"), columns, rows) if rows else None


def _fall(row: pd.Series | None) -> str:
    """Return how much CFI changes, with the test that stands first in the method: "−0,003 (p = 0,062: håller)"."""
    if row is None:
        return DASH
    if row["status"] != Status.OK:
        return value_cell(row)
    test = str(row["method"]).split(";")[0].removeprefix("ΔCFI, ")
    return f"{decimal(row['value'], 3)} ({retold(test)})"


def _count(row: pd.Series) -> str:
    return whole(row["n"]) if row["status"] == Status.OK else DASH


def _two(value: float) -> str:
    return decimal(value, 2)
