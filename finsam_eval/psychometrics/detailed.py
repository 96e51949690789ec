"""A number that comes with others: the record shows them all."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

from finsam_eval.results import RECORD_COLUMNS, Estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class Detailed(Estimate):
    """An estimate whose kind has fields of its own; those that are tables stay out of `to_frame`."""

    def to_frame(self) -> pd.DataFrame:
        """One row: the columns of `RECORD_COLUMNS`, then the record's own numbers."""
        row = {name: value for name, value in asdict(self).items() if not isinstance(value, pd.DataFrame)}
        return pd.DataFrame([row])[[*RECORD_COLUMNS, *(name for name in row if name not in RECORD_COLUMNS)]]
