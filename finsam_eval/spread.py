"""How the förbund of one release lie beside the country: counted, never ranked."""

from __future__ import annotations

import pandas as pd

from finsam_eval.results import ALL, COUNTRY, LEVEL, Status
from finsam_eval.view import View


def standing(view: View, *, group: str, occasion: str) -> pd.DataFrame:
    """Return per item how many förbund can be compared with the country, and how many lie clearly beside it.

    A förbund lies clearly above where the lower end of its own 95 % interval is above the country's value, below where
    the upper end is below it. `by_chance` is how many of the comparable would do so if every förbund had the country's
    level: one in twenty. A hidden or missing share, the country's or a förbund's own, makes no comparison.

    Returns
    -------
    DataFrame
        item, comparable, above, below, by_chance; items in the instrument's order.
    """
    country = view.shares(group, occasion, unit=COUNTRY)
    rows = [
        _beside(of_forbund(view, group=group, occasion=occasion, item=item.id), item.id, country.loc[item.id])
        for item in view.items(group, occasion)
    ]
    return pd.DataFrame(rows, columns=["item", "comparable", "above", "below", "by_chance"])


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


def _beside(forbund: pd.DataFrame, item: str, country: pd.Series) -> dict[str, object]:
    both = forbund[(forbund["status"] == Status.OK) & (country["status"] == Status.OK)]
    return {
        "item": item,
        "comparable": len(both),
        "above": int((both["lower"] > country["value"]).sum()),
        "below": int((both["upper"] < country["value"]).sum()),
        "by_chance": (1 - LEVEL) * len(both),
    }
