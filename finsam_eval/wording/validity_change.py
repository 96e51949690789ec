"""Sentences about change: how large it is, what one person's answer can tell, and what must not be read as change."""

from __future__ import annotations

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.language import said
from finsam_eval.psychometrics.change_rows import LINKING, WEAK
from finsam_eval.results import Status
from finsam_eval.swedish import between, decimal, listing, markdown_text, percent
from finsam_eval.tables.validity_change import Found, changed, each_change, sdc_of
from finsam_eval.wording.shared import Text, counted, together

MODERATE = 0.5
"""An SRM or ES of this size Cohen (1988), Statistical Power Analysis, calls medium."""


def change_sizes(codebook: Codebook, coefficients: pd.DataFrame) -> Text:
    """How the answers of the same persons changed, in how many questions, and how much at most."""
    rows = each_change(codebook, coefficients)
    shown = [(changed(one, group, codebook), found) for one, group, found in rows if _there(found["srm"])]
    if not rows:
        return Text(
            said("Ingen fråga har besvarats av samma personer vid två tillfällen, så ingen förändring kan mätas.")
        )
    if not shown:
        return Text(said("Hur svaren ändras hos samma personer kan inte visas för någon fråga."))
    limits = [(found["srm"]["lower"], found["srm"]["upper"]) for _, found in shown]
    up, down = sum(lower > 0 for lower, _ in limits), sum(upper < 0 for _, upper in limits)
    name, most = max(shown, key=lambda one: abs(one[1]["srm"]["value"]))
    size = abs(most["srm"]["value"])
    counts = said(
        "För samma personer har svaren stigit i {up} och sjunkit i {down} av {questions}; i de övriga ryms ingen förändring "
        "alls i osäkerheten. *SRM* är medelförändringen räknad i hur mycket personernas förändringar skiljer sig åt, *ES* i "
        "hur mycket svaren skilde sig åt från början; 0,2 brukar kallas litet, 0,5 måttligt och 0,8 stort (Cohen 1988).",
        up=up,
        down=down,
        questions=counted(len(shown), "fråga", "frågor"),
    )
    largest = said(
        "Störst är förändringen i {name}: SRM {srm}, {size}.",
        name=name,
        srm=decimal(most["srm"]["value"], 2),
        size=said("måttligt eller större" if size >= MODERATE else "mindre än måttligt"),
    )
    cause = said("Att svaren stiger visar inte att insatsen är orsaken: det saknas en grupp att jämföra med.")
    return Text(together(counts, largest, cause))


def change_traps(codebook: Codebook, coefficients: pd.DataFrame) -> Text | None:
    """Which questions are asked twice and yet not differenced, and why; None where there are none."""
    rows = each_change(codebook, coefficients)
    meaning = [(one, changed(one, group, codebook)) for one, group, _ in rows if not one.later.pair_comparable]
    already = [changed(one, group, codebook) for one, group, _ in rows if one.later.transition]
    told = []
    if meaning:
        notes = " ".join(dict.fromkeys(markdown_text(said(one.later.note)) for one, _ in meaning if one.later.note))
        names = listing([name for _, name in meaning])
        other = said(
            "{names} räknas inte som förändring: frågan betyder något annat vid det andra tillfället.", names=names
        )
        told.append(together(other, notes))
    if already:
        told.append(
            said(
                "{names} räknas inte som förändring: frågan gäller redan en förändring (”mer …”). Den som "
                "instämmer båda gångerna har gått framåt två gånger, men skillnaden mellan svaren blir noll. Svaret är i "
                "stället en måttstock för de andra frågorna: har svaren på dem ändrats hos dem som själva säger att de har "
                "gått framåt? Måttstocken fylls i samtidigt som det senare svaret och färgas av hur personen mår just då.",
                names=listing(already),
            )
        )
    return Text(" ".join(told)) if told else None


def change_of_one(codebook: Codebook, coefficients: pd.DataFrame) -> Text:
    """The least change that matters against the least that one person's answer can show."""
    rows = [(found, sdc_of(coefficients, one, group)) for one, group, found in each_change(codebook, coefficients)]
    pairs = [(found["mic_prediktiv"], sdc) for found, sdc in rows if "mic_prediktiv" in found and sdc is not None]
    known = [(least["value"], sdc["value"]) for least, sdc in pairs if _there(least) and _there(sdc)]
    weak = sum(_weak(found) for found, _ in rows)
    told = [_against_error(known)] if known else []
    if weak:
        told.append(
            said(
                "För {questions} går det inte att säga vilken förändring som är viktig för personen: "
                "det personerna själva säger om sin utveckling hänger för svagt ihop med hur deras svar har ändrats "
                "(korrelation under 0,30, den lägsta som brukar godtas: Devji m.fl. 2020).",
                questions=counted(weak, "fråga", "frågor"),
            )
        )
    error = _smallest_seen([sdc for _, sdc in rows if sdc is not None])
    return Text(
        " ".join([*told, error]) if told or error else said("Vad en enskild persons förändring säger är inte känt.")
    )


