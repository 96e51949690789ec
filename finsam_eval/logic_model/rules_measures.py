"""What is wrong with how a goal is measured: nothing measures it, or an indicator does not say what it must."""

from __future__ import annotations

import re
from collections.abc import Iterable

from finsam_eval.logic_model.findings import Found, Rule, is_outcome, named, quoted
from finsam_eval.logic_model.model import Indicator, LogicModel
from finsam_eval.logic_model.parts import LEVEL_LABELS, Area
from finsam_eval.logic_model.rules_words import goals_twice, not_written

OCCASION = re.compile(r"\b(vid|efter|före) (avslut|start|inskrivning)\w*", re.IGNORECASE)
"""How the heading above an indicator says when it is measured."""

AT_LEVEL = {"resultat": "vid avslut", "effekt_kort": "inom ett år efter avslut"}
"""When in a participant's way a level is, as the template has it."""


def _unmeasured(model: LogicModel) -> Found:
    # An index is a measure of its node, as an indicator is.
    measured = _measured(model) | {one.node for one in model.composites if one.node}
    tails: dict[str, list[str]] = {}
    for link in model.links:
        tails.setdefault(link.head, []).append(link.tail)
    repeated = {node.id for node, earlier in goals_twice(model) if earlier.id in measured}
    for node in model.nodes:
        if is_outcome(node) and node.id not in measured | repeated:
            through = set(tails.get(node.id, [])) & measured
            seen = "det syns bara genom det som ska leda dit" if through else "det går inte att se om det uppnås"
            yield node, f"{named(node)} har ingen {'egen ' if through else ''}indikator: {seen}."


def _activity_unmeasured(model: LogicModel) -> Found:
    return _work_unmeasured(model, "aktivitet")


def _output_unmeasured(model: LogicModel) -> Found:
    return _work_unmeasured(model, "prestation")


def _work_unmeasured(model: LogicModel, level: str) -> Found:
    """Yield what has no indicator on a level where most have one: where few have, the document means to have none."""
    measured = _measured(model)
    nodes = [node for node in model.nodes if node.level == level]
    without = [node for node in nodes if node.id not in measured]
    if len(without) < len(nodes) / 2:
        for node in without:
            others = LEVEL_LABELS[node.level].lower()
            yield node, f"{named(node)} har ingen indikator, till skillnad från de flesta på nivån {others}."


def _in_words(model: LogicModel) -> Found:
    for indicator in model.indicators:
        if indicator.measure == "qualitative" and not not_written(indicator):
            yield (
                indicator,
                f"{quoted(indicator)} beskrivs i ord: det sägs inte vad som ska ses för att målet ska vara nått.",
            )


def _measure_undecided(model: LogicModel) -> Found:
    for indicator in model.indicators:
        if indicator.measure == "undecided":
            yield (
                indicator,
                f"För {quoted(indicator)} är det inte bestämt om det är en andel, ett antal eller något annat.",
            )


def _no_source(model: LogicModel) -> Found:
    for indicator, area in _with_area(model):
        if not indicator.source.strip() and not (area and area.measured.strip()):
            yield indicator, f"{quoted(indicator)} har ingen datakälla."


def _no_denominator(model: LogicModel) -> Found:
    for indicator in model.indicators:
        if indicator.measure == "share" and not indicator.denominator.strip():
            yield indicator, f"{quoted(indicator)} är en andel, men nämnaren är inte ifylld."


def _no_occasion(model: LogicModel) -> Found:
    for indicator, area in _with_area(model):
        often = area.follow_up.strip() if area else ""
        # What is tallied is seen when the whole plan is followed up; persons are asked somewhere on their way.
        reported = model.follow_up.strip() if not _asked_of_persons(indicator) else ""
        heading = area and OCCASION.search(f"{area.section} {area.title}")
        if not (indicator.occasion.strip() or often or reported or heading):
            yield indicator, f"För {quoted(indicator)} sägs det inte när den mäts.{_by_level(model, indicator)}"


