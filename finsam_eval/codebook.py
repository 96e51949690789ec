"""The instrument as data: scales, items with their exact wording, indicators and declared item sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from finsam_eval.definitions import IDENTIFIER, Definition, parse, read_yaml
from finsam_eval.errors import BadDefinition, UnknownName
from finsam_eval.language import said

BUNDLED = Path(__file__).parent / "codebooks"

Identifier = Annotated[str, Field(pattern=IDENTIFIER)]
Sensitivity = Literal["opinion", "outcome", "volume"]


class Scale(Definition):
    """An ordinal answer scale with integer codes `min` … `max`; the `top` highest codes count as positive.

    `lowest` and `highest` name the end points; `labels` names every code where the instrument does.
    `assumption` is printed in every method note that uses the scale; {min} and {max} in it are filled in.
    """

    min: int
    max: int
    top: int = 2
    lowest: str = ""
    highest: str = ""
    labels: dict[int, str] = {}
    assumption: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.max <= self.min:
            raise ValueError(f"max ({self.max}) must be above min ({self.min})")
        if not 1 <= self.top <= self.max - self.min:
            raise ValueError(f"top ({self.top}) must leave at least one code below it")
        if self.labels and set(self.labels) != set(self.codes):
            raise ValueError(f"labels must name every code {self.min}–{self.max}, or none")
        if not self.labels and not (self.lowest and self.highest):
            raise ValueError("give labels for every code, or lowest and highest")
        return self

    @property
    def codes(self) -> list[int]:
        """Every code, lowest first."""
        return list(range(self.min, self.max + 1))

    @property
    def top_codes(self) -> list[int]:
        """The codes that count as a positive answer."""
        return self.codes[-self.top :]

    @property
    def classes(self) -> dict[str, list[int]] | None:
        """Low, middle and top codes; None where the scale leaves no middle between the two ends."""
        low, middle = self.codes[: self.top], self.codes[self.top : -self.top]
        return {"lag": low, "mellan": middle, "hog": self.top_codes} if middle else None

    @property
    def caveat(self) -> str:
        """The assumption the scale rests on, with its end points filled in; empty where it rests on none."""
        told = said(self.assumption) if self.assumption else ""
        return told.replace("{min}", str(self.min)).replace("{max}", str(self.max))

    def label(self, code: int) -> str:
        """Return what the respondent reads beside `code`; end points only where the instrument names only those."""
        if self.labels:
            return self.labels[code]
        ends = {self.min: self.lowest, self.max: self.highest}
        return f"{code} {ends[code]}" if code in ends else str(code)


class Item(Definition):
    """One mätpunkt: exact wording, who answers when, and how it belongs with others.

    `pair` is the same question at the other occasion, `dyad` the staff member's version of it.
    `transition` marks a question about change itself ("more ready"): an anchor for others, never differenced.
    """

    id: Identifier
    text: str
    stem: str = ""
    scale: Identifier | None = None
    respondent_groups: list[Identifier]
    occasions: list[Identifier]
    pair: Identifier | None = None
    pair_comparable: bool = True
    transition: bool = False
    dyad: Identifier | None = None
    reversed: bool = False
    register_measure: bool = False
    sensitivity: Sensitivity = "opinion"
    note: str = ""

    @property
    def wording(self) -> str:
        """Stem and text as the respondent reads them."""
        return f"{self.stem} {self.text}".strip()


class Karnindikator(Definition):
    """One indicator: what it claims, whether about process or effect, on which level, and its mätpunkter."""

    number: int
    heading: str
    kind: Literal["process", "effekt"]
    level: str
    assumption: str = ""
    both_sides: bool = False
    rule: str = ""
    items: list[Item] = Field(min_length=1)


class Group(Definition):
    """A respondent group.

    `holds_office` marks groups of one or a few known persons; `rates_participant` those who answer about a
    participant, whose gender and participation the answer then carries.
    """

    id: Identifier
    label: str
    holds_office: bool = False
    rates_participant: bool = False


class Occasion(Definition):
    """When a question is asked. `related` occasions of the same person may be compared."""

    id: Identifier
    label: str


class ItemSet(Definition):
    """Items declared, before data are seen, to be analysed together at one occasion.

    `cases: own` uses persons with complete answers to the set, `all_items` those complete on every declared set.
    """

    id: Identifier
    label: str
    respondent_group: Identifier
    occasion: Identifier
    items: list[Identifier] = Field(min_length=2)
    cases: Literal["own", "all_items"] = "own"


class Codebook(Definition):
    """A validated instrument. Look items up by id; every question about a scale is answered here.

    `english` says in English what the codebook says in Swedish around its items: labels, headings, notes. The wording
    of items and scales is the instrument's and stays as it is.
    """

    id: Identifier
    title: str
    version: str
    owner: str
    source: str
    wording_locked: bool = False
    method_note: str = ""
    groups: list[Group] = Field(min_length=1)
    occasions: list[Occasion] = Field(min_length=1)
    scales: dict[Identifier, Scale]
    karnindikatorer: list[Karnindikator] = Field(min_length=1)
    item_sets: list[ItemSet] = []
    deviations: list[str] = []
    english: dict[str, str] = {}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        declared: dict[str, list[str] | list[int]] = {
            "item": [item.id for k in self.karnindikatorer for item in k.items],
            "respondent group": [group.id for group in self.groups],
            "occasion": [occasion.id for occasion in self.occasions],
            "kärnindikator": [k.number for k in self.karnindikatorer],
            "item set": [s.id for s in self.item_sets],
        }
        for what, names in declared.items():
            doubled = sorted(str(name) for name, times in Counter(names).items() if times > 1)
            if doubled:
                raise ValueError(f"{what} declared more than once: {', '.join(doubled)}")
        for item in self.items:
            self._check_item(item)
        check_english(self.english, self)
        for item_set in self.item_sets:
            self._check_set(item_set)
        return self

    def _check_item(self, item: Item) -> None:
        _known(f"item {item.id}: respondent group", item.respondent_groups, [g.id for g in self.groups])
        _known(f"item {item.id}: occasion", item.occasions, [o.id for o in self.occasions])
        _known(f"item {item.id}: pair or dyad", [i for i in (item.pair, item.dyad) if i], list(self._by_id))
        if item.register_measure == (item.scale is not None):
            raise ValueError(f"item {item.id}: a survey item needs a scale, a register measure has none")
        if item.scale is not None:
            _known(f"item {item.id}: scale", [item.scale], list(self.scales))
        if item.pair and self._by_id[item.pair].pair != item.id:
            raise ValueError(f"item {item.id}: its pair {item.pair} does not name it back")

    def _check_set(self, item_set: ItemSet) -> None:
        _known(f"item set {item_set.id}", item_set.items, list(self._by_id))
        for name in item_set.items:
            item = self._by_id[name]
            if item_set.respondent_group not in item.respondent_groups or item_set.occasion not in item.occasions:
                raise ValueError(
                    f"item set {item_set.id}: {name} is not answered by {item_set.respondent_group} "
                    f"at {item_set.occasion}"
                )

    @cached_property
    def _by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    @property
    def items(self) -> list[Item]:
        """Every item in the instrument's order, the register measure included."""
        return [item for k in self.karnindikatorer for item in k.items]

    @property
    def survey_items(self) -> list[Item]:
        """The items a person answers."""
        return [item for item in self.items if not item.register_measure]

    def item(self, name: str) -> Item:
        """Return the item called `name`.

        Raises
        ------
        UnknownName
            With the names that exist.
        """
        if name not in self._by_id:
            raise UnknownName(f"item {name!r} is not in codebook {self.id}; it has {', '.join(self._by_id)}")
        return self._by_id[name]

    def scale(self, name: str) -> Scale:
        """Return the scale that item `name` is answered on."""
        scale = self.item(name).scale
        if scale is None:
            raise UnknownName(f"item {name!r} is a register measure and has no scale")
        return self.scales[scale]

    def karnindikator(self, name: str) -> Karnindikator:
        """Return the indicator that item `name` belongs to."""
        item = self.item(name)
        return next(k for k in self.karnindikatorer if item in k.items)

    def group_label(self, name: str) -> str:
        """Return the name of a respondent group, in the language of what is being made."""
        return said(next(group.label for group in self.groups if group.id == name))

    def occasion_label(self, name: str) -> str:
        """Return the name of an occasion, in the language of what is being made."""
        return said(next(occasion.label for occasion in self.occasions if occasion.id == name))

    def extended(self, extra: Karnindikator, scales: dict[str, Scale], groups: Iterable[Group]) -> Codebook:
        """Return a codebook with one more group of items, such as a study's register outcomes."""
        known = {group.id for group in self.groups}
        return Codebook(
            **{
                **dict(self),
                "scales": {**self.scales, **scales},
                "groups": [*self.groups, *(g for g in groups if g.id not in known)],
                "karnindikatorer": [*self.karnindikatorer, extra],
            }
        )


