"""Attack random releases from the outside, and hold what is hidden against the least that could have been.

Usage: python benchmarks/secrecy.py [--attacked 1000] [--searched 200] [--seed 1]

The attacker here is written apart from the package's: he reads the published frames, writes down what they say of every
count by hand, and solves for the smallest and largest value of each hidden cell with scipy.optimize.milp. A third of
the countries have an earlier release of data that have changed a little since. Prints how often he wins, and by how
many steps of the ladder more than the exhaustive search is hidden.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from finsam_eval.codebook import Codebook
from finsam_eval.disclosure import Policy, Released, audit, release
from finsam_eval.disclosure.cells import Table, calendar, categories, margins, monotone
from finsam_eval.disclosure.facts import Facts
from finsam_eval.disclosure.ladder import FEWEST_FORBUND, climb, secrets
from finsam_eval.disclosure.suppression import secure, steps

GENDERS = ("kvinna", "man", "okant")
CALENDARS = [
    {"ar": {"2025": ["a"]}},
    {"halvar": {"H1": ["a"], "H2": ["b"]}, "ar": {"2025": ["a", "b"]}},
    {"janaug": {"JA": ["a"]}, "ar": {"2025": ["a", "b"]}},
    {"halvar": {"H1": ["a"], "H2": ["b", "c"]}, "janaug": {"JA": ["a", "b"]}, "ar": {"2025": ["a", "b", "c"]}},
    {
        "halvar": {"H1": ["a"], "H2": ["b", "c"], "H3": ["d"]},
        "janaug": {"JA": ["a", "b"]},
        "ar": {"2025": ["a", "b", "c"]},
    },
]
SCALES = {
    "arbete": {"min": 0, "max": 1, "top": 1, "labels": {0: "Nej", 1: "Ja"}},
    "grad": {"min": 1, "max": 3, "top": 1, "lowest": "Inte alls", "highest": "Helt"},
}
CODEBOOK = Codebook(
    id="slump",
    title="Slump",
    version="1",
    owner="Ingen",
    source="Påhittad",
    groups=[{"id": "deltagare", "label": "Deltagare"}],
    occasions=[{"id": "avslut", "label": "vid avslut"}],
    scales=SCALES,
    karnindikatorer=[
        {
            "number": 1,
            "heading": "Allt",
            "kind": "process",
            "level": "deltagare",
            "items": [
                {"id": name, "text": name, "scale": name, "respondent_groups": ["deltagare"], "occasions": ["avslut"]}
                for name in SCALES
            ],
        }
    ],
)
PLACE = ["respondent_group", "occasion", "item"]


@dataclass(frozen=True)
class World:
    """A random country: its cube, how time is reported, the policy, and what was released before."""

    counts: pd.DataFrame
    periods: dict[str, dict[str, list[str]]]
    policy: Policy
    before: tuple[pd.DataFrame, ...]


def world(random: np.random.Generator, *, small: bool = False, most: int = 8) -> World:
    """Draw a country: two to `most` förbund, 1–4 pieces of time, three genders; a third with an earlier cube."""
    periods = CALENDARS[random.integers(2 if small else len(CALENDARS))]
    atoms = sorted({atom for kind in periods.values() for members in kind.values() for atom in members})
    item = "arbete" if small else str(random.choice(list(SCALES)))
    units = int(random.integers(3, 4) if small else random.integers(2, most + 1))
    codes = CODEBOOK.scale(item).codes
    mean = random.gamma(1.0, random.choice([4.0, 10.0, 25.0]), (units, 1, 1, 1)) * np.array([1, 0.8, 0.05])[:, None]
    share = random.dirichlet(np.full(len(codes), 1.5), (units, 1, 1))
    cube = random.poisson(np.broadcast_to(mean * share, (units, len(atoms), 3, len(codes))))
    frame = _frame(cube, atoms, item)
    before: tuple[pd.DataFrame, ...] = ()
    if not small and random.random() < 1 / 3:
        rate = random.choice([0.002, 0.05, 0.3])
        gone = random.binomial(cube, rate * random.choice([0, 1]))
        late = random.binomial(1, rate * random.choice([0, 1], p=[0.3, 0.7]), cube.shape)
        before = (_frame(np.maximum(cube - late, 0) + gone, atoms, item),)
    return World(frame, periods, _policy(random), before)


def _frame(cube: NDArray[np.int64], atoms: list[str], item: str) -> pd.DataFrame:
    codes = CODEBOOK.scale(item).codes
    names = [[f"F{unit}" for unit in range(len(cube))], atoms, GENDERS, codes]
    rows = [
        (unit, "i", "deltagare", "avslut", atom, gender, item, code, n)
        for (unit, atom, gender, code), n in zip(product(*names), cube.ravel().tolist(), strict=True)
    ]
    return pd.DataFrame(rows, columns=["forbund", "insats", *PLACE[:2], "period", "gender", "item", "category", "n"])


def _policy(random: np.random.Generator) -> Policy:
    min_n, min_x = random.choice([(2, 1), (3, 1), (5, 1), (5, 2), (10, 3), (3, 0)]).tolist()
    threshold = {"min_n": min_n, "min_x": min_x, "both_sides": bool(random.integers(2))}
    return Policy(
        profile="publik",
        opinion=threshold,
        outcome=threshold,
        volume=threshold,
        offices_country_only=False,
        min_width=int(random.choice([1, 1, 1, 1, 2, 3])),
        decided_by="Slumpen",
        decided_on="2025-01-01",
        source="Påhittad",
    )


def released_of(drawn: World) -> tuple[Released, tuple[Released, ...]]:
    """Return the release of a country, and the earlier one that it follows."""
    nothing = pd.DataFrame(columns=[*RECORDS], dtype="str")
    rules = {"codebook": CODEBOOK, "periods": drawn.periods}
    earlier = tuple(release(counts, nothing, drawn.policy, **rules) for counts in drawn.before)
    return release(drawn.counts, nothing, drawn.policy, **rules, earlier=earlier), earlier


RECORDS = [
    "unit",
    *PLACE,
    "period",
    "gender",
    "against_period",
    "against_gender",
    "statistic",
    "level",
    "method",
    "status",
    "reason",
]


class Outsider:
    """Everything that fits what was published, as integer programs: one unknown per förbund × atom × gender × code."""

    def __init__(self, drawn: World, now: Released, earlier: tuple[Released, ...]) -> None:
        self.policy, self.codes = drawn.policy, sorted(drawn.counts["category"].unique())
        self.item = str(drawn.counts["item"].iloc[0])
        self.units = sorted(set(now.rungs["unit"]) - {"riket"})
        self.members = {name: set(atoms) for kind in drawn.periods.values() for name, atoms in kind.items()}
        self.atoms = sorted(set().union(*self.members.values()))
        self.axes = [self.units, self.atoms, GENDERS, self.codes]
        self.parts = _parts(self.item)
        truth = drawn.counts.set_index(["forbund", "period", "gender", "category"])["n"]
        self.truth = truth.reindex(pd.MultiIndex.from_product(self.axes), fill_value=0).to_numpy()
        self.told = self._published(now)
        rows, sums, of_all = [], [], []
        for key, n in self.told.items():
            rows.append(self.row(*key))
            sums.append((n, n))
            of_all.append(key[3] == self.parts["n"])
        for one in earlier:
            for key, n in self._published(one).items():
                true = self.value(*key)
                rows.append(self.row(*key))
                of_all.append(key[3] == self.parts["n"])
                # Late answers add, persons forgotten take away: which of the two is told by his own eyes at best.
                sums.append((n, n) if true == n else (n, np.inf) if true > n else (0, n))
        self.rows = sparse.csr_array(np.array(rows).reshape(-1, self.size))
        self.sums = np.array(sums).reshape(-1, 2)
        self.of_all = np.array(of_all, dtype=bool)
        self.seen = [self.truth.astype(float)]
        random = np.random.default_rng(1)
        for _ in range(8):
            self._see(random.normal(size=self.size))

    @property
    def size(self) -> int:
        """How many counts are unknown to him."""
        return int(np.prod([len(axis) for axis in self.axes]))

    def row(self, unit: str, period: str | frozenset[str], gender: str, codes: frozenset[int]) -> NDArray[np.float64]:
        """Return which unknowns a cell counts."""
        atoms = self.members[period] if isinstance(period, str) else period
        picked = [
            [unit in ("riket", one) for one in self.units],
            [one in atoms for one in self.atoms],
            [gender in ("alla", one) for one in GENDERS],
            [one in codes for one in self.codes],
        ]
        result = np.einsum("a,b,c,d->abcd", *(np.array(one, dtype=float) for one in picked))
        return result.ravel()

    def value(self, unit: str, period: str | frozenset[str], gender: str, codes: frozenset[int]) -> int:
        """Return the true count of a cell."""
        return int(self.row(unit, period, gender, codes) @ self.truth)

    def _published(self, released: Released) -> dict[tuple[str, str, str, frozenset[int]], int]:
        told: dict[tuple[str, str, str, frozenset[int]], int] = {}
        for row in released.counts.itertuples():
            told[row.unit, row.period, row.gender, self.parts[row.category]] = int(row.n)
        for row in released.rungs[released.rungs["status"] == "inga data"].itertuples():
            told[row.unit, row.period, row.gender, self.parts["n"]] = 0
        return told

    def ends(self, key: tuple[str, str | frozenset[str], str, frozenset[int]]) -> tuple[float, float]:
        """Return a number that a cell can be at least and one at most, as far apart as the policy asks if they can be.

        Every table that fitted is kept: two that differ enough in a cell are proof enough.
        """
        gain = self.row(*key)
        for sign in (1, -1):
            if np.ptp(np.array(self.seen) @ gain) < self.policy.min_width:
                self._see(sign * gain)
        numbers = np.array(self.seen) @ gain
        return float(numbers.min()), float(numbers.max())

    def _see(self, cost: NDArray[np.float64]) -> None:
        """Find the table of least cost that fits, and keep it."""
        most = float(self.sums[np.isfinite(self.sums)].max(initial=0)) + 9
        rules = LinearConstraint(self.rows, self.sums[:, 0], self.sums[:, 1]) if len(self.sums) else ()
        solved = milp(cost, integrality=np.ones(self.size), bounds=Bounds(0, most), constraints=rules)
        assert solved.success, solved.message
        self.seen.append(np.round(solved.x))

    def secrets(self) -> Iterator[tuple[str, str | frozenset[str], str, frozenset[int]]]:
        """Every cell that is hidden, and every piece of time between the reported that would not pass by itself."""
        kinds = set(self.parts.values())
        empty = {key[:3] for key, n in self.told.items() if n == 0 and key[3] == self.parts["n"]}
        answering = sum(any((unit, period, "alla") not in empty for period in self.members) for unit in self.units)
        for unit, period, gender, codes in product([*self.units, "riket"], self.members, [*GENDERS, "alla"], kinds):
            if (unit, period, gender, codes) not in self.told and (unit != "riket" or answering >= 3):
                yield unit, period, gender, codes
        for unit, piece, gender in product([*self.units, "riket"], self._pieces(), [*GENDERS, "alla"]):
            if unit != "riket" or answering >= 3:
                yield from ((unit, piece, gender, codes) for codes in kinds if self._fails(unit, piece, gender, codes))

    def _pieces(self) -> set[frozenset[str]]:
        whole = [frozenset(members) for members in self.members.values()]
        between = {long - short for long, short in product(whole, repeat=2) if short < long}
        return ({frozenset([atom]) for atom in self.atoms} | between) - set(whole)

    def _fails(self, unit: str, piece: frozenset[str], gender: str, codes: frozenset[int]) -> bool:
        """Whether a count of few: too few in all, too few in the part, or too few outside the positive."""
        limits = self.policy.opinion
        n, x, top = (self.value(unit, piece, gender, part) for part in (self.parts["n"], codes, self.parts["hog"]))
        if n == 0:
            return False
        x = top if len(self.codes) == 2 else x
        outside = n - top if limits.both_sides and (codes == self.parts["hog"] or len(self.codes) == 2) else x
        return n < limits.min_n or (codes != self.parts["n"] and min(x, outside) < limits.min_x)

    def wins(self, before: Outsider | None) -> list[tuple[object, ...]]:
        """Return the secrets he knows to within less than the policy's width, other than where he knows nobody is."""
        won = []
        for key in self.secrets():
            low, high = self.ends(key)
            if high - low < self.policy.min_width and not self._nobody(key):
                known = before is not None and np.ptp(before.ends(key)) < self.policy.min_width
                won += [] if known else [(*key, low, high)]
        return won

    def _nobody(self, key: tuple[str, str | frozenset[str], str, frozenset[int]]) -> bool:
        """Whether it is published that nobody is there: then there is no one to protect."""
        empty = self.rows[np.flatnonzero((self.sums == 0).all(axis=1) & self.of_all)]
        return not self.row(*key[:3], self.parts["n"])[np.asarray(empty.sum(axis=0)).ravel() == 0].any()


