"""Answers with known coefficients: those of R, one line per data set and statistic in reference/psychometrics.csv."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from finsam_eval.results import Status

HERE = Path(__file__).parent

REFERENCE = pd.read_csv(
    HERE / "reference" / "psychometrics.csv", sep=";", comment="#", keep_default_na=False, dtype={"item": "str"}
)

BFI = pd.read_csv(HERE.parent / "examples" / "bfi" / "data" / "raw" / "bfi.csv", sep=";")
ITEMS_OF_BFI = [f"{factor}{number}" for factor in "ACENO" for number in range(1, 6)]

ATTITUDE = pd.read_csv(HERE / "reference" / "attitude.csv", comment="#")

SHROUT_FLEISS = pd.DataFrame(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], columns=list("ABCD")
)
"""Shrout & Fleiss (1979), table 2: six targets, four judges."""

COHEN = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
"""Cohen (1968), table 1, as counts of 200."""


def from_table(table: np.ndarray) -> np.ndarray:
    """The pairs that a square table counts."""
    places = np.array(list(np.ndindex(table.shape))) + 1
    return np.repeat(places, table.ravel(), axis=0)


def expected(data: str, statistic: str, item: str = "") -> float:
    """R's number."""
    keys = REFERENCE[["data", "statistic", "item"]] == [data, statistic, item]
    (value,) = REFERENCE.loc[keys.all(axis=1), "value"]
    return float(value)


def printed(data: str, statistic: str, item: str = "") -> object:
    """R's number, to half a unit of its last digit."""
    return pytest.approx(expected(data, statistic, item), abs=5e-10, rel=0)


WITHOUT_ANSWER = [
    ({"a": [1, 2, 3]}, Status.NOT_APPLICABLE, "Bara en fråga"),
    ({"a": [1, 2, 3], "b": [2, 3, 3], "c": [4, 4, 4]}, Status.NO_DATA, "samma svar på c"),
    ({"a": [1, np.nan], "b": [2, 3], "c": [1, 2]}, Status.NO_DATA, "Bara en har svarat"),
    ({"a": [np.nan, np.nan], "b": [2, 3], "c": [1, 2]}, Status.NO_DATA, "Ingen har svarat"),
]
"""Answers that no coefficient of several items can be had of: items, status, and what the reason says."""
