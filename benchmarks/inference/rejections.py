"""How often each test says no: where there is nothing to find, five times in a hundred; where there is, the more.

A row is a test in a world. Write a module with a function `worlds()` that gives `World`s, and name it in `ROWS`. Seeds
follow from the names; results are kept by test × among × design × n, so that one world can be tried anew without the
rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd

from benchmarks.inference import ordinal_rows
from benchmarks.inference.kept import keep
from benchmarks.inference.trials import SEED
from finsam_eval.processors import every_processor

ROWS: list[Callable[[], Iterable[ordinal_rows.World]]] = [ordinal_rows.worlds]

RESULTS = Path(__file__).parent / "results" / "ordinal.csv"
KEY = ["test", "among", "design", "n"]
BATCH, MOST = 100, 2000
"""Replicates go on by the batch until the shares are as sure as their world asks for, or there are so many."""

DECIMALS = {"rejected": 2, "rejected_se": 2, "no_test": 2}


def run(replicates: int | None, among: str, versions: dict[str, str]) -> None:
    """Try every world whose name and design hold `among`, on every processor; print and keep its rows as they come.

    replicates : fewer than each world asks for; None for as many as its shares need.
    """
    asked = [number for number, world in enumerate(every_world()) if among in f"{world.name}, {world.design}"]
    with every_processor() as each:
        for rows in each(partial(_tried, replicates=replicates), asked):
            keep(rows.assign(**versions), RESULTS, KEY, DECIMALS)
            with pd.option_context("display.width", 200):
                print(rows.drop(columns=["seed", "replicates"]).round(2).to_string(index=False, header=False))
            print(flush=True)


@cache
def every_world() -> list[ordinal_rows.World]:
    """Return every world that anyone has named."""
    return [world for rows in ROWS for world in rows()]


def _tried(number: int, replicates: int | None) -> pd.DataFrame:
    world, started = every_world()[number], time.process_time()
    seed = (SEED, crc32(f"{world.design} {world.n}".encode()))
    rng = np.random.default_rng(seed)
    most, said = replicates or MOST, pd.DataFrame()
    while len(said) < most and (len(said) < world.least or _error(said) > world.error):
        batch = [world.judge(world.draw(rng)) for _ in range(min(BATCH, most - len(said)))]
        said = pd.concat([said, pd.DataFrame(batch)], ignore_index=True)
    rows = pd.DataFrame([_row(name, said[name]) for name in said]).assign(design=world.design, n=world.n)
    rows["seconds"] = round(time.process_time() - started, 1)
    rows["seed"] = " ".join(map(str, seed))
    return rows[[*KEY, "rejected", "rejected_se", "no_test", "replicates", "seconds", "seed"]]


def _error(said: pd.DataFrame) -> float:
    """Return the largest standard error of the shares so far, in points."""
    return float(100 * said.sem().max())


def _row(name: tuple[str, str], said: pd.Series) -> dict[str, Any]:
    """Return the share of tests that said no, in per cent of those made; its error is that over replicates."""
    made = said.dropna()
    return {
        "test": name[0],
        "among": name[1],
        "rejected": 100 * made.mean(),
        "rejected_se": 100 * made.sem(),
        "no_test": 100 * said.isna().mean(),
        "replicates": len(said),
    }
