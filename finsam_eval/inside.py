"""What those who may see everything look at before release: account, quarantine, response, missing answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from finsam_eval.errors import BadInput
from finsam_eval.files import load_table
from finsam_eval.logic_model import LogicModel, find_model
from finsam_eval.psychometrics import MeasurementProperties
from finsam_eval.study import Study, open_study
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
    def records(self) -> pd.DataFrame:
        """Every level, difference and judged target."""
        return self._table("records")

    @cached_property
    def observations(self) -> pd.DataFrame:
        """Figures that others have counted or published."""
        return self._table("observations")

    def model(self, name: str) -> LogicModel:
        """Return the study's logic model called `name`."""
        return find_model(self.study, name)

    def _table(self, name: str) -> pd.DataFrame:
        return load_table(self.study.processed / f"{name}.parquet")

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
