"""Do those who know the field find the questions relevant, clear and needed? A panel's ratings, item by item."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from finsam_eval.psychometrics.answers import Facts, absent
from finsam_eval.psychometrics.detailed import Detailed
from finsam_eval.psychometrics.validity.exact import ALPHA, clopper_pearson, critical_count, upper_tail
from finsam_eval.psychometrics.validity.panels import (
    NECESSITY,
    NOBODY,
    RELEVANCE,
    few,
    panellists_by_items,
    simple,
    tallied,
)
from finsam_eval.results import LEVEL, RECORD_COLUMNS, Status, validate_level

EVALUATIONS = [(0.74, "utmärkt"), (0.60, "god"), (0.40, "svag men godtagbar")]
"""Modified kappa above .74 is excellent, from .60 good, from .40 fair; below that poor. Cicchetti & Sparrow (1981) and
Fleiss (1981), as Polit, Beck & Owen (2007) use them."""

POOR = "otillräcklig"

CHANCE = "Kappa är I-CVI med slumpen borträknad och har inget eget intervall."
UNREACHABLE = "Färre än fem har bedömt frågan: inte ens om alla är eniga går det att skilja från slumpen."
NONE_KEPT = "Ingen fråga når upp till så många som krävs."

CVI_METHOD = "I-CVI, Clopper–Pearson"
AVERAGE_METHOD = "S-CVI/Ave, Clopper–Pearson på antalet bedömare"
CVR_METHOD = "CVR, Clopper–Pearson; krav enligt exakt binomialtest, ensidigt {}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ContentValidity(Detailed):
    """S-CVI/Ave, the mean I-CVI (`value`); n counts panellists, k items that two or more have rated.

    `s_cvi_ua` is the share of those items that all who rated them find relevant. `items` has one row an item: item,
    the columns of a record whose value is the I-CVI, agreeing, chance (of so many agreeing), kappa (modified) and
    evaluation (of kappa, in words).
    """

    k: int
    s_cvi_ua: float | None
    items: pd.DataFrame


@dataclass(frozen=True, kw_only=True, slots=True)
class Lawshe(Detailed):
    """Lawshe's content validity index, the mean CVR of the items kept (`value`); n counts panellists, k items kept.

    `items` has one row an item: item, the columns of a record whose value is the CVR, essential (how many find it so),
    p (one-sided), needed (how many must), critical (the CVR of so many) and kept.
    """

    k: int
    items: pd.DataFrame


def content_validity(ratings: pd.DataFrame, level: float = LEVEL, *, aspect: str = RELEVANCE) -> ContentValidity:
    """Return how many of a panel find each item relevant, against chance, and the whole set's two indices.

    I-CVI is the share that rates 3 or 4 on a scale 1–4, modified kappa (I-CVI − pc) / (1 − pc), where pc is the chance
    that just so many agree when each says yes by the toss of a coin. The interval is exact: with five to thirty
    panellists Wilson's is not (`exact.clopper_pearson`). That of S-CVI/Ave is of as many answers as there are
    panellists, as if each rated all items alike: it holds however much their ratings of different items go together
    (.988 or more in 80 simulated designs), and is far too wide where they do not.

    ratings : DataFrame, panellists × items, 1–4. NaN = no answer, and each item is judged by those who rated it.
    aspect : ``relevans`` or ``tydlighet``; the same is computed of both.
    A status in place of a value: no data for an item that fewer than two have rated, and for the set when all are such.
    S-CVI/UA falls with every panellist added, whatever they think, and has no interval.

    Raises
    ------
    WrongShape
        When ratings is no DataFrame of numbers, or an item has ratings that are not on the scale.

    References: Lynn (1986), Nurs Res 35:382–385; Polit & Beck (2006), Res Nurs Health 29:489–497; Polit, Beck & Owen
    (2007), Res Nurs Health 30:459–467. They round I-CVI and pc before kappa, which is not done here: up to .01 apart.
    In R, pc and kappa of a of n: ``pc <- dbinom(a, n, .5); (a / n - pc) / (1 - pc)``
    """
    frame, level = panellists_by_items(ratings, aspect), validate_level(level)
    yes, rated = tallied(frame, aspect)
    items = pd.DataFrame([{"item": name, **_item(yes[name], rated[name], level)} for name in yes])
    known = items[items["status"] == Status.OK]
    panel = int(frame.notna().any(axis=1).sum())
    facts: Facts = {"level": level, "method": AVERAGE_METHOD, "n": panel}
    if known.empty:
        return ContentValidity(**absent(Status.NO_DATA, NOBODY, facts), k=0, s_cvi_ua=None, items=items)
    average = float(known["value"].mean())
    lower, upper = clopper_pearson(average * panel, panel, level)
    universal = float((known["agreeing"] == known["n"]).mean())
    found = simple(average, float(lower), float(upper), facts)
    return ContentValidity(**found, k=len(known), s_cvi_ua=universal, items=items)


def modified_kappa(agreeing: int, n: int) -> tuple[float, float]:
    """Return the chance that just so many of n agree, and I-CVI with that chance taken away; n is 1 or above."""
    chance = float(special.binom(n, agreeing) * 0.5**n)
    return chance, (agreeing / n - chance) / (1 - chance)


def evaluation(kappa: float) -> str:
    """Return what a modified kappa is called; `EVALUATIONS` has the limits and their source."""
    if kappa > EVALUATIONS[0][0]:
        return EVALUATIONS[0][1]
    return next((name for limit, name in EVALUATIONS[1:] if kappa >= limit), POOR)


def lawshe(ratings: pd.DataFrame, level: float = LEVEL, *, alpha: float = ALPHA) -> Lawshe:
    """Return Lawshe's content validity ratio of each item, and how many must find it essential for it to be kept.

    CVR = (nₑ − N/2) / (N/2): 1 where all find it essential, 0 where half do. An item is kept when so many find it
    essential that chance, half of them either way, gives as many at most alpha of the time. Counts are compared, and
    not CVR with Lawshe's own table: digit by digit its .78 at 9 and .54 at 13 would refuse 8 (.778) and 10 (.538),
    which are enough; and at 10, 11, 12, 14, 15, 20, 25 and 40 it prints what no panel can have, .62 for .800 at ten.
    Rounded up to what a panel can have it asks for the same numbers.

    ratings : DataFrame, panellists × items: 1 unnecessary, 2 useful, 3 essential. NaN = no answer, and N counts those
        who rated the item.
    A status in place of a value: no data for an item that fewer than two have rated. With fewer than five there is no
    number that is enough (`needed` is missing). The set: not applicable when no item is kept.

    Raises
    ------
    WrongShape
        When ratings is no DataFrame of numbers, or an item has ratings that are not on the scale.

    References: Lawshe (1975), Personnel Psychology 28:563–575; Ayre & Scally (2014), Meas Eval Couns Dev 47:79–86.
    In R: ``binom.test(n_e, N, alternative = "greater")$p.value``
    """
    frame, level = panellists_by_items(ratings, NECESSITY), validate_level(level)
    yes, rated = tallied(frame, NECESSITY)
    items = pd.DataFrame([{"item": name, **_essential(yes[name], rated[name], level, alpha)} for name in yes])
    kept = items[items["kept"]]
    facts: Facts = {"level": level, "method": "CVI, medel av CVR för de frågor som når kravet"}
    facts["n"] = int(frame.notna().any(axis=1).sum())
    if kept.empty:
        return Lawshe(**absent(Status.NOT_APPLICABLE, NONE_KEPT, facts), k=0, items=items)
    return Lawshe(**simple(float(kept["value"].mean()), None, None, facts), k=len(kept), items=items)


def _item(agreeing: int, n: int, level: float) -> Facts:
    facts: Facts = {"level": level, "method": CVI_METHOD, "n": n}
    hindrance = few(n)
    if hindrance:
        own: Facts = {"agreeing": agreeing, "chance": np.nan, "kappa": np.nan, "evaluation": ""}
        return {**_record(absent(Status.NO_DATA, hindrance, facts)), **own}
    lower, upper = clopper_pearson(agreeing, n, level)
    chance, kappa = modified_kappa(agreeing, n)
    own = {"agreeing": agreeing, "chance": chance, "kappa": kappa, "evaluation": evaluation(kappa)}
    return {**_record(simple(agreeing / n, float(lower), float(upper), facts)), **own}


def _essential(essential: int, n: int, level: float, alpha: float) -> Facts:
    facts: Facts = {"level": level, "method": CVR_METHOD.format(f"{alpha:g}".replace(".", ",")), "n": n}
    hindrance = few(n)
    if hindrance:
        own: Facts = {"essential": essential, "p": np.nan, "needed": np.nan, "critical": np.nan, "kept": False}
        return {**_record(absent(Status.NO_DATA, hindrance, facts)), **own}
    needed = critical_count(n, alpha)
    limits = 2 * np.array(clopper_pearson(essential, n, level)) - 1
    reason = UNREACHABLE if needed is None else ""
    own = {
        "essential": essential,
        "p": float(upper_tail(essential, n)),
        "needed": np.nan if needed is None else needed,
        "critical": np.nan if needed is None else 2 * needed / n - 1,
        "kept": needed is not None and essential >= needed,
    }
    return {**_record(simple(2 * essential / n - 1, float(limits[0]), float(limits[1]), facts, reason)), **own}


def _record(found: Facts) -> Facts:
    return {name: found.get(name, Status.OK) for name in RECORD_COLUMNS}