def _parts(item: str) -> dict[str, frozenset[int]]:
    scale = CODEBOOK.scale(item)
    parts = {"n": scale.codes, "hog": scale.top_codes, **(scale.classes or {})}
    return {
        **{name: frozenset(codes) for name, codes in parts.items()},
        **{str(c): frozenset([c]) for c in scale.codes},
    }


def attack(drawn: World) -> list[tuple[object, ...]]:
    """Release a country and return what the outsider knows that he should not, and what the package's audit says."""
    now, earlier = released_of(drawn)
    outsider = Outsider(drawn, now, earlier)
    before = None
    if earlier:
        before = Outsider(drawn, _silent(now), earlier)
    audited = audit(now, drawn.policy, earlier=earlier, counts=drawn.counts)
    return [*outsider.wins(before), *audited.itertuples(index=False, name=None)]


def _silent(released: Released) -> Released:
    """Return a release that says nothing but where nobody is."""
    return Released(
        rungs=released.rungs,
        counts=released.counts.iloc[:0],
        records=released.records,
        register=released.register,
        periods=released.periods,
        codebook=released.codebook,
    )


def search(drawn: World) -> tuple[int, int]:
    """Return how many steps of the ladder are hidden beyond the thresholds: by the package, and at the least.

    Every hiding of grains that the package could have chosen is tried, least first, against the package's attacker.
    """
    facts, most = _inside(drawn)
    table, most_steps = facts.table, steps(facts.table, most)
    ours = most_steps - steps(table, secure(facts, most))
    if ours == 0:
        return 0, 0
    options = [sorted(_units(table, grains), key=lambda one: -steps(table, one)) for grains in most]
    by_cost = sorted(product(*options), key=lambda some: -sum(steps(table, one) for one in some))
    for chosen in by_cost:
        lost = most_steps - steps(table, np.array(chosen))
        if lost >= ours:
            return ours, ours
        if not facts.given_away(facts.visible(np.array(chosen)), first=True).any():
            return ours, lost
    return ours, ours


