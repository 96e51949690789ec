"""Time a release and its audit at real sizes.

Usage: OPENBLAS_NUM_THREADS=1 python benchmarks/release.py [--forbund 75] [--series 28] [--years 4] [--whole] [--seed 1]

A made-up country: a median of 50 answers a förbund, series and year, women, men and a few of unknown gender, five
codes. Reported are half-years; with --whole also January to August and the year, after an earlier release of the data
as they were before some late answers. Prints seconds and how much is shown.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.disclosure import Policy, audit, release
from finsam_eval.processors import every_processor

MEDIAN = 50
SPREAD = 0.7
LATE = 0.002
"""Of the answers of the last year, how many came after the earlier release."""

GENDERS = ("kvinna", "man", "okant")
RECORDS = "unit respondent_group occasion item period gender against_period against_gender statistic level method"


def codebook(series: int) -> Codebook:
    """Return a codebook of so many items on one scale of five codes."""
    names = [f"fraga{number}" for number in range(series)]
    return Codebook(
        id="stor",
        title="Stor",
        version="1",
        owner="Ingen",
        source="Påhittad",
        groups=[{"id": "deltagare", "label": "Deltagare"}],
        occasions=[{"id": "avslut", "label": "vid avslut"}],
        scales={"fem": {"min": 1, "max": 5, "lowest": "Inte alls", "highest": "Helt"}},
        karnindikatorer=[
            {
                "number": 1,
                "heading": "Allt",
                "kind": "process",
                "level": "deltagare",
                "items": [
                    {
                        "id": name,
                        "text": name,
                        "scale": "fem",
                        "respondent_groups": ["deltagare"],
                        "occasions": ["avslut"],
                    }
                    for name in names
                ],
            }
        ],
    )


def cube(random: np.random.Generator, forbund: int, series: int, years: int, *, whole: bool) -> pd.DataFrame:
    """Draw the cube; each year has two atoms, or three when August ends a reporting period."""
    size = random.lognormal(np.log(MEDIAN), SPREAD, forbund)
    parts = {"a": 0.45, "b": 0.1, "c": 0.45} if whole else {"a": 0.45, "c": 0.55}
    time_ = np.tile(list(parts.values()), years)
    gender = np.array([0.55, 0.44, 0.01])
    share = random.dirichlet([2, 3, 5, 9, 7], (forbund, series))
    mean = np.einsum("f,t,g,fsc->fstgc", size, time_, gender, share)
    n = random.poisson(mean)
    atoms = [f"{2021 + year}{part}" for year in range(years) for part in parts]
    names = [[f"F{number:02}" for number in range(forbund)], [f"fraga{s}" for s in range(series)], atoms, GENDERS]
    index = pd.MultiIndex.from_product([*names, range(1, 6)], names=["forbund", "item", "period", "gender", "category"])
    frame = pd.Series(n.ravel(), index=index, name="n").reset_index()
    return frame.assign(insats="i", respondent_group="deltagare", occasion="avslut")


def periods(years: int, *, whole: bool) -> dict[str, dict[str, list[str]]]:
    """Return half-years, and with `whole` also January to August and the year."""
    named = [str(2021 + year) for year in range(years)]
    autumn = "bc" if whole else "c"
    halves = {f"{name}H1": [f"{name}a"] for name in named}
    halves |= {f"{name}H2": [f"{name}{part}" for part in autumn] for name in named}
    longer = {"janaug": {f"{name}JA": [f"{name}a", f"{name}b"] for name in named}}
    year = {"ar": {name: [f"{name}a", f"{name}b", f"{name}c"] for name in named}}
    return {"halvar": halves, **(longer | year if whole else {})}


def policy() -> Policy:
    """Return the limits of the demo's publik."""
    limits = {"min_n": 10, "min_x": 3, "both_sides": True}
    return Policy(
        profile="publik",
        opinion=limits,
        outcome=limits,
        volume=limits,
        offices_country_only=True,
        decided_by="Ingen",
        decided_on="2025-01-01",
        source="Påhittad",
    )


def main() -> None:
    """Release, audit, and print the time each took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("forbund", 75), ("series", 28), ("years", 4), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--whole", action="store_true")
    asked = parser.parse_args()
    random = np.random.default_rng(asked.seed)
    counts = cube(random, asked.forbund, asked.series, asked.years, whole=asked.whole)
    rules = {"codebook": codebook(asked.series), "periods": periods(asked.years, whole=asked.whole)}
    nothing = pd.DataFrame(columns=[*RECORDS.split(), "status", "reason"], dtype="str")
    earlier = ()
    if asked.whole:
        last = counts["period"].str.startswith(str(2020 + asked.years))
        late = random.binomial(counts["n"], np.where(last, LATE, 0))
        with every_processor() as each:
            earlier = (release(counts.assign(n=counts["n"] - late), nothing, policy(), **rules, each=each),)
    with every_processor() as each:
        start = time.perf_counter()
        released = release(counts, nothing, policy(), **rules, earlier=earlier, each=each)
        middle = time.perf_counter()
        found = audit(released, policy(), earlier=earlier, counts=counts, each=each)
        end = time.perf_counter()
    print(
        f"release {middle - start:.0f} s, audit {end - middle:.0f} s; {len(found)} cells known; "
        f"{(released.rungs['detail'] != '').mean():.1%} of {len(released.rungs)} cells shown"
    )
    print(released.register["rule"].value_counts().to_string())


if __name__ == "__main__":
    main()
