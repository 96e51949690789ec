"""Sentences about what a panel says of the questions: what the numbers mean, which questions fall short, and how sure it is."""

from __future__ import annotations

import pandas as pd

from finsam_eval.language import said
from finsam_eval.psychometrics.rows import ITEM
from finsam_eval.psychometrics.validity.delphi import AGREED, MOVED, STABLE, WIDEST, agreed, settled
from finsam_eval.results import Status
from finsam_eval.swedish import between, decimal, listing, markdown_text, percent, whole
from finsam_eval.tables.validity_content import pair
from finsam_eval.wording.shared import Text, counted, together

ENOUGH = 0.78
"""Least I-CVI of a relevant question, with three panellists or more: Polit, Beck & Owen (2007), Res Nurs Health 30:459."""

SURE = 15
"""Panellists at least for the whole interval of an I-CVI to lie above .78, when all of them agree."""

FEWEST = 5
"""With fewer than these not even a panel of one mind can be told from chance: one half to the fourth is .0625."""

NO_PANEL = "Ingen panel har bedömt frågorna, så det är okänt om de är relevanta och tydliga för dem som kan området."


def content_validity(coefficients: pd.DataFrame) -> Text:
    """How to read a panel's judgement, which questions fall short, and for which that is sure."""
    rows, asked = _of(coefficients, "i_cvi"), _asked(coefficients, "i_cvi")
    if asked.empty:
        return Text(said(NO_PANEL))
    if rows.empty:
        return Text(said("Frågorna har bedömts av för få för att omdömet ska kunna visas."))
    below, sure = rows[rows["value"] < ENOUGH], rows[rows["lower"] >= ENOUGH]
    told = said(
        "{panel} har sagt hur relevant varje fråga är, på en skala 1–4. *I-CVI* är andelen som svarat 3 eller 4. {reached} "
        "av {questions} når {enough}, som Polit, Beck och Owen (2007) begär.",
        panel=_panel(rows),
        reached=len(rows) - len(below),
        questions=counted(len(rows), "fråga", "frågor"),
        enough=decimal(ENOUGH, 2),
    )
    short = said("Det gör inte {names}.", names=_names(below)) if len(below) else said("Ingen faller under.")
    limits = said(
        "*Kappa* är I-CVI med slumpen borträknad. En panel kan bara säga vad de som frågats tycker: att en fråga är "
        "relevant visar inte att den mäter rätt."
    )
    parts = [
        told,
        short,
        _how_sure(rows, sure),
        _few(rows, len(asked) - len(rows)),
        _clarity(coefficients),
        _necessity(coefficients),
        limits,
    ]
    return Text(together(*parts))


def panel_groups(coefficients: pd.DataFrame) -> Text | None:
    """Whether the panel's groups surely differ on any question; None where there are not two groups."""
    asked, tested = _asked(coefficients, "gruppskillnad_p"), _of(coefficients, "gruppskillnad_p")
    if asked.empty:
        return None
    if tested.empty:
        return Text(said("Grupperna i panelen är för små för att jämföras."))
    apart = tested[tested["value"] < MOVED]
    found = {str(row["subject"]): row for _, row in _of(coefficients, "gruppskillnad").iterrows()}
    told = [f"{name} ({markdown_text(pair(found[name]))})" for name in apart["subject"] if name in found]
    differ = (
        said("Säkert olika är de om {questions}.", questions=listing(told))
        if told
        else said("Om ingen fråga är det säkerställt att grupperna tycker olika.")
    )
    number = counted(len(tested), "fråga", "frågor")
    caution = said(
        "Testet räknar ut exakt hur ofta så stora olikheter uppstår av en slump, och tar hänsyn till att flera frågor "
        "prövas. Med fem till åtta i varje grupp syns bara mycket stora skillnader: att ingen är säkerställd betyder inte "
        "att grupperna är eniga."
    )
    return Text(together(said("Grupperna i panelen jämförs för {questions}.", questions=number), differ, caution))


def delphi(coefficients: pd.DataFrame) -> Text | None:
    """Whether the panel has made up its mind, and agrees; None where nothing was rated in two rounds."""
    asked, net = _asked(coefficients, "delphi_netto"), _of(coefficients, "delphi_netto")
    if asked.empty:
        return None
    if net.empty:
        return Text(said("För få har bedömt frågorna i båda omgångarna för att de ska kunna jämföras."))
    p, spread, share = (
        _of(coefficients, name).set_index("subject")["value"] for name in ("delphi_p", "delphi_spridning", "i_cvi")
    )
    moving = [one["subject"] for _, one in net.iterrows() if not settled(one["value"], p.get(one["subject"], 1.0))]
    known = [name for name in net["subject"] if name in spread.index and name in share.index]
    split = [name for name in known if name not in moving and not agreed(share[name], spread[name])]
    still = (
        said("Ännu i rörelse är {names}; en omgång till kan ändra omdömet.", names=listing(moving))
        if moving
        else said("Ingen är i rörelse.")
    )
    apart = said(
        "Om {names} är panelen oenig och har slutat röra sig: fler omgångar lär inte ändra det.",
        names=listing(split or [""]),
    )
    stable = said(
        "{stable} av {questions} är stabila mellan de två sista omgångarna: svarens fördelning har flyttat sig mindre än "
        "{least} av panelen (Scheibe m.fl. 1975), och ingen förskjutning är säkerställd.",
        stable=len(net) - len(moving),
        questions=counted(len(net), "fråga", "frågor"),
        least=percent(STABLE),
    )
    agree = said(
        "*Enig* betyder att minst {agreed} är för, eller emot, och att den mittersta hälften av svaren ryms inom {steps}. "
        "De som hoppat av mellan omgångarna är inte med.",
        agreed=percent(AGREED),
        steps=counted(round(WIDEST), "skalsteg", "skalsteg"),
    )
    return Text(together(stable, still, apart if split else "", agree, _one_decides(net)))


