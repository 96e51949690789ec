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
    side = rows["verdict"].str.partition(" ").set_axis(["side", "space", "line"], axis=1)
    comparable = rows["status"] == Status.OK
    told = pd.DataFrame(
        {
            "item": rows["item"],
            "shown": comparable | (rows["status"] == Status.NOT_COMPARABLE),
            "comparable": comparable,
            "above": comparable & (side["side"] == "över"),
            "below": comparable & (side["side"] == "under"),
            "far_above": comparable & (side["side"] == "över") & (side["line"] == FAR),
            "far_below": comparable & (side["side"] == "under") & (side["line"] == FAR),
        }
    )
    counted = told.groupby("item", sort=False).sum().astype("int64").reset_index()
    return counted.assign(by_chance=(1 - LEVEL) * counted["comparable"])
