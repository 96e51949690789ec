"""Sentences about what the declared item sets measure: how many things, how well, and alike for whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from finsam_eval.codebook import Codebook
from finsam_eval.psychometrics.factors import Invariance
from finsam_eval.psychometrics.factors.verdicts import POOR, SMALL, STOPPED
from finsam_eval.psychometrics.structure import Repeated, Structure
from finsam_eval.results import Status
from finsam_eval.swedish import decimal, listing, markdown_text, whole
from finsam_eval.tables.validity import between_occasions, freed, having
from finsam_eval.wording.shared import Text, counted, each_set
from finsam_eval.wording.validity_items import alike, differently, for_how_many

GOOD_CFI, GOOD_RMSEA, GOOD_SRMR = 0.95, 0.06, 0.08
"""Hu & Bentler (1999), Struct Equ Modeling 6:1–55; made for normal answers, and customary for others too."""

WORTH_TELLING = 10.0
"""A modification index below this is no news: chi-square of one degree of freedom, many tried."""

MOST_TOLD = 3
SIGNIFICANT = 0.05

SAYS = {
    "configural": "svarsstegen betyder inte detsamma {alike}: varken medelvärden, spridning eller samband får jämföras.",
    "thresholds": "svarsstegen betyder detsamma {alike}, men frågorna hör olika starkt ihop: varken medelvärden, spridning "
    "eller samband får jämföras.",
    "loadings": "spridning och samband får jämföras {between}, men inte medelvärden: någon fråga besvaras högre eller lägre "
    "än det gemensamma förklarar.",
    "intercepts": "medelvärden, spridning och samband får jämföras {between}.",
}
"""What may be compared after the last step that holds; more plainly than for a model of several factors."""

Subject = TypeVar("Subject", Structure, Repeated)


def validity_summary(codebook: Codebook, found: Sequence[Structure], pairs: Sequence[Repeated]) -> Text:
    """The whole in brief: how many things, who may be compared, where it is sure, what is read differently."""
    if not found:
        return Text(
            "Ingen grupp av frågor har angetts i kodboken, eller så har ingen svarat: det finns inget att pröva."
        )
    lines = [each_set(found, _how_many), each_set(found, _compared)]
    lines += [_over_time(codebook, pair) for pair in pairs]
    lines += [each_set(found, for_how_many)]
    lines += [differently(codebook, one, item) for one in found for item in freed(one)] or [alike(found)]
    return Text("\n".join(f"- {line}" for line in lines if line))


def dimensions(found: Sequence[Structure]) -> Text:
    """What each rule says, and whether they agree."""
    told = each_set(found, _rules)
    return Text(
        "*KMO* säger om frågorna har tillräckligt gemensamt för att sökas efter faktorer i (över 0,80 är gott, Kaiser "
        "1974), *Bartletts test* om de har något gemensamt alls. *Parallellanalys* räknar hur många egenvärden som är "
        "större än slumpen ger, *MAP* hur många komponenter som lämnar minst gemensamt kvar mellan frågorna (två "
        f"varianter, 1976 och 2000). {told}"
    )


def one_factor(found: Sequence[Structure]) -> Text:
    """What the model of one factor says, and how well it fits."""
    return Text(
        "Modellen säger att svaren på alla frågor i gruppen beror på en enda bakomliggande sak, plus något eget hos varje "
        "fråga. *Laddningen* är hur starkt frågan följer det gemensamma: 0 inte alls, 1 helt. Att passa gott brukar "
        f"betyda CFI och TLI från {decimal(GOOD_CFI, 2)}, RMSEA till {decimal(GOOD_RMSEA, 2)} och SRMR till "
        f"{decimal(GOOD_SRMR, 2)} (Hu och Bentler 1999). {each_set(found, _fits)}"
    )


def modifications(found: Sequence[Structure]) -> Text:
    """Which pairs have more in common than the factor; a few, and none that are no news."""
    told = " ".join(sentence for one in found if (sentence := _modified(one)))
    return Text(
        f"{told} De läggs inte till i modellen: den är bestämd i förväg, och det som hittas så här måste prövas på nya svar."
        if told
        else "Inget par av frågor har så mycket mer gemensamt än modellen säger att det är värt att nämna "
        f"(modifieringsindex under {decimal(WORTH_TELLING, 0)})."
        if having(found, "model")
        else "Utan modell finns inget att säga om enskilda par av frågor."
    )


def equality(found: Sequence[Structure]) -> Text:
    """What may be compared between women and men."""
    return Text(
        "Skillnader mellan kvinnor och män i svaren betyder bara något om frågorna fungerar lika för båda. Kraven prövas "
        "ett i taget: att svarsstegen är lika, att frågorna hör lika starkt ihop med det gemensamma, och att de har samma "
        f"utgångsläge. Ett krav *håller nästan* om det är säkerställt fel men CFI sjunker högst 0,01. {each_set(found, _compared)}"
    )


def equality_over_time(codebook: Codebook, pairs: Sequence[Repeated]) -> Text:
    """What may be compared between occasions, and which questions that rests on."""
    if not pairs:
        return Text("Ingen grupp av frågor ställs jämförbart vid två tillfällen till samma personer.")
    told = [f"{_over_time(codebook, pair)} {_shared(pair)}" for pair in pairs]
    return Text(
        f"Samma prövning mellan tillfällen, bland dem som svarat vid båda. {' '.join(told)} Frågor som kodboken inte kallar "
        "jämförbara mellan tillfällena är inte med."
    )


def _how_many(one: Structure) -> str:
    if one.parallel.status != Status.OK:
        return f"hur många saker frågorna mäter går inte att säga. {one.parallel.reason}"
    number = one.parallel.n_components or 0
    how = {0: "inget gemensamt", 1: "en enda sak"}.get(number, f"{number} olika saker")
    but = "och" if (number == 1) == _good(one) else "men"
    return f"frågorna mäter {how} enligt parallellanalysen, {but} en modell med en gemensam faktor {_fit_word(one)}."


def _fit_word(one: Structure) -> str:
    model = one.model
    if model.status != Status.OK:
        return f"gick inte att skatta ({model.status})"
    if model.cfi_scaled is None or model.rmsea_scaled is None:
        return "kan inte prövas, för frågorna är för få"
    return "passar gott" if _good(one) else "passar inte gott"


def _good(one: Structure) -> bool:
    model = one.model
    measures = (model.cfi_scaled, model.tli_scaled, model.rmsea_scaled, model.srmr)
    if any(value is None for value in measures):
        return False
    cfi, tli, rmsea, srmr = (float(value or 0) for value in measures)
    return min(cfi, tli) >= GOOD_CFI and rmsea <= GOOD_RMSEA and srmr <= GOOD_SRMR


def _rules(one: Structure) -> str:
    if one.parallel.status != Status.OK:
        return f"kan inte prövas. {one.parallel.reason}"
    numbers = {
        "parallellanalysens komponenter": one.parallel.n_components,
        "dess faktorer": one.parallel.n_factors,
        "MAP 1976": one.map_test.n_components,
        "MAP 2000": one.map_test.n_components_fourth,
    }
    known = {name: number for name, number in numbers.items() if number is not None}
    if len(set(known.values())) == 1:
        number = next(iter(known.values()))
        return (
            f"alla regler som går att räkna ({len(known)}) är överens om {counted(number, 'dimension', 'dimensioner')}."
        )
    return f"reglerna är inte överens: {listing([f'{name} ger {number}' for name, number in known.items()])}."


def _fits(one: Structure) -> str:
    model = one.model
    if model.status != Status.OK:
        return f"modellen har ingen lösning. {model.reason}"
    spread = model.loadings["std"]
    span = f"laddningarna går från {decimal(spread.min(), 2)} till {decimal(spread.max(), 2)}"
    if model.cfi_scaled is None:
        return f"{span}. {model.reason}"
    rejected = model.pvalue_scaled is not None and model.pvalue_scaled < SIGNIFICANT
    test = "Testet förkastar modellen, som det lätt gör med många svar." if rejected else "Testet förkastar den inte."
    return f"{span}. Modellen passar {'gott' if _good(one) else 'inte gott'} enligt de gränserna. {test}"


def _modified(one: Structure) -> str:
    rows = one.model.modification
    rows = rows[(rows["kind"] == "residual") & (rows["mi"] >= WORTH_TELLING)].head(MOST_TOLD)
    pairs = [
        f"{row['left']} och {row['right']} ({'mer' if row['std'] > 0 else 'mindre'} gemensamt än modellen säger, "
        f"modifieringsindex {decimal(row['mi'], 0)})"
        for _, row in rows.iterrows()
    ]
    if not pairs:
        return ""
    return f"*{markdown_text(one.item_set.label)}:* störst avvikelse har {listing(pairs)}."


def _compared(one: Structure) -> str:
    found = one.invariance
    if found.status != Status.OK:
        return f"kvinnor och män kan inte jämföras. {found.reason}"
    return f"{_said(found, 'för kvinnor och män', 'mellan kvinnor och män')}{_partly(one)}"


def _said(found: Invariance, alike: str, between: str) -> str:
    further = [words for words in (SMALL, STOPPED, POOR) if words in found.conclusion]
    return " ".join([SAYS[found.holds].format(alike=alike, between=between), *further])


def _partly(one: Structure) -> str:
    if one.partial is None:
        return ""
    items = listing(freed(one))
    if one.partial.holds == "intercepts":
        small = f" {SMALL}" if SMALL in one.partial.conclusion else ""
        return f" När {items} undantas får även medelvärden jämföras.{small}"
    return f" Det hjälper inte att undanta {items}."


def _over_time(codebook: Codebook, pair: Repeated) -> str:
    name = f"*Mellan tillfällena ({markdown_text(between_occasions(codebook, pair))}):* "
    if pair.reason:
        return f"{name}{pair.reason}"
    found = pair.invariance
    if found.status != Status.OK:
        return f"{name}kan inte jämföras. {found.reason}"
    says = _said(found, "vid båda tillfällena", "mellan tillfällena")
    return f"{name}{says} {whole(found.n)} personer har svarat på allt vid båda."


def _shared(pair: Repeated) -> str:
    names = [early if early == late else f"{early}/{late}" for early, late in pair.shared.items()]
    return f"Prövningen gäller {listing(names)}."
