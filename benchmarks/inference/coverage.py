"""How often each default interval holds the truth. One harness: whoever has an interval adds rows here.

A row is a `Trial` (benchmarks.inference.trials): an estimator, a world, its truth. Write a module `…_rows.py` with a
function `trials()` that gives them, and name it in `ROWS`. Seeds follow from the names; results are kept by
estimator × design × n, so that one estimator can be tried anew without the rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.inference import agreement_rows, consistency_rows, unit_rows
from benchmarks.inference.kept import keep
from benchmarks.inference.trials import Trial, outcome
from finsam_eval.processors import every_processor

ROWS: list[Callable[[], Iterable[Trial]]] = [consistency_rows.trials, agreement_rows.trials, unit_rows.trials]

RESULTS = Path(__file__).parent / "results" / "coverage.csv"
KEY = ["estimator", "design", "n"]
DECIMALS = {"truth": 6, "covered": 2, "covered_se": 2, "truth_below": 2, "truth_above": 2, "no_interval": 2, "width": 4}


def run(replicates: int | None, among: str, versions: dict[str, str]) -> None:
    """Try every estimator whose name holds `among`, on every processor; print and keep each row as it comes.

    replicates : fewer than each trial asks for; None for as many.
    """
    asked = [number for number, trial in enumerate(every_trial()) if among in trial.estimator]
    with every_processor() as each:
        for row in each(partial(_tried, replicates=replicates), asked):
            keep(pd.DataFrame([{**row, **versions}]), RESULTS, KEY, DECIMALS)
            mark = "" if not row["default"] or row["covered"] >= LEAST else "  <-- below"
            print(f"{row['estimator']:32} {row['design']:36} {row['n']:4}", end=" ")
            print(f"{row['covered']:6.2f} ± {row['covered_se']:.2f}  {row['seconds']:6.1f} s{mark}", flush=True)


@cache
def every_trial() -> list[Trial]:
    """Return every row that anyone has named."""
    return [trial for rows in ROWS for trial in rows()]


def _tried(number: int, replicates: int | None) -> dict[str, Any]:
    trial = every_trial()[number]
    started = time.process_time()
    row = outcome(trial, min(replicates or trial.replicates, trial.replicates))
    return {**row, "seconds": round(time.process_time() - started, 1), "seed": " ".join(map(str, trial.seed))}


LEAST = 92.5
"""Per cent that a 95 % interval must cover to be a default."""
