"""Sentences about a released unit: who answered, where it stands, what may not be concluded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from finsam_eval import __version__
from finsam_eval.codebook import Item
from finsam_eval.compare import load_targets
from finsam_eval.results import ALL, COUNTRY, Status
from finsam_eval.study import REGISTER, RESPONSE
from finsam_eval.swedish import listing, markdown_text, percent, percent_interval, points, points_interval
from finsam_eval.view import NO_RATE, View
from finsam_eval.wording.contrasts import against_country
from finsam_eval.wording.shared import Text, counted

CHANCE = "Även utan verkliga skillnader skulle ungefär en av tjugo jämförelser se säkerställd ut."


def summary(view: View, *, group: str, occasion: str) -> Text:
    """The report's first lines: who answered, where a förbund stands beside the country, what may not be concluded."""
    lines = [
        _who(view, group, occasion),
        _span(view, group, occasion),
        *_outcomes(view),
        "" if view.is_country else against_country(view, group=group, occasion=occasion).markdown,
        gaps(view, group=group, occasion=occasion).markdown,
        changes(view, group=group, occasion=occasion).markdown,
        _targets(view),
    ]
    return Text("\n".join(f"- {line}" for line in lines if line))


def response(view: View, *, group: str, occasion: str) -> Text:
    """How many of the invited did not answer, and what that does to the numbers."""
    rate = _response(view, view.unit, group, occasion)
    if rate is None:
        return Text("Svarsfrekvensen kan inte visas." if view.knows_invited else NO_RATE)
    return Text(
        f"{percent(1 - rate)} av dem som bjöds in ({_whom(view, group, occasion)}) svarade inte. Vad de skulle ha svarat "
        "vet ingen; siffrorna gäller dem som svarade, och osäkerheten räknar inte in bortfallet."
    )


def how_to_read(view: View) -> Text:
    """How to read the level tables."""
    scale = view.codebook.scale(view.codebook.survey_items[0].id)
    top = listing([str(code) for code in scale.top_codes])
    country = "" if view.is_country else f" *Riket* är alla {len(view.names)} förbund i mätningen, det egna inräknat."
    return Text(
        f"*Andel* är hur stor del av svaren som hamnar på steg {top} av {scale.min}–{scale.max}. "
        "*Osäkerhet* (95 %) visar inom vilka gränser nivån troligen ligger: gränser som räknas så här håller ungefär 19 "
        f"gånger av 20. Fel på grund av bortfall ingår inte.{country}"
    )


def gaps(view: View, *, group: str, occasion: str) -> Text:
    """Which differences between women and men are established, and that the others are not equality."""
    key = {"respondent_group": group, "occasion": occasion, "period": view.period}
    rows = view.select(**key, statistic="skillnad", gender="kvinna", against_gender="man")
    what = _Compared(
        "skillnad", "skillnader", f"Svaren från kvinnor och män ({_whom(view, group, occasion)})", "de har det lika"
    )
    return Text(_established(rows[rows["item"] != RESPONSE], what, _gap))


def changes(view: View, *, group: str, occasion: str) -> Text:
    """Which changes since the earlier period are established, and that the others are not standstill."""
    rows = view.records[
        (view.records["unit"] == view.unit)
        & (view.records["respondent_group"] == group)
        & (view.records["occasion"] == occasion)
        & (view.records["against_period"] != "")
        & (view.records["gender"] == ALL)
        & (view.records["item"] != RESPONSE)
    ]
    spans = rows[["against_period", "period"]].drop_duplicates().itertuples(index=False)
    between = listing(
        [f"{view.study.period_label(a)} och {view.study.period_label(b)}" for a, b in spans] or ["perioderna"]
    )
    whose = f"Svaren från {between} ({_whom(view, group, occasion)})"
    what = _Compared("förändring", "förändringar", whose, "läget är oförändrat")
    return Text(_established(rows, what, _change))


def outcomes(view: View) -> Text:
    """What the outcome table is about, and what it cannot show."""
    return Text(
        "Uppgifterna kommer ur registret över deltagare, inte ur enkäten, och gäller dem som har avslutat och vars utfall "
        "är känt. De som har följts upp längre är färre och delvis "
        "andra personer, så raderna kan inte läsas som en utveckling. Vad insatsen har betytt går inte att säga utan en "
        "jämförelsegrupp."
    )


