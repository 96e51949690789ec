"""Sentences about how well the mätpunkter measure: what the numbers mean, what they do not, how they were made."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from finsam_eval import __version__
from finsam_eval.codebook import Codebook
from finsam_eval.language import SWEDISH, language, said
from finsam_eval.psychometrics.rows import DYAD, ITEM, ITEM_SET, KARNINDIKATOR
from finsam_eval.results import COUNTRY, Status
from finsam_eval.study import RESPONSE
from finsam_eval.swedish import between, decimal, listing, markdown_text, percent, whole
from finsam_eval.view import View
from finsam_eval.wording.shared import Text, counted, together

FLOOR = 0.70
"""Lowest alpha, weighted kappa or ICC that Terwee et al. (2007), J Clin Epidemiol 60:34–42, call acceptable."""

VALIDITY = {"i_cvi", "laddning", "andel_bekraftade"}
"""Where any of these is told, whether the questions measure what they should has been examined."""

PILED = 0.15
"""More than this share at an end of the scale is a floor or ceiling effect to the same authors."""

SOURCES = {
    "alfa": "Alfa: Cronbach (1951).",
    "spearman_brown": "Två frågor: Spearman–Brown (1910), som Eisinga m.fl. (2013) förordar före alfa.",
    "ordinal_alfa": "Ordinal alfa: Zumbo, Gadermann och Zeisser (2007), på polykoriska korrelationer (Olsson 1979).",
    "omega_total": "Omega total: McDonald (1999).",
    "omega_hierarkisk": "Omega hierarkisk: Zinbarg m.fl. (2005), efter Schmid och Leiman (1957).",
    "omega_kategorisk": "Omega kategorisk: Green och Yang (2009).",
    "exakt": "Andel med exakt samma svar: intervall enligt Wilson (1927), på så många oberoende par som paren är värda när "
    "de i en insats liknar varandra (Saha, Miller och Wang 2016).",
    "kappa": "Kappa: Cohen (1960); linjära vikter: Cohen (1968).",
    "vagd_kappa": "Vägd kappa: Cohen (1968), kvadratiska vikter på avståndet i skalsteg.",
    "ac2": "AC2: Gwet (2014), kvadratiska vikter.",
    "krippendorff": "Krippendorffs alfa: Krippendorff (2011), ordinal.",
    "skift": "Medelskillnad och gränser: Bland och Altman (1986, 1999), intervall enligt Zou och Donner (2008).",
    "bada_sidor": "Andel par där båda instämmer: som andelen med exakt samma svar.",
    "icc1": "ICC(1) och ICC(2): Bliese (2000); antalet svar följer av Spearman–Browns formel.",
    "rwg": "rwg: James, Demaree och Wolf (1984), mot jämnt fördelade svar.",
    "icc": "ICC(2,1), absolut överensstämmelse: Shrout och Fleiss (1979).",
    "sem": "Mätfel (SEM) ur ICC(2,1):s varianser, med skillnaden mellan tillfällena inräknad: de Vet m.fl. (2006).",
    "sdc": "SDC, minsta ändring som går att upptäcka hos en person: 1,96 · √2 · SEM.",
}


def purpose(codebook: Codebook) -> Text:
    """What the pilot report is for."""
    return Text(
        said(
            "Rapporten prövar hur väl frågorna i *{instrument}* mäter: om de är relevanta och går att förstå, om samma "
            "person svarar likadant när frågan ställs igen, om frågor som ska höra ihop gör det, och om svaren betyder "
            "det de ska. Den säger inget om hur bra verksamheten är.",
            instrument=markdown_text(said(codebook.title)),
        )
    )


def verbatim() -> Text | None:
    """That the questions stay as they are asked; None in Swedish, where they are read as they stand."""
    if language() == SWEDISH:
        return None
    return Text(
        said(
            "Frågorna och deras svarsskalor återges på svenska, precis som de ställs: en översättning vore ett annat "
            "instrument."
        )
    )


def invitations(view: View) -> Text:
    """Whom the answers come from, and that nobody knows how many were asked where that is so."""
    if (view.records["item"] == RESPONSE).any():
        return Text(
            said("Tabellen visar hur många som bjöds in och svarade. Vad de som inte svarade tycker vet ingen.")
        )
    asked = view.records[(view.records["unit"] == COUNTRY) & (view.records["statistic"] == "andel")]
    most = asked.loc[asked["status"] == Status.OK, "n"].max()
    told = "" if pd.isna(most) else said("Den fråga som fått flest svar har {n}.", n=whole(most))
    unknown = said(
        "Studien har inga uppgifter om hur många som bjöds in, så svarsfrekvensen är okänd och ingen vet om de som "
        "svarat liknar de övriga."
    )
    return Text(together(told, unknown))


def item_statistics(items: pd.DataFrame) -> Text:
    """How to read the item table, and how many questions pile up at an end of the scale."""
    asked = items.drop_duplicates(["respondent_group", "occasion", "item"])
    seen = int((asked["ceiling"].notna() | asked["floor"].notna()).sum())
    piled = int(((asked["ceiling"] > PILED) | (asked["floor"] > PILED)).sum())
    columns = said(
        "*Medel* är medelvärdet och *SD* hur mycket svaren sprider sig kring det. *Lägst* och *Högst* är andelen svar på "
        "skalans lägsta och högsta steg. *Samband* är korrelationen mellan frågan och summan av de andra i samma grupp av "
        "frågor, *Alfa utan* är gruppens alfa om frågan togs bort; streck betyder att frågan inte hör till någon grupp."
    )
    ends = said(
        "{piled} av {rows} som kan visas har mer än {limit} av svaren på lägsta eller högsta steget, den gräns Terwee m.fl. "
        "(2007) sätter för golv- och takeffekt: där är det svårt att se skillnad mellan dem som svarat högst (eller "
        "lägst), och svårt att mäta en förbättring.",
        piled=piled,
        rows=counted(seen, "rad", "rader"),
        limit=percent(PILED),
    )
    return Text(together(columns, ends))


def item_sets(coefficients: pd.DataFrame) -> Text:
    """What alpha of the declared sets says, and that it does not prove one dimension."""
    rows = coefficients[(coefficients["kind"] == ITEM_SET) & (coefficients["statistic"] == "alfa")]
    if rows.empty:
        return Text(
            said("Inga frågor har i förväg förts ihop till en grupp, så något mått på hur de hänger ihop räknas inte.")
        )
    caution = said(
        "Alfa blir högre av fler frågor och av frågor som upprepar varandra, och visar inte att frågorna mäter en enda "
        "sak. Är frågorna valda för att täcka olika sidor av något är ett lågt alfa inget fel."
    )
    return Text(
        together(
            said("Alfa säger hur väl frågorna i en grupp drar åt samma håll; 1 är högst."),
            _span(rows, "Alfa"),
            _against_floor(rows, "grupp", "grupper"),
            caution,
        )
    )


def karnindikatorer(coefficients: pd.DataFrame) -> Text:
    """Why most indicators have no alpha, and what applies to them instead."""
    rows = coefficients[coefficients["kind"] == KARNINDIKATOR]
    alone = int((rows["status"] == Status.NOT_APPLICABLE).sum())
    told = said(
        "{alone} av {of} gånger som en kärnindikator mäts (räknat per grupp och tillfälle) består den av en enda fråga. "
        "Då finns ingen samstämmighet mellan frågor att mäta (*ej tillämpligt*), och det är ingen brist: det som prövar "
        "en ensam fråga är ett omtest, och där två parter svarar om samma sak hur lika de svarar.",
        alone=alone,
        of=len(rows),
    )
    several = said("Med två frågor visas Spearman–Brown, med tre eller fler alfa. Få frågor ger låga värden.")
    return Text(together(told if alone else "", several))


def retest(coefficients: pd.DataFrame) -> Text:
    """What the retest says about single answers, and about means."""
    rows = coefficients[coefficients["kind"] == ITEM]
    if rows.empty:
        return Text(said("Ingen har svarat på samma fråga två gånger, så det går inte att säga hur stabila svaren är."))
    kappa, sdc = (rows[rows["statistic"] == name] for name in ("vagd_kappa", "sdc"))
    scale = said(
        "Vägd kappa är 1 när alla svarar likadant båda gångerna och 0 när de inte svarar mer lika än av en slump; ett "
        "svar ett steg bort räknas mildare än ett långt bort."
    )
    either = said("Att svaren skiljer sig kan bero på mätfel, men också på att något har hänt emellan.")
    limits = _against_floor(kappa, "fråga", "frågor")
    return Text(together(_pairs(kappa), scale, _span(kappa, "Vägd kappa"), limits, _detectable(sdc), either))


def dyads(coefficients: pd.DataFrame) -> Text:
    """What agreement between participant and staff says, and that difference is not error."""
    rows = coefficients[coefficients["kind"] == DYAD]
    if rows.empty:
        return Text(said("Inga frågor har besvarats av två parter om samma sak."))
    exact = rows[(rows["statistic"] == "exakt") & (rows["status"] == Status.OK)]
    kappa = rows[rows["statistic"] == "vagd_kappa"]
    same = (
        said("I {share} av paren ger båda exakt samma svar.", share=_range(exact["value"], percent))
        if len(exact)
        else ""
    )
    differ = said(
        "Låg överensstämmelse betyder inte att någon har fel: deltagaren och personalen kan se olika sidor av samma sak."
    )
    return Text(together(_pairs(kappa), same, _span(kappa, "Vägd kappa"), differ))


def limitations(coefficients: pd.DataFrame) -> Text:
    """What the numbers cannot carry; what the study lacks is named."""
    retested = ITEM in set(coefficients["kind"])
    lines = [
        said(
            "Siffrorna gäller alla som svarat, tillsammans; för ett enskilt förbund eller en enskild insats kan de vara "
            "andra."
        ),
        said(
            "Svar från samma insats liknar ofta varandra och säger då mindre än lika många svar från olika håll. "
            "Osäkerheten i andelen exakt lika, och i andelen där båda instämmer, räknar med det; övriga mått räknar varje "
            "person för sig. I simulerade svar från insatser om tio höll intervallen för dessa andelar och för alfa, vägd "
            "kappa och ICC det sanna värdet minst 94 gånger av 100; de ska göra det 95."
        ),
        said("De som svarat två gånger är sällan ett slumpmässigt urval av alla.")
        if retested
        else said("Utan omtest går det inte att skilja verkliga ändringar från mätfel."),
        said(
            "Att siffrorna om giltighet är goda visar inte att frågorna mäter det de ska; det är indicier som läggs ihop."
        )
        if VALIDITY & set(coefficients["statistic"])
        else said(
            "Om frågorna mäter det de ska (giltighet) prövas inte här, och inte heller om de mäter en eller flera saker."
        ),
        said("Gränser som 0,70 är vanor i litteraturen, inga naturlagar."),
    ]
    return Text("\n".join(f"- {line}" for line in lines))


def reliability_method(codebook: Codebook, coefficients: pd.DataFrame) -> Text:
    """What was computed and after whom, told from the coefficients that exist."""
    ran = coefficients.loc[~coefficients["status"].isin([Status.NOT_APPLICABLE]), ["statistic", "method", "level"]]
    caveats = sorted({scale.caveat for scale in codebook.scales.values() if scale.caveat})
    levels = listing([percent(level) for level in sorted(set(ran["level"]))]) if len(ran) else ""
    left_out = ran["method"].str.contains("jackknife").any()
    title, source = markdown_text(said(codebook.title)), markdown_text(codebook.source)
    intervals = said(
        "Intervall ({levels}): jackknife (Tukey 1958; Hinkley 1977), en person utelämnad i taget, med Students t och färre "
        "frihetsgrader när få personer väger tungt. Formler som förutsätter normalfördelning ger för smala intervall när "
        "svaren samlas i skalans topp.",
        levels=levels,
    )
    lines = [
        said("Instrument: {title}, {source}", title=title, source=source),
        *(markdown_text(caveat) for caveat in caveats),
        markdown_text(said(codebook.method_note)) if codebook.method_note else "",
        *(said(words) for name, words in SOURCES.items() if name in set(ran["statistic"])),
        intervals if left_out else "",
        said(
            "Måtten räknas på fullständiga svar. Av flera svar från samma person i samma deltagande och vid samma tillfälle "
            "räknas det senaste. Vända frågor är vända tillbaka."
        ),
        f"finsam-eval {__version__}.",
    ]
    return Text("\n".join(f"- {line.strip()}" for line in lines if line.strip()))


def _shown(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["status"] == Status.OK]


def _range(values: pd.Series, write: Callable[[float], str]) -> str:
    low, high = (write(value) for value in (values.min(), values.max()))
    return low if low == high else between(low, high)


def _two(value: float) -> str:
    return decimal(value, 2)


def _span(rows: pd.DataFrame, name: str) -> str:
    shown = _shown(rows)
    if shown.empty:
        return said("Inget värde kan visas.")
    told = {"name": said(name), "values": _range(shown["value"], _two)}
    return said("{name} är {values}.", **told) if len(shown) == 1 else said("{name} ligger på {values}.", **told)


def _pairs(rows: pd.DataFrame) -> str:
    shown = _shown(rows)
    return said("{n} par av svar per fråga.", n=_range(shown["n"], whole)) if len(shown) else ""


def _against_floor(rows: pd.DataFrame, one: str, several: str) -> str:
    """Say for how many the whole interval lies above or below the limit; the rest is undecided."""
    shown = _shown(rows).dropna(subset=["lower", "upper"])
    if shown.empty:
        return ""
    above, below = int((shown["lower"] >= FLOOR).sum()), int((shown["upper"] < FLOOR).sum())
    parts = {
        "helt över gränsen för {n}": above,
        "helt under den för {n}": below,
        "på båda sidor om gränsen för {n}": len(shown) - above - below,
    }
    (first, number), *others = [(words, number) for words, number in parts.items() if number]
    of_all = said("{n} av {rows}", n=number, rows=counted(len(shown), one, several))
    told = [said(first, n=of_all), *(said(words, n=n) for words, n in others)]
    return said(
        "Terwee m.fl. (2007) kallar {limit} godtagbart. Osäkerheten ligger {where}.",
        limit=_two(FLOOR),
        where=listing(told),
    )


def _detectable(rows: pd.DataFrame) -> str:
    shown = _shown(rows)
    if shown.empty:
        return ""
    return said(
        "En enskild persons svar måste ändras med mer än {steps} skalsteg (SDC) för att ändringen knappast ska bero på "
        "mätfel. Medelvärden av många personer är mycket säkrare än så.",
        steps=_range(shown["value"], _two),
    )
