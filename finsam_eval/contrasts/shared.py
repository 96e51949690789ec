"""What contrasts are made of: the shares of one series, and the rows they become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.cube import SERIES
from finsam_eval.results import COUNTRY, LEVEL, RECORD_COLUMNS, Status

KEYS = ["unit", *SERIES, "period"]
NUMBERS = ["centre", "p", "p_adjusted", "reliability", "needed", "tested"]
COLUMNS = [*KEYS, "statistic", *RECORD_COLUMNS, "verdict", *NUMBERS]


def by_series(records: pd.DataFrame, codebook: Codebook, period: str) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    """Give each series of a period that tells an opinion or an outcome, and its shares by gender, unit as index.

    A series is left out where the country's own share is hidden or missing: there is nothing to hold a unit against.
    """
    shares = records[(records["statistic"] == "andel") & (records["period"] == period)].astype(
        dict.fromkeys(KEYS, "str")
    )
    for key, rows in shares.groupby(SERIES, sort=False, observed=True):
        found = rows.set_index("unit").assign(x=lambda table: (table["value"] * table["n"]).round())
        country = found[(found["gender"] == "alla") & (found.index == COUNTRY) & (found["status"] == Status.OK)]
        if codebook.item(str(key[2])).sensitivity != "volume" and len(country):
            yield {**dict(zip(SERIES, key, strict=True)), "period": period}, found


def of_gender(shares: pd.DataFrame, gender: str) -> tuple[pd.DataFrame, pd.Series | None]:
    """Return the förbund's shares that exist, x and n as whole numbers, and the country's, None where it has none."""
    known = shares[(shares["gender"] == gender) & (shares["status"] == Status.OK)]
    whole = known.astype({"x": "int64", "n": "int64"})
    country = whole.loc[COUNTRY] if COUNTRY in whole.index else None
    return whole.drop(index=COUNTRY, errors="ignore"), country


def frame(key: Mapping[str, str], statistic: str, rows: pd.DataFrame | list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as contrasts of one series; what a row does not tell is blank."""
    blank = {**dict.fromkeys(NUMBERS, np.nan), "verdict": "", "reason": "", "level": LEVEL, "status": Status.OK.value}
    table = pd.DataFrame(rows).assign(**key, statistic=statistic)
    for name, value in blank.items():
        table[name] = table[name].fillna(value) if name in table else value
    return table.reindex(columns=COLUMNS)
