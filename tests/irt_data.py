"""Answers with known item response analyses, and R's numbers of them in reference/irt_*.csv."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.consistency_data import KEYED
from tests.consistency_data import SETS as CONSISTENCY

HERE = Path(__file__).parent / "reference"

ACL = pd.read_csv(HERE / "acl.csv", comment="#")

TRANSREAS = pd.read_csv(HERE / "transreas.csv", comment="#")
"""With the pupils' grade."""

SETS = {
    "bfi_A": CONSISTENCY["bfi_A"],
    "bfi_N": KEYED[[f"N{number}" for number in range(1, 6)]],
    "bfi": KEYED[[f"{factor}{number}" for factor in "ACENO" for number in range(1, 6)]],
    "datcat": CONSISTENCY["datcat"],
    "acl": ACL.iloc[:, :10],
    "acl20": ACL,
    "transreas": TRANSREAS.drop(columns="grade"),
}
"""Those of bfi have missing answers."""


def reference(room: str) -> pd.DataFrame:
    """R's numbers of one room."""
    return pd.read_csv(
        HERE / f"irt_{room}.csv", sep=";", comment="#", dtype={"item": "str", "value": "float"}, keep_default_na=False
    )


def expected(table: pd.DataFrame, data: str, statistic: str) -> pd.Series:
    """R's numbers of one statistic, by item."""
    rows = table[(table["data"] == data) & (table["statistic"] == statistic)]
    return rows.set_index("item")["value"]
