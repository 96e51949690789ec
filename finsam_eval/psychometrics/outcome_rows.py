"""The coefficients of what was answered at the end of a participation against what a register says came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from finsam_eval.codebook import Codebook
from finsam_eval.psychometrics.properties import set_of, sheets_of
from finsam_eval.psychometrics.questionnaires import both_sides, first_hand, in_time
from finsam_eval.psychometrics.rows import DYAD, ITEM, ITEM_SET, Row, row_of
from finsam_eval.psychometrics.validity.calibrating import Calibration, calibration
from finsam_eval.psychometrics.validity.curves import Roc, compare_roc, roc
from finsam_eval.psychometrics.validity.prediction import log_odds, predicted_elsewhere
from finsam_eval.results import Estimate, Status, no_value
from finsam_eval.study import AT_END, Outcome

FEWEST = 5
"""Persons who had the outcome, and who had not, at least: with fewer the odds of even a single predictor are badly
known (Vittinghoff & McCulloch 2007, Am J Epidemiol 165:710–718)."""

TOO_FEW = "Färre än {} hade utfallet, eller färre än {} saknade det: för få för att pröva ett samband."
NOT_LINKED = "Inget svar vid avslut hör till ett deltagande vars utfall är känt."

LINKAGE = ["respondent_group", "outcome", "answered", "linked", "anonymous", "unlinked", "not_known", "had", "had_not"]

OWN, OTHER, BOTH = "auc_forsta", "auc_andra", "auc_bada"
APART, ADDED = "auc_skillnad", "auc_tillagg"
"""Of an indicator that two sides confirm: what the first side's answer tells, the second's, and both together; first
less second; and both less the first, which is what the second side adds."""


def of_outcomes(
    responses: pd.DataFrame,
    participations: pd.DataFrame,
    codebook: Codebook,
    outcomes: Sequence[Outcome],
    atoms: Sequence[str],
) -> Iterator[Row]:
    """Give AUC and log odds of each item and set answered at the end, against each outcome of the same participation.

    An indicator that two sides must confirm has the AUC of each side too, that of both together, and their differences.
    Persons of one förbund are taken as alike. Anonymous participations are not linked; `linkage` counts them.

    responses, participations : the study's tables. outcomes : what the study declares. atoms : periods to use, in time
        order: those of the answers, whenever the outcome came.
    """
    answers = at_end(responses, codebook, atoms)
    people = _people(participations)
    for (group, occasion), sheet in sheets_of(first_hand(answers), codebook).items():
        linked = _linked(sheet, people)
        for item in sheet.columns[sheet.notna().any()]:
            for statistic, found in _against(linked[item], linked, outcomes):
                yield row_of(ITEM, item, codebook.item(item).wording, group, occasion, statistic, found)
        for item_set in codebook.item_sets:
            if (item_set.respondent_group, item_set.occasion) == (group, occasion):
                score = set_of(linked, item_set, codebook).mean(axis=1, skipna=False).reindex(linked.index)
                for statistic, found in _against(score, linked, outcomes):
                    row = row_of(ITEM_SET, item_set.id, item_set.label, group, occasion, statistic, found)
                    yield {**row, "k": len(item_set.items)}
    yield from _two_sides(answers, people, codebook, outcomes)


def at_end(responses: pd.DataFrame, codebook: Codebook, atoms: Sequence[str]) -> pd.DataFrame:
    """Return the opinions given at the end of a participation in these atoms."""
    answers = in_time(responses, codebook, atoms)
    return answers[answers["occasion"] == AT_END]


def linkage(
    responses: pd.DataFrame,
    participations: pd.DataFrame,
    codebook: Codebook,
    outcomes: Sequence[Outcome],
    atoms: Sequence[str],
) -> pd.DataFrame:
    """Return how many questionnaires at the end go with a participation whose outcome is known. For inside only.

    Returns
    -------
    DataFrame
        Columns of `LINKAGE`, per group and outcome. answered = linked + anonymous + unlinked (no participation of
        theirs is known); linked = not_known + had + had_not.
    """
    people, rows = _people(participations), []
    hidden = set(participations.loc[participations["anonymous"].astype(bool), "participation"]) - {""}
    for (group, _), sheet in sheets_of(first_hand(at_end(responses, codebook, atoms)), codebook).items():
        linked, of = _linked(sheet, people), sheet.index.get_level_values("participation")
        anonymous = int(of.isin(list(hidden)).sum())
        known = int(of.isin(people.index).sum())
        whose = {"answered": len(sheet), "linked": known, "anonymous": anonymous}
        for outcome in outcomes:
            happened = linked[outcome.column]
            counts = {"had": int((happened == 1).sum()), "had_not": int((happened == 0).sum())}
            rest = {"unlinked": len(sheet) - known - anonymous, "not_known": known - sum(counts.values())}
            rows.append({"respondent_group": group, "outcome": outcome.id, **whose, **rest, **counts})
    return pd.DataFrame(rows, columns=LINKAGE)


def exits(
    responses: pd.DataFrame, participations: pd.DataFrame, codebook: Codebook, group: str, atoms: Sequence[str]
) -> pd.DataFrame:
    """Return a group's answers at the end beside förbund and outcomes of the same participation; for inside only."""
    sheets, people = sheets_of(first_hand(at_end(responses, codebook, atoms)), codebook), _people(participations)
    found = _linked(sheets[group, AT_END], people) if (group, AT_END) in sheets else people.iloc[:0]
    return found.reset_index(drop=True)


