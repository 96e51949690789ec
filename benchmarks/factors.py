"""Time polychoric correlations and a five-factor WLSMV model beside R's lavaan, in one run, on the same answers.

Usage: python benchmarks/factors.py [--repeats 5]

The answers are the 25 items of examples/bfi, complete rows. Prints the seconds (the least of the repeats; R's own
clock, without its start), the ratio, the largest differences, R's and lavaan's version and the processors.
Rscript with the package lavaan must be there. Set OPENBLAS_NUM_THREADS=1 to give both one thread.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from finsam_eval.psychometrics.factors import FactorModel, Polychoric, cfa, polychoric

ROOT = Path(__file__).resolve().parents[1]
MODEL = {factor: [f"{factor}{number}" for number in range(1, 6)] for factor in "ACENO"}
ITEMS = [name for items in MODEL.values() for name in items]
AT_MOST = {"polychoric 25 × 25": 1 / 10, "five-factor WLSMV": 1 / 4}

IN_R = """
given <- commandArgs(TRUE)
suppressMessages(library(lavaan))
x <- read.csv(given[1]); names <- colnames(x)
model <- paste(sapply(c("A", "C", "E", "N", "O"), function(f) paste0(f, " =~ ", paste0(f, 1:5, collapse = " + "))),
               collapse = "\\n")
least <- function(f) min(sapply(seq_len(as.integer(given[2])), function(i) system.time(f())[["elapsed"]]))
r <- lavCor(x, ordered = names)
five <- function() cfa(model, x, ordered = names, estimator = "WLSMV", std.lv = TRUE)
fit <- five()
cat(least(function() lavCor(x, ordered = names)), "\\n")
cat(least(function() fitMeasures(five())), "\\n")
cat(format(r[lower.tri(r)], digits = 15), "\\n")
loadings <- lavInspect(fit, "est")$lambda[cbind(1:25, rep(1:5, each = 5))]
cat(format(c(fitMeasures(fit, c("chisq", "chisq.scaled")), loadings), digits = 15), "\\n")
cat(R.version.string, "lavaan", as.character(packageVersion("lavaan")), "\\n")
"""


def answers() -> pd.DataFrame:
    """Return the complete rows of the 25 items."""
    every = pd.read_csv(ROOT / "examples" / "bfi" / "data" / "raw" / "bfi.csv", sep=";")
    return every[ITEMS].dropna()


def least(work: Callable[[pd.DataFrame], object], items: pd.DataFrame, repeats: int) -> float:
    """Return the least seconds of some repeats."""
    seconds = np.inf
    for _ in range(repeats):
        started = time.perf_counter()
        work(items)
        seconds = min(seconds, time.perf_counter() - started)
    return seconds


def in_r(items: pd.DataFrame, repeats: int) -> list[list[str]]:
    """Return R's lines: seconds of each, correlations, chi-squares and loadings, versions."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "items.csv"
        items.to_csv(path, index=False)
        script = Path(folder) / "factors.R"
        script.write_text(IN_R, encoding="utf-8")
        command = ["Rscript", str(script), str(path), str(repeats)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [line.split() for line in done.stdout.splitlines()]


def differences(r: Polychoric, model: FactorModel, theirs: list[list[str]]) -> dict[str, float]:
    """Return the largest difference of correlations, of the tests (relative) and of the loadings."""
    correlations = r.correlations.to_numpy().T[np.triu_indices(len(ITEMS), 1)]
    tests, loadings = np.array(theirs[3][:2], dtype=float), np.array(theirs[3][2:], dtype=float)
    ours = np.array([model.chisq, model.chisq_scaled], dtype=float)
    return {
        "correlations": float(np.abs(correlations - np.array(theirs[2], dtype=float)).max()),
        "tests, relative": float(np.abs(ours / tests - 1).max()),
        "loadings": float(np.abs(model.loadings["loading"].to_numpy() - loadings).max()),
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    items = answers()
    seconds = [least(polychoric, items, repeats), least(lambda rows: cfa(rows, MODEL), items, repeats)]
    theirs = in_r(items, repeats)
    print(f"{len(items)} respondents, {items.shape[1]} items; {' '.join(theirs[4])}; {os.cpu_count()} processors")
    print(f"{'':24}{'ours (s)':>10}{'R (s)':>10}{'ratio':>10}{'at most':>10}")
    for at, (name, most) in enumerate(AT_MOST.items()):
        r = float(theirs[at][0])
        print(f"{name:24}{seconds[at]:10.3f}{r:10.3f}{seconds[at] / r:10.3f}{most:10.3f}")
    for name, gap in differences(polychoric(items), cfa(items, MODEL), theirs).items():
        print(f"largest difference of {name}: {gap:.1e}")


if __name__ == "__main__":
    main()
