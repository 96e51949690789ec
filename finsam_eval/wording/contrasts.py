"""Sentences about how released shares stand to each other; what is not established is never called equal."""

from __future__ import annotations

import pandas as pd

from finsam_eval.contrasts import count_beside
from finsam_eval.criteria import criteria_of
from finsam_eval.results import COUNTRY, Status
from finsam_eval.swedish import decimal, listing, markdown_text, percent, points, points_interval
from finsam_eval.view import View
from finsam_eval.wording.shared import Text, counted

NO_CRITERIA = "Inga jämförelser med riket görs: studien har inte bestämt vad som kan jämföras (criteria.yaml)."
NO_EQUALITY = "Vad som är lika bedöms inte: studien har inte bestämt det (criteria.yaml)."


def how_to_compare(view: View) -> Text:
    """How a förbund is held against the country, when it is not, and what a difference does not show."""
    criteria = criteria_of(view.study)
    if criteria is None:
        return Text(NO_CRITERIA)
    limit = criteria.comparable_reliability
    least = view.facts["policy"]["opinion"]["min_x"]
    told = (
        "Ett förbund jämförs med riket bara om svaren räcker för att skilja det från de andra: dess andel ska ha en "
        f"reliabilitet på minst {decimal(limit.value, 2)}. Skälet till gränsen: {markdown_text(limit.source)}. Räcker "
        "svaren inte står ”kan inte jämföras”, och ungefär hur många svar som skulle räcka. Förbundets egna siffror kan "
        "ändå läsas, med den osäkerhet som anges. Att rikets tal ligger utanför förbundets osäkerhet är inte nog för att "
        "säga att förbundet avviker: bland många förbund och frågor händer det ofta av slump.\n\nOm alla förbund låg på "
        "rikets nivå skulle ungefär ett av tjugo ändå hamna utanför gränsen på 95 procent, och två av tusen utanför den "
        "på 99,8 procent (”långt”). En skillnad visar inte varför den finns: deltagare och insatser är olika i olika "
        "förbund.\n\n*Utjämnad andel* väger samman förbundets svar med rikets andel: ju färre svar, desto närmare "
        "riket. *Med rikets könsfördelning* är den andel förbundet hade haft med lika stor del kvinnor och män som riket."
    )
    if not least:
        return Text(told)
    return Text(
        f"{told}\n\nEtt förbunds andel visas bara om minst {least} av dess svar ligger på vardera sidan om gränsen för "
        "att instämma. Därför saknas oftare förbund där nästan alla instämmer, och fler förbund än vad som syns kan ligga "
        "över riket."
    )


def standing(view: View, *, group: str, occasion: str) -> Text:
    """How many förbund stand out from the country, and how many would by chance alone."""
    whom = _whom(view, group, occasion)
    if criteria_of(view.study) is None:
        return Text(NO_CRITERIA)
    found = count_beside(view.contrasts, group=group, occasion=occasion)
    shown, compared, above, below = (int(found[name].sum()) for name in ("shown", "comparable", "above", "below"))
    if not shown:
        return Text(f"Inget förbunds andelar kan visas ({whom}), så inget kan jämföras med riket.")
    start = f"Andelen visas i {counted(shown, 'fall', 'fall')} (ett förbund och en mätpunkt, {whom})."
    if not compared:
        return Text(
            f"{start} I inget av dem räcker svaren för att skilja förbundet från de andra: de skillnader som syns mellan "
            "förbund kan vara slump."
        )
    far = int(found["far_above"].sum() + found["far_below"].sum())
    chance = decimal(float(found["by_chance"].sum()))
    outside = f"{above or 'inget'} ligger över riket och {below or 'inget'} under" + (
        f", {far} av dem långt" if far else ""
    )
    return Text(
        f"{start} I {compared} av dem räcker svaren för att jämföra med riket: {outside}. Slumpen ensam skulle ge "
        f"ungefär {chance}."
    )


