"""The table a person reads, and the cells it is made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from finsam_eval.codebook import Item
from finsam_eval.language import said
from finsam_eval.results import ALL, Status
from finsam_eval.swedish import (
    DASH,
    HIDDEN,
    NO_ANSWERS,
    decimal,
    html_text,
    percent,
    percent_interval,
    points,
    points_interval,
    whole,
)

NOTHING_SHOWN = "inga siffror kan visas, av hänsyn till sekretessen. Reglerna står sist i rapporten."

GENDER_LABELS = {"kvinna": "Kvinnor", "man": "Män", "okant": "Okänt", ALL: "Alla"}


@dataclass(frozen=True)
class Table:
    """A table ready to show: a caption, headings, and rows whose first cell names the row.

    `whole` tables are never split between pages: they must fit one.
    """

    caption: str
    columns: list[str]
    rows: list[list[str]]
    empty: str | None = None
    whole: bool = False

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        if self.rows:
            return {"text/html": self.html}
        why = said(NOTHING_SHOWN) if self.empty is None else self.empty
        return {"text/markdown": f"*{self.caption}:* {why}"}

    @property
    def html(self) -> str:
        """The table as HTML, every cell escaped."""
        head = "".join(f'<th scope="col">{html_text(name)}</th>' for name in self.columns)
        body = "".join(_row(cells) for cells in self.rows)
        return (
            f'<table class="finsam{" whole" if self.whole else ""}"><caption>{html_text(self.caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


def item_label(item: Item) -> str:
    """Return id and exact wording, which is never translated: the instrument's owner has locked it."""
    return said(item.text) if item.sensitivity != "opinion" else f"{item.id} {item.wording}"


def share_cell(rows: pd.DataFrame) -> str:
    """Return a share, or why there is none."""
    return cell(rows, lambda row: percent(row["value"]))


def interval_cell(rows: pd.DataFrame) -> str:
    """Return the interval of a share; empty where the share itself says why it is missing."""
    return cell(rows, lambda row: percent_interval(row["lower"], row["upper"]), otherwise=DASH)


def mean_cell(rows: pd.DataFrame) -> str:
    """Return a mean with its interval."""
    return cell(rows, lambda row: f"{decimal(row['value'])} ({decimal(row['lower'])}{DASH}{decimal(row['upper'])})")


def number_cell(rows: pd.DataFrame, column: str) -> str:
    """Return a count, or why there is none."""
    return cell(rows, lambda row: whole(row[column]), otherwise=DASH)


def difference_cells(rows: pd.DataFrame, item: str) -> list[str]:
    """Return a difference between shares and its interval, in percentage points."""
    chosen = rows.loc[rows.index == item]
    return [
        cell(chosen, lambda row: points(row["value"])),
        cell(chosen, lambda row: points_interval(row["lower"], row["upper"]), otherwise=DASH),
    ]


def cell(rows: pd.DataFrame, write: Callable[[pd.Series], str], otherwise: str = "") -> str:
    """Return what `write` makes of the one row, or why there is no number; a dash where there is no row."""
    if rows.empty:
        return DASH
    row = rows.iloc[0]
    if row["status"] == Status.OK:
        return write(row)
    return otherwise or status_words(row["status"])


def status_words(status: str) -> str:
    """Return why there is no number, in a word or two."""
    words: dict[str, str] = {Status.SUPPRESSED: HIDDEN, Status.NO_DATA: NO_ANSWERS}
    return said(words.get(status, str(status)))


def answers_needed(row: pd.Series) -> str:
    """Return a number of answers with its limits: "106 (32–250)", "106 (32 eller fler)"."""
    least = whole(math.ceil(row["lower"])) if pd.notna(row["lower"]) else DASH
    most = f"{DASH}{whole(math.ceil(row['upper']))}" if pd.notna(row["upper"]) else f" {said('eller fler')}"
    return f"{whole(math.ceil(row['value']))} ({least}{most})"


def with_n(shares: pd.DataFrame, item: str) -> list[str]:
    """Return an item's share and the number of answers."""
    chosen = shares.loc[shares.index == item]
    return [share_cell(chosen), number_cell(chosen, "n")]


def judgement(row: pd.Series) -> list[str]:
    """Return outcome, verdict and probability of a judged target."""
    if row["status"] != Status.OK:
        return [DASH, DASH, DASH]
    lacking = f"; {whole(row['short'])} till behövdes" if row["short"] else ""
    return [row["outcome"] + lacking, row["verdict"], percent(row["probability"])]


def shown(rows: list[list[str]], own: slice = slice(1, 3)) -> list[list[str]]:
    """Return no rows where no cell of the unit's own may be shown: a sentence says it better than a page of dashes."""
    return rows if any(has_number(cells[own]) for cells in rows) else []


def without_empty(columns: list[str], rows: list[list[str]], place: int) -> tuple[list[str], list[list[str]]]:
    """Return columns and rows without the column at `place` where it holds no number at all."""
    if any(has_number([cells[place]]) for cells in rows):
        return columns, rows
    return columns[:place] + columns[place + 1 :], [cells[:place] + cells[place + 1 :] for cells in rows]


def has_number(cells: Iterable[str]) -> bool:
    """Return whether any cell holds a digit."""
    return any(any(sign.isdigit() for sign in cell) for cell in cells)


def _row(cells: list[str]) -> str:
    first, *rest = cells
    return f'<tr><th scope="row">{html_text(first)}</th>{"".join(f"<td>{html_text(c)}</td>" for c in rest)}</tr>'
