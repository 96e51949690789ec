"""Time parallel analysis beside R's psych, in one run, on the same answers.

Usage: python benchmarks/dimensions.py [--draws 100] [--polychoric-draws 2]

The answers are the 25 items of examples/bfi, complete rows. Prints the seconds (R's own clock, without its start), the
ratio, how many factors each finds, R's and psych's version and the processors. psych takes half a minute for one
polychoric draw, hence the few. Rscript with the package psych must be there. Set OPENBLAS_NUM_THREADS=1 to give both
one thread.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from pathlib import Path

import pandas as pd

from finsam_eval.psychometrics.factors import parallel_analysis

ROOT = Path(__file__).resolve().parents[1]
ITEMS = [f"{factor}{number}" for factor in "ACENO" for number in range(1, 6)]
AT_MOST = 1 / 5

IN_R = """
given <- commandArgs(TRUE); options(mc.cores = 1)
suppressMessages(library(psych)); x <- read.csv(given[1])
for (kind in c("cor", "poly")) {
  draws <- as.integer(given[if (kind == "cor") 2 else 3])
  invisible(capture.output(seconds <- system.time(suppressWarnings(suppressMessages(
    found <- fa.parallel(x, n.iter = draws, cor = kind, quant = .95, plot = FALSE))))[["elapsed"]]))
  cat(seconds, found$nfact, found$ncomp, "\\n")
}
cat(R.version.string, "psych", as.character(packageVersion("psych")), "\\n")
"""


def answers() -> pd.DataFrame:
    """Return the complete rows of the 25 items."""
    every = pd.read_csv(ROOT / "examples" / "bfi" / "data" / "raw" / "bfi.csv", sep=";")
    return every[ITEMS].dropna()


def ours(items: pd.DataFrame, kind: str, draws: int) -> tuple[float, str]:
    """Return seconds, and the number of factors and of components."""
    started = time.perf_counter()
    found = parallel_analysis(items, kind, draws=draws)
    return time.perf_counter() - started, f"{found.n_factors} {found.n_components}"


def in_r(items: pd.DataFrame, draws: list[int]) -> list[list[str]]:
    """Return R's lines: seconds, factors and components of each kind, versions."""
    with tempfile.TemporaryDirectory() as folder:
        path, script = Path(folder) / "items.csv", Path(folder) / "dimensions.R"
        items.to_csv(path, index=False)
        script.write_text(IN_R, encoding="utf-8")
        command = ["Rscript", str(script), str(path), *map(str, draws)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [line.split() for line in done.stdout.splitlines()]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--polychoric-draws", type=int, default=2)
    given = parser.parse_args()
    items, draws = answers(), [given.draws, given.polychoric_draws]
    kinds = ["pearson", "polychoric"]
    found = [ours(items, kind, number) for kind, number in zip(kinds, draws, strict=True)]
    theirs = in_r(items, draws)
    print(f"{len(items)} respondents, {items.shape[1]} items; {' '.join(theirs[2])}; {os.cpu_count()} processors")
    print(f"{'parallel analysis':24}{'draws':>8}{'ours (s)':>10}{'R (s)':>10}{'ratio':>10}{'at most':>10}  factors")
    for at, kind in enumerate(kinds):
        seconds, r = found[at][0], float(theirs[at][0])
        numbers = f"{found[at][1]} (R: {' '.join(theirs[at][1:])})"
        print(f"{kind:24}{draws[at]:8}{seconds:10.3f}{r:10.3f}{seconds / r:10.4f}{AT_MOST:10.3f}  {numbers}")


if __name__ == "__main__":
    main()
