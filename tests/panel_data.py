"""An invented panel: four groups that rate six questions in two rounds, and one that leaves."""

from __future__ import annotations

from itertools import product

import pandas as pd

ITEMS = ["K01a", "K01b", "K02a", "K03a", "K05a", "K08a"]
GROUPS = ["deltagare", "personal", "politiker", "forskare"]
SIZE = 6


def ratings() -> pd.DataFrame:
    """All find all relevant in the last round but for K05a, which politicians do not, and K08a, which few do."""
    rows = []
    for group, number in product(GROUPS, range(SIZE)):
        who = f"{group}{number}"
        for item in ITEMS:
            last = 1 if item == "K05a" and group == "politiker" else 4
            last = 2 if item == "K08a" and number else last
            first = 3 if item == "K01b" else last
            for at, rating in ((1, first), (2, last)):
                if at == 1 or who != "forskare5":
                    rows.append([who, group, at, item, "relevans", rating])
            rows.append([who, group, 1, item, "tydlighet", 4 if number else 2])
            rows.append([who, group, 1, item, "nodvandighet", 1 if item == "K08a" else 3])
    return pd.DataFrame(rows, columns=["panellist", "panel_group", "round", "item", "aspect", "rating"])
