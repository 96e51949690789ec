"""Sentences about what a logic model's figures rest on: the level before, unprinted bases, money, parts."""

from __future__ import annotations

import pandas as pd

from finsam_eval.logic_model import LogicModel, bases, composites, costs, enough, since_baseline, sums
from finsam_eval.logic_model.change import UNDECIDED
from finsam_eval.swedish import DASH, listing, markdown_text, whole
from finsam_eval.wording.shared import Text, counted

NOT_EXPECTED = "”Antal nu” är tomt där inget är räknat än och Väntat antal inte är ifyllt."


def against_baseline(model: LogicModel, evaluation: pd.DataFrame) -> Text | None:
    """Say how many indicators have moved, and how many of the moves chance can have made; nothing where none can be."""
    table = since_baseline(model, evaluation)
    judged = table[table["verdict"] != ""]
    if judged.empty:
        return None
    unsure = int((judged["verdict"] == UNDECIDED).sum())
    told = [f"{counted(int((judged['verdict'] == said).sum()), said, said)}" for said in ("bättre", "sämre")]
    return Text(
        f"{counted(len(judged), 'andel', 'andelar')} kan jämföras med utgångsläget. När slumpen räknas in är "
        f"{listing(told)}, och {unsure} går inte att avgöra. Skillnadens intervall (Newcombe 1998) räknar med att också "
        "utgångsläget är osäkert. Där det inte är känt hur många det räknades på är det taget som säkert, och då är den "
        "verkliga osäkerheten större. Utan jämförelsegrupp säger förändringen "
        "inte vad den beror på."
    )


def enough_counted(model: LogicModel, evaluation: pd.DataFrame) -> Text | None:
    """Say how to read how many it takes; nothing where nothing is asked."""
    table = enough(model, evaluation)
    if table.empty:
        return None
    told = (
        "Så många behöver räknas för att man med 80 procents chans ska kunna se att målet är en annan nivå än "
        "utgångsläget, om målet verkligen är nått. Chansen går upp och ner med antalet eftersom personer är hela; "
        "”säkert från” är antalet då alla större antal räcker. Det exakta testet frågar bara om nivån ligger på målets "
        "sida om utgångsläget och kräver därför färre; bedömningarna här följer det första antalet. Båda tar "
        "utgångsläget som säkert. Är också det räknat på ett urval behövs fler: så många som i två grupper, om det "
        "räknas om lika noga."
    )
    blank = (table["n"].isna() & table["expected"].isna()).any()
    return Text(f"{told} {NOT_EXPECTED}" if blank else told)


def unprinted_bases(model: LogicModel, evaluation: pd.DataFrame) -> Text | None:
    """Say how many the percentages were counted on, and what that assumes; nothing where all tell it."""
    table = bases(model, evaluation)
    if table.empty:
        return None
    lines = [
        "Ibland trycks ett antal och en procentsats, men inte hur många procentsatsen är räknad på. Det går att räkna ut "
        "vilka tal som är möjliga, om procentsatsen är avrundad till närmaste tal."
    ]
    for _, group in table[table["shared_low"].notna()].groupby(["unit", "period", "gender", "shared_low"], sort=False):
        lines.append(_shared(group))
    return Text("\n\n".join(lines))


def published_indices(model: LogicModel) -> Text | None:
    """Say which published figures of one index cannot all be true; nothing where all can be."""
    table = composites(model)
    lines = [
        f"- ”{markdown_text(row.title)}”, {markdown_text(row.where)}: {markdown_text(row.reason)}"
        for row in table[table["reason"] != ""].itertuples()
    ]
    if not lines:
        return None
    start = (
        "Ett index är poäng delade med möjliga poäng. Det är inget urval av personer, så slumpen räknas inte på det."
    )
    return Text("\n".join([start, "", *lines]))


def money_and_goals(model: LogicModel) -> Text | None:
    """Say how to read money beside goals; nothing where nobody has told what has been spent."""
    if not any(line.accounts for budget in model.budgets for line in budget.lines):
        return None
    return Text(
        "Avvikelsen är prognosen för hela året minus budgeten: plus är mer pengar än budgeterat. En summa sägs bara när "
        "alla poster är kända, eftersom okänt inte är noll. Att mål är nådda och att pengarna räckt är två skilda saker; "
        "tabellen ställer dem bredvid varandra utan att väga samman dem."
    )


def cost_of_each(model: LogicModel, evaluation: pd.DataFrame) -> Text | None:
    """Say what a cost for each person does not say; nothing where there is none."""
    if costs(model, evaluation).empty:
        return None
    return Text(
        "Kostnaden är tagen som fast: den hade varit densamma om fler eller färre nått dit. Intervallet visar bara vad "
        "slumpen i antalet gör. Samma pengar kan ha gett flera resultat, så kostnader för olika indikatorer läggs inte "
        "ihop, och talet säger inte vad det hade kostat på annat sätt."
    )


def parts_of_wholes(model: LogicModel, evaluation: pd.DataFrame) -> Text | None:
    """Say when parts are added; nothing where none are."""
    if sums(model, evaluation).empty:
        return None
    return Text(
        "Delar läggs ihop bara när det är sagt att ingen kan räknas i flera av dem och alla delar är kända. Annars vore "
        "summan fel, inte ungefärlig."
    )


def _shared(group: pd.DataFrame) -> str:
    first = group.iloc[0]
    low, high = whole(first["shared_low"]), whole(first["shared_high"])
    span = low if low == high else f"{low}{DASH}{high}"
    titles = listing([f"”{markdown_text(title)}”" for title in group["title"]])
    reached = [_judged(row) for row in group.to_dict("records") if row["outcome"]]
    judged = f" På {span} är {listing(reached)}." if reached else ""
    return (
        f"Om {titles} är andelar av samma personer är de {span}. Det säger ingen källa, så det är ett antagande; det "
        f"förutsätter också att procentsatserna är rätt räknade.{judged}"
    )


def _judged(row: dict[str, object]) -> str:
    return f"målet för ”{markdown_text(str(row['title']))}” {row['outcome']} (underliggande nivå: {row['verdict']})"
