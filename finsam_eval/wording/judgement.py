"""Sentences about what is said of the mätpunkter: how to read it, how many of each, and how it was decided."""

from __future__ import annotations

from finsam_eval.judgement import Judgement, Judgements, Proposed
from finsam_eval.language import said
from finsam_eval.swedish import listing, markdown_text
from finsam_eval.tables.judgement import SIGNS
from finsam_eval.view import View
from finsam_eval.wording.shared import Text

NO_CRITERIA = (
    "Ingen mätpunkt bedöms: studien har inte bestämt vad som är en bra fråga. Det skrivs i criteria.yaml, under judging, "
    "innan svaren ses."
)
_TOLD = {
    Proposed.KEEP: "**{n} av {all}** mätpunkter föreslås vara kvar som de är: {items}.",
    Proposed.REVISE: "**{n} av {all}** mätpunkter föreslås bli omarbetade: {items}.",
    Proposed.DROP: "**{n} av {all}** mätpunkter föreslås utgå: {items}.",
    Proposed.WAIT: "**{n} av {all}** mätpunkter går inte att avgöra med de svar som finns: {items}.",
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
    return said(_TOLD[kind], n=len(items), all=len(found.proposals), items=markdown_text(listing(items)))


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
    sentence = said(
        "Det som oftast saknas för dem som inte kan avgöras är svaret på frågan *{question}* Det gäller {n} av {all}.",
        question=markdown_text(said(decisive[str(times.index[0])])),
        n=int(times.iloc[0]),
        all=len(waiting),
    )
    return f"\n\n{sentence}"


def _decided(found: Judgements) -> str:
    differs = {
        str(row.item): found.decisions[str(row.item)].decision
        for row in found.proposals.itertuples()
        if str(row.item) in found.decisions and found.decisions[str(row.item)].decision != row.proposal
    }
    if not differs:
        return ""
    told = listing([f"{markdown_text(item)} ({said(decision)})" for item, decision in differs.items()])
    sentence = said(
        "För {items} har beslutet blivit ett annat än förslaget. Skälet står bredvid förslaget.", items=told
    )
    return f"\n\n{sentence}"


def judgement_reading(view: View) -> Text | None:
    """How to read the signs, and when a judgement is made; None where nothing is judged."""
    if view.judgements is None:
        return None
    signs = "; ".join(f"**{sign}** {said(str(kind))}" for kind, sign in SIGNS.items())
    reading = said(
        "En egenskap är *tillräcklig* när värdet är bra och inget värde inom osäkerheten är dåligt, *otillräcklig* när "
        "inget värde inom osäkerheten är bra, och annars *obestämd*: då behövs fler svar, inte en annan fråga. Gränserna "
        "står i bilagan. En otillräcklig egenskap föreslår att frågan arbetas om (*revidera*); när den föreslås utgå "
        "(*stryk*) säger regeln i bilagan. *Avvakta* betyder att svaren inte räcker för att avgöra. Förslaget följer av "
        "siffrorna och en regel. Beslutet fattar människor, och de får avvika om de skriver varför."
    )
    return Text(f"{signs}. {reading}")


def judgement_basis(view: View) -> Text | None:
    """Who decided the criteria, when, whether before the first answer, and the file's fingerprint."""
    found = view.judgements
    if found is None:
        return None
    first = min(period.start for period in view.study.settings.periods)
    decided = found.criteria.decided_on
    when = (
        said("innan den första mätperioden började ({day}).", day=first.isoformat())
        if decided < first
        else said("**efter** att mätningen hade börjat ({day}).", day=first.isoformat())
    )
    basis = said(
        "Kriterierna bestämdes av {who} den {day}, {when} Filen criteria.yaml har kontrollsumman (SHA-256) `{hash}`. Den "
        "som fick filen på förhand kan räkna summan och se att inget har ändrats.",
        who=markdown_text(said(found.criteria.decided_by)),
        day=decided.isoformat(),
        when=when,
        hash=found.sha256,
    )
    return Text(basis)
