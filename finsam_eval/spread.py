"""The förbund of one release: the shares that may be seen, and how many there are."""

from __future__ import annotations

import pandas as pd

from finsam_eval.results import ALL, Status
from finsam_eval.view import View


def of_forbund(view: View, *, group: str, occasion: str, item: str) -> pd.DataFrame:
    """Return every förbund's top-two share of one item, for the report's period.

    Returns
    -------
    DataFrame
        value, lower, upper, status by förbund, in the order of the study's file. A förbund without a record has the
        status of one where nobody answered.
    """
    rows = view.select(
        unit=list(view.names),
        respondent_group=group,
        occasion=occasion,
        item=item,
        gender=ALL,
        period=view.period,
        statistic="andel",
    )
    by_unit = rows.set_index(rows["unit"].astype(str))[["value", "lower", "upper", "status"]].reindex(list(view.names))
    return by_unit.fillna({"status": str(Status.NO_DATA)})


def shown(view: View, *, group: str, occasion: str) -> pd.DataFrame:
    """Return per förbund how many of the items that this group answers at this occasion may be shown.

    Returns
    -------
    DataFrame
        shown, items by förbund, in the order of the study's file.
    """
    items = [item.id for item in view.items(group, occasion)]
    seen = [of_forbund(view, group=group, occasion=occasion, item=item)["status"] == Status.OK for item in items]
    number = sum((column.astype(int) for column in seen), start=pd.Series(0, index=list(view.names)))
    return pd.DataFrame({"shown": number, "items": len(items)})
