"""A result → a figure with its own words for those who cannot see it. No computing beyond where to draw."""

from __future__ import annotations

import base64
import io
import textwrap
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter

from finsam_eval.codebook import Item, Scale
from finsam_eval.results import ALL, COUNTRY, Status
from finsam_eval.swedish import HIDDEN, MINUS, NO_ANSWERS, listing, percent, points
from finsam_eval.tables import NOTHING_SHOWN, item_label
from finsam_eval.view import View

OWN, OTHER, MUTED = "#0b4f8a", "#a34a00", "#5f5f5f"
"""Dark enough against white for WCAG AA; shapes differ too, so that colour never carries the meaning alone."""

WIDTH, ABOVE, BELOW = 6.7, 0.3, 0.5
"""Inches: the text width of an A4 page; room for the legend above and the axis below."""

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
    """A drawn figure: SVG for pages and PDF, PNG for Word, caption, and the text that replaces it."""

    svg: str
    png: bytes
    caption: str
    alt: str

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, object], dict[str, object]]:
        shown = {"alt": self.alt, "caption": self.caption, "width": f"{WIDTH * 2.54:.1f}cm"}
        return {"image/svg+xml": self.svg, "image/png": base64.b64encode(self.png).decode()}, {"finsam": shown}


@dataclass(frozen=True)
class NoFigure:
    """Takes a figure's place where nothing in it may be shown."""

    caption: str

    def _repr_markdown_(self) -> str:
        return f"*{self.caption}:* {NOTHING_SHOWN}"


def levels(view: View, *, group: str, occasion: str) -> Figure | None:
    """Top-two share per mätpunkt with its interval, the country beside it; None where the table beside says why."""
    own, country = (view.shares(group, occasion, unit=unit) for unit in (view.unit, COUNTRY))
    items = [item for item in view.items(group, occasion) if item.id in own.index]
    caption = f"{view.whom(group, occasion)}: andel som instämmer, {view.period_label}"
    if not (own.loc[[item.id for item in items], "status"] == Status.OK).any():
        return None
    canvas, axes = _canvas(items)
    for place, item in enumerate(items):
        row, other = own.loc[item.id], country.loc[item.id]
        _mark(axes, place, other, OTHER, marker="D", filled=False)
        _mark(axes, place, row, OWN, marker="o", filled=True, bar=True)
    _share_axis(axes)
    _legend(axes, [(view.name, OWN, "o", True), ("Riket", OTHER, "D", False)])
    alt = _levels_alt(view, items, own, country)
    return _finish(canvas, caption, alt)


def gaps(view: View, *, group: str, occasion: str) -> Figure | None:
    """Women minus men in percentage points, with interval, per mätpunkt; None where the table beside says why."""
    key = {"respondent_group": group, "occasion": occasion, "period": view.period}
    rows = view.select(**key, statistic="skillnad", gender="kvinna", against_gender="man").set_index("item")
    items = [item for item in view.items(group, occasion) if item.id in rows.index]
    caption = f"{view.whom(group, occasion)}: skillnad mellan kvinnor och män, {view.period_label}"
    if not (rows.loc[[item.id for item in items], "status"] == Status.OK).any():
        return None
    canvas, axes = _canvas(items)
    axes.axvline(0, color=MUTED, linewidth=1.4, zorder=0.9)
    for place, item in enumerate(items):
        _mark(axes, place, rows.loc[item.id], OWN, marker="o", filled=True, bar=True)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: points(value)))
    _under(axes, f"Procentenheter; {MINUS} män instämmer oftare, + kvinnor instämmer oftare")
    shown = [(item, rows.loc[item.id]) for item in items if rows.loc[item.id, "status"] == Status.OK]
    told = listing([f"{item.id} {points(row['value'])}" for item, row in shown])
    return _finish(canvas, caption, f"Kvinnors andel minus mäns, i procentenheter: {told}.")


def distribution(view: View, *, group: str, occasion: str) -> Figure | NoFigure:
    """Every answer's share per mätpunkt as bars that lean left for the low answers and right for the high."""
    counts = view.counts[
        (view.counts["unit"] == view.unit)
        & (view.counts["respondent_group"] == group)
        & (view.counts["occasion"] == occasion)
        & (view.counts["period"] == view.period)
        & (view.counts["gender"] == ALL)
        & (view.counts["detail"] == "fordelning")
    ]
    items = [item for item in view.items(group, occasion) if item.id in set(counts["item"])]
    caption = f"{view.whom(group, occasion)}: alla svar, {view.period_label}"
    if not items:
        return NoFigure(caption)
    canvas, axes = _canvas(items)
    scale = view.codebook.scale(items[0].id)
    for place, item in enumerate(items):
        tally = counts[counts["item"] == item.id].set_index("category")["n"]
        shares = [float(tally.get(str(code), 0)) / float(tally.sum()) for code in scale.codes]
        _lean(axes, place, shares, scale)
    axes.axvline(0, color=MUTED, linewidth=1.4, zorder=0.9)
    axes.set_xlim(-0.6, 1.02)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(abs(value))))
    _under(axes, "Andel av svaren; låga svar åt vänster, höga åt höger")
    canvas.legend(loc="upper left", ncols=len(scale.codes), frameon=False, fontsize=8, handlelength=1)
    alt = _distribution_alt(items, counts, scale, view.name)
    return _finish(canvas, caption, alt)


