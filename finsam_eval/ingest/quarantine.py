"""What could not be used: every row or answer set aside, with its place and its reason."""

from __future__ import annotations

import pandas as pd

from finsam_eval.ingest.personnummer import masked
from finsam_eval.ingest.readers import ROW

COLUMNS = ["file", "row", "unit", "column", "reason", "value"]


class Quarantine:
    """Collects what is set aside while a study is read. `frame` is the whole list; values stay inside it."""

    def __init__(self) -> None:
        self._parts: list[pd.DataFrame] = []

    def rows(self, frame: pd.DataFrame, file: str, bad: pd.Series, column: str, reason: str) -> pd.DataFrame:
        """Set aside the rows where `bad`; return the others."""
        if not bad.any():
            return frame
        self._add(frame[bad], "rader", file, column, reason, frame.loc[bad, column] if column in frame else "")
        return frame[~bad]

    def answers(self, bad: pd.DataFrame, file: str, column: str | pd.Series, reason: str, value: object) -> None:
        """Set aside single answers; `bad` has their row numbers."""
        self._add(bad, "svar", file, column, reason, value)

    def _add(
        self, bad: pd.DataFrame, unit: str, file: str, column: str | pd.Series, reason: str, value: object
    ) -> None:
        if len(bad):
            part = bad[[ROW]].assign(file=file, unit=unit, column=column, reason=reason, value=value)
            self._parts.append(part[COLUMNS].assign(value=_shown(part["value"])))

    @property
    def frame(self) -> pd.DataFrame:
        """Every row or answer set aside: file, row, unit ("rader" or "svar"), column, reason, value.

        It never leaves the internal folder. A personnummer in a value is masked.
        """
        empty = pd.DataFrame(columns=COLUMNS).astype({"row": "int64"})
        return pd.concat(self._parts, ignore_index=True) if self._parts else empty


def _shown(values: pd.Series) -> pd.Series:
    # A column that is declared not_personal may hold a personnummer all the same.
    if not pd.api.types.is_string_dtype(values.dtype):
        return values
    return values.map({text: masked(text) if isinstance(text, str) else text for text in values.unique()})
