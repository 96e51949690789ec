"""From rows of answers to the matrices that coefficients take: the latest questionnaires, retests, both sides."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from finsam_eval.codebook import Codebook

PERSON = ["respondent", "participation", "about", "respondent_group", "occasion"]
"""Whose questionnaire it is, whenever it was answered."""

_WHEN = ["at", "wave"]

QUESTIONNAIRE = [*PERSON, *_WHEN]
"""Which of that person's questionnaires it is: the rows of `matrix`."""


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