def check_english(english: Mapping[str, str], definition: Definition) -> None:
    """Raise ValueError where something is said in English that the definition does not say in Swedish."""
    told = set(_texts(definition.model_dump(exclude={"english"})))
    stray = [text for text in english if text not in told]
    if stray:
        close = get_close_matches(stray[0], told, n=1)
        meant = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"english: {stray[0]!r} is nothing that is said above it{meant}")


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list):
        for part in content.values() if isinstance(content, dict) else content:
            yield from _texts(part)


def _known(where: str, names: Iterable[str], known: list[str]) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"{where}: {', '.join(unknown)} is not declared; known are {', '.join(known)}")


def load_codebook(name: str, folder: Path | None = None) -> Codebook:
    """Return the codebook called `name`: a bundled one, or a YAML file in the study's folder.

    Raises
    ------
    BadDefinition
        When there is none, or it contradicts itself.
    """
    path = BUNDLED / f"{name}.yaml"
    if folder is not None and name.endswith(".yaml"):
        path = folder / name
    elif not path.exists():
        bundled = ", ".join(sorted(p.stem for p in BUNDLED.glob("*.yaml")))
        raise BadDefinition(f"codebook {name!r}: bundled are {bundled}; a study's own is named with its file, x.yaml")
    return parse(Codebook, read_yaml(path), path.name)