def against_country(view: View, *, group: str, occasion: str) -> Text:
    """On which mätpunkter the förbund stands out from the country, and on which that cannot be told."""
    rows = view.contrast("mot_riket", group, occasion, unit=view.unit)
    whom = _whom(view, group, occasion)
    if criteria_of(view.study) is None:
        return Text(NO_CRITERIA)
    shown = rows[rows["status"].isin([Status.OK, Status.NOT_COMPARABLE])]
    compared = rows[rows["status"] == Status.OK]
    if shown.empty:
        return Text(f"Ingen mätpunkt ({whom}) kan visas, så inget kan jämföras med riket.")
    start = f"{counted(len(shown), 'mätpunkt', 'mätpunkter')} ({whom}) kan visas."
    if compared.empty:
        return Text(
            f"{start} Ingen av dem kan jämföras med riket: svaren är för få, eller förbunden för lika, för att skilja "
            "förbundet från de andra. De egna siffrorna kan ändå läsas, med den osäkerhet som anges."
        )
    outside = compared[compared["verdict"] != ""]
    start = f"{start} {len(compared)} av dem kan jämföras med riket."
    if outside.empty:
        return Text(f"{start} Ingen skiljer sig säkert. Det visar inte att nivån är densamma.")
    told = listing([_outside(row) for _, row in outside.iterrows()])
    chance = decimal(0.05 * len(compared))
    return Text(f"{start} Utanför gränserna för slumpen: {told}. Slumpen ensam skulle ge ungefär {chance}.")


def women_and_men(view: View, *, group: str, occasion: str) -> Text:
    """Whether women and men are alike in the country, by a margin decided beforehand, and whether förbund agree."""
    criteria = criteria_of(view.study)
    if criteria is None:
        return Text(NO_EQUALITY)
    rows = view.contrast("lika_kon", group, occasion, unit=COUNTRY)
    rows = rows[rows["status"] == Status.OK]
    if rows.empty:
        return Text(f"Kvinnor och män kan inte jämföras ({_whom(view, group, occasion)}): talen visas inte.")
    margin = criteria.equal_within
    number = {
        verdict: int((rows["verdict"] == verdict).sum())
        for verdict in ("lika inom marginalen", "olika", "olika men inom marginalen", "kan inte avgöras")
    }
    equal = number["lika inom marginalen"] + number["olika men inom marginalen"]
    return Text(
        f"Kvinnor och män räknas som lika när skillnaden säkert är mindre än {points(margin.value).lstrip('+')} "
        f"procentenheter ({markdown_text(margin.source)}). Av {counted(len(rows), 'mätpunkt', 'mätpunkter')} är de lika "
        f"i {equal}, olika i {number['olika'] + number['olika men inom marginalen']}, och i {number['kan inte avgöras']} "
        f"kan det inte avgöras.{_both(number['olika men inom marginalen'])}{_agree(view, group, occasion)}"
    )


def trends(view: View, *, group: str, occasion: str) -> Text | None:
    """Which mätpunkter rise or fall over the periods, and which are worse than the country and worsening."""
    rows = view.contrast("trend", group, occasion, unit=view.unit)
    rows = rows[rows["status"] == Status.OK]
    if rows.empty:
        return None
    sure = rows[(rows["lower"] > 0) | (rows["upper"] < 0)]
    start = f"{counted(len(rows), 'mätpunkt', 'mätpunkter')} ({_whom(view, group, occasion)}) kan följas över tid."
    if sure.empty:
        return Text(f"{start} Ingen stiger eller faller säkert.")
    told = listing([_slope(row) for _, row in sure.iterrows()])
    worse = [str(item) for item in rows.index[rows["verdict"] == "sämre och blir sämre"]]
    under = f" Under riket och på väg nedåt: {listing(worse)}." if worse else ""
    return Text(f"{start} Säkert ändrade: {told}.{under}")


def _outside(row: pd.Series) -> str:
    side, _, line = str(row["verdict"]).partition(" ")
    return f"{row.name} {side} riket ({percent(row['value'])} mot {percent(row['centre'])}, utanför {line} %)"


def _slope(row: pd.Series) -> str:
    return (
        f"{row.name} {points(row['value'])} procentenheter per period ({points_interval(row['lower'], row['upper'])})"
    )


def _both(number: int) -> str:
    if not number:
        return ""
    return f" I {number} gäller båda: de är säkert olika, men mindre än gränsen."


def _agree(view: View, group: str, occasion: str) -> str:
    rows = view.contrast("kon_inom_forbund", group, occasion, unit=COUNTRY)
    tested = rows[(rows["status"] == Status.OK) & rows["p"].notna()]
    if tested.empty:
        return ""
    apart = [str(item) for item in tested.index[tested["p"] < 0.05]]
    if not apart:
        return " Inget tyder på att skillnaden är olika stor i olika förbund."
    return (
        f" Skillnaden mellan kvinnor och män är olika stor i olika förbund för {listing(apart)} "
        f"({len(tested)} mätpunkter prövade, p under 0,05)."
    )


def _whom(view: View, group: str, occasion: str) -> str:
    return view.whom(group, occasion).lower()
