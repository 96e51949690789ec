"""Who there is: förbund, insatser, participations, staff and leaders, each with a true place on θ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from finsam_eval import pseudonyms
from finsam_eval.errors import WrongShape
from finsam_eval.simulate import names
from finsam_eval.simulate.model import DEMO_KEY, FORBUND_SHARE, INSATS_SHARE, LASTING, PERIODS, UNKNOWN, WOMEN, Floats

Ints = npt.NDArray[np.int64]

TINY, LARGE = (5, 8), 125
"""Participations in the two smallest förbund and in the largest."""

MEDIAN, SPREAD = 41, 0.30
"""The other förbund: log-normal number of participations."""

PILOT_PART = 11 / 36
ANONYMOUS = 0.06
SECOND_INSATS = 0.04
NON_RESPONSE = (0.25, 0.45)
SHORTEST, TYPICAL, LONGEST = 60, 220, 600
"""Days in an insats."""

LAST_DAY = PERIODS["2025H2"][1]
"""The day the raw files were taken out; later ends are not known yet."""

GENDERS = ("Kvinna", "Man", "Annat eller okänt")


@dataclass(frozen=True, kw_only=True)
class People:
    """The country. Positions in `forbund` and `insatser` are the numbers used in the other frames.

    `forbund` : forbund, namn, lan, pilot, response_rate, effect. `insatser` : insats, forbund (position), namn, effect.
    `participations` : deltagande, person, insats and forbund (positions), kon, start, end (days), anonymous.
    `staff` : person, insats, forbund, kon. `leaders` : person, forbund, group, kon. `lasting` : by person, variance 1.
    """

    forbund: pd.DataFrame
    insatser: pd.DataFrame
    participations: pd.DataFrame
    staff: pd.DataFrame
    leaders: pd.DataFrame
    lasting: Floats

    @property
    def staff_counts(self) -> Ints:
        """Number of staff by insats."""
        return np.bincount(self.staff["insats"])

    def theta(self, rng: np.random.Generator, rows: pd.DataFrame) -> Floats:
        """θ of the respondents in `rows` at one occasion; who belongs to no insats has none of its effect."""
        inside = "insats" in rows
        own = 1 - FORBUND_SHARE - INSATS_SHARE * inside
        person = np.sqrt(LASTING) * self.lasting[rows["person"]] + np.sqrt(1 - LASTING) * rng.normal(size=len(rows))
        units = self.forbund["effect"].to_numpy()[rows["forbund"]]
        if inside:
            units = units + self.insatser["effect"].to_numpy()[rows["insats"]]
        return np.asarray(units + np.sqrt(own) * person, dtype=float)


def dates(days: pd.Series) -> pd.Series:
    """Days from 1 January 2025 as ISO dates."""
    stamps = np.datetime64("2025-01-01") + days.to_numpy().astype("timedelta64[D]")
    return pd.Series(np.datetime_as_string(stamps), index=days.index, dtype="str")


def pseudonym(number: int) -> str:
    """Return what stands for a person in every file."""
    return pseudonyms.pseudonym(str(number), DEMO_KEY.encode())


def make_people(rng: np.random.Generator, count: int) -> People:
    """Draw a country of `count` förbund."""
    if not 4 <= count <= len(names.FORBUND):
        raise WrongShape(f"forbund must be 4–{len(names.FORBUND)} (there are names for no more), got {count}")
    sizes = _sizes(rng, count)
    forbund = _forbund(rng, sizes)
    insatser = _insatser(rng, sizes, list(forbund["forbund"]))
    participations = _participations(rng, sizes, insatser)
    staff = _staff(rng, participations["person"].max() + 1, insatser)
    leaders = _leaders(rng, staff["person"].max() + 1, count)
    lasting = rng.normal(size=leaders["person"].max() + 1)
    return People(
        forbund=forbund, insatser=insatser, participations=participations, staff=staff, leaders=leaders, lasting=lasting
    )


def _sizes(rng: np.random.Generator, count: int) -> Ints:
    ordinary = count - len(TINY) - 1
    quantiles = ndtri((np.arange(ordinary) + 0.5) / ordinary)
    sizes = np.concatenate([TINY, np.round(MEDIAN * np.exp(SPREAD * quantiles)), [LARGE]])
    return rng.permutation(sizes.astype(int))


def _forbund(rng: np.random.Generator, sizes: Ints) -> pd.DataFrame:
    count = len(sizes)
    by_size = np.argsort(sizes, kind="stable")
    pilots = by_size[np.linspace(0, count - 1, round(count * PILOT_PART)).round().astype(int)]
    return pd.DataFrame(
        {
            "forbund": [f"F{number:02d}" for number in range(1, count + 1)],
            "namn": [f"Samordningsförbundet {name}" for name in rng.permutation(names.FORBUND)[:count]],
            "lan": [names.LAN[position * len(names.LAN) // count] for position in range(count)],
            "pilot": np.where(np.isin(np.arange(count), pilots), "Ja", "Nej"),
            "response_rate": 1 - rng.uniform(*NON_RESPONSE, size=count),
            "effect": np.sqrt(FORBUND_SHARE) * rng.normal(size=count),
        }
    )


def _insatser(rng: np.random.Generator, sizes: Ints, forbund: list[str]) -> pd.DataFrame:
    counts = np.clip(np.round(sizes / 16 + rng.uniform(-1, 1, len(sizes))), 1, 6).astype(int)
    owner = np.repeat(np.arange(len(sizes)), counts)
    return pd.DataFrame(
        {
            "insats": [f"{forbund[f]}I{number}" for f, n in enumerate(counts) for number in range(1, n + 1)],
            "forbund": owner,
            "namn": np.concatenate([rng.permutation(names.INSATSER)[:n] for n in counts]),
            "effect": np.sqrt(INSATS_SHARE) * rng.normal(size=len(owner)),
        }
    )


def _participations(rng: np.random.Generator, sizes: Ints, insatser: pd.DataFrame) -> pd.DataFrame:
    owner = np.repeat(np.arange(len(sizes)), sizes)
    rows = pd.DataFrame(
        {
            "person": np.arange(len(owner)),
            "insats": np.concatenate([_places(rng, n, insatser, f) for f, n in enumerate(sizes)]),
            "forbund": owner,
            "kon": _genders(rng, owner, sizes),
            "anonymous": rng.random(len(owner)) < ANONYMOUS,
        }
    )
    rows = pd.concat([rows, _second_insats(rng, rows, insatser)], ignore_index=True)
    days = np.clip(np.round(TYPICAL * np.exp(0.4 * rng.normal(size=len(rows)))), SHORTEST, LONGEST).astype(int)
    # Everyone is in an insats for at least two weeks of the year, and begins six weeks before it ends.
    start = np.floor(rng.uniform(14 - days, LAST_DAY - 45)).astype(int)
    rows = rows.assign(start=start, end=start + days).iloc[rng.permutation(len(rows))]
    rows = rows.sort_values("start", kind="stable").reset_index(drop=True)
    return rows.assign(deltagande=[f"D{number:05d}" for number in range(1, len(rows) + 1)])


def _places(rng: np.random.Generator, size: int, insatser: pd.DataFrame, forbund: int) -> Ints:
    own = np.flatnonzero(insatser["forbund"] == forbund)
    return rng.choice(own, size=size, p=rng.dirichlet(np.full(len(own), 4.0)))


def _second_insats(rng: np.random.Generator, rows: pd.DataFrame, insatser: pd.DataFrame) -> pd.DataFrame:
    """Return new rows for the few who also are in another insats of the same förbund."""
    counts = insatser.groupby("forbund").size().to_numpy()[rows["forbund"]]
    chosen = ~rows["anonymous"] & (counts > 1) & (rng.random(len(rows)) < SECOND_INSATS)
    first = np.searchsorted(insatser["forbund"], rows["forbund"])
    following = first + (rows["insats"] - first + 1) % counts
    return rows.assign(insats=following)[chosen]


def _genders(rng: np.random.Generator, owner: Ints, sizes: Ints) -> npt.NDArray[np.str_]:
    """Women and men everywhere; another or unknown gender in about one förbund of seven, never in the smallest."""
    some = rng.choice(np.flatnonzero(sizes > max(TINY)), size=max(1, len(sizes) // 7), replace=False)
    unknown = np.zeros(len(sizes))
    unknown[some] = min(UNKNOWN * sizes.sum() / sizes[some].sum(), 0.15)
    known = np.where(rng.random(len(owner)) < WOMEN, GENDERS[0], GENDERS[1])
    return np.where(rng.random(len(owner)) < unknown[owner], GENDERS[2], known)


def _staff(rng: np.random.Generator, first: int, insatser: pd.DataFrame) -> pd.DataFrame:
    insats = np.repeat(np.arange(len(insatser)), rng.integers(2, 6, size=len(insatser)))
    return pd.DataFrame(
        {
            "person": first + np.arange(len(insats)),
            "insats": insats,
            "forbund": insatser["forbund"].to_numpy()[insats],
            "kon": np.where(rng.random(len(insats)) < 0.75, GENDERS[0], GENDERS[1]),
        }
    )


def _leaders(rng: np.random.Generator, first: int, count: int) -> pd.DataFrame:
    seats = {
        "forbundschef": np.ones(count, dtype=int),
        "styrelse": rng.integers(5, 11, size=count),
        "parternas_chefsgrupp": rng.integers(4, 8, size=count),
    }
    rows = pd.concat(
        [pd.DataFrame({"forbund": np.repeat(np.arange(count), n), "group": group}) for group, n in seats.items()],
        ignore_index=True,
    )
    kon = np.where(rng.random(len(rows)) < 0.5, GENDERS[0], GENDERS[1])
    return rows.assign(person=first + np.arange(len(rows)), kon=kon)
