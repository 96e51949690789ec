"""The study's own answers → one row a participation, one column a box of the chain: what links are tested on."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from finsam_eval.cube import latest
from finsam_eval.logic_model.model import Indicator, LogicModel
from finsam_eval.study import REGISTER, Study

WOMAN, PLACE = "kvinna", "insats"
"""Columns beside the boxes: 1 for a woman and 0 for a man, and the insats that the answers are clustered in."""

OWN, RATED, REGISTERED, SHARED = "deltagarens svar", "personalens svar om deltagaren", "registret", "andel i insatsen"


@dataclass(frozen=True)
class NodeAnswers:
    """Participations × boxes. A box is 1 where its indicator's answer is in the top codes, 0 where not.

    Where those who answer do not answer about a participant, it is the share of them in the insats (or förbund).
    `indicators` names the indicator of each box, `whose` where its answers are from.
    """

    frame: pd.DataFrame
    indicators: dict[str, str]
    whose: dict[str, str]

    @property
    def nodes(self) -> list[str]:
        """The boxes that have answers."""
        return list(self.indicators)


def node_answers(model: LogicModel, responses: pd.DataFrame, participations: pd.DataFrame, study: Study) -> NodeAnswers:
    """Return the answers that measure the boxes of a model, in the report's period, by participation.

    The first indicator of a box with `data` measures it. Of several answers to one question the last counts, also of
    several staff about one participant. Anonymous participations are left out. Unsuppressed: stays inside.

    Returns
    -------
    NodeAnswers
        Its frame has participation as index, the boxes, `kvinna` (NaN where not told) and `insats`; rows that no box
        has an answer from are left out.
    """
    known = participations[~participations["anonymous"]].set_index("participation")
    counting = latest(responses)
    counting = counting[counting["period"].isin(study.atoms_in_report) & counting["value"].notna()]
    chosen = _first_with_data(model)
    columns, whose = {}, {}
    for node, indicator in chosen.items():
        columns[node], whose[node] = _column(indicator, counting, known, study)
    frame = pd.DataFrame(columns, index=known.index, columns=list(columns), dtype="float64")
    personal = [node for node in columns if whose[node] != SHARED]
    frame = frame[frame[personal].notna().any(axis=1)]
    woman = known["gender"].map({"kvinna": 1.0, "man": 0.0}).astype("float64")
    beside = {WOMAN: woman.reindex(frame.index), PLACE: known["insats"].reindex(frame.index)}
    return NodeAnswers(frame.assign(**beside), {node: one.id for node, one in chosen.items()}, whose)


def _first_with_data(model: LogicModel) -> dict[str, Indicator]:
    chosen: dict[str, Indicator] = {}
    for indicator in model.indicators:
        if indicator.data:
            chosen.setdefault(indicator.node, indicator)
    return chosen


def _column(indicator: Indicator, counting: pd.DataFrame, known: pd.DataFrame, study: Study) -> tuple[pd.Series, str]:
    """Return one number a participation, and whose answers it is made of."""
    data = indicator.data
    if data is None:
        raise ValueError("an indicator without data has no answers")
    if data.respondent_group == REGISTER:
        return _registered(data.item, known, study), REGISTERED
    same = (counting["respondent_group"] == data.respondent_group) & (counting["occasion"] == data.occasion)
    rows = counting[same & (counting["item"] == data.item)].sort_values("date", kind="stable")
    top = study.codebook.scale(data.item).top_codes
    rows = rows.assign(reached=rows["value"].isin(top).astype("float64"))
    if (rows["participation"] != "").any():
        rated = (rows["about"] != "").any()
        return rows.groupby("participation")["reached"].last().reindex(known.index), RATED if rated else OWN
    place = "insats" if (rows["insats"] != "").any() else "forbund"
    return known[place].map(rows.groupby(place)["reached"].mean()).astype("float64"), SHARED


def _registered(outcome: str, known: pd.DataFrame, study: Study) -> pd.Series:
    """Return the outcome of those who ended within the report's period."""
    settings = study.settings
    period = next(period for period in settings.periods if period.id == settings.report_period)
    ended = known["end"].between(pd.Timestamp(period.start), pd.Timestamp(period.end))
    column = next(one.column for one in settings.outcomes if one.id == outcome)
    return known[column].astype("float64").where(ended)
