"""Do women and men, or other groups, read an item alike? Differential item functioning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from finsam_eval.errors import UnknownName, WrongShape
from finsam_eval.psychometrics.answers import Facts, numeric
from finsam_eval.psychometrics.irt.dif_tests import Codes, Logistic, Mantel, mantel, ordinal_logistic
from finsam_eval.psychometrics.ordinal import Steps, whole_steps
from finsam_eval.psychometrics.reliability import SHAPE, why_none
from finsam_eval.results import Status
from finsam_eval.stats import benjamini_hochberg

METHODS = {"ordinal logistic": Logistic._fields, "Mantel": Mantel._fields}
MATCHING = {"sum": "summan", "rest": "summan av de andra frågorna"}

ALPHA = 0.05
MODERATE_R2, LARGE_R2 = 0.035, 0.07
"""Jodoin & Gierl (2001), Appl Meas Educ 14:329–349: Nagelkerke's R² that the groups add."""

MODERATE_SMD, LARGE_SMD = 0.17, 0.25
"""Classes BB and CC of the Educational Testing Service (Zwick, Thayer & Mazzeo 1997)."""

ROUNDS = 10
FEWEST = 100
"""With fewer in a group (Zumbo 1999 asks for 200) an item that is read differently is found seldom."""

CLASSES = ("försumbar", "måttlig", "stor")

ONE_GROUP = "Bara en grupp har svarat; då finns inget att jämföra."
NO_FIT = "Frågan går inte att pröva: för få svar, eller så ger summan eller gruppen svaret helt."
UNUSED = "I {} har ingen valt alla steg som andra valt."
SMALL = "Färre än {} svar i {}: att en fråga läses olika upptäcks då sällan."


