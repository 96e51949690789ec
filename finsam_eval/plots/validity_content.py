"""How many of a panel find each question relevant, as a figure."""

from __future__ import annotations

from itertools import cycle

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from finsam_eval.codebook import Codebook
from finsam_eval.language import said
from finsam_eval.plots.shared import MUTED, OTHER, OWN, Figure, canvas_for, finish, mark, under
from finsam_eval.psychometrics.rows import ITEM
from finsam_eval.results import Status
from finsam_eval.swedish import percent, percent_interval

MARKERS = ("s", "^", "D", "v", "P", "X")
PANEL_AT, FIRST, LAST = -0.26, -0.06, 0.36
"""Where the whole panel and its groups lie around the middle of an item's line, in parts of the space between items."""


def content_validity(codebook: Codebook, coefficients: pd.DataFrame) -> Figure | None:
    """I-CVI per question with its interval, of the panel and of each group that may be seen; None without any."""
    rows = coefficients[(coefficients["kind"] == ITEM) & coefficients["statistic"].str.match("i_cvi(:|$)")]
    panel = rows[rows["statistic"] == "i_cvi"]
    shown = panel[panel["status"] == Status.OK]
    if shown.empty:
        return None
    seen = rows.loc[rows["status"] == Status.OK, "statistic"]
    names = [str(name) for name in pd.unique(seen) if name != "i_cvi"]
    looks = dict(zip(names, zip(MARKERS, cycle((OTHER, MUTED)), strict=False), strict=False))
    canvas, axes = canvas_for([codebook.item(name) for name in panel["subject"]])
    for place, (_, row) in enumerate(panel.iterrows()):
        _draw(axes, place, row, rows[rows["subject"] == row["subject"]], looks)
    axes.set_xlim(-0.02, 1.02)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
    under(axes, said("Andel som svarat 3 eller 4 av 4; strecken visar osäkerheten"))
    _legend(axes, looks)
    told = "; ".join(_told(row) for _, row in shown.iterrows())
    caption = said("Hur många i panelen som finner varje fråga relevant")
    return finish(canvas, caption, said("I-CVI per fråga: {told}.", told=told))


def _draw(axes: Axes, place: int, panel: pd.Series, rows: pd.DataFrame, looks: dict[str, tuple[str, str]]) -> None:
    """Draw the panel's share, or why there is none, and below it the groups'."""
    if panel["status"] != Status.OK:
        mark(axes, place, panel, OWN, marker="o", filled=True, bar=True)
        return
    axes.hlines(place + PANEL_AT, panel["lower"], panel["upper"], color=OWN, linewidth=2)
    axes.plot(panel["value"], place + PANEL_AT, "o", color=OWN, markersize=5)
    found = {row["statistic"]: row for _, row in rows.iterrows() if row["status"] == Status.OK}
    for number, (name, (marker, colour)) in enumerate(looks.items()):
        if name in found:
            at = place + FIRST + (LAST - FIRST) * number / max(len(looks) - 1, 1)
            axes.hlines(at, found[name]["lower"], found[name]["upper"], color=colour, linewidth=0.6, alpha=0.7)
            axes.plot(found[name]["value"], at, marker, color=colour, markersize=2.6)


def _legend(axes: Axes, looks: dict[str, tuple[str, str]]) -> None:
    # Smaller than elsewhere, so that a panel of four or five groups has room.
    for name, (marker, colour) in {"hela panelen": ("o", OWN), **looks}.items():
        axes.plot([], [], marker, color=colour, label=said(name.removeprefix("i_cvi:")))
    axes.figure.legend(loc="upper left", ncols=len(looks) + 1, frameon=False, fontsize=7.5, columnspacing=1.0)


def _told(row: pd.Series) -> str:
    return f"{row['subject']} {percent(row['value'])} ({percent_interval(row['lower'], row['upper'])})"
