"""What is wrong with how a goal is measured: what an indicator does not say, and targets that tell nothing."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor

from finsam_eval.logic_model.findings import Found, Rule, goals, is_outcome, named, number, quoted
from finsam_eval.logic_model.model import Goal, Indicator, LogicModel
from finsam_eval.logic_model.parts import LEVEL_LABELS, Area
from finsam_eval.logic_model.power import POWER, power_at
from finsam_eval.logic_model.rules_words import goals_twice
from finsam_eval.results import ALL
from finsam_eval.swedish import decimal, percent, whole

ONE = {
    "personer": "person",
    "kommuner": "kommun",
    "träffar": "träff",
    "möten": "möte",
    "ärenden": "ärende",
    "insatser": "insats",
    "utvärderingar": "utvärdering",
}
"""A unit in the singular; others are called a unit."""

OF_PERSONS = ("share", "count", "mean")
"""Measures that may be about women and men."""


def _unmeasured(model: LogicModel) -> Found:
    measured = _measured(model)
    tails: dict[str, list[str]] = {}
    for link in model.links:
        tails.setdefault(link.head, []).append(link.tail)
    repeated = {node.id for node, earlier in goals_twice(model) if earlier.id in measured}
    for node in model.nodes:
        if is_outcome(node) and node.id not in measured | repeated:
            through = set(tails.get(node.id, [])) & measured
            seen = "det syns bara genom det som ska leda dit" if through else "det går inte att se om det uppnås"
            yield node, f"{named(node)} har ingen {'egen ' if through else ''}indikator: {seen}."


def _work_unmeasured(model: LogicModel) -> Found:
    measured = _measured(model)
    for level in ("aktivitet", "prestation"):
        nodes = [node for node in model.nodes if node.level == level]
        without = [node for node in nodes if node.id not in measured]
        if len(without) < len(nodes) / 2:
            for node in without:
                others = LEVEL_LABELS[level].lower()
                yield node, f"{named(node)} har ingen indikator, till skillnad från de flesta på nivån {others}."


def _in_words(model: LogicModel) -> Found:
    for indicator in model.indicators:
        if indicator.measure == "qualitative":
            yield (
                indicator,
                f"{quoted(indicator)} beskrivs i ord: det sägs inte vad som ska ses för att målet ska vara nått.",
            )


def _no_source(model: LogicModel) -> Found:
    for indicator, area in _with_area(model):
        if not indicator.source.strip() and not (area and area.measured.strip()):
            yield indicator, f"{quoted(indicator)} har ingen datakälla."


def _no_denominator(model: LogicModel) -> Found:
    for indicator in model.indicators:
        if indicator.measure == "share" and not indicator.denominator.strip():
            yield indicator, f"{quoted(indicator)} är en andel, men det sägs inte av vilka."


def _no_occasion(model: LogicModel) -> Found:
    for indicator, area in _with_area(model):
        if not indicator.occasion.strip() and not (area and area.follow_up.strip()):
            yield indicator, f"För {quoted(indicator)} sägs det inte när den mäts."


def _no_follow_up(model: LogicModel) -> Found:
    for indicator, area in _with_area(model):
        # One that is to be reached once is looked at then.
        once = len({goal.period for goal in indicator.targets}) == 1
        if not once and not indicator.follow_up.strip() and not (area and area.follow_up.strip()):
            yield indicator, f"För {quoted(indicator)} sägs det inte hur ofta den följs upp."


def _no_target(model: LogicModel) -> Found:
    for indicator in model.indicators:
        if not indicator.targets and indicator.measure in ("share", "count", "mean", "amount"):
            yield indicator, f"{quoted(indicator)} har inget målvärde: varje utfall går att kalla bra."


def _stated_in_goal(model: LogicModel) -> Found:
    for indicator, goal in goals(model):
        if goal.stated_in == "node" and goal.value is not None:
            told = number(indicator, goal.value)
            yield indicator, f"Målvärdet {told} för {quoted(indicator)} står i målets ord, inte i mätetalet."


def _no_baseline(model: LogicModel) -> Found:
    outcomes = {node.id for node in model.nodes if is_outcome(node)}
    for indicator in model.indicators:
        had_before = indicator.measure == "share" or (indicator.node in outcomes and indicator.measure != "yes_no")
        if indicator.targets and indicator.baseline is None and had_before:
            yield indicator, f"{quoted(indicator)} har ett mål men inget utgångsläge."


def _baseline_without_n(model: LogicModel) -> Found:
    for indicator in model.indicators:
        before = indicator.baseline
        if before is not None and before.n is None and indicator.measure == "share":
            yield (
                indicator,
                f"Utgångsläget {_before(indicator)} för {quoted(indicator)} sägs utan hur många det räknas på.",
            )


def _no_improvement(model: LogicModel) -> Found:
    for indicator, goal in goals(model):
        before = indicator.baseline
        if before is None or goal.value is None or indicator.measure == "yes_no":
            continue
        gain = goal.value - before.value
        if (gain if indicator.direction == "increase" else -gain) <= 0:
            new = number(indicator, goal.value)
            told = f"Målet {new} för {quoted(indicator)} är ingen förbättring: utgångsläget är {_before(indicator)}."
            yield indicator, told


def _little_power(model: LogicModel) -> Found:
    for indicator, goal in goals(model):
        before, n = indicator.baseline, indicator.expected_n
        if before is None or n is None or not goal.value or indicator.measure != "share":
            continue
        if not (0 < before.value < 1 and 0 < goal.value < 1) or before.value == goal.value:
            continue
        chance = float(power_at(n, goal.value, before.value))
        if chance < POWER:
            new, old = percent(goal.value), percent(before.value)
            told = f"Med {whole(n)} räknade är chansen {percent(chance)} att skilja {new} från {old}"
            yield indicator, f"{told} för {quoted(indicator)}."


def _gender_undecided(model: LogicModel) -> Found:
    for indicator in _of_persons(model):
        if indicator.targets and indicator.gender_rule is None:
            yield indicator, f"För {quoted(indicator)} sägs det inte om kvinnor och män ska nå målet var för sig."


def _not_by_gender(model: LogicModel) -> Found:
    for indicator in _of_persons(model):
        if not indicator.targets and indicator.gender_rule is None and indicator.by_gender is None:
            yield indicator, f"För {quoted(indicator)} sägs det inte om kvinnor och män redovisas var för sig."


def _undivided(model: LogicModel) -> Found:
    for indicator, goal in goals(model):
        if indicator.by_gender is False and indicator.genders(goal) != [ALL]:
            yield indicator, f"{quoted(indicator)} har mål för kvinnor och män, men källan skiljer dem inte åt."


def _everybody(model: LogicModel) -> Found:
    for indicator, goal in goals(model):
        if indicator.measure != "share" or goal.value is None or goal.upper is not None:
            continue
        told, n = f"Målet {percent(goal.value)} för {quoted(indicator)}", indicator.expected_n
        if goal.value == (1.0 if indicator.direction == "increase" else 0.0):
            yield indicator, f"{told} faller på en enda {_one(indicator)}."
        elif n is not None and indicator.direction == "increase" and ceil(n * _exact(goal.value)) == n:
            yield indicator, f"{told} kräver alla av {whole(n)}: det faller på en enda {_one(indicator)}."


def _no_whole_number(model: LogicModel) -> Found:
    for indicator, goal in goals(model):
        if goal.value is None:
            continue
        told = f"Målet {number(indicator, goal.value)} för {quoted(indicator)}"
        if indicator.measure == "count" and not float(goal.value).is_integer():
            yield indicator, f"{told} är inget helt antal: inget utfall kan vara precis så."
        elif (
            indicator.measure == "share" and goal.upper is not None and indicator.expected_n and _empty(indicator, goal)
        ):
            both = f"{percent(goal.value, 1)}–{percent(goal.upper, 1)}"
            yield indicator, f"Inget helt antal av {whole(indicator.expected_n)} ger {both} för {quoted(indicator)}."


def _empty(indicator: Indicator, goal: Goal) -> bool:
    """Return whether no whole number of those counted lies between the two shares."""
    n, lower, upper = indicator.expected_n or 0, _exact(goal.value or 0), _exact(goal.upper or 0)
    return ceil(n * lower) > floor(n * upper)


def _exact(share: float) -> Fraction:
    return Fraction(str(share))


def _one(indicator: Indicator) -> str:
    return ONE.get(indicator.unit, "enhet")


def _before(indicator: Indicator) -> str:
    before = indicator.baseline
    if before is None:
        return ""
    limit = {">": "mer än ", "<": "mindre än "}.get(before.operator or "", "")
    told = number(indicator, before.value) if indicator.measure == "share" else decimal(before.value)
    return f"{limit}{told}"


def _of_persons(model: LogicModel) -> Iterable[Indicator]:
    about = {node.id for node in model.nodes if node.target_level == "individ"}
    for indicator in model.indicators:
        persons = indicator.unit == "personer" or (not indicator.unit and indicator.node in about)
        if indicator.measure in OF_PERSONS and persons:
            yield indicator


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
        _work_unmeasured,
        "Ange vad som visar att det är gjort.",
    ),
    Rule(
        "indicator_in_words",
        "Indikator utan mått",
        _in_words,
        "Skriv om det är en andel, ett antal eller ett svar ja eller nej, av vilka, och vad som ska ses.",
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
        "Skriv vilka den räknas på, till exempel alla som avslutat.",
    ),
    Rule(
        "indicator_without_occasion",
        "Indikator utan tillfälle",
        _no_occasion,
        "Skriv när på vägen den mäts, till exempel vid avslut.",
    ),
    Rule(
        "indicator_without_follow_up",
        "Indikator utan takt",
        _no_follow_up,
        "Skriv hur ofta den följs upp, till exempel varje år.",
    ),
    Rule(
        "indicator_without_target",
        "Indikator utan målvärde",
        _no_target,
        "Bestäm vilken nivå som är målet, och till när.",
    ),
    Rule(
        "target_only_in_goal",
        "Målvärdet står inte i mätetalet",
        _stated_in_goal,
        "Skriv in målvärdet i mätetalet, så att det följs upp.",
    ),
    Rule(
        "target_without_baseline", "Mål utan utgångsläge", _no_baseline, "Ange läget före, med period, källa och antal."
    ),
    Rule(
        "baseline_without_n",
        "Utgångsläge utan antal",
        _baseline_without_n,
        "Skriv hur många utgångsläget räknas på: en procentsats utan antal har okänd osäkerhet.",
    ),
    Rule(
        "target_no_better_than_baseline",
        "Mål som inte är någon förbättring",
        _no_improvement,
        "Höj målet, eller säg att läget ska behållas.",
    ),
    Rule(
        "too_little_power",
        "För få för att se skillnaden",
        _little_power,
        "Räkna fler, till exempel flera perioder tillsammans, eller sätt ett mål längre från utgångsläget.",
    ),
    Rule(
        "gender_rule_undecided",
        "Oklart om målet gäller var för sig",
        _gender_undecided,
        "Säg om kvinnor och män ska nå målet var för sig eller alla tillsammans.",
    ),
    Rule(
        "gender_not_reported",
        "Oklart om kvinnor och män redovisas",
        _not_by_gender,
        "Säg om källan skiljer kvinnor och män åt.",
    ),
    Rule(
        "target_by_gender_on_undivided_data",
        "Mål per kön på odelade uppgifter",
        _undivided,
        "Samla in kön i källan, eller sätt målet för alla tillsammans.",
    ),
    Rule(
        "target_of_everybody",
        "Mål som faller på en enda",
        _everybody,
        "Sätt ett mål som tål att någon enstaka faller bort.",
    ),
    Rule(
        "target_of_no_whole_number",
        "Mål som inget antal når",
        _no_whole_number,
        "Sätt målet som ett helt antal, eller vidga spannet.",
    ),
]
