"""Sentences about what the declared item sets measure, as released: what the numbers mean, and whose answers differ."""

from __future__ import annotations

import pandas as pd

from finsam_eval.language import said
from finsam_eval.psychometrics.rows import ITEM, ITEM_SET
from finsam_eval.results import Status
from finsam_eval.swedish import decimal, listing, markdown_text
from finsam_eval.wording.shared import Text, together

CLOSE, NEAR = 0.95, 0.06
"""CFI at least and RMSEA at most of a model that fits well: Hu & Bentler (1999), Structural Equation Modeling 6:1–55."""

WEAK = 0.50
"""A standardised loading below this tells of less than a quarter of the answer's variance."""

SMALL, LARGE = 0.43, 0.64
"""Log odds between groups at the same level: small below, large from; Penfield (2007), Appl Meas Educ 20:335–355."""


def structure(coefficients: pd.DataFrame) -> Text:
    """Whether one factor describes each declared set, and which questions hang loosely in theirs."""
    sets = coefficients[(coefficients["kind"] == ITEM_SET) & coefficients["statistic"].isin(["cfi", "rmsea"])]
    if sets.empty:
        return Text(
            said("Inga frågor har i förväg förts ihop till en grupp, så vad de mäter tillsammans går inte att pröva.")
        )
    rows = _of(coefficients, ITEM, "laddning")
    weak = rows[rows["upper"] < WEAK]
    return Text(
        together(
            *(_fits(part) for _, part in sets.groupby("subject", sort=False)),
            said("*Laddning* säger hur mycket av frågan som är det gemensamma; 1 är allt, 0 inget."),
            said("Säkert under {limit} ligger {items}.", limit=decimal(WEAK, 2), items=_names(weak))
            if len(weak)
            else said("Ingen fråga laddar säkert under {limit}.", limit=decimal(WEAK, 2)),
            said(
                "Att en faktor räcker visar inte vad den är: det säger innehållet, och hur svaren hänger ihop med annat."
            ),
        )
    )


def _fits(part: pd.DataFrame) -> str:
    found = part.set_index("statistic")
    label = markdown_text(said(str(part["label"].iloc[0])))
    if (found["status"] != Status.OK).any():
        return said("*{set}:* modellen har inget svar som kan visas.", set=label)
    cfi, rmsea = float(found.loc["cfi", "value"]), float(found.loc["rmsea", "value"])
    numbers = {"set": label, "cfi": decimal(cfi, 2), "rmsea": decimal(rmsea, 2)}
    if cfi >= CLOSE and rmsea <= NEAR:
        return said("*{set}:* en faktor räcker (CFI {cfi}, RMSEA {rmsea}).", **numbers)
    return said("*{set}:* en faktor räcker inte riktigt (CFI {cfi}, RMSEA {rmsea}).", **numbers)


def read_alike(coefficients: pd.DataFrame) -> Text | None:
    """Which questions women and men at the same level surely answer differently; None where that was not tried."""
    asked = coefficients[(coefficients["kind"] == ITEM) & (coefficients["statistic"] == "dif_kon")]
    if asked.empty:
        return None
    rows = _of(coefficients, ITEM, "dif_kon")
    if rows.empty:
        return Text(said("Om kvinnor och män läser frågorna lika kan inte visas."))
    nearest = rows[["lower", "upper"]].abs().min(axis=1).where(rows["lower"] * rows["upper"] > 0, 0.0)
    large, some = rows[nearest >= LARGE], rows[(nearest >= SMALL) & (nearest < LARGE)]
    alike = rows[rows[["lower", "upper"]].abs().max(axis=1) < LARGE]
    return Text(
        together(
            said(
                "En fråga är rättvis om kvinnor och män som ligger lika högt på de övriga frågorna svarar lika. Skillnaden "
                "mäts i log-odds: under {small} är den liten, från {large} stor (Penfield 2007).",
                small=decimal(SMALL, 2),
                large=decimal(LARGE, 2),
            ),
            _differs(large, said("stor")),
            _differs(some, said("måttlig eller stor")),
            "" if len(large) + len(some) else said("För ingen fråga är skillnaden säkert mer än liten."),
            said("För {n} av {all} är den säkert inte stor.", n=len(alike), all=len(rows)),
            said("En sådan skillnad säger inte vem som har det bättre, bara att frågan inte jämför lika med lika.")
            if len(large) + len(some)
            else "",
        )
    )


def _differs(rows: pd.DataFrame, how: str) -> str:
    if rows.empty:
        return ""
    lower, higher = rows[rows["value"] < 0], rows[rows["value"] > 0]
    told = []
    if len(lower):
        told.append(said("kvinnor svarar lägre än män på {items}", items=_names(lower)))
    if len(higher):
        told.append(said("kvinnor svarar högre än män på {items}", items=_names(higher)))
    return said("Säkert {how} är den här: {told}.", how=how, told=listing(told))


def _of(coefficients: pd.DataFrame, kind: str, statistic: str) -> pd.DataFrame:
    chosen = (coefficients["kind"] == kind) & (coefficients["statistic"] == statistic)
    return coefficients[chosen & (coefficients["status"] == Status.OK)].dropna(subset=["lower", "upper"])


def _names(rows: pd.DataFrame) -> str:
    return markdown_text(listing(list(dict.fromkeys(rows["subject"]))))
