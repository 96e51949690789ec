"""A programme theory as data: what is done, what it is thought to lead to, and how anyone would know.

Names follow the results standard of IATI (2.03) where it has the notion: title, description, measure, baseline, period,
target and budget mean what they mean there; its result is our node, its ascending our direction, its actual an
observation, its dimension our gender.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from finsam_eval.codebook import Identifier
from finsam_eval.definitions import Definition
from finsam_eval.logic_model.parts import Area, Budget, Composite, Link, Node
from finsam_eval.results import ALL, COUNTRY

HALF_A_PERCENT = 0.005 + 1e-9
"""A baseline is often printed in whole per cent beside its counts."""

SOME = 20
"""So many known names are told where one is unknown."""

IMPERSONAL = ("yes_no", "amount", "qualitative")

Measure = Literal["share", "count", "mean", "yes_no", "amount", "qualitative", "undecided"]
Operator = Literal[">=", "<=", "=", "between"]
GenderRule = Literal["pooled", "each"]


class Baseline(Definition):
    """Where it stood before: a share is a number from 0 to 1; x and n where they are known; then no value is needed.

    `operator` says that only a limit is known: ">" for "more than 60 %".
    """

    value: float = Field(allow_inf_nan=False)
    operator: Literal[">", "<"] | None = None
    x: int | None = Field(default=None, ge=0)
    n: int | None = Field(default=None, ge=1)
    period: str = ""
    source: str = ""

    @model_validator(mode="before")
    @classmethod
    def _share_of_counts(cls, told: Any) -> Any:
        if not isinstance(told, dict) or told.get("value") is not None:
            return told
        x, n = told.get("x"), told.get("n")
        return {**told, "value": x / n} if isinstance(x, int) and isinstance(n, int) and n > 0 else told

    @model_validator(mode="after")
    def _within(self) -> Self:
        if self.x is None or self.n is None:
            return self
        if self.x > self.n:
            raise ValueError(f"x must be at most n, got x = {self.x} of n = {self.n}")
        if abs(self.value - self.x / self.n) > HALF_A_PERCENT:
            raise ValueError(
                f"value {self.value:g} is not x = {self.x} of n = {self.n}; correct one, or leave value out"
            )
        return self


class Goal(Definition):
    """A level to reach in one period: a share as a number from 0 to 1, yes as 1.

    Without an operator it is at least, or at most where the indicator should decrease; with `upper` it is between the
    two, both included. Without a gender it follows the indicator's rule. Without a value nobody has decided it.
    `stated_in` says where the document has it: in the indicator, or only in the words of its node.
    """

    period: str = Field(min_length=1)
    value: float | None = Field(allow_inf_nan=False)
    upper: float | None = Field(default=None, allow_inf_nan=False)
    operator: Operator | None = None
    gender: Literal["kvinna", "man"] | None = None
    stated_in: Literal["indicator", "node"] = "indicator"

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.operator == "between" and self.upper is None:
            raise ValueError(f"period {self.period}: between needs upper, the highest that is meant")
        if self.upper is None:
            return self
        if self.operator not in (None, "between"):
            raise ValueError(f"period {self.period}: upper goes with between, not with {self.operator}; leave one out")
        if self.value is None or self.upper <= self.value:
            raise ValueError(f"period {self.period}: upper {self.upper:g} must be above value; change places, or one")
        return self


class Data(Definition):
    """The item of the study's own cube that answers an indicator."""

    item: Identifier
    respondent_group: Identifier
    occasion: Identifier


class Matpunkt(Definition):
    """A mätpunkt of the codebook that a person has confirmed to ask for the same thing as an indicator."""

    item: Identifier
    confirmed_by: str = Field(min_length=1)


