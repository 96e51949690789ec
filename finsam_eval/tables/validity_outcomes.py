"""What was answered at the end against what came of it, as tables: for the internal notebook and a released report."""

from __future__ import annotations

import math

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.language import headings, retold, said
from finsam_eval.psychometrics.outcome_rows import ADDED, APART, BOTH, OTHER, OWN
from finsam_eval.psychometrics.rows import DYAD, ITEM, ITEM_SET
from finsam_eval.results import Status
from finsam_eval.swedish import DASH, decimal, whole
from finsam_eval.tables.instrument import briefly, whom
from finsam_eval.tables.reliability import grouped, value_cell
from finsam_eval.tables.shared import Table

SIDES = {
    OWN: "Den förstes svar",
    OTHER: "Den andres svar",
    BOTH: "Båda ihop",
    APART: "Den förstes minus den andres",
    ADDED: "Vad den andre tillför",
}


def foretold(codebook: Codebook, coefficients: pd.DataFrame) -> Table | None:
    """Per question and set at the end, and per outcome: how well the answer tells who had it, and a step's odds."""
    rows = [
        [
            _asked(codebook, kind, key, found),
            said(codebook.item(outcome).text),
            _count(found[f"auc:{outcome}"]),
            value_cell(found[f"auc:{outcome}"]),
            value_cell(found.get(f"log_odds:{outcome}"), _odds),
        ]
        for kind in (ITEM_SET, ITEM)
        for key, found in grouped(coefficients, kind)
        for outcome in _outcomes(found, "auc")
    ]
    columns = headings("Fråga och vem", "Utfall", "Personer", "AUC", "Odds per skalsteg")
    return (
        Table(said("Svar vid avslut mot vad som sedan hände (95-procentsintervall)"), columns, rows) if rows else None
    )


def foretold_by_two_sides(codebook: Codebook, coefficients: pd.DataFrame) -> Table | None:
    """Per indicator that two sides confirm, and per outcome: what each side tells, both together, and what differs."""
    rows = [
        [
            retold(found[f"{OWN}:{outcome}"]["label"]),
            said(codebook.item(outcome).text),
            _count(found[f"{BOTH}:{outcome}"]),
            *(value_cell(found.get(f"{side}:{outcome}")) for side in SIDES),
        ]
        for _, found in grouped(coefficients, DYAD)
        for outcome in _outcomes(found, OWN)
    ]
    columns = headings("Fråga", "Utfall", "Par", *SIDES.values())
    return Table(said("Två sidor mot vad som sedan hände: AUC (95-procentsintervall)"), columns, rows) if rows else None


def linked_answers(codebook: Codebook, linkage: pd.DataFrame) -> Table:
    """Per group and outcome: how many who answered at the end could be followed. For inside only."""
    counts = ["answered", "anonymous", "unlinked", "not_known", "had", "had_not"]
    rows = [
        [
            codebook.group_label(row["respondent_group"]),
            codebook.item(row["outcome"]).text,
            *(whole(row[name]) for name in counts),
        ]
        for _, row in linkage.iterrows()
    ]
    columns = [
        "Vem",
        "Utfall",
        "Svarat",
        "Anonyma",
        "Utan koppling",
        "Utfall inte känt",
        "Hade utfallet",
        "Hade det inte",
    ]
    return Table("Svar vid avslut som går att följa (INTERN)", columns, rows, empty="ingen har svarat vid avslut.")


def _asked(codebook: Codebook, kind: str, key: tuple[str, str, str], found: dict[str, pd.Series]) -> str:
    if kind == ITEM:
        return briefly(codebook, *key)
    label = said(next(iter(found.values()))["label"])
    return said("{label}, medelvärdet ({whom})", label=label, whom=whom(codebook, key[0], key[1]))


def _outcomes(found: dict[str, pd.Series], statistic: str) -> list[str]:
    """Return the outcomes that a question is held against, by what is computed of it."""
    return [name.split(":", 1)[1] for name in found if name.startswith(f"{statistic}:")]


def _odds(value: float) -> str:
    return decimal(math.exp(value), 2)


def _count(row: pd.Series) -> str:
    hidden = pd.isna(row["n"]) or row["status"] == Status.SUPPRESSED
    return DASH if hidden else whole(row["n"])
