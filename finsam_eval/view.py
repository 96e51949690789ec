"""What a report may see: one unit of one release, and the definitions. Nothing else is opened."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from finsam_eval.codebook import Codebook, Item
from finsam_eval.comments import Section, from_json
from finsam_eval.cube import SERIES
from finsam_eval.errors import BadDefinition, UnknownName
from finsam_eval.files import load_table
from finsam_eval.hypotheses import Hypotheses, hypotheses_of
from finsam_eval.judgement import Judgements, judgements_of
from finsam_eval.language import speak
from finsam_eval.logic_model import LogicModel, find_model
from finsam_eval.psychometrics import MeasurementProperties
from finsam_eval.results import ALL, COUNTRY
from finsam_eval.study import Study, open_study

STUDY_VARIABLE = "FINSAM_STUDY"

NO_RATE = "Svarsfrekvensen kan inte räknas: antalet inbjudna är inte angivet."
"""What is said of response in a study without invitations: nothing is hidden there."""

COMMENTS = "comments"
"""The folder of a study where each förbund may write about its year, and the file of a release that holds it."""


@dataclass(frozen=True)
class View:
    """One unit of one release. `records` and `counts` hold this unit and the country; the country's hold every förbund.

    `names` tells every förbund in the release, in the order of the study's file.
    """

    study: Study
    profile: str
    unit: str
    name: str
    records: pd.DataFrame
    counts: pd.DataFrame
    facts: dict[str, Any]
    names: dict[str, str]

    @property
    def is_country(self) -> bool:
        """Whether the report is about all förbund together."""
        return self.unit == COUNTRY

    @property
    def knows_invited(self) -> bool:
        """Whether the study says how many were invited."""
        return self.study.settings.sources.invited is not None

    @cached_property
    def properties(self) -> MeasurementProperties:
        """How reliable the mätpunkter are, for all förbund together, as released."""
        return MeasurementProperties(self._table("coefficients"), self._table("items"))

    @cached_property
    def validity(self) -> pd.DataFrame:
        """Whether they measure what they should, as released: columns as the coefficients have."""
        return self._table("validity")

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """Both: every coefficient there is."""
        return pd.concat([self.properties.coefficients, self.validity], ignore_index=True)

    @cached_property
    def hypotheses(self) -> Hypotheses | None:
        """What the study said beforehand that the answers should show."""
        return hypotheses_of(self.study)

    @cached_property
    def judgements(self) -> Judgements | None:
        """What is said of each mätpunkt by the criteria of the study, from what is released."""
        return judgements_of(self.study, self.evidence, self.properties.items)

    @cached_property
    def observations(self) -> pd.DataFrame:
        """Figures that others have counted or published, as released."""
        return self._table("observations")

    @cached_property
    def contrasts(self) -> pd.DataFrame:
        """How the released shares stand to each other."""
        return self._table("contrasts")

    @cached_property
    def comments(self) -> tuple[Section, ...]:
        """What the förbund has written itself; empty where it has written nothing."""
        path = self.study.released(self.profile) / f"{COMMENTS}.json"
        written = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return from_json(written.get(self.unit, []))

    def _table(self, name: str) -> pd.DataFrame:
        return load_table(self.study.released(self.profile) / f"{name}.parquet")

    def model(self, name: str) -> LogicModel:
        """Return the study's logic model called `name`."""
        return find_model(self.study, name)

    def speak(self, language: str) -> None:
        """Make everything from here on in this language, with the study's own words for it.

        Raises
        ------
        BadReport
            For a language there is none of.
        """
        speak(language, self.study.english)

    @property
    def codebook(self) -> Codebook:
        """The instrument with response and outcomes."""
        return self.study.codebook

    @property
    def period(self) -> str:
        """The period the report is about."""
        return self.study.settings.report_period

    @property
    def period_label(self) -> str:
        """Its name."""
        return self.study.period_label(self.period)

    def whom(self, group: str, occasion: str) -> str:
        """Return who answered and when: "Deltagare vid avslut"."""
        return f"{self.codebook.group_label(group)} {self.codebook.occasion_label(occasion)}"

    def items(self, group: str, occasion: str) -> list[Item]:
        """Return the items that this group answers at this occasion and that anyone in the country answered."""
        answered = self.select(unit=COUNTRY, respondent_group=group, occasion=occasion)["item"].unique()
        return [item for item in self.codebook.items if item.id in answered and item.sensitivity != "volume"]

    def select(self, **equal: str | list[str]) -> pd.DataFrame:
        """Return the records where every named column has the given value, or one of those given.

        `unit` is this unit unless given.
        """
        wanted = {"unit": self.unit, "against_period": "", "against_gender": "", **equal}
        # Arrays and not columns: a report asks some hundred times, and aligning their indexes would take most of it.
        arrays = {column: self.records[column].array for column in wanted}
        keep = [
            arrays[column].isin(value) if isinstance(value, list) else arrays[column] == value
            for column, value in wanted.items()
        ]
        return self.records[np.logical_and.reduce(keep)]

    def contrast(self, statistic: str, group: str, occasion: str, *, unit: str) -> pd.DataFrame:
        """Return a unit's contrasts of one kind by item; no rows where there are none."""
        rows = self.contrasts
        wanted = {"statistic": statistic, "respondent_group": group, "occasion": occasion, "unit": unit}
        return rows[(rows[list(wanted)] == list(wanted.values())).all(axis=1)].set_index("item")

    def shares(self, group: str, occasion: str, *, unit: str, gender: str = ALL, period: str = "") -> pd.DataFrame:
        """Return the top-two shares by item, for the report's period unless another is named."""
        chosen = self.select(
            unit=unit,
            respondent_group=group,
            occasion=occasion,
            gender=gender,
            period=period or self.period,
            statistic="andel",
        )
        return chosen.set_index("item")


