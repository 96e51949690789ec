"""What the answers should show if the questions measure what they are for, written down before the answers are seen."""

from __future__ import annotations

from collections import Counter
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from finsam_eval.codebook import Codebook, Identifier
from finsam_eval.definitions import Definition, parse, read_yaml
from finsam_eval.errors import BadDefinition
from finsam_eval.study import Study

KORRELATION, SKILLNAD, FORANDRING = "korrelation", "skillnad", "forandring"

GENDER = "kon"
"""The groups that every study knows: women minus men."""


class Measure(Definition):
    """A question, the mean of an item set, or an outcome; and whose answers, where the question leaves a choice."""

    measure: Identifier
    respondent_group: Identifier | None = None
    occasion: Identifier | None = None


def _named(content: object) -> object:
    return {"measure": content} if isinstance(content, str) else content


Named = Annotated[Measure, BeforeValidator(_named)]


class Expected(Definition):
    """What confirms a hypothesis: `at_least` and `at_most` are the ends of where its value should lie, signs kept."""

    sign: Literal["positiv", "negativ"] | None = None
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        low, high = self.ends
        if (self.sign, self.at_least, self.at_most) == (None, None, None):
            raise ValueError("say what is expected: sign, at_least or at_most")
        if low >= high:
            raise ValueError("nothing can be both above and below these; correct sign, at_least or at_most")
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of where the estimate should lie."""
        low = -float("inf") if self.at_least is None else self.at_least
        high = float("inf") if self.at_most is None else self.at_most
        return max(low, 0.0) if self.sign == "positiv" else low, min(high, 0.0) if self.sign == "negativ" else high


class Hypothesis(Definition):
    """One statement that the answers can contradict, and why it is believed.

    kind : ``korrelation`` between measure_a and measure_b; ``skillnad`` in measure_a between groups (`kon`: women
        minus men; an outcome: those who had it minus those who had not), in standard deviations; ``forandring`` of
        measure_a in the same persons, in standard deviations of the changes.
    """

    id: Identifier
    text: str = Field(min_length=1)
    kind: Literal["korrelation", "skillnad", "forandring"]
    measure_a: Named
    measure_b: Named | None = None
    groups: Identifier | None = None
    expected: Expected
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _sides(self) -> Self:
        wanted = {KORRELATION: (True, False), SKILLNAD: (False, True), FORANDRING: (False, False)}[self.kind]
        if (self.measure_b is not None, self.groups is not None) != wanted:
            needs = {
                KORRELATION: "measure_a and measure_b, and no groups",
                SKILLNAD: "measure_a and groups, and no measure_b",
                FORANDRING: "measure_a alone: a question that is asked twice",
            }
            raise ValueError(f"hypothesis {self.id}: kind {self.kind} takes {needs[self.kind]}")
        if self.kind == KORRELATION and not all(-1 <= end <= 1 for end in self._given):
            raise ValueError(f"hypothesis {self.id}: a correlation lies between -1 and 1")
        return self

    @property
    def _given(self) -> list[float]:
        return [end for end in (self.expected.at_least, self.expected.at_most) if end is not None]

    @property
    def measures(self) -> list[Measure]:
        """Its one or two measures."""
        return [one for one in (self.measure_a, self.measure_b) if one is not None]


class Hypotheses(Definition):
    """What a study has said beforehand, who decided it and when."""

    decided_by: str = Field(min_length=1)
    decided_on: date
    hypotheses: list[Hypothesis] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        doubled = [name for name, times in Counter(one.id for one in self.hypotheses).items() if times > 1]
        if doubled:
            raise ValueError(f"hypothesis {doubled[0]} stands there twice")
        return self


def load_hypotheses(path: Path, codebook: Codebook) -> Hypotheses:
    """Return what a study has said beforehand, each measure known to its codebook.

    Raises
    ------
    BadDefinition
        When the file is missing, is not yet filled in, or names a measure, group or occasion that does not exist, or a
        question that is asked of several without saying of whom.
    """
    found = parse(Hypotheses, read_yaml(path), path.name)
    for text in (found.decided_by, *(words for one in found.hypotheses for words in (one.text, one.source))):
        if "<" in text and ">" in text:
            raise BadDefinition(f"{path.name}: still says {text}; a hypothesis is written before the answers are seen")
    for one in found.hypotheses:
        where = f"{path.name}, {one.id}"
        for measure in one.measures:
            placed(measure, codebook, where)
        if one.groups not in (None, GENDER):
            _known(str(one.groups), [GENDER, *_outcomes(codebook)], where, "groups")
    return found


def hypotheses_of(study: Study) -> Hypotheses | None:
    """Return what the study has said beforehand, None where it has said nothing."""
    name = study.settings.hypotheses
    return load_hypotheses(study.folder / name, study.codebook) if name else None


def placed(measure: Measure, codebook: Codebook, where: str = "hypotheses") -> tuple[list[str], str, str]:
    """Return a measure's items, whose answers and when; an outcome has itself as item and no group or occasion.

    Raises
    ------
    BadDefinition
        When it is not known, or its question is answered by several groups or at several occasions and none is named.
    """
    sets = {one.id: one for one in codebook.item_sets}
    asked = {item.id: item for item in codebook.survey_items if item.sensitivity == "opinion"}
    _known(measure.measure, [*asked, *sets, *_outcomes(codebook)], where, "measure")
    if measure.measure in sets:
        one = sets[measure.measure]
        return list(one.items), one.respondent_group, one.occasion
    if measure.measure not in asked:
        return [measure.measure], "", ""
    item = asked[measure.measure]
    group = _one_of(measure.respondent_group, item.respondent_groups, f"{where}, {item.id}", "respondent_group")
    return [item.id], group, _one_of(measure.occasion, item.occasions, f"{where}, {item.id}", "occasion")


def _one_of(given: str | None, known: list[str], where: str, what: str) -> str:
    if given is not None:
        _known(given, known, where, what)
        return given
    if len(known) > 1:
        raise BadDefinition(f"{where}: name its {what}, one of {', '.join(known)}")
    return known[0]


def _outcomes(codebook: Codebook) -> list[str]:
    return [item.id for item in codebook.items if item.sensitivity == "outcome"]


def _known(name: str, known: list[str], where: str, what: str) -> None:
    if name in known:
        return
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    meant = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
    raise BadDefinition(f"{where}: {what} {name} is not known; {meant}")
