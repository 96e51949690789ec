"""A result → a sentence. Every sentence whose truth depends on data is made here and tested."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from finsam_eval import __version__
from finsam_eval.compare import load_targets
from finsam_eval.results import ALL, COUNTRY, Status
from finsam_eval.study import RESPONSE
from finsam_eval.swedish import listing, markdown_text, percent, points, points_interval
from finsam_eval.view import View

SYNTHETIC = "SYNTETISKA DATA – påhittade förbund och simulerade svar"

ONE_IN_TWENTY = "Av rena slumpen hamnar ungefär en av tjugo sådana jämförelser utanför."


@dataclass(frozen=True)
class Text:
    """Sentences in Markdown; names from data are escaped when it is made."""

    markdown: str

    def _repr_markdown_(self) -> str:
        return self.markdown


def summary(view: View) -> Text:
    """The report's first lines: who answered, where the förbund stands, what may not be concluded."""
    lines = [_who(view), _country(view), *_gender(view), *_change(view), _targets(view)]
    return Text("\n".join(f"- {line}" for line in lines if line))


def response(view: View) -> Text:
    """How many of the invited answered, and what that does to the numbers."""
    row = _overall_response(view)
    if row is None:
        return Text("Svarsfrekvensen kan inte visas: för få svar, eller inga uppgifter om hur många som bjöds in.")
    group, share = row
    missing = percent(1 - share)
    return Text(
        f"{missing} av de inbjudna i gruppen {group.lower()} svarade inte. Vad de skulle ha svarat vet ingen; siffrorna "
        "gäller dem som svarade."
    )


def how_to_read(view: View) -> Text:
    """How to read the level tables."""
    scale = view.codebook.scale(view.codebook.survey_items[0].id)
    top = listing([str(code) for code in scale.top_codes])
    return Text(
        f"*Andel* är hur stor del av svaren som hamnar på steg {top} av {scale.min}–{scale.max} (de högsta stegen). "
        "*Osäkerhet* visar mellan vilka värden den underliggande nivån troligen ligger: upprepades mätningen skulle "
        "ungefär 19 av 20 sådana intervall täcka den. *Riket* är de förbund som deltar i mätningen, det egna inräknat."
    )


def gaps(view: View, *, group: str, occasion: str) -> Text:
    """Which differences between women and men are larger than the uncertainty."""
    key = {"respondent_group": group, "occasion": occasion, "period": view.period}
    rows = view.select(**key, statistic="skillnad", gender="kvinna", against_gender="man")
    shown = rows[(rows["status"] == Status.OK) & (rows["item"] != RESPONSE)]
    if shown.empty:
        return Text("Skillnader mellan kvinnor och män kan inte visas: för få svar i minst en av grupperna.")
    clear = shown[(shown["lower"] > 0) | (shown["upper"] < 0)]
    if clear.empty:
        return Text(
            f"Ingen av {len(shown)} skillnader mellan kvinnor och män är större än osäkerheten. Det visar inte att "
            "kvinnor och män har det lika; underlaget räcker inte för att säga det."
        )
    told = listing([_gap(view, row) for _, row in clear.iterrows()])
    return Text(
        f"{_of(len(clear), len(shown))} skillnader mellan kvinnor och män är större än osäkerheten: {told} "
        f"procentenheter. {ONE_IN_TWENTY}"
    )


def changes(view: View, *, group: str, occasion: str) -> Text:
    """Which changes since the earlier period are larger than the uncertainty."""
    shown = _changes(view, group, occasion)
    if shown.empty:
        return Text("Förändringen sedan förra perioden kan inte visas: för få svar i minst en av perioderna.")
    clear = shown[(shown["lower"] > 0) | (shown["upper"] < 0)]
    if clear.empty:
        return Text(f"Ingen av {len(shown)} förändringar är större än osäkerheten.")
    told = listing([f"{row['item']} ({points(row['value'])})" for _, row in clear.iterrows()])
    return Text(
        f"{_of(len(clear), len(shown))} förändringar är större än osäkerheten, i procentenheter: {told}. {ONE_IN_TWENTY} "
        "Det är delvis olika personer som svarat; en förändring kan bero på vilka de är."
    )


