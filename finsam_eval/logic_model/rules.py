"""What in a logic model cannot be evaluated as it stands, said before money is spent. One small rule a defect."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from finsam_eval.logic_model.model import Goal, Indicator, LogicModel
from finsam_eval.logic_model.parts import LEVEL_LABELS, LEVELS, Node
from finsam_eval.swedish import decimal, listing, percent

PLACEHOLDER = re.compile(
    r"\b[xX]+ ?(procent|%|personer|st\b)|\b(19|20)\d\d-?(MM|XX|xx)|\b(MMDD|ÅÅÅÅ|YYYY|XX+|TBD)|<[^<>]+>|\?\?|\.\.\.\s*%"
)
"""What people write where a number or a date is to be filled in."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that stands in the way: which rule, where, what is wrong and the way out, in Swedish."""

    rule: str
    node: str
    indicator: str
    sentence: str
    remedy: str


Found = Iterator[tuple[Node | None, Indicator | None, str]]
"""Where a rule fires, and what it says there."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A defect: its id, how it is found, and what to do about it."""

    id: str
    find: Callable[[LogicModel], Found]
    remedy: str


def lint(model: LogicModel) -> tuple[Finding, ...]:
    """Return what cannot be evaluated in the model as it stands: rule by rule, in the model's order.

    A model with findings can still be evaluated as far as it goes.
    """
    return tuple(
        Finding(rule.id, node.id if node else "", indicator.id if indicator else "", sentence, rule.remedy)
        for rule in RULES
        for node, indicator, sentence in rule.find(model)
    )


def _unmeasured(model: LogicModel) -> Found:
    for node in model.nodes:
        if _rank(node) >= LEVELS.index("resultat") and not model.indicators_of(node.id):
            yield node, None, f"{_named(node)} har ingen indikator: det går inte att se om det uppnås."


def _no_source(model: LogicModel) -> Found:
    for node, indicator in _indicators(model):
        if not indicator.source.strip():
            yield node, indicator, f"{_quoted(indicator)} har ingen datakälla."


def _no_denominator(model: LogicModel) -> Found:
    for node, indicator in _indicators(model):
        if indicator.measure == "share" and not indicator.denominator.strip():
            yield node, indicator, f"{_quoted(indicator)} är en andel, men det sägs inte av vilka."


def _no_occasion(model: LogicModel) -> Found:
    for node, indicator in _indicators(model):
        texts = {"när den mäts": indicator.occasion, "hur ofta den följs upp": indicator.follow_up}
        lacking = [what for what, text in texts.items() if not text.strip()]
        if lacking:
            yield node, indicator, f"För {_quoted(indicator)} sägs det inte {listing(lacking)}."


def _no_baseline(model: LogicModel) -> Found:
    for node, indicator in _indicators(model):
        if indicator.targets and indicator.baseline is None:
            yield node, indicator, f"{_quoted(indicator)} har ett mål men inget utgångsläge."


def _no_improvement(model: LogicModel) -> Found:
    for node, indicator, goal in _goals(model):
        before = indicator.baseline
        if before is None or goal.value is None or indicator.measure == "yes_no":
            continue
        gain = goal.value - before.value
        if (gain if indicator.direction == "increase" else -gain) <= 0:
            new, old = _number(indicator, goal.value), _number(indicator, before.value)
            yield node, indicator, f"Målet {new} för {_quoted(indicator)} är ingen förbättring: utgångsläget är {old}."


def _placeholder(model: LogicModel) -> Found:
    for node in model.nodes:
        for text in _placeholders(node.title, node.actor):
            yield node, None, f"{_named(node)} innehåller något som inte är ifyllt: {text}."
    for node, indicator in _indicators(model):
        for text in _placeholders(*(value for value in dict(indicator).values() if isinstance(value, str))):
            yield node, indicator, f"{_quoted(indicator)} innehåller något som inte är ifyllt: {text}."
    for node, indicator, goal in _goals(model):
        if goal.value is None:
            yield node, indicator, f"Målet för {_quoted(indicator)} {goal.period} har inget värde."


def _leads_nowhere(model: LogicModel) -> Found:
    highest = max(_rank(node) for node in model.nodes)
    for node in model.nodes:
        is_work = node.level in ("aktivitet", "prestation")
        if not model.leads_to(node.id) and (is_work or _rank(node) < highest):
            yield node, None, f"{_named(node)} leder inte till något i modellen."


def _nobody_works_for(model: LogicModel) -> Found:
    reached = {link.head for link in model.links}
    for node in model.nodes:
        if node.level not in ("problem", "aktivitet") and node.id not in reached:
            yield node, None, f"Inget i modellen leder till {_named(node, start=False)}."


def _level_jumped(model: LogicModel) -> Found:
    used = {node.level for node in model.nodes}
    for link in model.links:
        tail, head = model.node(link.tail), model.node(link.head)
        over = LEVELS[_rank(tail) + 1 : _rank(head)]
        jumped = [level for level in over if level in used or level == "resultat"]
        if not jumped and {"effekt_kort", "effekt_lang"} <= set(over):
            jumped = ["effekt_kort"]
        if jumped:
            names = listing([LEVEL_LABELS[level].lower() for level in jumped])
            yield tail, None, f"Pilen från {_title(tail)} till {_title(head)} hoppar över nivån {names}."