def _by_level(model: LogicModel, indicator: Indicator) -> str:
    """Return when in a participant's way the level of an indicator's box is, which is asked and not taken for said."""
    node = model.node(indicator.node)
    meant = AT_LEVEL.get(node.level) if node.target_level == "individ" else None
    return f" Nivån {LEVEL_LABELS[node.level].lower()} är läget {meant}: skriv det om den mäts då." if meant else ""


def _no_follow_up(model: LogicModel) -> Found:
    for indicator, area in _with_area(model):
        # One that is to be reached once is looked at then.
        once = len({goal.period for goal in indicator.targets}) == 1
        told = [indicator.follow_up, area.follow_up if area else "", model.follow_up]
        if not once and not any(text.strip() for text in told):
            yield indicator, f"För {quoted(indicator)} sägs det inte hur ofta den följs upp."


def _no_responsible(model: LogicModel) -> Found:
    told = list(_with_area(model))
    without = [one for one, area in told if not (one.responsible.strip() or (area and area.responsible.strip()))]
    # The document has a place for it where most say it; an area that lacks it is told as one.
    if any(one.responsible.strip() for one in model.indicators) and len(without) < len(told) / 2:
        for indicator in without:
            yield indicator, f"För {quoted(indicator)} sägs det inte vem som ansvarar; för de flesta sägs det."


def _asked_of_persons(indicator: Indicator) -> bool:
    """Return whether persons are asked or looked at; a mean number of persons is tallied, as a count is."""
    if indicator.measure == "mean":
        return indicator.unit != "personer"
    return indicator.measure == "share" and indicator.unit == "personer"


def _with_area(model: LogicModel) -> Iterable[tuple[Indicator, Area | None]]:
    """Yield every indicator with the area of its node, which may say for all of them how and when they are seen."""
    areas, nodes = {area.id: area for area in model.areas}, {node.id: node for node in model.nodes}
    for indicator in model.indicators:
        yield indicator, areas.get(nodes[indicator.node].area or "")


def _measured(model: LogicModel) -> set[str]:
    return {indicator.node for indicator in model.indicators}


MEASURES = [
    Rule(
        "goal_without_indicator",
        "Mål utan indikator",
        _unmeasured,
        "Ange minst en indikator, eller säg varför ingen behövs.",
    ),
    Rule(
        "activity_without_indicator",
        "Aktivitet utan indikator",
        _activity_unmeasured,
        "Ange vad som visar att det är gjort.",
    ),
    Rule(
        "output_without_indicator",
        "Prestation utan indikator",
        _output_unmeasured,
        "Ange hur många eller hur mycket det blev, och vad som visar det.",
    ),
    Rule(
        "indicator_in_words",
        "Indikator utan mått",
        _in_words,
        "Skriv om det är en andel, ett antal eller ett svar ja eller nej, av vilka, och vad som ska ses.",
    ),
    Rule(
        "measure_undecided",
        "Indikator utan bestämt mått",
        _measure_undecided,
        "Bestäm om det är en andel, ett antal, ett medelvärde eller ett svar ja eller nej.",
    ),
    Rule(
        "indicator_without_source",
        "Indikator utan källa",
        _no_source,
        "Skriv vilket register, vilken enkät eller vilket dokument.",
    ),
    Rule(
        "share_without_denominator",
        "Andel utan nämnare",
        _no_denominator,
        "Skriv vilka den räknas på, till exempel alla deltagare, alla som avslutat eller alla som svarat.",
    ),
    Rule(
        "indicator_without_occasion",
        "Indikator utan tillfälle",
        _no_occasion,
        "Skriv när på vägen den mäts (Tillfälle), till exempel vid avslut.",
    ),
    Rule(
        "indicator_without_follow_up",
        "Indikator utan takt",
        _no_follow_up,
        "Skriv hur ofta den följs upp, till exempel varje år.",
    ),
    Rule(
        "indicator_without_responsible",
        "Indikator utan ansvarig",
        _no_responsible,
        "Skriv vilken roll som tar fram siffran.",
    ),
]