def targets(view: View) -> Text:
    """What was set, by whom and when, and how to read the two lines."""
    goals = load_targets(view.study)
    if not goals:
        return Text("Studien har inga målnivåer.")
    told = [
        f"- {markdown_text(_item_name(view, goal.item))}: minst {percent(goal.share)}"
        f"{' av kvinnor och minst lika många av män' if goal.gender_rule == 'each' else ''}. "
        f"{markdown_text(goal.origin)}; beslutad {goal.decided_on} av {markdown_text(goal.decided_by)}."
        for goal in goals
    ]
    return Text(
        "*Utfall* är vad som hände bland dem som svarade eller avslutade; det är ett faktum. *Underliggande nivå* är vad "
        "arbetssättet kan väntas ge nästa gång; den är osäker, och ”kan inte avgöras” är ett riktigt svar.\n\n"
        + "\n".join(told)
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
        "Andelars intervall: Wilson (1927), 95 %, på effektivt antal svar: svar från samma insats liknar varandra, och "
        "hur mycket uppskattas gemensamt för hela landet (ICC). Skillnaders intervall: Newcombe (1998), metod 10. "
        "Medelvärdens intervall: t-fördelningen på effektivt antal svar. Sannolikheten att nå ett mål: Jeffreys fördelning.",
        "Svar räknas, inte personer: den som svarat i båda halvåren finns två gånger i helåret. Obesvarade frågor räknas "
        "inte med. Omtest räknas inte. Av flera omgångar i samma period räknas den senaste.",
        f"Ett tal visas bara om det vilar på minst {limits['min_n']} svar och minst {limits['min_x']} personer finns på "
        "var sida om gränsen för att instämma, och inte om det kan räknas fram ur andra tal. Kvinnor och män döljs "
        f"tillsammans. Regeln är beslutad av {markdown_text(policy['decided_by'])} {policy['decided_on']}.",
        _left_out(view),
        f"finsam-eval {__version__}. Underlagets kontrollsumma: {view.facts['counts_sha256'][:16]}.",
    ]
    return Text("\n".join(f"- {line.strip()}" for line in lines if line))


def _left_out(view: View) -> str:
    some, every = view.facts["series_without_unknown_gender"], view.facts["series"]
    if not some:
        return ""
    return (
        f"I {some} av {every} frågor (räknat per grupp och tillfälle) har så få personer i hela landet ett annat eller "
        "okänt kön att deras svar skulle kunna räknas fram. De ingår inte där."
    )


def _who(view: View) -> str:
    row = _overall_response(view)
    if row is None:
        return f"{markdown_text(view.name)} har för få svar för att svarsfrekvensen ska kunna visas."
    group, share = row
    return f"I gruppen {group.lower()} svarade {percent(share)} av de inbjudna under {view.period_label}."


def _overall_response(view: View) -> tuple[str, float] | None:
    """Return the first group × occasion whose response may be shown: its label and its rate."""
    for group in view.codebook.groups:
        for occasion in reversed(view.codebook.occasions):
            rows = view.shares(group.id, occasion.id, unit=view.unit)
            rows = rows.loc[(rows.index == RESPONSE) & (rows["status"] == Status.OK)]
            if len(rows):
                return f"{group.label} {occasion.label}", float(rows["value"].iloc[0])
    return None


