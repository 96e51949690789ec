"""Has a Delphi panel made up its mind? Two rounds compared, person by person, and how far it agrees in the last one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.agreement import weighted_kappa
from finsam_eval.psychometrics.answers import Array, Facts, absent
from finsam_eval.psychometrics.detailed import Detailed
from finsam_eval.psychometrics.validity.exact import clopper_pearson, sign_flips
from finsam_eval.psychometrics.validity.panels import ASPECTS, RELEVANCE, few, panellists_by_items, simple
from finsam_eval.results import LEVEL, RECORD_COLUMNS, Status, validate_level

STABLE = 0.15
"""Less of the panel than this may have moved, net, between two rounds: Scheibe, Skutsch & Schofer (1975), Experiments
in Delphi methodology, in Linstone & Turoff, The Delphi Method, pp. 262–287."""

AGREED = 0.75
"""Least share of yes, or of no: the median of the thresholds in use in the 72 Delphi studies of 100 that state one
(Diamond et al. 2014, J Clin Epidemiol 67:401–409)."""

WIDEST = 1.0
"""Largest distance between the quartiles, in scale steps, on scales of four or five (von der Gracht 2012, Technol
Forecast Soc Change 79:1525–1536)."""

MOVED = 0.05
"""A shift of the whole panel is sure where the exact p is below this."""

NOT_TWICE = "Färre än två har bedömt frågan i båda omgångarna."
METHOD = "Andel ändrade bedömningar, Clopper–Pearson på antalet bedömare"
ITEM_METHOD = "Andel som ändrat sig, Clopper–Pearson"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rounds(Detailed):
    """The share of ratings changed between two rounds (`value`), by panellists in both; n counts these, k items.

    `left` and `joined` count panellists in the first or the second round only; `stable` counts stable items.
    `items` has one row an item: item, the columns of a record whose value is the share who changed their rating; net
    (the share of the panel by which the distribution moved), shift (mean change in steps), p (of no shift), kappa
    (quadratic weights, first against second); median, spread (between the quartiles) and yes (share) in the second
    round by all who rated there; stable and agreed, missing where it cannot be told.
    """

    k: int
    left: int
    joined: int
    stable: int
    items: pd.DataFrame


def compare_rounds(
    first: pd.DataFrame, second: pd.DataFrame, level: float = LEVEL, *, aspect: str = RELEVANCE
) -> Rounds:
    """Return how much a panel changed its ratings from one round to the next, and whether each item has settled.

    Stability comes before agreement: a panel that is still moving has not agreed, and one may settle in disagreement
    (Dajani, Sincoff & Talley 1979). An item is *stable* when its distribution has moved less than 15 % of the panel
    (half the sum of the absolute changes in the shares) and no shift is sure (exact p of at least .05). With six or
    fewer a single person's change is more than that. Net movement hides those who change places: the share who
    changed, and kappa (as Holey et al. 2007 use it), tell of persons. *Agreed*: three quarters or more on one side, and
    the quartiles at most one step apart.

    first, second : DataFrames, panellists × items, with the panellists as index. NaN = no answer. Items in both are
        compared, by those who rated them twice; who dropped out is only counted, and dropouts may think otherwise.
    A status in place of a value: no data for an item that fewer than two rated twice, and when all items are such.

    Raises
    ------
    WrongShape
        When ratings are not numbers on the scale, or a panellist has several rows.

    References: Dajani, Sincoff & Talley (1979), Technol Forecast Soc Change 13:83–90; Holey, Feeley, Dixon & Whittaker
    (2007), BMC Med Res Methodol 7:52; the rules' sources stand at `STABLE`, `AGREED` and `WIDEST`.
    In R, net: ``sum(abs(prop.table(table(a)) - prop.table(table(b)))) / 2`` for factors with the same levels
    """
    level = validate_level(level)
    before, after = panellists_by_items(first, aspect), panellists_by_items(second, aspect)
    if not (before.index.is_unique and after.index.is_unique):
        raise WrongShape("expected panellists × items with each panellist once in the index of both rounds")
    names = [name for name in before.columns if name in after.columns]
    rated = [set(frame.index[frame.notna().any(axis=1)]) for frame in (before, after)]
    both = sorted(rated[0] & rated[1])
    one, other = before.loc[both, names], after.loc[both, names]
    rows = [
        {"item": str(name), **_item(one[name], other[name], after[name], level, ASPECTS[aspect].yes)} for name in names
    ]
    items = pd.DataFrame(rows, columns=["item", *RECORD_COLUMNS, *OWN])
    known = items[items["status"] == Status.OK]
    own: Facts = {"left": len(rated[0] - rated[1]), "joined": len(rated[1] - rated[0]), "items": items, "k": len(known)}
    own["stable"] = sum(map(bool, known["stable"]))
    facts: Facts = {"level": level, "method": METHOD, "n": len(both)}
    if known.empty:
        return Rounds(**absent(Status.NO_DATA, NOT_TWICE, facts), **own)
    changed = float(np.average(known["value"].astype(float), weights=known["n"].astype(float)))
    lower, upper = clopper_pearson(changed * len(both), len(both), level)
    return Rounds(**simple(changed, float(lower), float(upper), facts), **own)


def settled(net: float, p: float) -> bool:
    """Return whether a question's ratings have stopped moving: `STABLE` and `MOVED` have the limits."""
    return bool(net < STABLE and p >= MOVED)


def agreed(yes: float, spread: float) -> bool:
    """Return whether a panel agrees on a question, for or against: `AGREED` and `WIDEST` have the limits."""
    return bool(max(yes, 1 - yes) >= AGREED and spread <= WIDEST)


OWN = ["net", "shift", "p", "kappa", "median", "spread", "yes", "stable", "agreed"]


def _item(one: pd.Series, other: pd.Series, after: pd.Series, level: float, yes: tuple[int, ...]) -> Facts:
    twice = one.notna() & other.notna()
    a, b, last = one[twice].to_numpy(), other[twice].to_numpy(), after.dropna().to_numpy()
    facts: Facts = {"level": level, "method": ITEM_METHOD, "n": len(a)}
    own = {**dict.fromkeys(OWN[:4], np.nan), "stable": None, **_agreed(last, yes)}
    if few(len(a)):
        return {"status": Status.NO_DATA, **absent(Status.NO_DATA, NOT_TWICE, facts), **own}
    changed = int((a != b).sum())
    lower, upper = clopper_pearson(changed, len(a), level)
    kappa = weighted_kappa(a, b, "quadratic").value
    net, p = _net(a, b), sign_flips((b - a).astype(np.int64))
    own |= {"net": net, "shift": float((b - a).mean()), "p": p, "kappa": np.nan if kappa is None else kappa}
    own["stable"] = settled(net, p)
    return {"status": Status.OK, **simple(changed / len(a), float(lower), float(upper), facts), **own}


def _net(a: Array, b: Array) -> float:
    """Return by how large a share of the panel the distribution moved: those who changed places cancel out."""
    moved = sum(abs(int((a == code).sum()) - int((b == code).sum())) for code in np.union1d(a, b))
    return float(moved / (2 * len(a)))


def _agreed(ratings: Array, yes: tuple[int, ...]) -> Facts:
    if few(len(ratings)):
        return {**dict.fromkeys(["median", "spread", "yes"], np.nan), "agreed": None}
    lower, median, upper = np.quantile(ratings, [0.25, 0.5, 0.75])
    share = float(np.isin(ratings, yes).mean())
    spread = float(upper - lower)
    return {"median": float(median), "spread": spread, "yes": share, "agreed": agreed(share, spread)}
