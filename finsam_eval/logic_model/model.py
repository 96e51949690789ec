"""A programme theory as data: what is done, what it is thought to lead to, and how anyone would know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from finsam_eval.codebook import Identifier
from finsam_eval.compare import Target
from finsam_eval.definitions import Definition, parse, read_yaml
from finsam_eval.errors import BadDefinition, UnknownName
from finsam_eval.results import ALL, COUNTRY
from finsam_eval.study import Study

LEVELS = ["aktivitet", "prestation", "resultat", "effekt_kort", "effekt_lang", "mal"]
"""From what is done to what it is for."""

LEVEL_LABELS = {
    "aktivitet": "Aktivitet",
    "prestation": "Prestation",
    "resultat": "Resultat",
    "effekt_kort": "Effekt på kort sikt",
    "effekt_lang": "Effekt på lång sikt",
    "mal": "Mål",
}

IMPERSONAL = ("yes_no", "amount")

Level = Literal["aktivitet", "prestation", "resultat", "effekt_kort", "effekt_lang", "mal"]
Measure = Literal["share", "count", "mean", "yes_no", "amount"]
Operator = Literal[">=", "<=", "="]
GenderRule = Literal["pooled", "each"]


class Node(Definition):
    """One box of the chain: on which level, about whom (`target_level`), and who does it (`actor`)."""

    id: Identifier
    level: Level
    title: str = Field(min_length=1)
    target_level: Literal["individ", "organisation", "samhalle"] | None = None
    actor: str = ""


class Link(Definition):
    """An arrow: `tail` (from) is thought to lead to `head` (to), under an assumption, with rival explanations."""

    model_config = ConfigDict(populate_by_name=True)

    tail: Identifier = Field(alias="from")
    head: Identifier = Field(alias="to")
    assumption: str = ""
    rivals: list[str] = []


class Baseline(Definition):
    """Where it stood before: a share is a number from 0 to 1; x and n where they are known."""

    value: float = Field(allow_inf_nan=False)
    x: int | None = Field(default=None, ge=0)
    n: int | None = Field(default=None, ge=1)
    period: str = ""
    source: str = ""

    @model_validator(mode="after")
    def _within(self) -> Self:
        if self.x is not None and self.n is not None and self.x > self.n:
            raise ValueError(f"x must be at most n, got x = {self.x} of n = {self.n}")
        return self


class Goal(Definition):
    """A level to reach in one period: a share as a number from 0 to 1, yes as 1.

    Without an operator it is at least, or at most where the indicator should decrease; without a gender it follows the
    indicator's rule. Without a value nobody has decided it.
    """

    period: str = Field(min_length=1)
    value: float | None = Field(allow_inf_nan=False)
    operator: Operator | None = None
    gender: Literal["kvinna", "man"] | None = None


class Data(Definition):
    """The item of the study's own cube that answers an indicator."""

    item: Identifier
    respondent_group: Identifier
    occasion: Identifier


class Indicator(Definition):
    """How a node is measured: numerator and denominator in words, where the figures come from, when and by whom.

    `gender_rule` is None where nobody has decided it; the indicator is then judged for all together. With `data` it is
    answered by the study's own survey or register, without it by observations.
    """

    id: Identifier
    node: Identifier
    title: str = Field(min_length=1)
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
    baseline: Baseline | None = None
    targets: list[Goal] = []
    data: Data | None = None

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
        if self.data and self.measure != "share":
            raise ValueError("data from the study are judged as shares; set measure: share, or leave data out")
        return self

    def _check(self, goal: Goal) -> None:
        against = ">=" if self.direction == "decrease" else "<="
        if goal.operator == against:
            raise ValueError(f"period {goal.period}: {against} contradicts direction {self.direction}; change one")
        if self.measure != "share":
            return
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
        return goal.operator or ("<=" if self.direction == "decrease" else ">=")

    def genders(self, goal: Goal) -> list[str]:
        """Return whom the goal asks about."""
        if goal.gender:
            return [goal.gender]
        return ["kvinna", "man"] if self.gender_rule == "each" else [ALL]


