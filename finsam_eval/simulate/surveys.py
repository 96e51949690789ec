"""The surveys of a year: who is asked when, who answers, and the files as the survey tool exports them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from finsam_eval.simulate.answering import Asked, World
from finsam_eval.simulate.model import INTERVAL, OCCASIONS, PERIODS, ROUNDS
from finsam_eval.simulate.people import LAST_DAY, Ints, People, dates, pseudonym

LABELS = {"under": "Under insatsen", "avslut": "Vid avslut"}

SECOND_ROUND = 0.08
"""Part of those answering under the insats who are asked anew one to two months later, in the same half-year."""

RETESTS_PER_FORBUND = 5
"""180 retests for 36 förbund, all of them in the pilots."""

STAFF_ASKED = {"under": 0.45, "avslut": 0.80}
"""Part of the participants asked whom a staff member is asked to rate."""

FOLLOWED, FOLLOWED_BY_STAFF = 0.6, 0.7
"""Part of those asked under the insats who are asked anew as long as they are in it, and part of these whom a staff
member is asked to rate each time."""

ROUNDS_AT_MOST, BETWEEN, MONTH = 3, (30, 91), 365 / 12
"""How many times, with how many days between, and the days of a month."""

MEASURING_MONTH = {"2025H1": (120, 150), "2025H2": (304, 333)}
"""May and November, when staff and leaders are asked about the work."""


def ask_participants(rng: np.random.Generator, world: World) -> Asked:
    """One row per participation × occasion × half-year in which a participant is asked."""
    named = world.people.participations
    named = named.assign(participation=named.index)[~named["anonymous"]]
    parts = []
    for period, (first, last) in PERIODS.items():
        settled, leaving = np.maximum(named["start"] + 45, first), np.minimum(named["end"] - 30, last)
        under = named.assign(occasion="under", earliest=settled, latest=leaving)
        ended = named[named["end"].between(first, last)]
        avslut = ended.assign(occasion="avslut", earliest=np.maximum(ended["end"] - 14, first), latest=ended["end"])
        parts.append(pd.concat([under[settled <= leaving], avslut]).assign(period=period))
    rows = pd.concat(parts, ignore_index=True)
    return world.ask(rng, rows.assign(day=rng.integers(rows["earliest"], rows["latest"] + 1)), "deltagare")


def participants(rng: np.random.Generator, world: World, asked: Asked) -> pd.DataFrame:
    """enkat_deltagare: first answers, second rounds, and retests: the same person and occasion with new chance."""
    rows = asked.rows.assign(omgang=1, omtest="Nej")
    answered = rows[world.replies(rng, rows)]
    under = answered[answered["occasion"] == "under"]
    period_end = under["period"].map({period: last for period, (_, last) in PERIODS.items()})
    room = np.minimum(under["end"], period_end) - under["day"]
    later = under[(room >= 60) & (rng.random(len(under)) < SECOND_ROUND)]
    later = later.assign(omgang=2, day=later["day"] + rng.integers(30, 61, size=len(later)))
    pilot = (world.people.forbund["pilot"] == "Ja").to_numpy()[under["forbund"]]
    retest = under[pilot & (room >= 21) & ~under.index.isin(later.index)]
    retest = retest.iloc[rng.permutation(len(retest))[: RETESTS_PER_FORBUND * len(world.people.forbund)]]
    retest = retest.assign(omtest="Ja", day=retest["day"] + rng.integers(7, 22, size=len(retest)))
    given = asked.take(pd.concat([answered, later, retest]))
    heads = ["person", "deltagande", "tillfalle", "omgang", "omtest", "datum"]
    return _export(rng, given.rows, world.answer(rng, given), heads)


def ask_staff(rng: np.random.Generator, world: World, asked: Asked) -> Asked:
    """Ask one of the insats's staff about each of some participants; the rows keep the participant's gender."""
    chosen = rng.random(len(asked.rows)) < asked.rows["occasion"].map(STAFF_ASKED)
    rated = world.ask_staff(asked.take(asked.rows[chosen]))
    raters = _raters(rng, world.people)[rated.rows["participation"]]
    return rated.take(rated.rows.assign(person=raters, omgang=1))


def _raters(rng: np.random.Generator, people: People) -> Ints:
    """Return the staff member who knows the participant, by participation."""
    insats = people.participations["insats"]
    first = np.searchsorted(people.staff["insats"], insats)
    return np.asarray(people.staff["person"].to_numpy()[first + rng.integers(people.staff_counts[insats])])


def staff_about_participants(rng: np.random.Generator, world: World, rated: Asked) -> pd.DataFrame:
    """enkat_personal."""
    given = rated.take(rated.rows[world.replies(rng, rated.rows)])
    return _export(rng, given.rows, world.answer(rng, given), ["person", "deltagande", "tillfalle", "omgang", "datum"])


def ask_again(rng: np.random.Generator, world: World, asked: Asked) -> Asked:
    """One row per participation × round, one to three months after the one before, counted from the answer under."""
    under = asked.rows[asked.rows["occasion"] == "under"].drop_duplicates("participation")
    chosen = under[rng.random(len(under)) < FOLLOWED].assign(occasion=INTERVAL)
    days = rng.integers(BETWEEN[0], BETWEEN[1] + 1, size=(len(chosen), ROUNDS_AT_MOST)).cumsum(axis=1)
    rounds = [
        chosen.assign(omgang=place + 1, day=chosen["day"] + after, months=after / MONTH)
        for place, after in enumerate(days.T)
    ]
    rows = pd.concat(rounds, ignore_index=True)
    rows = rows[rows["day"] <= np.minimum(rows["end"], LAST_DAY)].reset_index(drop=True)
    period = np.where(rows["day"] < PERIODS["2025H2"][0], "2025H1", "2025H2")
    return world.ask(rng, rows.assign(period=period), "deltagare")


def ask_staff_again(rng: np.random.Generator, world: World, again: Asked) -> Asked:
    """Ask one of the insats's staff, the same every time, about some of those who are asked anew."""
    chosen = rng.random(len(world.people.participations)) < FOLLOWED_BY_STAFF
    rated = world.ask_staff(again.take(again.rows[chosen[again.rows["participation"]]]))
    raters = _raters(rng, world.people)[rated.rows["participation"]]
    return rated.take(rated.rows.assign(person=raters))


