"""Time a BCa bootstrap of alpha beside R's boot, in one run, on the same answers.

Usage: python benchmarks/bootstrap.py [--draws 2000] [--repeats 3]

The answers are the five items A of examples/bfi: the first 300 and the first 1 500 complete rows. Prints the limits of
both, the seconds (the least of the repeats; R's own clock, without its start) and the ratio. Rscript with the package
boot must be there. R's statistic is the plain formula, alpha of the covariance matrix of the rows drawn.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from finsam_eval.psychometrics.answers import Array
from finsam_eval.psychometrics.reliability import alpha_of
from finsam_eval.stats.resampling import bca, unique_rows

ROOT = Path(__file__).resolve().parents[1]
ITEMS = [f"A{number}" for number in range(1, 6)]
SIZES = (300, 1500)
"""R takes the acceleration from a regression on the draws, which must be more than the rows."""
AT_MOST = 1 / 5

IN_R = """
given <- commandArgs(TRUE)
x <- as.matrix(read.csv(given[1]))
k <- ncol(x)
alpha <- function(x, i) { v <- cov(x[i, ]); k / (k - 1) * (1 - sum(diag(v)) / sum(v)) }
seconds <- Inf
for (turn in seq_len(as.integer(given[3]))) {
  set.seed(turn)
  took <- system.time(ci <- boot::boot.ci(boot::boot(x, alpha, R = as.integer(given[2])), type = "bca"))[["elapsed"]]
  seconds <- min(seconds, took)
}
cat(ci$bca[4], ci$bca[5], seconds)
"""


def answers(size: int) -> pd.DataFrame:
    """Return so many complete rows of examples/bfi, A1 reversed."""
    every = pd.read_csv(ROOT / "examples" / "bfi" / "data" / "raw" / "bfi.csv", sep=";")[ITEMS].dropna().head(size)
    return every.assign(A1=7 - every["A1"])


def ours(rows: Array, draws: int, repeats: int) -> tuple[float, float, float]:
    """Return lower, upper and seconds of the package's interval, counting of unique rows included."""
    seconds = np.inf
    for _ in range(repeats):
        started = time.perf_counter()
        unique, counts = unique_rows(rows)
        lower, upper = bca(alpha_of(unique), counts, level=0.95, draws=draws)
        seconds = min(seconds, time.perf_counter() - started)
    return lower, upper, seconds


def in_r(frame: pd.DataFrame, draws: int, repeats: int) -> tuple[float, float, float]:
    """Return lower, upper and seconds of R's."""
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder) / "answers.csv", Path(folder) / "boot.R"
        frame.to_csv(data, index=False)
        script.write_text(IN_R, encoding="utf-8")
        command = ["Rscript", str(script), str(data), str(draws), str(repeats)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    lower, upper, seconds = map(float, done.stdout.split())
    return lower, upper, seconds


def main() -> int:
    """Run both and print them side by side; end with 1 where the package takes more than a fifth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=3)
    given, slow = parser.parse_args(), False
    for size in SIZES:
        frame = answers(size)
        mine, theirs = (
            ours(frame.to_numpy(float), given.draws, given.repeats),
            in_r(frame, given.draws, given.repeats),
        )
        ratio = mine[2] / theirs[2]
        slow |= ratio > AT_MOST
        print(f"n = {len(frame)}, {given.draws} draws")
        for name, (lower, upper, seconds) in (("finsam_eval", mine), ("R boot", theirs)):
            print(f"  {name:12} {lower:.4f}–{upper:.4f}  {seconds:.3f} s")
        print(f"  ratio {ratio:.3f} (at most {AT_MOST:.1f})", flush=True)
    return int(slow)


if __name__ == "__main__":
    raise SystemExit(main())
