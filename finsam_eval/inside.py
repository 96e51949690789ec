"""What those who may see everything look at before release: account, quarantine, response, missing answers."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from finsam_eval.errors import BadInput
from finsam_eval.study import Study, load_table, open_study
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
