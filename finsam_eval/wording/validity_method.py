"""What the numbers of validity cannot carry, and how those that are shown were made."""

from __future__ import annotations

from collections.abc import Sequence

from finsam_eval import __version__
from finsam_eval.codebook import Codebook
from finsam_eval.psychometrics.structure import Repeated, Structure
from finsam_eval.results import Status
from finsam_eval.swedish import listing, markdown_text, whole
from finsam_eval.wording.shared import Text

REFERENCES = {
    "polykorisk": "Polykoriska korrelationer: Olsson (1979).",
    "kmo": "KMO: Kaiser och Rice (1974).",
    "bartlett": "Bartletts test: Bartlett (1951).",
    "parallel": "Parallellanalys: Horn (1965), med 95-procentsgräns efter Glorfeld (1995) och svaren i slumpad ordning efter "
    "Buja och Eyuboglu (1992).",
    "map_test": "MAP: Velicer (1976); Velicer, Eaton och Fava (2000).",
    "model": "Faktormodell: Jöreskog (1969); WLSMV efter Muthén, du Toit och Spisic (1997), test efter Asparouhov och Muthén "
    "(2010); CFI efter Bentler (1990), TLI efter Tucker och Lewis (1973), RMSEA efter Steiger (1998).",
    "convergent": "AVE och sammansatt reliabilitet (CR): Fornell och Larcker (1981).",
    "invariance": "Lika betydelse: Wu och Estabrook (2016), skillnadstest efter Satorra (2000), ΔCFI efter Cheung och "
    "Rensvold (2002).",
    "graded": "Graderad responsmodell: Samejima (1969), skattad efter Bock och Aitkin (1981); S-X² efter Kang och Chen "
    "(2008), Q3 efter Yen (1984) och Christensen m.fl. (2017).",
    "mokken": "Mokkens skalanalys: Mokken (1971), Sijtsma och Molenaar (2002), medelfel efter Kuijpers m.fl. (2013).",
    "dif": "DIF med ordinal logistisk regression: Zumbo (1999), klasser efter Jodoin och Gierl (2001), summan renad efter Choi "
    "m.fl. (2011).",
    "mantel": "DIF med Mantels test: Mantel (1963), klasser efter Zwick m.fl. (1997).",
}
"""After whom each result is made, by its name in `Structure`."""


def validity_limitations(found: Sequence[Structure]) -> Text:
    """What the numbers cannot carry."""
    fewest = min((int(n) for one in found for n in one.dif.groups["n"]), default=0)
    lost = [one for one in found if len(one.items) > one.model.n]
    lines = [
        "Att svaren har något gemensamt säger inte vad det är. Det kan vara stödets kvalitet, men också trivsel, "
        "tacksamhet eller en vana att svara högt. Det avgörs av frågornas innehåll och av vad svaren hänger ihop med.",
        f"Att en skillnad mellan kvinnor och män inte påvisas är inte att den inte finns: den minsta grupp som jämförs är "
        f"{whole(fewest)} personer."
        if fewest
        else "",
        "Varje person räknas för sig. Svar från samma insats liknar ofta varandra, och då är osäkerheten större än "
        "den ser ut och testen slår ut för ofta.",
        f"Faktormodell, Mokken och DIF räknas på dem som svarat på alla frågor i gruppen ({listing([_share(one) for one in lost])}); "
        "skiljer sig de övriga är bilden sned. Responsmodellen använder alla svar."
        if lost
        else "",
        *dict.fromkeys(words for one in found for words in _known_errors(one)),
        "I simulerade svar på sju frågor pekade DIF med ordinal logistisk regression ut en fråga som den ena gruppen läser "
        "en halv standardavvikelse högre 68 gånger av 100 med 200 svar och 85 med 1 000 (Mantels test 81 och 100), men "
        "sällan en som läses olika bara på en del av skalan. Frågor som läses lika pekades ut högst 1 gång av 100.",
        "Gränserna för god passning är vanor, gjorda för normalfördelade svar. Med få steg och toppade svar blir CFI lätt "
        "hög; RMSEA och SRMR säger mer.",
        "Modellen prövas på samma svar som den skattas på; en ny omgång svar är det verkliga provet.",
    ]
    return Text("\n".join(f"- {line}" for line in lines if line))


def _known_errors(one: Structure) -> list[str]:
    """Return what the models themselves say of their tests: that these err with few heaped answers."""
    return [found.reason for found in (one.model, one.invariance) if found.status == Status.OK and found.reason]


def validity_method(codebook: Codebook, found: Sequence[Structure], pairs: Sequence[Repeated]) -> Text:
    """What was computed and after whom, told from the results that exist."""
    ran = [name for name in REFERENCES if any(_exists(one, name) for one in found)]
    over = any(not pair.reason and pair.invariance.status == Status.OK for pair in pairs)
    lines = [
        f"Instrument: {markdown_text(codebook.title)}, {markdown_text(codebook.source)}",
        "Varje deklarerad grupp av frågor prövas för sig, med en faktor. Av flera svar från samma person i samma deltagande och "
        "vid samma tillfälle räknas det senaste. Vända frågor är vända tillbaka. Jämförelserna gäller kvinnor och män; "
        "andra och okända är med i allt annat.",
        *_methods(found),
        "Mellan tillfällen hänger både det gemensamma och varje frågas eget samman fritt." if over else "",
        *(REFERENCES[name] for name in ran),
        f"finsam-eval {__version__}.",
    ]
    return Text("\n".join(f"- {line}" for line in lines if line))


def _exists(one: Structure, name: str) -> bool:
    """Return whether a result has numbers; polychoric correlations have where one made of them has."""
    names = ("kmo", "parallel", "model") if name == "polykorisk" else (name,)
    return any(getattr(one, own).status == Status.OK for own in names)


def _methods(found: Sequence[Structure]) -> list[str]:
    """Return the definitions of the results that exist, as their records name them."""
    names = ("parallel", "model", "invariance", "graded", "mokken", "dif")
    told = [getattr(one, name).method for name in names for one in found if _exists(one, name)]
    return [markdown_text(f"{words}.") for words in dict.fromkeys(told)]


def _share(one: Structure) -> str:
    return f"{whole(one.model.n)} av {whole(len(one.items))}"
