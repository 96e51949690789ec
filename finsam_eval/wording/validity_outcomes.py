"""Sentences about answers at the end and what came of it: what an AUC means, and what it does not."""

from __future__ import annotations

import math

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.language import retold, said
from finsam_eval.psychometrics.outcome_rows import ADDED, BOTH, FEWEST
from finsam_eval.psychometrics.rows import DYAD, ITEM, ITEM_SET
from finsam_eval.results import Status
from finsam_eval.swedish import between, decimal, markdown_text, whole
from finsam_eval.wording.shared import Text, counted, together

NO_BETTER = 0.5
"""The area of an answer that tells nothing."""


def foretold(codebook: Codebook, coefficients: pd.DataFrame) -> Text:
    """Per outcome: which answer tells it best, in pairs of 100, how many tell it at all, and how to read the odds."""
    rows = coefficients[coefficients["kind"].isin([ITEM, ITEM_SET])]
    areas = rows[rows["statistic"].str.startswith("auc:")]
    if areas.empty:
        return Text(
            said("Inget register säger vad som hände efter insatsen, så svaren går inte att pröva mot utfallet.")
        )
    lines = [_outcome(codebook, str(name), part) for name, part in areas.groupby("statistic", sort=False)]
    lines.append(_odds(rows))
    lines.append(
        said(
            "AUC 0,50 är som att singla slant, 1,00 skiljer alla åt. Ett samband visar inte att svaret *orsakar* utfallet, "
            "och ett svagt samband gör inte frågan dålig: en fråga om bemötande behöver inte förutsäga arbete. Personer i "
            "samma förbund räknas som lika varandra (Obuchowski 1997; DeLong m.fl. 1988)."
        )
    )
    return Text("\n".join(f"- {line}" for line in lines if line))


def foretold_by_two_sides(codebook: Codebook, coefficients: pd.DataFrame) -> Text:
    """Whether the second side's answer adds anything to what the first one's tells of an outcome."""
    rows = coefficients[(coefficients["kind"] == DYAD) & coefficients["statistic"].str.startswith((BOTH, ADDED))]
    told = [_both(codebook, part) for _, part in rows.groupby([_outcome_of(rows), "label"], sort=False)]
    if not told:
        return Text(said("Ingen fråga har två sidors svar som går att hålla mot vad som hände."))
    return Text("\n".join(f"- {line}" for line in told))


def calibration() -> Text:
    """How to read the calibration figure."""
    reading = said(
        "Varje punkt är personer som fick ungefär samma beräknade chans. Ligger punkten på linjen stämde chansen; under "
        "den var den för hög, över den för låg. Chansen för ett förbunds deltagare är räknad på *de andra* förbunden, så "
        "figuren visar hur väl svaren förutsäger där de inte redan är kända. Lutningen är 1 när chanserna är lagom "
        "utspridda och under 1 när de är för tvärsäkra."
    )
    return Text(reading)


def _outcome(codebook: Codebook, statistic: str, rows: pd.DataFrame) -> str:
    label = markdown_text(said(codebook.item(statistic.split(":", 1)[1]).text))
    seen = rows[rows["status"] == Status.OK].dropna(subset=["lower", "upper"])
    if seen.empty:
        return said("”{label}”: inget samband kan visas{why}.", label=label, why=_why(rows))
    best = seen.loc[seen["value"].idxmax()]
    higher, lower = int((seen["lower"] > NO_BETTER).sum()), int((seen["upper"] < NO_BETTER).sum())
    turned = said("{n} hänger ihop åt andra hållet.", n=lower) if lower else ""
    told = said(
        "”{label}”: av två slumpvis valda, en med utfallet och en utan, hade den förste svarat högre på {name} i {cases} fall "
        "av 100 ({lower}–{upper}; lika svar räknas som hälften). Det är det starkaste sambandet. För {higher} av {questions} "
        "ligger hela osäkerheten över 50.",
        label=label,
        name=_name(best),
        cases=_hundred(best["value"]),
        lower=_hundred(best["lower"]),
        upper=_hundred(best["upper"]),
        higher=higher,
        questions=counted(len(seen), "fråga eller grupp", "frågor och grupper"),
    )
    return together(told, turned)


def _odds(rows: pd.DataFrame) -> str:
    """Say what a step means by the question that tells most."""
    seen = rows[rows["statistic"].str.startswith("log_odds:") & (rows["status"] == Status.OK) & (rows["kind"] == ITEM)]
    if seen.empty:
        return ""
    best = seen.loc[seen["value"].idxmax()]
    times, lower, upper = (decimal(math.exp(best[name]), 1) for name in ("value", "lower", "upper"))
    return said(
        "*Odds per skalsteg* jämför personer i samma förbund: för {name} är oddsen {times} gånger så höga för den som svarat "
        "ett steg högre ({lower}–{upper}).",
        name=_name(best),
        times=times,
        lower=lower,
        upper=upper,
    )


def _both(codebook: Codebook, rows: pd.DataFrame) -> str:
    found = {str(row["statistic"]).split(":")[0]: row for _, row in rows.iterrows()}
    joint, added, label = found.get(BOTH), found.get(ADDED), markdown_text(retold(str(rows["label"].iloc[0])))
    outcome = markdown_text(said(codebook.item(str(rows["statistic"].iloc[0]).split(":", 1)[1]).text))
    against = {"label": label, "outcome": outcome}
    if joint is None or joint["status"] != Status.OK:
        return said("{label} mot ”{outcome}”: inget samband kan visas{why}.", **against, why=_why(rows))
    start = said(
        "{label} mot ”{outcome}”: båda svaren ihop pekar rätt i {cases} fall av 100.",
        **against,
        cases=_hundred(joint["value"]),
    )
    return together(start, _added(added))


def _added(added: pd.Series | None) -> str:
    """Say whether the second side's answer adds anything."""
    if added is None or added["status"] != Status.OK or pd.isna(added["lower"]):
        return said("Vad det andra svaret tillför går inte att säga.")
    if added["lower"] > 0:
        return said("Det andra svaret tillför något: {points} fler rätt av 100.", points=_points(added))
    if added["upper"] < 0:
        return said("Ihop pekar de sämre än det första svaret ensamt: {points} av 100.", points=_points(added))
    return said("Om det andra svaret tillför något går inte att avgöra ({points} av 100).", points=_points(added))


def _outcome_of(rows: pd.DataFrame) -> pd.Series:
    return rows["statistic"].str.split(":", n=1).str[1]


def _why(rows: pd.DataFrame) -> str:
    if (rows["status"] == Status.SUPPRESSED).any():
        return said(", av hänsyn till sekretessen")
    few = (rows["status"] == Status.NOT_COMPARABLE).any()
    if few:
        return said(", för färre än {n} hade utfallet eller saknade det", n=FEWEST)
    return said(", för utfallet är inte känt än")


def _name(row: pd.Series) -> str:
    return markdown_text(str(row["subject"]) if row["kind"] == ITEM else said(str(row["label"])))


def _hundred(share: float) -> str:
    return whole(100 * share)


def _points(row: pd.Series) -> str:
    value, lower, upper = (decimal(100 * row[name], 0) for name in ("value", "lower", "upper"))
    return f"{value} ({between(lower, upper)})"