KEYS = ["unit", *SERIES, "period", "gender", "against_period", "against_gender", "statistic", "detail", "category"]


def _keyed(table: pd.DataFrame) -> pd.DataFrame:
    # As categories the keys are compared as numbers: a report asks for a few rows some hundred times.
    return table.astype({name: "category" for name in KEYS if name in table})


def _seen_by(unit: str, table: pd.DataFrame) -> pd.DataFrame:
    return table if unit == COUNTRY else table[table["unit"].isin([unit, COUNTRY])]


def find_study(folder: str = "") -> Path:
    """Return the study's folder: the one named, else `FINSAM_STUDY`, else the nearest above with a study.yaml."""
    named = folder or os.environ.get(STUDY_VARIABLE, "")
    if named:
        return Path(named)
    here = Path.cwd()
    for candidate in (here, *here.parents):
        if (candidate / "study.yaml").exists():
            return candidate
    raise BadDefinition("no study.yaml here or in any folder above: go to a study's folder, or name it with --study")


def open_view(study: str = "", *, forbund: str, profile: str) -> View:
    """Return what a report about one förbund (or "riket") may see.

    Raises
    ------
    UnknownName
        When the förbund is not in the release.
    """
    opened = open_study(find_study(study))
    folder = opened.released(profile)
    units = load_table(folder / "units.parquet").set_index("forbund")
    if forbund != COUNTRY and forbund not in units.index:
        raise UnknownName(f"förbund {forbund!r} is not in the release; it has {', '.join(units.index)}")
    tables = {name: load_table(folder / f"{name}.parquet") for name in ("records", "counts")}
    seen = {name: _keyed(_seen_by(forbund, table)) for name, table in tables.items()}
    return View(
        study=opened,
        profile=profile,
        unit=forbund,
        name="riket" if forbund == COUNTRY else str(units.loc[forbund, "name"]),
        facts=json.loads((folder / "release.json").read_text(encoding="utf-8")),
        names=units["name"].to_dict(),
        **seen,
    )


def open_model_view(study: str = "", *, model: str, profile: str) -> View:
    """Return what a report about one logic model may see: the release, from the model's unit."""
    unit = find_model(open_study(find_study(study)), model).unit
    return open_view(study, forbund=unit, profile=profile)
