"""Results are kept as data: a row at a time, in place of the one with the same key, the rest as it was."""

from __future__ import annotations

from pathlib import Path

import pandas as pd


def keep(rows: pd.DataFrame, results: Path, key: list[str], decimals: dict[str, int]) -> None:
    """Write rows into the table at `results`, in place of those with the same key."""
    rows = rows.round(decimals)
    if results.exists():
        old = pd.read_csv(results, dtype={"seed": "str"}).fillna(dict.fromkeys(key, ""))
        both = pd.concat([old, rows], ignore_index=True).drop_duplicates(key, keep="last")
    else:
        both = rows
    results.parent.mkdir(exist_ok=True)
    both.sort_values(key).to_csv(results, index=False, lineterminator="\n")
