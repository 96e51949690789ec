"""Sentences about all that is measured of the mätpunkter: the whole in brief, then what each further measure means."""

from __future__ import annotations

import pandas as pd

from finsam_eval.psychometrics.groups import BETWEEN
from finsam_eval.psychometrics.rows import DYAD, FORBUND, ITEM, ITEM_SET
from finsam_eval.results import Status
from finsam_eval.swedish import decimal, listing, percent
from finsam_eval.wording.shared import Text, counted

USUAL = 50
"""Answers that a förbund of the middle size has in a year."""


def reliability_summary(coefficients: pd.DataFrame) -> Text:
    """The whole in brief: how surely a group of questions, a person, two sides and a förbund's mean are measured."""
    lines = [_groups(coefficients), _persons(coefficients), _sides(coefficients), _means(coefficients)]
    told = [line for line in lines if line]
    return Text("\n".join(f"- {line}" for line in told) if told else "Det finns inga mått på mätsäkerheten att visa.")


def consistency() -> Text:
    """What the relatives of alpha tell beside it."""
    return Text(
        "*Alfa* räknar med skalstegens nummer. *Ordinal alfa* räknar på de bakomliggande hållningar som stegen är snitt "
        "ur (polykoriska korrelationer): den gäller hållningarna, inte summan av svaren, och blir högre när svaren "
        "samlas i toppen. *Omega total* kräver inte att alla frågor väger lika. *Omega kategorisk* gäller summan av "
        "svaren och tar hänsyn till att stegen är få. *Omega hierarkisk* är den del av summan som en enda gemensam sak "
        "står för: är den mycket lägre än omega total mäter frågorna flera saker."
    )


def agreement() -> Text:
    """How the measures of agreement differ, so that a low kappa is not taken for much disagreement."""
    return Text(
        "Måtten skiljer sig i vad slumpen antas ge. *Kappa* blir låg när nästan alla svarar lika, även om paren stämmer "
        "väl: då säger andelen lika svar och *AC2* (Gwet) mer. Vägd och linjär kappa, AC2 och *Krippendorffs alfa* "
        "räknar ett svar ett steg bort som mindre olika än ett långt bort; vanlig kappa gör det inte."
    )


def shifts() -> Text:
    """How to read a mean difference and the limits of agreement."""
    return Text(
        "*Medelskillnad* är första svaret minus det andra (eller deltagarens minus personalens), i skalsteg: täcker "
        "osäkerheten inte noll har svaren flyttat sig åt ett håll. Mellan *nedre* och *övre gräns* väntas 95 av 100 "
        "enskilda skillnader ligga; skalstegen är få, så gränserna är ungefärliga."
    )


def forbund_means(coefficients: pd.DataFrame) -> Text:
    """How reliable a förbund's mean is, and what the numbers of answers rest on."""
    if _of(coefficients, FORBUND, "icc2").empty:
        return Text("Hur säkra förbundens medelvärden är kan inte räknas: det finns för få förbund eller svar.")
    return Text(
        "*ICC(1)* är den del av svarens variation som ligger mellan förbund, *ICC(2)* hur tillförlitligt ett förbunds "
        "medelvärde är med så många svar som förbunden har. *Svar som behövs* ger reliabiliteten 0,70. *rwg* säger hur "
        "lika svaren är inom ett förbund jämfört med svar på måfå; samlas alla svar i toppen blir den hög överallt. "
        f"{_means(coefficients)} Att förbund inte går att skilja åt säger inget om hur säkert nivån i landet mäts."
    )


def by_gender(found: pd.DataFrame) -> Text:
    """For how many coefficients women and men differ surely."""
    rows = found[found["gender"] == BETWEEN]
    tested = rows[rows["status"] == Status.OK]
    if tested.empty:
        return Text("För få kvinnor eller män har svarat för att pröva om frågorna mäter lika säkert för båda.")
    apart = tested[(tested["lower"] > 0) | (tested["upper"] < 0)]
    names = [str(row["label"] if row["kind"] == ITEM_SET else row["subject"]) for _, row in apart.iterrows()]
    told = f"Säkert olika: {listing(names)}." if names else "Ingen skillnad är säkerställd."
    lacking = len(rows) - len(tested)
    few = f" För {lacking} till är kvinnorna eller männen för få." if lacking else ""
    return Text(
        f"{counted(len(tested), 'mått', 'mått')} kan jämföras mellan kvinnor och män. {told} Slumpen ensam skulle ge "
        f"ungefär {decimal(0.05 * len(tested))}.{few} Att mätsäkerheten är lika visar inte att frågorna betyder samma "
        "sak för båda."
    )


def _groups(coefficients: pd.DataFrame) -> str:
    rows = _of(coefficients, ITEM_SET, "alfa")
    if rows.empty:
        return ""
    return f"Frågor som förts ihop drar åt samma håll med alfa {_span(rows)}; 1 är högst, och 0,70 brukar kallas godtagbart."


def _persons(coefficients: pd.DataFrame) -> str:
    same, sdc = _of(coefficients, ITEM, "exakt"), _of(coefficients, ITEM, "sdc")
    if same.empty:
        return ""
    told = f"Frågar man samma person igen blir svaret exakt detsamma i {_span(same, share=True)} av fallen."
    if sdc.empty or sdc["value"].min() <= 1:
        return told
    return (
        f"{told} En enskild persons svar måste flytta sig mer än {_span(sdc)} steg för att det knappast ska vara "
        "mätfel: frågorna passar för grupper, inte för att följa en person."
    )


def _sides(coefficients: pd.DataFrame) -> str:
    same, both = _of(coefficients, DYAD, "exakt"), _of(coefficients, DYAD, "bada_sidor")
    if same.empty:
        return ""
    told = f"Deltagare och personal ger samma svar om samma sak i {_span(same, share=True)} av paren."
    return f"{told} Där båda måste instämma gör de det i {_span(both, share=True)}." if len(both) else told


def _means(coefficients: pd.DataFrame) -> str:
    rows, needed = _of(coefficients, FORBUND, "icc1"), _of(coefficients, FORBUND, "svar_som_behovs")
    if rows.empty:
        return ""
    enough, sure = (int((needed[limit] <= USUAL).sum()) for limit in ("value", "upper"))
    return (
        f"För {enough or 'ingen'} av {len(rows)} frågor (räknat per grupp och tillfälle) räcker {USUAL} svar för att "
        f"skilja ett förbunds medelvärde från andras; säkert är det för {sure or 'ingen'}. I de övriga är förbunden så "
        "lika, eller svaren så spridda, att skillnader mellan förbund mest kan vara slump."
    )


def _of(coefficients: pd.DataFrame, kind: str, statistic: str) -> pd.DataFrame:
    same = (coefficients["kind"] == kind) & (coefficients["statistic"] == statistic)
    return coefficients[same & (coefficients["status"] == Status.OK)]


def _span(rows: pd.DataFrame, *, share: bool = False) -> str:
    low, high = (percent(at) if share else decimal(at, 2) for at in (rows["value"].min(), rows["value"].max()))
    return low if low == high else f"{low} till {high}"