class LogicModel(Definition):
    """A programme theory: nodes on levels, links between them, indicators with targets.

    `unit` is the förbund it is about, "riket" for the study as a whole. Targets on the study's own data need
    `decided_by` and `decided_on`, as every målnivå does.
    """

    id: Identifier
    title: str = Field(min_length=1)
    organisation: str = ""
    source: str = ""
    unit: str = COUNTRY
    problem: str = ""
    assumption: str = ""
    decided_by: str = ""
    decided_on: date | None = None
    nodes: list[Node] = Field(min_length=1)
    links: list[Link] = []
    indicators: list[Indicator] = []

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _no_doubles("nodes with one id", [node.id for node in self.nodes])
        _no_doubles("indicators with one id", [indicator.id for indicator in self.indicators])
        _no_doubles("links between one pair", [f"{link.tail} → {link.head}" for link in self.links])
        known = {node.id for node in self.nodes}
        for link in self.links:
            self._check_link(link, known)
        for indicator in self.indicators:
            _known(f"indicator {indicator.id}: node", [indicator.node], known)
            if indicator.data and not (self.decided_by and self.decided_on):
                raise ValueError(f"indicator {indicator.id} is judged on data: say decided_by and decided_on")
        return self

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
        """The indicators whose figures count no persons: yes or no, sums, and counts of other things."""
        return {
            indicator.id
            for indicator in self.indicators
            if indicator.measure in IMPERSONAL or (indicator.measure == "count" and indicator.unit != "personer")
        }

    def key(self, indicator: str) -> str:
        """Return the name of an indicator among the records."""
        return f"{self.id}:{indicator}"


def load(path: Path) -> LogicModel:
    """Return the logic model in a YAML file.

    Raises
    ------
    BadDefinition
        When it contradicts itself, with the place: an unknown or doubled id, a link to itself, two targets for one
        period and gender.
    """
    return parse(LogicModel, read_yaml(path), path.name)


def load_models(study: Study) -> dict[str, LogicModel]:
    """Return the study's logic models, by id.

    Raises
    ------
    BadDefinition
        When one contradicts itself or the study, or two models, or indicators of two models, have the same id.
    """
    models: dict[str, LogicModel] = {}
    for name in study.settings.logic_models:
        model = load(study.folder / name)
        if model.id in models:
            raise BadDefinition(f"{name}: another of the study's logic models is called {model.id}; rename one")
        others = {indicator.id: other.id for other in models.values() for indicator in other.indicators}
        shared = sorted({indicator.id for indicator in model.indicators} & set(others))
        if shared:
            raise BadDefinition(
                f"{name}: indicator {shared[0]} is also one of {others[shared[0]]}'s, and an observed figure could not "
                "tell whose it is; rename one"
            )
        _check_periods(model, study, name)
        models[model.id] = model
    return models


def find_model(study: Study, name: str) -> LogicModel:
    """Return the study's logic model called `name`.

    Raises
    ------
    UnknownName
        With the names that exist.
    """
    models = load_models(study)
    if name not in models:
        known = ", ".join(models) or "none: study.yaml names no logic_models"
        raise UnknownName(f"logic model {name!r} is not in the study; it has {known}")
    return models[name]


def model_targets(model: LogicModel) -> list[Target]:
    """Return the targets that the study's own data answer, one for each indicator and level asked for."""
    asked = {
        (indicator.id, goal.value, rule): indicator.data
        for indicator in model.indicators
        for goal in indicator.targets
        for rule in ["each" if indicator.genders(goal) != [ALL] else "pooled"]
        if goal.value
    }
    return [
        Target.model_validate(
            {
                **data.model_dump(),
                "share": share,
                "gender_rule": rule,
                "origin": model.source or model.title,
                "decided_on": model.decided_on,
                "decided_by": model.decided_by,
                "indicator": model.key(indicator),
            }
        )
        for (indicator, share, rule), data in asked.items()
        if data
    ]


def _check_periods(model: LogicModel, study: Study, name: str) -> None:
    declared = [period.id for period in study.settings.periods]
    judged = list(study.periods[list(study.periods)[-1]])
    for indicator in model.indicators:
        for goal in indicator.targets:
            allowed = judged if indicator.data else declared
            if goal.period not in allowed:
                raise BadDefinition(
                    f"{name}, indicator {indicator.id}: a target for period {goal.period!r}; "
                    f"it can be judged for {', '.join(allowed)}"
                )


def _no_doubles(what: str, names: Iterable[str]) -> None:
    doubled = sorted(name for name, times in Counter(names).items() if times > 1)
    if doubled:
        raise ValueError(f"two {what}: {', '.join(doubled)}")


def _known(where: str, names: Iterable[str], known: set[str]) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"{where}: {', '.join(unknown)} is not among the nodes {', '.join(sorted(known))}")
