"""Answers with known coefficients: those of R, in reference/consistency.csv."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.psychometric_data import ATTITUDE, BFI

HERE = Path(__file__).parent / "reference"

REFERENCE = pd.read_csv(HERE / "consistency.csv", sep=";", comment="#")

KEYED = BFI.assign(**{name: 7 - BFI[name] for name in ("A1", "C4", "C5", "E1", "E2")})

SETS = {
    "bfi_A": KEYED[[f"A{number}" for number in range(1, 6)]],
    "bfi_ACE": KEYED[[f"{factor}{number}" for factor in "ACE" for number in range(1, 6)]],
    "hs": pd.read_csv(HERE / "holzinger_swineford.csv", comment="#"),
    "datcat": pd.read_csv(HERE / "datcat.csv", comment="#"),
    "attitude": ATTITUDE,
    "airquality": pd.read_csv(HERE / "airquality.csv", comment="#"),
    "bfi_first600": BFI[[f"A{number}" for number in range(1, 6)]].head(600),
}
"""bfi_A, bfi_ACE, bfi_first600 and airquality have missing answers."""


def expected(data: str, statistic: str) -> float:
    """R's number."""
    (value,) = REFERENCE.loc[(REFERENCE["data"] == data) & (REFERENCE["statistic"] == statistic), "value"]
    return float(value)
