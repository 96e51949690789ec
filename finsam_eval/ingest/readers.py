"""A delivered file → a frame of text with our column names, or one sentence about what to change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from finsam_eval.ingest.delivered import deliver
from finsam_eval.ingest.headings import Names, places
from finsam_eval.ingest.searched import refuse_personnummer
from finsam_eval.study import ResponseSource, Source

ROW = "row"
"""Row of the file as a spreadsheet shows it: a single heading is row 1. In an SPSS file, the case."""


@dataclass(frozen=True)
class Read:
    """A file as it was read: every row as text under our names, and what the file itself says.

    `form` tells what kind of file it was. `labels` and `missing` are what an SPSS file says of its codes, by our name.
    """

    frame: pd.DataFrame
    form: str
    labels: dict[str, dict[str, str]]
    missing: dict[str, dict[str, str]]

    @property
    def rows(self) -> int:
        """How many rows the file has below its heading."""
        return len(self.frame)


def read_source(folder: Path, source: Source, names: Names) -> Read:
    """Return every row of a file as stripped text, columns renamed to ours, with its row number.

    Parameters
    ----------
    folder : Path
        The study's raw data.
    source : Source
        The file's declaration.
    names : Names
        What the item columns that the file may have are called; those it lacks are left out.

    Raises
    ------
    BadInput
        The file cannot be read (see `deliver`), holds what looks like a personnummer, lacks a declared column, or has
        one that nobody declared.
    """
    delivered = deliver(folder / source.file, sheet=source.sheet, heading_rows=source.heading_rows)
    ids = [source.columns[name] for name in ("respondent", "participation", "panellist") if name in source.columns]
    refuse_personnummer(source.file, delivered, ids=ids, not_personal=source.not_personal)
    found = places(source.file, delivered, _columns(source), source.ignored, names)
    columns = list(zip(*delivered.rows, strict=True)) or [()] * len(delivered.heading)
    frame = pd.DataFrame({name: pd.Series(columns[place], dtype="str") for name, place in found.items()})
    frame.insert(0, ROW, pd.Series(delivered.numbers, dtype="int64"))
    headings = {name: delivered.heading[place] for name, place in found.items()}
    return Read(
        frame=frame.assign(**_in_words(source, frame, headings, delivered.labels)),
        form=delivered.form,
        labels={name: delivered.labels[theirs] for name, theirs in headings.items() if theirs in delivered.labels},
        missing={name: delivered.missing[theirs] for name, theirs in headings.items() if theirs in delivered.missing},
    )


def _columns(source: Source) -> dict[str, str]:
    """Return our name → heading, for every column that the declaration names."""
    if not isinstance(source, ResponseSource):
        return source.columns
    completed = {"completed": source.completed} if source.completed is not None else {}
    return {**source.columns, **completed, **({} if source.long else source.items)}


def _in_words(
    source: Source, frame: pd.DataFrame, headings: dict[str, str], labels: dict[str, dict[str, str]]
) -> dict[str, pd.Series]:
    """Return the columns whose declared words are a file's labels rather than its codes."""
    return {
        name: frame[name].replace(
            {code: label for code, label in labels[headings[name]].items() if code not in words and label in words}
        )
        for name, words in source.words.items()
        if headings.get(name) in labels
    }
