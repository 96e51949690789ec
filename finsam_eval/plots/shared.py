"""The figure, its look, and the marks that figures share."""

from __future__ import annotations

import io
import textwrap
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text as DrawnText
from matplotlib.ticker import FuncFormatter

from finsam_eval.codebook import Item
from finsam_eval.language import said
from finsam_eval.results import Status
from finsam_eval.swedish import percent
from finsam_eval.tables.shared import NOTHING_SHOWN, item_label, status_words

OWN, OTHER, MUTED = "#0b4f8a", "#a34a00", "#5f5f5f"
"""Dark enough against white for WCAG AA; shapes differ too, so that colour never carries the meaning alone."""

WIDTH, ABOVE, BELOW = 6.7, 0.3, 0.5
"""Inches: the text width of an A4 page; room for the legend above and the axis below."""

TALLEST, ROW = 9.4, 0.36
"""Inches: the height of a figure that fits an A4 page with its caption; the height of a line where that suffices."""

LETTERS, LINE, LEADING = (7.5, 7.0, 6.5, 6.0, 5.5), 52, 1.2
"""Points of the letters of a label, larger before smaller; signs to a line of the largest; its height in letters."""

STYLE = {
    **sns.axes_style("whitegrid"),
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid.axis": "x",
    "ytick.left": False,
    "svg.hashsalt": "finsam-eval",
    "svg.fonttype": "path",
}


@dataclass(frozen=True)
class Figure:
    """A drawn figure, its caption, and the text that replaces it."""

    svg: str
    caption: str
    alt: str

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, object], dict[str, object]]:
        shown = {"alt": self.alt, "caption": self.caption, "width": f"{WIDTH * 2.54:.1f}cm"}
        return {"image/svg+xml": self.svg}, {"finsam": shown}


@dataclass(frozen=True)
class NoFigure:
    """Takes a figure's place where nothing in it may be shown."""

    caption: str

    def _repr_markdown_(self) -> str:
        return f"*{self.caption}:* {said(NOTHING_SHOWN)}"


def canvas_for(items: list[Item]) -> tuple[Canvas, Axes]:
    """Return an empty figure with a line for each item, labelled."""
    return canvas_of([item_label(item) for item in items])


def canvas_of(names: list[str]) -> tuple[Canvas, Axes]:
    """Return an empty figure with a line for each name."""
    row = min(ROW, (TALLEST - ABOVE - BELOW) / len(names))
    labels, letters = _labels(names, row)
    with mpl.rc_context(STYLE):
        height = ABOVE + BELOW + row * len(names)
        canvas = Canvas(figsize=(WIDTH, height))
        axes = canvas.subplots()
        # Fixed margins: figures below each other line up, and no time goes to looking for them.
        canvas.subplots_adjust(left=0.47, right=0.97, top=1 - ABOVE / height, bottom=BELOW / height)
    axes.set_yticks(range(len(names)), labels, fontsize=letters)
    axes.set_ylim(len(names) - 0.5, -0.5)
    return canvas, axes


def _labels(names: list[str], row: float) -> tuple[list[str], float]:
    """Return the names in lines that fit a row of so many inches, in the largest letters that do; else shortened."""
    for letters in LETTERS:
        line, room = int(LINE * LETTERS[0] / letters), int(72 * row / (LEADING * letters))
        lines = [textwrap.wrap(name, line, max_lines=max(1, room), placeholder=" …") for name in names]
        if max(len(textwrap.wrap(name, line)) for name in names) <= room:
            break
    return ["\n".join(one) for one in lines], letters


def mark(
    axes: Axes, place: int, row: pd.Series, colour: str, *, marker: str, filled: bool, bar: bool = False, why: str = ""
) -> None:
    """Draw a record's value, with `bar` its interval too, or the words that say why there is none: `why`, if given."""
    if row["status"] == Status.OK:
        if bar:
            axes.hlines(place, row["lower"], row["upper"], color=colour, linewidth=2)
        # The country's hollow diamond lies on top and is larger: it stays visible where both values coincide.
        size, layer = (6, 3) if filled else (9, 4)
        face = colour if filled else "none"
        axes.plot(row["value"], place, marker, color=colour, markerfacecolor=face, markersize=size, zorder=layer)
    elif bar:
        axes.annotate(
            why or status_words(row["status"]),
            (0.01, place),
            xycoords=("axes fraction", "data"),
            color=MUTED,
            fontsize=8,
            va="center",
            style="italic",
        )


def under(axes: Axes, words: str) -> None:
    """Write what the axis shows."""
    # Right-aligned: the labels to the left leave less than half the width for the axis itself.
    axes.set_xlabel(words, loc="right", fontsize=8)


def share_axis(axes: Axes) -> None:
    """Let the axis run from 0 to 100 per cent."""
    axes.set_xlim(0, 1.02)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
    under(axes, said("Andel på de högsta stegen; strecket visar osäkerheten"))


def legend(axes: Axes, entries: list[tuple[str, str, str, bool]]) -> None:
    """Name the marks: name, colour, marker, filled."""
    for name, colour, marker, filled in entries:
        axes.plot([], [], marker, color=colour, markerfacecolor=colour if filled else "white", label=name)
    axes.figure.legend(loc="upper left", ncols=len(entries), frameon=False)


def finish(canvas: Canvas, caption: str, alt: str) -> Figure:
    """Return the figure, the same bytes each time."""
    for words in canvas.findobj(DrawnText):
        words.set_parse_math(False)  # a dollar sign in a name would otherwise start a formula
    svg = io.BytesIO()
    with mpl.rc_context(STYLE):
        canvas.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    return Figure(svg.getvalue().decode("utf-8"), caption, alt)
