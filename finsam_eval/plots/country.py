"""The förbund of the country in one figure: one mätpunkt, in the order of the study's file."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from finsam_eval import spread
from finsam_eval.plots.shared import (
    ABOVE,
    BELOW,
    OTHER,
    OWN,
    STYLE,
    WIDTH,
    Figure,
    finish,
    legend,
    mark,
    share_axis,
)
from finsam_eval.results import COUNTRY, Status
from finsam_eval.swedish import percent, percent_interval
from finsam_eval.view import View

TALLEST, ROW = 7.6, 0.21
"""Inches: what an A4 page leaves for the rows of a figure; the height of a row where that suffices."""


def in_every_forbund(view: View, *, group: str, occasion: str, item: str) -> Figure | None:
    """Each förbund's top-two share of one mätpunkt with its interval, the country as a line; never ranked.

    Hidden förbund are left out: the sentence beside names them. None where no förbund may be shown.
    """
    shares = spread.of_forbund(view, group=group, occasion=occasion, item=item)
    shown = shares[shares["status"] == Status.OK]
    if shown.empty:
        return None
    country = view.shares(group, occasion, unit=COUNTRY).loc[item]
    canvas, axes = rows_of_forbund([view.names[unit] for unit in shown.index])
    for place, (_, row) in enumerate(shown.iterrows()):
        mark(axes, place, row, OWN, marker="o", filled=True, bar=True)
    entries = [("Förbund", OWN, "o", True)]
    if country["status"] == Status.OK:
        axes.axvline(country["value"], color=OTHER, linewidth=1.6, linestyle="--", zorder=2)
        entries.append((f"Riket, {percent(country['value'])}", OTHER, "--", False))
    share_axis(axes)
    legend(axes, entries)
    caption = f"{view.whom(group, occasion)}: {item} i varje förbund som kan visas, {view.period_label}"
    return finish(canvas, caption, _alt(view, shown, country, item))


def rows_of_forbund(names: list[str]) -> tuple[Canvas, Axes]:
    """Return an empty figure with a line for each förbund, labelled."""
    row = min(ROW, TALLEST / len(names))
    with mpl.rc_context(STYLE):
        height = ABOVE + BELOW + row * (len(names) + 1)
        canvas = Canvas(figsize=(WIDTH, height))
        axes = canvas.subplots()
        canvas.subplots_adjust(left=0.4, right=0.97, top=1 - ABOVE / height, bottom=BELOW / height)
    # A förbund's name is no formula, whatever signs it holds; 72 points an inch.
    axes.set_yticks(range(len(names)), names, fontsize=min(7.5, 0.7 * 72 * row))
    axes.set_ylim(len(names), -1)
    return canvas, axes


def _alt(view: View, shown: pd.DataFrame, country: pd.Series, item: str) -> str:
    told = [
        f"{view.names[unit]} {percent(row['value'])} ({percent_interval(row['lower'], row['upper'])})"
        for unit, row in shown.iterrows()
    ]
    beside = f" Riket {percent(country['value'])}." if country["status"] == Status.OK else ""
    return f"Andel som instämmer i {item}, förbund för förbund: {'; '.join(told)}.{beside}"
