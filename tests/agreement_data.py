"""Answers with known agreement, and R's values of it: reference/agreement.csv and reference/aggregation.csv."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.psychometric_data import BFI, COHEN, SHROUT_FLEISS, from_table

HERE = Path(__file__).parent / "reference"

_TABLES = [
    pd.read_csv(HERE / name, sep=";", comment="#", keep_default_na=False, dtype={"unit": "str"})
    for name in ("agreement.csv", "aggregation.csv")
]
_VALUES = pd.concat(_TABLES).fillna({"unit": ""}).set_index(["data", "statistic", "unit"])["value"].sort_index()

KRIPPENDORFF = pd.DataFrame(
    {
        "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, np.nan, np.nan, np.nan],
        "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, np.nan, 3],
        "C": [np.nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, np.nan],
        "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, np.nan],
    }
)
"""Krippendorff (2011), section C: twelve units, four observers, some missing."""

FLEISS_1969 = np.array([[106, 10, 4], [22, 28, 10], [2, 12, 6]])
"""Fleiss, Cohen & Everitt (1969), table 1, as counts of 200."""

_FLEISS_1971 = (
    "00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031 "
    "00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006"
)
FLEISS_1971 = pd.DataFrame(
    [np.repeat(np.arange(1, 6), [int(count) for count in patient]) for patient in _FLEISS_1971.split()]
)
"""Fleiss (1971), table 1: thirty patients, six psychiatrists each, five diagnoses; the order of raters is not known."""

PEFR = np.array(
    [
        [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427],
        [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451],
    ]
)
"""Bland & Altman (1986), table 1: peak flow of 17 persons by a large and a small meter, first readings."""

SEVERAL = {"krippendorff2011": KRIPPENDORFF, "bfi_A2_A3_A5": BFI[["A2", "A3", "A5"]]}
PAIRS = {
    "cohen1968": from_table(COHEN).T,
    "fleiss1969": from_table(FLEISS_1969).T,
    "bfi_A2_A3": BFI[["A2", "A3"]].to_numpy().T,
}
RATINGS = {
    "shrout_fleiss": SHROUT_FLEISS,
    "bfi_A2_A3": BFI[["A2", "A3"]],
    "bfi_A2_A3_A5": BFI[["A2", "A3", "A5"]],
}

LQ2002 = pd.read_csv(HERE / "aggregation_lq2002.csv", comment="#")
NESTED = pd.read_csv(HERE / "aggregation_nested.csv", comment="#")
PASTES = pd.read_csv(HERE / "aggregation_pastes.csv", comment="#")

_COMPLETE = BFI[["A2", "A3", "A5", "age"]].dropna()
UNITS = {
    "bfi_age": (_COMPLETE[["A2", "A3", "A5"]], pd.cut(_COMPLETE["age"], [0, 20, 25, 30, 40, 100], labels=False) + 1, 6),
    "lq2002": (LQ2002[["LEAD01", "LEAD02", "LEAD03"]], LQ2002["COMPID"], 5),
}
"""Items, unit, and steps of the scale."""


def of_r(data: str, statistic: str, unit: str = "") -> float:
    """R's number."""
    return float(_VALUES[data, statistic, unit])


def closed(data: str, statistic: str, unit: str = "") -> object:
    """R's number, of a closed form."""
    return pytest.approx(of_r(data, statistic, unit), abs=1e-8, rel=0)


def iterated(data: str, statistic: str, unit: str = "") -> object:
    """R's number, of a search."""
    return pytest.approx(of_r(data, statistic, unit), rel=1e-5, abs=0)
