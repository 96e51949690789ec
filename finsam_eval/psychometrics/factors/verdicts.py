"""What may be compared between groups, or occasions, after the steps that hold? In one sentence."""

from __future__ import annotations

import pandas as pd

from finsam_eval.psychometrics.factors.equality import Freed
from finsam_eval.results import Status

HOLDS, NEARLY, FAILS, UNTESTED = "håller", "nästan", "håller inte", "prövas inte"

SIGNIFICANT = 0.05
MOST_FALL = 0.01
"""Cheung & Rensvold (2002): a fall of CFI beyond this is one that matters."""

LEAST_CFI = 0.90
"""Below this a model fits badly before anything is asked to be equal (Bentler & Bonett 1980)."""

ORDERED_SAYS = {
    "configural": "Svarsstegen betyder inte detsamma för alla {who}: varken samband, spridning eller medelvärden får "
    "jämföras.",
    "thresholds": "Svarsstegen betyder detsamma för alla {who}, men frågorna hänger olika starkt ihop med faktorerna: "
    "varken samband, spridning eller medelvärden får jämföras.",
    "loadings": "Faktorernas samband och spridning får jämföras mellan {who}, men inte deras medelvärden.",
    "intercepts": "Faktorernas samband, spridning och medelvärden får jämföras mellan {who}.",
}
CONTINUOUS_SAYS = {
    "configural": "Samma frågor hör ihop i alla {who}, men olika starkt: varken samband, spridning eller medelvärden "
    "får jämföras.",
    "metric": "Faktorernas samband och spridning får jämföras mellan {who}, men inte deras medelvärden.",
    "scalar": "Faktorernas samband, spridning och medelvärden får jämföras mellan {who}, men frågorna mäter olika "
    "säkert: jämför inte observerade summors spridning eller samband.",
    "strict": "Faktorernas samband, spridning och medelvärden får jämföras mellan {who}, och så får summor av svaren.",
}
SMALL = "Avvikelserna på vägen dit är säkerställda men små (CFI sjunker högst 0,01)."
POOR = "Modellen passar dåligt redan utan krav på likhet (CFI under 0,90): jämförelsen vilar på osäker grund."
STOPPED = "Nästa steg har ingen lösning."
PARTLY = "Undantagna från kraven: {free}."


def verdict_of(p: float | None, fall: float | None) -> str:
    """Return whether a step holds: by the test of the difference, else nearly so by how little CFI falls."""
    if p is not None and p >= SIGNIFICANT:
        return HOLDS
    return NEARLY if fall is not None and fall >= -MOST_FALL else FAILS


def conclusion_of(steps: pd.DataFrame, ordered: bool, occasions: bool, free: Freed) -> tuple[str, str]:
    """Return the last step up to which all hold, and what may be compared then.

    steps : step, verdict, status, cfi and cfi_scaled, the freest first.
    """
    kept = steps[(steps["status"] == Status.OK) & (steps["verdict"] != FAILS)]
    failed = steps.index[(steps["status"] != Status.OK) | (steps["verdict"] == FAILS)]
    kept = kept[kept.index < failed.min()] if len(failed) else kept
    last = str(kept["step"].iloc[-1])
    says = [(ORDERED_SAYS if ordered else CONTINUOUS_SAYS)[last].format(who="tillfällen" if occasions else "grupper")]
    scaled, plain = kept[["cfi_scaled", "cfi"]].iloc[0]
    says += [SMALL] if (kept["verdict"] == NEARLY).any() else []
    says += [PARTLY.format(free=", ".join(f"{kind} {item}" for kind, item in sorted(free)))] if free else []
    says += [STOPPED] if len(failed) and steps.loc[failed.min(), "status"] != Status.OK else []
    says += [POOR] if (plain if pd.isna(scaled) else scaled) < LEAST_CFI else []
    return last, " ".join(says)
