"""The coefficients of change: the same persons during the insats and at exit, and from one wave to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from finsam_eval.codebook import Codebook, Item
from finsam_eval.psychometrics.questionnaires import (
    ANOTHER_MEANING,
    AskedTwice,
    asked_twice,
    followed,
    in_time,
    last_two_waves,
    linked,
    retests,
)
from finsam_eval.psychometrics.responsiveness import (
    WEAK_ANCHOR,
    Responsiveness,
    effect_size,
    mean_change,
    responsiveness,
    standardised_mean,
)
from finsam_eval.psychometrics.rows import ITEM, Row, row_of
from finsam_eval.results import LEVEL, Estimate, Status, no_value
from finsam_eval.stats.intervals import wilson

LINKING = "lankning"
"""What a coefficient is about: how many answers can be followed from one occasion to the other."""

IN_WAVES = "intervall"
"""The occasion that comes anew every month or third month."""

CHANGES = {"medelforandring": mean_change, "srm": standardised_mean, "es": effect_size}
LEAST = ["mic_ankare", "mic_prediktiv"]
METHOD = "Samma personer två gånger"

A_CHANGE_ALREADY = (
    "Frågan gäller redan en förändring (”mer …”): skillnaden mellan två svar räknar den två gånger. "
    "Svaret i sig är måttet."
)
WEAK = "Ankaret hänger för svagt ihop med förändringen (under 0,30) för att säga vilken ändring som spelar roll."
NO_PARTICIPATIONS = "Studien har inga uppgifter om deltaganden."
NOBODY = "Ingen har svarat vid det senare tillfället."


def of_change(
    responses: pd.DataFrame, participations: pd.DataFrame, codebook: Codebook, atoms: Sequence[str]
) -> Iterator[Row]:
    """Give the coefficients of change of each question asked twice, and how many answers could be followed.

    A person's latest answer at either occasion counts; no retests. Rows stand under the later question and occasion;
    the label names both. A question that changes its meaning, or that asks about change itself, has a status.

    The anchor is the group's own question about change, asked at the later occasion ("more ready to work"), positive
    at the scale's top steps. The outcome at exit is none: work depends on more than what a question is about. The
    anchor stands in the same questionnaire as the later answer and leans on how the person is then; where it
    correlates below `WEAK_ANCHOR` with the change no least important change is told.

    Statistics: medelforandring, srm, es; mic_ankare (ROC), mic_prediktiv (adjusted, Terluin 2017), ankare_korrelation;
    guyatt; forandring_lag_start and slump_lag_start, of those who began below the mean: their change, and what
    regression to the mean alone gives at least (a retest of days knows nothing of what drifts in months).
    Of kind `LINKING`: lankade (of those who answered later, the share that had answered before) and anonyma (share of
    participations without a person, whose answers cannot be followed).

    responses, participations : the tables that ingest writes. atoms : ids of the periods to use, in time order.
    """
    answers = in_time(responses, codebook, atoms)
    again = retests(answers)
    for group in codebook.groups:
        asked = list(asked_twice(codebook, group.id))
        if not asked:
            continue
        given = followed(answers, group.id)
        anchor = _anchor(codebook, group.id, asked)
        for one in asked:
            pairs = linked(given, one)
            if pairs.notna().any(axis=None):
                yield from _between_occasions(pairs, one, group.id, anchor, again, given, codebook)
        yield from _waves(given, codebook, group.id, {one.at_later for one in asked})
        yield from _followed(given, participations, asked, group.id, codebook)


def _anchor(codebook: Codebook, group: str, asked: list[AskedTwice]) -> Item | None:
    later = {one.at_later for one in asked}
    found = [
        item
        for item in codebook.survey_items
        if item.transition and group in item.respondent_groups and later & set(item.occasions)
    ]
    return found[0] if found else None


def _between_occasions(
    pairs: pd.DataFrame,
    asked: AskedTwice,
    group: str,
    anchor: Item | None,
    again: pd.DataFrame,
    given: pd.DataFrame,
    codebook: Codebook,
) -> Iterator[Row]:
    label = asked.later.id if asked.first.id == asked.later.id else f"{asked.first.id} → {asked.later.id}"
    place = (ITEM, asked.later.id, f"{label} {asked.later.wording}", group, asked.at_later)
    flag = why_not_differenced(asked.later, asked)
    if flag:
        n = int(pairs.notna().all(axis=1).sum())
        found: dict[str, Estimate] = {name: _flagged(flag, n) for name in [*CHANGES, *LEAST]}
    else:
        improved = _improved(given, anchor, asked, codebook, pairs.index)
        found = _statistics(responsiveness(pairs["before"], pairs["after"], improved, retest=_of(again, asked, group)))
    yield from (row_of(*place, statistic, estimate) for statistic, estimate in found.items())


def why_not_differenced(item: Item, asked: AskedTwice | None) -> str:
    """Return why two answers to a question are no change when one is taken from the other; empty where they are."""
    if item.transition:
        return A_CHANGE_ALREADY
    return ANOTHER_MEANING if asked and asked.first.id != item.id and not item.pair_comparable else ""


def _flagged(reason: str, n: int) -> Estimate:
    return no_value(Status.NOT_APPLICABLE, reason, method=METHOD, n=n)


def _improved(
    given: pd.DataFrame, anchor: Item | None, asked: AskedTwice, codebook: Codebook, index: pd.Index
) -> np.ndarray | None:
    """Return 1 and 0 by the anchor question at the later occasion, in the order of `index`; NaN without an answer."""
    if anchor is None:
        return None
    same = AskedTwice(anchor, asked.at_later, anchor, asked.at_later)
    said = linked(given, same)["after"].reindex(index)
    top = said.isin(codebook.scale(anchor.id).top_codes).astype("float64")
    return top.where(said.notna()).to_numpy()


def _of(again: pd.DataFrame, asked: AskedTwice, group: str) -> pd.DataFrame:
    """Return the retest of the question as it is asked first, else as it is asked later."""
    for item, occasion in ((asked.first.id, asked.at_first), (asked.later.id, asked.at_later)):
        place = (again["item"] == item) & (again["respondent_group"] == group) & (again["occasion"] == occasion)
        if place.any():
            break
    return again.loc[place, ["first", "second"]]


def _statistics(found: Responsiveness) -> dict[str, Estimate]:
    least = {"mic_ankare": found.anchored.roc, "mic_prediktiv": found.anchored.adjusted}
    tie = found.anchored.correlation
    return {
        "medelforandring": found.change,
        "srm": found.srm,
        "es": found.es,
        **{name: _if_tied(estimate, tie) for name, estimate in least.items()},
        "ankare_korrelation": tie,
        "guyatt": found.guyatt,
        **_low_beginners(found),
    }


def _if_tied(least: Estimate, tie: Estimate) -> Estimate:
    if tie.value is None or tie.value >= WEAK_ANCHOR:
        return least
    return replace(least, value=None, lower=None, upper=None, status=Status.NOT_APPLICABLE, reason=WEAK)


def _low_beginners(found: Responsiveness) -> dict[str, Estimate]:
    if found.beginnings.empty or pd.isna(found.beginnings["by_chance"].iloc[0]):
        return {}
    low = found.beginnings.iloc[0]

    def told(value: float, method: str) -> Estimate:
        return Estimate(value=value, lower=None, upper=None, level=found.level, method=method, n=int(low["n"]))

    return {
        "forandring_lag_start": told(float(low["change"]), "Medelförändring bland dem som började under medel"),
        "slump_lag_start": told(
            float(low["by_chance"]), "Regression mot medelvärdet: (1 − ICC) · avståndet till medel"
        ),
    }


def _waves(given: pd.DataFrame, codebook: Codebook, group: str, later: set[str]) -> Iterator[Row]:
    """Give the change from the last wave but one to the last, of questions that are asked in waves."""
    asked = [i for i in codebook.survey_items if IN_WAVES in i.occasions and group in i.respondent_groups]
    for item, occasion in ((one, at) for one in asked for at in one.occasions if at not in later):
        pairs = last_two_waves(given, item.id, occasion)
        if len(pairs):
            label, flag = f"{item.id}, omgång till omgång: {item.wording}", why_not_differenced(item, None)
            for name, size in CHANGES.items():
                found = _flagged(flag, len(pairs)) if flag else size(pairs["before"], pairs["after"])
                yield row_of(ITEM, item.id, label, group, occasion, name, found)


def _followed(
    given: pd.DataFrame, participations: pd.DataFrame, asked: list[AskedTwice], group: str, codebook: Codebook
) -> Iterator[Row]:
    """Give how many of those who answered later can be followed back, and how many participations are anonymous."""
    answered = given[given["value"].notna()]
    for at_first, at_later in dict.fromkeys((one.at_first, one.at_later) for one in asked):
        before, after = (set(answered.loc[answered["occasion"] == at, "person"]) for at in (at_first, at_later))
        if not (before or after):
            continue
        rows = {
            "lankade": _share(len(before & after), len(after), NOBODY),
            "anonyma": _share(int(participations["anonymous"].sum()), len(participations), NO_PARTICIPATIONS),
        }
        label = codebook.group_label(group)
        yield from (row_of(LINKING, group, label, group, at_later, name, found) for name, found in rows.items())


def _share(x: int, n: int, reason: str) -> Estimate:
    if not n:
        return no_value(Status.NO_DATA, reason, method="Wilson")
    lower, upper = wilson(x, n, LEVEL)
    return Estimate(value=x / n, lower=float(lower), upper=float(upper), level=LEVEL, method="Wilson", n=n)