def _canvas(items: list[Item]) -> tuple[Canvas, Axes]:
    with mpl.rc_context(STYLE):
        height = ABOVE + BELOW + 0.36 * len(items)
        canvas = Canvas(figsize=(WIDTH, height))
        axes = canvas.subplots()
        # Fixed margins: figures below each other line up, and no time goes to looking for them.
        canvas.subplots_adjust(left=0.47, right=0.97, top=1 - ABOVE / height, bottom=BELOW / height)
    labels = [textwrap.fill(item_label(item), 52) for item in items]
    axes.set_yticks(range(len(items)), labels, fontsize=7.5)
    axes.set_ylim(len(items) - 0.4, -0.6)
    return canvas, axes


def _mark(axes: Axes, place: int, row: pd.Series, colour: str, *, marker: str, filled: bool, bar: bool = False) -> None:
    if row["status"] == Status.OK:
        if bar:
            axes.hlines(place, row["lower"], row["upper"], color=colour, linewidth=2)
        # The country's hollow diamond lies on top and is larger: it stays visible where both values coincide.
        size, layer = (6, 3) if filled else (9, 4)
        face = colour if filled else "none"
        axes.plot(row["value"], place, marker, color=colour, markerfacecolor=face, markersize=size, zorder=layer)
    elif bar:
        words = {Status.SUPPRESSED: HIDDEN, Status.NO_DATA: NO_ANSWERS}.get(row["status"], str(row["status"]))
        axes.annotate(
            words,
            (0.01, place),
            xycoords=("axes fraction", "data"),
            color=MUTED,
            fontsize=8,
            va="center",
            style="italic",
        )


def _under(axes: Axes, words: str) -> None:
    # Right-aligned: the labels to the left leave less than half the width for the axis itself.
    axes.set_xlabel(words, loc="right", fontsize=8)


def _share_axis(axes: Axes) -> None:
    axes.set_xlim(0, 1.02)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
    _under(axes, "Andel på de högsta stegen; strecket visar osäkerheten")


def _legend(axes: Axes, entries: list[tuple[str, str, str, bool]]) -> None:
    for name, colour, marker, filled in entries:
        axes.plot([], [], marker, color=colour, markerfacecolor=colour if filled else "white", label=name)
    axes.figure.legend(loc="upper left", ncols=len(entries), frameon=False)


def _lean(axes: Axes, place: int, shares: list[float], scale: Scale) -> None:
    colours = sns.color_palette("vlag_r", len(shares))
    middle = len(shares) // 2 if len(shares) % 2 else None
    below = sum(shares[: len(shares) // 2]) + (shares[middle] / 2 if middle is not None else 0)
    left = -below
    for code, share, colour in zip(scale.codes, shares, colours, strict=True):
        label = scale.label(code) if place == 0 else None
        axes.barh(place, share, left=left, height=0.7, color=colour, edgecolor="white", linewidth=0.6, label=label)
        if share >= 0.08:
            axes.text(left + share / 2, place, percent(share), ha="center", va="center", fontsize=7)
        left += share


def _levels_alt(view: View, items: list[Item], own: pd.DataFrame, country: pd.DataFrame) -> str:
    told = []
    for item in items:
        row, other = own.loc[item.id], country.loc[item.id]
        beside = f", riket {percent(other['value'])}" if other["status"] == Status.OK else ""
        value = percent(row["value"]) if row["status"] == Status.OK else HIDDEN
        told.append(f"{item.id} {value}{beside}")
    return f"Andel som instämmer i {view.name}: {'; '.join(told)}."


def _distribution_alt(items: list[Item], counts: pd.DataFrame, scale: Scale, whose: str) -> str:
    told = []
    for item in items:
        tally = counts[counts["item"] == item.id].set_index("category")["n"]
        top = sum(float(tally.get(str(code), 0)) for code in scale.top_codes) / float(tally.sum())
        told.append(f"{item.id} {percent(top)}")
    return f"Svarens fördelning, {whose}. Andel i de högsta stegen: {'; '.join(told)}."


def _finish(canvas: Canvas, caption: str, alt: str) -> Figure:
    svg, png = io.BytesIO(), io.BytesIO()
    with mpl.rc_context(STYLE):
        canvas.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
        canvas.savefig(png, format="png", dpi=130, metadata={"Software": None})
    return Figure(svg.getvalue().decode("utf-8"), png.getvalue(), caption, alt)