def targets(view: View) -> Text:
    """What was set, by whom and when, and how to read the two lines."""
    goals = load_targets(view.study)
    if not goals:
        return Text("Studien har inga målnivåer.")
    told = [
        f"- {markdown_text(_item_name(view, goal.item))}: minst {percent(goal.share)}"
        f"{f' av kvinnorna och minst {percent(goal.share)} av männen' if goal.gender_rule == 'each' else ''}. "
        f"{markdown_text(goal.origin)}; beslutad {goal.decided_on} av {markdown_text(goal.decided_by)}."
        for goal in goals
    ]
    return Text(
        "*Utfall* är resultatet bland dem som svarade eller avslutade. *Underliggande nivå* är den nivå som resultatet "
        "tyder på när slumpen räknas in: nått om hela osäkerheten ligger på målet eller över, ej nått om hela ligger "
        "under, annars kan det inte avgöras. Sannolikheten säger hur troligt det är att nivån når målet, med den "
        "kunskap som svaren ger.\n\n" + "\n".join(told)
    )


def method(view: View) -> Text:
    """How the numbers were made, under which assumptions, and what is hidden and why."""
    policy = view.facts["policy"]
    caveats = sorted({s.caveat for s in view.codebook.scales.values() if s.caveat})
    limits = policy["opinion"]
    lines = [
        f"Instrument: {markdown_text(view.codebook.title)}, {markdown_text(view.codebook.source)}",
        *caveats,
        view.codebook.method_note,
        "Andelars intervall: Wilson (1927), 95 %, på effektivt antal svar, som är lägre än antalet svar eftersom "
        "svar från samma insats liknar varandra (ICC, skattad för hela landet). Skillnaders intervall: Newcombe (1998), metod 10. "
        "Medelvärdens intervall: t-fördelningen på effektivt antal svar. Sannolikheten att nå ett mål: Jeffreys fördelning.",
        "Svar räknas, inte personer: den som svarat båda halvåren räknas två gånger i helåret. Obesvarade frågor räknas "
        "inte med. Skillnader räknas på oavrundade tal. Omtest räknas inte. Av flera omgångar i samma period räknas den senaste.",
        f"Ett tal visas bara om det vilar på minst {limits['min_n']} svar och minst {limits['min_x']} svar finns på "
        "var sida om gränsen för att instämma, och inte om andra dolda tal då kan räknas fram. För svarsfrekvensen gäller "
        "gränsen antalet inbjudna. Döljs kvinnornas tal döljs också männens, och tvärtom. "
        f"Regeln är beslutad av {markdown_text(policy['decided_by'])} {policy['decided_on']}.",
        _left_out(view),
        f"finsam-eval {__version__}. De släppta antalens kontrollsumma: {view.facts['released_sha256'][:16]}.",
    ]
    return Text("\n".join(f"- {line.strip()}" for line in lines if line))


def _left_out(view: View) -> str:
    some, every = view.facts["series_without_unknown_gender"], view.facts["series"]
    if not some:
        return ""
    return (
        "Vid några tillfällen är personer med annat eller okänt kön så få i hela landet att deras svar skulle kunna "
        "räknas fram. Deras svar är då inte med, varken i ”alla” eller bland inbjudna och svarande "
        f"({some} av {every} frågor, räknat per grupp och tillfälle)."
    )


def _whom(view: View, group: str, occasion: str) -> str:
    return view.whom(group, occasion).lower()


def _who(view: View, group: str, occasion: str) -> str:
    own, country = (_response(view, unit, group, occasion) for unit in (view.unit, COUNTRY))
    if not view.knows_invited:
        return NO_RATE
    if own is None:
        return f"Svarsfrekvensen i {markdown_text(view.name)} kan inte visas ({_whom(view, group, occasion)})."
    beside = f" (riket {percent(country)})" if country is not None and not view.is_country else ""
    return f"Av dem som bjöds in ({_whom(view, group, occasion)}) svarade {percent(own)} under {view.period_label}{beside}."


def _span(view: View, group: str, occasion: str) -> str:
    """Say between which shares the mätpunkter lie."""
    rows = view.shares(group, occasion, unit=view.unit)
    asked = [item.id for item in view.items(group, occasion) if item.sensitivity == "opinion"]
    told = rows[rows.index.isin(asked) & (rows["status"] == Status.OK)]
    if len(told) < 2:
        return ""
    low, high = told.loc[told["value"].idxmin()], told.loc[told["value"].idxmax()]
    return (
        f"Mellan {_with_item(low)} och {_with_item(high)} instämmer; {len(told)} av {len(asked)} mätpunkter kan visas."
    )


def _with_item(row: pd.Series) -> str:
    return f"{percent(row['value'])} ({row.name}, {percent_interval(row['lower'], row['upper'])})"


def _outcomes(view: View) -> list[str]:
    """Say of each outcome that may be shown how many reached it, in the country too, and how women and men differ."""
    told = []
    for item in view.codebook.items:
        if item.sensitivity == "outcome":
            own, country = (
                rows[(rows.index == item.id) & (rows["status"] == Status.OK)]
                for rows in (view.shares(REGISTER, item.occasions[0], unit=unit) for unit in (view.unit, COUNTRY))
            )
            told += [_outcome(view, item, own.iloc[0], country)] if len(own) else []
    return told