def _country(view: View) -> str:
    if view.unit == COUNTRY:
        return ""
    own = _opinions(view, view.unit)
    country = _opinions(view, COUNTRY)
    both = own.merge(country, on=["respondent_group", "occasion", "item"], suffixes=("", "_riket"))
    if both.empty:
        return "Ingen mätpunkt har så många svar att den kan ställas mot rikets."
    outside = both[(both["value_riket"] < both["lower"]) | (both["value_riket"] > both["upper"])]
    start = f"{len(both)} andelar kan ställas mot rikets."
    if outside.empty:
        return f"{start} På alla ryms skillnaden inom osäkerheten."
    told = [
        f"{row.item} ({percent(row.value)}, riket {percent(row.value_riket)})"
        for row in outside.itertuples(index=False)
    ]
    return f"{start} På {len(outside)} av dem är skillnaden större än osäkerheten: {listing(told)}. {ONE_IN_TWENTY}"


def _opinions(view: View, unit: str) -> pd.DataFrame:
    rows = view.select(unit=unit, statistic="andel", gender=ALL, period=view.period)
    opinions = {item.id for item in view.codebook.items if item.sensitivity == "opinion"}
    return rows[(rows["status"] == Status.OK) & rows["item"].isin(opinions)]


def _gender(view: View) -> list[str]:
    rows = view.select(statistic="skillnad", gender="kvinna", against_gender="man", period=view.period)
    rows = rows[(rows["status"] == Status.OK) & (rows["item"] != RESPONSE)]
    if rows.empty:
        return ["Kvinnors och mäns svar kan inte visas var för sig: för få svar."]
    clear = rows[(rows["lower"] > 0) | (rows["upper"] < 0)]
    if clear.empty:
        return [f"Kvinnor och män: ingen av {len(rows)} skillnader är större än osäkerheten."]
    told = listing([_gap(view, row) for _, row in clear.iterrows()])
    return [f"Kvinnor och män: {_of(len(clear), len(rows)).lower()} skillnader är större än osäkerheten: {told}."]


def _change(view: View) -> list[str]:
    rows = _changes(view)
    if rows.empty:
        return ["Förändring mellan perioderna kan inte visas: för få svar."]
    clear = rows[(rows["lower"] > 0) | (rows["upper"] < 0)]
    if clear.empty:
        return [f"Mellan perioderna: ingen av {len(rows)} förändringar är större än osäkerheten."]
    return [f"Mellan perioderna: {_of(len(clear), len(rows)).lower()} förändringar är större än osäkerheten."]


def _changes(view: View, group: str = "", occasion: str = "") -> pd.DataFrame:
    rows = view.records[
        (view.records["unit"] == view.unit)
        & (view.records["against_period"] != "")
        & (view.records["gender"] == ALL)
        & (view.records["status"] == Status.OK)
        & (view.records["item"] != RESPONSE)
    ]
    for column, value in (("respondent_group", group), ("occasion", occasion)):
        rows = rows[rows[column] == value] if value else rows
    return rows


def _targets(view: View) -> str:
    rows = view.records[(view.records["unit"] == view.unit) & (view.records["statistic"] == "mal")]
    if rows.empty:
        return ""
    shown = rows[rows["status"] == Status.OK]
    if shown.empty:
        return "Målnivåerna kan inte bedömas: för få svar."
    count = {verdict: int((shown["verdict"] == verdict).sum()) for verdict in ("nått", "ej nått", "kan inte avgöras")}
    return (
        f"Målnivåer: {len(shown)} kan bedömas. Underliggande nivå: nått {count['nått']}, ej nått {count['ej nått']}, "
        f"kan inte avgöras {count['kan inte avgöras']}."
    )


def _gap(view: View, row: pd.Series) -> str:
    return f"{_short_name(view, row['item'])} {points(row['value'])} ({points_interval(row['lower'], row['upper'])})"


def _short_name(view: View, item: str) -> str:
    found = view.codebook.item(item)
    return found.id if found.sensitivity == "opinion" else markdown_text(found.text)


def _of(some: int, every: int) -> str:
    return f"{some} av {every}"


def _item_name(view: View, item: str) -> str:
    found = view.codebook.item(item)
    return found.text if found.sensitivity != "opinion" else f"{found.id} {found.wording.rstrip('.')}"
