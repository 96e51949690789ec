"""From rows of answers to the matrices that coefficients take: the latest questionnaires, retests, both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from finsam_eval.codebook import Codebook, Item

PERSON = ["respondent", "participation", "about", "respondent_group", "occasion"]
"""Whose questionnaire it is, whenever it was answered."""

_WHEN = ["at", "wave"]

WHOSE = ["respondent", "participation", "about"]
"""A person and what is followed over occasions: what they take part in, or whom they rate."""

QUESTIONNAIRE = [*PERSON, *_WHEN]
"""Which of that person's questionnaires it is: the rows of `matrix`."""


ANOTHER_MEANING = "Frågan betyder något annat vid det andra tillfället, så en skillnad är ingen förändring."


class AskedTwice(NamedTuple):
    """A question at two occasions: as it is asked first, and as it is asked later, in other words or the same."""

    first: Item
    at_first: str
    later: Item
    at_later: str


def asked_twice(codebook: Codebook, group: str) -> Iterator[AskedTwice]:
    """Give each question that a group is asked at two occasions: pairs, and questions that are the same at both.

    Which occasions follow on each other is what the codebook's pairs say.
    """
    order = {occasion.id: place for place, occasion in enumerate(codebook.occasions)}
    at = {item.id: min(item.occasions, key=order.__getitem__) for item in codebook.survey_items}
    pairs = [(item, codebook.item(item.pair)) for item in codebook.survey_items if item.pair]
    pairs = [(one, other) for one, other in pairs if order[at[one.id]] < order[at[other.id]]]
    courses = dict.fromkeys((at[one.id], at[other.id]) for one, other in pairs)
    later_of = {one.id: other for one, other in pairs}
    for item in codebook.survey_items:
        if group in item.respondent_groups:
            if item.id in later_of:
                yield AskedTwice(item, at[item.id], later_of[item.id], at[later_of[item.id].id])
            yield from (AskedTwice(item, a, item, b) for a, b in courses if {a, b} <= set(item.occasions))


def in_time(responses: pd.DataFrame, codebook: Codebook, atoms: Sequence[str]) -> pd.DataFrame:
    """Return the opinions given in these atoms, `at` being the atom's place in time."""
    opinions = [item.id for item in codebook.survey_items if item.sensitivity == "opinion"]
    wanted = responses["period"].isin(list(atoms)) & responses["item"].isin(opinions)
    place = {atom: number for number, atom in enumerate(atoms)}
    chosen = responses[wanted]
    return chosen.assign(at=chosen["period"].map(place).astype("int64"), value=chosen["value"].astype("float64"))


def first_hand(answers: pd.DataFrame) -> pd.DataFrame:
    """Return the latest questionnaire of each person, participation and occasion; no retests."""
    given = answers[~answers["retest"]]
    key = QUESTIONNAIRE
    last = given[key].drop_duplicates().sort_values(key).drop_duplicates(PERSON, keep="last")
    return given.merge(last, on=key)


def matrix(answers: pd.DataFrame, group: str, occasion: str, items: Sequence[str]) -> pd.DataFrame:
    """Return questionnaires × items for one group and occasion; NaN where no answer was given."""
    chosen = answers[(answers["respondent_group"] == group) & (answers["occasion"] == occasion)]
    # Not pivot_table: it drops those who left everything unanswered.
    wide = chosen.pivot(index=QUESTIONNAIRE, columns="item", values="value")  # noqa: PD010
    return wide.reindex(columns=list(items))


