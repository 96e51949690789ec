"""Sentences about what is said of the mätpunkter: how to read it, how many of each, and how it was decided."""

from __future__ import annotations

from finsam_eval.judgement import Judgement, Judgements, Proposed
from finsam_eval.language import named, said
from finsam_eval.swedish import listing, markdown_text
from finsam_eval.tables.judgement import SIGNS
from finsam_eval.view import View
from finsam_eval.wording.shared import Text, counted

NO_CRITERIA = (
    "Ingen mätpunkt bedöms: studien har inte bestämt vad som är en bra fråga. Det skrivs i criteria.yaml, under judging, "
    "innan svaren ses."
)
_TOLD = {
    Proposed.KEEP: "**{n} av {total}** mätpunkter föreslås vara kvar som de är: {items}.",
    Proposed.REVISE: "**{n} av {total}** mätpunkter föreslås bli omarbetade: {items}.",
    Proposed.DROP: "**{n} av {total}** mätpunkter föreslås utgå: {items}.",
    Proposed.WAIT: "**{n} av {total}** mätpunkter går inte att avgöra med de svar som finns: {items}.",
}


def judgement_summary(view: View) -> Text:
    """How many mätpunkter are proposed to stay, change, go or wait, which ones, and what most often is missing."""
    found = view.judgements
    if found is None:
        return Text(said(NO_CRITERIA))
    lines = [_of_kind(found, kind) for kind in Proposed]
    return Text("\n".join(f"- {line}" for line in lines if line) + _lacking(found) + _decided(found))


def _of_kind(found: Judgements, kind: Proposed) -> str:
    items = list(found.proposals.loc[found.proposals["proposal"] == kind, "item"])
    if not items:
        return ""
    total = len(found.proposals)
    return said(_TOLD[kind], n=len(items), total=total, items=markdown_text(listing(items)))


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
    return "\n\n" + said(
        "Det som oftast saknas för de mätpunkter som inte kan avgöras är svaret på frågan *{question}* ({items}).",
        question=markdown_text(said(decisive[str(times.index[0])])),
        items=counted(int(times.iloc[0]), "mätpunkt", "mätpunkter"),
    )


def _decided(found: Judgements) -> str:
    differs = {
        str(row.item): found.decisions[str(row.item)].decision
        for row in found.proposals.itertuples()
        if str(row.item) in found.decisions and found.decisions[str(row.item)].decision != row.proposal
    }
    if not differs:
        return ""
    told = listing([f"{markdown_text(item)} ({said(decision)})" for item, decision in differs.items()])
    return "\n\n" + said(
        "För {told} har beslutet blivit ett annat än förslaget. Skälet står bredvid förslaget.", told=told
    )


def judgement_reading(view: View) -> Text:
    """How to read the signs, and when a judgement is made."""
    if view.judgements is None:
        return Text("")
    signs = "; ".join(f"**{sign}** {said(str(kind))}" for kind, sign in SIGNS.items())
    reading = said(
        "{signs}. En egenskap är *tillräcklig* när värdet är bra och inget värde inom osäkerheten är dåligt, *otillräcklig* "
        "när inget värde inom osäkerheten är bra, och annars *obestämd*: då behövs fler svar, inte en annan fråga. "
        "Gränserna står i nästa tabell. En otillräcklig egenskap föreslår att frågan arbetas om; när den föreslås utgå "
        "avgör regeln sist i samma tabell. Förslaget följer av siffrorna och en regel. Beslutet fattar människor, och de får "
        "avvika om de skriver varför.",
        signs=signs,
    )
    return Text(reading)


def judgement_basis(view: View) -> Text:
    """Who decided the criteria, when, whether before the first answer, and the file's fingerprint."""
    found = view.judgements
    if found is None:
        return Text("")
    first = min(period.start for period in view.study.settings.periods)
    decided, by = found.criteria.decided_on, markdown_text(named(found.criteria.decided_by))
    when = said("innan den första mätperioden började" if decided < first else "**efter** att mätningen hade börjat")
    basis = said(
        "Kriterierna bestämdes av {by} den {decided}, {when} ({first}). Filen criteria.yaml har kontrollsumman (SHA-256) "
        "`{sha256}`. Den som fick filen på förhand kan räkna summan och se att inget har ändrats.",
        by=by,
        decided=decided.isoformat(),
        when=when,
        first=first.isoformat(),
        sha256=found.sha256,
    )
    return Text(basis)