def _outcome(view: View, item: Item, own: pd.Series, country: pd.DataFrame) -> str:
    beside = f", riket {percent(country['value'].iloc[0])}" if len(country) and not view.is_country else ""
    key = {"respondent_group": REGISTER, "occasion": item.occasions[0], "period": view.period, "item": item.id}
    rows = view.select(**key, statistic="skillnad", gender="kvinna", against_gender="man")
    gap = rows[(rows["status"] == Status.OK) & ((rows["lower"] > 0) | (rows["upper"] < 0))]
    apart = f" Säkerställd skillnad: {_women(gap.iloc[0])}." if len(gap) else ""
    interval = percent_interval(own["lower"], own["upper"])
    return f"{item.text}: {percent(own['value'])} ({interval}) av {own['n']}{beside}.{apart}"


def _response(view: View, unit: str, group: str, occasion: str) -> float | None:
    rows = view.shares(group, occasion, unit=unit)
    rows = rows.loc[(rows.index == RESPONSE) & (rows["status"] == Status.OK)]
    return float(rows["value"].iloc[0]) if len(rows) else None


@dataclass(frozen=True)
class _Compared:
    """How a kind of comparison is spoken of: one, several, of which answers, what a lack of proof does not prove."""

    one: str
    several: str
    answers: str
    not_shown: str


def _established(rows: pd.DataFrame, what: _Compared, tell: Callable[[pd.Series], str]) -> str:
    """Say which comparisons are established; that the others are not is never a proof of sameness."""
    shown = rows[rows["status"] == Status.OK]
    if shown.empty:
        return f"{what.answers} kan inte jämföras: {_why_not(rows)}."
    clear = shown[(shown["lower"] > 0) | (shown["upper"] < 0)]
    of_all = f" av {len(rows)}" if len(rows) > len(shown) else ""
    start = f"{what.answers} kan jämföras för {len(shown)}{of_all} {'mätpunkt' if len(rows) == 1 else 'mätpunkter'}."
    if clear.empty:
        return (
            f"{start} Ingen {what.one} är säkerställd (osäkerheten täcker noll). Det visar inte att {what.not_shown}."
        )
    told = listing([tell(row) for _, row in clear.iterrows()])
    number = counted(len(clear), f"{what.one} är säkerställd", f"{what.several} är säkerställda")
    return f"{start} {number}: {told}. {CHANCE}"


def _gap(row: pd.Series) -> str:
    return f"{row['item']}, {_women(row)}"


def _women(row: pd.Series) -> str:
    side = "högre" if row["value"] > 0 else "lägre"
    return (
        f"kvinnor {points(abs(row['value'])).lstrip('+')} procentenheter {side} än män "
        f"({points_interval(row['lower'], row['upper'])})"
    )


def _change(row: pd.Series) -> str:
    return f"{row['item']}, {points(row['value'])} procentenheter ({points_interval(row['lower'], row['upper'])})"


def _targets(view: View) -> str:
    rows = view.select(statistic="mal", period=view.period, indicator="")
    if rows.empty:
        return ""
    shown = rows[rows["status"] == Status.OK]
    if shown.empty:
        return f"Målnivåerna kan inte bedömas: {_why_not(rows)}."
    count = {verdict: int((shown["verdict"] == verdict).sum()) for verdict in ("nått", "ej nått", "kan inte avgöras")}
    met, missed = (int((shown["outcome"] == told).sum()) for told in ("nått", "ej nått"))
    of_all = f" av {len(rows)}" if len(rows) > len(shown) else ""
    return (
        f"{len(shown)}{of_all} {'målnivå' if len(rows) == 1 else 'målnivåer'} kan visas: {met} nåddes bland dem som "
        f"svarade eller avslutade, {missed} inte. När slumpen räknas in "
        f"{_judged(count['nått'], count['ej nått'], count['kan inte avgöras'])}."
    )


def _judged(reached: int, missed: int, undecided: int) -> str:
    sure = [
        f"är {counted(reached, 'säkert nådd', 'säkert nådda')}" if reached else "",
        f"är {counted(missed, 'säkert inte nådd', 'säkert inte nådda')}" if missed else "",
    ]
    told = [part for part in sure if part] or ["är ingen säkert nådd eller säkert missad"]
    return "; ".join([*told, *([f"för {undecided} räcker svaren inte för att avgöra"] if undecided else [])])


def _why_not(rows: pd.DataFrame) -> str:
    """Say why nothing can be told: too few is only one of the reasons for which a number is hidden."""
    hidden = (rows["status"] == Status.SUPPRESSED).any()
    return "talen kan inte visas, av hänsyn till sekretessen" if hidden else "svar saknas"


def _item_name(view: View, item: str) -> str:
    found = view.codebook.item(item)
    return found.text if found.sensitivity != "opinion" else f"{found.id} {found.wording.rstrip('.')}"
