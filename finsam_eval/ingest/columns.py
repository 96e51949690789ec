"""What every declared file goes through: its account, its names, its words, its dates."""

from __future__ import annotations

from datetime import date

import pandas as pd

from finsam_eval.errors import BadInput
from finsam_eval.ingest.headings import Names
from finsam_eval.ingest.quarantine import Quarantine
from finsam_eval.ingest.readers import Read, read_source
from finsam_eval.study import Source, Study

SAFE_ID = r"^[A-Za-z0-9_-]{1,20}$"
"""Ids become file names: letters, digits, - and _ only."""

CLOCK = r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$"


def account(file: str, read: Read, kept: pd.DataFrame) -> pd.DataFrame:
    """Return one line of the account of a file's rows, with the kind of file it was: read = kept + quarantined."""
    line = {"file": file, "form": read.form, "unit": "rader", "read": read.rows, "kept": len(kept)}
    return pd.DataFrame([{**line, "quarantined": read.rows - len(kept)}])


NOT_READ = account("", Read(pd.DataFrame(), "", {}, {}), pd.DataFrame()).iloc[:0]
"""The account of a file that the study does not have."""


def read_declared(study: Study, source: Source, wanted: set[str]) -> tuple[pd.DataFrame, Read]:
    """Return a file as text with our column names, which must include those `wanted`, and the file as it was read."""
    lacking = sorted(wanted - set(source.columns))
    if lacking:
        raise BadInput(f"study.yaml, {source.file}: columns must also name {', '.join(lacking)}")
    read = read_source(study.raw, source, Names([]))
    return read.frame, read


def known(frame: pd.DataFrame, source: Source, column: str, names: pd.Series, aside: Quarantine) -> pd.DataFrame:
    """Set aside the rows whose `column` is not among the declared names."""
    return aside.rows(frame, source.file, ~frame[column].isin(names), column, "okänt namn eller okänd kod")


def decoded(
    frame: pd.DataFrame, source: Source, columns: list[str], empty: dict[str, str], aside: Quarantine
) -> pd.DataFrame:
    """Translate words to codes as the source declares; a word it does not declare sets its row aside.

    An empty cell stays empty, or becomes what `empty` says for its column.
    """
    for column in [name for name in columns if name in frame]:
        words = source.words.get(column)
        codes = frame[column].map(words).where(frame[column] != "", empty.get(column, "")) if words else frame[column]
        frame = aside.rows(frame, source.file, codes.isna(), column, "ett ord som study.yaml inte anger")
        frame = frame.assign(**{column: codes.loc[frame.index].astype("str")})
    return frame


def dated(
    frame: pd.DataFrame, source: Source, column: str, aside: Quarantine, *, optional: bool = False
) -> pd.DataFrame:
    """Turn text into dates, written as 2025-03-31 or as the source declares; anything else sets its row aside.

    The time of day after a date is left out. An optional date may be empty, or its column absent.
    """
    text = frame[column] if column in frame or not optional else pd.Series("", index=frame.index, dtype="str")
    dates = _days(text, source.dates)
    bad = dates.isna() & ~((text == "") & optional)
    frame = aside.rows(frame, source.file, bad, column, f"ett datum som 2025-03-31 {_or_declared(source.dates)}")
    return frame.assign(**{column: dates.loc[frame.index]})


def _or_declared(form: str | None) -> str:
    if form is None:
        return "väntades; skriver filen datum på annat sätt, ange dates i study.yaml"
    return f"eller {date(2025, 3, 31).strftime(form)} väntades (dates: {form})"


def _days(text: pd.Series, form: str | None) -> pd.Series:
    # Cells that a workbook holds as dates come as 2025-03-31 whatever form its texts have.
    day = text.str.replace(CLOCK, "", regex=True)
    dates = pd.to_datetime(day, format="%Y-%m-%d", errors="coerce")
    if form is not None:
        dates = dates.fillna(pd.to_datetime(day, format=form, errors="coerce"))
    return dates.astype("datetime64[us]")


def with_safe_ids(frame: pd.DataFrame, source: Source, column: str, aside: Quarantine) -> pd.DataFrame:
    """Set aside the rows whose id could not be a file's name."""
    usable = frame[column].str.fullmatch(SAFE_ID)
    return aside.rows(frame, source.file, ~usable, column, "ett id av bokstäver, siffror, - och _ väntades")


def with_distinct_ids(frame: pd.DataFrame, source: Source, column: str, aside: Quarantine) -> pd.DataFrame:
    """Set aside the rows whose id is unusable, or not theirs alone."""
    frame = with_safe_ids(frame, source, column, aside)
    return aside.rows(frame, source.file, frame.duplicated(column, keep=False), column, "samma id mer än en gång")