def _inside(drawn: World) -> tuple[Facts, NDArray[np.int64]]:
    """Return a country's one series as the package sees it, and what each grain may show at most."""
    item, days = str(drawn.counts["item"].iloc[0]), calendar(drawn.periods)
    units = sorted(drawn.counts["forbund"].unique())
    table = Table(days, categories(CODEBOOK.scale(item)))
    cube = drawn.counts["n"].to_numpy().reshape(len(units), len(days.atoms), 3, -1)
    cells = margins(cube, days, table.categories)
    ladder = climb(cells, days, table.categories, drawn.policy.opinion)
    empty = cells[:, :, 3, 0] == 0
    empty[:, len(days.ids) :] = False
    most = ladder.detail.copy()
    if (~empty[:-1, : len(days.ids)]).any(axis=1).sum() < FEWEST_FORBUND:
        most[-1] = 0
    facts = Facts(
        cube=cube,
        cells=cells,
        table=table,
        empty=empty,
        secret=secrets(cells, table, drawn.policy.opinion),
        cap=np.full((len(cells), len(days.ids), 2), table.categories.levels[-1]),
        known=np.full(cells.shape, np.nan),
        width=drawn.policy.min_width,
    )
    return facts, most


def _units(table: Table, most: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return every way one unit may show at most what it may, coarser grains no less than finer."""
    ways = product(*([level for level in table.categories.levels if level <= limit] for limit in most.ravel()))
    shaped = [np.array(way).reshape(most.shape) for way in ways]
    return [one for one in shaped if (monotone(one[None], table.calendar)[0] == one).all()]


def main() -> None:
    """Attack and search, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attacked", type=int, default=1000)
    parser.add_argument("--searched", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    random, start = np.random.default_rng(asked.seed), time.perf_counter()
    won = 0
    for number in range(asked.attacked):
        drawn = world(random)
        found = attack(drawn)
        won += bool(found)
        if number % 100 == 99:
            print(f"{number + 1} attacked, won in {won}; {time.perf_counter() - start:.0f} s", flush=True)
        if found:
            print(f"country {number}: {found[:3]}", flush=True)
    print(f"{asked.attacked} countries attacked, won in {won}; {time.perf_counter() - start:.0f} s", flush=True)
    random, start = np.random.default_rng([asked.seed, 2]), time.perf_counter()
    pairs = []
    while len(pairs) < asked.searched:
        ours, least = search(world(random, small=True))
        if ours:
            pairs.append((ours, least))
            if len(pairs) % 20 == 0:
                worst = max(mine - best for mine, best in pairs)
                print(f"{len(pairs)} searched, at most {worst} over; {time.perf_counter() - start:.0f} s", flush=True)
    over = np.array([ours - least for ours, least in pairs] or [0])
    mean = over.sum() / max(sum(least for _, least in pairs), 1)
    print(
        f"{len(pairs)} countries searched where something had to be hidden beyond the thresholds: "
        f"{mean:.1%} more steps hidden than the least, at most {over.max()} more; {time.perf_counter() - start:.0f} s"
    )


if __name__ == "__main__":
    main()
