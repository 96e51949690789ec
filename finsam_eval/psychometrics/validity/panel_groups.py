"""Do participants, staff, politicians and researchers think alike? And does the panel as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
import pandas as pd

from finsam_eval.errors import WrongShape
from finsam_eval.psychometrics.agreement import gwet_ac
from finsam_eval.psychometrics.answers import Facts, absent
from finsam_eval.psychometrics.validity.exact import freeman_halton
from finsam_eval.psychometrics.validity.panels import ASPECTS, RELEVANCE, few, panellists_by_items, simple, tallied
from finsam_eval.results import LEVEL, RECORD_COLUMNS, Estimate, Status, validate_level
from finsam_eval.stats.dispersion import benjamini_hochberg
from finsam_eval.stats.intervals import newcombe

ONE_GROUP = "Färre än två grupper har minst två som bedömt frågan; då finns inget att jämföra."
IN_A_GROUP = "Färre än två i en av grupperna har bedömt frågan."

TEST = "Fisher–Freeman–Halton, exakt"
DIFFERENCE = "skillnad i I-CVI, Newcombe, Bonferroni över gruppernas par"


@dataclass(frozen=True, kw_only=True, slots=True)
class PanelGroups:
    """How groups of a panel differ; n counts panellists that are in a group, k groups.

    `items` has one row an item: item, groups (compared), n, p, p_adjusted (over the items), method, status, reason.
    `pairs` has one row an item and pair of groups: item, first, second, and the columns of a record, first − second.
    """

    level: float
    method: str
    n: int
    k: int
    items: pd.DataFrame
    pairs: pd.DataFrame = field(repr=False)
    status: Status = Status.OK
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row an item, as `items`."""
        return self.items


def panel_groups(
    ratings: pd.DataFrame, group: pd.Series, level: float = LEVEL, *, aspect: str = RELEVANCE
) -> PanelGroups:
    """Return whether groups of a panel differ in how many find each item relevant, and which groups by how much.

    The test is exact over all groups at once, and adjusted over items so that at most one in twenty of the differences
    called sure is false (Benjamini & Hochberg). The intervals of an item's pairs hold all together: each is of level
    1 − (1 − level) / pairs. By simulation with two or four groups of 5–8 and shares of .50–.99 they hold together in
    .953 or more. Both are careful: with so few, a difference of .50 between two groups is often not sure.

    ratings : DataFrame, panellists × items. NaN = no answer; an item is compared between groups where two or more rated
        it.
    group : one per row of ratings, in the same order; missing or empty is in no group.
    A status in place of a value: cannot be compared when fewer than two groups have two ratings of the item.

    Raises
    ------
    WrongShape
        When group and ratings are not equally many, or ratings are not numbers on the scale.

    References: Freeman & Halton (1951), Biometrika 38:141–149; Newcombe (1998), Stat Med 17:873–890, method 10;
    Benjamini & Hochberg (1995), J R Stat Soc B 57:289–300.
    In R: ``fisher.test(table(group, item >= 3))$p.value``
    """
    frame, level = panellists_by_items(ratings, aspect), validate_level(level)
    if len(group) != len(frame):
        raise WrongShape(f"group must have one entry per row of ratings, got {len(group)} and {len(frame)}")
    names = group.reset_index(drop=True).replace("", np.nan)
    counts = {
        str(name): tallied(frame[(names == name).to_numpy()], aspect) for name in pd.unique(names.dropna())
    }  # in the order they come
    tested = pd.DataFrame([_tested(str(item), counts) for item in frame.columns])
    tested["p_adjusted"] = benjamini_hochberg(tested["p"])
    pairs = [row for item in frame.columns for row in _pairs(str(item), counts, level)]
    record = ["item", "first", "second", *RECORD_COLUMNS]
    facts: Facts = {"level": level, "method": TEST, "n": int(names.notna().sum()), "k": len(counts)}
    if not (tested["status"] == Status.OK).any():
        facts |= {"status": Status.NOT_COMPARABLE, "reason": ONE_GROUP}
    return PanelGroups(**facts, items=tested, pairs=pd.DataFrame(pairs, columns=record))


def panel_agreement(ratings: pd.DataFrame, level: float = LEVEL, *, aspect: str = RELEVANCE) -> Estimate:
    """Return how alike the panellists rate the items: Gwet's AC2 with quadratic weights over the scale's all codes.

    Items are what is rated, and the interval tells of other items; n counts panellists. Where nearly all ratings are
    high, as in a panel, Krippendorff's alpha is near 0 though hardly anyone disagrees; AC2 is not.

    Raises
    ------
    WrongShape
        When ratings are not numbers on the scale.

    References: Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., ch. 4.
    """
    rated = panellists_by_items(ratings, aspect).T.reset_index(drop=True)
    if rated.shape[1] < 2:
        rated = rated.reindex(columns=range(2))
    # A panel may be larger than the set of items, which a frame of subjects × raters may not: rows without a rating
    # fill it up, and count for nothing.
    filled = rated.reindex(range(max(rated.shape)))
    found = gwet_ac(filled, "quadratic", categories=ASPECTS[aspect].codes, level=level)
    return replace(found, n=int(rated.notna().any().sum()))


Counts = dict[str, tuple[dict[str, int], dict[str, int]]]


def _tested(item: str, counts: Counts) -> Facts:
    shares = [(yes[item], rated[item]) for yes, rated in counts.values() if few(rated[item]) is None]
    found: Facts = {"item": item, "groups": len(shares), "n": sum(n for _, n in shares), "p": np.nan, "method": TEST}
    if len(shares) < 2:
        return {**found, "status": Status.NOT_COMPARABLE, "reason": ONE_GROUP}
    p = freeman_halton([x for x, _ in shares], [n for _, n in shares])
    return {**found, "p": p, "status": Status.OK, "reason": ""}


def _pairs(item: str, counts: Counts, level: float) -> list[Facts]:
    able = sum(few(rated[item]) is None for _, rated in counts.values())
    at = 1 - (1 - level) / max(able * (able - 1) // 2, 1)
    rows = []
    for (first, one), (second, other) in combinations(counts.items(), 2):
        x, n, y, m = one[0][item], one[1][item], other[0][item], other[1][item]
        facts: Facts = {"level": level, "method": DIFFERENCE, "n": n + m}
        if few(n) or few(m):
            found = absent(Status.NOT_COMPARABLE, IN_A_GROUP, facts)
        else:
            lower, upper = newcombe(x, n, y, m, at)
            found = simple(x / n - y / m, float(lower), float(upper), facts)
        rows.append({"item": item, "first": first, "second": second, "status": Status.OK, **found})
    return rows
