"""Sentences about a chain's arrows: what the answers say of them, never more than that things go together."""

from __future__ import annotations

from math import exp

import pandas as pd

from finsam_eval.logic_model import LogicModel, chains
from finsam_eval.logic_model.separation import AGAINST
from finsam_eval.logic_model.support import STRENGTHS, SUPPORT_RULE, something_known
from finsam_eval.logic_model.tested import EXPECTED, NOT_MEASURED, OPPOSITE, UNCLEAR
from finsam_eval.results import Status
from finsam_eval.swedish import decimal, listing, markdown_text, percent
from finsam_eval.wording.shared import Text, counted

ONLY_ASSOCIATION = (
    "Ett samband säger att två saker följs åt bland samma personer, inte att den ena leder till den andra. Något tredje "
    "kan ligga bakom båda, eller riktningen vara den motsatta."
)

INSIDE_ONLY = (
    "Sambanden prövas på enskilda svar. De visas bara inom huset, så här bygger stödet på det som är beskrivet i "
    "modellen och på hur rutorna står."
)


def links(model: LogicModel, tested: pd.DataFrame) -> Text:
    """Say along how many arrows the answers show an association, and read the first of them aloud."""
    shown = tested[tested["verdict"] != ""]
    rest = int((tested["reason"] == NOT_MEASURED).sum())
    if shown.empty:
        return Text(f"Ingen av modellens {counted(len(tested), 'pil', 'pilar')} kan prövas mot studiens egna svar.")
    times = {said: int((shown["verdict"] == said).sum()) for said in (EXPECTED, UNCLEAR, OPPOSITE)}
    lines = [
        f"{counted(len(shown), 'pil', 'pilar')} av {len(tested)} kan prövas mot studiens egna svar. Sambandet finns längs "
        f"{times[EXPECTED]}, går inte att avgöra längs {times[UNCLEAR]} och går åt andra hållet längs {times[OPPOSITE]}. "
        + (f"{counted(rest, 'pil', 'pilar')} mäts inte med svar som hör ihop person för person." if rest else ""),
        _aloud(model, shown),
        ONLY_ASSOCIATION,
        "Rutan räknas som nådd när svaret är ett av de två högsta. Mäts rutan före som en andel i insatsen betyder nådd "
        "att insatsen ligger över genomsnittet. Oddskvoten är 1 utan samband; osäkerheten tar hänsyn till att svar ur "
        "samma insats kan likna varandra.",
    ]
    return Text("\n\n".join(line for line in lines if line))


def steps_between(tested: pd.DataFrame) -> Text | None:
    """Say how to read an association that is divided; nothing where none is."""
    if tested.empty:
        return None
    return Text(
        "Hela sambandet delas i det som går genom rutan emellan och det som går förbi den, i procentenheter. "
        "Intervallet kommer ur 2 000 lottningar av insatser (BCa-bootstrap). Innehåller det 0 går det inte att avgöra om "
        "något går genom rutan."
    )


def missing_arrows(tested: pd.DataFrame) -> Text | None:
    """Say whether the answers speak against the arrows that a chain does not have; nothing where none is tested."""
    if tested.empty:
        return None
    against = int((tested["verdict"] == AGAINST).sum())
    judged = int((tested["verdict"] != "").sum())
    return Text(
        f"Där ingen pil är ritad säger modellen att rutorna inte ska följas åt när det emellan hålls lika. "
        f"{counted(judged, 'sådant påstående', 'sådana påståenden')} är prövade, och svaren talar emot {against}. "
        "Att svaren inte talar emot är inget bevis. Talar de emot saknas en pil, eller något som påverkar båda rutorna "
        "(för hur många som prövas är gränsen justerad efter Benjamini och Hochberg)."
    )


def support_of_arrows(model: LogicModel, judged: pd.DataFrame, *, inside: bool) -> Text:
    """Say how well the chain is supported, of how many arrows nothing is written, and by what rule."""
    ends, known = chains(model, judged), something_known(judged)
    if ends.empty:
        return Text("Modellen har inga pilar, så det finns ingen kedja att bedöma.")
    silent = int((~known).sum())
    blank = (
        f"För {silent} av {counted(len(judged), 'pil', 'pilar')} är varken antagande, underlag eller andra förklaringar "
        "skrivna, och inget samband är prövat: deras stöd är svagt."
    )
    times = ends["support"].value_counts()
    told = [f"{strength} för {times[strength]}" for strength in reversed(STRENGTHS) if strength in times]
    lines = [
        f"Modellen har {counted(len(ends), 'kedja', 'kedjor')} från aktivitet till slut. Stödet är {listing(told)}.",
        blank if silent else "",
        SUPPORT_RULE,
        "" if inside or not any(indicator.data for indicator in model.indicators) else INSIDE_ONLY,
    ]
    return Text(" ".join(line for line in lines if line))


def _aloud(model: LogicModel, shown: pd.DataFrame) -> str:
    """Read the clearest association aloud, as a person would say it."""
    found = shown[(shown["verdict"] == EXPECTED) & (shown["kind"] == "logistic") & (shown["status"] == Status.OK)]
    if found.empty:
        return ""
    row = found.loc[found["p"].astype(float).idxmin()]
    before, after = (markdown_text(model.node(row[name]).title) for name in ("tail", "head"))
    held = listing([_held(model, name) for name in str(row["controls"]).split(", ") if name] or ["inget"])
    return (
        f"Tydligast är sambandet mellan ”{before}” och ”{after}”: {percent(row['among_high'])} når dit av dem som nått "
        f"rutan före, {percent(row['among_low'])} av de andra. Oddskvoten är {decimal(exp(row['value']))} när detta hålls "
        f"lika: {held}."
    )


def _held(model: LogicModel, name: str) -> str:
    return "kön" if name == "kvinna" else f"”{markdown_text(model.node(name).title)}”"
