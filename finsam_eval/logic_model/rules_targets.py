"""What is wrong with a target: there is none, nothing to compare it with, nobody said for whom, or it tells nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor

from finsam_eval.logic_model.findings import Found, Rule, goals, is_outcome, number, quoted
from finsam_eval.logic_model.model import Goal, Indicator, LogicModel
from finsam_eval.logic_model.power import POWER, power_at
from finsam_eval.logic_model.rules_words import CHANGE
from finsam_eval.results import ALL
from finsam_eval.swedish import decimal, percent, whole

ONE = {
    "personer": "person",
    "kommuner": "kommun",
    "träffar": "träff",
    "insatser": "insats",
    "utvärderingar": "utvärdering",
}
"""A unit in the singular; of others it is said that one exception is enough."""

EVERYBODY = re.compile(r"\b(alla|samtliga|varje(?! år\b))\b", re.IGNORECASE)
"""How a goal says 100 % without a number."""

STANDING = ("personer", "kommuner", "verksamheter")
"""Units of what may have been there before; what is counted as it is done begins from none."""

OF_PERSONS = ("share", "count", "mean")
"""Measures that may be about women and men."""


def _no_target(model: LogicModel) -> Found:
    for indicator in model.indicators:
        if not indicator.targets and indicator.measure in ("share", "count", "mean", "amount"):
            yield indicator, f"{quoted(indicator)} har inget målvärde: {_without_target(model, indicator)}."


def _without_target(model: LogicModel, indicator: Indicator) -> str:
    node, own = model.node(indicator.node), model.indicators_of(indicator.node)
    meant = EVERYBODY.search(node.title) if is_outcome(node) and not any(one.targets for one in own) else None
    if meant:
        return f"målet säger ”{meant.group().lower()}”, men inte i tal"
    if is_outcome(node) and CHANGE.search(node.title):
        return "det sägs att något ska ändras, men inte hur mycket"
    return "varje utfall går att kalla bra"


def _stated_in_goal(model: LogicModel) -> Found:
    for indicator, goal in goals(model):
        if goal.stated_in == "node" and goal.value is not None:
            # The unit shows where the indicator measures something else than the goal.
            unit = f" ({indicator.unit})" if indicator.unit and indicator.measure != "share" else ""
            told = f"{number(indicator, goal.value)}{unit}"
            yield indicator, f"Målvärdet {told} för {quoted(indicator)} står i målets ord, inte i mätetalet."


def _no_baseline(model: LogicModel) -> Found:
    for indicator in model.indicators:
        if indicator.targets and indicator.baseline is None and _had_before(model, indicator):
            yield indicator, f"{quoted(indicator)} har ett mål men inget utgångsläge."


def _had_before(model: LogicModel, indicator: Indicator) -> bool:
    """Return whether there was a level before: meetings to be held have none, those who use a method have."""
    node = model.node(indicator.node)
    if indicator.measure == "share":
        return True
    if indicator.measure == "count":
        changed = CHANGE.search(node.title) or CHANGE.search(indicator.title)
        return is_outcome(node) and (indicator.unit in STANDING or bool(changed))
    return is_outcome(node) and indicator.measure != "yes_no"


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
    for indicator in of_persons(model):
        if indicator.targets and indicator.gender_rule is None and not _number_of_persons(indicator):
            yield indicator, f"För {quoted(indicator)} sägs det inte om kvinnor och män ska nå målet var för sig."


def _not_by_gender(model: LogicModel) -> Found:
    for indicator in of_persons(model):
        untold = indicator.gender_rule is None and indicator.by_gender is None
        if untold and (not indicator.targets or _number_of_persons(indicator)):
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
            yield indicator, f"{told} faller på {_one(indicator)}."
        elif n is not None and indicator.direction == "increase" and ceil(n * _exact(goal.value)) == n:
            yield indicator, f"{told} kräver alla av {whole(n)}: det faller på {_one(indicator)}."


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
    return f"en enda {ONE[indicator.unit]}" if indicator.unit in ONE else "ett enda undantag"


def _before(indicator: Indicator) -> str:
    before = indicator.baseline
    if before is None:
        return ""
    limit = {">": "mer än ", "<": "mindre än "}.get(before.operator or "", "")
    told = number(indicator, before.value) if indicator.measure == "share" else decimal(before.value)
    return f"{limit}{told}"


def of_persons(model: LogicModel) -> Iterable[Indicator]:
    """Yield the indicators about persons: by their unit, or where none is said by whom their box is about."""
    about = {node.id for node in model.nodes if node.target_level == "individ"}
    for indicator in model.indicators:
        persons = indicator.unit == "personer" or (not indicator.unit and indicator.node in about)
        if indicator.measure in OF_PERSONS and persons:
            yield indicator


def _number_of_persons(indicator: Indicator) -> bool:
    """Return whether it says how many persons there are, and not how they fare: no such number is reached by each."""
    return indicator.measure == "count" or (indicator.measure == "mean" and indicator.unit == "personer")


TARGETS = [
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