@dataclass(frozen=True, kw_only=True, slots=True)
class Dif:
    """Items that groups with the same score answer differently.

    items : a row per item: item, then the numbers of `dif_tests.Logistic` or `dif_tests.Mantel`, p_adjusted
        (Benjamini–Hochberg over items), size (one of `CLASSES`; empty without a test), flagged (significant and not
        negligible), anchor (part of the score that all items were matched on), reason.
    groups : the groups in order, the first being the one that others are compared with, and how many of each.
    n counts persons with complete answers and a group.
    """

    items: pd.DataFrame
    groups: pd.DataFrame
    method: str
    n: int
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row per item."""
        return self.items.copy()


def dif(
    items: pd.DataFrame,
    group: Sequence[object] | pd.Series,
    method: str = "ordinal logistic",
    matching: str = "sum",
    *,
    purify: bool = True,
) -> Dif:
    """Return which items groups answer differently although their scores are the same.

    By ordinal logistic regression: uniform (one group always answers higher), non-uniform (it does at some scores) and
    total tests, and classes by the Nagelkerke R² that the groups add: from .035 moderate, from .07 large (Jodoin &
    Gierl 2001; Zumbo's own limits, .13 and .26, find almost nothing). By Mantel: classes by the standardised mean
    difference, above .17 moderate, above .25 large. Only significant items, adjusted over items, have a class above
    negligible.

    The classes by R² are harder to reach (``benchmarks/inference``: seven items of five steps, two groups of half each,
    200, 500 and 1 000 respondents; error at most 2.4). An item of symmetric answers that one group reads half a
    standard deviation higher, uncut, is flagged 68, 72 and 85 times in a hundred by logistic regression, 81, 100 and
    100 by Mantel; with 65 % on the top step 52, 66 and 72, and 45, 96 and 100; a whole standard deviation 100 by both.
    One read differently at some scores only (loading .8 and .4) has an adjusted p below .05 in 22, 63 and 96 by
    logistic regression, and is flagged in 12, 3 and 0: look at p_nonuniform; Mantel's test does not see it. Items read
    alike are flagged at most 1.2 times in a hundred. Their own p, not adjusted, is below .05 in 4.1 to 6.6 where no
    item differs (6.8 of 1 000 whose groups lie half a standard deviation apart), and by logistic regression in up to
    10.0 where one does and stays in the score, since its class is negligible.

    items : DataFrame, respondents × items, whole steps, reversed already. NaN = no answer; incomplete rows are dropped.
    group : one per row of items, in the same order; a row whose group is missing is dropped. Sorted, the first is the
        one that others are compared with.
    matching : the score that persons are matched on, ``sum`` of the items, or ``rest``, without the item that is
        tested. With ``rest`` a group that has more of what is measured seems to answer every item higher.
    purify : whether flagged items leave the score, anew until the same are flagged (one that is tested stays in, with
        ``sum``).
    A status in place of tests: as for `cronbach_alpha`; not applicable with one group. An item that cannot be tested
    has a `reason` and no numbers.

    Raises
    ------
    WrongShape
        When items is not a frame of whole numbers within 15 steps, group not as long, or Mantel gets over two groups.
    UnknownName
        For another method or matching.

    References: Zumbo (1999), A Handbook on the Theory and Methods of DIF; Mantel (1963), JASA 58:690–700; the sum as
    score: Holland & Thayer (1988), in Test Validity; purification as in Choi, Gibbons & Crane (2011), J Stat Softw
    39(8). In R: as `dif_tests` tells for each test
    """
    if method not in METHODS:
        raise UnknownName(f"method {method!r} is not known; known are {', '.join(METHODS)}")
    if matching not in MATCHING:
        raise UnknownName(f"matching {matching!r} is not known; known are {', '.join(MATCHING)}")
    complete, place, groups = _matched(items, group)
    facts: Facts = {"method": _method(method, matching, purify), "n": len(complete), "groups": groups}
    steps = whole_steps(complete)
    obstacle = why_none(complete) or ((Status.NOT_APPLICABLE, ONE_GROUP) if len(groups) < 2 else None)
    if obstacle:
        empty = pd.DataFrame(columns=["item", *METHODS[method], *_ADDED])
        return Dif(items=empty, status=obstacle[0], reason=obstacle[1], **facts)
    if method == "Mantel" and len(groups) > 2:
        raise WrongShape(f"Mantel's test compares two groups, got {len(groups)}; use ordinal logistic for more")
    table = _purified(steps, place, method, matching, purify)
    table.insert(0, "item", pd.Series(complete.columns.astype(str), dtype="str"))
    table["reason"] = _remarks(table, steps, place, groups)
    small = groups.loc[groups["n"] < FEWEST, "group"]
    return Dif(items=table, reason=SMALL.format(FEWEST, ", ".join(map(str, small))) if len(small) else "", **facts)


_ADDED = ["p_adjusted", "size", "flagged", "anchor", "reason"]


def _method(method: str, matching: str, purify: bool) -> str:
    name, classes = {
        "ordinal logistic": ("DIF, ordinal logistisk regression", "Nagelkerkes ΔR², Jodoin & Gierl"),
        "Mantel": ("DIF, Mantels test", "standardiserad skillnad, ETS"),
    }[method]
    pure = ", renad från flaggade frågor" if purify else ""
    return f"{name}, matchad på {MATCHING[matching]}{pure}; klasser efter {classes}; p efter Benjamini–Hochberg"


def _matched(items: pd.DataFrame, group: Sequence[object] | pd.Series) -> tuple[pd.DataFrame, Codes, pd.DataFrame]:
    """Return complete rows with a group, each one's group from 0, and the groups."""
    rows, names = numeric(items, SHAPE).reset_index(drop=True), pd.Series(group).reset_index(drop=True)
    if len(names) != len(rows):
        raise WrongShape(f"group must have one entry per row of items, got {len(names)} and {len(rows)}")
    kept = rows.notna().all(axis=1) & names.notna()
    place, known = pd.factorize(names[kept], sort=True)
    counts = np.bincount(place, minlength=len(known))
    return rows[kept].reset_index(drop=True), place.astype(np.int64), pd.DataFrame({"group": known, "n": counts})


def _purified(steps: Steps, group: Codes, method: str, matching: str, purify: bool) -> pd.DataFrame:
    """Return the tests on the score of the items that are not flagged, anew until the same ones are."""
    anchor, seen = np.ones(steps.shape[1], dtype=bool), []
    while True:
        table = _tested(steps, group, anchor, method, matching)
        seen.append(tuple(anchor))
        clean = ~table["flagged"].to_numpy()
        # Matching needs more than one clean item; and a set that comes back would come back for ever.
        if not purify or clean.sum() < 2 or tuple(clean) in seen or len(seen) == ROUNDS:
            return table
        anchor = clean


def _tested(steps: Steps, group: Codes, anchor: np.ndarray, method: str, matching: str) -> pd.DataFrame:
    total = steps[:, anchor].sum(axis=1)
    test = ordinal_logistic if method == "ordinal logistic" else mantel
    found = []
    for item in range(steps.shape[1]):
        own = steps[:, item] * (1 if matching == "sum" else 0)
        score = total - steps[:, item] * anchor[item] + own
        found.append(test(steps[:, item], score, group))
    table = pd.DataFrame(found, columns=METHODS[method])
    table["p_adjusted"] = benjamini_hochberg(table["p"])
    table["size"] = _sizes(table)
    return table.assign(flagged=table["size"].isin(CLASSES[1:]), anchor=anchor)


def _sizes(table: pd.DataFrame) -> pd.Series:
    if "r2" in table:
        size, limits = table["r2"].to_numpy(), (MODERATE_R2, LARGE_R2)
        place = np.searchsorted(limits, size, side="right")
    else:
        size, limits = table["standardised"].abs().to_numpy(), (MODERATE_SMD, LARGE_SMD)
        place = np.searchsorted(limits, size, side="left")
    place = np.where(table["p_adjusted"] < ALPHA, np.minimum(place, 2), 0)
    return pd.Series(np.where(np.isfinite(table["p"]), np.array(CLASSES)[place], ""), dtype="str")


def _remarks(table: pd.DataFrame, steps: Steps, group: Codes, groups: pd.DataFrame) -> pd.Series:
    """Return what is to be known of each item's tests: that there are none, or a step that a group did not use."""
    remarks = []
    for item, p in enumerate(table["p"]):
        used = [set(np.unique(steps[group == place, item])) for place in range(len(groups))]
        short = [str(groups["group"].iloc[place]) for place, own in enumerate(used) if own != set().union(*used)]
        parts = [NO_FIT] if not np.isfinite(p) else []
        parts += [UNUSED.format(", ".join(short))] if short else []
        remarks.append(" ".join(parts))
    return pd.Series(remarks, dtype="str")
