"""Time the counting of answers and the making of all records at real sizes.

Usage: OPENBLAS_NUM_THREADS=1 python -m benchmarks.counting [--forbund 75] [--series 28] [--years 4] [--seed 1]

The country of `benchmarks.release`, one row per person and question; half-years. Of ten invited seven have answered,
and one answer in twenty is missing. Prints seconds and sizes.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

from benchmarks.release import codebook, cube, periods
from finsam_eval.compare import design, records
from finsam_eval.cube import CELL, answered, count
from finsam_eval.study import RESPONSE

ANSWERED, MISSING = 0.7, 0.05


def responses(counts: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Return a row per answer; the first answer of a cell to each question is the same person's."""
    cells = counts.groupby([*CELL, "item"], sort=False)["n"].sum().reset_index()
    rows = counts.loc[counts.index.repeat(counts["n"])].reset_index(drop=True)
    number = rows.groupby([*CELL, "item"], sort=False).cumcount()
    person = rows[CELL].astype("str").agg("/".join, axis=1) + "/" + number.astype("str")
    gone = random.random(len(rows)) < MISSING
    assert len(rows) == cells["n"].sum()
    return rows.drop(columns=["n", "category"]).assign(
        respondent=person,
        participation=person,
        about="",
        wave=1,
        retest=False,
        value=rows["category"].astype("Float64").mask(gone),
        missing=np.where(gone, "ej svar", ""),
    )


def main() -> None:
    """Count, make the records, and print the time each took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("forbund", 75), ("series", 28), ("years", 4), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    asked = parser.parse_args()
    random = np.random.default_rng(asked.seed)
    drawn = cube(random, asked.forbund, asked.series, asked.years, whole=False)
    given = responses(drawn, random)
    nobody = pd.DataFrame(columns=[*CELL, "invited"])
    came = answered(given, nobody.astype({"invited": "int64"}))
    invited = came[CELL].assign(invited=np.ceil(came["answered"] / ANSWERED).astype("int64"))
    rules = {"codebook": codebook(asked.series), "periods": periods(asked.years, whole=False)}
    start = time.perf_counter()
    counted = count(given, pd.DataFrame(), invited, outcomes=[], atoms=[])
    middle = time.perf_counter()
    counted = counted[counted["item"] != RESPONSE]  # the codebook of a study holds it, this one does not
    made = records(counted, **rules, targets=[])
    clustered = design(counted, **rules)
    end = time.perf_counter()
    print(
        f"{len(given)} answers counted in {middle - start:.1f} s ({len(counted)} cells); "
        f"{len(made)} records and {len(clustered)} designs in {end - middle:.1f} s"
    )


if __name__ == "__main__":
    main()