def _one_decides(net: pd.DataFrame) -> str:
    least = net["n"].dropna().min()
    if pd.isna(least) or 1 / least < STABLE:
        return ""
    return said(
        "Bara {n} har bedömt någon av frågorna två gånger: då räcker en som ändrar sig för att den inte ska räknas som "
        "stabil.",
        n=whole(least),
    )


def content_validity_method() -> Text:
    """How a panel's numbers are made, with sources."""
    sources = said(
        "I-CVI och S-CVI: Lynn (1986), Polit och Beck (2006); modifierad kappa: Polit, Beck och Owen (2007), med ord efter "
        "Cicchetti och Sparrow (1981). Intervall: Clopper och Pearson (1934), som håller även för fem bedömare. CVR: Lawshe "
        "(1975), med exakta krav enligt Ayre och Scally (2014). Grupper: Fisher–Freeman–Haltons exakta test, justerat enligt "
        "Benjamini och Hochberg (1995); skillnader: Newcombe (1998), samtidiga intervall enligt Bonferroni. Samstämmighet: "
        "Gwets AC2 (2014), kvadratiska vikter. Omgångar: Scheibe, Skutsch och Schofer (1975), Dajani, Sincoff och Talley "
        "(1979); enighet: von der Gracht (2012), Diamond m.fl. (2014)."
    )
    return Text(sources)


def _panel(rows: pd.DataFrame) -> str:
    counts = sorted({int(n) for n in rows["n"].dropna()})
    if not counts:
        return said("Panelen")
    span = whole(counts[0]) if len(counts) == 1 else between(whole(counts[0]), whole(counts[-1]))
    return said("{n} bedömare", n=span)


def _how_sure(rows: pd.DataFrame, sure: pd.DataFrame) -> str:
    least = rows["n"].dropna().max()
    told = said(
        "Osäkerheten visar hur det kunde ha blivit med andra i panelen; för {n} ligger hela intervallet på den gränsen "
        "eller över.",
        n=len(sure) or said("ingen"),
    )
    if pd.notna(least) and least < SURE:
        few = said("Det kan det inte göra för färre än {n} bedömare, hur eniga de än är.", n=SURE)
        return together(told, few)
    return told


def _few(rows: pd.DataFrame, lacking: int) -> str:
    few = rows[rows["n"].fillna(FEWEST) < FEWEST]
    which = said("varje fråga") if len(few) == len(rows) else _names(few) if len(few) else ""
    told = said(
        "Färre än {n} har bedömt {which}: för få, då går inte ens full enighet att skilja från slumpen.",
        n=FEWEST,
        which=which,
    )
    number = counted(lacking, "fråga", "frågor")
    unseen = said("{questions} har bedömts av för få för att visas.", questions=number) if lacking else ""
    return together(told if which else "", unseen)


def _clarity(coefficients: pd.DataFrame) -> str:
    rows = _of(coefficients, "tydlighet")
    if rows.empty:
        return ""
    unclear = rows[rows["value"] < ENOUGH]
    return (
        said("Otydligt formulerade, med samma gräns: {names}.", names=_names(unclear))
        if len(unclear)
        else said("Alla frågor är tydliga, med samma gräns.")
    )


def _necessity(coefficients: pd.DataFrame) -> str:
    ratio, least = (_of(coefficients, name).set_index("subject")["value"] for name in ("cvr", "cvr_krav"))
    both = [name for name in ratio.index if name in least.index]
    if not both:
        return ""
    short = [name for name in both if ratio[name] < least[name] - 1e-9]
    told = said("Det gör inte {names}.", names=listing(short)) if short else said("Alla gör det.")
    ratio_is = said(
        "*CVR* är 1 när alla finner frågan nödvändig och 0 när hälften gör det; den ska vara högre än slumpen ger."
    )
    return together(ratio_is, told)


def _names(rows: pd.DataFrame) -> str:
    return listing(list(rows["subject"]))


def _asked(coefficients: pd.DataFrame, statistic: str) -> pd.DataFrame:
    return coefficients[(coefficients["kind"] == ITEM) & (coefficients["statistic"] == statistic)]


def _of(coefficients: pd.DataFrame, statistic: str) -> pd.DataFrame:
    rows = _asked(coefficients, statistic)
    return rows[rows["status"] == Status.OK]
