"""What R found of factor models: reference/factors_*.csv, and the answers they rest on."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.psychometric_data import BFI, ITEMS_OF_BFI

HERE = Path(__file__).parent / "reference"

POLYCHORIC, CFA, INVARIANCE = (
    pd.read_csv(HERE / f"factors_{name}.csv", sep=";", comment="#", keep_default_na=False)
    for name in ("polychoric", "cfa", "invariance")
)

BIG_FIVE = {factor: [f"{factor}{number}" for number in range(1, 6)] for factor in "ACENO"}
HS_MODEL = {"v": ["x1", "x2", "x3"], "t": ["x4", "x5", "x6"], "s": ["x7", "x8", "x9"]}
DATCAT_MODEL = {"f1": ["u1", "u2", "u3", "u4"], "f2": ["u5", "u6", "u7", "u8"]}

ANSWERS = {
    "bfi": BFI[ITEMS_OF_BFI],
    "hs": pd.read_csv(HERE / "holzinger_swineford.csv", comment="#"),
    "datcat": pd.read_csv(HERE / "datcat.csv", comment="#"),
    "airquality": pd.read_csv(HERE / "airquality.csv", comment="#")[["Ozone", "Wind", "Temp", "Solar.R"]],
}
"""bfi and airquality have missing answers."""


def rows(table: pd.DataFrame, data: str, fit: str, statistic: str) -> pd.Series:
    """R's numbers of one kind, by the names of what they belong to."""
    here = (table["data"] == data) & (table["fit"] == fit) & (table["statistic"] == statistic)
    return table[here].set_index(["a", "b"])["value"]


def measure(table: pd.DataFrame, data: str, fit: str, statistic: str) -> float:
    """R's one number."""
    (value,) = rows(table, data, fit, statistic)
    return float(value)


EXLONG = pd.read_csv(HERE / "exlong.csv", comment="#")


def long(wide: pd.DataFrame) -> pd.DataFrame:
    """Three items at three occasions, one row per person and occasion: person, occasion, y1, y2, y3."""
    parts = [
        wide[[f"y{item}t{time}" for item in (1, 2, 3)]]
        .set_axis(["y1", "y2", "y3"], axis=1)
        .assign(person=range(len(wide)), occasion=f"t{time}")
        for time in (1, 2, 3)
    ]
    return pd.concat(parts, ignore_index=True)