def curves(answered: pd.DataFrame, item: str, outcomes: Sequence[Outcome]) -> dict[str, Roc]:
    """Return an item's ROC curve against each outcome, by the outcome's label; answered as from `exits`."""
    forbund = _forbund(answered)
    return {one.label: roc(answered[item], _float(answered[one.column]), **forbund) for one in outcomes}


def calibrations(answered: pd.DataFrame, item: str, outcomes: Sequence[Outcome]) -> dict[str, Calibration]:
    """Return how chances foretold by an item hold in förbund that the model did not see, by the outcome's label."""
    found = {}
    for one in outcomes:
        # Those of one answer have nearly one chance, by which förbund is left out: they are shown together.
        known = answered.dropna(subset=[item, one.column, "forbund"])
        told = predicted_elsewhere(known[item], _float(known[one.column]), known["forbund"])
        found[one.label] = calibration(told["predicted"], told["outcome"], together=known[item])
    return found


def _float(happened: pd.Series) -> pd.Series:
    return happened.astype("float64")


def _people(participations: pd.DataFrame) -> pd.DataFrame:
    """Return the participations that answers may be linked to, by id."""
    named = participations[~participations["anonymous"].astype(bool) & (participations["participation"] != "")]
    return named.drop_duplicates("participation").set_index("participation")


def _linked(sheet: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Return the latest questionnaire of each participation, with the participation's own columns beside."""
    order = sheet.index.to_frame(index=False).reset_index().sort_values(["at", "wave", "index"])
    last = order.drop_duplicates("participation", keep="last")["index"].sort_values()
    beside = people.drop(columns=[*sheet.index.names, *sheet.columns], errors="ignore")
    return sheet.iloc[last.to_numpy()].join(beside, on="participation", how="inner")


def _against(score: pd.Series, linked: pd.DataFrame, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, Estimate]]:
    forbund = _forbund(linked)
    for outcome in outcomes:
        happened = _float(linked[outcome.column])
        for name, measure in (("auc", roc), ("log_odds", log_odds)):
            yield f"{name}:{outcome.id}", _unless_few(measure(score, happened, **forbund), [score], happened)


def _two_sides(
    answers: pd.DataFrame, people: pd.DataFrame, codebook: Codebook, outcomes: Sequence[Outcome]
) -> Iterator[Row]:
    """Give what both sides' answers tell, alone and together, of each item that both must confirm."""
    asked = [item for one in codebook.karnindikatorer if one.both_sides for item in one.items if item.dyad]
    pairs = both_sides(answers, codebook)
    for item in asked:
        own = pairs[pairs["item"] == item.id].dropna(subset=["first", "second"])
        beside = people.drop(columns=own.columns, errors="ignore")
        linked = own.join(beside, on="participation", how="inner").drop_duplicates("participation", keep="last")
        if own.empty or item.dyad is None:
            continue
        first, second = _place(linked["first"], item.id, codebook), _place(linked["second"], item.dyad, codebook)
        sides = {OWN: first, OTHER: second, BOTH: first + second}
        for outcome in outcomes:
            happened = _float(linked[outcome.column])
            for statistic, found in _compared(sides, happened, _forbund(linked)).items():
                label, about = f"{item.id} och {item.dyad}", (own["respondent_group"].iloc[0], AT_END)
                few = _unless_few(found, list(sides.values()), happened)
                yield row_of(DYAD, item.id, label, *about, f"{statistic}:{outcome.id}", few)


def _compared(sides: dict[str, pd.Series], happened: pd.Series, forbund: dict[str, Any]) -> dict[str, Estimate]:
    alone = {name: roc(score, happened, **forbund) for name, score in sides.items()}
    apart = compare_roc(sides[OWN], sides[OTHER], happened, **forbund)
    return {**alone, APART: apart, ADDED: compare_roc(sides[BOTH], sides[OWN], happened, **forbund)}


def _place(answers: pd.Series, item: str, codebook: Codebook) -> pd.Series:
    """Return how far up the scale each answer is, from 0 to 1: the two sides may answer on different scales."""
    scale = codebook.scale(item)
    return (answers - scale.min) / (scale.max - scale.min)


def _forbund(linked: pd.DataFrame) -> dict[str, Any]:
    """Return the clusters, where there is more than one."""
    return {"cluster": linked["forbund"]} if len(linked["forbund"].unique()) > 1 else {}


def _unless_few(found: Estimate, scores: Sequence[pd.Series], happened: pd.Series) -> Estimate:
    """Return a coefficient, or that it rests on too few of either kind to be told."""
    known = happened[np.logical_and.reduce([score.notna() for score in scores])].dropna()
    if not len(known):
        return no_value(Status.NO_DATA, NOT_LINKED, method=found.method, level=found.level)
    if 0 < min((known == 1).sum(), (known == 0).sum()) < FEWEST:
        reason = TOO_FEW.format(FEWEST, FEWEST)
        return no_value(Status.NOT_COMPARABLE, reason, method=found.method, n=found.n, level=found.level)
    return found
