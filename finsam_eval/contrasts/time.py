"""Where a unit is heading, over the shortest periods that the study reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from finsam_eval.compare import Trend, course, difference, trend
from finsam_eval.contrasts.shared import in_cell, known, named
from finsam_eval.results import ALL, COUNTRY, Estimate, Status, no_value

FEWEST_PERIODS = 3


def trend_of(shares: pd.DataFrame, unit: str, periods: Sequence[str], breaks: Sequence[str]) -> Trend:
    """Return how one unit's share moves over the periods; one that is hidden or empty is a gap."""
    rows = shares[(shares["unit"] == unit) & (shares["gender"] == ALL)].set_index("period")
    seen = known(rows).reindex(periods)
    x, n, deff = (seen[name].fillna(0 if name != "deff" else 1) for name in ("x", "n", "deff"))
    return trend(x.astype("int64"), list(periods), n=n.astype("int64"), deff=deff.to_numpy(), breaks=breaks)


def over_time(
    key: Mapping[str, str], shares: pd.DataFrame, periods: Sequence[str], breaks: Sequence[str]
) -> list[pd.DataFrame]:
    """Return `trend` of every unit: its change a period, and whether it is worse than the country and worsening."""
    if len(periods) < FEWEST_PERIODS:
        return []
    levels = known(in_cell(shares, key["period"]))
    units = shares.loc[shares["period"].isin(periods), "unit"].unique()
    rows = [_row(shares, unit, levels, periods, breaks) for unit in units]
    return [named(key, "trend", pd.concat(rows))] if rows else []


def _row(
    shares: pd.DataFrame, unit: str, levels: pd.DataFrame, periods: Sequence[str], breaks: Sequence[str]
) -> pd.DataFrame:
    found = trend_of(shares, unit, periods, breaks)
    latest = found.latest
    verdict = "" if unit == COUNTRY or latest.status is not Status.OK else str(course(_gap(unit, levels), latest))
    row = latest.to_frame().assign(verdict=verdict, p=latest.p, tested=latest.points)
    return row.set_axis([unit])


def _gap(unit: str, levels: pd.DataFrame) -> Estimate:
    if unit not in levels.index or COUNTRY not in levels.index:
        return no_value(Status.NO_DATA, "", method="")
    own, country = levels.loc[unit], levels.loc[COUNTRY]
    deff = (float(own["deff"]), float(country["deff"]))
    return difference(int(own["x"]), int(own["n"]), int(country["x"]), int(country["n"]), deff=deff)


__all__ = ["over_time", "trend_of"]