def retests(answers: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of answers to one item by one person, first and again: columns item, first, second, unit and whose.

    A retest belongs to the same person's questionnaire of the same wave that lies closest before it in time. Of
    several retests by a person at an occasion the latest counts.
    """
    key, when = [*PERSON, "wave"], ["at", "date"]
    again, before = (answers[answers["retest"] == flag][[*key, *when]].drop_duplicates() for flag in (True, False))
    both = again.merge(before, on=key, suffixes=("_second", "_first"))
    # A comparison with a date that is not known is False: periods decide alone then.
    later = (both["at_first"] > both["at_second"]) | (both["date_first"] > both["date_second"])
    order = [*PERSON, "at_second", "wave", "at_first"]
    chosen = both[~later].sort_values(order).drop_duplicates(PERSON, keep="last")
    return _both_answers(answers, chosen, key)


def followed(answers: pd.DataFrame, group: str) -> pd.DataFrame:
    """Return a group's answers but for retests, with `person`: a number for each person and what they took part in."""
    given = answers[(answers["respondent_group"] == group) & ~answers["retest"]]
    return given.assign(person=given.groupby(WHOSE).ngroup())


def linked(given: pd.DataFrame, asked: AskedTwice) -> pd.DataFrame:
    """Return the latest answer of each person at either occasion: columns before, after; NaN where there is none.

    given : answers as `followed` returns them. Rows are persons.
    """
    sides = {}
    for side, item, occasion in (
        ("before", asked.first.id, asked.at_first),
        ("after", asked.later.id, asked.at_later),
    ):
        rows = given[(given["item"] == item) & (given["occasion"] == occasion)].sort_values(["person", *_WHEN])
        sides[side] = rows.drop_duplicates("person", keep="last").set_index("person")["value"]
    return pd.DataFrame(sides)


def last_two_waves(given: pd.DataFrame, item: str, occasion: str) -> pd.DataFrame:
    """Return each person's last two answers to an item at an occasion that comes in waves: columns before, after.

    given : answers as `followed` returns them.
    """
    rows = given[(given["item"] == item) & (given["occasion"] == occasion) & given["value"].notna()]
    rows = rows.sort_values(["person", *_WHEN])
    back = rows.groupby("person").cumcount(ascending=False)
    sides = {side: rows[back == number].set_index("person")["value"] for side, number in (("before", 1), ("after", 0))}
    return pd.DataFrame(sides).dropna()


def both_sides(answers: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Return pairs of a participant's answer (first) and the staff's (second): columns item, dyad, unit and whose.

    Both are about the same participation, occasion and period. Of several waves or periods the latest that has both
    counts; where several of the staff rated a participant, the one who answered last.
    """
    raters = {group.id for group in codebook.groups if group.rates_participant}
    given = answers[~answers["retest"]]
    rates = given["respondent_group"].isin(raters)
    columns = ["participation", "occasion", "at", "item", "wave", "date", "respondent", "value"]
    staff = given[rates][[*columns, "about"]].rename(columns={"respondent": "rater", "about": "respondent"})
    dyads = {item.id: item.dyad for item in codebook.items if item.dyad}
    own = given[~rates & given["item"].isin(list(dyads))]
    own = own[[*columns, "respondent_group"]].assign(dyad=own["item"].map(dyads).astype("str"), unit=_unit(own))
    pairs = own.merge(
        staff.rename(columns={"item": "dyad"}),
        on=["respondent", "participation", "occasion", "at", "dyad"],
        suffixes=("_first", "_second"),
    )
    whose = ["respondent", "participation", "occasion", "item", "dyad", "respondent_group"]
    order = [*whose, "at", "wave_first", "wave_second", "date_second", "rater"]
    last = pairs.sort_values(order, na_position="first").drop_duplicates(whose, keep="last")
    return last.rename(columns={"value_first": "first", "value_second": "second"})[[*whose, "unit", "first", "second"]]


def _both_answers(answers: pd.DataFrame, chosen: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    sides = {}
    for side, flag in (("first", False), ("second", True)):
        rows = answers[answers["retest"] == flag]
        wanted = rows[[*key, "at", "item", "value"]].rename(columns={"at": f"at_{side}", "value": side})
        sides[side] = wanted if flag else wanted.assign(unit=_unit(rows))
    found = chosen.merge(sides["first"], on=[*key, "at_first"])
    return found.merge(sides["second"], on=[*key, "at_second", "item"])[[*PERSON, "item", "unit", "first", "second"]]


def _unit(answers: pd.DataFrame) -> pd.Series:
    """Return the insats that each answer is from, within its förbund; of those in no insats, the förbund."""
    return answers["forbund"] + " " + answers["insats"]
