"""Sentences about what is said of the mätpunkter: how to read it, how many of each, and how it was decided."""

from __future__ import annotations

from finsam_eval.judgement import Judgement, Judgements, Proposed
from finsam_eval.swedish import listing, markdown_text
from finsam_eval.tables.judgement import SIGNS
from finsam_eval.view import View
from finsam_eval.wording.shared import Text, counted

NO_CRITERIA = (
    "Ingen mätpunkt bedöms: studien har inte bestämt vad som är en bra fråga. Det skrivs i criteria.yaml, under judging, "
    "innan svaren ses."
)
_TOLD = {
    Proposed.KEEP: "föreslås vara kvar som de är",
    Proposed.REVISE: "föreslås bli omarbetade",
    Proposed.DROP: "föreslås utgå",
    Proposed.WAIT: "går inte att avgöra med de svar som finns",
}


def judgement_summary(view: View) -> Text:
    """How many mätpunkter are proposed to stay, change, go or wait, which ones, and what most often is missing."""
    found = view.judgements
    if found is None:
        return Text(NO_CRITERIA)
    lines = [_of_kind(found, kind) for kind in Proposed]
    return Text("\n".join(f"- {line}" for line in lines if line) + _lacking(found) + _decided(found))


def _of_kind(found: Judgements, kind: Proposed) -> str:
    items = list(found.proposals.loc[found.proposals["proposal"] == kind, "item"])
    if not items:
        return ""
    total = len(found.proposals)
    return f"**{len(items)} av {total}** mätpunkter {_TOLD[kind]}: {markdown_text(listing(items))}."


def _lacking(found: Judgements) -> str:
    """Tell which decisive property most often cannot be judged, of the mätpunkter that wait."""
    waiting = set(found.proposals.loc[found.proposals["proposal"] == Proposed.WAIT, "item"])
    decisive = {one.id: one.question for one in found.judging.properties if one.decisive}
    rows = found.judged[
        found.judged["item"].isin(waiting)
        & found.judged["property"].isin(decisive)
        & (found.judged["judgement"] == Judgement.UNDETERMINED)
    ]
    if rows.empty:
        return ""
    times = rows["property"].value_counts()
    return (
        f"\n\nDet som oftast saknas för de mätpunkter som inte kan avgöras är svaret på frågan "
        f"*{markdown_text(decisive[str(times.index[0])])}* ({counted(int(times.iloc[0]), 'mätpunkt', 'mätpunkter')})."
    )


def _decided(found: Judgements) -> str:
    differs = {
        str(row.item): found.decisions[str(row.item)].decision
        for row in found.proposals.itertuples()
        if str(row.item) in found.decisions and found.decisions[str(row.item)].decision != row.proposal
    }
    if not differs:
        return ""
    told = listing([f"{markdown_text(item)} ({decision})" for item, decision in differs.items()])
    return f"\n\nFör {told} har beslutet blivit ett annat än förslaget. Skälet står bredvid förslaget."


def judgement_reading(view: View) -> Text:
    """How to read the signs, and when a judgement is made."""
    if view.judgements is None:
        return Text("")
    signs = "; ".join(f"**{sign}** {kind}" for kind, sign in SIGNS.items())
    return Text(
        f"{signs}. En egenskap är *tillräcklig* när värdet är bra och inget värde inom osäkerheten är dåligt, *otillräcklig* "
        "när inget värde inom osäkerheten är bra, och annars *obestämd*: då behövs fler svar, inte en annan fråga. "
        "Gränserna står i nästa tabell. En otillräcklig egenskap föreslår att frågan arbetas om; när den föreslås utgå "
        "avgör regeln sist i samma tabell. Förslaget följer av siffrorna och en regel. Beslutet fattar människor, och de får "
        "avvika om de skriver varför."
    )


def judgement_basis(view: View) -> Text:
    """Who decided the criteria, when, whether before the first answer, and the file's fingerprint."""
    found = view.judgements
    if found is None:
        return Text("")
    first = min(period.start for period in view.study.settings.periods)
    decided, by = found.criteria.decided_on, markdown_text(found.criteria.decided_by)
    when = "innan den första mätperioden började" if decided < first else "**efter** att mätningen hade börjat"
    return Text(
        f"Kriterierna bestämdes av {by} den {decided.isoformat()}, {when} ({first.isoformat()}). Filen criteria.yaml har "
        f"kontrollsumman (SHA-256) `{found.sha256}`. Den som fick filen på förhand kan räkna summan och se att inget har "
        "ändrats."
    )
