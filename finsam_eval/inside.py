"""What those who may see everything look at before release: account, quarantine, response, missing answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from finsam_eval.checks import KAnonymity, k_anonymity
from finsam_eval.contrasts import contrasts_of
from finsam_eval.errors import BadInput
from finsam_eval.files import load_table
from finsam_eval.logic_model import LogicModel, find_model
from finsam_eval.psychometrics import Dropout, MeasurementProperties, by_gender, dropout
from finsam_eval.psychometrics.outcome_rows import calibrations, curves, exits, linkage
from finsam_eval.psychometrics.properties import Sheets, sheets_of
from finsam_eval.psychometrics.questionnaires import QUESTIONNAIRE, first_hand, in_time, retests
from finsam_eval.psychometrics.structure import Repeated, Structure, repeated, structures
from finsam_eval.psychometrics.validity import Calibration, Roc
from finsam_eval.study import AT_END, Study, open_study
from finsam_eval.view import find_study


@dataclass(frozen=True)
class Inside:
    """The unsuppressed tables that tell how good the data are. Nothing made of them leaves the house."""

    study: Study
    units: pd.DataFrame
    account: pd.DataFrame
    quarantine: pd.DataFrame
    answered: pd.DataFrame
    missing: pd.DataFrame

    @cached_property
    def properties(self) -> MeasurementProperties:
        """How reliable the mätpunkter are, for all förbund together."""
        return MeasurementProperties(self._table("coefficients"), self._table("items"))

    @cached_property
    def validity(self) -> pd.DataFrame:
        """Whether they measure what they should, for all förbund together: columns as the coefficients have."""
        return self._table("validity")

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """Both: every coefficient there is."""
        return pd.concat([self.properties.coefficients, self.validity], ignore_index=True)

    @cached_property
    def by_gender(self) -> pd.DataFrame:
        """How reliable they are for women and for men."""
        return by_gender(self.responses, self.study.codebook, self.study.atoms_in_report)

    @cached_property
    def opinions(self) -> pd.DataFrame:
        """The opinions given in the report's period."""
        return in_time(self.responses, self.study.codebook, self.study.atoms_in_report)

    @cached_property
    def retests(self) -> pd.DataFrame:
        """Pairs of answers to one question by one person: item, first, second and whose."""
        return retests(self.opinions)

    @cached_property
    def sheets(self) -> Sheets:
        """The latest questionnaires × items, by respondent group and occasion."""
        return sheets_of(first_hand(self.opinions), self.study.codebook)

    @cached_property
    def structures(self) -> list[Structure]:
        """What the declared item sets measure."""
        gender = self.opinions.drop_duplicates(QUESTIONNAIRE).set_index(QUESTIONNAIRE)["gender"]
        return structures(self.sheets, gender, self.study.codebook)

    @cached_property
    def repeated(self) -> list[Repeated]:
        """The sets that ask the same questions at two occasions."""
        return list(repeated(self.structures, self.study.codebook))

    @cached_property
    def linkage(self) -> pd.DataFrame:
        """How many who answered at the end can be followed to each outcome."""
        study = self.study
        outcomes, atoms = study.settings.outcomes, study.atoms_in_report
        return linkage(self.responses, self.participations, study.codebook, outcomes, atoms)

    def curves(self, item: str) -> dict[str, Roc]:
        """Return the ROC curve of a question's answers at the end against each outcome; none where nobody gave any."""
        answered = self._exits(item)
        return {} if answered.empty else curves(answered, item, self.study.settings.outcomes)

    def calibrations(self, item: str) -> dict[str, Calibration]:
        """Return how the chances of each outcome that its answers foretell hold in other förbund."""
        answered = self._exits(item)
        return {} if answered.empty else calibrations(answered, item, self.study.settings.outcomes)

    def _exits(self, item: str) -> pd.DataFrame:
        """Return what those who answer a question at the end answered, beside what came of it."""
        rows, study = self.opinions, self.study
        whose = rows.loc[(rows["item"] == item) & (rows["occasion"] == AT_END), "respondent_group"]
        if whose.empty:
            return pd.DataFrame()
        return exits(self.responses, self.participations, study.codebook, whose.iloc[0], study.atoms_in_report)

    def dropout(self, group: str, first: str, second: str) -> Dropout:
        """Return who of a group answered at one occasion and not at the other, of the participations that are over."""
        answers = self.opinions[self.opinions["respondent_group"] == group]
        participations = self._table("participations")
        over = participations.loc[participations["end"].notna(), "participation"]
        return dropout(answers, first, second, over, by=["gender"])

    @cached_property
    def records(self) -> pd.DataFrame:
        """Every level, difference and judged target."""
        return self._table("records")

    @cached_property
    def counts(self) -> pd.DataFrame:
        """The cube."""
        return self._table("counts")

    @cached_property
    def responses(self) -> pd.DataFrame:
        """Every answer."""
        return self._table("responses")

    @cached_property
    def participations(self) -> pd.DataFrame:
        """Every person × insats."""
        return self._table("participations")

    @cached_property
    def contrasts(self) -> pd.DataFrame:
        """How the shares stand to each other, none of them hidden."""
        return contrasts_of(self.study, self.records)

    @cached_property
    def observations(self) -> pd.DataFrame:
        """Figures that others have counted or published."""
        return self._table("observations")

    @cached_property
    def checks(self) -> pd.DataFrame:
        """What was checked across the tables, and how many do not fit."""
        return load_table(self.study.internal / "checks.parquet")

    @cached_property
    def k_anonymity(self) -> KAnonymity:
        """How far gender, insats and half-year of start tell the participants apart."""
        return k_anonymity(self.participations)

    def taking_part(self) -> pd.DataFrame:
        """Return participations per förbund: all, anonymous ones among them, and ended ones."""
        rows = self.participations
        counted = rows.assign(participations=1, ended=rows["end"].notna())
        return counted.groupby("forbund", as_index=False)[["participations", "anonymous", "ended"]].sum()

    def model(self, name: str) -> LogicModel:
        """Return the study's logic model called `name`."""
        return find_model(self.study, name)

    def _table(self, name: str) -> pd.DataFrame:
        return load_table(self.study.processed / f"{name}.parquet")

    def accounting(self) -> pd.DataFrame:
        """Return file, rows read, kept and quarantined, and `listed`: how many rows of it the quarantine holds.

        `adds_up` says whether nothing was lost on the way: read = kept + listed.
        """
        rows = self.account[self.account["unit"] == "rader"]
        sums = rows.groupby("file", as_index=False, sort=False)[["read", "kept", "quarantined"]].sum()
        aside = self.quarantine[self.quarantine["unit"] == "rader"]
        listed = sums["file"].map(aside.groupby("file").size()).fillna(0).astype("int64")
        return sums.assign(listed=listed, adds_up=sums["read"] == sums["kept"] + listed)

    def set_aside(self) -> pd.DataFrame:
        """Return how many rows and answers lie in quarantine, by file, column and reason."""
        return self.quarantine.groupby(["file", "column", "reason"], as_index=False).size()

    def response(self, by: list[str]) -> pd.DataFrame:
        """Return invited, answered and rate, summed over everything not in `by`."""
        table = self.answered.groupby(by, as_index=False)[["invited", "answered"]].sum()
        return table.assign(rate=table["answered"] / table["invited"].where(table["invited"] > 0))

    def missing_share(self, by: list[str]) -> pd.DataFrame:
        """Return answers asked for, missing, and the share missing, summed over everything not in `by`."""
        table = self.missing.groupby(by, as_index=False)[["asked", "missing"]].sum()
        return table.assign(share=table["missing"] / table["asked"])


def look_inside(study: str = "") -> Inside:
    """Open the processed tables of a study.

    Raises
    ------
    BadInput
        When they are not made yet.
    """
    opened = open_study(find_study(study))
    aside = opened.internal / "quarantine.csv"
    if not aside.exists():
        raise BadInput("quarantine.csv is not made yet; run finsam-eval ingest first")
    tables = {
        name: load_table(opened.processed / f"{name}.parquet") for name in ("units", "account", "answered", "missing")
    }
    return Inside(study=opened, quarantine=pd.read_csv(aside, sep=";", dtype="str", keep_default_na=False), **tables)