def follow_up(rng: np.random.Generator, world: World, again: Asked) -> pd.DataFrame:
    """enkat_indikator7 or enkat_indikator7_personal: the item that is asked every one to three months, nothing else."""
    given = again.take(again.rows[world.replies(rng, again.rows)]).only(world.instrument.asked(again.group, INTERVAL))
    return _export(rng, given.rows, world.answer(rng, given), ["person", "deltagande", "omgang", "datum"])


def ask_organisation(rng: np.random.Generator, world: World, group: str) -> Asked:
    """Ask staff or leaders about the work itself, at the group's own occasions."""
    people = world.people
    rows = people.staff if group == "insatspersonal" else people.leaders[people.leaders["group"] == group]
    moments = [(occasion, period) for occasion in OCCASIONS[group] for period in ROUNDS[occasion]]
    rows = pd.concat([rows.assign(occasion=o, period=p) for o, p in moments], ignore_index=True)
    month = np.array([MEASURING_MONTH[period] for period in rows["period"]])
    return world.ask(rng, rows.assign(day=rng.integers(month[:, 0], month[:, 1] + 1)), group)


def organisation(rng: np.random.Generator, world: World, asked: Asked) -> pd.DataFrame:
    """enkat_insatspersonal, enkat_forbundschef, enkat_styrelse or enkat_parternas_chefsgrupp."""
    given = asked.take(_with_ids(asked.rows, world.people)[world.replies(rng, asked.rows)])
    unit = "insats" if asked.group == "insatspersonal" else "forbund"
    return _export(rng, given.rows, world.answer(rng, given), ["person", unit, "kon", "datum"])


def invited(world: World, everyone: Iterable[Asked]) -> pd.DataFrame:
    """inbjudna: how many were asked, by unit, group, occasion, half-year and gender. A later round asks nobody new."""
    named = [_with_ids(_first_rounds(asked.rows), world.people).assign(grupp=asked.group) for asked in everyone]
    keys = ["forbund", "insats", "grupp", "tillfalle", "period", "kon"]
    return pd.concat(named).rename(columns={"occasion": "tillfalle"}).groupby(keys).size().reset_index(name="antal")


def _first_rounds(rows: pd.DataFrame) -> pd.DataFrame:
    keys = ["participation", "occasion", "period"]
    return rows.drop_duplicates(keys) if "participation" in rows else rows


def _with_ids(rows: pd.DataFrame, people: People) -> pd.DataFrame:
    """Ids in place of positions; an insats that does not apply is the empty string."""
    insats = people.insatser["insats"].to_numpy()[rows["insats"]] if "insats" in rows else ""
    return rows.assign(forbund=people.forbund["forbund"].to_numpy()[rows["forbund"]], insats=insats)


def _export(rng: np.random.Generator, rows: pd.DataFrame, answers: pd.DataFrame, heads: list[str]) -> pd.DataFrame:
    """Rows as the tool writes them: pseudonyms, dates, Swedish labels; by date, and by chance within a day."""
    named = rows.assign(
        person=[pseudonym(number) for number in rows["person"]],
        datum=dates(rows["day"]),
        tillfalle=rows["occasion"].map(LABELS),
    )
    table = named[heads].join(answers).iloc[rng.permutation(len(rows))]
    return table.sort_values("datum", kind="stable").reset_index(drop=True)