class Indicator(Definition):
    """How a node is measured: numerator and denominator in words, where the figures come from, when and by whom.

    `aim` is what the document calls the goal in short. `gender_rule` is None where nobody has decided it; the
    indicator is then judged for all together. `by_gender` says whether the source tells women and men apart,
    `expected_n` how many will be counted; None where it is not known. An undecided `measure` takes no values.
    `area` is the part of the document it stands in, where that is not its node's. `part_of` names the indicator whose
    persons it counts some of; `parts`, on that one, whether its parts share persons (overlapping) or not (separate).
    With `data` it is answered by the study's own survey or register, without it by observations.
    """

    id: Identifier
    node: Identifier
    aim: str = ""
    title: str = Field(min_length=1)
    description: str = ""
    measure: Measure
    numerator: str = ""
    denominator: str = ""
    unit: str = ""
    direction: Literal["increase", "decrease"] = "increase"
    source: str = ""
    occasion: str = ""
    follow_up: str = ""
    responsible: str = ""
    gender_rule: GenderRule | None = None
    by_gender: bool | None = None
    expected_n: int | None = Field(default=None, ge=1)
    area: Identifier | None = None
    part_of: Identifier | None = None
    parts: Literal["separate", "overlapping"] | None = None
    baseline: Baseline | None = None
    targets: list[Goal] = []
    data: Data | None = None
    matpunkter: list[Matpunkt] = []

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for goal in self.targets:
            self._check(goal)
        _no_doubles("targets for one period", [f"{g.period} {g.gender or ''}".strip() for g in self.targets])
        genders_of = {g.period: {h.gender for h in self.targets if h.period == g.period} for g in self.targets}
        mixed = [period for period, genders in genders_of.items() if None in genders and len(genders) > 1]
        if mixed and self.gender_rule == "each":
            raise ValueError(f"period {mixed[0]} has two targets for one gender: gender_rule each already asks both")
        if self.baseline and self.measure == "share" and not 0 <= self.baseline.value <= 1:
            raise ValueError("baseline: a share lies between 0 and 1 (0.22 for 22 %)")
        if self.baseline and self.baseline.x is not None and self.baseline.n is not None and self.measure != "share":
            raise ValueError("baseline: x of n is a share; set measure: share, or leave x and n out")
        if self.data and self.measure != "share":
            raise ValueError("data from the study are judged as shares; set measure: share, or leave data out")
        return self

    def _check(self, goal: Goal) -> None:
        against = ">=" if self.direction == "decrease" else "<="
        if goal.operator == against:
            raise ValueError(f"period {goal.period}: {against} contradicts direction {self.direction}; change one")
        if self.measure == "qualitative" and goal.value is not None:
            raise ValueError(f"period {goal.period}: what is described in words has no value; leave it empty (null)")
        if self.measure == "undecided" and goal.value is not None:
            raise ValueError(f"period {goal.period}: without a measure there is no value; decide it, or leave it empty")
        if goal.upper is not None and (self.measure == "yes_no" or self.data):
            raise ValueError(f"period {goal.period}: between cannot be asked here; leave upper out")
        if self.measure != "share":
            return
        if goal.upper is not None and not 0 <= goal.upper <= 1:
            raise ValueError(f"period {goal.period}: a target share lies between 0 and 1 (0.3 for 30 %)")
        if goal.operator == "=":
            raise ValueError(f"period {goal.period}: a share is never exactly its target; write >= or <=")
        if goal.value is not None and not self._sensible(goal.value):
            raise ValueError(f"period {goal.period}: a target share lies between 0 and 1 (0.3 for 30 %)")

    def _sensible(self, share: float) -> bool:
        # At least 0 and at most 1 are reached whatever happens; the study's own cube cannot be asked for at most 0.
        if self.direction == "increase":
            return 0 < share <= 1
        return (share > 0 or (share == 0 and self.data is None)) and share < 1

    def operator(self, goal: Goal) -> Operator:
        """Return how the goal is compared with what came out."""
        if goal.upper is not None:
            return "between"
        return goal.operator or ("<=" if self.direction == "decrease" else ">=")

    def genders(self, goal: Goal) -> list[str]:
        """Return whom the goal asks about."""
        if goal.gender:
            return [goal.gender]
        return ["kvinna", "man"] if self.gender_rule == "each" else [ALL]


