"""Is the inference honest? Default intervals and tests tried on worlds whose truth is known.

  python -m benchmarks.inference                                  every part
  python -m benchmarks.inference --only flags --replicates 2000   one part
  python -m benchmarks.inference --only coverage --among alfa     the intervals of estimators with alfa in their name
  python -m benchmarks.inference --only ordinal --among DIF       the tests in worlds with DIF in their name or design

Set OPENBLAS_NUM_THREADS=1: coverages and tests are tried on every processor. Results are kept as data in
benchmarks/inference/results, with seeds and versions.
"""

from __future__ import annotations

import argparse
import platform
import time
from pathlib import Path

import numpy as np
import pandas as pd
import scipy

from benchmarks.inference import coverage, flags, pilots, rejections, studies

RESULTS = Path(__file__).parent / "results"
PARTS = ("flags", "coverage", "studies", "ordinal", "pilots")
FLAGS = 2000
PILOTS = 300
SHOWN = 1


def main() -> None:
    """Run the parts asked for, print a table of each and keep it."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.inference")
    arguments.add_argument("--only", choices=PARTS, action="append")
    arguments.add_argument("--replicates", type=int)
    arguments.add_argument("--among", default="", help="of coverage and ordinal: only names with this in them")
    given = arguments.parse_args()
    for part in given.only or PARTS:
        started = time.perf_counter()
        if part == "flags":
            keep(flags.run(given.replicates or FLAGS), part)
        elif part == "studies":
            keep(studies.run(given.replicates or studies.STUDIES), part)
        elif part == "pilots":
            keep(pilots.run(given.replicates or PILOTS), part)
        elif part == "ordinal":
            rejections.run(given.replicates, given.among, versions())
        else:
            coverage.run(given.replicates, given.among, versions())
        print(f"{part}: {time.perf_counter() - started:.0f} s", flush=True)


def keep(table: pd.DataFrame, part: str) -> None:
    """Print the rates and write them with what made them."""
    standard_errors = [name for name in table if name.endswith("_se")]
    with pd.option_context("display.width", 250, "display.max_columns", None, "display.max_rows", None):
        print(table.drop(columns=[*standard_errors, "replicates", "seed"]).round(SHOWN).to_string(index=False))
        print(table[standard_errors].max().round(2).to_string())
    RESULTS.mkdir(exist_ok=True)
    table.round(4).assign(**versions()).to_csv(RESULTS / f"{part}.csv", index=False, lineterminator="\n")


def versions() -> dict[str, str]:
    """Return what the numbers were made with."""
    return {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__}


if __name__ == "__main__":
    main()
