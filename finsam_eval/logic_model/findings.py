"""One thing in a logic model that stands in the way of evaluation: where, what, and the way out, in Swedish."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from finsam_eval.logic_model.model import Goal, Indicator, LogicModel
from finsam_eval.logic_model.parts import LEVEL_LABELS, LEVELS, Area, Budget, Node
from finsam_eval.swedish import decimal, percent

Subject = Node | Indicator | Area | Budget | None
"""What a finding is about; None is the model as a whole."""

Found = Iterator[tuple[Subject, str]]
"""Where a rule fires, and what it says there."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that stands in the way: which rule, where, what is wrong and the way out, in Swedish.

    `node` and `indicator` are ids, both empty where it is about an area, a budget or the whole model; `place` says in
    words where it is.
    """

    rule: str
    node: str
    indicator: str
    sentence: str
    remedy: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A defect: its id, what it is called, how it is found, and what to do about it."""

    id: str
    title: str
    find: Callable[[LogicModel], Found]
    remedy: str

    def findings(self, model: LogicModel) -> Iterator[Finding]:
        """Yield what the rule finds, in the model's order."""
        for subject, sentence in self.find(model):
            node = subject.id if isinstance(subject, Node) else subject.node if isinstance(subject, Indicator) else ""
            indicator = subject.id if isinstance(subject, Indicator) else ""
            yield Finding(self.id, node, indicator, sentence, self.remedy, told(subject))


def told(subject: Subject) -> str:
    """Return where a finding is, in words."""
    match subject:
        case Node():
            return named(subject)
        case Indicator():
            return f"Indikator: {quoted(subject)}"
        case Area():
            return f"Område: {quoted(subject)}"
        case Budget():
            return f"Budget: {quoted(subject)}"
        case _:
            return "Modellen"


def named(node: Node, *, start: bool = True) -> str:
    """Return a node's level and title."""
    label = LEVEL_LABELS[node.level] if start else LEVEL_LABELS[node.level].lower()
    return f"{label}: {quoted(node)}"


def quoted(subject: Node | Indicator | Area | Budget) -> str:
    """Return a title in quotation marks."""
    return f"”{subject.title}”"


def number(indicator: Indicator, value: float) -> str:
    """Return a target or a baseline as it is written."""
    return percent(value) if indicator.measure == "share" else decimal(value, 0 if float(value).is_integer() else 1)


def rank(node: Node) -> int:
    """Return a node's level as a number."""
    return LEVELS.index(node.level)


def is_outcome(node: Node) -> bool:
    """Return whether a node is something that is to come about, and not something that is done."""
    return rank(node) >= LEVELS.index("resultat")


def goals(model: LogicModel) -> Iterator[tuple[Indicator, Goal]]:
    """Yield every target with its indicator."""
    for indicator in model.indicators:
        for goal in indicator.targets:
            yield indicator, goal