def _backwards(model: LogicModel) -> Found:
    for link in model.links:
        tail, head = model.node(link.tail), model.node(link.head)
        if _rank(head) < _rank(tail):
            yield tail, None, f"Pilen från {_title(tail)} till {_title(head)} går från en senare nivå till en tidigare."


def _cycle(model: LogicModel) -> Found:
    for members in cycles(model):
        chain = " → ".join(_title(model.node(name)) for name in [*members, members[0]])
        yield model.node(members[0]), None, f"Pilarna går i en ring: {chain}."


def _gender_undecided(model: LogicModel) -> Found:
    for node, indicator in _indicators(model):
        about_persons = indicator.unit == "personer" or node.target_level == "individ"
        counts_persons = indicator.measure in ("share", "count", "mean")
        if indicator.targets and indicator.gender_rule is None and about_persons and counts_persons:
            sentence = f"För {_quoted(indicator)} sägs det inte om kvinnor och män ska nå målet var för sig."
            yield node, indicator, sentence


def _everybody(model: LogicModel) -> Found:
    for node, indicator, goal in _goals(model):
        limit = 1.0 if indicator.direction == "increase" else 0.0
        if indicator.measure == "share" and goal.value == limit:
            told = percent(limit)
            yield node, indicator, f"Målet {told} för {_quoted(indicator)} faller på en enda person."


def _same_title(model: LogicModel) -> Found:
    times = Counter(_plain(indicator.title) for indicator in model.indicators)
    for node, indicator in _indicators(model):
        if times[_plain(indicator.title)] > 1:
            yield node, indicator, f"{_quoted(indicator)} står mer än en gång ({indicator.id})."


def cycles(model: LogicModel) -> list[list[str]]:
    """Return the rings that the links form, each once, from its member that stands first in the model.

    Of rings that share nodes only one that is found first is told; when it is opened the next shows.
    """
    found: list[list[str]] = []
    seen: set[str] = set()
    for node in model.nodes:
        ring = [] if node.id in seen else _way_back(model, node.id)
        if ring:
            found.append(ring)
            seen |= set(ring)
    return found


def _way_back(model: LogicModel, start: str) -> list[str]:
    """Return the shortest way from a node back to itself, empty where there is none."""
    ways, visited = [[start]], {start}
    for way in ways:
        for following in model.leads_to(way[-1]):
            if following == start:
                return way
            if following not in visited:
                visited.add(following)
                ways.append([*way, following])
    return []


RULES = [
    Rule("goal_without_indicator", _unmeasured, "Ange minst en indikator, eller säg varför ingen behövs."),
    Rule("indicator_without_source", _no_source, "Skriv vilket register, vilken enkät eller vilket dokument."),
    Rule("share_without_denominator", _no_denominator, "Skriv vilka den räknas på, till exempel alla som avslutat."),
    Rule("indicator_without_occasion", _no_occasion, "Skriv tillfälle (till exempel vid avslut) och hur ofta."),
    Rule("target_without_baseline", _no_baseline, "Ange läget före, med period, källa och antal."),
    Rule("target_no_better_than_baseline", _no_improvement, "Höj målet, eller säg att läget ska behållas."),
    Rule("placeholder", _placeholder, "Fyll i det som saknas, eller ta bort raden."),
    Rule("leads_nowhere", _leads_nowhere, "Rita en pil till det som den ska leda till, eller stryk den."),
    Rule("nobody_works_for", _nobody_works_for, "Rita en pil från det som ska leda dit, eller stryk den."),
    Rule("level_jumped", _level_jumped, "Skriv in mellanledet, det som ska hända först."),
    Rule("backwards", _backwards, "Vänd pilen, eller flytta den ena till en annan nivå."),
    Rule("cycle", _cycle, "Ta bort en av pilarna; återkoppling beskrivs i text."),
    Rule("gender_rule_undecided", _gender_undecided, "Välj gender_rule: each (var för sig) eller pooled (alla)."),
    Rule("target_of_everybody", _everybody, "Sätt ett mål som tål att någon enstaka faller bort."),
    Rule("indicator_twice", _same_title, "Behåll en av dem, eller skriv vad som skiljer dem åt."),
]


def _indicators(model: LogicModel) -> Iterator[tuple[Node, Indicator]]:
    for indicator in model.indicators:
        yield model.node(indicator.node), indicator


def _goals(model: LogicModel) -> Iterator[tuple[Node, Indicator, Goal]]:
    for node, indicator in _indicators(model):
        for goal in indicator.targets:
            yield node, indicator, goal


def _placeholders(*texts: str) -> list[str]:
    return [f"”{found.group().strip()}”" for text in texts if (found := PLACEHOLDER.search(text))]


def _rank(node: Node) -> int:
    return LEVELS.index(node.level)


def _named(node: Node, *, start: bool = True) -> str:
    label = LEVEL_LABELS[node.level] if start else LEVEL_LABELS[node.level].lower()
    return f"{label}: {_title(node)}"


def _title(node: Node) -> str:
    return f"”{node.title}”"


def _quoted(indicator: Indicator) -> str:
    return f"”{indicator.title}”"


def _number(indicator: Indicator, value: float) -> str:
    return percent(value) if indicator.measure == "share" else decimal(value, 0 if value.is_integer() else 1)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