class LogicModel(Definition):
    """A programme theory: nodes on levels, links between them, indicators with targets; the document's areas, money.

    `unit` is the förbund it is about, "riket" for the study as a whole. Targets on the study's own data need
    `decided_by` and `decided_on`, as every målnivå does. `duration` is how long it goes on in the document's words,
    `participants` how many are expected. `needs` is what a needs analysis was to find out,
    `target_group` whom the whole of it is for, `external` what it depends on and cannot itself change, `follow_up`
    how often the whole of it is followed up, which holds for all that does not say it for itself.
    """

    id: Identifier
    title: str = Field(min_length=1)
    organisation: str = ""
    source: str = ""
    unit: str = COUNTRY
    start: date | None = None
    end: date | None = None
    duration: str = ""
    problem: str = ""
    target_group: str = ""
    participants: str = ""
    needs: list[str] = []
    assumption: str = ""
    external: list[str] = []
    follow_up: str = ""
    decided_by: str = ""
    decided_on: date | None = None
    areas: list[Area] = []
    nodes: list[Node] = Field(min_length=1)
    links: list[Link] = []
    indicators: list[Indicator] = []
    budgets: list[Budget] = []
    composites: list[Composite] = []

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _no_doubles("areas with one id", [area.id for area in self.areas])
        _no_doubles("nodes with one id", [node.id for node in self.nodes])
        _no_doubles("indicators with one id", [indicator.id for indicator in self.indicators])
        _no_doubles("links between one pair", [f"{link.tail} → {link.head}" for link in self.links])
        _no_doubles("budgets with one id", [budget.id for budget in self.budgets])
        _no_doubles("composites with one id", [composite.id for composite in self.composites])
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"ends {self.end}, before it starts {self.start}; change places, or one")
        self._check_references()
        for indicator in self.indicators:
            if indicator.data and not (self.decided_by and self.decided_on):
                raise ValueError(f"indicator {indicator.id} is judged on data: say decided_by and decided_on")
        return self

    def _check_references(self) -> None:
        nodes, areas = {node.id for node in self.nodes}, {area.id for area in self.areas}
        for link in self.links:
            self._check_link(link, nodes)
        indicators = {indicator.id for indicator in self.indicators}
        for indicator in self.indicators:
            whole = [indicator.part_of] if indicator.part_of else []
            _known(f"indicator {indicator.id}: part_of", whole, indicators - {indicator.id}, "other indicators")
            _known(f"indicator {indicator.id}: node", [indicator.node], nodes)
            _known(f"indicator {indicator.id}: area", [indicator.area] if indicator.area else [], areas, "areas")
        for composite in self.composites:
            _known(f"composite {composite.id}: node", [composite.node] if composite.node else [], nodes)
        for node in self.nodes:
            _known(f"node {node.id}: area", [node.area] if node.area else [], areas, "areas")
        for budget in self.budgets:
            _no_doubles(f"lines of budget {budget.id} with one id", [line.id for line in budget.lines])
            for line in budget.lines:
                place = f"budget {budget.id}, line {line.id}: area"
                _known(place, [line.area] if line.area else [], areas, "areas")

    @staticmethod
    def _check_link(link: Link, known: set[str]) -> None:
        place = f"link {link.tail} → {link.head}"
        _known(place, [link.tail, link.head], known)
        if link.tail == link.head:
            raise ValueError(f"{place}: a node cannot lead to itself")

    def node(self, name: str) -> Node:
        """Return the node called `name`."""
        return next(node for node in self.nodes if node.id == name)

    def indicators_of(self, node: str) -> list[Indicator]:
        """Return the indicators of a node."""
        return [indicator for indicator in self.indicators if indicator.node == node]

    def leads_to(self, node: str) -> list[str]:
        """Return the nodes that a node is thought to lead to."""
        return [link.head for link in self.links if link.tail == node]

    @property
    def impersonal(self) -> set[str]:
        """The indicators whose figures count no persons: yes or no, sums, and counts of other things.

        A count that does not say of what may be of persons.
        """
        return {
            indicator.id
            for indicator in self.indicators
            if indicator.measure in IMPERSONAL
            or (indicator.measure == "count" and indicator.unit not in ("", "personer"))
        }

    def key(self, indicator: str) -> str:
        """Return the name of an indicator among the records."""
        return f"{self.id}:{indicator}"


def _no_doubles(what: str, names: Iterable[str]) -> None:
    doubled = sorted(name for name, times in Counter(names).items() if times > 1)
    if doubled:
        raise ValueError(f"two {what}: {', '.join(doubled)}")


def _known(where: str, names: Iterable[str], known: set[str], kind: str = "nodes") -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        likest = get_close_matches(unknown[0], sorted(known), n=1)
        meant = f"did you mean {likest[0]}?" if likest else f"known are {', '.join(sorted(known)[:SOME]) or 'none'}"
        raise ValueError(f"{where}: {unknown[0]} is not among the {kind}; {meant}")
