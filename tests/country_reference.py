"""Numbers made by R, and the data they were made of; the files tell how."""

from pathlib import Path

import pandas as pd

REFERENCE = Path(__file__).parent / "reference"
COUNTS = ["cbpp", "pritz"]
MEANS = ["sleep", "insteval"]


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"compare_country{name}.csv", comment="#", dtype={"unit": "str"})


def units(data: str) -> pd.DataFrame:
    """Counts (x, n) or moments (mean, sd, n) of a data set, by unit; both sets with counts have a unit without any."""
    table = _read("_counts" if data in COUNTS else "_means")
    return table[table["data"] == data].set_index("unit")


def codes() -> pd.DataFrame:
    """How many gave each rating in `insteval`, by unit."""
    return _read("_codes").set_index("unit")


def per_unit(data: str, quantity: str) -> pd.Series:
    return _rows(data, quantity).set_index("unit")["value"]


def number(data: str, quantity: str) -> float:
    return _rows(data, quantity)["value"].item()


def _rows(data: str, quantity: str) -> pd.DataFrame:
    table = _read("")
    return table[(table["data"] == data) & (table["quantity"] == quantity)]
