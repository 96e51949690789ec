"""A study is a folder: definitions in `study.yaml`, raw data, processed tables, reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from finsam_eval.codebook import (
    Codebook,
    Group,
    Identifier,
    Item,
    Karnindikator,
    Scale,
    load_codebook,
)
from finsam_eval.definitions import DATE_FORM, FILE, KIND, PERIOD_ID, TEMPLATE, Definition, parse, read_yaml
from finsam_eval.errors import BadDefinition
from finsam_eval.language import said

RESPONSE = "svarat"
"""The item that says whether an invited person answered: 1 answered, 0 did not."""

REGISTER = "register"
"""The respondent group of outcomes: nobody is asked, a register answers."""

AT_END = "avslut"
"""The occasion outcomes belong to: the end of a participation."""

WHOLE = "studien"
"""The one unit of a study without förbund: all of it."""


class Period(Definition):
    """A reporting period, both days included. Periods of one `kind` are compared with each other."""

    id: str = Field(pattern=PERIOD_ID)
    label: str
    kind: str = Field(pattern=KIND)
    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"period {self.id} ends ({self.end}) before it starts ({self.start})")
        return self


Reason = Annotated[str, Field(min_length=1)]


class Source(Definition):
    """A raw file: which column holds what (`columns`: our name → heading), and what its words mean (`words`).

    `ignored` headings are left unread; `not_personal` ones may hold numbers that look like a personnummer.
    `mapping` names an Excel template beside study.yaml that says what the columns mean, in place of columns, items and
    ignored.
    `sheet` and `heading_rows` say where in a workbook the table lies; two heading rows are a question and its rows.
    `missing` are the texts and codes that mean no answer was given, each with its reason. `dates` is how the file
    writes a date, where not as 2025-03-31: "%m-%d-%Y" for 03-31-2025.
    """

    file: str = Field(pattern=FILE)
    columns: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {}
    ignored: list[str] = []
    not_personal: list[str] = []
    mapping: str | None = Field(default=None, pattern=TEMPLATE)
    sheet: str | None = None
    heading_rows: Literal[1, 2] = 1
    missing: dict[str, Reason] = {}
    dates: str | None = Field(default=None, pattern=DATE_FORM)

    @model_validator(mode="after")
    def _said_once(self) -> Self:
        here = [name for name in ("columns", "items", "ignored", "completed") if getattr(self, name, None)]
        if self.mapping is None and "columns" not in self.model_fields_set:
            raise ValueError(f"{self.file}: give columns, or name a template that has them under mapping")
        if self.mapping is not None and here:
            raise ValueError(f"{self.file}: {', '.join(here)} stand in {self.mapping}; take them out, or mapping")
        return self


class ResponseSource(Source):
    """One row per questionnaire; `items` gives the heading of an item where it is neither its id nor its wording.

    A file with one row per answer names the columns `item` and `answer`. `answers` gives the code on the scale of texts
    and numbers that are not the scale's own; where it names a number, no number stands for itself. `completed` is the
    heading of a column that is empty for a response that was begun and never handed in.
    `occasion`, and `period` (one of the study's atoms) in place of dates, stand here where the file has no column for
    them.
    """

    respondent_group: Identifier
    occasion: Identifier | None = None
    period: str | None = Field(default=None, pattern=PERIOD_ID)
    items: dict[Identifier, str] = {}
    answers: dict[str, int] = {}
    completed: str | None = None

    @property
    def long(self) -> bool:
        """Whether the file has one row per answer."""
        return "answer" in self.columns

    @model_validator(mode="after")
    def _who_and_when(self) -> Self:
        if ("item" in self.columns) != self.long:
            raise ValueError(f"{self.file}: one row per answer needs both item and answer among columns")
        if self.mapping is not None:
            return self
        if "respondent" not in self.columns:
            raise ValueError(f"{self.file}: columns must name respondent, the pseudonym that links a person's answers")
        if ("date" in self.columns) == (self.period is not None):
            raise ValueError(f"{self.file}: name a column of dates, or give one period for the whole file; one of them")
        if "occasion" not in self.columns and self.occasion is None:
            raise ValueError(f"{self.file}: name a column for occasion, or give one occasion for the whole file")
        return self


class Sources(Definition):
    """Every raw file of the study.

    Without `forbund` the study is one unit, `WHOLE`. `panel` are ratings of the items themselves. `observations` are
    figures that others have counted; a study may consist of them alone. A study of a plan that has no figures yet has
    no files.
    """

    forbund: Source | None = None
    insatser: Source | None = None
    participations: Source | None = None
    invited: Source | None = None
    responses: list[ResponseSource] = []
    panel: Source | None = None
    observations: Source | None = None

    @property
    def every(self) -> list[Source]:
        """Every declared file, answers last but for a panel's and observations."""
        before = (self.forbund, self.insatser, self.participations, self.invited)
        return [source for source in (*before, *self.responses, self.panel, self.observations) if source is not None]

    @model_validator(mode="after")
    def _hang_together(self) -> Self:
        if self.insatser is not None and self.forbund is None:
            raise ValueError("insatser belong to förbund: give forbund too, or leave insatser out")
        if self.participations is not None and self.insatser is None:
            raise ValueError("participations belong to insatser: give insatser too, or leave participations out")
        for source in [*self.responses, *([self.invited] if self.invited else [])]:
            self._check_place(source)
        return self

    def _check_place(self, source: Source) -> None:
        if source.mapping is not None:
            return
        places = {"forbund": self.forbund, "insats": self.insatser, "participation": self.participations}
        unknown = [name for name, file in places.items() if name in source.columns and file is None]
        if unknown:
            raise ValueError(
                f"{source.file}: column {unknown[0]} is used, but sources has no file that lists what it may be; "
                "add the file, or list the column under ignored"
            )
        if self.forbund is not None and not set(places) & set(source.columns):
            raise ValueError(f"{source.file}: columns must name {' or '.join(places)}, so that each answer has a place")


class Outcome(Definition):
    """Something a register knows about a participation: 1 it happened, 0 it did not, empty not known yet."""

    id: Identifier
    label: str
    column: str


class Retention(Definition):
    """How long respondent rows are kept, and why."""

    until: date
    reason: str


class OwnWords(Definition):
    """What a study's definitions say in Swedish, and the same in English."""

    words: dict[str, str]


class StudySettings(Definition):
    """What `study.yaml` says. Every key is checked; an unknown one is refused.

    A series counts answers of people of another or unknown gender only where the country has at least
    `fewest_of_unknown_gender` of them. About twice the policy's limit for publik: with fewer, one side of their answers
    is often under the limit, and every woman and man would be hidden with them.
    `language` is that of the reports and of their index; `english` names the file that says in English what the study's
    own definitions say in Swedish: names of periods and outcomes, criteria, hypotheses.
    `new_instrument` names the periods that began with changed questions: no trend is drawn across them.
    """

    id: Identifier
    name: str
    synthetic: bool = False
    language: Literal["sv", "en"] = "sv"
    codebook: str
    periods: list[Period] = Field(min_length=1)
    report_period: str
    new_instrument: list[str] = []
    sources: Sources = Sources()
    outcomes: list[Outcome] = []
    fewest_of_unknown_gender: int = Field(default=20, ge=1)
    policy: str = "policy.yaml"
    criteria: str | None = None
    decisions: str | None = None
    hypotheses: str | None = None
    targets: str | None = None
    logic_models: list[str] = []
    reports: list[Identifier] = []
    english: str | None = None
    controller: str
    legal_basis: str
    ethics: str
    retention: Retention
    key_fingerprint: str | None = None

    @model_validator(mode="after")
    def _periods(self) -> Self:
        ids = [period.id for period in self.periods]
        if len(set(ids)) != len(ids):
            raise ValueError("two periods have the same id")
        if self.report_period not in ids:
            raise ValueError(f"report_period {self.report_period!r} is not among the periods {', '.join(ids)}")
        return self

    @model_validator(mode="after")
    def _something_to_study(self) -> Self:
        if not (self.sources.responses or self.sources.observations or self.logic_models):
            raise ValueError(
                "sources: give responses, observations or both, or a plan under logic_models; "
                "without them there is nothing to study"
            )
        return self


@dataclass(frozen=True)
class Study:
    """A study folder opened: its settings, its paths, its periods, its codebook."""

    folder: Path
    settings: StudySettings

    @property
    def raw(self) -> Path:
        """Pseudonymised files as delivered; never written."""
        return self.folder / "data" / "raw"

    @property
    def processed(self) -> Path:
        """Tables with respondents in them, and everything made of those."""
        return self.folder / "data" / "processed"

    @property
    def internal(self) -> Path:
        """Quarantine, registers and executed notebooks that hold unsuppressed numbers."""
        return self.processed / "internal"

    @property
    def reports(self) -> Path:
        """What may leave the house."""
        return self.folder / "reports"

    @property
    def published(self) -> Path:
        """What has been published before, one folder a time: what everybody may know when more is released."""
        return self.folder / "data" / "published"

    def released(self, profile: str) -> Path:
        """Return the folder of one release: the only data a report opens."""
        return self.processed / "released" / profile

    @cached_property
    def codebook(self) -> Codebook:
        """The instrument, with response and the study's outcomes as items of their own."""
        instrument = load_codebook(self.settings.codebook, self.folder)
        survey = [group.id for group in instrument.groups]
        occasions = [occasion.id for occasion in instrument.occasions]
        followed = [
            Item(
                id=RESPONSE,
                text="Besvarade enkäten",
                scale="ja_nej",
                respondent_groups=survey,
                occasions=occasions,
                sensitivity="volume",
            )
        ] + [
            Item(
                id=outcome.id,
                text=outcome.label,
                scale="ja_nej",
                respondent_groups=[REGISTER],
                occasions=[AT_END],
                sensitivity="outcome",
            )
            for outcome in self.settings.outcomes
        ]
        extra = Karnindikator(number=0, heading="Svar och utfall", kind="effekt", level="deltagare", items=followed)
        yes_no = Scale(min=0, max=1, top=1, labels={0: "Nej", 1: "Ja"})
        return instrument.extended(extra, {"ja_nej": yes_no}, [Group(id=REGISTER, label="Register")])

    @cached_property
    def atoms(self) -> list[Period]:
        """Time cut at every first and last day of a reporting period; ids in time order."""
        starts = {p.start for p in self.settings.periods} | {p.end + timedelta(1) for p in self.settings.periods}
        cuts = sorted(starts)
        named = {(p.start, p.end): p.id for p in self.settings.periods}
        pieces = [(first, after - timedelta(1)) for first, after in zip(cuts, cuts[1:], strict=False)]
        return [
            Period(id=(name := named.get((a, b), f"{a:%Y%m%d}-{b:%Y%m%d}")), label=name, kind="atom", start=a, end=b)
            for a, b in pieces
            if any(p.start <= a and b <= p.end for p in self.settings.periods)
        ]

    @cached_property
    def periods(self) -> dict[str, dict[str, list[str]]]:
        """Kind → reporting period → its atoms; kinds from the shortest to the longest, periods in time order."""
        kinds: dict[str, list[Period]] = {}
        for period in sorted(self.settings.periods, key=lambda p: (p.end - p.start, p.start)):
            kinds.setdefault(period.kind, []).append(period)
        return {
            kind: {p.id: [a.id for a in self.atoms if p.start <= a.start and a.end <= p.end] for p in members}
            for kind, members in kinds.items()
        }

    @property
    def shortest_periods(self) -> list[str]:
        """The reporting periods of the shortest kind up to the end of the report's period, in time order."""
        end = next(period.end for period in self.settings.periods if period.id == self.settings.report_period)
        kind = next(iter(self.periods))
        members = [period for period in self.settings.periods if period.kind == kind and period.end <= end]
        return [period.id for period in sorted(members, key=lambda period: period.start)]

    @property
    def atoms_in_report(self) -> list[str]:
        """The atoms that the report's period is a union of, in time order."""
        return next(
            members[self.settings.report_period]
            for members in self.periods.values()
            if self.settings.report_period in members
        )

    def period_label(self, name: str) -> str:
        """Return the name of a reporting period, in the language of what is being made."""
        return said(next(period.label for period in self.settings.periods if period.id == name))

    @property
    def english(self) -> dict[str, str]:
        """The study's own words, Swedish → English: its codebook's and those of the file `english` names."""
        name = self.settings.english
        own = parse(OwnWords, {"words": read_yaml(self.folder / name)}, name).words if name else {}
        return {**self.codebook.english, **own}


def open_study(folder: Path) -> Study:
    """Return the study in `folder`.

    Raises
    ------
    BadDefinition
        When there is no `study.yaml`, or it says something it cannot mean.
    """
    path = folder / "study.yaml"
    if not path.exists():
        raise BadDefinition(
            f"no study.yaml in {folder.name or 'this folder'}: go to a study's folder, name it with --study, "
            "or make one with finsam-eval new"
        )
    study = Study(folder.resolve(), parse(StudySettings, read_yaml(path), path.name))
    if not any(occasion.id == AT_END for occasion in study.codebook.occasions) and study.settings.outcomes:
        raise BadDefinition(f"study.yaml has outcomes, but its codebook has no occasion called {AT_END}")
    _check_periods(study)
    return study


def _check_periods(study: Study) -> None:
    shortest = list(next(iter(study.periods.values())))
    longer = [name for name in study.settings.new_instrument if name not in shortest]
    if longer:
        raise BadDefinition(
            f"study.yaml, new_instrument: {longer[0]} is not one of the shortest periods, {', '.join(shortest)}"
        )
    atoms = [atom.id for atom in study.atoms]
    for source in study.settings.sources.responses:
        if source.period is not None and source.period not in atoms:
            raise BadDefinition(
                f"study.yaml, {source.file}: period {source.period} is not a period that no other one cuts; "
                f"those are {', '.join(atoms)}"
            )
