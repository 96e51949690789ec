"""How many förbund stand out from the country, and how many would by chance: counted, never ranked."""

from __future__ import annotations

import pandas as pd

from finsam_eval.results import LEVEL, Status

FAR = "99,8"


def count_beside(contrasts: pd.DataFrame, *, group: str, occasion: str) -> pd.DataFrame:
    """Return per item how many förbund are shown, can be compared, and lie outside the funnel's lines.

    `above` and `below` count those outside the inner lines (95 %), `far_above` and `far_below` those also outside the
    outer ones (99.8 %); `by_chance` is how many of the comparable would lie outside the inner lines if all förbund had
    the country's level: one in twenty.

    Returns
    -------
    DataFrame
        item, shown, comparable, above, below, far_above, far_below, by_chance; in the order they come.
    """
    rows = contrasts[
        (contrasts["statistic"] == "mot_riket")
        & (contrasts["respondent_group"] == group)
        & (contrasts["occasion"] == occasion)
    ]
    comparable = rows["status"] == Status.OK
    above, below = (comparable & rows["verdict"].str.startswith(side) for side in ("över ", "under "))
    far = rows["verdict"].str.endswith(f" {FAR}")
    told = pd.DataFrame(
        {
            "item": rows["item"],
            "shown": comparable | (rows["status"] == Status.NOT_COMPARABLE),
            "comparable": comparable,
            "above": above,
            "below": below,
            "far_above": above & far,
            "far_below": below & far,
        }
    )
    counted = told.groupby("item", sort=False).sum().astype("int64").reset_index()
    return counted.assign(by_chance=(1 - LEVEL) * counted["comparable"])