def change_drift(codebook: Codebook, coefficients: pd.DataFrame) -> Text | None:
    """How much of the change of those who began low is regression to the mean; None where that is not known."""
    rows = [found for _, _, found in each_change(codebook, coefficients) if _there(found.get("slump_lag_start"))]
    if not rows:
        return None
    parts = [
        found["slump_lag_start"]["value"] / found["forandring_lag_start"]["value"]
        for found in rows
        if found["forandring_lag_start"]["value"] > 0
    ]
    share = ""
    if parts:
        low, high = percent(min(min(parts), 1)), percent(min(max(parts), 1))
        share = (
            said("Av deras uppgång är minst {share} av det slaget.", share=low)
            if low == high
            else said(
                "Av deras uppgång är minst {low} till {high}, olika för frågorna, av det slaget.", low=low, high=high
            )
        )
    drift = said(
        "De som svarade lågt först stiger alltid i medeltal, också när inget har hänt: en del av dem hade en dålig dag. "
        "Det kallas regression mot medelvärdet."
    )
    caution = said(
        "Siffran bygger på omtest efter några dagar; på månader skiftar svar mer än så, och då är den verkliga delen "
        "större. Jämför därför aldrig bara dem som började lågt."
    )
    return Text(together(drift, share, caution))


def change_links(codebook: Codebook, coefficients: pd.DataFrame) -> Text | None:
    """How many of the answers at exit can be followed back, and how many participations are anonymous."""
    rows = coefficients[(coefficients["kind"] == LINKING) & (coefficients["status"] == Status.OK)]
    linked = rows[rows["statistic"] == "lankade"]
    anonymous = rows[rows["statistic"] == "anonyma"]
    told = [
        said(
            "{group}: {share} av dem som svarat {occasion} hade svarat tidigare också, och kan följas.",
            group=markdown_text(codebook.group_label(row["respondent_group"])),
            share=percent(row["value"]),
            occasion=codebook.occasion_label(row["occasion"]),
        )
        for _, row in linked.iterrows()
    ]
    if len(anonymous):
        told.append(
            said(
                "{share} av deltagandena är anonyma; deras svar kan aldrig följas. Ingen vet om de som inte kan följas har "
                "ändrats lika mycket.",
                share=percent(anonymous["value"].iloc[0]),
            )
        )
    return Text(" ".join(told)) if told else None


def change_method(coefficients: pd.DataFrame) -> Text | None:
    """What was computed of change and after whom; None where nothing was."""
    ran = coefficients.loc[coefficients["status"] == Status.OK, "statistic"]
    sources = {
        "medelforandring": "Medelförändring: Students t på parens skillnader.",
        "srm": "SRM: Liang, Fossel och Larson (1990); ES: Kazis, Anderson och Meenan (1989); intervall: jackknife. "
        "Formler som förutsätter normalfördelning (icke-central t; Becker 1988) ger för breda intervall när svaren "
        "samlas i skalans topp.",
        "guyatt": "Guyatts kvot: Guyatt, Walter och Norman (1987), mot omtestets skillnader.",
        "mic_ankare": "Minsta viktiga förändring ur ROC-kurvan: Deyo och Centor (1986), Youdens gräns.",
        "mic_prediktiv": "Minsta viktiga förändring ur prediktiv modell: Terluin m.fl. (2015), justerad för andelen "
        "förbättrade: Terluin m.fl. (2017); bootstrap.",
        "slump_lag_start": "Regression mot medelvärdet: Davis (1976); Barnett m.fl. (2005).",
    }
    lines = [f"- {said(words)}" for name, words in sources.items() if name in set(ran)]
    return Text("\n".join(lines)) if lines else None


def _there(row: pd.Series | None) -> bool:
    return row is not None and row["status"] == Status.OK and pd.notna(row["value"])


def _weak(found: Found) -> bool:
    least = found.get("mic_prediktiv")
    return least is not None and least["reason"] == WEAK


def _against_error(known: list[tuple[float, float]]) -> str:
    below = sum(least <= sdc for least, sdc in known)
    return (
        said(
            "I {below} av {questions} är den minsta förändring som personerna själva märker mindre än den som går att skilja "
            "från mätfel hos en enskild: då kan en viktig förändring hos en person inte ses i ett enda svar.",
            below=below,
            questions=counted(len(known), "fråga", "frågor"),
        )
        if below
        else said(
            "I {questions} är den minsta förändring som personerna själva märker större än mätfelet, så den kan ses också "
            "hos en enskild.",
            questions=counted(len(known), "fråga", "frågor"),
        )
    )


def _smallest_seen(rows: list[pd.Series]) -> str:
    values = [row["value"] for row in rows if _there(row)]
    if not values:
        return ""
    low, high = decimal(min(values), 1), decimal(max(values), 1)
    return said(
        "En enskild persons svar måste ändras med mer än {steps} skalsteg för att det knappast ska vara mätfel; medeltal av "
        "många personer är säkrare än så.",
        steps=low if low == high else between(low, high),
    )
