"""What contrasts are made of: the shares of one series, and the rows they become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.cube import SERIES
from finsam_eval.results import ALL, COUNTRY, LEVEL, RECORD_COLUMNS, Status

KEYS = ["unit", *SERIES, "period"]
NUMBERS = ["centre", "p", "p_adjusted", "reliability", "needed", "tested"]
COLUMNS = [*KEYS, "statistic", *RECORD_COLUMNS, "verdict", *NUMBERS]
WORDS = [*KEYS, "statistic", "method", "status", "reason", "verdict"]
BLANK: dict[str, Any] = {"level": LEVEL, "status": Status.OK.value, "reason": "", "verdict": ""}


def by_series(records: pd.DataFrame, codebook: Codebook) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    """Give each series that tells an opinion or an outcome, and its shares in every period and gender.

    `x` is the number in the top codes; a share that is hidden or missing has none. Left out are groups of one or a few
    known persons in each förbund: there the country is all that can be told.
    """
    offices = {group.id for group in codebook.groups if group.holds_office}
    shares = records[records["statistic"] == "andel"].astype(dict.fromkeys([*KEYS, "gender", "status"], "str"))
    shares = shares.assign(x=(shares["value"] * shares["n"]).astype("float64").round())
    for key, rows in shares.groupby(SERIES, sort=False):
        if key[0] not in offices and codebook.item(str(key[2])).sensitivity != "volume":
            yield dict(zip(SERIES, key, strict=True)), rows


def in_cell(shares: pd.DataFrame, period: str, gender: str = ALL) -> pd.DataFrame:
    """Return one row per unit, unit as index, of a period and gender."""
    return shares[(shares["period"] == period) & (shares["gender"] == gender)].set_index("unit")


def known(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that may be seen and have answers, with whole numbers for x and n."""
    return rows[rows["status"] == Status.OK].astype({"x": "int64", "n": "int64"})


def forbund_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of förbund, the country's left out."""
    return rows.drop(index=COUNTRY, errors="ignore")


def named(key: Mapping[str, str], statistic: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows (unit as index) as contrasts of one series."""
    return rows.rename_axis("unit").reset_index().assign(**key, statistic=statistic)


def gathered(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return all contrasts in one table; what a row does not tell is blank."""
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    table = table.reindex(columns=COLUMNS).fillna(BLANK)
    numbers = ["value", "lower", "upper", "level", *NUMBERS]
    return table.astype({**dict.fromkeys(numbers, "float64"), **dict.fromkeys(WORDS, "str"), "n": "Int64"})
