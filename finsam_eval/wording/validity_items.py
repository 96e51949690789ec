"""Sentences about single questions: where they measure, whether they order persons, who reads them differently."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.psychometrics.structure import Structure
from finsam_eval.results import Status
from finsam_eval.swedish import decimal, listing, markdown_text, percent
from finsam_eval.tables.validity import Z, freed, having, p_value
from finsam_eval.wording.shared import Text, counted, each_set

MOST_TOLD = 3
MOST_NAMED = 5
SIGNIFICANT = 0.05


def response_model(found: Sequence[Structure]) -> Text:
    """Where on the scale the questions measure surely, and for how many."""
    if not having(found, "graded"):
        return Text(each_set(found, where))
    return Text(
        "En responsmodell placerar både personer och svarssteg på samma skala, där 0 är medelpersonen och 1 en "
        f"standardavvikelse. {each_set(found, where)} Utanför det området skiljer frågorna dåligt mellan personer: den som "
        "svarar högst på allt kan ligga lite eller mycket högre, det går inte att se. *Skärpa* är hur tydligt frågan skiljer "
        "på personer, *trösklar* var hälften svarar så högt eller högre."
    )


def misfit(found: Sequence[Structure]) -> Text:
    """Which items the response model does not fit, and which pairs depend on each other beside the trait."""
    fitted = having(found, "graded")
    if not fitted:
        return Text("Utan responsmodell kan frågornas passning inte prövas.")
    poor = [f"{row['item']} ({one.item_set.label})" for one in fitted for _, row in _unfit(one).iterrows()]
    pairs = [pair for one in fitted for pair in _dependent(one)]
    tried = sum(int(one.graded.fit["p"].notna().sum()) for one in fitted)
    item = _which(poor, tried)
    local = (
        f"Svaren följs åt mer än det gemensamma förklarar för {'; '.join(pairs)}: sådana par säger mindre än två frågor ska, "
        "och reliabiliteten ser högre ut än den är."
        if pairs
        else "Inget par av frågor följs åt märkbart mer än det gemensamma förklarar (Q3 högst 0,2 över medel)."
    )
    return Text(f"{item} {local}")


def _which(poor: Sequence[str], tried: int) -> str:
    of_all = counted(tried, "prövad fråga", "prövade frågor")
    if not poor:
        return f"Ingen av {of_all} avviker säkert från modellen (S-X²)."
    named = f": {listing(poor)}" if len(poor) <= MOST_NAMED else ""
    return f"{len(poor)} av {of_all} avviker från modellen mer än slumpen ger (S-X²){named}."


def scalability(found: Sequence[Structure]) -> Text:
    """Whether the sum orders persons, without a curve of any form."""
    return Text(
        "Mokkens skalanalys prövar med få antaganden om frågorna ordnar personerna lika, så att summan av svaren kan "
        "användas. H under 0,3 räknas inte som en skala, 0,3–0,4 som svag, 0,4–0,5 som medelstark och från 0,5 som stark "
        f"(Mokken 1971). {each_set(found, _scale)}"
    )


def read_differently(codebook: Codebook, found: Sequence[Structure]) -> Text:
    """Which questions women and men with the same sum answer differently, in plain words."""
    tested = having(found, "dif")
    told = [differently(codebook, one, item) for one in tested for item in freed(one)]
    weaker = [_weaker(one) for one in tested]
    lacking = [
        f"{one.item_set.label}: {one.dif.reason}" for one in found if one.dif.status != Status.OK or one.dif.reason
    ]
    intro = (
        "En fråga fungerar olika (DIF) om en kvinna och en man som i övrigt svarat lika ändå svarar olika på den. Det kan bero "
        "på hur frågan läses, eller på att just det den handlar om skiljer sig; svaren ensamma säger inte vilket."
    )
    return Text(" ".join(part for part in [intro, *(told or [alike(found)]), *weaker, *lacking] if part))


def where(one: Structure) -> str:
    """Say where on the scale a set measures surely, and for how many."""
    if one.graded.status != Status.OK:
        return f"responsmodellen går inte att skatta. {one.graded.reason}"
    row = one.graded.reach.set_index("reliability").loc[0.7]
    if not np.isfinite(row["lower"]):
        return "frågorna når ingenstans reliabiliteten 0,70."
    return (
        f"reliabiliteten är minst 0,70 från {decimal(row['lower'])} till {decimal(row['upper'])}, och där finns "
        f"{percent(row['share'])} av dem som svarat. {_side(row)}"
    ).strip()


def for_how_many(one: Structure) -> str:
    """Say the same without the scale."""
    if one.graded.status != Status.OK:
        return where(one)
    row = one.graded.reach.set_index("reliability").loc[0.7]
    if not np.isfinite(row["lower"]):
        return where(one)
    share = percent(row["share"])
    told = f"frågorna mäter säkert nog för att jämföra grupper (reliabilitet minst 0,70) för {share} av dem som svarat."
    return f"{told} {_side(row)}".strip()


def _side(row: pd.Series) -> str:
    """Say on which side of the middle the questions measure, where one end is nearer by much."""
    if -row["lower"] > 1.5 * row["upper"]:
        return "De skiljer bättre mellan dem som svarar lågt än mellan dem som svarar högt."
    if row["upper"] > -1.5 * row["lower"]:
        return "De skiljer bättre mellan dem som svarar högt än mellan dem som svarar lågt."
    return ""


def _unfit(one: Structure) -> pd.DataFrame:
    return one.graded.fit[one.graded.fit["p_adjusted"] < SIGNIFICANT]


def _dependent(one: Structure) -> list[str]:
    rows = one.graded.dependence
    rows = rows[rows["above"] > 0.2].sort_values("above", ascending=False).head(MOST_TOLD)
    return [f"{row['first']} och {row['second']}" for _, row in rows.iterrows()]


def _scale(one: Structure) -> str:
    found = one.mokken
    if found.status != Status.OK or found.value is None:
        return f"kan inte prövas. {found.reason}"
    limits = "" if found.lower is None else f" ({decimal(found.lower, 2)} till {decimal(found.upper or 1, 2)})"
    strength = "ingen skala" if found.value < 0.3 else "svag" if found.value < 0.4 else "medelstark"
    strength = "stark" if found.value >= 0.5 else strength
    left = list(found.items.loc[found.items["scale"] == 0, "item"])
    outside = f" Utanför faller {listing(left)}." if left else ""
    number = "" if found.scales is None or found.scales < 2 else f" Sökningen delar frågorna på {found.scales} skalor."
    falls = int(found.monotonicity["significant"].sum()) if len(found.monotonicity) else 0
    order = f" {counted(falls, 'säkert brott', 'säkra brott')} mot ordningen." if falls else ""
    untried = f" {found.reason}" if found.reason else ""
    return f"H är {decimal(found.value, 2)}{limits}: {strength}.{outside}{number}{order}{untried}"


def differently(codebook: Codebook, one: Structure, item: str) -> str:
    """Say how women and men read a flagged item differently."""
    row = one.dif.items.set_index("item").loc[item]
    name = f"*{item} (”{markdown_text(codebook.item(item).wording)}”)* fungerar olika för kvinnor och män"
    tail = f"klass {row['size']}, ΔR² {decimal(row['r2'], 3)}, p {_p(row['p_adjusted'])}"
    if row["r2_nonuniform"] > row["r2_uniform"] or not np.isfinite(row["log_odds"]):
        return f"{name}; åt vilket håll växlar längs skalan ({tail})."
    odds, se = -float(row["log_odds"]), float(row["log_odds_se"])
    lower, upper = decimal(odds - Z * se, 2), decimal(odds + Z * se, 2)
    steps = _steps_apart(one, item)
    way = "högre" if odds > 0 else "lägre"
    return (
        f"{name}: kvinnor svarar {steps}{way} än män som i övrigt svarat lika (logodds {decimal(odds, 2)}, "
        f"{lower} till {upper}; {tail})."
    )


def _steps_apart(one: Structure, item: str) -> str:
    """Return how many steps apart they answer, where Mantel's difference is known: "0,6 steg "."""
    rows = one.mantel.items
    own = rows.loc[rows["item"] == item, "difference"] if len(rows) else pd.Series(dtype=float)
    return f"{decimal(abs(float(own.iloc[0])), 1)} steg " if len(own) and np.isfinite(own.iloc[0]) else ""


def _weaker(one: Structure) -> str:
    rows = one.mantel.items
    if one.mantel.status != Status.OK:
        return ""
    only = [name for name in rows.loc[rows["flagged"].astype(bool), "item"] if name not in freed(one)]
    if not only:
        return ""
    return (
        f"Ett svagare tecken ({markdown_text(one.item_set.label)}): Mantels test, som finner mindre skillnader, pekar även ut "
        f"{listing(only)}."
    )


def alike(found: Sequence[Structure]) -> str:
    """Say that no item is flagged, or that none could be tested."""
    tested = sum(int(np.isfinite(one.dif.items["p"]).sum()) for one in found if one.dif.status == Status.OK)
    if not tested:
        return "Om frågorna fungerar olika för kvinnor och män går inte att pröva."
    return f"Ingen av {counted(tested, 'prövad fråga', 'prövade frågor')} fungerar märkbart olika för kvinnor och män."


def _p(value: float) -> str:
    text = p_value(value)
    return text if text.startswith("<") else f"= {text}"
