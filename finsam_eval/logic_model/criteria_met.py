"""Socialstyrelsen's six criteria for each indicator: answered where the model can tell, asked where only people can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum

import pandas as pd

from finsam_eval.logic_model.model import Indicator, LogicModel
from finsam_eval.logic_model.rules import lint
from finsam_eval.logic_model.rules_chain import led_to
from finsam_eval.logic_model.rules_words import ACTIVITY
from finsam_eval.swedish import listing


class Answer(StrEnum):
    """What a checklist says of one question."""

    YES = "ja"
    PARTLY = "delvis"
    NO = "nej"
    ASK = "fråga"


@dataclass(frozen=True, kw_only=True, slots=True)
class Criterion:
    """One criterion for one indicator: the answer, and what it rests on or what to ask, in Swedish."""

    indicator: str
    title: str
    criterion: str
    answer: Answer
    told: str


Told = tuple[Answer, str]

NEEDED = {
    "indicator_without_source": "källa",
    "share_without_denominator": "nämnare",
    "indicator_without_occasion": "tillfälle",
    "indicator_without_follow_up": "hur ofta",
}
"""What must be said before an indicator can be measured, by the rule that finds it lacking."""


@dataclass(frozen=True)
class _Known:
    """What the model tells of all its indicators: the nodes that work leads to, and the rules that each breaks."""

    worked_for: set[str]
    broken: set[tuple[str, str]]


def indicator_criteria(model: LogicModel) -> pd.DataFrame:
    """Return the six criteria that an indicator must meet, for every indicator of the model.

    A direction, whether it can be measured as described, and whether any activity leads to what it measures are told by
    the model. That it is accepted is told only where a person has confirmed a mätpunkt of the instrument. Relevance and
    validity are for people to answer, except where the indicator is an activity.

    Returns
    -------
    DataFrame
        indicator, title, criterion, answer (ja, delvis, nej, fråga), told; six rows an indicator.

    References: Socialstyrelsen (2017), Handbok för utveckling av indikatorer, 2017-5-19.
    """
    known = _Known(_worked_for(model), {(found.indicator, found.rule) for found in lint(model)})
    rows = [
        Criterion(indicator=one.id, title=one.title, criterion=name, answer=answer, told=told)
        for one in model.indicators
        for name, ask in CRITERIA.items()
        for answer, told in [ask(one, known)]
    ]
    return pd.DataFrame([asdict(row) for row in rows], columns=list(Criterion.__dataclass_fields__)).astype("str")


def _worked_for(model: LogicModel) -> set[str]:
    """Return the nodes that some activity leads to, itself among them."""
    work = [node.id for node in model.nodes if node.level == "aktivitet"]
    return {*work, *led_to(model, work)}


def _direction(one: Indicator, _: _Known) -> Told:
    told = "ska minska" if one.direction == "decrease" else "ska öka"
    if one.targets or "direction" in one.model_fields_set or one.measure == "yes_no":
        return Answer.YES, f"Den {told}." if one.measure != "yes_no" else "Ja är det som eftersträvas."
    return Answer.ASK, "Är ett högt eller ett lågt värde bra? Varken riktning eller mål är angivet."


def _relevant(one: Indicator, _: _Known) -> Told:
    if ACTIVITY.match(one.title):
        return Answer.NO, "Den beskriver något som ska göras, inte vad det leder till."
    return Answer.ASK, "Säger den något viktigt om det mål som den hör till?"


def _valid(one: Indicator, _: _Known) -> Told:
    if one.measure == "qualitative":
        return Answer.NO, "Den beskrivs i ord, så två bedömare kan komma fram till olika svar."
    return Answer.ASK, "Mäter den det som avses, och samlas den in på samma sätt varje gång?"


def _accepted(one: Indicator, _: _Known) -> Told:
    items = [one.data.item] if one.data else [point.item for point in one.matpunkter]
    if items:
        return Answer.YES, f"Den motsvarar mätpunkt {listing(items)} i instrumentet."
    return Answer.ASK, "Används den av andra, eller är den er egen?"


def _influenced(one: Indicator, known: _Known) -> Told:
    if one.node in known.worked_for:
        return Answer.YES, "Minst en aktivitet i modellen ska leda dit."
    return Answer.NO, "Ingen aktivitet i modellen leder dit."


def _measurable(one: Indicator, known: _Known) -> Told:
    if one.measure == "qualitative":
        return Answer.NO, "Det sägs inte vad som ska räknas."
    if one.measure == "undecided":
        return Answer.NO, "Det är inte bestämt vilket mått den är."
    lacking = [name for rule, name in NEEDED.items() if (one.id, rule) in known.broken]
    if not lacking:
        return Answer.YES, "Det sägs var, av vilka och när."
    return (Answer.NO if "källa" in lacking else Answer.PARTLY), f"Det saknas {listing(lacking)}."


CRITERIA: dict[str, Callable[[Indicator, _Known], Told]] = {
    "anger riktning": _direction,
    "relevant": _relevant,
    "valid": _valid,
    "vedertagen": _accepted,
    "påverkbar": _influenced,
    "mätbar": _measurable,
}
"""What an indicator must be, and how the model is asked."""
